from decimal import Decimal

import pytest
from hypothesis import given

from decision_aid.scoring import read_ruleset
from questionnaires.definition.facts import read_facts
from tests.decision_aid.scoring.rulesets import (
    Document,
    document_with_rules,
    keyhole,
    report_of,
    report_on,
    rule,
    small_document,
)
from tests.decision_aid.scoring.strategies import facts_of, tried

RULESET = read_ruleset(small_document())
ALL_KNOWN = {
    "imaging": ["hernia"], "infection": False, "pain": 8, "symptom_weeks": 20, "smoking": "current",
    "height_cm": 175, "weight_kg": 95,
}  # fmt: skip


def changes(document: Document, facts: Document) -> list[tuple[str, object, object, str]]:
    found = keyhole(report_on(document, facts))["changes"]
    return [(change["fact"], change["from"], change["to"], change["candidacy"]) for change in found]


def test_it_names_at_most_three_and_what_a_person_can_change_first() -> None:
    option = keyhole(report_on(small_document(), ALL_KNOWN))
    assert (option["points"], option["candidacy"]) == ([0, 0], "possible")
    assert len(option["changes"]) == 3
    assert (
        option["changes"][0]["fact"] != "smoking"
    )  # former smokers would reach 2 points, which is the same band


def test_stopping_smoking_is_named_where_it_moves_the_band() -> None:
    assert changes(small_document(), {**ALL_KNOWN, "weight_kg": 70})[0] == (
        "smoking",
        "current",
        "former",
        "likely",
    )


def test_a_number_moves_no_further_than_it_must() -> None:
    document = document_with_rules(rule("long", "points", "%symptom_weeks >= 12", 3))
    assert changes(document, {"symptom_weeks": 9}) == [("symptom_weeks", 9, 12, "likely")]
    assert changes(document, {"symptom_weeks": 2600}) == [("symptom_weeks", 2600, 11, "possible")]


def test_a_number_read_through_a_scale_moves_no_further_than_it_must() -> None:
    document = document_with_rules(rule("heavy", "points", "%bmi >= 30", -1))
    weight = next(
        change
        for change in changes(document, {"height_cm": 175, "weight_kg": 95})
        if change[0] == "weight_kg"
    )
    assert weight == ("weight_kg", 95, 91.8, "possible")
    assert 91.8 / 1.75**2 < 30 <= 91.9 / 1.75**2


def test_the_nearest_choice_is_named() -> None:
    document = document_with_rules(rule("not_never", "points", "%smoking != 'never'", -1))
    assert changes(document, {"smoking": "current"}) == [("smoking", "current", "never", "possible")]
    assert changes(document, {"smoking": "never"}) == [("smoking", "never", "former", "unlikely")]


def test_several_codes_change_by_one() -> None:
    document = document_with_rules(rule("seen", "required", "%imaging contains 'hernia'"))
    assert changes(document, {"imaging": ["slip"]}) == [("imaging", ["slip"], ["hernia", "slip"], "possible")]
    assert changes(document, {"imaging": ["hernia", "slip"]}) == [
        ("imaging", ["hernia", "slip"], ["slip"], "not_indicated")
    ]


@pytest.mark.parametrize("facts", [{}, {"note": "nothing that a rule reads"}])
def test_what_is_not_answered_cannot_be_changed(facts: Document) -> None:
    assert changes(small_document(), facts) == []


@given(facts_of(RULESET.types))
@tried(40)
def test_each_change_leads_where_it_says(facts: Document) -> None:
    report = report_of(RULESET, facts)
    for number, option in enumerate(report["options"]):
        assert len({change["fact"] for change in option["changes"]}) == len(option["changes"]) <= 3
        for change in option["changes"]:
            altered = {**facts, **read_facts({change["fact"]: change["to"]}, RULESET.types)}
            reached = report_of(RULESET, altered)["options"][number]["candidacy"]
            assert reached == change["candidacy"] != option["candidacy"]


def test_of_numbers_without_a_range_the_smaller_change_comes_first() -> None:
    document = document_with_rules(
        rule("far", "points", "%steps >= 500", 3), rule("near", "points", "%stairs >= 30", 3)
    )
    document["facts"] += [{"code": "steps", "type": "integer"}, {"code": "stairs", "type": "decimal"}]
    assert changes(document, {"steps": 100, "stairs": 10}) == [
        ("stairs", 10, 30, "likely"),
        ("steps", 100, 500, "likely"),
    ]


@pytest.mark.parametrize("number", [10**27, 10**28, -(10**28), Decimal("-9999999999999999999999999999")])
@pytest.mark.parametrize("kind", ["integer", "decimal"])
def test_the_largest_numbers_move_too(kind: str, number: int) -> None:
    document = document_with_rules(rule("sum", "points", "%distance + %pain > 3", 3))
    document["facts"].append({"code": "distance", "type": kind, "range": [-(10**28), 10**28]})
    option = keyhole(report_on(document, {"distance": number, "pain": 1}))
    assert option["candidacy"] == ("likely" if number > 0 else "possible")


def test_a_range_of_one_number_has_no_share() -> None:
    document = document_with_rules(rule("always", "points", "%sure >= 1", 3))
    document["facts"].append({"code": "sure", "type": "integer", "range": [1, 1]})
    assert changes(document, {"sure": 1}) == []
