"""The patient's view of the options, after a surgeon has released it."""

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from decision_aid.pages.documents import own_documents_of
from decision_aid.pages.patients import VisitedConsultation, for_patients
from decision_aid.selectors import released_assessment, summary_inputs
from decision_aid.summaries.documents import patient_document
from questionnaires.models import AuditEvent
from questionnaires.services import audit


@gzip_page
@for_patients
@require_safe
def my_options(request: HttpRequest, visited: VisitedConsultation) -> HttpResponse:
    """The options side by side. Before release there is nothing here."""
    with transaction.atomic():
        assessment = released_assessment(visited.consultation)
        if assessment is None:
            raise Http404
        document = patient_document(summary_inputs(assessment))
        audit.record(visited.clinic, "options_viewed", assessment, actor=AuditEvent.Actor.PATIENT)
    context = {
        "clinic": visited.clinic,
        "consultation": visited.consultation,
        "document": document,
    } | own_documents_of(visited.consultation)
    return render(request, "decision_aid/my_options.html", context)
