"""The patient's view of the options, after a surgeon has released it."""

from typing import Any

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from decision_aid.pages.documents import own_documents_of
from decision_aid.pages.patients import VisitedConsultation, for_patients
from decision_aid.selectors import released_assessment, summary_inputs
from decision_aid.summaries import PatientDocument, PatientOption, wording
from decision_aid.summaries.documents import patient_document
from decision_aid.summaries.shapes import OutcomeRow
from questionnaires.models import AuditEvent
from questionnaires.services import audit


@gzip_page
@for_patients
@require_safe
def my_options(request: HttpRequest, visited: VisitedConsultation) -> HttpResponse:
    """The options side by side. Before release there is nothing here."""
    document = released_document(visited, "options_viewed")
    context = options_context(visited, document) | own_documents_of(visited.consultation)
    return render(request, "decision_aid/my_options.html", context)


@gzip_page
@for_patients
@require_safe
def compare_options(request: HttpRequest, visited: VisitedConsultation) -> HttpResponse:
    """Two of the options beside each other; at first no operation and the treatment after it."""
    document = released_document(visited, "options_compared")
    if document.emergency or len(document.options) < 2:
        return redirect("my_options")
    chosen = (request.GET.get("one", ""), request.GET.get("other", ""))
    context = options_context(visited, document) | compared_context(document, chosen)
    return render(request, "decision_aid/compare_options.html", context)


def options_context(visited: VisitedConsultation, document: PatientDocument) -> dict[str, Any]:
    """What every page of the decision needs."""
    first_two = document.options[:2]
    return {
        "clinic": visited.clinic,
        "consultation": visited.consultation,
        "document": document,
        "exercise_label": wording.REHABILITATION,
        "one": first_two[0] if first_two else None,
        "other": first_two[1] if len(first_two) == 2 else None,
        "step": "options",
    }


def compared_context(document: PatientDocument, chosen: tuple[str, str]) -> dict[str, Any]:
    """The two chosen options in the document's order, so that no operation stays first."""
    shown = {option.id: option for option in document.options}
    two = [option for code, option in shown.items() if code in chosen]
    asked = chosen != ("", "")
    not_two = asked and len(two) != 2
    if len(two) != 2:
        two = list(document.options[:2])
    return {
        "step": "compare",
        "two": two,
        "one": two[0],
        "other": two[-1],
        "not_two": not_two,
        "rows": [_of_two(document, row, two) for row in document.outcomes],
    }


def _of_two(document: PatientDocument, row: OutcomeRow, two: list[PatientOption]) -> OutcomeRow:
    places = [document.options.index(option) for option in two]
    return OutcomeRow(row.outcome, row.name, row.asks, tuple(row.cells[place] for place in places))


def released_document(visited: VisitedConsultation, action: str) -> PatientDocument:
    """What was released to this visit, the look at it audited. Raises Http404 before the release."""
    with transaction.atomic():
        assessment = released_assessment(visited.consultation)
        if assessment is None:
            raise Http404
        document = patient_document(summary_inputs(assessment))
        audit.record(visited.clinic, action, assessment, actor=AuditEvent.Actor.PATIENT)
    return document
