"""The worklist: open alerts pinned, then today's and coming appointments."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from django import forms
from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from decision_aid.models import Consultation
from decision_aid.pages.clinicians import for_clinicians
from decision_aid.pages.cursors import Stretch, stretch_of
from decision_aid.selectors import (
    found_by_words,
    most_urgent,
    option_titles,
    with_open_alert,
    without_open_alert,
)
from decision_aid.selectors import worklist as consultations_on_worklist
from questionnaires.models import Clinic, User
from questionnaires.selectors import CLINICAL_ROLES, clinics_of
from questionnaires.services import audit

if TYPE_CHECKING:
    from decision_aid.selectors import FollowedConsultation

    Consultations = QuerySet[FollowedConsultation]

PAGE_SIZE = 25
MOST_PINNED = 25
MOST_PATIENTS = 200
LONGEST_SEARCH = 100
INCOMPLETE = (Consultation.Stage.INVITED, Consultation.Stage.ANSWERING)
STAGES = {str(code): str(words) for code, words in Consultation.Stage.choices}
STATUSES = {"incomplete": "Form not complete yet", **STAGES}
URGENCIES = {"emergency": "Emergency open", "urgent": "Urgent warning open", "any": "Any warning open"}
WHEN = {"": "From today on", "past": "Before today", "all": "Any day"}


class WorklistFilters(forms.Form):
    """What to show of the worklist; whatever is not understood filters nothing."""

    whose = forms.ChoiceField(choices=[("mine", "My patients"), ("all", "Everyone's")], required=False)
    stage = forms.ChoiceField(choices=[("", "Every status"), *STATUSES.items()], required=False)
    urgency = forms.ChoiceField(choices=[("", "Every urgency"), *URGENCIES.items()], required=False)
    when = forms.ChoiceField(choices=list(WHEN.items()), required=False)
    day = forms.DateField(required=False)
    option = forms.SlugField(max_length=80, required=False)
    search = forms.CharField(max_length=LONGEST_SEARCH, required=False)
    before = forms.CharField(max_length=80, required=False)
    after = forms.CharField(max_length=80, required=False)

    @property
    def chosen(self) -> dict[str, str]:
        """The filters as text, as hidden fields and addresses repeat them."""
        self.is_valid()
        return {name: str(value) if (value := self.cleaned_data.get(name)) else "" for name in self.fields}


@dataclass(frozen=True)
class Asked:
    """What one request asks of the worklist of these clinics."""

    user: User
    clinics: Sequence[Clinic]
    chosen: dict[str, str]
    now: datetime

    @property
    def is_searched(self) -> bool:
        return bool(self.chosen["search"].strip())

    @property
    def is_one_list(self) -> bool:
        """Whether nothing is pinned: people were searched for, or those with a warning."""
        return self.is_searched or bool(self.chosen["urgency"])

    @property
    def is_filtered(self) -> bool:
        return any(self.chosen[name] for name in ("stage", "urgency", "option", "search", "day", "when")) or (
            self.chosen["whose"] == "mine"
        )

    def found(self) -> "tuple[Consultations, bool]":
        """What fits every filter but those of status and time; whether a search found too many people."""
        consultations, too_many = consultations_on_worklist(self.clinics), False
        if self.chosen["whose"] == "mine":
            consultations = consultations.filter(surgeon=self.user)
        if self.chosen["option"]:
            consultations = consultations.filter(candidates__contains=f" {self.chosen['option']} ")
        if self.is_searched:
            found = found_by_words(self.clinics, self.chosen["search"], MOST_PATIENTS)
            too_many = len(found) >= MOST_PATIENTS
            consultations = consultations.filter(pk__in=found)
        if urgency := self.chosen["urgency"]:
            consultations = with_open_alert(consultations, self.clinics, "" if urgency == "any" else urgency)
        return consultations, too_many

    def of_stage(self, consultations: "Consultations") -> "Consultations":
        stage = self.chosen["stage"]
        if stage == "incomplete":
            return consultations.filter(stage__in=INCOMPLETE)
        return consultations.filter(stage=stage) if stage else consultations

    def in_time(self, consultations: "Consultations") -> "Consultations":
        """The day or the time that was asked for; a search and open warnings are of any day."""
        zone = ZoneInfo(self.clinics[0].time_zone)
        today = datetime.combine(self.now.astimezone(zone).date(), time(), zone)
        if self.chosen["day"]:
            begins = datetime.combine(datetime.fromisoformat(self.chosen["day"]).date(), time(), zone)
            return consultations.filter(scheduled_at__gte=begins, scheduled_at__lt=begins + timedelta(days=1))
        if self.chosen["when"] == "past":
            return consultations.filter(scheduled_at__lt=today)
        if self.chosen["when"] == "all" or self.is_searched or self.chosen["urgency"]:
            return consultations
        return consultations.filter(scheduled_at__gte=today)

    def pinned(self, consultations: "Consultations") -> "list[FollowedConsultation]":
        """Those with an open warning, whenever they come: above the first page of a list not about them."""
        if self.is_one_list or self.chosen["before"] or self.chosen["after"]:
            return []
        return list(most_urgent(self.of_stage(consultations), self.clinics, MOST_PINNED))

    def stretch(self, consultations: "Consultations") -> Stretch:
        """The page that was asked for, of what is not pinned."""
        listed = self.in_time(self.of_stage(consultations))
        if not self.is_one_list:
            listed = without_open_alert(listed)
        newest_first = self.chosen["when"] == "past"
        before, after = self.chosen["before"], self.chosen["after"]
        return stretch_of(listed, PAGE_SIZE, before=before, after=after, newest_first=newest_first)

    def counts(self, consultations: "Consultations") -> dict[str, int]:
        """How many there are of each stage in the time that was asked for, whatever stage was chosen."""
        if self.is_searched:
            return dict.fromkeys(STATUSES, 0)
        each = {stage: Count("pk", filter=Q(stage=stage)) for stage in STAGES}
        by_stage = self.in_time(consultations).select_related(None).order_by().aggregate(**each)
        return {"incomplete": sum(by_stage[stage] for stage in INCOMPLETE), **by_stage}


@for_clinicians
@require_http_methods(["GET", "HEAD", "POST"])
def worklist(request: HttpRequest, user: User) -> HttpResponse:
    """Show the consultations of the user's clinics.

    A search is sent by POST, so that no name gets into an address, a history or a log.
    """
    clinics = list(clinics_of(user, *CLINICAL_ROLES))
    if not clinics:
        return render(request, "decision_aid/no_clinic.html", status=403)
    sent = request.POST if request.method == "POST" else {**request.GET.dict(), "search": ""}
    asked = Asked(user, clinics, WorklistFilters(sent).chosen, timezone.now())
    consultations, too_many = asked.found()
    pinned, stretch, counts = (
        asked.pinned(consultations),
        asked.stretch(consultations),
        asked.counts(consultations),
    )
    # Only the audit holds other writers up, so it comes when everything has been read.
    with transaction.atomic():
        for clinic in clinics:
            shown = [one for one in (*pinned, *stretch.rows) if one.clinic_id == clinic.pk]
            for one in shown:
                one.clinic = clinic
            if shown:
                detail = {"consultations": len(shown)}
                audit.record(clinic, "worklist_viewed", clinic, user=user, detail=detail)
    context: dict[str, Any] = {
        "pinned": pinned,
        "rows": stretch.rows,
        "stretch": stretch,
        "counts": [(code, STATUSES[code], counts[code]) for code in STATUSES],
        "total": sum(counts[stage] for stage in STAGES),
        "too_many": MOST_PATIENTS if too_many else 0,
        "most_pinned": len(pinned) == MOST_PINNED,
        "chosen": asked.chosen,
        "kept": _kept(asked.chosen),
        "choices": {
            "stage": STATUSES.items(),
            "urgency": URGENCIES.items(),
            "when": WHEN.items(),
            "option": option_titles(clinics).items(),
        },
        "is_filtered": asked.is_filtered,
        "clinics": clinics,
        "today": asked.now.astimezone(ZoneInfo(clinics[0].time_zone)).date(),
    }
    return render(request, "decision_aid/worklist.html", context)


def _kept(chosen: dict[str, str]) -> str:
    """The filters but status, place and search as they stand in an address: never a name."""
    query = QueryDict(mutable=True)
    for name, value in chosen.items():
        if value and name not in ("stage", "search", "before", "after"):
            query[name] = value
    return query.urlencode()
