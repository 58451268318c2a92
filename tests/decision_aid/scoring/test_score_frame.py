from collections.abc import Sequence
from copy import deepcopy
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from decision_aid.scoring import RuleSet, read_ruleset
from decision_aid.scoring.cohort import people_frame, score_frame, truth_frame
from questionnaires.definition.facts import Facts
from tests.decision_aid.scoring.rulesets import Document, document_with_rules, report_of, rule, small_document
from tests.decision_aid.scoring.spine import spine_ruleset
from tests.decision_aid.scoring.strategies import facts_of, tried
from tests.decision_aid.scoring.test_properties import RULESETS, TYPES, every_ruleset


def said_of(report: Document) -> dict[str, object]:
    """What a report and a row of a scored frame both say."""
    said: dict[str, object] = {"pathway": report["pathway"]}
    for name, scale in report["scales"].items():
        said |= {name: scale.get("value"), f"{name}.band": scale.get("band")}
    for option in report["options"]:
        low, high = option["points"]
        said |= {
            f"{option['id']}.candidacy": option["candidacy"],
            f"{option['id']}.low": low,
            f"{option['id']}.high": high,
        }
    return said


def check(ruleset: RuleSet, people: Sequence[Facts]) -> None:
    scored = score_frame(ruleset, people_frame(ruleset.types, people))
    assert scored.height == len(people)
    for row, facts in zip(scored.iter_rows(named=True), people, strict=True):
        assert row == said_of(report_of(ruleset, facts))


@every_ruleset
@given(people=st.lists(facts_of(TYPES), max_size=8))
@tried(40)
def test_a_cohort_is_scored_as_each_person_is(name: str, people: list[Facts]) -> None:
    check(RULESETS[name], people)


@given(data=st.data())
@tried(8)
def test_so_is_a_cohort_of_the_spine_aid(data: Any) -> None:
    check(spine_ruleset(), data.draw(st.lists(facts_of(spine_ruleset().types), min_size=1, max_size=30)))


def test_nobody_gives_no_rows() -> None:
    empty = score_frame(RULESETS["mixed"], people_frame(TYPES, []))
    assert empty.height == 0
    assert empty.columns == score_frame(RULESETS["mixed"], people_frame(TYPES, [{}])).columns


def test_a_fact_without_a_column_is_unknown() -> None:
    some = pl.DataFrame({"pain": [8, None], "imaging": [["hernia"], []]})
    people: list[Facts] = [{"pain": 8, "imaging": ("hernia",)}, {"imaging": ()}]
    scored = score_frame(RULESETS["small"], some)
    assert scored.equals(score_frame(RULESETS["small"], people_frame(TYPES, people)))


def test_columns_may_be_narrow_or_enumerations_or_floats() -> None:
    people: list[Facts] = [
        {"pain": 5, "age_years": 40, "smoking": "current", "imaging": ("hernia", "slip"), "walk": 3},
        {"pain": 0, "smoking": "never", "imaging": (), "walk": 10, "lift": 4},
        {"age_years": 18},
    ]
    usual = people_frame(TYPES, people)
    other = usual.with_columns(
        pl.col("pain").cast(pl.Int8),
        pl.col("age_years").cast(pl.UInt16),
        pl.col("walk").cast(pl.Float64),
        pl.col("smoking").cast(pl.Enum(TYPES["smoking"].values)),
        pl.col("imaging").cast(pl.List(pl.Enum(TYPES["imaging"].values))),
    )
    for ruleset in RULESETS.values():
        assert score_frame(ruleset, other).equals(score_frame(ruleset, usual))


def test_a_column_that_is_no_fact_is_refused() -> None:
    with pytest.raises(ValueError, match="shoe_size"):
        score_frame(RULESETS["small"], pl.DataFrame({"shoe_size": [43]}))


def test_a_column_that_cannot_hold_its_fact_is_refused() -> None:
    with pytest.raises(TypeError, match="pain"):
        score_frame(RULESETS["small"], pl.DataFrame({"pain": ["much"]}))


def test_nan_is_refused() -> None:
    with pytest.raises(ValueError, match="weight_kg"):
        score_frame(RULESETS["small"], pl.DataFrame({"weight_kg": [float("nan")]}))


# Scales and conditions of which columns cannot say the exact value, and those near an edge.
ODD: Document = {
    **document_with_rules(
        rule("far", "points", "%change < 0", 0.5),
        rule("able", "points", "%ability >= 6.5", 1),
        rule("share", "points", "%percent > 33.3", 1.25),
        rule("silent", "points", "%ability.exists() and %fever", 1),
        rule("unsure", "points", "%fever.empty() or %fever", 1),
        rule("said", "points", "%note = 'yes' or %note ~ 'NO'", 1),
        rule("twice", "points", "%double + %frailty > 3", 1),
    ),
    "scales": [
        *small_document()["scales"],
        {
            "id": "change", "title": "Change", "method": "expression", "round": 0, "sources": ["trial-a"],
            "expression": "(%walk - %lift) / 2",
        },
        {
            "id": "percent", "title": "Share", "method": "percent_of_maximum", "round": 2,
            "items": ["walk", "lift", "sit"], "missing": {"count_as": 1.5, "source": "trial-a"},
            "sources": ["trial-a"],
        },
        {
            "id": "ratio", "title": "Ratio", "method": "expression", "sources": ["trial-a"],
            "expression": "%walk / %lift",
        },
        {
            "id": "double", "title": "Double", "method": "sum", "sources": ["trial-a"],
            "items": ["walk", "%frailty", "%diabetes.exists() and %diabetes"][:2],
        },
    ],
    "warning_signs": [
        *small_document()["warning_signs"],
        {
            **small_document()["warning_signs"][1], "id": "silence",
            "condition": "%note.empty() and %pain > 8 or %bmi.exists() and %bmi < 15",
        },
    ],
}  # fmt: skip


@given(people=st.lists(facts_of(TYPES), max_size=8))
@tried(40)
def test_what_columns_cannot_say_exactly_is_said_person_by_person(people: list[Facts]) -> None:
    check(read_ruleset(ODD), people)


def test_a_half_is_rounded_away_from_zero_and_never_across_an_edge() -> None:
    people: list[Facts] = [
        {"walk": walk, "lift": lift, "sit": 3, "height_cm": Decimal(height), "weight_kg": Decimal(weight)}
        for walk, lift in ((3, 4), (4, 3), (0, 5), (5, 0), (0, 1))
        for height, weight in (
            ("170", "86.6"),
            ("170", "86.7"),
            ("170", "72.2"),
            ("200", "100"),
            ("200", "74"),
        )
    ]
    check(read_ruleset(ODD), people)
    scored = score_frame(read_ruleset(ODD), people_frame(TYPES, people[:1]))
    assert scored["change"].to_list() == [-1.0]  # -0.5
    assert scored["bmi"].to_list() == [29.9]  # 29.965… is under 30


def test_dates_are_facts_too() -> None:
    document = document_with_rules(
        rule("late", "points", "%injured_on > @2020-01-01 and %injured_on.exists()", 1)
    )
    document["facts"].append({"code": "injured_on", "type": "date"})
    check(read_ruleset(document), [{"injured_on": date(2020, 1, day)} for day in (1, 2)] + [{}])


def with_scale(**scale: object) -> Document:
    """The small aid with one more scale, called `x`, and a rule that reads it."""
    document = document_with_rules(rule("x_is_high", "points", "%x >= 3", 1))
    document["scales"].append({"id": "x", "title": "X", "sources": ["trial-a"], **scale})
    document["facts"].append({"code": "steps", "type": "integer"})
    return document


def counting(*items: str) -> Document:
    return with_scale(method="count_true", items=list(items))


def test_a_scale_may_count_choices_codes_and_numbers_of_any_size() -> None:
    document = counting("%smoking = 'current'", "%imaging contains 'slip'", "%steps > 1000000", "%bmi > 30")
    people: list[Facts] = [
        {"smoking": smoking, "imaging": imaging, "steps": steps, "height_cm": 170, "weight_kg": weight}
        for smoking in ("current", "never")
        for imaging in (("hernia", "slip"), ())
        for steps in (0, 3_000_000)
        for weight in (Decimal(60), Decimal("99.5"))
    ]
    check(read_ruleset(document), [*people, {}, {"smoking": "former"}])


def test_a_scale_may_read_one_number_of_any_size() -> None:
    ruleset = read_ruleset(with_scale(method="sum", items=["steps"]))
    check(ruleset, [{"steps": 0}, {"steps": 2**40}, {}, {"steps": -3}])


def test_answers_that_are_too_many_to_be_numbered_are_scored_too() -> None:
    document = with_scale(method="expression", expression="(%age_years + %symptom_weeks / 7 + %pain) / 3")
    people: list[Facts] = [
        {"age_years": age, "symptom_weeks": weeks, "pain": pain}
        for age in (18, 110)
        for weeks in (0, 2600)
        for pain in (0, 10)
    ]
    check(read_ruleset(document), [*people, {}, *people])


def test_choices_may_be_enumerations_for_a_scale_too() -> None:
    ruleset = read_ruleset(counting("%smoking = 'current'", "%smoking = 'never'", "%diabetes"))
    people: list[Facts] = [{"smoking": "current", "diabetes": True}, {"smoking": "never"}, {}]
    usual = people_frame(ruleset.types, people)
    enumerated = usual.with_columns(pl.col("smoking").cast(pl.Enum(TYPES["smoking"].values)))
    assert score_frame(ruleset, enumerated).equals(score_frame(ruleset, usual))


def test_a_scale_refuses_a_column_that_cannot_hold_its_fact() -> None:
    with pytest.raises(TypeError, match="walk"):
        score_frame(
            RULESETS["small"], pl.DataFrame({"walk": pl.Series(["3"], dtype=pl.String).cast(pl.Binary)})
        )


@pytest.mark.parametrize(
    "expression",
    [
        "iif(%walk.exists() and %walk > 5, 3, 1)",  # waits for an answer's absence
        " + ".join(["%walk"] * 250),  # too long to be rounded in columns
        " + ".join(["%walk"] * 100),  # too long to stand in a condition eight times
    ],
)
def test_a_calculation_that_columns_cannot_hold_is_done_person_by_person(expression: str) -> None:
    document = with_scale(method="expression", expression=expression, round=1)
    often = " or ".join(f"%x = {number}" for number in range(8))
    document["options"][0]["rules"].append(rule("often", "points", often, 0.5))
    document["warning_signs"].append({**document["warning_signs"][1], "id": "often", "condition": often})
    check(read_ruleset(document), [{"walk": walk} for walk in (0, 3, 6, 10)] + [{}])


def test_options_with_the_same_conditions_are_scored_alike() -> None:
    conditions = {"%fever": 1, "%fever.not()": 1, "%fever and %walk < 3": 2}

    def rules(of: str) -> list[Document]:
        return [
            rule(f"{of}_{number}", "points", *each) for number, each in enumerate(conditions.items(), start=1)
        ]

    document = document_with_rules(*rules("one"))
    document["options"].append(
        {**deepcopy(document["options"][0]), "id": "its_double", "rules": rules("other")}
    )
    people: list[Facts] = [{}, {"fever": True}, {"fever": False}, {"walk": 0}, {"fever": True, "walk": 9}]
    check(read_ruleset(document), people)


@pytest.mark.parametrize("note", ["", "b", "ba", "c", "é", "☃"])
def test_texts_in_an_order_are_scored_by_their_own_rules(note: str) -> None:
    document = document_with_rules(
        rule("after", "points", "%note > 'b'", 1), rule("before", "points", "%note < 'c'", 1)
    )
    check(read_ruleset(document), [{}, {"note": note}])


def test_the_truth_of_each_condition_is_what_it_holds_of_each_person() -> None:
    ruleset = spine_ruleset()
    people = [case.facts for case in ruleset.golden_cases[:40]]
    named = [rule for option in ruleset.options for rule in option.rules]
    conditions = list(dict.fromkeys(rule.condition for rule in named))
    truths = truth_frame(ruleset, conditions, people_frame(ruleset.types, people))
    assert truths.shape == (len(people), len(conditions))
    ledgers = [
        {
            line["rule"]: line["holds"]
            for option in report_of(ruleset, facts)["options"]
            for line in option["ledger"]
        }
        for facts in people
    ]
    for rule_ in named:
        column = truths[str(conditions.index(rule_.condition))].to_list()
        assert column == [ledger[rule_.id] for ledger in ledgers], rule_.id
