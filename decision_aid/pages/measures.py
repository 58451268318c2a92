"""How a clinic uses the sheet, and what was judged otherwise there: of the clinic, of nobody by name."""

import csv
from http import HTTPStatus
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from decision_aid.pages.clinicians import consultation_or_404, for_clinicians
from decision_aid.selectors import OVERRIDE_COLUMNS, clinic_measures, overrides_without_identity
from decision_aid.services.measuring import record_reading
from questionnaires.models import Role, User
from questionnaires.selectors import clinics_of
from questionnaires.services import audit
from questionnaires.services.refusals import Refused

MAINTAINERS = (Role.AUTHOR, Role.APPROVER, Role.ADMINISTRATOR, Role.SURGEON)


@for_clinicians
@require_safe
def measures(request: HttpRequest, user: User) -> HttpResponse:
    """Seconds on the sheet, and the share reviewed before the visit, for each of the user's clinics."""
    now = timezone.now()
    context = {
        "measures": [clinic_measures(clinic, now) for clinic in clinics_of(user)],
        "may_export": clinics_of(user, *MAINTAINERS).exists(),
    }
    return render(request, "decision_aid/measures.html", context)


@for_clinicians
@require_safe
def overrides(request: HttpRequest, user: User) -> HttpResponse:
    """Every override of the clinics whose rules the user maintains, as CSV without identity."""
    clinics = list(clinics_of(user, *MAINTAINERS))
    if not clinics:
        return render(request, "decision_aid/no_clinic.html", status=HTTPStatus.FORBIDDEN)
    response = HttpResponse(
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="candor-overrides.csv"'},
    )
    writer = csv.DictWriter(response, OVERRIDE_COLUMNS)
    writer.writeheader()
    with transaction.atomic():
        for clinic in clinics:
            rows = list(overrides_without_identity([clinic]))
            writer.writerows(rows)
            audit.record(clinic, "overrides_exported", clinic, user=user, detail={"overrides": len(rows)})
    return response


@for_clinicians
@require_POST
def sheet_read(request: HttpRequest, user: User, consultation_id: UUID) -> HttpResponse:
    """How many seconds a sheet was in sight, as the page says when it is left."""
    consultation = consultation_or_404(user, consultation_id)
    sent = request.POST.get("seconds", "")
    try:
        record_reading(consultation, int(sent) if sent.isdecimal() and len(sent) < 9 else 0, user)
    except Refused as refused:
        return HttpResponse(refused.code, status=refused.status, content_type="text/plain")
    return HttpResponse(status=HTTPStatus.NO_CONTENT)
