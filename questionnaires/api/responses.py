"""Responses over HTTP: opened, answered, submitted."""

from dataclasses import asdict
from typing import Any, ClassVar

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from questionnaires.api.access import Policy, staff
from questionnaires.api.asking import By, Page, given
from questionnaires.api.reading import RecordedReads
from questionnaires.api.repeating import once
from questionnaires.api.serializers import (
    NewAnswersSerializer,
    NewResponseSerializer,
    ResponseSerializer,
    SavedSerializer,
)
from questionnaires.definition.answers import Answer, read_answer
from questionnaires.definition.problems import Problem, ProblemsFound
from questionnaires.definition.schema import Definition
from questionnaires.models import SCOPE_ROLES, QuestionnaireResponse, Scope
from questionnaires.selectors import patients_for, responses_for, versions_for
from questionnaires.services.answering import give_consent, save_answers, start_response, submit_response
from questionnaires.services.permissions import require_role
from questionnaires.services.signals import response_received


class NewestResponsesFirst(Page):
    ordering = ("-created_at", "id")


class ResponseViewSet(RecordedReads):
    """Responses of your clinics: opened, answered, submitted. Reading one is recorded."""

    read_as = "response"
    policy: ClassVar[Policy] = {
        "list": Scope.CARE_READ,
        "retrieve": Scope.CARE_READ,
        "create": Scope.CARE_WRITE,
        "consent": Scope.CARE_WRITE,
        "answers": Scope.CARE_WRITE,
        "submit": Scope.CARE_WRITE,
    }
    query: ClassVar = {
        "patient": By("patient", serializers.UUIDField()),
        "status": By("status", serializers.ChoiceField(QuestionnaireResponse.Status.choices)),
    }
    serializer_class = ResponseSerializer
    pagination_class = NewestResponsesFirst
    queryset = QuestionnaireResponse.objects.none()

    def get_queryset(self) -> QuerySet[QuestionnaireResponse]:
        return responses_for(staff(self.request))

    @extend_schema(request=NewResponseSerializer, responses={201: ResponseSerializer})
    @once
    def create(self, request: Request) -> Response:
        """Open a response of a patient to a published questionnaire."""
        values, user = given(NewResponseSerializer, request), staff(request)
        patient = patients_for(user).get(pk=values["patient"])
        version = versions_for(user).get(pk=values["version"], questionnaire__clinic=patient.clinic)
        response = start_response(patient.clinic, patient, version, filled_by=user)
        return Response(ResponseSerializer(response).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=None, responses={200: ResponseSerializer})
    @action(detail=True, methods=["post"])
    def consent(self, request: Request, pk: str) -> Response:
        """Record that the patient agreed to the text of this version."""
        return Response(ResponseSerializer(give_consent(self.written(), user=staff(request))).data)

    @extend_schema(request=NewAnswersSerializer, responses={200: SavedSerializer})
    @action(detail=True, methods=["post"])
    def answers(self, request: Request, pk: str) -> Response:
        """Save answers on top of the revision they were made on."""
        response = self.written()
        values = given(NewAnswersSerializer, request)
        answers = read_given(response.version.definition, values["answers"])
        saved = save_answers(response, answers, revision=values["revision"], user=staff(request))
        return Response(
            {
                "response": ResponseSerializer(saved.response).data,
                "notices": [asdict(notice) for notice in saved.notices],
            }
        )

    @extend_schema(request=None, responses={200: ResponseSerializer})
    @once
    @action(detail=True, methods=["post"])
    def submit(self, request: Request, pk: str) -> Response:
        """Freeze the answers; a consultation that waits for them is assessed in the same transaction."""
        try:
            response = submit_response(self.written(), user=staff(request))
        except ProblemsFound as found:
            raise ProblemsFound(problem.within("answers") for problem in found.problems) from found
        response_received.send(sender=QuestionnaireResponse, response=response)
        return Response(ResponseSerializer(response).data)

    def written(self) -> QuestionnaireResponse:
        """The response of the address, for whoever may write it: findings are a surgeon's."""
        response: QuestionnaireResponse = self.get_object()
        if response.answered_by == QuestionnaireResponse.AnsweredBy.CLINICIAN:
            require_role(staff(self.request), response.clinic, *SCOPE_ROLES[Scope.REVIEW])
        return response


def read_given(definition: Definition, documents: dict[str, Any]) -> dict[str, Answer]:
    """Read answers by code; raises ProblemsFound with every problem, each under its question's code."""
    answers: dict[str, Answer] = {}
    problems: list[Problem] = []
    for code, document in documents.items():
        place = f"answers/{code}"
        if not definition.asks(code):
            problems.append(
                Problem("unknown_question", place, f"There is no question “{code}” in this form.")
            )
            continue
        try:
            answers[code] = read_answer(definition.question(code), document)
        except ProblemsFound as found:
            problems += [Problem(p.code, place, p.sentence, p.hint) for p in found.problems]
    if problems:
        raise ProblemsFound(tuple(problems))
    return answers
