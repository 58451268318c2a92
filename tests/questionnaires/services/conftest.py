"""Responses as the tests of the services need them."""

import pytest

from decision_aid.models import Consultation
from questionnaires.models import QuestionnaireResponse
from questionnaires.services.answering import give_consent


@pytest.fixture
def new_response(consultation: Consultation) -> QuestionnaireResponse:
    """A patient's response before they agreed to anything."""
    return consultation.response


@pytest.fixture
def response(new_response: QuestionnaireResponse) -> QuestionnaireResponse:
    """A patient's response, agreed to and empty."""
    return give_consent(new_response)
