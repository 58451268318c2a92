"""Two reports side by side: which candidacies differ, in words."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from decision_aid.scoring.ruleset import RuleSet
from decision_aid.summaries import wording
from decision_aid.summaries.fields import number
from decision_aid.summaries.numbers import signed


@dataclass(frozen=True)
class ComparedOption:
    """What two reports say of one option; points as "+2 to +4"."""

    id: str
    title: str
    before: str
    now: str
    candidacy: str
    points_before: str
    points_now: str

    @property
    def changed(self) -> bool:
        return self.before != self.now

    @property
    def moved(self) -> bool:
        return self.changed or self.points_before != self.points_now


def compared_options(
    before: Mapping[str, Any], now: Mapping[str, Any], ruleset: RuleSet
) -> list[ComparedOption]:
    """Every option of the release, those whose candidacy changed first, then those whose points did."""
    titles = {option.id: option.title for option in ruleset.options}
    earlier = {option["id"]: option for option in before["options"]}
    rows = [
        ComparedOption(
            id=option["id"],
            title=titles[option["id"]],
            before=_words(earlier.get(option["id"])),
            now=_words(option),
            candidacy=option["candidacy"],
            points_before=_points(earlier.get(option["id"])),
            points_now=_points(option),
        )
        for option in now["options"]
    ]
    return sorted(rows, key=lambda row: (not row.changed, not row.moved))


def _words(option: Mapping[str, Any] | None) -> str:
    return wording.SURGEON_CANDIDACY[option["candidacy"]] if option else ""


def _points(option: Mapping[str, Any] | None) -> str:
    if option is None:
        return ""
    low, high = (number({"end": end}, "end") for end in option["points"])
    if low is None or high is None:
        return ""
    return signed(low) if low == high else f"{signed(low)} to {signed(high)}"
