from tests.decision_aid.scoring.rulesets import (
    Document,
    document_with_rules,
    keyhole,
    report_on,
    rule,
    small_document,
)

HERNIA = {"imaging": ["hernia"], "infection": False}
SLIM = {"height_cm": 180, "weight_kg": 70}


def decisive(document: Document, facts: Document) -> list[str]:
    found: list[str] = keyhole(report_on(document, facts))["decisive"]
    return found


def test_nothing_is_decisive_once_the_candidacy_is_settled() -> None:
    facts = {**HERNIA, **SLIM, "pain": 8, "symptom_weeks": 20, "smoking": "never"}
    assert keyhole(report_on(small_document(), facts))["candidacy"] == "likely"
    assert decisive(small_document(), facts) == []


def test_what_is_unknown_and_cannot_change_the_band_is_not_decisive() -> None:
    facts = {**HERNIA, "pain": 5, "symptom_weeks": 20, "smoking": "never"}
    option = keyhole(report_on(small_document(), facts))
    assert option["points"] == [1, 2]
    assert (option["candidacy"], option["decisive"]) == ("possible", [])


def test_an_answer_that_could_exclude_or_rule_out_is_decisive() -> None:
    assert set(decisive(small_document(), {})) == {"imaging", "infection"}


def test_an_answer_that_could_exclude_an_option_that_is_not_indicated_is_still_decisive() -> None:
    assert decisive(small_document(), {"imaging": []}) == ["infection"]


def test_nothing_is_decisive_once_an_option_is_excluded() -> None:
    assert decisive(small_document(), {"infection": True}) == []


def test_an_answer_that_settles_the_candidacy_alone_comes_first() -> None:
    # Pain alone decides between likely and possible; without an infection the rest stays open.
    facts = {"imaging": ["hernia"], **SLIM, "symptom_weeks": 20, "smoking": "never"}
    assert decisive(small_document(), {**facts, "infection": False}) == ["pain"]
    both = decisive(small_document(), facts)
    assert both == ["infection"]  # while it is unknown, no pain settles anything
    assert decisive(small_document(), {**facts, "pain": 8}) == ["infection"]


def test_those_that_settle_come_first_then_those_that_more_rules_read_then_by_name() -> None:
    document = document_with_rules(
        rule("a", "excludes", "%infection"),
        rule("b", "excludes", "%diabetes"),
        rule("c", "excludes", "%diabetes and %pain > 11"),
        rule("d", "excludes", "%dependent"),
    )
    document["facts"][1]["range"] = [0, 12]
    assert decisive(document, {}) == ["diabetes", "dependent", "infection"]
    assert decisive(document, {"diabetes": False, "infection": False}) == ["dependent"]


def test_a_number_is_tried_on_both_sides_of_what_it_is_compared_with() -> None:
    document = document_with_rules(
        rule("just", "points", "%symptom_weeks > 100 and %symptom_weeks <= 101", 3),
    )
    assert decisive(document, {}) == ["symptom_weeks"]


def test_several_codes_are_tried_in_pairs() -> None:
    document = document_with_rules(
        rule("both", "points", "%imaging contains 'hernia' and %imaging contains 'slip'", 3),
        rule("more", "points", "%imaging contains 'stenosis' and %imaging contains 'slip'", 0.5),
    )
    assert decisive(document, {}) == ["imaging"]


def test_an_answer_that_a_rule_reads_through_a_scale_is_tried_across_its_range() -> None:
    document = document_with_rules(rule("heavy", "points", "%bmi >= 30", -1))
    assert decisive(document, {"height_cm": 170}) == ["weight_kg"]
    assert decisive(document, {"weight_kg": 90}) == ["height_cm"]


TWO = rule("two", "points", "%diabetes and %insulin", 3)
TWO_MORE = rule("two_more", "points", "%fever and %saddle_numbness", 3)
THREE = rule("three", "points", "%walk > 5 and %lift > 5 and %sit > 5", 3)


def test_where_no_single_answer_changes_anything_it_names_those_that_do_so_together() -> None:
    option = keyhole(report_on(document_with_rules(TWO, TWO_MORE, THREE), {}))
    assert option["candidacy"] == "needs_information"
    assert option["decisive"] == ["diabetes", "fever", "insulin", "saddle_numbness"]


def test_where_no_two_answers_do_so_either_it_names_all_that_is_waited_for() -> None:
    document = document_with_rules(
        THREE,
        rule("three_more", "points", "%diabetes and %insulin and %dependent", 3),
        rule("yet_three", "points", "%fever and %saddle_numbness and %infection", 3),
    )
    assert len(decision := decisive(document, {})) == 9
    assert decision == sorted(decision)


def test_where_the_pairs_are_too_many_to_try_it_names_all_that_is_waited_for() -> None:
    weeks = " and ".join(f"%symptom_weeks != {number}" for number in range(3, 60, 3))
    document = document_with_rules(TWO, TWO_MORE, THREE, rule("wide", "points", weeks, 0.5))
    assert len(decisive(document, {})) == 8


def test_where_no_single_answer_changes_anything_it_tries_a_scale_through_both() -> None:
    document = document_with_rules(rule("heavy", "points", "%bmi >= 30", -1))
    option = keyhole(report_on(document, {}))
    assert option["candidacy"] == "needs_information"
    assert option["decisive"] == ["height_cm", "weight_kg"]


def test_a_text_can_be_read_by_a_rule() -> None:
    document = document_with_rules(rule("said", "points", "%note = 'yes'", 3))
    assert decisive(document, {}) == ["note"]
