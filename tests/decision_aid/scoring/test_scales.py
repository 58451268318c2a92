from decimal import Decimal

import pytest

from decision_aid.scoring import read_ruleset
from tests.decision_aid.scoring.rulesets import Document, keyhole, report_on, rule, small_document


def scale_in(document: Document, facts: Document, scale_id: str) -> Document:
    found: Document = report_on(document, facts)["scales"][scale_id]
    return found


def with_scale(**scale: object) -> Document:
    """The small aid with one more scale, called `x`."""
    document = small_document()
    document["scales"].append({"id": "x", "title": "X", "meaning": "", "sources": ["trial-a"], **scale})
    return document


ITEMS = ["walk", "lift", "sit"]
MISSING_SIT = {"walk": 4, "lift": 6}
ZEROS = {"walk": 0, "lift": 0, "sit": 0}


@pytest.mark.parametrize(
    ("method", "facts", "value"),
    [
        ("sum", {"walk": 4, "lift": 6, "sit": 5}, 15),
        ("sum", ZEROS, 0),
        ("mean", {"walk": 4, "lift": 6, "sit": 5}, 5),
        ("mean", ZEROS, 0),
        ("percent_of_maximum", {"walk": 4, "lift": 6, "sit": 5}, 50),
        ("percent_of_maximum", ZEROS, 0),
        ("percent_of_maximum", {"walk": 10, "lift": 10, "sit": 10}, 100),
    ],
)
def test_it_takes_the_method_of_its_items(method: str, facts: Document, value: float) -> None:
    assert scale_in(with_scale(method=method, items=ITEMS), facts, "x") == {"value": value, "band": None}


@pytest.mark.parametrize("method", ["sum", "mean", "percent_of_maximum"])
def test_a_missing_item_is_refused_unless_a_rule_says_otherwise(method: str) -> None:
    for document in (
        with_scale(method=method, items=ITEMS),
        with_scale(method=method, items=ITEMS, missing="refuse"),
    ):
        assert scale_in(document, MISSING_SIT, "x") == {"missing": ["sit"]}
        assert scale_in(document, {}, "x") == {"missing": ["walk", "lift", "sit"]}


@pytest.mark.parametrize(("method", "value"), [("sum", 15), ("mean", 5), ("percent_of_maximum", 50)])
def test_it_prorates_from_the_stated_number_of_items(method: str, value: float) -> None:
    document = with_scale(method=method, items=ITEMS, missing={"prorate_from": 2})
    assert scale_in(document, MISSING_SIT, "x") == {"value": value, "band": None, "filled_in": ["sit"]}
    assert scale_in(document, {"walk": 4}, "x") == {"missing": ["lift", "sit"]}


@pytest.mark.parametrize(
    ("method", "value"),
    [("sum", 13), ("mean", 4.333333333333333), ("percent_of_maximum", 43.333333333333336)],
)
def test_it_counts_a_missing_item_as_the_stated_number(method: str, value: float) -> None:
    document = with_scale(method=method, items=ITEMS, missing={"count_as": 3, "source": "guide-a"})
    assert scale_in(document, MISSING_SIT, "x") == {"value": value, "band": None, "filled_in": ["sit"]}


def test_counting_as_zero_is_not_the_same_as_having_no_rule() -> None:
    document = with_scale(method="sum", items=ITEMS, missing={"count_as": 0, "source": "guide-a"})
    assert scale_in(document, {}, "x") == {"value": 0, "band": None, "filled_in": ["walk", "lift", "sit"]}


@pytest.mark.parametrize(
    ("facts", "result"),
    [
        ({"diabetes": True, "insulin": True, "dependent": True}, {"value": 3, "band": "some"}),
        ({"diabetes": True, "insulin": False, "dependent": False}, {"value": 1, "band": "some"}),
        ({"diabetes": False, "dependent": False}, {"value": 0, "band": "none"}),
        ({"diabetes": True, "dependent": False}, {"missing": ["insulin"]}),
        ({"dependent": True}, {"missing": ["diabetes", "insulin"]}),
        ({}, {"missing": ["diabetes", "insulin", "dependent"]}),
    ],
)
def test_it_counts_what_is_true_and_asks_only_for_what_matters(facts: Document, result: Document) -> None:
    assert scale_in(small_document(), facts, "frailty") == result


def test_a_count_is_prorated_too() -> None:
    document = small_document()
    document["scales"][2]["missing"] = {"prorate_from": 2}
    result = scale_in(document, {"diabetes": True, "insulin": True}, "frailty")
    assert result == {"value": 3, "band": "some", "filled_in": ["dependent"]}


@pytest.mark.parametrize(
    ("weight", "band"),
    [
        (46, "under"),
        ("46.24", "under"),
        ("46.25", "normal"),
        ("62.4", "normal"),
        ("62.5", "over"),
        (75, "obese"),
    ],
)
def test_the_lower_edge_of_a_band_belongs_to_it_and_the_upper_one_does_not(weight: object, band: str) -> None:
    # At 158.1139 cm the body mass index is the weight divided by 2.5.
    document = small_document()
    document["scales"][0]["expression"] = "%weight_kg / 2.5"
    facts = {"weight_kg": Decimal(weight) if isinstance(weight, str) else weight}
    assert scale_in(document, facts, "bmi")["band"] == band


def test_it_never_rounds_a_value_across_the_edge_of_a_band() -> None:
    # 86.74 / 1.70² is 30.013…; 86.69 / 1.70² is 29.996…, which would round up to 30.0.
    below = scale_in(small_document(), {"weight_kg": Decimal("86.69"), "height_cm": 170}, "bmi")
    above = scale_in(small_document(), {"weight_kg": Decimal("86.74"), "height_cm": 170}, "bmi")
    assert below == {"value": 29.9, "band": "over"}
    assert above == {"value": 30, "band": "obese"}


def test_it_never_rounds_a_value_across_the_edge_of_a_rule() -> None:
    document = small_document()
    document["options"][1]["rules"].append(rule("very_heavy", "points", "%bmi >= 35", -1))
    result = scale_in(document, {"weight_kg": Decimal("101.14"), "height_cm": 170}, "bmi")
    assert result["value"] == 34.9
    assert 101.14 / 1.7**2 > 34.95


def test_it_never_rounds_a_value_down_under_an_edge_that_it_reached() -> None:
    bands = [{"id": "low", "title": "Low", "below": 4.4}, {"id": "high", "title": "High", "from": 4.4}]
    document = with_scale(method="expression", expression="%walk / 10 + %lift", round=0, bands=bands)
    assert scale_in(document, {"walk": 4, "lift": 4}, "x") == {"value": 5, "band": "high"}
    assert scale_in(document, {"walk": 3, "lift": 4}, "x") == {"value": 4, "band": "low"}
    assert scale_in(document, {"walk": 9, "lift": 4}, "x") == {"value": 5, "band": "high"}


def test_a_value_on_an_edge_is_rounded_as_any_other() -> None:
    bands = [{"id": "low", "title": "Low", "below": 4.5}, {"id": "high", "title": "High", "from": 4.5}]
    document = with_scale(method="expression", expression="%walk / 10 + %lift", round=0, bands=bands)
    assert scale_in(document, {"walk": 5, "lift": 4}, "x") == {"value": 5, "band": "high"}


def test_the_largest_values_are_rounded_too() -> None:
    document = with_scale(method="expression", expression="%walk * 1000000000000000000000000 + 0.5", round=9)
    assert scale_in(document, {"walk": 3}, "x") == {"value": 3e24, "band": None}


def test_an_item_that_asks_whether_an_answer_is_there_waits_for_it() -> None:
    document = with_scale(method="sum", items=["iif(%walk.exists() and %walk > 5, 2, 1)", "lift"])
    assert scale_in(document, {"lift": 3}, "x") == {"missing": ["walk"]}
    assert scale_in(document, {"lift": 3, "walk": 5}, "x")["value"] == 4
    assert scale_in(document, {"lift": 3, "walk": 6}, "x")["value"] == 5


def test_it_rounds_a_half_up_as_people_do() -> None:
    document = with_scale(method="mean", items=["walk", "lift"], round=0)
    assert scale_in(document, {"walk": 2, "lift": 3}, "x")["value"] == 3
    assert scale_in(document, {"walk": 3, "lift": 4}, "x")["value"] == 4


def test_a_value_that_cannot_be_calculated_is_missing_and_says_of_what() -> None:
    document = with_scale(method="expression", expression="%walk / %lift")
    assert scale_in(document, {"walk": 3, "lift": 0}, "x") == {"missing": ["walk", "lift"]}
    assert scale_in(document, {"walk": 3, "lift": 2}, "x") == {"value": 1.5, "band": None}


def test_a_scale_may_read_another() -> None:
    document = with_scale(method="expression", expression="%frailty * 2")
    assert scale_in(document, {"diabetes": True, "insulin": True, "dependent": False}, "x")["value"] == 4
    assert scale_in(document, {"dependent": True}, "x") == {"missing": ["diabetes", "insulin"]}


def test_a_stand_in_is_shown_and_decides_nothing() -> None:
    document = small_document()
    document["options"][1]["rules"] = [rule("able", "points", "%ability >= 5", 3)]
    shown = report_on(document, MISSING_SIT)
    assert shown["scales"]["ability"]["value"] == 5
    assert shown["options"][1]["ledger"][0]["holds"] is None
    assert report_on(document, {**MISSING_SIT, "sit": 5})["options"][1]["ledger"][0]["holds"] is True


def test_a_rule_reads_the_exact_value_and_not_the_shown_one() -> None:
    report = report_on(small_document(), {"weight_kg": Decimal("86.69"), "height_cm": 170})
    heavy = next(entry for entry in keyhole(report)["ledger"] if entry["rule"] == "heavy")
    assert heavy["holds"] is False


def test_scales_are_reported_in_the_order_of_the_document() -> None:
    assert list(report_on(small_document(), {})["scales"]) == ["bmi", "ability", "frailty"]


def test_a_scale_on_a_scale_keeps_the_facts_behind_it() -> None:
    ruleset = read_ruleset(with_scale(method="expression", expression="%bmi + %walk"))
    x = next(scale for scale in ruleset.scales if scale.id == "x")
    assert x.facts == ("height_cm", "weight_kg", "walk")
