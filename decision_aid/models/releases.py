"""What was released to decide with; a row here never changes."""

from collections.abc import Mapping
from typing import Any, ClassVar

from django.db import models
from django.utils.translation import get_language

from decision_aid.models.authoring import DecisionAid
from decision_aid.scoring import RuleSet, read_ruleset
from questionnaires.definition.translations import with_texts
from questionnaires.models import QuestionnaireVersion, User
from questionnaires.models.versions import published_texts


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
    returns_to = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The earlier release that this one says again; its author and approver are that one's.",
    )
    returned_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")

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

    @property
    def readable(self) -> Mapping[str, Any]:
        """The released document, in the language in use where this release carries it."""
        document: Mapping[str, Any] = self.ruleset.document
        language = get_language() or str(document["language"])
        if language.split("-")[0] == str(document["language"]).split("-")[0]:
            return document
        readable = _readable.get((self.pk, language))
        if readable is None:
            texts = published_texts(self.translations.all(), language)
            readable = _readable[self.pk, language] = with_texts(document, AID_TEXTS, texts)
        return readable


# What a patient reads of a decision aid's document. Units and horizons are read by the figures: they stay.
AID_TEXTS = frozenset(
    (
        *("condition_text", "index_decision", "title", "patient_title", "summary", "what_happens"),
        *("living_with", "patient", "patient_reason", "patient_advice", "population_text"),
    )
)
# Releases never change, so what was read from one can be kept: by its hash, or in a language.
_rulesets: dict[str, RuleSet] = {}
_readable: dict[tuple[int, str], Mapping[str, Any]] = {}
