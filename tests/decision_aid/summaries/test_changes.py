from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pytest
import yaml

from decision_aid.summaries.changes import IMPORTANT, changes_since
from tests.decision_aid.summaries import spine
from tests.shared import SHARED

ROWS: Mapping[str, Mapping[str, Any]] = {
    row["id"]: row
    for name in ("decompression", "fusion")
    for row in yaml.safe_load((SHARED / "evidence" / f"{name}.yaml").read_text())
}
CONDITIONS = {"neck": "cervical", "low_back": "low back"}
SCALES = {"psfs": "Patient-Specific Functional Scale (0-10)", "axial_pain_nrs": "pain (NRS 0-10)"}


def marked(code: str, before: float, now: float, region: str) -> tuple[str, bool | None, str]:
    scored = code == "psfs"
    facts: dict[str, object] = {"region": region} | ({} if scored else {code: now})
    changes = changes_since(
        {"scales": {code: {"value": now}} if scored else {}},
        facts,
        {"scales": {code: {"value": before}} if scored else {}},
        {} if scored else {code: before},
    )
    return changes[code].words, changes[code].important, changes[code].source


@pytest.mark.parametrize("code", IMPORTANT)
def test_each_important_difference_is_that_of_its_evidence_row(code: str) -> None:
    known = IMPORTANT[code]
    row = ROWS[known.source]

    assert known.least == Decimal(str(row["value"]))
    assert "MCID" in row["effect_type"]
    assert row["outcome"] == SCALES[code]
    assert CONDITIONS[known.region] in row["condition"]


@pytest.mark.parametrize("code", IMPORTANT)
def test_the_release_names_its_source_and_that_it_waits_for_a_check(code: str) -> None:
    sources = spine.inputs({}).release["sources"]
    assert isinstance(sources, list | tuple)
    (source,) = (one for one in sources if one["id"] == IMPORTANT[code].source)

    assert source["check_primary"] is ROWS[source["id"]]["check_primary"] is True


@pytest.mark.parametrize(
    ("code", "before", "now", "region", "words", "important"),
    [
        ("psfs", 3, 5, "neck", "3 → 5 (+2), an important change", True),
        ("psfs", 5, 3, "neck", "5 → 3 (−2), an important change", True),
        ("psfs", 3, 4.9, "neck", "3 → 4.9 (+1.9), a small change", False),
        ("psfs", 0, 0, "neck", "0, as before", None),
        ("axial_pain_nrs", 6, 4, "low_back", "6 → 4 (−2), an important change", True),
        ("axial_pain_nrs", 6, 5, "low_back", "6 → 5 (−1), a small change", False),
        ("axial_pain_nrs", 2, 0, "low_back", "2 → 0 (−2), an important change", True),
    ],
)
def test_a_change_is_marked_from_the_important_difference_on(
    code: str, before: float, now: float, region: str, words: str, important: bool | None
) -> None:
    assert marked(code, before, now, region) == (words, important, IMPORTANT[code].source)


@pytest.mark.parametrize(
    ("code", "region"), [("psfs", "low_back"), ("axial_pain_nrs", "neck"), ("axial_pain_nrs", "")]
)
def test_a_change_in_another_region_than_was_measured_has_no_mark(code: str, region: str) -> None:
    assert marked(code, 7, 2, region) == ("7 → 2 (−5)", None, "")


def test_a_rating_without_an_important_difference_has_no_mark() -> None:
    assert marked("limb_pain_nrs", 9, 1, "low_back") == ("9 → 1 (−8)", None, "")


@pytest.mark.parametrize("last", [{}, {"axial_pain_nrs": None}])
def test_what_was_not_answered_before_has_not_changed(last: Mapping[str, object]) -> None:
    assert changes_since({"scales": {}}, {"axial_pain_nrs": 3, "region": "low_back"}, {}, last) == {}
