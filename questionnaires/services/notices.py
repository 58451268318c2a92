"""What a person is told at once because of their answers; known to the packages that asking must not know."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from questionnaires.models import QuestionnaireResponse
from questionnaires.services.signals import notices_asked, notices_understood


@dataclass(frozen=True)
class Notice:
    """What a person should be told at once because of an answer."""

    code: str
    urgency: str
    title: str
    text: str
    new: bool  # whether this save gave rise to it, or an earlier one
    understood: bool  # whether the person has read it since it arose


def notices_of(response: QuestionnaireResponse) -> tuple[Notice, ...]:
    """What the answers given so far give rise to, emergencies first; from rows, so in every browser alike."""
    told: Sequence[tuple[object, Any]] = notices_asked.send(sender=QuestionnaireResponse, response=response)
    notices = [notice for _, some in told for notice in some]
    return tuple(sorted(notices, key=lambda notice: notice.urgency != "emergency"))


def understand_notices(response: QuestionnaireResponse, codes: Collection[str]) -> None:
    """Record that the person has read what to do about these."""
    notices_understood.send(sender=QuestionnaireResponse, response=response, codes=codes)
