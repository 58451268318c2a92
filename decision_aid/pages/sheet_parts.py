"""What the sheet rests on, for whoever asks: a ledger with its figures, the answers, the sources, a note."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from decision_aid.pages.clinicians import consultation_or_404, for_clinicians
from decision_aid.selectors import current_assessment, summary_inputs
from decision_aid.summaries import SummaryInputs, SurgeonDocument, surgeon_document
from decision_aid.summaries.note import note_text
from questionnaires.models import Role, User
from questionnaires.selectors import clinics_of
from questionnaires.services import audit


@gzip_page
@for_clinicians
@require_safe
def option_basis(request: HttpRequest, user: User, consultation_id: UUID, option: str) -> HttpResponse:
    """The whole ledger and every figure of one treatment."""

    def context(_: SummaryInputs, document: SurgeonDocument) -> dict[str, Any]:
        for one in (*document.options, *document.not_indicated):
            if one.id == option:
                return {"option": one, "title": one.title}
        raise Http404

    return _part(request, user, consultation_id, "option_basis", context)


@gzip_page
@for_clinicians
@require_safe
def answers(request: HttpRequest, user: User, consultation_id: UUID) -> HttpResponse:
    """Every answer of the patient and every finding, in words."""
    return _part(
        request,
        user,
        consultation_id,
        "answers",
        lambda inputs, _: {
            "answers": (*inputs.intake, *inputs.findings),
            "title": "Every answer",
            "may_make_case": clinics_of(user, Role.SURGEON).exists(),
        },
    )


@gzip_page
@for_clinicians
@require_safe
def sources(request: HttpRequest, user: User, consultation_id: UUID) -> HttpResponse:
    """The studies and guidelines behind this sheet, and the versions it was made by."""
    return _part(
        request, user, consultation_id, "sheet_sources", lambda _, document: {"title": "Sources and versions"}
    )


@gzip_page
@for_clinicians
@require_safe
def note(request: HttpRequest, user: User, consultation_id: UUID) -> HttpResponse:
    """The sheet as plain text to copy into the record."""
    return _part(
        request,
        user,
        consultation_id,
        "note",
        lambda _, document: {"note": note_text(document), "title": "Note text"},
    )


def _part(request: HttpRequest, user: User, consultation_id: UUID, part: str, context: Any) -> HttpResponse:
    """The part by itself for a page that has room for it, or a page of its own without scripts.

    Where there is nothing to show (no assessment yet, or an emergency is open), the sheet says so.
    """
    consultation = consultation_or_404(user, consultation_id)
    assessment = current_assessment(consultation)
    if assessment is None:
        return redirect("sheet", consultation.pk)
    inputs = summary_inputs(assessment)
    document = surgeon_document(inputs)
    if document.emergency:
        return redirect("sheet", consultation.pk)
    shown = context(inputs, document)
    audit.record(consultation.clinic, "viewed", assessment, user=user, detail={"part": part})
    shown |= {
        "consultation": consultation,
        "patient": consultation.patient,
        "clinic": consultation.clinic,
        "assessment": assessment,
        "document": document,
        "part": f"decision_aid/parts/{part}.html",
    }
    is_fragment = bool(request.headers.get("HX-Request"))
    return render(request, shown["part"] if is_fragment else "decision_aid/sheet_part.html", shown)
