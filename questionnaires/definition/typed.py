"""Answers as a browser sends them: the inverse of reading them, and a date typed in three fields."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from questionnaires.definition.answers import DECLINED_TEXT, UNSURE_TEXT, Answer, Declined, Given, Unsure
from questionnaires.definition.schema import NONE_OF_THESE

DATE_PARTS = ("day", "month", "year")


def texts_of(answer: Answer) -> list[str]:
    """What a browser would send for an answer: the inverse of reading it."""
    match answer:
        case Unsure():
            return [UNSURE_TEXT]
        case Declined():
            return [DECLINED_TEXT]
        case Given(bool() as value):
            return ["yes" if value else "no"]
        case Given(tuple() as codes):
            return list(codes) or [NONE_OF_THESE]
        case Given(date() as value):
            return [f"{value.day}/{value.month}/{value.year}"]
        case Given(Decimal() as value):
            return [f"{value:f}"]
    return [str(answer.value)]


def date_text(parts: Sequence[str]) -> str:
    """The one text of what stands in the three fields; empty where all of them are."""
    typed = [part.strip() for part in parts]
    return "/".join(typed) if any(typed) else ""


def date_parts(text: str) -> tuple[str, str, str]:
    """What stands in the three fields for such a text: the inverse of `date_text`."""
    day, month, year = [*text.split("/", 2), "", ""][:3]
    return day, month, year
