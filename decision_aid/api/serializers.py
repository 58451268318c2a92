"""What deciding shows to programs, field by field."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from decision_aid.models import (
    Alert,
    Assessment,
    Consultation,
    DecisionAid,
    DecisionAidVersion,
    GateReport,
    GoldenCase,
    Rescoring,
    RescoringPart,
    Review,
    Summary,
    Wishes,
)
from decision_aid.services.gate import state_of
from questionnaires.api.parsing import GivenSerializer
from questionnaires.models import Invitation, Message

LARGEST_ID = 2**63 - 1


class ReleaseSerializer(serializers.ModelSerializer[DecisionAidVersion]):
    """A release of a decision aid, without its document."""

    aid = serializers.CharField(source="aid.code", read_only=True)

    class Meta:
        model = DecisionAidVersion
        fields = ("id", "aid", "number", "sha256", "reason", "published_at", "intake", "findings")
        read_only_fields = fields


class ConsultationSerializer(serializers.ModelSerializer[Consultation]):
    """One patient, one decision aid, one surgeon, one date; `findings` are the clinician's latest."""

    class Meta:
        model = Consultation
        fields = (
            "id", "patient", "surgeon", "release", "scheduled_at", "place", "stage", "response", "findings",
        )  # fmt: skip
        read_only_fields = fields


class NewConsultationSerializer(GivenSerializer):
    """Who is seen by whom, when, with which release."""

    patient = serializers.UUIDField()
    surgeon = serializers.IntegerField(min_value=0, max_value=LARGEST_ID)
    release = serializers.IntegerField(min_value=0, max_value=LARGEST_ID)
    scheduled_at = serializers.DateTimeField()
    place = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")


class InvitationSerializer(serializers.ModelSerializer[Invitation]):
    """A link to one response; `consultation` is what it asks for."""

    consultation = serializers.UUIDField(source="response.consultation.pk", read_only=True)

    class Meta:
        model = Invitation
        fields = ("id", "consultation", "channel", "created_at", "expires_at", "revoked_at")
        read_only_fields = fields


class NewInvitationSerializer(GivenSerializer):
    """Who is invited, and how: by mail, or with a link that you hand over yourself."""

    consultation = serializers.UUIDField()
    channel = serializers.ChoiceField(
        [Invitation.Channel.LINK, Invitation.Channel.LETTER, Invitation.Channel.EMAIL],
        help_text="`link` and `letter` return the address, this once; `email` sends it to the patient.",
    )


class MadeInvitationSerializer(serializers.Serializer[dict[str, Any]]):
    """What came of inviting: a link with its address, shown only now, or an e-mail on its way."""

    channel = serializers.ChoiceField(Invitation.Channel.choices)
    invitation = InvitationSerializer(allow_null=True)
    address = serializers.URLField(allow_null=True)
    message = serializers.ChoiceField(Message.Status.choices, allow_null=True)


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


class LedgerRowSerializer(serializers.Serializer[dict[str, Any]]):
    """One rule of an option: what it held, the points that it added, and the answers that it read."""

    rule = serializers.CharField()
    kind = serializers.ChoiceField(["required", "excludes", "points"])
    holds = serializers.BooleanField(allow_null=True, help_text="null: not known")
    points = serializers.FloatField()
    facts = serializers.ListField(child=serializers.CharField())
    reason = serializers.CharField()
    sources = serializers.ListField(child=serializers.CharField())


class OptionReportSerializer(serializers.Serializer[dict[str, Any]]):
    """One option: how it stands, why, what could still change it, and what to expect of it."""

    id = serializers.CharField()
    approach = serializers.CharField()
    candidacy = serializers.ChoiceField(
        ["likely", "possible", "unlikely", "not_indicated", "excluded", "needs_information"]
    )
    points = serializers.ListField(child=serializers.FloatField(), help_text="The lowest and the highest.")
    decisive = serializers.ListField(child=serializers.CharField())
    ledger = LedgerRowSerializer(many=True)
    changes = serializers.ListField(child=serializers.DictField())
    estimates = serializers.ListField(child=serializers.DictField())


class SignReportSerializer(serializers.Serializer[dict[str, Any]]):
    """One warning sign: whether it holds, and the answers that it read."""

    id = serializers.CharField()
    urgency = serializers.CharField()
    holds = serializers.BooleanField(allow_null=True, help_text="null: not known")
    facts = serializers.ListField(child=serializers.CharField())


class ReportSerializer(serializers.Serializer[dict[str, Any]]):
    """The report of one assessment: every option with its candidacy, points, ledger and estimates."""

    release = serializers.DictField()
    engine_version = serializers.CharField()
    facts_sha256 = serializers.CharField()
    report_sha256 = serializers.CharField()
    pathway = serializers.ChoiceField(Assessment.Pathway.choices)
    warning_signs = SignReportSerializer(many=True)
    scales = serializers.DictField(child=serializers.DictField())
    options = OptionReportSerializer(many=True)
    modifiable = serializers.ListField(child=serializers.DictField())

    def to_representation(self, instance: dict[str, Any]) -> dict[str, Any]:
        """As it is stored, with whatever a later engine adds."""
        return instance


class AssessmentSerializer(serializers.ModelSerializer[Assessment]):
    """A stored report with what it was made of."""

    facts = serializers.DictField(read_only=True)
    report = ReportSerializer(read_only=True)

    class Meta:
        model = Assessment
        fields = (
            "id", "consultation", "number", "release", "findings", "engine_version", "as_of", "facts",
            "facts_sha256", "report", "report_sha256", "pathway", "assessed_at",
        )  # fmt: skip
        read_only_fields = fields


class ListedAssessmentSerializer(serializers.ModelSerializer[Assessment]):
    """An assessment in a list, without its facts and report."""

    class Meta:
        model = Assessment
        fields = ("id", "consultation", "number", "release", "as_of", "pathway", "assessed_at")
        read_only_fields = fields


class ReviewSerializer(serializers.ModelSerializer[Review]):
    """One act of a clinician on one assessment; what does not belong to the act is empty."""

    reason = serializers.CharField(read_only=True)

    class Meta:
        model = Review
        fields = ("id", "assessment", "act", "by", "at", "subject", "candidacy", "reason", "words")
        read_only_fields = fields


class NewReviewSerializer(GivenSerializer):
    """An act on an assessment.

    `overridden` takes option, candidacy, reason and words; `exercise_confirmed` an option; `addendum` words;
    `released` may hide options and outcomes, each with the reason.
    """

    assessment = serializers.UUIDField()
    act = serializers.ChoiceField(
        [
            Review.Act.OVERRIDDEN,
            Review.Act.EXERCISE_CONFIRMED,
            Review.Act.SIGNED,
            Review.Act.RELEASED,
            Review.Act.ADDENDUM,
        ]
    )
    option = serializers.CharField(required=False, default="", max_length=80)
    candidacy = serializers.CharField(required=False, default="", max_length=20)
    reason = serializers.CharField(required=False, default="", max_length=20)
    words = serializers.CharField(required=False, default="", max_length=2000)
    hidden_options = serializers.DictField(
        child=serializers.CharField(max_length=2000, allow_blank=True), required=False, default=dict
    )
    hidden_outcomes = serializers.DictField(
        child=serializers.CharField(max_length=2000, allow_blank=True), required=False, default=dict
    )


class SummarySerializer(serializers.ModelSerializer[Summary]):
    """A document and how far a worker has come with it."""

    class Meta:
        model = Summary
        fields = (
            "id", "assessment", "audience", "language", "template_version", "status", "requested_at",
            "ready_at", "sha256", "size", "failure",
        )  # fmt: skip
        read_only_fields = fields


class NewSummarySerializer(GivenSerializer):
    """Of which assessment, for whom."""

    assessment = serializers.UUIDField()
    audience = serializers.ChoiceField(Summary.Audience.choices)


class WishesSerializer(serializers.ModelSerializer[Wishes]):
    """What a patient said after seeing the options."""

    values = serializers.DictField(child=serializers.IntegerField(), read_only=True)
    sure = serializers.DictField(child=serializers.BooleanField(), read_only=True)
    questions = serializers.ListField(child=serializers.CharField(), read_only=True)

    class Meta:
        model = Wishes
        fields = ("id", "consultation", "assessment", "number", "said_at", "values", "sure", "questions")
        read_only_fields = fields


class FactsSerializer(GivenSerializer):
    """Facts to be scored without storing anything."""

    release = serializers.IntegerField(
        required=False,
        min_value=0,
        max_value=LARGEST_ID,
        help_text="Default: the newest release of your clinic.",
    )
    facts = serializers.DictField()
    as_of = serializers.DateField(required=False, help_text="Default: today.")


class AidDraftSerializer(serializers.ModelSerializer[DecisionAid]):
    """A decision aid that is being written, without its document."""

    clinic = serializers.CharField(source="clinic.slug", read_only=True)

    class Meta:
        model = DecisionAid
        fields = ("id", "clinic", "code", "title", "language", "intake", "findings", "edited_by")
        read_only_fields = fields


class GoldenCaseSerializer(serializers.ModelSerializer[GoldenCase]):
    """A person whose assessment is known: part of the draft of an aid."""

    facts = serializers.DictField(read_only=True)
    expected = serializers.DictField(read_only=True)

    class Meta:
        model = GoldenCase
        fields = ("id", "aid", "code", "story", "because", "facts", "expected")
        read_only_fields = fields


class RescoringPartSerializer(serializers.ModelSerializer[RescoringPart]):
    """Some of the people, and what came of them."""

    counts = serializers.DictField(read_only=True)

    class Meta:
        model = RescoringPart
        fields = ("number", "status", "failure", "counts")
        read_only_fields = fields


class RescoringSerializer(serializers.ModelSerializer[Rescoring]):
    """Everybody's newest assessment scored by one release and compared with another: a job in parts."""

    clinic = serializers.CharField(source="clinic.slug", read_only=True)
    parts = RescoringPartSerializer(many=True, read_only=True)

    class Meta:
        model = Rescoring
        fields = ("id", "clinic", "release", "against", "until", "parts")
        read_only_fields = fields


class NewRescoringSerializer(GivenSerializer):
    """By which release, and compared with which."""

    release = serializers.IntegerField(min_value=0, max_value=LARGEST_ID)
    against = serializers.IntegerField(
        min_value=0, max_value=LARGEST_ID, required=False, allow_null=True, default=None
    )


class ChangeSerializer(serializers.Serializer[dict[str, Any]]):
    """A consultation whose option comes out otherwise, and the rules behind it."""

    id = serializers.UUIDField(help_text="The consultation.")
    option = serializers.CharField()
    rules = serializers.ListField(child=serializers.CharField())

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """With `from` and `to`, which are words of Python's."""
        return super().get_fields() | {"from": serializers.CharField(), "to": serializers.CharField()}


class FindingSerializer(serializers.Serializer[dict[str, Any]]):
    """One thing that was found of a draft; what blocks has to be mended before it is published."""

    check = serializers.CharField()
    code = serializers.CharField()
    place = serializers.CharField()
    sentence = serializers.CharField()
    hint = serializers.CharField()
    blocks = serializers.BooleanField()


class GateReportSerializer(serializers.ModelSerializer[GateReport]):
    """What a draft would publish, what was found of it, whom it changes, and who signed it."""

    clinic = serializers.CharField(source="clinic.slug", read_only=True)
    state = serializers.SerializerMethodField()
    findings = FindingSerializer(many=True, read_only=True)
    replay = serializers.DictField(read_only=True)

    class Meta:
        model = GateReport
        fields = (
            "id", "clinic", "aid", "number", "against", "reason", "author", "requested_by", "requested_at",
            "state", "findings", "replay", "release_sha256", "sha256", "approver", "approved_at",
            "publish_at", "failure", "withdrawn_at", "release",
        )  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(serializers.ChoiceField(GateReport.State.choices))
    def get_state(self, report: GateReport) -> str:
        return state_of(report).value


class NewGateReportSerializer(GivenSerializer):
    """Which draft is to be released, and why."""

    aid = serializers.IntegerField(min_value=0, max_value=LARGEST_ID)
    reason = serializers.CharField(max_length=2000)


class ApprovalSerializer(GivenSerializer):
    """The hash of exactly the report that was looked at."""

    sha256 = serializers.CharField(max_length=64)


class PublicationSerializer(GivenSerializer):
    """When it is published: at once where no time is given."""

    at = serializers.DateTimeField(required=False, allow_null=True, default=None)


class ReasonSerializer(GivenSerializer):
    """Why it is done."""

    reason = serializers.CharField(max_length=2000)
