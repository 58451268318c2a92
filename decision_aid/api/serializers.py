"""What deciding shows to programs, field by field."""

from typing import Any

from rest_framework import serializers

from decision_aid.models import Alert, Assessment, Consultation, DecisionAidVersion, Review, Summary
from questionnaires.api.parsing import GivenSerializer


class ReleaseSerializer(serializers.ModelSerializer[DecisionAidVersion]):
    """A release of a decision aid, without its document."""

    aid = serializers.CharField(source="aid.code", read_only=True)

    class Meta:
        model = DecisionAidVersion
        fields = ("id", "aid", "number", "sha256", "reason", "published_at")
        read_only_fields = fields


class ConsultationSerializer(serializers.ModelSerializer[Consultation]):
    """One patient, one decision aid, one surgeon, one date."""

    class Meta:
        model = Consultation
        fields = ("id", "patient", "surgeon", "release", "scheduled_at", "place", "response", "findings")
        read_only_fields = fields


class NewConsultationSerializer(GivenSerializer):
    """Who is seen by whom, when, with which release."""

    patient = serializers.UUIDField()
    surgeon = serializers.IntegerField()
    release = serializers.IntegerField()
    scheduled_at = serializers.DateTimeField()
    place = serializers.CharField(max_length=200, required=False, default="")


class AlertSerializer(serializers.ModelSerializer[Alert]):
    """A warning sign that fired; open while `acknowledged_at` is null."""

    class Meta:
        model = Alert
        fields = (
            "id", "consultation", "sign", "title", "urgency", "raised_at", "acknowledged_at",
            "acknowledged_by", "action",
        )  # fmt: skip
        read_only_fields = fields


class AcknowledgementSerializer(GivenSerializer):
    """What was done about a warning sign."""

    action = serializers.CharField(max_length=2000)


class AssessmentSerializer(serializers.ModelSerializer[Assessment]):
    """A stored report with what it was made of."""

    class Meta:
        model = Assessment
        fields = (
            "id", "consultation", "number", "release", "engine_version", "as_of", "facts", "facts_sha256",
            "report", "report_sha256", "pathway", "assessed_at",
        )  # fmt: skip
        read_only_fields = fields


class ReviewSerializer(serializers.ModelSerializer[Review]):
    """What a clinician did with an assessment."""

    class Meta:
        model = Review
        fields = ("id", "assessment", "act", "by", "at", "subject", "candidacy", "reason", "words")
        read_only_fields = fields


class NewReviewSerializer(GivenSerializer):
    """An override (option, candidacy, reason and words), a signature or a release."""

    assessment = serializers.UUIDField()
    act = serializers.ChoiceField(choices=["overridden", "signed", "released"])
    option = serializers.CharField(required=False, default="")
    candidacy = serializers.CharField(required=False, default="")
    reason = serializers.CharField(required=False, default="")
    words = serializers.CharField(required=False, default="", max_length=2000)


class SummarySerializer(serializers.ModelSerializer[Summary]):
    """A document and how far a worker has come with it."""

    class Meta:
        model = Summary
        fields = (
            "id", "assessment", "audience", "language", "template_version", "status", "requested_at",
            "ready_at", "sha256", "size", "failure",
        )  # fmt: skip
        read_only_fields = fields


class FactsSerializer(GivenSerializer):
    """Facts to be scored without storing anything."""

    release = serializers.IntegerField(
        required=False, help_text="Default: the newest release of your clinic."
    )
    facts = serializers.DictField()
    as_of = serializers.DateField(required=False, help_text="Default: today.")


class ReportSerializer(serializers.Serializer[dict[str, Any]]):
    """The report of one assessment."""

    release = serializers.DictField()
    engine_version = serializers.CharField()
    facts_sha256 = serializers.CharField()
    report_sha256 = serializers.CharField()
    pathway = serializers.CharField()
    warning_signs = serializers.ListField(child=serializers.DictField())
    scales = serializers.DictField()
    options = serializers.ListField(child=serializers.DictField())
    modifiable = serializers.ListField(child=serializers.DictField())
