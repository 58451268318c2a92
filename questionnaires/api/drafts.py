"""Drafts over HTTP: read whole with an ETag, and replaced whole by whoever read what is there."""

import json
from http import HTTPStatus
from typing import Any, ClassVar

from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from questionnaires.api.access import Policy, staff
from questionnaires.api.asking import Page
from questionnaires.api.parsing import WrongParameters
from questionnaires.api.problems import ErrorSerializer, told
from questionnaires.api.reading import Records
from questionnaires.api.serializers import QuestionnaireDraftSerializer
from questionnaires.definition.digest import canonical_json, sha256_of
from questionnaires.definition.problems import Problem, ProblemsFound
from questionnaires.models import Questionnaire, Scope
from questionnaires.selectors import questionnaire_drafts_for
from questionnaires.services.drafting import questionnaire_document
from questionnaires.services.editing import LONGEST_REASON
from questionnaires.services.publishing import problems_of_questionnaire
from questionnaires.services.refusals import Refused
from questionnaires.services.replacing import replace_questionnaire

IF_MATCH = OpenApiParameter(
    "If-Match",
    {"type": "string", "pattern": '^"[0-9a-f]{64}"$'},
    OpenApiParameter.HEADER,
    required=True,
    description="The ETag of the draft that you read; one that was changed since is not replaced.",
)
ETAG = OpenApiParameter(
    "ETag",
    {"type": "string", "pattern": '^"[0-9a-f]{64}"$'},
    OpenApiParameter.HEADER,
    response=[200],
    description="Names what the draft says now.",
)


REASON = OpenApiParameter(
    "reason",
    {"type": "string", "minLength": 1, "maxLength": LONGEST_REASON},
    required=True,
    description="Why you change it, in a sentence: it is kept with what changed, for whoever approves.",
)


def given_reason(request: Request) -> str:
    """The reason in the query, "" where there is none; raises WrongParameters where it cannot be kept."""
    field = serializers.CharField(max_length=LONGEST_REASON, allow_blank=True)
    try:
        reason: str = field.run_validation(request.query_params.get("reason", ""))
    except serializers.ValidationError as error:
        raise WrongParameters({"reason": error}) from error
    return reason


def expected_sha256(request: Request) -> str:
    """The hash of the draft that the caller has read. Refused: condition_missing (428)."""
    tag = request.headers.get("If-Match", "").strip()
    if not tag:
        raise Refused("condition_missing", "Send If-Match with the ETag of the draft that you read.", 428)
    return tag.removeprefix("W/").strip('"')


def draft_response(document: dict[str, Any]) -> Response:
    """A draft's document with the ETag that names what it says."""
    return Response(document, headers={"ETag": f'"{sha256_of(document)}"'})


class QuestionnairesByCode(Page):
    ordering = ("code", "id")


class QuestionnaireDraftViewSet(Records):
    """The questionnaires of your clinics as they are being written."""

    policy: ClassVar[Policy] = {
        "list": Scope.DRAFTS_READ,
        "retrieve": Scope.DRAFTS_READ,
        "problems": Scope.DRAFTS_READ,
        "update": Scope.DRAFTS_WRITE,
    }
    parameters_of: ClassVar = {"update": ("reason",)}
    serializer_class = QuestionnaireDraftSerializer
    pagination_class = QuestionnairesByCode
    queryset = Questionnaire.objects.none()

    def get_queryset(self) -> QuerySet[Questionnaire]:
        return questionnaire_drafts_for(staff(self.request))

    @extend_schema(responses={200: OpenApiTypes.OBJECT}, parameters=[ETAG])
    def retrieve(self, request: Request, pk: str) -> Response:
        """The whole draft as one document."""
        return draft_response(questionnaire_document(self.get_object()))

    @extend_schema(
        request=OpenApiTypes.OBJECT, responses={200: OpenApiTypes.OBJECT}, parameters=[IF_MATCH, REASON, ETAG]
    )
    def update(self, request: Request, pk: str) -> Response:
        """Replace the whole draft by a document without problems; published versions stay as they are."""
        draft, expected, reason = self.get_object(), expected_sha256(request), given_reason(request)
        replaced = replace_questionnaire(draft, sent_document(request), expected, staff(request), reason)
        return draft_response(questionnaire_document(replaced))

    @extend_schema(responses={200: ErrorSerializer(many=True)}, filters=False)
    @action(detail=True, methods=["get"], pagination_class=None)
    def problems(self, request: Request, pk: str) -> Response:
        """Everything that keeps the draft from being published, with its place."""
        return Response(list(told(problems_of_questionnaire(self.get_object()))))


def sent_document(request: Request) -> dict[str, Any]:
    """The document in the body, in numbers that JSON can keep; raises ProblemsFound. Refused: not_text."""
    if not isinstance(request.data, dict):
        sentence = "A draft is an object with names and values."
        raise ProblemsFound([Problem("not_an_object", "", sentence)])
    text = canonical_json(request.data)
    if "\\u0000" in text:
        sentence = "A text has the character 0 in it, which no database keeps."
        raise Refused("not_text", sentence, HTTPStatus.UNPROCESSABLE_ENTITY)
    document: dict[str, Any] = json.loads(text)
    return document
