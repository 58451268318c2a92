"""Units of measurement in the words of people."""

from collections.abc import Mapping

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
