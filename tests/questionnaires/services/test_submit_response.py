"""Submitting freezes the answers, and lets those who listen assess them in the same transaction."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from decision_aid.models import Alert, Assessment, Consultation, Summary
from questionnaires.definition.answers import Given
from questionnaires.definition.digest import sha256_of
from questionnaires.definition.problems import ProblemsFound
from questionnaires.models import AuditEvent, QuestionnaireResponse
from questionnaires.services.answering import (
    response_sha256,
    save_answer,
    save_answers,
    set_answered_by,
    submit_response,
)
from questionnaires.services.audit import first_broken_event
from questionnaires.services.refusals import Refused
from questionnaires.services.signals import response_submitted
from tests.cast import fill, send

Golden = Callable[[str], dict[str, Any]]


@contextmanager
def listener_that_fails() -> Iterator[None]:
    def fail(**_: object) -> None:
        message = "scoring broke"
        raise RuntimeError(message)

    response_submitted.connect(fail)
    try:
        yield
    finally:
        response_submitted.disconnect(fail)


def test_it_lists_every_question_still_to_be_answered(response: QuestionnaireResponse) -> None:
    save_answer(response, "age_years", Given(50), revision=0)
    with pytest.raises(ProblemsFound) as found:
        submit_response(response)
    missing = {problem.place: problem.code for problem in found.value.problems}
    assert set(missing.values()) == {"unanswered"}
    required = {
        question["code"]
        for section in response.version.document["sections"]
        for question in section["questions"]
        if question.get("required") and "shown_when" not in question
    }
    assert {place.rpartition("/")[2] for place in missing} >= required - {"age_years"}
    response.refresh_from_db()
    assert response.status == "open"


def test_an_answer_that_is_hidden_is_never_among_what_is_submitted(
    response: QuestionnaireResponse, golden: Golden
) -> None:
    fill(response, golden("typical_disc"))
    save_answers(response, {"weakness": Given("mild"), "weakness_progressing": Given(False)}, revision=None)
    save_answer(response, "weakness", Given("none"), revision=None)
    submitted = submit_response(response)
    assert "weakness_progressing" not in submitted.answers
    assert "weakness_progressing" not in Assessment.objects.get().facts


def test_it_refuses_a_hidden_answer_that_got_into_the_row(
    response: QuestionnaireResponse, golden: Golden
) -> None:
    fill(response, golden("typical_disc"))
    response.answers |= {"weakness": {"value": "none"}, "weakness_progressing": {"value": True}}
    response.save()
    with pytest.raises(ProblemsFound) as found:
        submit_response(response)
    assert [problem.code for problem in found.value.problems] == ["hidden_answered"]


def test_it_dates_and_hashes_what_was_answered(response: QuestionnaireResponse, golden: Golden) -> None:
    send(response, golden("typical_disc"))
    assert response.status == "submitted"
    assert response.submitted_at is not None
    assert response.sha256 == response_sha256(response)
    assert response.sha256 == sha256_of(
        {
            "response": str(response.pk),
            "version": response.version.sha256,
            "answers": response.answers,
            "answered_by": "patient",
            "consent": response.consent_sha256,
        }
    )


@pytest.mark.parametrize("part", ["answers", "answered_by", "consent_sha256"])
def test_the_hash_is_another_when_anything_answered_is_another(
    response: QuestionnaireResponse, golden: Golden, part: str
) -> None:
    send(response, golden("typical_disc"))
    other = {"answers": {"age_years": {"value": 51}}, "answered_by": "companion", "consent_sha256": "0" * 64}
    setattr(response, part, other[part])
    assert response_sha256(response) != response.sha256


def test_what_was_submitted_cannot_change(response: QuestionnaireResponse, golden: Golden) -> None:
    send(response, golden("typical_disc"))
    for change in (
        lambda: save_answer(response, "age_years", Given(51), revision=None),
        lambda: submit_response(response),
        lambda: set_answered_by(response, "companion"),
    ):
        with pytest.raises(Refused) as refused:
            change()
        assert (refused.value.code, refused.value.status) == ("response_submitted", 409)
    kept = QuestionnaireResponse.objects.get(pk=response.pk)
    assert (kept.answers, kept.sha256) == (response.answers, response.sha256)


def test_the_assessment_its_documents_and_the_event_come_with_the_submission(
    consultation: Consultation, golden: Golden
) -> None:
    send(consultation.response, golden("typical_disc"))
    assessment = Assessment.objects.get(consultation=consultation)
    assert (assessment.number, assessment.release) == (1, consultation.release)
    waiting = Summary.objects.filter(assessment=assessment)
    assert {(row.audience, row.status) for row in waiting} == {
        ("surgeon", "requested"),
        ("answers", "requested"),
    }
    event = AuditEvent.objects.get(action="submitted", record_id=str(consultation.response.pk))
    assert event.detail == {"sha256": consultation.response.sha256}


def test_an_error_while_assessing_leaves_nothing_submitted(
    consultation: Consultation, golden: Golden
) -> None:
    fill(consultation.response, golden("disc_cauda_equina"))
    before = AuditEvent.objects.filter(clinic=consultation.clinic).count()
    with listener_that_fails(), pytest.raises(RuntimeError, match="scoring broke"):
        submit_response(consultation.response)
    response = QuestionnaireResponse.objects.get(pk=consultation.response.pk)
    assert (response.status, response.submitted_at, response.sha256) == ("open", None, "")
    assert not Assessment.objects.filter(consultation=consultation).exists()
    assert not Summary.objects.filter(assessment__consultation=consultation).exists()
    assert AuditEvent.objects.filter(clinic=consultation.clinic).count() == before
    assert first_broken_event(consultation.clinic) is None
    assert Alert.objects.filter(consultation=consultation).exists()


def test_it_can_be_sent_again_after_such_an_error(consultation: Consultation, golden: Golden) -> None:
    fill(consultation.response, golden("typical_disc"))
    with listener_that_fails(), pytest.raises(RuntimeError):
        submit_response(consultation.response)
    assert submit_response(consultation.response).status == "submitted"
    assert Assessment.objects.filter(consultation=consultation).count() == 1
