"""What a patient expects, held against what was measured of each treatment that may suit them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from decision_aid.summaries.fields import Row, number, rows, text
from decision_aid.summaries.shapes import SurgeonDocument
from decision_aid.summaries.wording import EXPECTATIONS

# Which outcome an expectation is about, and the unit in which it is asked. Only a figure of the same kind can
# be held against it: a difference between two treatments says nothing about where one person will be.
ABOUT: Mapping[str, tuple[str, str]] = {
    "expected_return_weeks": ("return_to_activity", "weeks"),
    "expected_limb_pain_12m": ("long_term_pain", "points"),
}
SUITS = ("likely", "possible", "needs_information")


@dataclass(frozen=True, slots=True)
class Held:
    """One treatment's figure beside the expectation; `verdict` is "" where the two agree."""

    option: str
    figure: str
    verdict: str


@dataclass(frozen=True, slots=True)
class ExpectationGap:
    """An expectation with the figures that can be held against it; none where no study measured the same."""

    label: str
    words: str
    held: tuple[Held, ...]

    @property
    def is_gap(self) -> bool:
        return any(one.verdict for one in self.held)


def expectation_gaps(
    report: Mapping[str, object], facts: Mapping[str, object], document: SurgeonDocument
) -> tuple[ExpectationGap, ...]:
    """Each expectation of the document with its figures, in the document's order."""
    codes = {EXPECTATIONS.get(code, code): code for code in facts if code.startswith("expected_")}
    gaps = []
    for item in document.expectations:
        outcome, unit = ABOUT.get(codes.get(item.label, ""), ("", ""))
        expected = number(facts, codes[item.label]) if item.label in codes else None
        held = _held(report, document, outcome, unit, expected) if expected is not None else ()
        gaps.append(ExpectationGap(item.label, item.words, held))
    return tuple(gaps)


def _held(
    report: Mapping[str, object], document: SurgeonDocument, outcome: str, unit: str, expected: Decimal
) -> tuple[Held, ...]:
    titles = {option.id: option.title for option in document.options if option.candidacy in SUITS}
    shorts = {
        (option.id, estimate.outcome): estimate.short
        for option in document.options
        for estimate in option.estimates
    }
    return tuple(
        Held(titles[text(option, "id")], shorts[text(option, "id"), outcome], _verdict(estimate, expected))
        for option in rows(report, "options")
        if text(option, "id") in titles
        for estimate in rows(option, "estimates")
        if text(estimate, "outcome") == outcome and _is_alike(estimate, unit)
    )


def _is_alike(estimate: Row, unit: str) -> bool:
    return (
        text(estimate, "status") == "shown"
        and text(estimate, "kind") == "absolute"
        and text(estimate, "unit").split(" ")[0] == unit
    )


def _verdict(estimate: Row, expected: Decimal) -> str:
    value = number(estimate, "value")
    low, high = number(estimate, "low"), number(estimate, "high")
    low, high = low if low is not None else value, high if high is not None else value
    if low is not None and expected < low:
        return "expects less than was measured"
    if high is not None and expected > high:
        return "expects more than was measured"
    return ""
