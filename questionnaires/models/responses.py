"""The link that asks a patient, and what was answered."""

import uuid
from typing import ClassVar

from django.db import models

from questionnaires.models.people import Clinic, Patient, User
from questionnaires.models.versions import QuestionnaireVersion


class QuestionnaireResponse(models.Model):
    """The answers to one questionnaire version: open, then submitted and frozen by the database."""

    class Status(models.TextChoices):
        OPEN = "open", "open"
        SUBMITTED = "submitted", "submitted"

    class AnsweredBy(models.TextChoices):
        PATIENT = "patient", "the patient"
        COMPANION = "companion", "someone helping the patient"
        CLINICIAN = "clinician", "a clinician"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="+")
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="responses")
    version = models.ForeignKey(QuestionnaireVersion, on_delete=models.PROTECT, related_name="responses")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.OPEN)
    answers = models.JSONField(default=dict)
    # Answers to questions that are hidden now; given back when they are shown again, never assessed.
    set_aside = models.JSONField(default=dict)
    # Counts saves: a save names the revision it was made on, so that a stale tab cannot overwrite.
    revision = models.PositiveIntegerField(default=0)
    answered_by = models.CharField(max_length=10, choices=AnsweredBy.choices, default=AnsweredBy.PATIENT)
    filled_by = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="The member of staff, where one answered.",
    )
    created_at = models.DateTimeField(auto_now_add=True)
    consented_at = models.DateTimeField(null=True, blank=True)
    consent_sha256 = models.CharField(max_length=64, blank=True)
    submitted_at = models.DateTimeField(null=True, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(status="open", submitted_at__isnull=True, sha256="")
                | (models.Q(status="submitted", submitted_at__isnull=False) & ~models.Q(sha256="")),
                name="submitted_response_is_dated_and_hashed",
            ),
        ]

    def __str__(self) -> str:
        return str(self.id)


class Invitation(models.Model):
    """A link to one response. The secret itself is never stored, only its hash."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="+")
    response = models.ForeignKey(QuestionnaireResponse, on_delete=models.PROTECT, related_name="invitations")
    token_sha256 = models.CharField(max_length=64, unique=True)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    birth_date_tries = models.PositiveSmallIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.id)
