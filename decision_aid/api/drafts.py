"""Drafts of decision aids over HTTP, and their golden cases."""

from typing import ClassVar

from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from decision_aid.api.serializers import AidDraftSerializer, GoldenCaseSerializer
from decision_aid.models import DecisionAid, GoldenCase
from decision_aid.selectors import aid_drafts_for, golden_cases_for
from decision_aid.services.drafting import aid_document
from decision_aid.services.publishing import problems_of_aid
from decision_aid.services.replacing import replace_aid
from questionnaires.api.access import Policy, staff
from questionnaires.api.asking import By, Page
from questionnaires.api.drafts import (
    ETAG,
    IF_MATCH,
    REASON,
    draft_response,
    expected_sha256,
    given_reason,
    sent_document,
)
from questionnaires.api.problems import ErrorSerializer, told
from questionnaires.api.reading import Records
from questionnaires.models import Scope


class AidsByCode(Page):
    ordering = ("code", "id")


class AidDraftViewSet(Records):
    """The decision aids of your clinics as they are being written."""

    policy: ClassVar[Policy] = {
        "list": Scope.DRAFTS_READ,
        "retrieve": Scope.DRAFTS_READ,
        "problems": Scope.DRAFTS_READ,
        "update": Scope.DRAFTS_WRITE,
    }
    parameters_of: ClassVar = {"update": ("reason",)}
    serializer_class = AidDraftSerializer
    pagination_class = AidsByCode
    queryset = DecisionAid.objects.none()

    def get_queryset(self) -> QuerySet[DecisionAid]:
        return aid_drafts_for(staff(self.request))

    @extend_schema(responses={200: OpenApiTypes.OBJECT}, parameters=[ETAG])
    def retrieve(self, request: Request, pk: str) -> Response:
        """The whole draft as one document, with its rules, estimates, sources and golden cases."""
        return draft_response(aid_document(self.get_object()))

    @extend_schema(
        request=OpenApiTypes.OBJECT, responses={200: OpenApiTypes.OBJECT}, parameters=[IF_MATCH, REASON, ETAG]
    )
    def update(self, request: Request, pk: str) -> Response:
        """Replace the whole draft by a document that can be read; releases stay as they are."""
        draft, expected, reason = self.get_object(), expected_sha256(request), given_reason(request)
        replaced = replace_aid(draft, sent_document(request), expected, staff(request), reason)
        return draft_response(aid_document(replaced))

    @extend_schema(responses={200: ErrorSerializer(many=True)}, filters=False)
    @action(detail=True, methods=["get"], pagination_class=None)
    def problems(self, request: Request, pk: str) -> Response:
        """Everything that keeps the draft from being released, golden cases included, with its place."""
        return Response(list(told(problems_of_aid(self.get_object()))))


class GoldenCasesInOrder(Page):
    ordering = ("aid", "position", "id")


class GoldenCaseViewSet(Records):
    """The golden cases of your clinics' drafts; they are changed with the draft that they belong to."""

    policy: ClassVar[Policy] = {"list": Scope.DRAFTS_READ, "retrieve": Scope.DRAFTS_READ}
    query: ClassVar = {
        "aid": By("aid", serializers.IntegerField(min_value=0, max_value=2**63 - 1)),
        "code": By("code", serializers.CharField(max_length=80)),
    }
    serializer_class = GoldenCaseSerializer
    pagination_class = GoldenCasesInOrder
    queryset = GoldenCase.objects.none()

    def get_queryset(self) -> QuerySet[GoldenCase]:
        return golden_cases_for(staff(self.request))
