"""What a patient said after seeing the released options; append-only."""

import uuid
from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from decision_aid.models.assessments import Assessment
from decision_aid.models.consultations import Consultation
from questionnaires.models import Clinic


class Sure(models.TextChoices):
    """Four things that a person ready to decide can say yes to.

    The ideas are those of the SURE test (Légaré 2010, PMID 20705869); the words are our own.
    """

    CHOICE = "choice", _("Do you feel sure which way is best for you?")
    KNOWLEDGE = "knowledge", _("Do you know what can get better, and what can go wrong, with each treatment?")
    WEIGHING = "weighing", _("Is it clear to you which of those good and bad points matter most to you?")
    SUPPORT = "support", _("Do you have the help and the advice that you need to choose?")


class Wishes(models.Model):
    """What matters to the patient, what is still unclear, and the questions for the surgeon, ranked.

    `values` holds 0 to 10 by the code of a value, `sure` true or false by the code of a `Sure`; what was not
    answered is left out. Each time the patient says it anew is a new row with the next number.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="+")
    consultation = models.ForeignKey(Consultation, on_delete=models.PROTECT, related_name="wishes")
    assessment = models.ForeignKey(
        Assessment, on_delete=models.PROTECT, related_name="+", help_text="The released one that was seen."
    )
    number = models.PositiveIntegerField()
    said_at = models.DateTimeField()
    values = models.JSONField(default=dict)
    sure = models.JSONField(default=dict)
    questions = models.JSONField(default=list, help_text="The most important first.")

    class Meta:
        ordering: ClassVar = ["number"]
        verbose_name_plural = "wishes"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["consultation", "number"], name="one_saying_per_number"),
        ]

    def __str__(self) -> str:
        return str(self.number)
