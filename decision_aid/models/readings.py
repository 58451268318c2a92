"""How long a sheet was in sight; of nobody by name, because it measures the sheet and not who reads it."""

from typing import ClassVar

from django.db import models

from decision_aid.models.consultations import Consultation
from questionnaires.models import Clinic


class SheetReading(models.Model):
    """One look of a surgeon at one sheet, in whole seconds."""

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="+")
    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="sheet_readings")
    seconds = models.PositiveIntegerField()
    ended_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["ended_at", "id"]
        indexes: ClassVar = [models.Index(fields=["clinic", "ended_at"], name="sheet_readings")]

    def __str__(self) -> str:
        return f"{self.seconds} s"
