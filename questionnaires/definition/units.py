"""Units of measurement in the words of people."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

# UCUM code → (one, several). A unit that is not here is written as its code.
UNIT_WORDS: Mapping[str, tuple[str, str]] = {
    "a": ("year", "years"),
    "mo": ("month", "months"),
    "wk": ("week", "weeks"),
    "d": ("day", "days"),
    "h": ("hour", "hours"),
    "min": ("minute", "minutes"),
    "deg": ("degree", "degrees"),
}


@dataclass(frozen=True)
class OtherUnits:
    """A measure as people in some countries know it: a large unit and a small one, in the question's."""

    large: str
    small: str
    per_large: Decimal
    per_small: Decimal
    large_words: str
    small_words: str
    pattern: re.Pattern[str]

    @property
    def smalls(self) -> int:
        """How many small ones make a large one."""
        return int(self.per_large / self.per_small)


_AMOUNT = r"([0-9]+(?:[.,][0-9]+)?)"


def _pattern(large: str, small: str) -> re.Pattern[str]:
    return re.compile(
        rf"(?:{_AMOUNT}\s*(?:{large}))?\s*(?:{_AMOUNT}\s*(?:{small}))?", re.IGNORECASE | re.ASCII
    )


# The inch and the pound are exact by the agreement of 1959 between the countries that use them.
OTHER_UNITS: Mapping[str, OtherUnits] = {
    "cm": OtherUnits(
        "ft", "in", Decimal("30.48"), Decimal("2.54"), "Feet", "Inches",
        _pattern("ft|feet|foot|['’′]", "in|inch|inches|[\"”″]"),
    ),
    "kg": OtherUnits(
        "st", "lb", Decimal("6.35029318"), Decimal("0.45359237"), "Stones", "Pounds",
        _pattern("st|stone|stones", "lb|lbs|pound|pounds"),
    ),
}  # fmt: skip


def from_other_units(typed: str, unit: str) -> Decimal | None:
    """The measure in its own unit, to one decimal, where it was typed as “5 ft 11 in” or “11 st 4 lb”."""
    other = OTHER_UNITS.get(unit)
    found = other.pattern.fullmatch(typed.strip()) if other else None
    if other is None or found is None or (found[1] is None and found[2] is None):
        return None
    large, small = (Decimal((part or "0").replace(",", ".")) for part in found.groups())
    if found[1] is not None and small >= other.smalls:
        return None
    return (large * other.per_large + small * other.per_small).quantize(Decimal("0.1"))


def in_other_units(value: Decimal | int, unit: str) -> str:
    """The measure as “5 ft 11 in”, to the nearest small unit; empty where people know no other unit."""
    other = OTHER_UNITS.get(unit)
    if other is None:
        return ""
    large, small = divmod(int((value / other.per_small).to_integral_value()), other.smalls)
    return f"{large} {other.large} {small} {other.small}"


def measured(number: str, unit: str) -> str:
    """A number with its unit: “1 year”, “54 years”, “72.5 kg”, “8%”."""
    if not unit:
        return number
    if unit == "%":
        return f"{number}%"
    one, several = UNIT_WORDS.get(unit, (unit, unit))
    return f"{number} {one if number == '1' else several}"


def without_unit(text: str, unit: str) -> str:
    """What was typed, without the unit if that was typed after the number: “72 kg” is “72”."""
    typed = text.strip()
    for word in (*UNIT_WORDS.get(unit, ()), unit):
        if word and typed.lower().endswith(word.lower()):
            before = typed[: -len(word)].rstrip()
            if before and not before[-1].isalpha():
                return before
    return typed
