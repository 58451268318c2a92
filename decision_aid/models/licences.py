"""Under which licences a clinic uses instruments that belong to others."""

from typing import ClassVar

from django.db import models

from questionnaires.models import Clinic


class InstrumentLicence(models.Model):
    """A licence that a clinic holds for an instrument, such as the Oswestry Disability Index."""

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="instrument_licences")
    instrument = models.SlugField(
        max_length=80,
        help_text="The instrument's code, as the scales that are it name it, such as odi.",
    )
    holder = models.CharField(max_length=200, help_text="Who holds the licence.")
    number = models.CharField(max_length=120, help_text="The licence's number or reference.")
    valid_from = models.DateField()
    valid_until = models.DateField(
        null=True, blank=True, help_text="The last day on which it is valid; empty where it has no end."
    )
    recorded_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering: ClassVar = ["instrument", "-valid_from", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["clinic", "instrument", "number"], name="one_row_per_licence_of_a_clinic"
            ),
            models.CheckConstraint(
                condition=models.Q(valid_until__isnull=True)
                | models.Q(valid_until__gte=models.F("valid_from")),
                name="licence_ends_after_it_starts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.instrument}, {self.number}"
