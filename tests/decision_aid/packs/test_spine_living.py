"""What the spine aid says an option is like: whole, plain, and no figure without its row."""

import re
from collections.abc import Mapping
from typing import Any

import pytest
import yaml

from decision_aid.packs import read_pack
from decision_aid.scoring.living_reading import LIVING_WITH, Milestone
from tests.shared import SHARED

OPTIONS: list[Mapping[str, Any]] = list(read_pack("spine").aid["options"])  # type: ignore[call-overload]  # a pack's document is plain JSON
ROWS: dict[str, Mapping[str, Any]] = {
    row["id"]: row
    for name in ("decompression", "fusion")
    for row in yaml.safe_load((SHARED / "evidence" / f"{name}.yaml").read_text())
}
STEPS = [(option["id"], step) for option in OPTIONS for step in option["timeline"]]


@pytest.mark.parametrize("option", OPTIONS, ids=lambda option: option["id"])
def test_each_option_says_all_that_it_is_like(option: Mapping[str, Any]) -> None:
    assert tuple(option["living_with"]) == LIVING_WITH
    assert [step["milestone"] for step in option["timeline"]] == list(Milestone)


@pytest.mark.parametrize("option", OPTIONS, ids=lambda option: option["id"])
def test_what_an_option_is_like_carries_no_figure(option: Mapping[str, Any]) -> None:
    assert {key for key, words in option["living_with"].items() if re.search(r"\d", words)} == set()


@pytest.mark.parametrize("option", OPTIONS, ids=lambda option: option["id"])
def test_living_with_an_option_speaks_of_more_than_the_body(option: Mapping[str, Any]) -> None:
    words = option["living_with"]["living_with_it"]
    assert re.search(
        r"fear|afraid|mood|worr|hope|hard to|hard on|friends|mind|lift for now|help|somebody", words
    )


@pytest.mark.parametrize(("option", "step"), STEPS, ids=lambda value: str(value)[:40])
def test_a_figure_in_a_timeline_is_that_of_its_row(option: str, step: Mapping[str, Any]) -> None:
    figures = re.findall(r"\d+(?:\.\d+)?", step["patient"])
    assert bool(figures) == ("sources" in step)
    for name in step.get("sources", ()):
        row = ROWS[name]
        assert row["citable"]
        assert not row["check_primary"]
        printed = {str(arm["value"]).split(" ")[0] for arm in row["arms"]}
        assert set(figures) <= printed


def test_where_no_row_was_read_the_surgeon_is_asked() -> None:
    silent = [step for option, step in STEPS if option != "nonoperative_care" and "sources" not in step]
    assert {step["patient"] for step in silent} == {
        "Ask your surgeon. We found no study that we can rely on for this."
    }


@pytest.mark.parametrize("option", OPTIONS, ids=lambda option: option["id"])
def test_each_number_of_a_rehabilitation_outline_is_printed_in_one_of_its_rows(
    option: Mapping[str, Any],
) -> None:
    outline = option["rehabilitation"]
    printed = yaml.safe_dump([ROWS[name] for name in outline.get("sources", ())])
    for key in ("when", "how", "adds", "patient"):
        for number in re.findall(r"\d+(?:\.\d+)?", outline[key]):
            assert number in printed or number.rstrip("0") in printed, (key, number)


@pytest.mark.parametrize("option", OPTIONS, ids=lambda option: option["id"])
def test_no_outline_without_a_row_names_a_start_or_a_gain(option: Mapping[str, Any]) -> None:
    outline = option["rehabilitation"]
    if "sources" not in outline:
        assert outline["adds"] == "Not known."
        assert "Not studied" in outline["when"]
