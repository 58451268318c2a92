from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.test import Client

from config.demonstration import Cast
from questionnaires.models import Patient, QuestionnaireResponse
from questionnaires.services.answering import start_response
from questionnaires.services.drafting import load_questionnaire
from questionnaires.services.inviting import invite
from questionnaires.services.publishing import publish_questionnaire
from tests.cast import give_code
from tests.questionnaires.pages.a_form import DOCUMENT
from tests.questionnaires.pages.browsing import agree


@dataclass(frozen=True)
class Asked:
    """Somebody who was sent a link to the short form."""

    response: QuestionnaireResponse
    token: str

    def open_link(self) -> Client:
        """A browser in which the link was exchanged and nothing else happened."""
        client = Client()
        client.post(f"/l/{self.token}/")
        return client

    def confirm(self) -> Client:
        """A browser of the right person, before they agreed."""
        client = self.open_link()
        born = self.response.patient.birth_date
        client.post("/visit/birth-date/", {"day": born.day, "month": born.month, "year": born.year})
        give_code(client, self.response)
        return client

    def begin(self) -> Client:
        """A browser of the right person, at the list of sections."""
        client = self.confirm()
        agree(client)
        return client


@pytest.fixture
def asked(cast: Cast, patient: Patient) -> Asked:
    questionnaire = load_questionnaire(cast.clinic, DOCUMENT, cast.author)
    version = publish_questionnaire(questionnaire, cast.author, cast.approver)
    response = start_response(cast.clinic, patient, version)
    _, token = invite(response, cast.coordinator)
    return Asked(response, token)


@pytest.fixture
def at_birth_date(asked: Asked) -> Client:
    return asked.open_link()


@pytest.fixture
def confirmed(asked: Asked) -> Client:
    return asked.confirm()


@pytest.fixture
def visitor(asked: Asked) -> Client:
    return asked.begin()


@pytest.fixture
def response(asked: Asked) -> QuestionnaireResponse:
    return asked.response


@pytest.fixture
def answers(response: QuestionnaireResponse) -> Callable[[], dict[str, object]]:
    """What is stored now."""

    def stored() -> dict[str, object]:
        response.refresh_from_db()
        return dict(response.answers)

    return stored


@pytest.fixture
def read_static() -> Callable[[str], bytes]:
    """The bytes of one of our static files."""

    def read(name: str) -> bytes:
        found = finders.find(name)
        assert isinstance(found, str), name
        return Path(found).read_bytes()

    return read
