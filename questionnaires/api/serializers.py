"""What asking shows to programs, field by field."""

from typing import Any

from rest_framework import serializers

from questionnaires.api.parsing import GivenSerializer
from questionnaires.models import QuestionnaireResponse, QuestionnaireVersion


class QuestionnaireVersionSerializer(serializers.ModelSerializer[QuestionnaireVersion]):
    """A published questionnaire, with its whole definition."""

    code = serializers.CharField(source="questionnaire.code", read_only=True)

    class Meta:
        model = QuestionnaireVersion
        fields = ("id", "code", "number", "sha256", "published_at", "document")
        read_only_fields = fields


class ResponseSerializer(serializers.ModelSerializer[QuestionnaireResponse]):
    """A response and its answers as they stand."""

    class Meta:
        model = QuestionnaireResponse
        fields = (
            "id", "patient", "version", "status", "answers", "revision", "answered_by", "created_at",
            "consented_at", "submitted_at", "sha256",
        )  # fmt: skip
        read_only_fields = fields


class NewResponseSerializer(GivenSerializer):
    """Which patient answers which published questionnaire."""

    patient = serializers.UUIDField()
    version = serializers.IntegerField()


class NewAnswersSerializer(GivenSerializer):
    """Answers by question code: {"value": …}, {"unsure": true} or {"declined": true}."""

    revision = serializers.IntegerField(
        min_value=0, help_text="The revision these answers were made on; another one is refused."
    )
    answers = serializers.DictField(child=serializers.DictField(), allow_empty=False)


class NoticeSerializer(serializers.Serializer[dict[str, Any]]):
    """A warning sign that the answers fire, with what the patient is told."""

    code = serializers.CharField()
    urgency = serializers.CharField()
    title = serializers.CharField()
    text = serializers.CharField()
    new = serializers.BooleanField()


class SavedSerializer(serializers.Serializer[dict[str, Any]]):
    """The response after a save, and what its answers give rise to."""

    response = ResponseSerializer()
    notices = NoticeSerializer(many=True)
