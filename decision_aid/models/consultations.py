"""One patient, one decision aid, one surgeon, one date."""

import uuid
from typing import ClassVar

from django.db import models

from decision_aid.models.releases import DecisionAidVersion
from questionnaires.models import Clinic, Patient, QuestionnaireResponse, User


class Consultation(models.Model):
    """What the answers, findings, assessments, reviews and summaries of one visit hang on."""

    class Stage(models.TextChoices):
        """How far it has come; `services.following` keeps it with every act that moves it."""

        INVITED = "invited", "Invited"
        ANSWERING = "answering", "Answering"
        SUBMITTED = "submitted", "To review"
        SIGNED = "signed", "Signed"
        RELEASED = "released", "Released"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="consultations")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="consultations")
    release = models.ForeignKey(DecisionAidVersion, on_delete=models.PROTECT, related_name="consultations")
    surgeon = models.ForeignKey(User, on_delete=models.PROTECT, related_name="consultations")
    scheduled_at = models.DateTimeField()
    place = models.CharField(max_length=200, blank=True)
    response = models.OneToOneField(
        QuestionnaireResponse, on_delete=models.PROTECT, related_name="consultation"
    )
    findings = models.OneToOneField(
        QuestionnaireResponse,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="consultation_as_findings",
        help_text="The clinician's latest findings, open or submitted.",
    )
    stage = models.CharField(
        max_length=10, choices=Stage.choices, default=Stage.INVITED, editable=False, db_default=Stage.INVITED
    )
    # The options that are likely or possible now, each between spaces, so that a list can be asked for one.
    candidates = models.CharField(max_length=4000, blank=True, editable=False, db_default="")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["scheduled_at", "id"]
        indexes: ClassVar = [
            models.Index(fields=["clinic", "scheduled_at", "id", "stage", "surgeon"], name="worklist"),
        ]

    def __str__(self) -> str:
        return str(self.id)
