import pytest
from django.test import Client
from django.urls import reverse

from questionnaires.models import AuditEvent, QuestionnaireResponse
from tests.questionnaires.pages.browsing import agree, give, question_url, text_of


def test_nothing_is_asked_before_the_agreement(confirmed: Client, response: QuestionnaireResponse) -> None:
    for address in (reverse("visit"), question_url("age_years"), reverse("check_answers")):
        assert confirmed.get(address)["Location"] == reverse("consent")
    answer = confirmed.post(question_url("age_years"), {"answer": "50", "revision": "0"})
    assert answer["Location"] == reverse("consent")
    response.refresh_from_db()
    assert response.answers == {}


def test_it_shows_the_words_of_the_version_and_its_number(
    confirmed: Client, response: QuestionnaireResponse
) -> None:
    words = text_of(confirmed.get(reverse("consent")))
    consent = response.version.definition.consent
    assert consent is not None
    for paragraph in consent.text:
        assert paragraph in words
    assert f"version {response.version.number} of the form" in words


def test_agreeing_is_recorded_with_exactly_those_words(
    confirmed: Client, response: QuestionnaireResponse
) -> None:
    assert agree(confirmed)["Location"] == reverse("visit")
    response.refresh_from_db()
    assert response.consented_at is not None
    assert len(response.consent_sha256) == 64
    assert response.answered_by == QuestionnaireResponse.AnsweredBy.PATIENT


def test_a_helper_can_say_so_and_change_it_later(confirmed: Client, response: QuestionnaireResponse) -> None:
    agree(confirmed, "companion")
    response.refresh_from_db()
    assert response.answered_by == QuestionnaireResponse.AnsweredBy.COMPANION
    given_at = response.consented_at
    agree(confirmed, "patient")
    response.refresh_from_db()
    assert response.answered_by == QuestionnaireResponse.AnsweredBy.PATIENT
    assert response.consented_at == given_at


def test_a_patient_cannot_claim_to_be_the_clinician(
    confirmed: Client, response: QuestionnaireResponse
) -> None:
    for claim in ("clinician", "", "x"):
        page = agree(confirmed, claim)
        assert page.status_code == 422
        assert "Choose who is answering." in text_of(page)
    response.refresh_from_db()
    assert response.consented_at is None
    assert response.answered_by == QuestionnaireResponse.AnsweredBy.PATIENT


def test_the_agreement_can_be_read_again(visitor: Client) -> None:
    give(visitor, "age_years", "50")
    assert "You agreed to it on" in text_of(visitor.get(reverse("consent")))


@pytest.mark.parametrize(
    ("who", "words"),
    [
        ("patient", "These answers were given by the patient."),
        ("companion", "given with someone’s help"),
        ("proxy", "given by someone on behalf of the patient"),
    ],
)
def test_who_answers_is_recorded_and_shown(
    confirmed: Client, response: QuestionnaireResponse, who: str, words: str
) -> None:
    agree(confirmed, who)
    response.refresh_from_db()
    assert response.answered_by == who
    assert words in text_of(confirmed.get(reverse("check_answers")))


def test_a_form_that_somebody_takes_over_says_that_it_was_shared(
    visitor: Client, response: QuestionnaireResponse
) -> None:
    agree(visitor, "companion")
    response.refresh_from_db()
    assert response.answered_by == "companion"  # no answer was given before
    give(visitor, "age_years", "54")
    for who in ("patient", "proxy"):
        agree(visitor, who)
        response.refresh_from_db()
        assert response.answered_by == "shared"
    assert "in part with someone’s help" in text_of(visitor.get(reverse("check_answers")))
    told = AuditEvent.objects.filter(action="answering_named", record_id=str(response.pk))
    assert [event.detail for event in told] == [
        {"answered_by": "patient", "revision": 0},
        {"answered_by": "companion", "revision": 0},
        {"answered_by": "patient", "revision": 1},
        {"answered_by": "proxy", "revision": 1},
    ]
