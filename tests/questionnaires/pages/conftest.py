import pytest
from django.test import Client

from questionnaires.models import QuestionnaireResponse
from tests.cast import Visit, visiting
from tests.questionnaires.pages.browsing import agree


@pytest.fixture
def browser_at_birth_date(visit: Visit) -> Client:
    """A browser in which the link was exchanged and nothing else happened."""
    client = Client()
    client.post(f"/l/{visit.token}/")
    return client


@pytest.fixture
def confirmed(visit: Visit) -> Client:
    """A browser of the right person, before they agreed."""
    return visiting(visit)


@pytest.fixture
def patient_browser(confirmed: Client) -> Client:
    """A browser of the patient, at the list of sections."""
    agree(confirmed)
    return confirmed


@pytest.fixture
def response(visit: Visit) -> QuestionnaireResponse:
    return visit.consultation.response
