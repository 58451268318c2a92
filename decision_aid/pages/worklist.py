"""The worklist: open alerts on top, then by appointment."""

from datetime import datetime
from typing import TYPE_CHECKING

from django import forms
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from decision_aid.pages.clinicians import for_clinicians
from decision_aid.selectors import worklist as consultations_on_worklist
from questionnaires.models import User
from questionnaires.selectors import CLINICAL_ROLES, clinics_of
from questionnaires.services import audit

if TYPE_CHECKING:
    from decision_aid.selectors import FollowedConsultation

PAGE_SIZE = 25
LONGEST_SEARCH = 100
STAGES = {
    "invited": "Invited",
    "answering": "Answering",
    "submitted": "To review",
    "signed": "Signed",
    "released": "Released",
}


class WorklistFilters(forms.Form):
    """What to show of the worklist; whatever is not understood filters nothing."""

    whose = forms.ChoiceField(choices=[("mine", "My patients"), ("all", "Everyone's")], required=False)
    stage = forms.ChoiceField(choices=[("", "Every stage"), *STAGES.items()], required=False)
    past = forms.BooleanField(required=False)
    search = forms.CharField(max_length=LONGEST_SEARCH, required=False)

    def apply(
        self, consultations: "QuerySet[FollowedConsultation]", user: User, now: datetime
    ) -> "QuerySet[FollowedConsultation]":
        """Keep what was asked for. What is past and released is done, and shown only when asked for."""
        chosen = self.chosen
        if chosen["whose"] == "mine":
            consultations = consultations.filter(surgeon=user)
        if chosen["stage"]:
            consultations = consultations.filter(stage=chosen["stage"])
        elif not chosen["past"] and not chosen["search"]:
            consultations = consultations.exclude(stage="released", scheduled_at__lt=now, open_alerts=0)
        for word in chosen["search"].split():
            consultations = consultations.filter(
                Q(patient__number__icontains=word)
                | Q(patient__family_name__icontains=word)
                | Q(patient__given_name__icontains=word)
            )
        return consultations

    @property
    def chosen(self) -> dict[str, str]:
        """The filters as text, as hidden fields repeat them."""
        self.is_valid()
        return {
            name: str(value) if (value := self.cleaned_data.get(name)) else ""
            for name in ("whose", "stage", "past", "search")
        }


@for_clinicians
@require_http_methods(["GET", "HEAD", "POST"])
def worklist(request: HttpRequest, user: User) -> HttpResponse:
    """Show the consultations of the user's clinics.

    A search is sent by POST, so that no name gets into an address, a history or a log.
    """
    clinics = list(clinics_of(user, *CLINICAL_ROLES))
    if not clinics:
        return render(request, "decision_aid/no_clinic.html", status=403)
    sent = request.POST if request.method == "POST" else request.GET
    filters = WorklistFilters(sent if request.method == "POST" else {**sent.dict(), "search": ""})
    now = timezone.now()
    with transaction.atomic():
        found = filters.apply(consultations_on_worklist(user), user, now)
        # A row names people and a clinic: no release and no answers are loaded with it.
        found = found.select_related(None).select_related("clinic", "patient", "surgeon")
        page = Paginator(found, PAGE_SIZE).get_page(sent.get("page"))
        shown: list[FollowedConsultation] = list(page.object_list)
        for clinic in clinics:
            if seen := sum(one.clinic_id == clinic.pk for one in shown):
                audit.record(clinic, "worklist_viewed", clinic, user=user, detail={"consultations": seen})
    context = {
        "page": page,
        "rows": [(consultation, STAGES[consultation.stage]) for consultation in shown],
        "chosen": filters.chosen,
        "stages": STAGES.items(),
        "is_filtered": any(filters.chosen.values()),
        "clinics": clinics,
        "now": now,
    }
    return render(request, "decision_aid/worklist.html", context)
