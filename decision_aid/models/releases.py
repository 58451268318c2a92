"""What was released to decide with; a row here never changes."""

from typing import ClassVar

from django.db import models

from decision_aid.models.authoring import DecisionAid
from decision_aid.scoring import RuleSet, read_ruleset
from questionnaires.models import QuestionnaireVersion, User


class DecisionAidVersion(models.Model):
    """One immutable release, pinning exact questionnaire versions. The database refuses to change it."""

    aid = models.ForeignKey(DecisionAid, on_delete=models.PROTECT, related_name="releases")
    number = models.PositiveIntegerField()
    document = models.JSONField()
    sha256 = models.CharField(max_length=64)
    intake = models.ForeignKey(QuestionnaireVersion, on_delete=models.PROTECT, related_name="+")
    findings = models.ForeignKey(QuestionnaireVersion, on_delete=models.PROTECT, related_name="+")
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    approver = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(help_text="Why this release was made.")
    published_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["aid", "number"], name="one_release_per_number"),
            models.CheckConstraint(
                condition=~models.Q(author=models.F("approver")), name="release_needs_second_person"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.aid.code} {self.number}"

    @property
    def ruleset(self) -> RuleSet:
        """What is decided with, parsed once a process for each released hash."""
        ruleset = _rulesets.get(self.sha256)
        if ruleset is None:
            ruleset = _rulesets[self.sha256] = read_ruleset(self.document)
        return ruleset


# Releases never change, so what was read from one can be kept by its hash.
_rulesets: dict[str, RuleSet] = {}
