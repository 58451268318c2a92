"""The gate in the administration: what was found, who is changed, the signature, and the publication."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from decision_aid.admin.moves import moves_of, people_moved
from decision_aid.admin.places import address_of
from decision_aid.models import DecisionAid, DecisionAidVersion, GateReport, RescoringPart
from decision_aid.services.gate import (
    approve_report,
    newest_release,
    open_gate,
    replay_again,
    state_of,
    waiting_parts,
    withdraw_report,
)
from decision_aid.services.publishing import publish_report, return_to, schedule_report
from decision_aid.tasks import nudge_parts
from questionnaires.admin.access import ReadOnly, office_user
from questionnaires.admin.publishing import PublishAddress, PublishForm
from questionnaires.definition.problems import ProblemsFound
from questionnaires.models import User
from questionnaires.services.refusals import Refused

States = GateReport.State


class TimeForm(forms.Form):
    """When a release is published."""

    at = forms.SplitDateTimeField(
        label="When",
        widget=forms.SplitDateTimeWidget(
            date_attrs={"type": "date", "aria-label": "Day"},
            time_attrs={"type": "time", "aria-label": "Time"},
        ),
    )


class GatePage(PublishAddress):
    """The page that takes a decision aid's draft to the gate, with the reports made before."""

    def publish_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        aid = self.get_object(request, object_id)
        if not isinstance(aid, DecisionAid) or not self.has_view_permission(request, aid):
            raise PermissionDenied
        form = PublishForm(request.POST or None)
        refused, status = "", 200
        if request.method == "POST" and form.is_valid():
            try:
                report = open_gate(aid, office_user(request), form.cleaned_data["reason"])
            except Refused as refusal:
                refused, status = refusal.sentence, refusal.status
            else:
                nudge_parts(waiting_parts(report))
                return HttpResponseRedirect(reverse("admin:decision_aid_gatereport_change", args=[report.pk]))
        reports = aid.gate_reports.select_related("aid", "requested_by", "release")[:20]
        context = self.admin_site.each_context(request) | {
            "opts": self.opts,
            "original": aid,
            "title": _("Check and publish: %(aid)s") % {"aid": aid},
            "form": form,
            "refused": refused,
            "author": aid.edited_by,
            "newest": aid.releases.order_by("-number").first(),
            "reports": [(report, States(state_of(report)).label) for report in reports],
        }
        return TemplateResponse(request, "admin/gate/open.html", context, status=status)


@admin.register(GateReport)
class GateReportAdmin(ReadOnly, admin.ModelAdmin[GateReport]):
    """A report with everything that was found, and the acts that its state allows."""

    list_display = ("aid", "number", "requested_at", "author", "approver", "publish_at", "release")
    list_filter = (("aid", admin.RelatedOnlyFieldListFilter),)
    list_select_related = ("aid", "author", "approver", "release")

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        report = self.get_object(request, object_id)
        if report is None or not self.has_view_permission(request, report):
            raise PermissionDenied
        refused, status = "", 200
        if request.method == "POST":
            try:
                messages.success(request, self._act(request, report))
            except Refused as refusal:
                refused, status = refusal.sentence, refusal.status
            except ProblemsFound as found:
                refused, status = " ".join(problem.sentence for problem in found.problems), 422
            else:
                return HttpResponseRedirect(request.path)
        return TemplateResponse(
            request, "admin/gate/report.html", self._context(request, report, refused), status=status
        )

    def _act(self, request: HttpRequest, report: GateReport) -> str:
        """Do what the pressed button says; return what to tell."""
        acts: dict[str, Callable[[HttpRequest, GateReport, User], str]] = {
            "approve": _approve,
            "publish": _publish,
            "schedule": _schedule,
            "withdraw": _withdraw,
            "again": _again,
        }
        act = acts.get(request.POST.get("act", ""))
        if act is None:
            raise Refused("unknown_act", "This button is none of the page's. Load the page again.", 422)
        return act(request, report, office_user(request))

    def _context(self, request: HttpRequest, report: GateReport, refused: str) -> dict[str, Any]:
        state = state_of(report)
        findings = [each | {"address": address_of(each["mends"])} for each in report.findings]
        parts = RescoringPart.objects.filter(rescoring__gate=report)
        return self.admin_site.each_context(request) | {
            "opts": self.opts,
            "report": report,
            "title": _("Release %(number)s of %(aid)s") % {"number": report.number, "aid": report.aid},
            "state": state,
            "state_words": States(state).label,
            "problems": [each for each in findings if each["blocks"]],
            "remarks": [each for each in findings if not each["blocks"]],
            "moves": moves_of(report) if report.sha256 else [],
            "people": list(people_moved(report)) if report.sha256 else [],
            "parts_done": parts.filter(status=RescoringPart.Status.DONE).count(),
            "parts": parts.count(),
            "refused": refused,
            "time_form": TimeForm(use_required_attribute=False),  # another button needs no time
        }


def _approve(request: HttpRequest, report: GateReport, user: User) -> str:
    approve_report(report, user, request.POST.get("sha256", ""))
    return _("Approved: you signed the hash of this report.")


def _publish(request: HttpRequest, report: GateReport, user: User) -> str:
    return _("Published: %(release)s.") % {"release": publish_report(report, user)}


def _schedule(request: HttpRequest, report: GateReport, user: User) -> str:
    form = TimeForm(request.POST)
    if not form.is_valid():
        raise Refused("not_a_time", "Give a day and a time.", 422)
    schedule_report(report, user, form.cleaned_data["at"])
    return _("It will be published at that time.")


def _withdraw(request: HttpRequest, report: GateReport, user: User) -> str:
    withdraw_report(report, user)
    return _("Withdrawn: it will not be published.")


def _again(request: HttpRequest, report: GateReport, user: User) -> str:
    replay_again(report, user)
    nudge_parts(waiting_parts(report))
    return _("It is tried again.")


class ReturnPage(admin.ModelAdmin[Any]):
    """Adds to releases the page that goes back to one."""

    change_form_template = "admin/gate/release.html"

    @cached_property
    def return_name(self) -> str:
        return f"{self.opts.app_label}_{self.opts.model_name}_return"

    def get_urls(self) -> list[URLPattern]:
        page = path(
            "<path:object_id>/return/", self.admin_site.admin_view(self.return_view), name=self.return_name
        )
        return [page, *super().get_urls()]

    def return_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        release = self.get_object(request, object_id)
        if not isinstance(release, DecisionAidVersion) or not self.has_view_permission(request, release):
            raise PermissionDenied
        form = PublishForm(request.POST or None)
        refused, status = "", 200
        if request.method == "POST" and form.is_valid():
            try:
                again = return_to(release, office_user(request), form.cleaned_data["reason"])
            except Refused as refusal:
                refused, status = refusal.sentence, refusal.status
            except ProblemsFound as found:
                refused, status = " ".join(problem.sentence for problem in found.problems), 422
            else:
                messages.success(request, _("Published: %(release)s.") % {"release": again})
                return HttpResponseRedirect(
                    reverse("admin:decision_aid_decisionaidversion_change", args=[again.pk])
                )
        newest = newest_release(release.aid)
        context = self.admin_site.each_context(request) | {
            "opts": self.opts,
            "original": release,
            "newest": newest,
            "is_used": newest is None or release.pk in {newest.pk, newest.returns_to_id},
            "title": _("Return to release %(number)s") % {"number": release.number},
            "form": form,
            "refused": refused,
        }
        return TemplateResponse(request, "admin/gate/return.html", context, status=status)
