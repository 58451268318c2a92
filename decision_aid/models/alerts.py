"""A warning sign that fired, open until a named clinician closes it, and its escalations until then."""

import uuid
from typing import ClassVar

from django.db import models

from decision_aid.models.authoring import WarningSign
from decision_aid.models.consultations import Consultation
from questionnaires.models import Clinic, User


class Alert(models.Model):
    """Raised in the transaction that saved the answer; no software closes it.

    What was closed never changes: a sign that a further answer fires again is a new row beside the old one,
    so that who closed what, and when, stays on record.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="alerts")
    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="alerts")
    sign = models.SlugField(max_length=80)
    title = models.CharField(max_length=200)
    urgency = models.CharField(max_length=10, choices=WarningSign.Urgency.choices)
    raised_at = models.DateTimeField()
    is_evaluated = models.BooleanField(
        default=True,
        db_default=True,
        help_text="False: the rule could not be evaluated, and the advice was shown to be safe.",
    )
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    action = models.TextField(blank=True, help_text="What was done about it.")

    class Meta:
        ordering: ClassVar = ["urgency", "raised_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["consultation", "sign"],
                name="one_open_alert_per_sign",
                condition=models.Q(acknowledged_at__isnull=True),
            ),
            models.CheckConstraint(
                condition=models.Q(acknowledged_at__isnull=True, acknowledged_by__isnull=True)
                | (
                    models.Q(acknowledged_at__isnull=False, acknowledged_by__isnull=False)
                    & ~models.Q(action="")
                ),
                name="alert_closed_by_a_named_clinician",
            ),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["clinic", "raised_at"],
                name="open_alerts",
                condition=models.Q(acknowledged_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return self.title


class WatchedSign(models.Model):
    """What a sign rested on when answers were last saved, so that a further answer is told from the same."""

    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="watched_signs")
    sign = models.SlugField(max_length=80)
    # The answers behind the sign, hashed; empty while it does not hold.
    basis_sha256 = models.CharField(max_length=64, blank=True)
    changed_at = models.DateTimeField()
    understood_at = models.DateTimeField(
        null=True, blank=True, help_text="When the person read what to do; empty again once it arises anew."
    )

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["consultation", "sign"], name="one_watch_per_sign"),
        ]

    def __str__(self) -> str:
        return self.sign


class Escalation(models.Model):
    """One step of telling more people that an alert is open; taken once, never after it was closed."""

    alert = models.ForeignKey(Alert, on_delete=models.PROTECT, related_name="escalations")
    step = models.PositiveSmallIntegerField(help_text="1 at 15 minutes, 2 at 1 hour, 3 at 4 hours.")
    due_at = models.DateTimeField()
    escalated_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["due_at", "step"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["alert", "step"], name="one_escalation_a_step"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["due_at"],
                name="due_escalations",
                condition=models.Q(escalated_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"step {self.step} of {self.alert_id}"
