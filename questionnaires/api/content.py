"""Published questionnaires over HTTP."""

from typing import ClassVar

from django.db.models import QuerySet
from rest_framework import serializers

from questionnaires.api.access import Policy, staff
from questionnaires.api.asking import By, Page
from questionnaires.api.reading import Records
from questionnaires.api.serializers import QuestionnaireVersionSerializer
from questionnaires.models import QuestionnaireVersion, Scope
from questionnaires.selectors import versions_for


class NewestVersionsFirst(Page):
    ordering = ("-published_at", "-id")


class QuestionnaireViewSet(Records):
    """The published questionnaires of your clinics."""

    policy: ClassVar[Policy] = {"list": Scope.CONTENT_READ, "retrieve": Scope.CONTENT_READ}
    query: ClassVar = {"code": By("questionnaire__code", serializers.CharField(max_length=80))}
    serializer_class = QuestionnaireVersionSerializer
    pagination_class = NewestVersionsFirst
    queryset = QuestionnaireVersion.objects.none()

    def get_queryset(self) -> QuerySet[QuestionnaireVersion]:
        return versions_for(staff(self.request))
