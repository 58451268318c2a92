"""Releases over HTTP: what is used, tried out on facts of nobody, and tried out on everybody."""

import json
from typing import ClassVar

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from decision_aid.api.serializers import (
    ChangeSerializer,
    FactsSerializer,
    NewRescoringSerializer,
    ReasonSerializer,
    ReleaseSerializer,
    ReportSerializer,
    RescoringSerializer,
)
from decision_aid.api.summaries import LOCATION
from decision_aid.models import DecisionAidVersion, Rescoring, RescoringPart
from decision_aid.scoring import score
from decision_aid.selectors import releases_for, rescorings_for
from decision_aid.services.publishing import return_to
from decision_aid.services.rescoring import begin_rescoring
from decision_aid.tasks import nudge_parts
from questionnaires.api.access import Policy, staff
from questionnaires.api.asking import Asked, By, Page, given
from questionnaires.api.reading import RecordedReads, Records
from questionnaires.api.repeating import once
from questionnaires.definition.facts import read_facts
from questionnaires.definition.problems import ProblemsFound
from questionnaires.models import SCOPE_ROLES, Scope
from questionnaires.services.permissions import require_role


class NewestReleasesFirst(Page):
    ordering = ("-published_at", "-id")


class ReleaseViewSet(Records):
    """The releases of your clinics' decision aids."""

    policy: ClassVar[Policy] = {
        "list": Scope.CONTENT_READ,
        "retrieve": Scope.CONTENT_READ,
        "document": Scope.CONTENT_READ,
        "restore": Scope.PUBLISH,
    }
    query: ClassVar = {"aid": By("aid__code", serializers.CharField(max_length=80))}
    serializer_class = ReleaseSerializer
    pagination_class = NewestReleasesFirst
    queryset = DecisionAidVersion.objects.none()

    def get_queryset(self) -> QuerySet[DecisionAidVersion]:
        return releases_for(staff(self.request))

    @extend_schema(responses={200: OpenApiTypes.OBJECT})
    @action(detail=True, methods=["get"])
    def document(self, request: Request, pk: str) -> Response:
        """The whole document that was released: every rule, estimate and source."""
        return Response(self.get_object().document)

    @extend_schema(request=ReasonSerializer, responses={201: ReleaseSerializer})
    @once
    @action(detail=True, methods=["post"])
    def restore(self, request: Request, pk: str) -> Response:
        """Publish an earlier release again, as the next one."""
        again = return_to(self.get_object(), staff(request), given(ReasonSerializer, request)["reason"])
        return Response(ReleaseSerializer(again).data, status=status.HTTP_201_CREATED)


class AssessView(Asked):
    """Score a set of facts without storing anything."""

    policy: ClassVar[Policy] = {"post": Scope.CONTENT_TRY}

    @extend_schema(request=FactsSerializer, responses={200: ReportSerializer})
    def post(self, request: Request) -> Response:
        """Return the report that these facts would get under a release of your clinic."""
        values = given(FactsSerializer, request)
        releases = releases_for(staff(request))
        if "release" in values:
            release = releases.get(pk=values["release"])
        else:
            release = releases.latest("published_at", "id")
        try:
            facts = read_facts(values["facts"], release.ruleset.types)
        except ProblemsFound as found:
            raise ProblemsFound(problem.within("facts") for problem in found.problems) from found
        as_of = values.get("as_of") or timezone.localdate()
        return Response(score(release.ruleset, facts, as_of).document)


class NewestRescoringsFirst(Page):
    ordering = ("-until", "id")


class RescoringViewSet(RecordedReads):
    """Everybody's stored answers scored by a release and compared with another, by workers."""

    read_as = "rescoring"
    policy: ClassVar[Policy] = {
        "list": Scope.RESCORE,
        "retrieve": Scope.RESCORE,
        "create": Scope.RESCORE,
        "changes": Scope.RESCORE,
    }
    query: ClassVar = {
        "release": By("release", serializers.IntegerField(min_value=0, max_value=2**63 - 1)),
    }
    serializer_class = RescoringSerializer
    pagination_class = NewestRescoringsFirst
    queryset = Rescoring.objects.none()

    def get_queryset(self) -> QuerySet[Rescoring]:
        return rescorings_for(staff(self.request))

    @extend_schema(
        request=NewRescoringSerializer, responses={202: RescoringSerializer}, parameters=[LOCATION]
    )
    @once
    def create(self, request: Request) -> Response:
        """Begin a rescoring, or go on with the one by these releases that is not finished."""
        values, user = given(NewRescoringSerializer, request), staff(request)
        releases = releases_for(user)
        release = releases.get(pk=values["release"])
        against = values["against"] and releases.get(pk=values["against"], aid=release.aid)
        require_role(user, release.aid.clinic, *SCOPE_ROLES[Scope.RESCORE])
        rescoring = begin_rescoring(release.aid, release, against or None)
        nudge_parts(rescoring.parts.filter(status=RescoringPart.Status.WAITING).values_list("pk", flat=True))
        address = reverse("api-rescoring-detail", args=[rescoring.pk])
        return Response(
            RescoringSerializer(rescoring).data,
            status=status.HTTP_202_ACCEPTED,
            headers={"Location": address},
        )

    @extend_schema(responses={200: ChangeSerializer(many=True)}, filters=False)
    @action(detail=True, methods=["get"], pagination_class=None)
    def changes(self, request: Request, pk: str) -> Response:
        """Whom the release moves, and by which rules: consultations and codes, as far as parts are done."""
        rescoring: Rescoring = self.get_object()
        self.record_read(rescoring)
        return Response([json.loads(line) for part in rescoring.parts.all() for line in part.changes])
