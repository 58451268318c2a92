"""Documents over HTTP: asked for, waited for, downloaded."""

from typing import ClassVar

from django.db import transaction
from django.db.models import QuerySet
from django.http import FileResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from decision_aid.api.serializers import NewSummarySerializer, SummarySerializer
from decision_aid.models import Summary
from decision_aid.selectors import assessments_for, summaries_for
from decision_aid.services.summarising import is_withheld, newest_summary, open_pdf, retry_summary
from decision_aid.tasks import nudge, nudge_consultation
from questionnaires.api.access import Policy, staff
from questionnaires.api.asking import By, Page, given
from questionnaires.api.reading import RecordedReads
from questionnaires.api.repeating import once
from questionnaires.models import Scope
from questionnaires.services import audit
from questionnaires.services.refusals import Refused

LOCATION = OpenApiParameter(
    "Location",
    OpenApiTypes.URI_REF,
    OpenApiParameter.HEADER,
    response=[202],
    description="Ask there until its status is ready or failed.",
)


class NewestSummariesFirst(Page):
    ordering = ("-requested_at", "id")


class SummaryViewSet(RecordedReads):
    """The documents of your clinics, each a job that a worker does."""

    read_as = "summary"
    policy: ClassVar[Policy] = {
        "list": Scope.CARE_READ,
        "retrieve": Scope.CARE_READ,
        "download": Scope.CARE_READ,
        "create": Scope.CARE_WRITE,
        "retry": Scope.CARE_WRITE,
    }
    query: ClassVar = {
        "assessment": By("assessment", serializers.UUIDField()),
        "audience": By("audience", serializers.ChoiceField(Summary.Audience.choices)),
        "status": By("status", serializers.ChoiceField(Summary.Status.choices)),
    }
    serializer_class = SummarySerializer
    pagination_class = NewestSummariesFirst
    queryset = Summary.objects.none()

    def get_queryset(self) -> QuerySet[Summary]:
        return summaries_for(staff(self.request))

    @extend_schema(request=NewSummarySerializer, responses={202: SummarySerializer}, parameters=[LOCATION])
    @once
    @transaction.atomic
    def create(self, request: Request) -> Response:
        """Ask for the newest document of an assessment: the job that makes it, which may be done already."""
        values, user = given(NewSummarySerializer, request), staff(request)
        assessment = assessments_for(user).get(pk=values["assessment"])
        summary = newest_summary(assessment, values["audience"])
        nudge_consultation(assessment.consultation)
        audit.record(summary.clinic, "summary_read", summary, user=user)
        return job(summary)

    @extend_schema(request=None, responses={202: SummarySerializer}, parameters=[LOCATION])
    @action(detail=True, methods=["post"])
    def retry(self, request: Request, pk: str) -> Response:
        """Have a failed document made again."""
        summary: Summary = self.get_object()
        retry_summary(summary, staff(request))
        nudge([summary.pk])
        summary.refresh_from_db()
        return job(summary)

    @extend_schema(responses={(200, "application/pdf"): OpenApiTypes.BINARY, 409: None, 410: None})
    @action(detail=True, methods=["get"])
    @transaction.atomic
    def download(self, request: Request, pk: str) -> HttpResponseBase:
        """The PDF itself."""
        summary: Summary = self.get_object()
        if summary.status != Summary.Status.READY:
            raise Refused("summary_not_ready", "This document is not ready yet. Ask again in a moment.")
        if is_withheld(summary):
            sentence = (
                "An emergency warning is open. Nothing about treatments is given until a surgeon closed it."
            )
            raise Refused("emergency_open", sentence)
        audit.record(summary.clinic, "summary_downloaded", summary, user=staff(request))
        return FileResponse(
            open_pdf(summary),
            filename="candor-summary.pdf",
            content_type="application/pdf",
            headers={"Cache-Control": "no-store"},
        )


def job(summary: Summary) -> Response:
    """The job of a document, and where to ask how far it is."""
    address = reverse("api-summary-detail", args=[summary.pk])
    return Response(
        SummarySerializer(summary).data, status=status.HTTP_202_ACCEPTED, headers={"Location": address}
    )
