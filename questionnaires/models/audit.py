"""Who did what, when: an append-only chain for each clinic."""

from typing import ClassVar

from django.db import models

from questionnaires.models.people import Clinic, Patient, User


class AuditChain(models.Model):
    """The head of a clinic's chain: it moves by an update that demands where it was, so there is no gap."""

    clinic = models.OneToOneField(Clinic, on_delete=models.PROTECT, related_name="audit_chain")
    number = models.PositiveBigIntegerField(default=0)
    sha256 = models.CharField(max_length=64, default="")

    def __str__(self) -> str:
        return f"{self.clinic}: {self.number}"


class AuditEvent(models.Model):
    """One thing that happened to a record; holds ids and codes, never a name or an answer."""

    class Actor(models.TextChoices):
        STAFF = "staff", "a member of staff"
        PATIENT = "patient", "the patient"
        SYSTEM = "system", "the system"

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="audit_events")
    number = models.PositiveBigIntegerField()
    at = models.DateTimeField()
    actor = models.CharField(max_length=10, choices=Actor.choices)
    user = models.ForeignKey(User, on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    action = models.CharField(max_length=60)
    record = models.CharField(max_length=60, help_text="The kind of the record.")
    record_id = models.CharField(max_length=40)
    patient = models.ForeignKey(
        Patient,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="Whom the record is about, where it is about a patient.",
    )
    detail = models.JSONField(default=dict)
    previous_sha256 = models.CharField(max_length=64)
    sha256 = models.CharField(max_length=64)

    class Meta:
        ordering: ClassVar = ["clinic", "number"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["clinic", "number"], name="one_audit_event_per_number"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.action}"
