"""One PDF of one assessment, asked for in a row and made by a worker."""

import uuid
from typing import ClassVar

from django.db import models

from decision_aid.models.assessments import Assessment
from questionnaires.models import Clinic


def summary_file_name(summary: "Summary", _: str) -> str:
    """A name that says nothing about the person."""
    return f"summaries/{summary.id}/{summary.claim}.pdf"


class Summary(models.Model):
    """The row is the message: whatever is requested and not ready is what there is to do."""

    class Audience(models.TextChoices):
        SURGEON = "surgeon", "surgeon"
        PATIENT = "patient", "patient"
        ANSWERS = "answers", "a copy of the answers"

    class Status(models.TextChoices):
        REQUESTED = "requested", "requested"
        RENDERING = "rendering", "rendering"
        READY = "ready", "ready"
        FAILED = "failed", "failed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="+")
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="summaries")
    audience = models.CharField(max_length=10, choices=Audience.choices)
    language = models.CharField(max_length=16)
    # Names the template and its edition: “assessed-1”, “cleared-1”, “signed-1”, “released-1”.
    template_version = models.CharField(max_length=20)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.REQUESTED)
    requested_at = models.DateTimeField()
    # Counts claims: a worker whose claim is no longer the row's cannot write its result.
    claim = models.PositiveIntegerField(default=0)
    # Claims since a person last asked; what is out of attempts waits for one.
    attempts = models.PositiveSmallIntegerField(default=0)
    claimed_until = models.DateTimeField(null=True, blank=True)
    due_at = models.DateTimeField(help_text="When the sweep rings again.")
    ready_at = models.DateTimeField(null=True, blank=True)
    file = models.FileField(upload_to=summary_file_name, blank=True)
    sha256 = models.CharField(max_length=64, blank=True)
    size = models.PositiveIntegerField(default=0)
    failure = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering: ClassVar = ["requested_at", "id"]
        verbose_name_plural = "summaries"
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["assessment", "audience", "language", "template_version"],
                name="one_summary_per_assessment_audience_language_template",
            ),
            models.CheckConstraint(
                condition=~models.Q(status="ready")
                | (~models.Q(sha256="") & ~models.Q(file="") & models.Q(size__gt=0)),
                name="ready_summary_has_a_hashed_file",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["sha256"], name="summary_by_hash"),
            models.Index(
                fields=["due_at"],
                name="unfinished_summaries",
                condition=models.Q(status__in=["requested", "rendering"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.audience} {self.template_version}"
