"""Answers are saved as they are given, on top of what the person saw."""

from typing import Any

import pytest

from questionnaires.definition.answers import Answer, Declined, Given, Unsure
from questionnaires.models import AuditEvent, QuestionnaireResponse, User
from questionnaires.services.answering import save_answer, save_answers, set_answered_by
from questionnaires.services.refusals import Refused


def refused_code(response: QuestionnaireResponse, code: str, answer: Answer, revision: int | None) -> str:
    with pytest.raises(Refused) as refused:
        save_answer(response, code, answer, revision=revision)
    return refused.value.code


@pytest.mark.parametrize(
    ("code", "answer", "stored"),
    [
        ("age_years", Given(18), {"value": 18}),
        ("limb_pain_nrs", Given(0), {"value": 0}),
        ("bladder_change", Given(False), {"value": False}),
        ("bladder_change", Unsure(), {"unsure": True}),
        ("bladder_change", Declined(), {"declined": True}),
        ("pain_areas", Given(()), {"value": []}),
        ("pain_areas", Given(("neck", "low_back")), {"value": ["neck", "low_back"]}),
        ("reason_for_visit", Given("Ból w nodze — ok. 3 m 膝"), {"value": "Ból w nodze — ok. 3 m 膝"}),
    ],
)
def test_an_answer_is_kept_as_it_was_given(
    response: QuestionnaireResponse, code: str, answer: Answer, stored: dict[str, Any]
) -> None:
    save_answer(response, code, answer, revision=0)
    response.refresh_from_db()
    assert response.answers == {code: stored}
    assert response.revision == 1


def test_each_save_is_one_revision_and_one_event_without_the_answer(response: QuestionnaireResponse) -> None:
    save_answers(response, {"age_years": Given(47), "smoking": Given("former")}, revision=0)
    saved = save_answer(response, "age_years", Given(48), revision=1)
    assert saved.response.revision == 2
    events = AuditEvent.objects.filter(action="answer_saved", record_id=str(response.pk))
    assert [(event.actor, event.detail) for event in events] == [
        ("patient", {"revision": 1}),
        ("patient", {"revision": 2}),
    ]


def test_who_saved_for_the_patient_is_recorded(response: QuestionnaireResponse, coordinator: User) -> None:
    save_answer(response, "age_years", Given(50), revision=0, user=coordinator)
    event = AuditEvent.objects.get(action="answer_saved", record_id=str(response.pk))
    assert (event.actor, event.user) == ("staff", coordinator)


def test_a_stale_window_cannot_overwrite(response: QuestionnaireResponse) -> None:
    save_answer(response, "age_years", Given(50), revision=0)
    assert refused_code(response, "age_years", Given(51), 0) == "stale_revision"
    assert refused_code(response, "age_years", Given(51), 2) == "stale_revision"
    response.refresh_from_db()
    assert response.answers == {"age_years": {"value": 50}}


def test_without_a_revision_it_saves_on_the_newest(response: QuestionnaireResponse) -> None:
    save_answer(response, "age_years", Given(50), revision=0)
    assert save_answer(response, "age_years", Given(51), revision=None).response.revision == 2


@pytest.mark.parametrize("code", ["", "shoe_size", "age_years ", "AGE_YEARS", "mrc_grade", "ü"])
def test_a_question_of_no_such_form_is_refused(response: QuestionnaireResponse, code: str) -> None:
    assert refused_code(response, code, Given(1), 0) == "unknown_question"


def test_a_question_that_is_not_shown_is_refused(response: QuestionnaireResponse) -> None:
    save_answer(response, "weakness", Given("none"), revision=0)
    assert refused_code(response, "weakness_progressing", Given(True), 1) == "question_hidden"
    response.refresh_from_db()
    assert response.answers == {"weakness": {"value": "none"}}


def test_an_answer_that_becomes_hidden_is_set_aside_and_given_back(response: QuestionnaireResponse) -> None:
    save_answers(response, {"weakness": Given("mild"), "weakness_progressing": Given(False)}, revision=0)
    hidden = save_answer(response, "weakness", Given("none"), revision=1).response
    assert hidden.answers == {"weakness": {"value": "none"}}
    assert hidden.set_aside == {"weakness_progressing": {"value": False}}
    shown = save_answer(response, "weakness", Given("severe"), revision=2).response
    assert shown.answers == {"weakness": {"value": "severe"}, "weakness_progressing": {"value": False}}
    assert shown.set_aside == {}


def test_an_answer_can_be_taken_back(response: QuestionnaireResponse) -> None:
    save_answer(response, "reason_for_visit", Given("Leg pain"), revision=0)
    assert save_answer(response, "reason_for_visit", None, revision=1).response.answers == {}


def test_one_refused_answer_saves_none_of_those_sent_with_it(response: QuestionnaireResponse) -> None:
    with pytest.raises(Refused):
        save_answers(response, {"age_years": Given(50), "shoe_size": Given(44)}, revision=0)
    response.refresh_from_db()
    assert (response.answers, response.revision) == ({}, 0)
    assert not AuditEvent.objects.filter(action="answer_saved", record_id=str(response.pk)).exists()


def test_another_patients_response_is_untouched(response: QuestionnaireResponse) -> None:
    twin = QuestionnaireResponse.objects.create(
        clinic=response.clinic, patient=response.patient, version=response.version
    )
    save_answer(response, "age_years", Given(50), revision=0)
    twin.refresh_from_db()
    assert (twin.answers, twin.revision) == ({}, 0)


def test_who_answers_can_be_said(response: QuestionnaireResponse) -> None:
    set_answered_by(response, "companion")
    response.refresh_from_db()
    assert response.answered_by == "companion"
    with pytest.raises(ValueError, match="somebody"):
        set_answered_by(response, "somebody")
