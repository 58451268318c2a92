"""What was checked before a release, what was found, and who signed it."""

import uuid
from typing import ClassVar

from django.db import models

from decision_aid.models.authoring import DecisionAid
from decision_aid.models.releases import DecisionAidVersion
from decision_aid.scoring import RuleSet, read_ruleset
from questionnaires.models import Clinic, User


class GateReport(models.Model):
    """A draft as it would be published, kept whole, with everything that was found of it.

    What is signed and published is what this row keeps, whatever happens to the draft meanwhile. `findings`
    are objects of check, code, place, sentence, hint, blocks and mends (model, id, field); `replay` has the
    counts of what changes for the people who were assessed. `sha256` is over all of it, and empty until the
    replay is complete.
    """

    class State(models.TextChoices):
        REPLAYING = "replaying", "is being replayed"
        FAILED = "failed", "could not be replayed"
        BLOCKED = "blocked", "has problems to mend"
        CLEAN = "clean", "waits for approval"
        APPROVED = "approved", "is approved"
        SCHEDULED = "scheduled", "will be published"
        PUBLISHED = "published", "was published"
        WITHDRAWN = "withdrawn", "was withdrawn"
        OUTDATED = "outdated", "was overtaken by another release"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="+")
    aid = models.ForeignKey(DecisionAid, on_delete=models.PROTECT, related_name="gate_reports")
    number = models.PositiveIntegerField(help_text="The number that the release will have.")
    against = models.ForeignKey(
        DecisionAidVersion,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The release that was used when this was made.",
    )
    reason = models.TextField(help_text="Why this release is made.")
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    requested_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    editors = models.ManyToManyField(
        User, related_name="+", help_text="Everybody who edited what this would publish; none approves it."
    )
    document = models.JSONField(
        null=True, help_text="The ruleset that would be released; none if unreadable."
    )
    release_sha256 = models.CharField(max_length=64, blank=True)
    questionnaires = models.JSONField(
        default=dict,
        blank=True,
        help_text="By name: questionnaire, version, document, sha256, texts, author, new.",
    )
    texts = models.JSONField(
        default=dict, blank=True, help_text="Of the aid in other languages, by language and place."
    )
    findings = models.JSONField(default=list, blank=True)
    replay = models.JSONField(default=dict, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    approver = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)
    publish_at = models.DateTimeField(null=True, blank=True, help_text="When it is to be published.")
    failure = models.CharField(
        max_length=80, blank=True, help_text="Why it could not be published at that time."
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    release = models.OneToOneField(
        DecisionAidVersion, on_delete=models.PROTECT, null=True, blank=True, related_name="gate_report"
    )

    class Meta:
        ordering: ClassVar = ["-requested_at", "id"]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(approver__isnull=True, approved_at__isnull=True)
                | (models.Q(approver__isnull=False, approved_at__isnull=False) & ~models.Q(sha256="")),
                name="approved_report_is_whole",
            ),
            models.CheckConstraint(
                condition=models.Q(approver__isnull=True) | ~models.Q(approver=models.F("author")),
                name="gate_needs_second_person",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["publish_at"],
                condition=models.Q(release__isnull=True, withdrawn_at__isnull=True, publish_at__isnull=False),
                name="gate_reports_to_publish",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.aid.code} {self.number}: {self.requested_at.isoformat(timespec='seconds')}"

    @property
    def ruleset(self) -> RuleSet:
        """What would be decided with. Raises ProblemsFound where it cannot be read."""
        return read_ruleset(self.document)

    @property
    def blocks(self) -> bool:
        """Whether something found keeps this from being published."""
        return any(finding["blocks"] for finding in self.findings)
