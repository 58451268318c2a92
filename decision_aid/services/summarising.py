"""Summaries: asked for with the act that makes them due, claimed by one worker, made once."""

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha256
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.files.base import ContentFile, File
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from decision_aid.models import Assessment, Summary
from decision_aid.selectors import ASSESSED_DOCUMENTS, summary_inputs
from decision_aid.services.permissions import REPEAT_DOCUMENTS
from decision_aid.summaries.attachments import attachments_of
from decision_aid.summaries.documents import (
    TEMPLATE_VERSION,
    SummaryDocument,
    SummaryInputs,
    answers_document,
    patient_document,
    printed_surgeon_document,
    surgeon_document,
)
from decision_aid.summaries.rendering import render_pdf
from questionnaires.models import AuditEvent, OutboxEvent, User
from questionnaires.services import audit
from questionnaires.services.outbox import record_event
from questionnaires.services.permissions import require
from questionnaires.services.refusals import Refused, StaleState

_DOCUMENTS: dict[str, Callable[[SummaryInputs], SummaryDocument]] = {
    Summary.Audience.SURGEON: printed_surgeon_document,
    Summary.Audience.PATIENT: patient_document,
    Summary.Audience.ANSWERS: answers_document,
}
log = logging.getLogger(__name__)
UNFINISHED = (Summary.Status.REQUESTED, Summary.Status.RENDERING)


def request_assessed(assessment: Assessment) -> None:
    """After an assessment: the surgeon's summary, and once a copy of what the patient answered."""
    _request(assessment, Summary.Audience.SURGEON, "assessed")
    if assessment.number == 1:
        _request(assessment, Summary.Audience.ANSWERS, "assessed")


def request_cleared(assessment: Assessment) -> None:
    """After the last emergency was closed: what was withheld, the options and the copy of the answers."""
    _request(assessment, Summary.Audience.SURGEON, "cleared")
    _request(assessment, Summary.Audience.ANSWERS, "cleared")


def request_signed(assessment: Assessment) -> None:
    """After signing: the surgeon's summary with what was overridden, and by whom it was signed."""
    _request(assessment, Summary.Audience.SURGEON, "signed")


def request_amended(assessment: Assessment, number: int) -> None:
    """After an addendum: the surgeon's summary again, with the words that were added."""
    _request(assessment, Summary.Audience.SURGEON, f"amended{number}")


def request_released(assessment: Assessment) -> None:
    """After release: the patient's summary."""
    _request(assessment, Summary.Audience.PATIENT, "released")


def _request(assessment: Assessment, audience: Summary.Audience, edition: str) -> None:
    """Write the row that is the message. The unique constraint makes a second request the first."""
    now = timezone.now()
    Summary.objects.get_or_create(
        assessment=assessment,
        audience=audience,
        language=assessment.release.ruleset.document["language"],
        template_version=f"{edition}-{TEMPLATE_VERSION}",
        defaults={
            "clinic": assessment.clinic,
            "requested_at": now,
            "due_at": now + timedelta(seconds=settings.SUMMARY_OVERDUE_SECONDS),
        },
    )


def newest_summary(assessment: Assessment, audience: str) -> Summary:
    """The newest document of an assessment for an audience. Refused: summary_not_due."""
    summary = assessment.summaries.filter(audience=audience).order_by("-requested_at", "-id").first()
    if summary is None:
        raise Refused(
            "summary_not_due",
            "This document is not made of this assessment: the patient's is made once the assessment is "
            "released, and the copy of the answers with the first assessment.",
        )
    return summary


def open_pdf(summary: Summary) -> File[Any]:
    """The stored PDF of a document that is ready, to be read. Refused: summary_file_missing."""
    try:
        return summary.file.open("rb")
    except FileNotFoundError:
        log.error("the file of summary %s is not in the storage", summary.pk)  # noqa: TRY400  the id says it all
        raise Refused(
            "summary_file_missing",
            "This document was made, but its file is no longer where it was stored. "
            "Nothing else is lost. Tell whoever runs this service.",
            HTTPStatus.GONE,
        ) from None


@dataclass(frozen=True)
class Rendered:
    """What became of one attempt; `status` is ready, requested (again later), failed or left (not ours)."""

    status: str
    failure: str = ""


def is_withheld(summary: Summary) -> bool:
    """Whether a PDF speaks of options while an emergency sign of its consultation is open."""
    consultation = summary.assessment.consultation
    emergencies = consultation.alerts.filter(urgency="emergency", acknowledged_at__isnull=True)
    if summary.audience == Summary.Audience.ANSWERS or not emergencies.exists():
        return False
    # A PDF that was made while a sign was open holds that sign and nothing else.
    return surgeon_document(summary_inputs(summary.assessment, until=summary.requested_at)).emergency is None


def claim_summary(summary_id: UUID) -> Summary | None:
    """Take a summary by one conditional update, counting the attempt before the work; None: not ours."""
    now = timezone.now()
    lease = timedelta(seconds=settings.SUMMARY_LEASE_SECONDS)
    free = Q(status=Summary.Status.REQUESTED) | Q(status=Summary.Status.RENDERING, claimed_until__lt=now)
    claimed = Summary.objects.filter(free, pk=summary_id, attempts__lt=settings.SUMMARY_MAX_ATTEMPTS).update(
        status=Summary.Status.RENDERING,
        claim=F("claim") + 1,
        attempts=F("attempts") + 1,
        claimed_until=now + lease,
        due_at=now + lease,
    )
    if not claimed:
        return None
    return (
        Summary.objects.select_related(
            "clinic",
            "assessment__consultation__patient",
            "assessment__consultation__surgeon",
            "assessment__consultation__response__version",
            "assessment__findings__version",
            "assessment__release__intake",
            "assessment__release__findings",
        )
        .defer(
            "assessment__consultation__response__version__document",
            *(f"assessment__{document}" for document in ASSESSED_DOCUMENTS),
        )
        .get(pk=summary_id)
    )


def render_summary(summary_id: UUID) -> Rendered:
    """Make one PDF of a stored assessment; safe to run twice and in two places at once."""
    summary = claim_summary(summary_id)
    if summary is None:
        return Rendered("left")
    try:
        inputs = summary_inputs(summary.assessment, until=summary.requested_at)
        pdf = _pdf_of(summary, inputs)
        # The file's name holds the claim, so that two workers never write to one name.
        summary.file.save("", ContentFile(pdf), save=False)
    except Exception as error:
        _give_back(summary, failure=type(error).__name__)
        raise
    return _finish(summary, pdf)


def _pdf_of(summary: Summary, inputs: SummaryInputs) -> bytes:
    document = _DOCUMENTS[summary.audience](inputs)
    if summary.audience == Summary.Audience.SURGEON:
        return render_pdf(document, attachments_of(inputs))
    return render_pdf(document)


def _finish(summary: Summary, pdf: bytes) -> Rendered:
    """Write the result, only while the claim is still ours; a loser deletes its own file."""
    storage, name = summary.file.storage, str(summary.file.name)
    with transaction.atomic():
        written = Summary.objects.filter(
            pk=summary.pk, status=Summary.Status.RENDERING, claim=summary.claim
        ).update(
            status=Summary.Status.READY,
            file=name,
            sha256=sha256(pdf).hexdigest(),
            size=len(pdf),
            ready_at=timezone.now(),
            claimed_until=None,
            failure="",
        )
        if written:
            audit.record(
                summary.clinic,
                "summary_ready",
                summary,
                actor=AuditEvent.Actor.SYSTEM,
                detail={"audience": summary.audience, "attempt": summary.claim},
            )
            record_event(
                summary.clinic,
                OutboxEvent.Kind.SUMMARY_READY,
                summary,
                detail={"consultation": str(summary.assessment.consultation_id)},
            )
    if not written:
        storage.delete(name)
        return Rendered("left")
    for earlier in range(1, summary.claim):
        # Files of workers that died between writing the file and the row.
        storage.delete(f"summaries/{summary.pk}/{earlier}.pdf")
    return Rendered("ready")


def _give_back(summary: Summary, failure: str) -> None:
    """After an error: again later, each time later; after the last attempt, failed and seen by a person."""
    last = summary.attempts >= settings.SUMMARY_MAX_ATTEMPTS
    Summary.objects.filter(pk=summary.pk, status=Summary.Status.RENDERING, claim=summary.claim).update(
        status=Summary.Status.FAILED if last else Summary.Status.REQUESTED,
        failure=failure,
        claimed_until=None,
        due_at=timezone.now() + timedelta(seconds=settings.SUMMARY_OVERDUE_SECONDS * 2**summary.attempts),
    )


def unfinished_summaries(assessment_ids: QuerySet[Assessment]) -> list[UUID]:
    """The ids of the summaries of these assessments that a worker should be rung for."""
    return list(
        Summary.objects.filter(assessment__in=assessment_ids, status=Summary.Status.REQUESTED).values_list(
            "pk", flat=True
        )
    )


def overdue_summaries(limit: int = 500) -> list[UUID]:
    """The ids of the summaries that nobody finished in time; those out of attempts are failed on the way."""
    now = timezone.now()
    overdue = Summary.objects.filter(status__in=UNFINISHED, due_at__lte=now)
    overdue.filter(attempts__gte=settings.SUMMARY_MAX_ATTEMPTS).update(
        status=Summary.Status.FAILED, failure="out_of_attempts", claimed_until=None
    )
    return list(overdue.order_by("due_at").values_list("pk", flat=True)[:limit])


def put_off(summary_ids: Iterable[UUID]) -> None:
    """Leave these alone for a while: the queue has them, and each sweep would only make it longer."""
    now = timezone.now()
    Summary.objects.filter(pk__in=summary_ids, status__in=UNFINISHED, due_at__lte=now).update(
        due_at=now + timedelta(seconds=settings.SUMMARY_RING_AGAIN_SECONDS)
    )


@transaction.atomic
def retry_summary(summary: Summary, by: User) -> None:
    """Give a failed summary its attempts back. Refused: not_permitted, not_failed."""
    require(by, summary.clinic, REPEAT_DOCUMENTS)
    if summary.status != Summary.Status.FAILED:
        raise Refused("not_failed", "This document has not failed; there is nothing to try again.")
    now = timezone.now()
    if not Summary.objects.filter(pk=summary.pk, status=Summary.Status.FAILED).update(
        status=Summary.Status.REQUESTED, attempts=0, failure="", due_at=now
    ):
        raise StaleState("document")
    audit.record(summary.clinic, "summary_retried", summary, user=by)
