"""Many stored answers scored anew by a release, in parts that workers take."""

import uuid
from typing import ClassVar

from django.db import models

from decision_aid.models.authoring import DecisionAid
from decision_aid.models.gates import GateReport
from decision_aid.models.releases import DecisionAidVersion
from decision_aid.scoring import RuleSet
from questionnaires.models import Clinic


class Rescoring(models.Model):
    """Everybody's newest assessment at one moment, scored by one release and compared with another.

    What scores them is a release, or what a report of the gate would publish.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="+")
    release = models.ForeignKey(
        DecisionAidVersion, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    gate = models.OneToOneField(
        GateReport, on_delete=models.CASCADE, null=True, blank=True, related_name="rescoring"
    )
    against = models.ForeignKey(
        DecisionAidVersion, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    until = models.DateTimeField(help_text="Assessments made later are left out.")

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(release__isnull=True, gate__isnull=False)
                | models.Q(release__isnull=False, gate__isnull=True),
                name="rescored_by_a_release_or_a_gate",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.release_id or self.gate_id} {self.until.isoformat()}"

    @property
    def by(self) -> DecisionAidVersion | GateReport:
        """What scores."""
        by = self.release or self.gate
        if by is None:
            message = f"rescoring {self.pk} names nothing that scores"
            raise LookupError(message)
        return by

    @property
    def aid(self) -> DecisionAid:
        return self.by.aid

    @property
    def ruleset(self) -> RuleSet:
        return self.by.ruleset


class RescoringPart(models.Model):
    """The people whose newest assessment lies between two ids, both included, and what came of them.

    `counts` are tables of numbers; `changes` the lines about each changed candidacy: ids and codes, no name.
    """

    class Status(models.TextChoices):
        WAITING = "waiting", "waiting"
        RUNNING = "running", "running"
        DONE = "done", "done"
        FAILED = "failed", "failed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    rescoring = models.ForeignKey(Rescoring, on_delete=models.CASCADE, related_name="parts")
    number = models.PositiveIntegerField()
    first = models.UUIDField()
    last = models.UUIDField()
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(help_text="From then on a worker is rung for it again.")
    failure = models.CharField(max_length=80, blank=True)
    counts = models.JSONField(default=dict)
    changes = models.JSONField(default=list)

    class Meta:
        ordering: ClassVar = ["number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["rescoring", "number"], name="one_part_per_number"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["due_at"],
                condition=models.Q(status__in=["waiting", "running"]),
                name="rescoring_parts_due",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.rescoring_id} {self.number}"
