import pytest

from tests.decision_aid.scoring.rulesets import (
    Document,
    document_with_rules,
    keyhole,
    report_on,
    rule,
    small_document,
)

SUITED = {"imaging": ["hernia"], "infection": False, "pain": 8, "symptom_weeks": 20, "smoking": "never"}
SLIM = {"height_cm": 180, "weight_kg": 70}


def candidacy(facts: Document) -> tuple[str, list[float]]:
    option = keyhole(report_on(small_document(), facts))
    return option["candidacy"], option["points"]


@pytest.mark.parametrize(
    ("facts", "expected", "points"),
    [
        ({**SUITED, **SLIM}, "likely", [3, 3]),
        ({**SUITED, **SLIM, "pain": 5}, "possible", [2, 2]),
        ({**SUITED, **SLIM, "pain": 0}, "possible", [1, 1]),
        ({**SUITED, **SLIM, "pain": 0, "symptom_weeks": 0}, "possible", [0, 0]),
        ({**SUITED, **SLIM, "pain": 0, "smoking": "current"}, "unlikely", [-1, -1]),
        ({**SUITED, **SLIM, "imaging": []}, "not_indicated", [3, 3]),
        ({**SUITED, **SLIM, "imaging": ["stenosis", "slip"]}, "not_indicated", [3, 3]),
        ({**SUITED, **SLIM, "infection": True}, "excluded", [3, 3]),
        ({**SUITED, **SLIM, "infection": True, "imaging": []}, "excluded", [3, 3]),
        (SUITED, "needs_information", [2, 3]),
        ({**SUITED, "pain": 5}, "possible", [1, 2]),
        ({}, "needs_information", [-3, 3]),
        ({"infection": True}, "excluded", [-3, 3]),
        ({"imaging": ["slip"]}, "not_indicated", [-3, 3]),
        (
            {**SLIM, "imaging": ["hernia"], "pain": 8, "symptom_weeks": 20, "smoking": "never"},
            "needs_information",
            [3, 3],
        ),
    ],
)
def test_it_follows_from_rules_and_points(facts: Document, expected: str, points: list[float]) -> None:
    assert candidacy(facts) == (expected, points)


def test_none_of_these_is_an_answer_and_silence_is_not() -> None:
    assert candidacy({"imaging": []})[0] == "not_indicated"
    assert candidacy({})[0] == "needs_information"


def test_zero_is_an_answer_and_silence_is_not() -> None:
    assert candidacy({**SUITED, **SLIM, "pain": 0})[1] == [1, 1]
    unknown = {code: value for code, value in {**SUITED, **SLIM}.items() if code != "pain"}
    assert candidacy(unknown)[1] == [1, 3]


def test_rules_that_wait_for_one_answer_are_weighed_together() -> None:
    # Apart they would span 0 to 3; no pain is both at least 7 and below 7.
    facts = {**SUITED, **SLIM}
    del facts["pain"]
    assert candidacy(facts)[1] == [1, 3]


def test_rules_that_wait_for_one_choice_are_weighed_together() -> None:
    document = document_with_rules(
        rule("never", "points", "%smoking = 'never'", 1),
        rule("former", "points", "%smoking = 'former'", 1),
        rule("current", "points", "%smoking = 'current'", 1),
    )
    option = keyhole(report_on(document, {}))
    assert option["points"] == [1, 1]
    assert option["candidacy"] == "possible"


def test_rules_that_look_for_a_choice_in_a_list_are_weighed_together() -> None:
    document = document_with_rules(
        rule("smokes", "points", "%smoking in ('current' | 'former')", 1),
        rule("never", "points", "'never' = %smoking", 2),
        rule("strong", "points", "7 <= %pain", 1),
        rule("mild", "points", "%pain < 7", -1),
    )
    assert keyhole(report_on(document, {}))["points"] == [0, 3]


def test_a_rule_that_stays_unknown_spans_all_it_might_add_among_those_weighed_together() -> None:
    document = document_with_rules(
        rule("unsure", "points", "%pain >= 7 and 1 / 0 > 1", 2),
        rule("strong", "points", "%pain >= 7", 1),
        rule("mild", "points", "%pain < 7", 0.5),
        rule("never_sure", "points", "%pain < 7 and 1 / 0 > 1", -1),
    )
    assert keyhole(report_on(document, {}))["points"] == [-0.5, 3]
    assert keyhole(report_on(document, {"pain": 7}))["points"] == [1, 3]
    assert keyhole(report_on(document, {"pain": 6}))["points"] == [-0.5, 0.5]


def test_rules_that_wait_for_several_answers_are_weighed_together() -> None:
    # Apart they would span 0 to 2.
    document = document_with_rules(
        rule("both", "points", "%diabetes and %dependent", 1),
        rule("neither", "points", "(%diabetes or %dependent).not()", 1),
    )
    assert exactly(document, {}) == ([0, 1], True)
    assert exactly(document, {"diabetes": True}) == ([0, 1], True)
    assert exactly(document, {"diabetes": True, "dependent": False}) == ([0, 0], True)


def exactly(document: Document, facts: Document) -> tuple[list[float], bool]:
    option = keyhole(report_on(document, facts))
    return option["points"], option["points_exact"]


@pytest.mark.parametrize(
    ("one", "other", "points"),
    [
        ("%pain >= 7 and %smoking = 'never'", "%pain < 4 and %smoking != 'never'", [0, 1]),
        ("%pain >= 7 and %smoking = 'never'", "%pain < 4 or %smoking = 'current'", [0, 1]),
        ("%imaging contains 'hernia' and %pain > 5", "(%imaging contains 'hernia').not() and %fever", [0, 1]),
        ("%imaging contains 'slip' and %fever", "'slip' in %imaging and %pain > 5", [0, 2]),
        ("%imaging.count() >= 2 and %fever", "%imaging.count() < 2 and %fever", [0, 1]),
        ("%frailty >= 2 and %smoking = 'current'", "%diabetes.not() and %insulin", [0, 1]),
        ("%frailty >= 2 and %smoking = 'current'", "%diabetes.not() and %dependent.not()", [0, 1]),
        ("%walk + %lift > 18", "%walk + %sit < 3", [0, 1]),
        ("%note = 'yes' and %fever", "%note in ('no' | '') and %fever", [0, 1]),
        ("%note = 'yes' and %fever", "%note != 'yes' and %fever.not()", [0, 1]),
        ("%born > @2000-01-01 and %fever", "%born < @1990-01-01 and %fever", [0, 1]),
        (
            "%fever.exists() and %fever and %diabetes",
            "%fever.exists() and %fever.not() and %diabetes",
            [0, 1],
        ),
    ],
)
def test_the_interval_is_exact_across_several_answers(one: str, other: str, points: list[float]) -> None:
    document = document_with_rules(rule("one", "points", one, 1), rule("other", "points", other, 1))
    document["facts"].append({"code": "born", "type": "date"})
    assert exactly(document, {}) == (points, True)


@pytest.mark.parametrize(
    ("one", "other", "points"),
    [
        # What is weighed with other numbers, or told apart in another way than by written values.
        ("%age_years + %pain > 60 and %fever", "%age_years + %pain <= 60 and %fever", [0, 2]),
        ("%note ~ 'Yes' and %fever", "%note < 'm' and %fever.not()", [0, 2]),
        # A scale with too many answers behind it is weighed as though it could be anything.
        ("%bmi >= 30 and %fever", "%weight_kg < 30 and %fever", [0, 2]),
        ("%bmi >= 30 and %fever", "%bmi < 20 and %fever", [0, 1]),
    ],
)
def test_what_cannot_be_tried_out_is_an_outer_bound_and_says_so(
    one: str, other: str, points: list[float]
) -> None:
    document = document_with_rules(rule("one", "points", one, 1), rule("other", "points", other, 1))
    assert exactly(document, {}) == (points, False)
    known = {"fever": True, "note": "yes", "weight_kg": 60, "height_cm": 180, "age_years": 50, "pain": 3}
    low, high = exactly(document, known)[0]
    assert (low == high, exactly(document, known)[1]) == (True, True)


def test_rules_that_read_too_many_answers_are_weighed_in_several_groups() -> None:
    facts = [{"code": f"sign_{number}", "type": "boolean"} for number in range(24)]
    chain = [
        rule(f"link_{number}", "points", f"%sign_{number} != %sign_{number + 1}", 1) for number in range(23)
    ]
    document = document_with_rules(*chain, rule("ends", "points", "%sign_0 != %sign_23", 1))
    document["facts"] += facts
    points, is_exact = exactly(document, {})
    # Twenty-four answers in a ring differ from their neighbours an even number of times.
    assert (points, is_exact) == ([0, 24], False)
    known = {f"sign_{number}": number % 2 == 0 for number in range(2, 24)}
    assert exactly(document, known) == ([21, 24], False)  # in fact 22 or 24
    assert exactly(document, {**known, "sign_1": False}) == ([22, 24], True)


def test_a_settled_sum_may_have_rules_that_are_not_settled() -> None:
    document = document_with_rules(
        rule("young", "points", "%age_years < 40 and %fever", 1),
        rule("old", "points", "%age_years >= 40 and %fever", 1),
    )
    assert exactly(document, {"fever": True}) == ([1, 1], True)


def test_rules_that_read_one_answer_through_a_scale_are_weighed_together() -> None:
    document = document_with_rules(
        rule("heavy", "points", "%bmi >= 31.41 and %bmi < 31.42", 1),
        rule("light", "points", "%bmi < 20", 2),
    )
    assert exactly(document, {"height_cm": 170}) == ([0, 2], False)


def test_a_calculation_with_an_unknown_answer_is_not_taken_as_known() -> None:
    document = document_with_rules(
        rule("odd_sum", "points", "%pain + %symptom_weeks = 1777", 1),
        rule("even_sum", "points", "%pain + %symptom_weeks = 1778", 1),
    )
    assert keyhole(report_on(document, {"pain": 3}))["points"] == [0, 2]
    assert keyhole(report_on(document, {"pain": 3, "symptom_weeks": 1774}))["points"] == [1, 1]


@pytest.mark.parametrize(
    ("points", "expected"), [(-0.1, "unlikely"), (0, "possible"), (2.9, "possible"), (3, "likely")]
)
def test_the_lower_edge_of_a_band_of_points_belongs_to_it(points: float, expected: str) -> None:
    rules = [rule("all", "points", "%pain >= 0", points)] if points else []
    option = keyhole(report_on(document_with_rules(*rules), {"pain": 1}))
    assert option["candidacy"] == expected


def test_tenths_of_points_add_up_exactly() -> None:
    rules = [rule(f"tenth_{number}", "points", "%pain >= 0", 0.1) for number in range(3)]
    option = keyhole(report_on(document_with_rules(*rules), {"pain": 1}))
    assert option["points"] == [0.3, 0.3]


def test_a_rule_about_an_answers_absence_is_unknown_until_the_answer_is_there() -> None:
    document = document_with_rules(
        rule("asked", "required", "%pain.exists()"), rule("silent", "excludes", "%pain.empty()")
    )
    assert [entry["holds"] for entry in keyhole(report_on(document, {}))["ledger"]] == [None, None]
    assert keyhole(report_on(document, {}))["candidacy"] == "needs_information"
    assert [entry["holds"] for entry in keyhole(report_on(document, {"pain": 0}))["ledger"]] == [True, False]


def test_an_option_without_rules_stands_at_zero_points() -> None:
    option = keyhole(report_on(document_with_rules(), {}))
    assert (option["candidacy"], option["points"], option["decisive"]) == ("possible", [0, 0], [])


def test_the_ledger_names_every_rule_in_order_with_what_it_held_added_and_read() -> None:
    ledger = keyhole(report_on(small_document(), {**SUITED, "smoking": "current"}))["ledger"]
    assert [(entry["rule"], entry["holds"], entry["points"]) for entry in ledger] == [
        ("hernia_seen", True, 0),
        ("infected", False, 0),
        ("strong_pain", True, 2),
        ("some_pain", False, 0),
        ("long_wait", True, 1),
        ("smoker", True, -2),
        ("heavy", None, 0),
    ]
    assert ledger[-1]["facts"] == ["height_cm", "weight_kg"]
    assert ledger[2]["reason"] == "Because of strong_pain."
    assert ledger[2]["sources"] == ["trial-a"]
