"""Codes of LOINC and SNOMED CT beside a question or an answer, checked by the check digit each carries."""

import re
from collections.abc import Mapping

LOINC, SNOMED = "loinc", "snomed"
SYSTEMS: Mapping[str, str] = {LOINC: "http://loinc.org", SNOMED: "http://snomed.info/sct"}
"""The code systems that a questionnaire may name, by the key they go by, with their FHIR addresses."""
SYSTEM_WORDS: Mapping[str, str] = {LOINC: "LOINC", SNOMED: "SNOMED CT"}

_LOINC = re.compile(r"((?:LA|LP)?[0-9]{1,7})-([0-9])")
_SNOMED = re.compile(r"[1-9][0-9]{5,17}")

# Verhoeff's method: the multiplication of the dihedral group of order 10, and a permutation.
_TIMES = (
    "0123456789", "1234067895", "2340178956", "3401289567", "4012395678",
    "5987604321", "6598710432", "7659821043", "8765932104", "9876543210",
)  # fmt: skip
_MOVED = (
    "0123456789", "1576283094", "5803796142", "8916043527",
    "9453126870", "4286573901", "2793806415", "7046913258",
)  # fmt: skip


def mistake_in(system: str, code: str) -> str:
    """What is wrong with a code of this system, as a sentence; “” where its form and check digit are right.

    LOINC: a number, a hyphen and a check digit by the method of Luhn. SNOMED CT: 6 to 18 digits of which the
    last is Verhoeff's. That such a code exists in the system's tables is not looked up.
    """
    if system == LOINC:
        written = _LOINC.fullmatch(code)
        if written is None:
            return f"A LOINC code is a number, a hyphen and a check digit, such as 72514-3, not “{code}”."
        right = _luhn(written[1])
        return (
            "" if written[2] == right else f"The last digit of “{code}” does not fit: a digit was mistyped."
        )
    if not _SNOMED.fullmatch(code):
        return f"A SNOMED CT code is 6 to 18 digits, such as 161891005, not “{code}”."
    return "" if _verhoeff_holds(code) else f"The last digit of “{code}” does not fit: a digit was mistyped."


def _luhn(written: str) -> str:
    """The check digit; the letters before an answer's number count by their places after “0” in ASCII."""
    values = [ord(character) - ord("0") for character in reversed(written)]
    doubled = (value * 2 for value in values[::2])
    return str(-(sum(twice // 10 + twice % 10 for twice in doubled) + sum(values[1::2])) % 10)


def _verhoeff_holds(digits: str) -> bool:
    check = "0"
    for place, digit in enumerate(reversed(digits)):
        check = _TIMES[int(check)][int(_MOVED[place % 8][int(digit)])]
    return check == "0"
