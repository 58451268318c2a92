from itertools import product

import pytest
import yaml

from tests.decision_aid.scoring.rulesets import Document
from tests.decision_aid.scoring.spine import spine_report
from tests.shared import SHARED

PUBLISHED: dict[str, Document] = {
    score["name"]: score for score in yaml.safe_load((SHARED / "evidence" / "risk_scores.yaml").read_text())
}
MFI5 = PUBLISHED["Modified 5-item frailty index (mFI-5)"]
RCRI = PUBLISHED["Revised Cardiac Risk Index (Lee 1999)"]
APFEL = PUBLISHED["Apfel simplified PONV score"]

# Each published item as the answers that make it true and false; the rest of the person stays as it is.
MFI5_FACTS: dict[str, tuple[Document, Document]] = {
    "chf": ({"heart_failure": True}, {"heart_failure": False}),
    "diabetes": ({"diabetes": True}, {"diabetes": False}),
    "copd": ({"copd": True}, {"copd": False}),
    "dependent": ({"needs_help_daily": True}, {"needs_help_daily": False}),
    "hypertension": ({"hypertension_treated": True}, {"hypertension_treated": False}),
}
RCRI_FACTS: dict[str, tuple[Document, Document]] = {
    "high_risk_surgery": ({}, {}),  # no option of the spine aid is one
    "ihd": ({"ischaemic_heart_disease": True}, {"ischaemic_heart_disease": False}),
    "chf": ({"heart_failure": True}, {"heart_failure": False}),
    "cva": ({"stroke_or_tia": True}, {"stroke_or_tia": False}),
    "insulin": ({"diabetes": True, "diabetes_insulin": True}, {"diabetes": True, "diabetes_insulin": False}),
    "creatinine": ({"creatinine_over_2": True}, {"creatinine_over_2": False}),
}
APFEL_FACTS: dict[str, tuple[Document, Document]] = {
    "female": ({"sex_at_birth": "female"}, {"sex_at_birth": "male"}),
    "hx": ({"ponv_or_motion_sickness": True}, {"ponv_or_motion_sickness": False}),
    "nonsmoker": ({"smoking": "never"}, {"smoking": "current"}),
    "postop_opioid": ({}, {}),  # expected after every spine operation
}
NEVER, ALWAYS = {"high_risk_surgery"}, {"postop_opioid"}
SCORES = {"mfi5": (MFI5, MFI5_FACTS), "rcri": (RCRI, RCRI_FACTS), "apfel": (APFEL, APFEL_FACTS)}


def scale(name: str, facts: Document) -> Document:
    found: Document = spine_report(facts)["scales"][name]
    return found


@pytest.mark.parametrize("name", SCORES)
def test_it_has_the_published_items(name: str) -> None:
    published, facts = SCORES[name]
    assert [item["id"] for item in published["items"]] == list(facts)


@pytest.mark.parametrize("name", SCORES)
def test_every_combination_of_items_has_the_published_points_and_band(name: str) -> None:
    published, facts = SCORES[name]
    items = [item for item in published["items"] if item["id"] not in NEVER | ALWAYS]
    always = sum(item["points"] for item in published["items"] if item["id"] in ALWAYS)
    bands_seen: dict[str, str] = {}
    for held in product([True, False], repeat=len(items)):
        person: Document = {}
        points = always
        for item, holds in zip(items, held, strict=True):
            person |= facts[item["id"]][0 if holds else 1]
            points += item["points"] if holds else 0
        result = scale(name, person)
        assert result["value"] == points
        (label,) = [band["label"] for band in published["bands"] if band["min"] <= points <= band["max"]]
        assert bands_seen.setdefault(label, result["band"]) == result["band"]
    assert len(set(bands_seen.values())) == len(bands_seen)


@pytest.mark.parametrize("name", SCORES)
def test_a_missing_item_is_never_a_zero(name: str) -> None:
    _, facts = SCORES[name]
    everything: Document = {}
    for _, false in facts.values():
        everything |= false
    assert "value" in scale(name, everything)
    for code in everything.keys() - {
        "diabetes"
    }:  # without insulin, it does not matter whether there is diabetes
        partial = {other: value for other, value in everything.items() if other != code}
        assert code in scale(name, partial)["missing"]


def test_insulin_is_not_asked_of_a_person_without_diabetes() -> None:
    nothing = {
        "ischaemic_heart_disease": False, "heart_failure": False, "stroke_or_tia": False,
        "creatinine_over_2": False, "diabetes": False,
    }  # fmt: skip
    assert scale("rcri", nothing)["value"] == 0


@pytest.mark.parametrize(
    ("height", "weight", "value", "band"),
    [
        (170, 80, 27.7, "under_30"),
        (175, 91.8, 29.9, "under_30"),
        (200, 120, 30, "from_30"),
        (200, 139.9, 34.9, "from_30"),
        (200, 140, 35, "from_35"),
        (100, 25, 25, "under_30"),
        (100, 350, 350, "from_35"),
        (250, 25, 4, "under_30"),
    ],
)
def test_the_body_mass_index_is_weight_over_height_squared(
    height: float, weight: float, value: float, band: str
) -> None:
    assert scale("bmi", {"height_cm": height, "weight_kg": weight}) == {"value": value, "band": band}


def test_the_body_mass_index_needs_both() -> None:
    assert scale("bmi", {"height_cm": 170}) == {"missing": ["weight_kg"]}
    assert scale("bmi", {}) == {"missing": ["height_cm", "weight_kg"]}


@pytest.mark.parametrize(
    ("facts", "value"),
    [
        ({"psfs_1": 0, "psfs_2": 0, "psfs_3": 0}, 0),
        ({"psfs_1": 3, "psfs_2": 4, "psfs_3": 6}, 4.3),
        ({"psfs_1": 3, "psfs_2": 4}, 3.5),
        ({"psfs_2": 7}, 7),
        ({"psfs_1": 10, "psfs_2": 10, "psfs_3": 10}, 10),
    ],
)
def test_the_functional_scale_is_the_mean_of_the_activities_scored(facts: Document, value: float) -> None:
    assert scale("psfs", facts)["value"] == value


def test_the_functional_scale_needs_an_activity() -> None:
    assert scale("psfs", {}) == {"missing": ["psfs_1", "psfs_2", "psfs_3"]}
