"""Server-made SVG pictures of intervals, candidacy and people, in whole units so that pages stay small."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django import template

from decision_aid.summaries import CandidacyBar, HundredPeople, IntervalBar

Row = TypeVar("Row")
register = template.Library()

AXIS = 200
MARGIN = 6
ROW = 10


@dataclass(frozen=True)
class Stretch:
    """A stretch of an axis in picture units."""

    start: int
    width: int
    name: str = ""
    title: str = ""

    @property
    def end(self) -> int:
        return self.start + self.width


def place(share: float) -> int:
    """Where a share of the axis, 0.0 to 1.0, lies in picture units."""
    return MARGIN + round(min(max(share, 0.0), 1.0) * AXIS)


def stretch(start: float, end: float, name: str = "", title: str = "") -> Stretch:
    """A stretch between two shares of the axis."""
    return Stretch(place(start), place(end) - place(start), name, title)


def filled_path(people: int) -> str:
    """The path over the first `people` of 100 icons: whole rows, then what is left of a row."""
    rows, rest = divmod(min(max(people, 0), 100), 10)
    parts = []
    if rows:
        parts.append(f"M0 0h100v{rows * ROW}H0z")
    if rest:
        parts.append(f"M0 {rows * ROW}h{rest * ROW}v{ROW}H0z")
    return "".join(parts)


@register.filter
def dashed(code: str) -> str:
    """A code as a part of a class name: "needs_information" becomes "needs-information"."""
    return code.replace("_", "-")


@register.filter
def at(rows: Sequence[Row], place: int) -> Row:
    """The row at a place: what a cell's column is about."""
    return rows[place]


@register.inclusion_tag("decision_aid/pictures/rating.html")
def rating_line(position: float) -> dict[str, Any]:
    """How far along 0 to 10 an answer lies."""
    return {"position": round(min(max(position, 0.0), 1.0) * 100)}


@register.inclusion_tag("decision_aid/pictures/candidacy.html")
def candidacy_bar(bar: CandidacyBar) -> dict[str, Any]:
    """The interval of points on the bands of the release."""
    return {
        "words": bar.words,
        "bands": [stretch(band.start, band.end, band.candidacy, band.title) for band in bar.bands],
        "interval": stretch(bar.low, bar.high),
        "width": AXIS + 2 * MARGIN,
    }


@register.inclusion_tag("decision_aid/pictures/interval.html")
def interval_bar(bar: IntervalBar) -> dict[str, Any]:
    """A figure with its interval, and the line where two treatments are equal."""
    return {
        "bar": bar,
        "interval": stretch(bar.low, bar.high),
        "value": place(bar.value),
        "zero": place(bar.zero),
        "axis": stretch(0.0, 1.0),
        "width": AXIS + 2 * MARGIN,
    }


@register.inclusion_tag("decision_aid/pictures/hundred.html")
def hundred_people(hundred: HundredPeople) -> dict[str, Any]:
    """Two icon arrays of 100 people with one denominator: with the option, and with its comparator."""
    groups = [(filled_path(hundred.with_option), hundred.option_words)]
    if hundred.with_comparator is not None:
        groups.append((filled_path(hundred.with_comparator), hundred.comparator_words))
    return {"hundred": hundred, "groups": groups}
