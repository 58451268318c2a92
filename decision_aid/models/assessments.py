"""The stored outcome of scoring one set of facts under one release; a row here never changes."""

import uuid
from typing import ClassVar

from django.db import models

from decision_aid.models.consultations import Consultation
from decision_aid.models.releases import DecisionAidVersion
from questionnaires.models import Clinic, QuestionnaireResponse


class Assessment(models.Model):
    """One report, with what it was made of. A change makes a new one beside it."""

    class Pathway(models.TextChoices):
        ROUTINE = "routine", "routine"
        URGENT = "urgent", "urgent"
        EMERGENCY = "emergency", "emergency"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="+")
    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="assessments")
    number = models.PositiveIntegerField()
    release = models.ForeignKey(DecisionAidVersion, on_delete=models.PROTECT, related_name="+")
    findings = models.ForeignKey(
        QuestionnaireResponse,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The clinician's findings that were added to the patient's answers.",
    )
    engine_version = models.CharField(max_length=20)
    as_of = models.DateField()
    facts = models.JSONField()
    facts_sha256 = models.CharField(max_length=64)
    report = models.JSONField()
    report_sha256 = models.CharField(max_length=64)
    pathway = models.CharField(max_length=10, choices=Pathway.choices)
    assessed_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["consultation", "number"], name="one_assessment_per_number"),
        ]
        indexes: ClassVar = [models.Index(fields=["report_sha256"], name="assessment_by_hash")]

    def __str__(self) -> str:
        return f"{self.consultation_id} {self.number}"
