"""Every figure that the spine aid shows is that of its evidence row, and the field's doubts are kept."""

import re
from collections.abc import Mapping
from typing import Any

import pytest
import yaml

from decision_aid.packs import read_pack, release_document
from tests.shared import SHARED

Document = Mapping[str, Any]

DOCUMENT: dict[str, Any] = release_document(read_pack("spine"))
ROWS: dict[str, Document] = {
    row["id"]: row
    for name in ("decompression", "fusion")
    for row in yaml.safe_load((SHARED / "evidence" / f"{name}.yaml").read_text())
}
SCORES = yaml.safe_load((SHARED / "evidence" / "risk_scores.yaml").read_text())
SOURCES: dict[str, Document] = {source["id"]: source for source in DOCUMENT["sources"]}
ESTIMATES = [(option, estimate) for option in DOCUMENT["options"] for estimate in option["estimates"]]
FIGURES = [(option, estimate) for option, estimate in ESTIMATES if estimate["status"] == "auto"]
SHOWN = [
    estimate
    for _, estimate in FIGURES
    if all(SOURCES[name]["citable"] and not SOURCES[name]["check_primary"] for name in estimate["sources"])
]

FAVOURS = {
    "option": {"MIS", "surgery", "kyphoplasty", "MIS SIJ fusion"},
    "comparator": {"open", "posterior", "ACDF", "non-operative"},
    "neither": {"none", "neutral", "n/a", "not applicable"},
}
# Where the direction is not that of the row's own column: its note says so of this outcome; the interval
# reaches no difference; or the figure is the course of one group, which favours nothing.
OTHER_DIRECTIONS = {
    ("posterior_foraminotomy", "hospital_stay"): "option",
    ("percutaneous_fixation", "infection"): "neither",
    ("lateral_interbody_fusion", "long_term_function"): "neither",
    ("nonoperative_care", "return_to_activity"): "neither",
    ("nonoperative_care", "reoperation"): "neither",
}
NO_GRADE = re.compile(r"not stated|not found|rating not visible|approach used|level 3 or 4")
NOT_RANDOMISED = re.compile(
    r"mixed|non-random|cohort|as-treated|retrospective|registry|case-control|series|indirect"
)


def named(entry: tuple[Document, Document]) -> str:
    return f"{entry[0]['id']}-{entry[1]['outcome']}"


def row_of(estimate: Document) -> Document:
    (name,) = estimate["sources"]
    return ROWS[name]


def certainty_of(row: Document) -> str:
    """The row's own rating, the lower where it gives two; else low for trials and very low for the rest."""
    words = str(row.get("certainty") or "not stated").lower()
    if not NO_GRADE.search(words):
        for level, sign in (
            ("very_low", "very l"),
            ("low", "low"),
            ("moderate", "moderate"),
            ("high", "high"),
        ):
            if sign in words.split(";")[0]:
                return level
    design = str(row["design"])
    trial = re.search(r"\bRCT|randomised", design) and not NOT_RANDOMISED.search(design.lower())
    return "low" if trial else "very_low"


def printed_numbers(row: Document) -> set[float]:
    """The row's value, and the first number of each group's, or its percentage where one is printed."""
    numbers = {float(row["value"])} if row.get("value") is not None else set()
    for arm in row.get("arms", ()):
        printed = re.search(r"(-?\d+(?:\.\d+)?)%", str(arm["value"])) or re.match(
            r"(-?\d+(?:\.\d+)?)", str(arm["value"])
        )
        if printed:
            numbers.add(float(printed[1]))
    return numbers


@pytest.mark.parametrize("entry", FIGURES, ids=named)
def test_a_difference_and_its_interval_are_the_rows(entry: tuple[Document, Document]) -> None:
    estimate, row = entry[1], row_of(entry[1])
    match estimate["kind"]:
        case "mean_difference":
            assert estimate["value"] == row["value"]
            assert (estimate["low"], estimate["high"]) == (row["ci_low"], row["ci_high"])
        case "absolute":
            assert float(estimate["value"]) in printed_numbers(row)
            assert "low" not in estimate
            assert "high" not in estimate
        case "risks":
            first, second = row["arms"]
            assert str(estimate["with_option"]) in str(first["value"])
            assert str(estimate["with_comparator"]) in str(second["value"])
            assert {float(estimate["with_option"]), float(estimate["with_comparator"])} <= printed_numbers(
                row
            )
            assert estimate["denominator"] == 100
        case kind:
            assert kind == "direction_only"


@pytest.mark.parametrize("entry", FIGURES, ids=named)
def test_people_and_studies_are_the_rows(entry: tuple[Document, Document]) -> None:
    estimate, row = entry[1], row_of(entry[1])
    assert estimate.get("participants") == row.get("participants")
    assert estimate.get("studies") == row.get("studies")


@pytest.mark.parametrize("entry", FIGURES, ids=named)
def test_the_direction_is_the_rows_own_verdict(entry: tuple[Document, Document]) -> None:
    option, estimate = entry
    expected = OTHER_DIRECTIONS.get((option["id"], estimate["outcome"]))
    if expected is None:
        assert row_of(estimate)["favours"] in FAVOURS[estimate["favours"]]
    else:
        assert estimate["favours"] == expected


@pytest.mark.parametrize("entry", FIGURES, ids=named)
def test_no_side_is_favoured_by_an_interval_that_reaches_no_difference(
    entry: tuple[Document, Document],
) -> None:
    estimate, row = entry[1], row_of(entry[1])
    low, high = row.get("ci_low"), row.get("ci_high")
    if low is None or high is None:
        return
    no_difference = 1 if re.search("ratio", row["effect_type"]) else 0
    if low <= no_difference <= high:
        assert estimate["favours"] == "neither"


@pytest.mark.parametrize("entry", FIGURES, ids=named)
def test_the_certainty_is_the_rows(entry: tuple[Document, Document]) -> None:
    assert entry[1]["certainty"] == certainty_of(row_of(entry[1]))


@pytest.mark.parametrize("entry", [entry for entry in FIGURES if "low" not in entry[1]], ids=named)
def test_a_figure_without_an_interval_calls_itself_a_best_estimate(entry: tuple[Document, Document]) -> None:
    estimate = entry[1]
    if estimate["kind"] != "direction_only":
        assert "best estimate" in estimate["reason"].lower()
        assert "best estimate" in estimate["patient_reason"].lower()


@pytest.mark.parametrize("entry", FIGURES, ids=named)
def test_a_ratio_is_never_shown_as_a_number(entry: tuple[Document, Document]) -> None:
    if re.search("ratio|relative risk", row_of(entry[1])["effect_type"]) and entry[1]["kind"] != "absolute":
        assert entry[1]["kind"] == "direction_only"


def test_figures_from_one_row_stand_in_no_words_for_patients() -> None:
    relative = re.compile(r"\b(RR|OR|HR|SMD|P[=<])|\bin 1\b|\b1 in \d|\d+(\.\d+)? times")
    for _, estimate in ESTIMATES:
        words = estimate["patient_reason"] + estimate.get("contrary", {}).get("patient_words", "")
        assert not relative.search(words), words


def test_contrary_evidence_carries_no_number_to_patients() -> None:
    words = [estimate["contrary"]["patient_words"] for _, estimate in FIGURES if "contrary" in estimate]
    assert len(words) >= 25
    assert [text for text in words if re.search(r"\d", text)] == []


def test_at_least_a_quarter_of_the_figures_are_neutral_or_favour_the_comparator() -> None:
    for estimates in (SHOWN, [estimate for _, estimate in FIGURES]):
        against = [estimate for estimate in estimates if estimate["favours"] != "option"]
        assert len(estimates) >= 40
        assert len(against) >= len(estimates) / 4


@pytest.mark.parametrize("outcome", ["first_walking", "blood_clots", "mobility"])
def test_what_is_often_claimed_of_small_cuts_is_not_claimed_for_disc_or_stenosis(outcome: str) -> None:
    claimed = [
        estimate["status"]
        for option, estimate in ESTIMATES
        if option["approach"] == "minimally_invasive"
        and option["compares_with"] in ("open_microdiscectomy", "open_laminectomy")
        and estimate["outcome"] == outcome
    ]
    assert claimed == ["not_enough_evidence"] * 4


def test_long_term_results_of_small_cuts_are_contradicted_where_they_are_better() -> None:
    better = [
        (option["id"], estimate)
        for option, estimate in FIGURES
        if option["approach"] == "minimally_invasive"
        and estimate["outcome"] in ("long_term_pain", "long_term_function")
        and estimate["favours"] == "option"
    ]
    assert {name for name, estimate in better if "contrary" not in estimate} == set()


def test_each_source_is_a_row_or_stands_in_the_list_of_guidelines() -> None:
    unlisted = set(SOURCES) - set(ROWS)
    assert all(re.match(r"(guide|trial|study|review|framework|score|expert)-", name) for name in unlisted)


@pytest.mark.parametrize("name", sorted(set(SOURCES) & set(ROWS)))
def test_a_source_says_what_its_row_says(name: str) -> None:
    source, row = SOURCES[name], ROWS[name]
    for key in ("first_author", "year", "journal", "doi", "pmid", "design"):
        assert source.get(key) == row.get(key), key
    assert source["citable"] == row["citable"]
    assert source["check_primary"] == row["check_primary"]
    read_at = str(row.get("read_at", ""))
    is_address = read_at.startswith("http")  # some were read in “a secondary copy of the page”
    assert source.get("url") == (read_at if row["citable"] and is_address else None)
    assert "checked" not in source


def test_no_source_is_listed_that_nothing_uses() -> None:
    used: set[str] = set()
    for part in ("scales", "warning_signs", "modifiers"):
        used.update(name for entry in DOCUMENT[part] for name in entry["sources"])
    for option in DOCUMENT["options"]:
        used.update(name for rule in option["rules"] for name in rule["sources"])
        used.update(option["rehabilitation"].get("sources", ()))
        used.update(name for step in option["timeline"] for name in step.get("sources", ()))
        for estimate in option["estimates"]:
            used.update(estimate["sources"], estimate.get("contrary", {}).get("sources", ()))
    assert set(SOURCES) - used == set()


@pytest.mark.parametrize(
    ("scale", "name"),
    [
        ("apfel", "Apfel simplified PONV score"),
        ("rcri", "Revised Cardiac Risk Index (Lee 1999)"),
        ("mfi5", "Modified 5-item frailty index (mFI-5)"),
    ],
)
def test_a_scales_bands_are_the_published_ones(scale: str, name: str) -> None:
    ours = next(entry for entry in DOCUMENT["scales"] if entry["id"] == scale)
    published = next(score for score in SCORES if score["name"] == name)
    assert [(band.get("from", 0), band["title"]) for band in ours["bands"]] == [
        (band["min"], band["label"]) for band in published["bands"]
    ]
    assert all(item["points"] == 1 for item in published["items"])
    missing = {"rcri": 1}.get(scale, 0)  # high-risk surgery: no option here is one
    assert len(ours["items"]) == len(published["items"]) - missing


def test_every_number_in_a_rules_reason_about_a_study_is_printed_in_one_of_its_rows() -> None:
    for option in DOCUMENT["options"]:
        for rule in option["rules"]:
            rows = [ROWS[name] for name in rule["sources"] if name in ROWS]
            printed = yaml.safe_dump(rows)
            for number in re.findall(
                r"(?:OR|RR|effect|difference|points,?|against|ODI) \(?(-?\d+\.\d+)", rule["reason"]
            ):
                assert number.lstrip("-") in printed, (rule["id"], number)
