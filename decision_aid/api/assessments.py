"""Assessments, alerts and what clinicians do with them, over HTTP."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from decision_aid.api.serializers import (
    AcknowledgementSerializer,
    AlertSerializer,
    AssessmentSerializer,
    ListedAssessmentSerializer,
    NewReviewSerializer,
    ReviewSerializer,
)
from decision_aid.models import Alert, Assessment, Review
from decision_aid.selectors import alerts_for, assessments_for, reviews_for
from decision_aid.services import reviewing
from decision_aid.services.alerting import acknowledge_alert
from decision_aid.tasks import nudge_consultation
from questionnaires.api.access import Policy, staff
from questionnaires.api.asking import By, Page, given
from questionnaires.api.reading import RecordedReads
from questionnaires.api.repeating import once
from questionnaires.models import Scope, User


class NewestAlertsFirst(Page):
    ordering = ("-raised_at", "id")


class AlertViewSet(RecordedReads):
    """The warning signs that fired in your clinics."""

    read_as = "alert"
    policy: ClassVar[Policy] = {
        "list": Scope.CARE_READ,
        "retrieve": Scope.CARE_READ,
        "acknowledge": Scope.REVIEW,
    }
    query: ClassVar = {
        "consultation": By("consultation", serializers.UUIDField()),
        "open": By("acknowledged_at__isnull", serializers.BooleanField()),
    }
    serializer_class = AlertSerializer
    pagination_class = NewestAlertsFirst
    queryset = Alert.objects.none()

    def get_queryset(self) -> QuerySet[Alert]:
        return alerts_for(staff(self.request))

    @extend_schema(request=AcknowledgementSerializer, responses={200: AlertSerializer})
    @action(detail=True, methods=["post"])
    def acknowledge(self, request: Request, pk: str) -> Response:
        """Close an alert with what was done about it."""
        action_taken = given(AcknowledgementSerializer, request)["action"]
        alert = acknowledge_alert(self.get_object(), staff(request), action_taken)
        nudge_consultation(alert.consultation)
        return Response(AlertSerializer(alert).data)


class NewestAssessmentsFirst(Page):
    ordering = ("-assessed_at", "id")


@extend_schema_view(list=extend_schema(responses={200: ListedAssessmentSerializer(many=True)}))
class AssessmentViewSet(RecordedReads):
    """The assessments of your clinics, each with its whole report. Reading one is recorded."""

    read_as = "assessment"
    policy: ClassVar[Policy] = {"list": Scope.CARE_READ, "retrieve": Scope.CARE_READ}
    query: ClassVar = {
        "consultation": By("consultation", serializers.UUIDField()),
        "pathway": By("pathway", serializers.ChoiceField(Assessment.Pathway.choices)),
    }
    serializer_class = AssessmentSerializer
    pagination_class = NewestAssessmentsFirst
    queryset = Assessment.objects.none()

    def get_queryset(self) -> QuerySet[Assessment]:
        return assessments_for(staff(self.request))

    def get_serializer_class(self) -> type[serializers.BaseSerializer[Any]]:
        return ListedAssessmentSerializer if self.action == "list" else AssessmentSerializer


class NewestReviewsFirst(Page):
    ordering = ("-at", "id")


class ReviewViewSet(RecordedReads):
    """What clinicians did with the assessments of your clinics."""

    read_as = "review"
    policy: ClassVar[Policy] = {
        "list": Scope.CARE_READ,
        "retrieve": Scope.CARE_READ,
        "create": Scope.REVIEW,
    }
    query: ClassVar = {
        "assessment": By("assessment", serializers.UUIDField()),
        "act": By("act", serializers.ChoiceField(Review.Act.choices)),
    }
    serializer_class = ReviewSerializer
    pagination_class = NewestReviewsFirst
    queryset = Review.objects.none()

    def get_queryset(self) -> QuerySet[Review]:
        return reviews_for(staff(self.request))

    @extend_schema(request=NewReviewSerializer, responses={201: ReviewSerializer})
    @once
    def create(self, request: Request) -> Response:
        """Override a candidacy, confirm exercise, sign, release or add words."""
        values, user = given(NewReviewSerializer, request), staff(request)
        assessment = assessments_for(user).get(pk=values["assessment"])
        review = reviewed(assessment, values, user)
        nudge_consultation(assessment.consultation)
        return Response(ReviewSerializer(review).data, status=status.HTTP_201_CREATED)


def reviewed(assessment: Assessment, values: dict[str, Any], by: User) -> Review:
    """Do what was asked; each act has its service."""
    match values["act"]:
        case Review.Act.SIGNED:
            return reviewing.sign_assessment(assessment, by)
        case Review.Act.ADDENDUM:
            return reviewing.add_addendum(assessment, values["words"], by)
        case Review.Act.EXERCISE_CONFIRMED:
            reviewing.confirm_exercise(assessment, [values["option"]], by)
            return assessment.reviews.get(act=Review.Act.EXERCISE_CONFIRMED, subject=values["option"])
        case Review.Act.RELEASED:
            hidden = {name: values[name] for name in ("hidden_options", "hidden_outcomes")}
            return reviewing.release_assessment(assessment, by, **hidden)
        case _:
            judged = {name: values[name] for name in ("option", "candidacy", "reason", "words")}
            return reviewing.override_candidacy(assessment, **judged, by=by)
