"""Measuring the sheet, not the people who read it."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from decision_aid.models import Consultation, SheetReading
from decision_aid.services.permissions import REVIEW
from questionnaires.models import User
from questionnaires.services import audit
from questionnaires.services.permissions import require

# A sheet left open over lunch says nothing about how long it takes to read.
LONGEST_SECONDS = int(timedelta(minutes=15).total_seconds())


@transaction.atomic
def record_reading(consultation: Consultation, seconds: int, by: User) -> SheetReading | None:
    """Keep how long a surgeon had the sheet in sight; None where that was no time, or too long to be reading.

    Refused: not_permitted.
    """
    require(by, consultation.clinic, REVIEW)
    if not 1 <= seconds <= LONGEST_SECONDS:
        return None
    reading = SheetReading.objects.create(
        clinic=consultation.clinic, consultation=consultation, seconds=seconds, ended_at=timezone.now()
    )
    audit.record(consultation.clinic, "sheet_read", consultation, user=by, detail={"seconds": seconds})
    return reading
