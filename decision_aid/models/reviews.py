"""What a named clinician did with an assessment; append-only."""

import uuid
from typing import ClassVar

from django.db import models

from decision_aid.models.assessments import Assessment
from questionnaires.models import Clinic, User


class Review(models.Model):
    """One act on one assessment. The database refuses to change or delete it."""

    class Act(models.TextChoices):
        ACKNOWLEDGED = "acknowledged", "acknowledged a warning"
        FINDINGS_ADDED = "findings_added", "added findings"
        OVERRIDDEN = "overridden", "overrode a candidacy"
        EXERCISE_CONFIRMED = "exercise_confirmed", "confirmed what the patient reads about exercise"
        SIGNED = "signed", "signed"
        OPTION_HIDDEN = "option_hidden", "kept a treatment out of the release"
        FIGURES_HIDDEN = "figures_hidden", "kept figures out of the release"
        RELEASED = "released", "released to the patient"
        ADDENDUM = "addendum", "added after signing"

    class Reason(models.TextChoices):
        IMAGING = "imaging", "what imaging shows"
        EXAMINATION = "examination", "what examination shows"
        HEALTH = "health", "general health"
        PREFERENCE = "preference", "what the patient prefers"
        EXPERTISE = "expertise", "what this clinic can offer"
        RULE = "rule", "the rule does not fit this person"
        OTHER = "other", "another reason"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="+")
    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="reviews")
    act = models.CharField(max_length=20, choices=Act.choices)
    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    subject = models.CharField(
        max_length=80, blank=True, help_text="The option, the outcome or the warning sign that it is about."
    )
    candidacy = models.CharField(max_length=20, blank=True)
    reason = models.CharField(max_length=20, choices=Reason.choices, blank=True)
    words = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar = ["at", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["assessment", "act"],
                condition=models.Q(act__in=["signed", "released"]),
                name="signed_and_released_once",
            ),
            models.CheckConstraint(
                condition=~models.Q(act="overridden")
                | ~(models.Q(subject="") | models.Q(candidacy="") | models.Q(reason="") | models.Q(words="")),
                name="override_says_what_and_why",
            ),
        ]

    def __str__(self) -> str:
        return self.act
