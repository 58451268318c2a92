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
        PROXY = "proxy", "someone on behalf of the patient"
        SHARED = "shared", "the patient, in part with someone's help"
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


class UnfinishedAnswer(models.Model):
    """What somebody typed or chose at a question that is no saved answer yet, kept so that it is not lost.

    It is no valid answer, was not given yet, or was given while another window had answered otherwise.
    """

    response = models.ForeignKey(QuestionnaireResponse, on_delete=models.CASCADE, related_name="unfinished")
    code = models.CharField(max_length=80)
    page = models.CharField(max_length=16, help_text="The page it was typed on: two windows are two pages.")
    texts = models.JSONField(help_text="As a browser sent it.")
    seen = models.CharField(max_length=64, blank=True, help_text="The answer that the page showed, hashed.")
    kept_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering: ClassVar = ["pk"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["response", "code", "page"], name="one_unfinished_answer_a_page"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class LeftOutQuestion(models.Model):
    """An optional question that the person chose to leave out, so that nobody asks it again."""

    response = models.ForeignKey(QuestionnaireResponse, on_delete=models.CASCADE, related_name="left_out")
    code = models.CharField(max_length=80)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["response", "code"], name="left_out_once"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Invitation(models.Model):
    """A link to one response. The secret itself is never stored, only its hash."""

    class Channel(models.TextChoices):
        EMAIL = "email", "by e-mail"
        LETTER = "letter", "on the appointment letter"
        TABLET = "tablet", "on a tablet of the clinic"
        LINK = "link", "as a link, given by staff"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="+")
    response = models.ForeignKey(QuestionnaireResponse, on_delete=models.PROTECT, related_name="invitations")
    channel = models.CharField(max_length=10, choices=Channel.choices, default=Channel.LINK)
    token_sha256 = models.CharField(max_length=64, unique=True)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    birth_date_tries = models.PositiveSmallIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.id)
