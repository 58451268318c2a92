"""Questionnaires and responses over HTTP."""

from dataclasses import asdict
from typing import Any, ClassVar

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import status, viewsets
from rest_framework.decorators import action
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response

from questionnaires.api.access import CLINICAL, EVERYONE, Policy, staff
from questionnaires.api.problems import ProblemDocumentSerializer
from questionnaires.api.reading import RecordedReads
from questionnaires.api.serializers import (
    NewAnswersSerializer,
    NewResponseSerializer,
    QuestionnaireVersionSerializer,
    ResponseSerializer,
    SavedSerializer,
)
from questionnaires.definition.answers import Answer, read_answer
from questionnaires.definition.problems import Problem, ProblemsFound
from questionnaires.definition.schema import Definition
from questionnaires.models import QuestionnaireResponse, QuestionnaireVersion
from questionnaires.selectors import patients_for, responses_for, versions_for
from questionnaires.services.answering import give_consent, save_answers, start_response, submit_response
from questionnaires.services.signals import response_received

REFUSALS = dict.fromkeys((401, 403, 404), ProblemDocumentSerializer)
WRITE_REFUSALS = dict.fromkeys((400, 401, 403, 404, 409, 422), ProblemDocumentSerializer)


class NewestVersionsFirst(CursorPagination):
    ordering = ("-published_at", "-id")


class NewestResponsesFirst(CursorPagination):
    ordering = ("-created_at", "id")


@extend_schema_view(list=extend_schema(responses={200: QuestionnaireVersionSerializer(many=True)} | REFUSALS))
class QuestionnaireViewSet(viewsets.ReadOnlyModelViewSet[QuestionnaireVersion]):
    """The published questionnaires of your clinics."""

    policy: ClassVar[Policy] = {"list": EVERYONE, "retrieve": EVERYONE}
    serializer_class = QuestionnaireVersionSerializer
    pagination_class = NewestVersionsFirst
    queryset = QuestionnaireVersion.objects.none()

    def get_queryset(self) -> QuerySet[QuestionnaireVersion]:
        return versions_for(staff(self.request))


class ResponseViewSet(RecordedReads):
    """Responses of your clinics: opened, answered, submitted. Reading one is recorded."""

    read_as = "response"

    policy: ClassVar[Policy] = {
        "list": CLINICAL,
        "retrieve": CLINICAL,
        "create": CLINICAL,
        "consent": CLINICAL,
        "answers": CLINICAL,
        "submit": CLINICAL,
    }
    serializer_class = ResponseSerializer
    pagination_class = NewestResponsesFirst
    queryset = QuestionnaireResponse.objects.none()

    def get_queryset(self) -> QuerySet[QuestionnaireResponse]:
        return responses_for(staff(self.request))

    @extend_schema(request=NewResponseSerializer, responses={201: ResponseSerializer} | WRITE_REFUSALS)
    def create(self, request: Request) -> Response:
        """Open a response of a patient to a published questionnaire."""
        given = NewResponseSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        user = staff(request)
        patient = patients_for(user).get(pk=given.validated_data["patient"])
        version = versions_for(user).get(
            pk=given.validated_data["version"], questionnaire__clinic=patient.clinic
        )
        response = start_response(patient.clinic, patient, version, filled_by=user)
        return Response(ResponseSerializer(response).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=None, responses={200: ResponseSerializer} | WRITE_REFUSALS)
    @action(detail=True, methods=["post"])
    def consent(self, request: Request, pk: str) -> Response:
        """Record that the patient agreed to the text of this version."""
        return Response(ResponseSerializer(give_consent(self.get_object(), user=staff(request))).data)

    @extend_schema(request=NewAnswersSerializer, responses={200: SavedSerializer} | WRITE_REFUSALS)
    @action(detail=True, methods=["post"])
    def answers(self, request: Request, pk: str) -> Response:
        """Save answers on top of the revision they were made on."""
        response = self.get_object()
        given = NewAnswersSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        answers = read_given(response.version.definition, given.validated_data["answers"])
        saved = save_answers(
            response, answers, revision=given.validated_data["revision"], user=staff(request)
        )
        return Response(
            {
                "response": ResponseSerializer(saved.response).data,
                "notices": [asdict(notice) for notice in saved.notices],
            }
        )

    @extend_schema(request=None, responses={200: ResponseSerializer} | WRITE_REFUSALS)
    @action(detail=True, methods=["post"])
    def submit(self, request: Request, pk: str) -> Response:
        """Freeze the answers; a consultation that waits for them is assessed in the same transaction."""
        response = submit_response(self.get_object(), user=staff(request))
        response_received.send(sender=QuestionnaireResponse, response=response)
        return Response(ResponseSerializer(response).data)


def read_given(definition: Definition, documents: dict[str, Any]) -> dict[str, Answer]:
    """Read answers by code; raises ProblemsFound with every problem, each under its question's code."""
    answers: dict[str, Answer] = {}
    problems: list[Problem] = []
    for code, document in documents.items():
        if code not in definition.types:
            problems.append(Problem("unknown_question", code, f"There is no question “{code}” in this form."))
            continue
        try:
            answers[code] = read_answer(definition.question(code), document)
        except ProblemsFound as found:
            problems += [Problem(p.code, code, p.sentence, p.hint) for p in found.problems]
    if problems:
        raise ProblemsFound(tuple(problems))
    return answers
