"""Documents: what there is, how far each is, and the files themselves for those who may read them."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from decision_aid.models import Consultation, Summary
from decision_aid.pages.clinicians import consultation_or_404, for_clinicians
from decision_aid.pages.patients import VisitedConsultation, for_patients
from decision_aid.selectors import patient_summaries_of, summaries_for, summaries_of
from decision_aid.services.summarising import is_withheld, open_pdf
from questionnaires.models import AuditEvent, User
from questionnaires.services import audit
from questionnaires.services.refusals import Refused

NAMES = {
    Summary.Audience.SURGEON: "Surgeon's summary",
    Summary.Audience.PATIENT: "Patient's summary",
    Summary.Audience.ANSWERS: "Copy of the answers",
}
OWN_NAMES = {
    Summary.Audience.PATIENT: "Your treatment options",
    Summary.Audience.ANSWERS: "A copy of your answers",
}
FILE_NAMES = {
    Summary.Audience.SURGEON: "candor-summary.pdf",
    Summary.Audience.PATIENT: "candor-options.pdf",
    Summary.Audience.ANSWERS: "candor-answers.pdf",
}
EDITIONS = {
    "assessed": "as scored",
    "cleared": "after the warning was closed",
    "signed": "as signed",
    "amended": "with what was added",
    "released": "as released",
}
FAILURES = {
    "out_of_attempts": "It was tried several times and never finished.",
    "RenderingError": "Its words could not be laid out as a PDF.",
    "OSError": "The file could not be stored.",
    "NotADirectoryError": "The file could not be stored.",
    "PermissionError": "The file could not be stored.",
    "ClientError": "The file could not be stored.",
    "EndpointConnectionError": "The file could not be stored.",
}
OTHER_FAILURE = "Making it failed. Try again; if it fails once more, tell whoever runs this service."


@dataclass(frozen=True)
class DocumentRow:
    """A document in a list, in words."""

    summary: Summary
    name: str
    edition: str
    failure_words: str

    @property
    def is_ready(self) -> bool:
        return self.summary.status == Summary.Status.READY

    @property
    def is_superseded(self) -> bool:
        return bool(getattr(self.summary, "superseded", False))

    @property
    def is_failed(self) -> bool:
        return self.summary.status == Summary.Status.FAILED


def documents_of(consultation: Consultation) -> dict[str, Any]:
    """What the list of a consultation's documents needs: the newest of each kind, and the earlier ones."""
    current: dict[str, DocumentRow] = {}
    earlier = []
    for summary in _newest_first(summaries_of(consultation)):
        row = _row(summary, NAMES[Summary.Audience(summary.audience)])
        if summary.audience in current:
            earlier.append(row)
        else:
            current[summary.audience] = row
    rows = [current[audience] for audience in NAMES if audience in current]
    return {"documents": rows, "earlier_documents": earlier, "rendering": _any_rendering([*rows, *earlier])}


def own_documents_of(consultation: Consultation) -> dict[str, Any]:
    """The same for the patient: only what is theirs, and only the newest of each kind."""
    current: dict[str, DocumentRow] = {}
    for summary in _newest_first(patient_summaries_of(consultation)):
        current.setdefault(summary.audience, _row(summary, OWN_NAMES[Summary.Audience(summary.audience)]))
    rows = [current[audience] for audience in OWN_NAMES if audience in current]
    return {"documents": rows, "rendering": _any_rendering(rows)}


def _newest_first(summaries: Iterable[Summary]) -> list[Summary]:
    return sorted(
        summaries, key=lambda summary: (summary.assessment.number, summary.requested_at), reverse=True
    )


def _row(summary: Summary, name: str) -> DocumentRow:
    edition = EDITIONS.get(summary.template_version.rpartition("-")[0].rstrip("0123456789"), "")
    return DocumentRow(summary, name, edition, FAILURES.get(summary.failure, OTHER_FAILURE))


def _any_rendering(rows: Iterable[DocumentRow]) -> bool:
    return any(not row.is_ready and not row.is_failed for row in rows)


@for_clinicians
@require_safe
def documents(request: HttpRequest, user: User, consultation_id: UUID) -> HttpResponse:
    """The list of documents by itself, for a page that waits for one; without htmx, the whole sheet."""
    if not request.headers.get("HX-Request"):
        return redirect("sheet", consultation_id)
    consultation = consultation_or_404(user, consultation_id)
    context = {"consultation": consultation} | documents_of(consultation)
    return render(request, "decision_aid/parts/documents.html", context)


@for_clinicians
@require_safe
def document(request: HttpRequest, user: User, summary_id: UUID) -> HttpResponse | FileResponse:
    """One PDF of a consultation of the user's clinics."""
    with transaction.atomic():
        summary = summaries_for(user).filter(pk=summary_id).first()
        if summary is None:
            raise Http404
        if summary.status != Summary.Status.READY or is_withheld(summary):
            return render(request, "decision_aid/not_ready.html", {"summary": summary}, status=409)
        try:
            shown = _file(summary)
        except Refused as refused:
            context = {"summary": summary, "refused": refused}
            return render(request, "decision_aid/not_ready.html", context, status=refused.status)
        audit.record(summary.clinic, "document_viewed", summary, user=user)
    return shown


@for_patients
@require_safe
def my_documents(request: HttpRequest, visited: VisitedConsultation) -> HttpResponse:
    """The patient's own documents: a page, or only the list for a page that waits."""
    context = {"clinic": visited.clinic, "consultation": visited.consultation}
    context |= own_documents_of(visited.consultation)
    is_fragment = bool(request.headers.get("HX-Request"))
    template = "decision_aid/parts/my_documents.html" if is_fragment else "decision_aid/my_documents.html"
    return render(request, template, context)


@for_patients
@require_safe
def my_document(
    request: HttpRequest, visited: VisitedConsultation, summary_id: UUID
) -> HttpResponse | FileResponse:
    """One PDF of the patient's own: the copy of the answers, or the options after release."""
    with transaction.atomic():
        summary = patient_summaries_of(visited.consultation).filter(pk=summary_id).first()
        if summary is None or summary.status != Summary.Status.READY:
            raise Http404
        if is_withheld(summary):
            return redirect("my_options")  # where it says what to do now
        try:
            shown = _file(summary)
        except Refused as refused:
            context = {"title": gettext("This document cannot be shown"), "sentence": refused.sentence}
            return render(request, "questionnaires/refused.html", context, status=refused.status)
        audit.record(visited.clinic, "document_viewed", summary, actor=AuditEvent.Actor.PATIENT)
    return shown


def _file(summary: Summary) -> FileResponse:
    """The stored PDF, to be shown in the browser under a name that says nothing about the person.

    Refused: summary_file_missing.
    """
    response = FileResponse(
        open_pdf(summary),
        content_type="application/pdf",
        filename=FILE_NAMES[Summary.Audience(summary.audience)],
    )
    response["X-Content-Type-Options"] = "nosniff"
    return response
