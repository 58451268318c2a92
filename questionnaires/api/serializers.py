"""What asking shows to programs, field by field."""

from typing import Any

from drf_spectacular.utils import extend_schema_serializer
from rest_framework import serializers

from questionnaires.api.parsing import GivenSerializer
from questionnaires.models import (
    ApiToken,
    AuditEvent,
    Membership,
    OutboxEvent,
    Patient,
    Questionnaire,
    QuestionnaireResponse,
    QuestionnaireVersion,
    Role,
    Scope,
    Webhook,
)

LARGEST_ID = 2**63 - 1


class QuestionnaireVersionSerializer(serializers.ModelSerializer[QuestionnaireVersion]):
    """A published questionnaire, with its whole definition."""

    code = serializers.CharField(source="questionnaire.code", read_only=True)
    document = serializers.DictField(read_only=True)

    class Meta:
        model = QuestionnaireVersion
        fields = ("id", "code", "number", "sha256", "published_at", "document")
        read_only_fields = fields


@extend_schema_serializer(component_name="QuestionnaireResponse")  # clients have a Response of their own
class ResponseSerializer(serializers.ModelSerializer[QuestionnaireResponse]):
    """A response and its answers as they stand."""

    answers = serializers.DictField(child=serializers.DictField(), read_only=True)

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
    version = serializers.IntegerField(min_value=0, max_value=LARGEST_ID)


class NewAnswersSerializer(GivenSerializer):
    """Answers by question code: {"value": …}, {"unsure": true} or {"declined": true}."""

    revision = serializers.IntegerField(
        min_value=0,
        max_value=LARGEST_ID,
        help_text="The revision these answers were made on; another one is refused.",
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


class PatientSerializer(serializers.ModelSerializer[Patient]):
    """A patient as the clinic has them registered; without an e-mail address, that is empty."""

    email = serializers.CharField(read_only=True)
    clinic = serializers.CharField(source="clinic.slug", read_only=True)

    class Meta:
        model = Patient
        fields = ("id", "clinic", "number", "given_name", "family_name", "birth_date", "email", "phone")
        read_only_fields = fields


class NewPatientSerializer(GivenSerializer):
    """Who the patient is, and how the clinic reaches them."""

    clinic = serializers.SlugField(help_text="The clinic's short name.")
    number = serializers.CharField(max_length=40)
    given_name = serializers.CharField(max_length=100)
    family_name = serializers.CharField(max_length=100)
    birth_date = serializers.DateField()
    email = serializers.EmailField(required=False, allow_blank=True, default="")
    phone = serializers.CharField(required=False, allow_blank=True, max_length=40, default="")


class MembershipSerializer(serializers.ModelSerializer[Membership]):
    """Somebody who works in a clinic, and as what."""

    clinic = serializers.CharField(source="clinic.slug", read_only=True)
    user = serializers.IntegerField(source="user_id", read_only=True)
    name = serializers.CharField(source="user", read_only=True)
    is_active = serializers.BooleanField(source="user.is_active", read_only=True)

    class Meta:
        model = Membership
        fields = ("id", "clinic", "user", "name", "role", "is_active")
        read_only_fields = fields


class RoleInClinicSerializer(serializers.Serializer[dict[str, str]]):
    """A role in a clinic."""

    clinic = serializers.CharField()
    role = serializers.ChoiceField(Role.choices)


class TokenSerializer(serializers.ModelSerializer[ApiToken]):
    """The token that was sent, without its secret."""

    class Meta:
        model = ApiToken
        fields = ("id", "name", "expires_at")
        read_only_fields = fields


class CallerSerializer(serializers.Serializer[dict[str, Any]]):
    """Who calls, where, and what may be asked."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    scopes = serializers.ListField(child=serializers.ChoiceField(Scope.choices))
    roles = RoleInClinicSerializer(many=True)
    token = TokenSerializer(allow_null=True)


class AuditEventSerializer(serializers.ModelSerializer[AuditEvent]):
    """One thing that happened to a record, with its place in the clinic's chain."""

    clinic = serializers.CharField(source="clinic.slug", read_only=True)
    detail = serializers.DictField(read_only=True)

    class Meta:
        model = AuditEvent
        fields = (
            "id", "clinic", "number", "at", "actor", "user", "action", "record", "record_id", "patient",
            "detail", "previous_sha256", "sha256",
        )  # fmt: skip
        read_only_fields = fields


class OutboxEventSerializer(serializers.ModelSerializer[OutboxEvent]):
    """One event, as a webhook is told it: ids only."""

    clinic = serializers.CharField(source="clinic.slug", read_only=True)
    detail = serializers.DictField(read_only=True)

    class Meta:
        model = OutboxEvent
        fields = ("id", "clinic", "number", "kind", "at", "record", "record_id", "detail")
        read_only_fields = fields


class WebhookSerializer(serializers.ModelSerializer[Webhook]):
    """Where a clinic is told its events, and how far it was told."""

    clinic = serializers.CharField(source="clinic.slug", read_only=True)

    class Meta:
        model = Webhook
        fields = ("id", "clinic", "url", "is_active", "delivered", "failing_since", "failure")
        read_only_fields = fields


class ReplaySerializer(GivenSerializer):
    """After which event everything is told again; 0 is everything."""

    after = serializers.IntegerField(min_value=0, max_value=LARGEST_ID)


class QuestionnaireDraftSerializer(serializers.ModelSerializer[Questionnaire]):
    """A questionnaire that is being written, without its document."""

    clinic = serializers.CharField(source="clinic.slug", read_only=True)

    class Meta:
        model = Questionnaire
        fields = ("id", "clinic", "code", "audience", "title", "language", "edited_by")
        read_only_fields = fields
