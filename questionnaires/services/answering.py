"""Answers: saved as they are given, set aside when hidden, frozen when submitted."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.db import transaction
from django.utils import timezone

from questionnaires.definition.answers import Answer, Answers, answers_document, read_answers
from questionnaires.definition.digest import sha256_of
from questionnaires.definition.problems import Problem, ProblemsFound
from questionnaires.definition.schema import Consent, Definition
from questionnaires.definition.submission import SubmissionProblem, check_submission
from questionnaires.definition.visibility import shown_questions
from questionnaires.models import (
    AuditEvent,
    Clinic,
    OutboxEvent,
    Patient,
    QuestionnaireResponse,
    QuestionnaireVersion,
    User,
)
from questionnaires.services import audit
from questionnaires.services.notices import Notice
from questionnaires.services.outbox import record_event
from questionnaires.services.refusals import Refused, StaleState
from questionnaires.services.signals import answer_saved, response_submitted
from questionnaires.services.unfinished import unsettled_of


@dataclass(frozen=True)
class Saved:
    """The response as it now stands, and what its answers give rise to."""

    response: QuestionnaireResponse
    notices: tuple[Notice, ...]


def start_response(
    clinic: Clinic,
    patient: Patient,
    version: QuestionnaireVersion,
    *,
    answered_by: str = QuestionnaireResponse.AnsweredBy.PATIENT,
    filled_by: User | None = None,
) -> QuestionnaireResponse:
    """Open an empty response of a patient of this clinic."""
    if patient.clinic_id != clinic.pk:
        raise Refused("other_clinic", "This patient belongs to another clinic.", HTTPStatus.NOT_FOUND)
    return QuestionnaireResponse.objects.create(
        clinic=clinic, patient=patient, version=version, answered_by=answered_by, filled_by=filled_by
    )


def consent_sha256(consent: Consent) -> str:
    """The hash of exactly the words a person agreed to."""
    return sha256_of({"title": consent.title, "text": list(consent.text)})


@transaction.atomic
def give_consent(response: QuestionnaireResponse, *, user: User | None = None) -> QuestionnaireResponse:
    """Record that the person agreed to the text of their version (`user`: who took it down for them).

    A second time changes nothing.
    """
    consent = response.version.definition.consent
    if consent is None or response.consented_at is not None:
        return response
    changed = QuestionnaireResponse.objects.filter(
        pk=response.pk, status=QuestionnaireResponse.Status.OPEN, consented_at__isnull=True
    ).update(consented_at=timezone.now(), consent_sha256=consent_sha256(consent))
    if changed:
        audit.record(response.clinic, "consented", response, actor=_actor(user), user=user)
    response.refresh_from_db()
    return response


@transaction.atomic
def set_answered_by(response: QuestionnaireResponse, answered_by: str) -> None:
    """Record who gives the answers from now on: the patient, or someone else.

    Where answers were given by somebody else before, the form says from then on that it was shared; the audit
    keeps who it was at which revision. Refused: response_submitted.
    """
    kinds = QuestionnaireResponse.AnsweredBy
    now = kinds(answered_by)
    response.refresh_from_db(fields=["answered_by", "revision"])
    if response.revision and response.answered_by != now:
        now = kinds.SHARED
    open_now = QuestionnaireResponse.objects.filter(pk=response.pk, status=QuestionnaireResponse.Status.OPEN)
    if not open_now.update(answered_by=now):
        raise _submitted()
    response.answered_by = now
    detail: dict[str, str | int] = {"answered_by": answered_by, "revision": response.revision}
    audit.record(response.clinic, "answering_named", response, actor=AuditEvent.Actor.PATIENT, detail=detail)


def save_answer(
    response: QuestionnaireResponse,
    code: str,
    answer: Answer | None,
    *,
    revision: int | None,
    user: User | None = None,
) -> Saved:
    """Save one answer; see `save_answers`."""
    return save_answers(response, {code: answer}, revision=revision, user=user)


@transaction.atomic
def save_answers(
    response: QuestionnaireResponse,
    given: Mapping[str, Answer | None],
    *,
    revision: int | None,
    user: User | None = None,
) -> Saved:
    """Save answers to questions that are shown, on top of the revision the person saw (None: the newest).

    Answers that become hidden are set aside, and given back if their question is shown again. None takes an
    answer back: the question is unanswered again.
    Refused: response_submitted, consent_missing, stale_revision, unknown_question, question_hidden.
    """
    response = _reload(response)
    definition = response.version.definition
    _check_open(response, definition)
    if revision is not None and revision != response.revision:
        raise Refused(
            "stale_revision",
            "These answers were changed in another window meanwhile. Look at both and choose.",
        )
    for code in given:
        if not definition.asks(code):
            raise Refused(
                "unknown_question", f"There is no question “{code}” in this form.", HTTPStatus.NOT_FOUND
            )
    stored = read_answers(definition, response.set_aside) | read_answers(definition, response.answers)
    everything = {code: answer for code, answer in (stored | dict(given)).items() if answer is not None}
    shown = shown_questions(definition, everything)
    for code in given:
        if code not in shown:
            raise Refused("question_hidden", f"The question “{code}” is not part of this person's form.")
    answers = {code: everything[code] for code in shown if code in everything}
    set_aside = {code: answer for code, answer in everything.items() if code not in answers}
    changed = QuestionnaireResponse.objects.filter(
        pk=response.pk, status=QuestionnaireResponse.Status.OPEN, revision=response.revision
    ).update(
        answers=answers_document(answers),
        set_aside=answers_document(set_aside),
        revision=response.revision + 1,
    )
    if not changed:
        raise StaleState("form")
    response.refresh_from_db()
    audit.record(
        response.clinic,
        "answer_saved",
        response,
        actor=_actor(user),
        user=user,
        detail={"revision": response.revision},
    )
    told: Sequence[tuple[object, Any]] = answer_saved.send(sender=QuestionnaireResponse, response=response)
    return Saved(response, tuple(notice for _, notices in told for notice in notices))


@transaction.atomic
def submit_response(response: QuestionnaireResponse, *, user: User | None = None) -> QuestionnaireResponse:
    """Freeze the answers, and let those who listen assess them in the same transaction.

    Raises ProblemsFound with every question still to be answered, and every one at which something was typed
    that is no answer yet; Refused as `save_answers`.
    """
    response = _reload(response)
    definition = response.version.definition
    _check_open(response, definition)
    answers = read_answers(definition, response.answers)
    if problems := (*check_submission(definition, answers), *_unfinished(response, answers)):
        raise ProblemsFound(problems)
    changed = QuestionnaireResponse.objects.filter(
        pk=response.pk, status=QuestionnaireResponse.Status.OPEN, revision=response.revision
    ).update(
        status=QuestionnaireResponse.Status.SUBMITTED,
        submitted_at=timezone.now(),
        sha256=response_sha256(response),
    )
    if not changed:
        raise StaleState("form")
    response.unfinished.all().delete()
    response.left_out.all().delete()
    response.refresh_from_db()
    audit.record(
        response.clinic,
        "submitted",
        response,
        actor=_actor(user),
        user=user,
        detail={"sha256": response.sha256},
    )
    record_event(response.clinic, OutboxEvent.Kind.SUBMITTED, response)
    response_submitted.send(sender=QuestionnaireResponse, response=response)
    return response


def _unfinished(response: QuestionnaireResponse, answers: Answers) -> Iterator[Problem]:
    shown = shown_questions(response.version.definition, answers)
    for code in unsettled_of(response):
        if code in shown:
            sentence = "What was typed here is not saved yet. Open the question, and save it or clear it."
            yield Problem(SubmissionProblem.UNFINISHED_ANSWER, code, sentence)


def response_sha256(response: QuestionnaireResponse) -> str:
    """The hash of what was answered, to which version, by whom."""
    return sha256_of(
        {
            "response": str(response.pk),
            "version": response.version.sha256,
            "answers": response.answers,
            "answered_by": response.answered_by,
            "consent": response.consent_sha256,
        }
    )


def _actor(user: User | None) -> AuditEvent.Actor:
    return AuditEvent.Actor.STAFF if user else AuditEvent.Actor.PATIENT


def _reload(response: QuestionnaireResponse) -> QuestionnaireResponse:
    return (
        QuestionnaireResponse.objects.select_related("clinic", "patient", "version")
        .defer("version__document")
        .get(pk=response.pk)
    )


def _submitted() -> Refused:
    return Refused(
        "response_submitted", "This form was already sent. Its answers cannot be changed any more."
    )


def _check_open(response: QuestionnaireResponse, definition: Definition) -> None:
    if response.status != QuestionnaireResponse.Status.OPEN:
        raise _submitted()
    if definition.consent is not None and response.consented_at is None:
        raise Refused("consent_missing", "Please read and agree to how your answers are used first.")
