"""How numbers are written: one place for signs, decimals, ranges and dates."""

from __future__ import annotations

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

# Numbers use U+2212 as the minus sign. Rounding is half up and never turns a difference into none: a number
# that is not zero is never written as 0.

MINUS = "\u2212"
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
EXACT_PLACES = 2


def decimal_of(value: object) -> Decimal | None:
    """Read a JSON number; None stays None. NaN and infinity are a ValueError, anything else a TypeError."""
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        msg = f"{value!r} is not a number"
        raise TypeError(msg)
    number = value if isinstance(value, Decimal) else Decimal(str(value))
    if not number.is_finite():
        msg = f"{value!r} is not a finite number"
        raise ValueError(msg)
    return number


def rounded(value: Decimal, places: int) -> Decimal:
    """Round half up to `places` decimals; a non-zero value that would vanish keeps one significant digit."""
    result = _quantized(value, places)
    if result == 0 and value != 0:
        return _quantized(value, -value.adjusted())
    return result


def common_places(*values: Decimal | None) -> int:
    """Decimals that one figure's numbers share: none from 10 up, one from 1 up, else two."""
    largest = max((abs(value) for value in values if value is not None), default=Decimal(0))
    if largest >= 10:
        return 0
    return 1 if largest >= 1 else 2


def written(value: Decimal) -> str:
    """A number as it is read: "1,200", "0.5", "−12". Exact: nothing is rounded here."""
    text = f"{abs(value):,f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return f"{MINUS}{text}" if value < 0 else text


def exact(value: Decimal) -> str:
    """A number for a clinician: to two decimals."""
    return written(rounded(value, EXACT_PLACES))


def signed(value: Decimal) -> str:
    """A number with its sign: "+3", "−1", "0"."""
    return f"+{exact(value)}" if value > 0 else exact(value)


def span(low: Decimal, high: Decimal) -> str:
    """Two ends in words that survive a minus sign: "−24 to −1"."""
    return f"{exact(low)} to {exact(high)}"


def counted(count: int, one: str, many: str) -> str:
    """A count with its noun: "1 study", "7 studies", "1,200 people"."""
    return f"{count:,} {one if count == 1 else many}"


def listed(words: tuple[str, ...] | list[str]) -> str:
    """Words as a sentence lists them: "a", "a and b", "a, b and c"."""
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"


def day_words(day: date) -> str:
    """A date without doubt: "4 March 1967"."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def time_words(moment: datetime) -> str:
    """A moment with its zone: "23 November 2026, 16:25 UTC"."""
    zone = f" {moment.tzname()}" if moment.tzname() else ""
    return f"{day_words(moment.date())}, {moment:%H:%M}{zone}"


def appointment_words(moment: datetime) -> str:
    """An appointment as a letter says it: "Tuesday 1 December 2026, 10:30"."""
    return f"{WEEKDAYS[moment.weekday()]} {day_words(moment.date())}, {moment:%H:%M}"


def _quantized(value: Decimal, places: int) -> Decimal:
    if value.adjusted() + places > 26:  # beyond the precision of a decimal context there is nothing to round
        return value
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
