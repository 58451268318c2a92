"""The appointment that a form prepares: who, when, where; known to the packages that asking must not know."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from questionnaires.models import QuestionnaireResponse
from questionnaires.services.signals import appointment_asked


@dataclass(frozen=True)
class Appointment:
    """Whom the patient sees, when (in the clinic's time zone) and where; `place` may be empty."""

    surgeon: str
    at: datetime
    place: str


def appointment_of(response: QuestionnaireResponse) -> Appointment | None:
    """The appointment of a response; None where it prepares none."""
    told: Sequence[tuple[object, Any]] = appointment_asked.send(
        sender=QuestionnaireResponse, response=response
    )
    return next((one for _, one in told if isinstance(one, Appointment)), None)
