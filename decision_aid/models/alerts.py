"""A warning sign that fired, open until a named clinician closes it."""

import uuid
from typing import ClassVar

from django.db import models

from decision_aid.models.authoring import WarningSign
from decision_aid.models.consultations import Consultation
from questionnaires.models import Clinic, User


class Alert(models.Model):
    """Raised in the transaction that saved the answer; no software closes it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="alerts")
    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="alerts")
    sign = models.SlugField(max_length=80)
    title = models.CharField(max_length=200)
    urgency = models.CharField(max_length=10, choices=WarningSign.Urgency.choices)
    raised_at = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    acknowledged_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    action = models.TextField(blank=True, help_text="What was done about it.")

    class Meta:
        ordering: ClassVar = ["urgency", "raised_at"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["consultation", "sign"], name="one_alert_per_sign"),
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
