"""Consultations, assessments, reviews and summaries over HTTP."""

from typing import ClassVar

from django.db.models import QuerySet
from django.http import FileResponse, HttpResponseBase
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import status, viewsets
from rest_framework.decorators import action
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from decision_aid.api.serializers import (
    AcknowledgementSerializer,
    AlertSerializer,
    AssessmentSerializer,
    ConsultationSerializer,
    FactsSerializer,
    NewConsultationSerializer,
    NewReviewSerializer,
    ReleaseSerializer,
    ReportSerializer,
    ReviewSerializer,
    SummarySerializer,
)
from decision_aid.models import Alert, Assessment, Consultation, DecisionAidVersion, Review, Summary
from decision_aid.scoring import score
from decision_aid.selectors import (
    alerts_for,
    assessments_for,
    consultations_for,
    releases_for,
    summaries_for,
)
from decision_aid.services.alerting import acknowledge_alert
from decision_aid.services.planning import plan_consultation
from decision_aid.services.reviewing import override_candidacy, release_assessment, sign_assessment
from decision_aid.tasks import nudge_consultation
from questionnaires.api.access import CLINICAL, EVERYONE, Policy, staff
from questionnaires.api.problems import ProblemDocumentSerializer
from questionnaires.api.reading import RecordedReads
from questionnaires.definition.facts import read_facts
from questionnaires.models import Role, User
from questionnaires.selectors import patients_for
from questionnaires.services import audit
from questionnaires.services.refusals import Refused

SURGEON = (Role.SURGEON,)
WRITE_REFUSALS = dict.fromkeys((400, 401, 403, 404, 409, 422), ProblemDocumentSerializer)


class NewestReleasesFirst(CursorPagination):
    ordering = ("-published_at", "-id")


class ByAppointment(CursorPagination):
    ordering = ("scheduled_at", "id")


class NewestAlertsFirst(CursorPagination):
    ordering = ("-raised_at", "id")


class NewestAssessmentsFirst(CursorPagination):
    ordering = ("-assessed_at", "id")


class NewestReviewsFirst(CursorPagination):
    ordering = ("-at", "id")


class NewestSummariesFirst(CursorPagination):
    ordering = ("-requested_at", "id")


class ReleaseViewSet(viewsets.ReadOnlyModelViewSet[DecisionAidVersion]):
    """The releases of your clinics' decision aids."""

    policy: ClassVar[Policy] = {"list": EVERYONE, "retrieve": EVERYONE}
    serializer_class = ReleaseSerializer
    pagination_class = NewestReleasesFirst
    queryset = DecisionAidVersion.objects.none()

    def get_queryset(self) -> QuerySet[DecisionAidVersion]:
        return releases_for(staff(self.request))


class ConsultationViewSet(RecordedReads):
    """The consultations of your clinics."""

    read_as = "consultation"
    policy: ClassVar[Policy] = {"list": CLINICAL, "retrieve": CLINICAL, "create": CLINICAL}
    serializer_class = ConsultationSerializer
    pagination_class = ByAppointment
    queryset = Consultation.objects.none()

    def get_queryset(self) -> QuerySet[Consultation]:
        return consultations_for(staff(self.request))

    @extend_schema(
        request=NewConsultationSerializer, responses={201: ConsultationSerializer} | WRITE_REFUSALS
    )
    def create(self, request: Request) -> Response:
        """Plan a consultation; its patient can then be invited."""
        given = NewConsultationSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        values, user = given.validated_data, staff(request)
        patient = patients_for(user).get(pk=values["patient"])
        release = releases_for(user).get(pk=values["release"], aid__clinic=patient.clinic)
        surgeon = User.objects.get(
            pk=values["surgeon"], memberships__clinic=patient.clinic, memberships__role=Role.SURGEON
        )
        consultation = plan_consultation(
            release, patient, surgeon, values["scheduled_at"], place=values["place"], by=user
        )
        return Response(ConsultationSerializer(consultation).data, status=status.HTTP_201_CREATED)


class AlertViewSet(RecordedReads):
    """The warning signs that fired in your clinics."""

    read_as = "alert"
    policy: ClassVar[Policy] = {"list": CLINICAL, "retrieve": CLINICAL, "acknowledge": SURGEON}
    serializer_class = AlertSerializer
    pagination_class = NewestAlertsFirst
    queryset = Alert.objects.none()

    def get_queryset(self) -> QuerySet[Alert]:
        return alerts_for(staff(self.request))

    @extend_schema(request=AcknowledgementSerializer, responses={200: AlertSerializer} | WRITE_REFUSALS)
    @action(detail=True, methods=["post"])
    def acknowledge(self, request: Request, pk: str) -> Response:
        """Close an alert with what was done about it."""
        given = AcknowledgementSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        alert = acknowledge_alert(self.get_object(), staff(request), given.validated_data["action"])
        nudge_consultation(alert.consultation)
        return Response(AlertSerializer(alert).data)


class AssessmentViewSet(RecordedReads):
    """The assessments of your clinics, each with its whole report. Reading one is recorded."""

    read_as = "assessment"
    policy: ClassVar[Policy] = {"list": CLINICAL, "retrieve": CLINICAL}
    serializer_class = AssessmentSerializer
    pagination_class = NewestAssessmentsFirst
    queryset = Assessment.objects.none()

    def get_queryset(self) -> QuerySet[Assessment]:
        return assessments_for(staff(self.request))


class ReviewViewSet(RecordedReads):
    """What clinicians did with the assessments of your clinics."""

    read_as = "review"
    policy: ClassVar[Policy] = {"list": CLINICAL, "retrieve": CLINICAL, "create": SURGEON}
    serializer_class = ReviewSerializer
    pagination_class = NewestReviewsFirst
    queryset = Review.objects.none()

    def get_queryset(self) -> QuerySet[Review]:
        return Review.objects.filter(assessment__in=assessments_for(staff(self.request))).select_related(
            "clinic"
        )

    @extend_schema(request=NewReviewSerializer, responses={201: ReviewSerializer} | WRITE_REFUSALS)
    def create(self, request: Request) -> Response:
        """Override a candidacy, sign, or release."""
        given = NewReviewSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        values, user = given.validated_data, staff(request)
        assessment = assessments_for(user).get(pk=values["assessment"])
        match values["act"]:
            case "signed":
                review = sign_assessment(assessment, user)
            case "released":
                review = release_assessment(assessment, user)
            case _:
                review = override_candidacy(
                    assessment, values["option"], values["candidacy"], values["reason"], values["words"], user
                )
        nudge_consultation(assessment.consultation)
        return Response(ReviewSerializer(review).data, status=status.HTTP_201_CREATED)


class SummaryViewSet(RecordedReads):
    """The documents of your clinics."""

    read_as = "summary"
    policy: ClassVar[Policy] = {"list": CLINICAL, "retrieve": CLINICAL, "download": CLINICAL}
    serializer_class = SummarySerializer
    pagination_class = NewestSummariesFirst
    queryset = Summary.objects.none()

    def get_queryset(self) -> QuerySet[Summary]:
        return summaries_for(staff(self.request))

    @extend_schema(responses={(200, "application/pdf"): OpenApiTypes.BINARY} | WRITE_REFUSALS)
    @action(detail=True, methods=["get"])
    def download(self, request: Request, pk: str) -> HttpResponseBase:
        """The PDF itself."""
        summary = self.get_object()
        if summary.status != Summary.Status.READY:
            raise Refused("summary_not_ready", "This document is not ready yet. Ask again in a moment.")
        audit.record(summary.clinic, "summary_downloaded", summary, user=staff(request))
        return FileResponse(
            summary.file.open("rb"),
            filename="candor-summary.pdf",
            content_type="application/pdf",
            headers={"Cache-Control": "no-store"},
        )


class AssessView(APIView):
    """Score a set of facts without storing anything."""

    policy: ClassVar[Policy] = {"post": (Role.SURGEON, Role.AUTHOR, Role.APPROVER, Role.ADMINISTRATOR)}

    @extend_schema(request=FactsSerializer, responses={200: ReportSerializer} | WRITE_REFUSALS)
    def post(self, request: Request) -> Response:
        """Return the report that these facts would get under a release of your clinic."""
        given = FactsSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        releases = releases_for(staff(request))
        if "release" in given.validated_data:
            release = releases.get(pk=given.validated_data["release"])
        else:
            release = releases.latest("published_at", "id")
        facts = read_facts(given.validated_data["facts"], release.ruleset.types)
        as_of = given.validated_data.get("as_of") or timezone.localdate()
        return Response(score(release.ruleset, facts, as_of).document)
