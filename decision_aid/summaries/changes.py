"""What has changed since the patient was last asked, and whether the change is one that people notice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from decision_aid.summaries.fields import number, row_of, text
from decision_aid.summaries.numbers import exact, signed


@dataclass(frozen=True, slots=True)
class ImportantDifference:
    """The smallest change that people call a change, with its source; `region` is where it was measured."""

    least: Decimal
    source: str
    region: str = ""


# A scale that is not here has none that we have read, and its changes are shown without a mark; so are those
# of a patient with another region than the people in whom it was measured.
IMPORTANT: Mapping[str, ImportantDifference] = {
    "psfs": ImportantDifference(Decimal(2), "mcid-psfs-cleland2006", "neck"),
    "axial_pain_nrs": ImportantDifference(Decimal(2), "mcid-ostelo2008-nrs", "low_back"),
}
RATINGS = ("limb_pain_nrs", "axial_pain_nrs")


@dataclass(frozen=True, slots=True)
class ChangeSince:
    """One figure then and now. `important` is None where no important difference is known."""

    code: str
    before: str
    value: str
    by: str
    important: bool | None
    source: str

    @property
    def words(self) -> str:
        """The change in a few words: "6 → 3 (−3), an important change"."""
        mark = {True: ", an important change", False: ", a small change", None: ""}[self.important]
        if self.by == "0":
            return f"{self.value}, as before"
        return f"{self.before} → {self.value} ({self.by}){mark}"


def changes_since(
    report: Mapping[str, object],
    facts: Mapping[str, object],
    last_report: Mapping[str, object],
    last_facts: Mapping[str, object],
) -> dict[str, ChangeSince]:
    """The scales and pain ratings that have a value in both, by code."""
    scales, last_scales = row_of(report, "scales"), row_of(last_report, "scales")
    pairs = {
        code: (number(row_of(last_scales, code), "value"), number(row_of(scales, code), "value"))
        for code in scales
    }
    pairs |= {code: (number(last_facts, code), number(facts, code)) for code in RATINGS if code in facts}
    region = text(facts, "region")
    return {
        code: _change(code, before, now, region)
        for code, (before, now) in pairs.items()
        if before is not None and now is not None
    }


def _change(code: str, before: Decimal, now: Decimal, region: str) -> ChangeSince:
    by = now - before
    known = IMPORTANT.get(code)
    if known is None or known.region not in ("", region):
        return ChangeSince(code, exact(before), exact(now), signed(by) if by else "0", None, "")
    important = abs(by) >= known.least if by else None
    return ChangeSince(code, exact(before), exact(now), signed(by) if by else "0", important, known.source)
