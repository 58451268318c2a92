"""The gate before a release over HTTP: checked, replayed, signed by a second person, published."""

from typing import ClassVar

from django.db.models import QuerySet
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from decision_aid.api.serializers import (
    ApprovalSerializer,
    ChangeSerializer,
    GateReportSerializer,
    NewGateReportSerializer,
    PublicationSerializer,
)
from decision_aid.api.summaries import LOCATION
from decision_aid.models import GateReport
from decision_aid.selectors import aid_drafts_for, gate_reports_for
from decision_aid.services.gate import (
    approve_report,
    changes_of,
    open_gate,
    replay_again,
    state_of,
    waiting_parts,
    withdraw_report,
)
from decision_aid.services.publishing import publish_report, schedule_report
from decision_aid.tasks import nudge_parts
from questionnaires.api.access import Policy, staff
from questionnaires.api.asking import By, Page, given
from questionnaires.api.parsing import Listed
from questionnaires.api.problems import pointer_to
from questionnaires.api.reading import RecordedReads
from questionnaires.api.repeating import once
from questionnaires.models import Scope

States = GateReport.State
UNSIGNED = (States.REPLAYING, States.FAILED, States.BLOCKED, States.CLEAN)


class GateClosed(Listed):
    """A report that is not clean and signed is not published; what keeps it so is listed."""

    status_code = 409
    default_code = "release_gate"

    def __init__(self, report: GateReport) -> None:
        label = States(state_of(report)).label
        super().__init__(
            f"Release {report.number} {label}: it is published once it is clean and approved.",
            [
                {"code": found["code"], "detail": found["sentence"], "pointer": pointer_to(found["place"])}
                for found in report.findings
                if found["blocks"]
            ],
        )


class NewestReportsFirst(Page):
    ordering = ("-requested_at", "id")


class GateReportViewSet(RecordedReads):
    """What was found of a draft before its release, whom it changes, and who signed it."""

    read_as = "gate"
    policy: ClassVar[Policy] = {
        "list": Scope.DRAFTS_READ,
        "retrieve": Scope.DRAFTS_READ,
        "changes": Scope.DRAFTS_READ,
        "create": Scope.PUBLISH,
        "retry": Scope.PUBLISH,
        "approve": Scope.PUBLISH,
        "publish": Scope.PUBLISH,
        "withdraw": Scope.PUBLISH,
    }
    query: ClassVar = {"aid": By("aid", serializers.IntegerField(min_value=0, max_value=2**63 - 1))}
    serializer_class = GateReportSerializer
    pagination_class = NewestReportsFirst
    queryset = GateReport.objects.none()

    def get_queryset(self) -> QuerySet[GateReport]:
        return gate_reports_for(staff(self.request))

    @extend_schema(
        request=NewGateReportSerializer, responses={202: GateReportSerializer}, parameters=[LOCATION]
    )
    @once
    def create(self, request: Request) -> Response:
        """Check a draft as it is now, and have everybody's answers replayed by it."""
        values, user = given(NewGateReportSerializer, request), staff(request)
        report = open_gate(aid_drafts_for(user).get(pk=values["aid"]), user, values["reason"])
        nudge_parts(waiting_parts(report))
        return shown(report, status.HTTP_202_ACCEPTED)

    @extend_schema(responses={200: ChangeSerializer(many=True)}, filters=False)
    @action(detail=True, methods=["get"], pagination_class=None)
    def changes(self, request: Request, pk: str) -> Response:
        """Whose candidacy changes, and by which rules, as far as the replay has come."""
        report: GateReport = self.get_object()
        self.record_read(report)
        return Response(list(changes_of(report)))

    @extend_schema(request=None, responses={202: GateReportSerializer}, parameters=[LOCATION])
    @action(detail=True, methods=["post"])
    def retry(self, request: Request, pk: str) -> Response:
        """Have the parts of the replay that failed tried again."""
        report: GateReport = self.get_object()
        replay_again(report, staff(request))
        nudge_parts(waiting_parts(report))
        return shown(report, status.HTTP_202_ACCEPTED)

    @extend_schema(request=ApprovalSerializer, responses={200: GateReportSerializer})
    @once
    @action(detail=True, methods=["post"])
    def approve(self, request: Request, pk: str) -> Response:
        """Sign the hash of a clean report, as the second person."""
        report: GateReport = self.get_object()
        approve_report(report, staff(request), given(ApprovalSerializer, request)["sha256"])
        return shown(report)

    @extend_schema(request=PublicationSerializer, responses={200: GateReportSerializer})
    @once
    @action(detail=True, methods=["post"])
    def publish(self, request: Request, pk: str) -> Response:
        """Publish what was signed, at once or at a time; until it is clean and signed, `release_gate`."""
        report: GateReport = self.get_object()
        at = given(PublicationSerializer, request)["at"]
        if state_of(report) in UNSIGNED:
            raise GateClosed(report)
        if at is None:
            publish_report(report, staff(request))
        else:
            schedule_report(report, staff(request), at)
        return shown(report)

    @extend_schema(request=None, responses={200: GateReportSerializer})
    @action(detail=True, methods=["post"])
    def withdraw(self, request: Request, pk: str) -> Response:
        """Take back a report that was not published yet."""
        report: GateReport = self.get_object()
        withdraw_report(report, staff(request))
        return shown(report)


def shown(report: GateReport, code: int = status.HTTP_200_OK) -> Response:
    """The report as it stands, and where to ask for it again."""
    report.refresh_from_db()
    address = reverse("api-gate-detail", args=[report.pk])
    return Response(GateReportSerializer(report).data, status=code, headers={"Location": address})
