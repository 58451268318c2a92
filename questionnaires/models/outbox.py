"""What leaves the house, as rows: mail to be sent, events to be told, and where they are told."""

import uuid
from typing import ClassVar

from django.db import models

from questionnaires.models.people import Clinic, User
from questionnaires.models.responses import QuestionnaireResponse


class Message(models.Model):
    """One e-mail. The row is the message: whatever waits is what there is to send.

    No secret is ever in it: a link or a code is made at the moment of sending, and only its hash is kept.
    """

    class Kind(models.TextChoices):
        INVITATION = "invitation", "an invitation"
        REMINDER = "reminder", "a reminder"
        CODE = "code", "a one-time code"
        NOTICE = "notice", "a notice to staff"
        COLLEAGUE = "colleague", "an invitation to a member of staff"

    class Status(models.TextChoices):
        WAITING = "waiting", "waiting"
        SENDING = "sending", "being sent"
        SENT = "sent", "sent"
        DROPPED = "dropped", "no longer wanted"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    once = models.CharField(max_length=160, unique=True, help_text="Names what it is about: sent once.")
    response = models.ForeignKey(
        QuestionnaireResponse,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="messages",
        help_text="To its patient, at the address on file when it is sent.",
    )
    user = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Or to this member of staff; with neither, to the clinic's address for alerts.",
    )
    subject = models.CharField(max_length=200, blank=True)
    body = models.TextField(blank=True)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    give_up_at = models.DateTimeField(null=True, blank=True, help_text="After this it helps nobody.")
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.WAITING)
    # Counts claims: a worker whose claim is no longer the row's cannot write its result.
    claim = models.PositiveIntegerField(default=0)
    claimed_until = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    failure = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering: ClassVar = ["due_at", "id"]
        indexes: ClassVar = [
            models.Index(
                fields=["due_at"],
                name="unsent_messages",
                condition=models.Q(status__in=["waiting", "sending"]),
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.id}"


class OutboxEvent(models.Model):
    """That something happened in a clinic, in the order in which it happened; ids only, and never changed."""

    class Kind(models.TextChoices):
        SUBMITTED = "response.submitted", "a form was sent"
        ASSESSED = "consultation.assessed", "a consultation was assessed"
        RELEASED = "consultation.released", "options were released to the patient"
        SUMMARY_READY = "summary.ready", "a document is ready"
        ALERT_RAISED = "alert.raised", "a warning sign fired"
        ALERT_ESCALATED = "alert.escalated", "a warning sign is still open"
        ALERT_CLOSED = "alert.closed", "a clinician closed a warning sign"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="+")
    number = models.PositiveBigIntegerField(help_text="1, 2, 3 … in each clinic, without a gap.")
    kind = models.CharField(max_length=40, choices=Kind.choices)
    at = models.DateTimeField()
    record = models.CharField(max_length=40, help_text="What it is about: alert, assessment, …")
    record_id = models.CharField(max_length=40)
    detail = models.JSONField(default=dict, help_text="Further ids and counts; never a name or an answer.")

    class Meta:
        ordering: ClassVar = ["clinic", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["clinic", "number"], name="one_event_a_number"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.number}"


class Webhook(models.Model):
    """The one address at which a clinic is told its events, in order, and how far it has been told.

    Its key is derived from the service's secret and `key_number`, so that no table holds it.
    """

    clinic = models.OneToOneField(Clinic, on_delete=models.PROTECT, related_name="webhook")
    url = models.CharField(max_length=300, help_text="An https address on a host that the operator allows.")
    is_active = models.BooleanField(default=True)
    key_number = models.PositiveIntegerField(default=1, help_text="Count up for a new key.")
    delivered = models.PositiveBigIntegerField(
        default=0, help_text="The number of the last event told; set it back to tell events again."
    )
    due_at = models.DateTimeField(help_text="Not before this is it tried again.")
    attempts = models.PositiveIntegerField(default=0, help_text="Failures in a row.")
    failing_since = models.DateTimeField(null=True, blank=True)
    failure = models.CharField(max_length=60, blank=True)
    claim = models.PositiveIntegerField(default=0)
    claimed_until = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"webhook of {self.clinic}"
