"""An estimate's numbers in words: with unit and interval, in people out of 100, never a ratio on its own."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum

from decision_aid.summaries.fields import Row, number, text
from decision_aid.summaries.numbers import common_places, exact, rounded, span, written
from decision_aid.summaries.shapes import HundredPeople, IntervalBar

# Two writers: `patient_figure` rounds the numbers of one figure alike and speaks plainly; `surgeon_figure`
# gives them as the source does.

SPAN_OF_DIGITS = re.compile(r"(?<=\d)-(?=\d)")
HUNDRED = Decimal(100)
NO_DIFFERENCE = "no difference"
BEST_ESTIMATE = "a best estimate, without a range"


class Measure(Enum):
    """What an estimate's unit counts."""

    QUANTITY = "quantity"
    PEOPLE = "people"
    STANDARD_DEVIATIONS = "standard deviations"
    RATIO = "ratio"


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit in words, as the release writes it: a noun, and what follows it.

    "points on a pain scale from 0 to 100" has the noun "points" and the rest "on a pain scale from 0 to 100",
    so that a difference reads "12 points less on a pain scale from 0 to 100".
    """

    measure: Measure
    noun: str
    rest: str = ""
    less: str = "less"

    def of(self, amount: str) -> str:
        """An amount with its noun: "1 day", "2.5 days"."""
        noun = SINGULAR.get(self.noun, self.noun) if amount == "1" else self.noun
        return f"{amount} {noun}".rstrip()

    @property
    def compared(self) -> str:
        """The rest after "less" or "more": "33 mL less blood"."""
        return self.rest.removeprefix("of ")


SINGULAR = {
    "points": "point",
    "days": "day",
    "hours": "hour",
    "minutes": "minute",
    "seconds": "second",
    "weeks": "week",
    "months": "month",
    "metres": "metre",
}
NOUNS = {
    "d": "days",
    "h": "hours",
    "min": "minutes",
    "wk": "weeks",
    "s": "seconds",
    "m": "metres",
    "ml": "mL",
}
PEOPLE = Unit(Measure.PEOPLE, "", "out of 100", "fewer")
OF_PEOPLE = ("%", "percent", "in 100", "out of 100", "per 100", "people")
RATIOS = {"ratio", "or", "rr", "hr", "odds", "risk", "hazard"}
DEVIATIONS = {"sd", "smd", "standard"}


@dataclass(frozen=True, slots=True)
class Figure:
    """The texts and pictures of one figure; they hold the same numbers."""

    figure: str
    interval: str
    short: str
    bar: IntervalBar | None = None
    hundred: HundredPeople | None = None


def unit_of(name: str) -> Unit:
    """The unit of an estimate, from the words that the release gives it."""
    plain = " ".join(name.split())
    lower = plain.lower()
    noun, _, rest = plain.partition(" ")
    if lower.startswith(OF_PEOPLE):
        return PEOPLE
    if noun.lower() in RATIOS:
        return Unit(Measure.RATIO, plain)
    if noun.lower() in DEVIATIONS:
        return Unit(Measure.STANDARD_DEVIATIONS, plain)
    return Unit(Measure.QUANTITY, NOUNS.get(noun.lower(), noun), rest)


def patient_figure(row: Row, comparator: str) -> Figure | None:
    """The figure for a patient, or None where it has no number that may be shown on its own.

    No number: a direction only, standard deviations, and a ratio without the two risks behind it.
    """
    kind = text(row, "kind")
    unit = unit_of(text(row, "unit"))
    if kind == "risks" and number(row, "with_option") is not None:
        return _risks(row, comparator)
    if kind == "direction_only" or unit.measure in {Measure.STANDARD_DEVIATIONS, Measure.RATIO}:
        return None
    if kind == "absolute":
        return _absolute(row, unit, comparator)
    return _difference(row, unit)


def surgeon_figure(row: Row, comparator: str) -> Figure | None:
    """The figure for a clinician, as its source gives it; None where the estimate has no number."""
    unit = SPAN_OF_DIGITS.sub("–", text(row, "unit"))
    value, low, high = (number(row, name) for name in ("value", "low", "high"))
    option, other = number(row, "with_option"), number(row, "with_comparator")
    if text(row, "kind") == "risks":
        option, other = _scaled(option, row), _scaled(other, row)
        unit = f"per 100 {unit if unit.startswith('people') else ''}".strip()
    parts = []
    if option is not None:
        versus = f" vs {exact(other)}" if other is not None else ""
        parts.append(f"{exact(option)}{versus} {unit}".rstrip())
    if value is not None:
        parts.append(f"{exact(value)} {unit}".rstrip())
    interval = f"({span(low, high)})" if low is not None and high is not None else ""
    if not parts and not interval:
        return None
    figure = "; ".join(parts)
    interval = interval or "(no interval published)"
    plain = patient_figure(row, comparator)
    pictures = (plain.bar, plain.hundred) if plain else (None, None)
    return Figure(figure, interval, f"{figure} {interval}".strip(), *pictures)


def _difference(row: Row, unit: Unit) -> Figure | None:
    value, low, high = (number(row, name) for name in ("value", "low", "high"))
    if value is None:
        return None
    places = common_places(value, low, high)
    figure = NO_DIFFERENCE if value == 0 else _amount(value, unit, places)
    if low is None or high is None:
        return Figure(figure, BEST_ESTIMATE, f"{figure} (best estimate)")
    between = _between(low, high, unit, places)
    bar = _bar(value, low, high, f"{figure}, likely between {between}")
    return Figure(figure, f"likely between {between}", f"{figure} ({between.replace(' and ', ' to ')})", bar)


def _risks(row: Row, comparator: str) -> Figure:
    option = _scaled(number(row, "with_option"), row) or Decimal(0)
    other = _scaled(number(row, "with_comparator"), row)
    value, low, high = (_scaled(number(row, name), row) for name in ("value", "low", "high"))
    ratio = unit_of(text(row, "unit")).measure is Measure.RATIO
    if ratio:
        value = low = high = None
    places = common_places(option, other)
    who = _who(text(row, "unit"))
    option_words = f"{_people(option, places)} out of 100 with this option"
    other_words = f"{_people(other, places)} out of 100 with {comparator}" if other is not None else ""
    figure = who + ", ".join(filter(None, (option_words, other_words)))
    short = _people(option, places) + (f" against {_people(other, places)}" if other is not None else "")
    hundred = HundredPeople(
        with_option=_icons(option),
        with_comparator=None if other is None else _icons(other),
        option_words=option_words,
        comparator_words=other_words,
        words=f"Of 100 people: {figure}.",
    )
    if low is None or high is None:
        return Figure(figure, BEST_ESTIMATE, f"{short} out of 100 (best estimate)", None, hundred)
    places = common_places(value, low, high)
    between = _between(low, high, PEOPLE, places)
    difference = NO_DIFFERENCE if value == 0 else _amount(value, PEOPLE, places) if value is not None else ""
    interval = (
        f"{difference}, likely between {between}" if difference else f"a difference likely between {between}"
    )
    bar = _bar(value, low, high, interval) if value is not None else None
    return Figure(figure, interval, f"{short} out of 100 ({between.replace(' and ', ' to ')})", bar, hundred)


def _absolute(row: Row, unit: Unit, comparator: str) -> Figure | None:
    value, low, high = (number(row, name) for name in ("value", "low", "high"))
    option, other = number(row, "with_option"), number(row, "with_comparator")
    if value is None and option is None:
        return None
    first = option if option is not None else value
    if unit.measure is Measure.PEOPLE:
        first, other, low, high = (_scaled(end, row) for end in (first, other, low, high))
    places = common_places(first, other, low, high)
    amount = _plain(first or Decimal(0), unit, places)
    figure = f"{_who(text(row, 'unit'))}{amount}"
    if other is not None:
        figure += f" with this option, {_plain(other, unit, places)} with {comparator}"
    hundred = None
    if unit.measure is Measure.PEOPLE and first is not None and 0 <= first <= HUNDRED:
        other_icons = None if other is None else _icons(other)
        hundred = HundredPeople(
            _icons(first), other_icons, figure.split(", ")[0], "", f"Of 100 people: {figure}."
        )
    if low is None or high is None:
        return Figure(figure, BEST_ESTIMATE, f"{figure} (best estimate)", None, hundred)
    between = f"{written(rounded(low, places))} and {written(rounded(high, places))}"
    return Figure(
        figure, f"likely between {between}", f"{figure} ({between.replace(' and ', ' to ')})", None, hundred
    )


def _amount(value: Decimal, unit: Unit, places: int) -> str:
    """A difference in words: "12 points less out of 100", "1 day more"."""
    amount = unit.of(written(rounded(abs(value), places)))
    return " ".join(filter(None, (amount, unit.less if value < 0 else "more", unit.compared)))


def _between(low: Decimal, high: Decimal, unit: Unit, places: int) -> str:
    """An interval in words: "1 and 24 less", "24 less and 1 more", "no difference and 3 more"."""
    low_words, high_words = (written(rounded(abs(end), places)) for end in (low, high))
    if low == high == 0:
        return f"{NO_DIFFERENCE} and {NO_DIFFERENCE}"
    if high < 0:
        return f"{high_words} and {low_words} {unit.less}"
    if low > 0:
        return f"{low_words} and {high_words} more"
    left = NO_DIFFERENCE if low == 0 else f"{low_words} {unit.less}"
    right = NO_DIFFERENCE if high == 0 else f"{high_words} more"
    return f"{left} and {right}"


def _plain(value: Decimal, unit: Unit, places: int) -> str:
    if unit.measure is Measure.PEOPLE:
        return f"{_people(value, places)} out of 100"
    return " ".join(filter(None, (unit.of(written(rounded(value, places))), unit.rest)))


def _people(value: Decimal, places: int) -> str:
    """People out of 100; nearly all is never written as all."""
    shown = rounded(value, places)
    while shown == HUNDRED != value and places < 4:
        places += 1
        shown = rounded(value, places)
    return written(shown)


def _who(unit: str) -> str:
    """Which people are counted, where the unit says so: "People who felt recovered: "."""
    return f"{unit[:1].upper()}{unit[1:]}: " if unit.startswith("people ") else ""


def _icons(value: Decimal) -> int:
    whole = int(rounded(value, 0).to_integral_value())
    if 0 < value < HUNDRED:
        return min(max(whole, 1), 99)
    return min(max(whole, 0), 100)


def _scaled(value: Decimal | None, row: Row) -> Decimal | None:
    """A number of people out of the row's denominator as one out of 100."""
    denominator = number(row, "denominator")
    if value is None or denominator in {None, HUNDRED} or not denominator:
        return value
    return value * HUNDRED / denominator


def _bar(value: Decimal, low: Decimal, high: Decimal, words: str) -> IntervalBar | None:
    reach = max(abs(value), abs(low), abs(high)) * Decimal("1.15")
    if reach == 0:
        return None

    def position(end: Decimal) -> float:
        return round(float((end + reach) / (2 * reach)), 4)

    return IntervalBar(position(low), position(value), position(high), 0.5, "less", "more", words)
