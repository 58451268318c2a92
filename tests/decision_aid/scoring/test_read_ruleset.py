from collections.abc import Callable
from dataclasses import FrozenInstanceError

import pytest

from decision_aid.scoring import read_ruleset
from decision_aid.scoring.problems import RulesetProblem
from questionnaires.definition.digest import sha256_of
from tests.decision_aid.scoring.rulesets import (
    Document,
    figure,
    found_in,
    nothing_known,
    problems_in,
    rule,
    small_document,
)

RULE = "options/0/rules/0"
ESTIMATE = "options/0/estimates/0"
MISSING = "scales/1/missing"
EXPECTED = "golden_cases/0/expected"

Break = Callable[[Document], object]


def test_it_reads_a_document_without_problems() -> None:
    document = small_document()
    ruleset = read_ruleset(document)
    assert problems_in(document) == ()
    assert [option.id for option in ruleset.options] == ["keyhole", "exercise"]
    assert ruleset.option("exercise").compares_with is None
    assert ruleset.release.aid == "small"
    assert ruleset.release.version == 3
    assert ruleset.release.sha256 == sha256_of(document)
    assert ruleset.document == document
    assert repr(ruleset) == f"<RuleSet small 3 {sha256_of(document)[:12]}>"


def test_it_knows_no_option_that_is_not_there() -> None:
    with pytest.raises(KeyError):
        read_ruleset(small_document()).option("prayer")


def test_what_it_read_cannot_be_changed() -> None:
    option = read_ruleset(small_document()).options[0]
    with pytest.raises(FrozenInstanceError):
        option.title = "Better"  # type: ignore[misc]  # the point of the test


@pytest.mark.parametrize("document", [None, [], "aid", 7])
def test_a_document_is_an_object(document: object) -> None:
    assert found_in(document) == {("not_an_object", "")}


def test_an_empty_document_lacks_everything_it_must_have() -> None:
    missing = {place for code, place in found_in({}) if code == "missing_field"}
    assert {
        "aid", "version", "language", "title", "index_decision", "condition_text", "about", "questionnaires",
        "facts", "bands", "outcomes", "options",
    } == missing  # fmt: skip


def first_rule(document: Document) -> Document:
    found: Document = document["options"][0]["rules"][0]
    return found


def points_rule(document: Document) -> Document:
    found: Document = document["options"][0]["rules"][2]
    return found


def first_estimate(document: Document) -> Document:
    found: Document = document["options"][0]["estimates"][0]
    return found


def case(**more: object) -> Document:
    return {"id": "a_case", "story": "Someone.", "facts": {}, "expected": {}, **more}


def put(place: str, value: object) -> Break:
    """Put a value at a place of the document."""

    def change(document: Document) -> None:
        *path, last = [int(step) if step.isdigit() else step for step in place.split("/")]
        here: Document = document
        for step in path:
            here = here[step]  # type: ignore[index]  # a list's place is a number
        here[last] = value  # type: ignore[index]  # the same

    return change


BROKEN: list[tuple[str, str, Break]] = [
    ("wrong_type", "title", put("title", 3)),
    ("missing_field", "title", put("title", "")),
    ("wrong_type", "version", put("version", 1.5)),
    ("wrong_type", "version", put("version", True)),
    ("bad_code", "aid", put("aid", "Spine aid")),
    ("unknown_field", "colour", put("colour", "blue")),
    ("wrong_type", "options/0/rules/0/sources/1", put("options/0/rules/0/sources", ["trial-a", 3])),
    ("wrong_type", "options/0/rules/0/sources/0", put("options/0/rules/0/sources", [" "])),
    ("not_an_object", "about", put("about", "text")),
    ("missing_field", "about/authors", put("about/authors", [])),
    ("missing_field", "about/weights_note", put("about/weights_note", None)),
    ("wrong_type", "about/next_review", put("about/next_review", "next year")),
    ("not_an_object", "questionnaires", put("questionnaires", [])),
    ("missing_field", "questionnaires/intake/sha256", put(
        "questionnaires/intake", {"code": "a", "version": 1}
    )),
    ("unknown_type", "facts/0/type", put("facts/0/type", "number")),
    ("repeated_code", "facts/1/code", put("facts/1/code", "age_years")),
    # bands of points
    ("bands_gap", "bands/1/from", put("bands/1/from", 1)),
    ("bands_overlap", "bands/1/from", put("bands/1/from", -1)),
    ("bands_overlap", "bands/1/from", put("bands/1/from", None)),
    ("bands_overlap", "bands/2/from", put("bands/1/below", None)),
    ("band_empty", "bands/1", put("bands/1/below", 0)),
    ("bands_gap", "bands", put("bands/0/from", -10)),
    ("bands_gap", "bands", put("bands/2/below", 10)),
    ("unknown_word", "bands/0/candidacy", put("bands/0/candidacy", "excluded")),
    ("duplicate_id", "bands/1/candidacy", put("bands/1/candidacy", "unlikely")),
    ("not_a_list", "bands", put("bands", {})),
    # scales
    ("unknown_word", "scales/0/method", put("scales/0/method", "median")),
    ("missing_field", "scales/0/expression", put("scales/0/expression", None)),
    ("scale_item_unsuitable", "scales/0/expression", put("scales/0/expression", "%diabetes")),
    ("unknown_fact", "scales/0/expression/character 1", put("scales/0/expression", "%weigth_kg * 2")),
    ("duplicate_id", "scales/1/id", put("scales/1/id", "bmi")),
    ("name_taken", "scales/1/id", put("scales/1/id", "pain")),
    ("scale_without_items", "scales/1/items", put("scales/1/items", [])),
    ("unknown_fact", "scales/1/items/0", put("scales/1/items/0", "wlak")),
    ("wrong_type", "scales/1/items/0", put("scales/1/items/0", 5)),
    ("scale_item_unsuitable", "scales/1/items/0", put("scales/1/items/0", "diabetes")),
    ("scale_item_unsuitable", "scales/2/items/0", put("scales/2/items/0", "walk")),
    ("scale_item_unsuitable", "scales/1/items/0", put("scales/1", {
        "id": "share", "title": "Share", "method": "percent_of_maximum", "items": ["%walk + 1"],
        "sources": ["trial-a"],
    })),
    ("missing_rule_impossible", "scales/0/missing", put("scales/0/missing", {"prorate_from": 1})),
    ("missing_rule_impossible", f"{MISSING}/prorate_from", put(MISSING, {"prorate_from": 4})),
    ("missing_rule_impossible", f"{MISSING}/prorate_from", put(MISSING, {"prorate_from": 0})),
    ("missing_rule_impossible", "scales/1/missing", put("scales/1/missing", {"source": "trial-a"})),
    ("not_an_object", "scales/1/missing", put("scales/1/missing", "guess")),
    ("unknown_source", f"{MISSING}/source", put(MISSING, {"count_as": 0, "source": "nobody"})),
    ("wrong_type", "scales/1/round", put("scales/1/round", 10)),
    ("bands_gap", "scales/0/bands/1/from", put("scales/0/bands/1/from", 19)),
    ("bands_overlap", "scales/0/bands/1/from", put("scales/0/bands/1/from", 18)),
    ("bands_gap", "scales/2/bands", put("scales/2/bands/1/below", 3)),
    ("bands_gap", "scales/2/bands", put("scales/2/bands/0/from", 0.5)),
    ("missing_source", "scales/0/sources", put("scales/0/sources", [])),
    ("cycle_of_scales", "scales", put("scales/0/expression", "%bmi + 1")),
    # warning signs
    ("unknown_word", "warning_signs/0/urgency", put("warning_signs/0/urgency", "soon")),
    ("missing_field", "warning_signs/0/condition", put("warning_signs/0/condition", "")),
    ("unknown_fact", "warning_signs/0/condition/character 1", put("warning_signs/0/condition", "%saddle")),
    ("not_boolean", "warning_signs/0/condition/character 1", put("warning_signs/0/condition", "%pain")),
    ("duplicate_id", "warning_signs/1/id", put("warning_signs/1/id", "cauda")),
    ("missing_source", "warning_signs/0/sources", put("warning_signs/0/sources", [])),
    # options and rules
    ("duplicate_id", "options/1/id", put("options/1/id", "keyhole")),
    ("unknown_option", "options/0/compares_with", put("options/0/compares_with", "prayer")),
    ("unknown_word", "options/0/approach", put("options/0/approach", "robotic")),
    ("duplicate_id", "options/1/rules/0/id", put("options/1/rules/0/id", "infected")),
    ("unknown_word", f"{RULE}/kind", put(f"{RULE}/kind", "requires")),
    ("rule_points_missing", "options/0/rules/2/points", put("options/0/rules/2/points", None)),
    ("rule_points_missing", "options/0/rules/2/points", put("options/0/rules/2/points", 0)),
    ("rule_points_unused", f"{RULE}/points", put(f"{RULE}/points", 2)),
    ("missing_reason", f"{RULE}/reason", put(f"{RULE}/reason", "")),
    ("missing_reason", f"{RULE}/patient_reason", put(f"{RULE}/patient_reason", None)),
    ("missing_source", f"{RULE}/sources", put(f"{RULE}/sources", [])),
    ("unknown_source", f"{RULE}/sources/1", put(f"{RULE}/sources", ["trial-a", "trial-z"])),
    ("syntax_error", f"{RULE}/condition/character 9", put(f"{RULE}/condition", "%pain = = 3")),
    ("type_mismatch", f"{RULE}/condition/character 9", put(f"{RULE}/condition", "%pain = 'a'")),
    ("unknown_value", "options/0/rules/5/condition/character 12", put(
        "options/0/rules/5/condition", "%smoking = 'sometimes'"
    )),
    ("wrong_type", "options/0/rules/5/modifiable", put("options/0/rules/5/modifiable", "yes")),
    ("unknown_field", "warning_signs/0/colour", put("warning_signs/0/colour", "red")),
    ("unknown_field", "options/0/rules/5/modifable", put("options/0/rules/5/modifable", True)),
    # estimates
    ("unknown_outcome", f"{ESTIMATE}/outcome", put(f"{ESTIMATE}/outcome", "pian")),
    ("missing_estimate", "options/0/estimates", put("options/0/estimates", [nothing_known("pain")])),
    ("duplicate_estimate", "options/0/estimates/1/outcome", put("options/0/estimates/1/outcome", "pain")),
    ("unknown_word", f"{ESTIMATE}/status", put(f"{ESTIMATE}/status", "shown")),
    ("estimate_incomplete", f"{ESTIMATE}/low", put(f"{ESTIMATE}/low", None)),
    ("estimate_incomplete", f"{ESTIMATE}/value", put(f"{ESTIMATE}/value", None)),
    ("estimate_incomplete", f"{ESTIMATE}/unit", put(f"{ESTIMATE}/unit", "")),
    ("estimate_incomplete", f"{ESTIMATE}/denominator", put(
        ESTIMATE, figure("pain", kind="risks", with_option=3, with_comparator=4)
    )),
    ("estimate_contradictory", f"{ESTIMATE}/with_option", put(
        ESTIMATE, figure("pain", kind="risks", with_option=101, with_comparator=4, denominator=100)
    )),
    ("estimate_contradictory", f"{ESTIMATE}/denominator", put(
        ESTIMATE, figure("pain", kind="risks", with_option=0, with_comparator=0, denominator=0)
    )),
    ("estimate_contradictory", f"{ESTIMATE}/low", put(f"{ESTIMATE}/low", 3)),
    ("estimate_contradictory", f"{ESTIMATE}/value", put(f"{ESTIMATE}/value", 0)),
    ("estimate_contradictory", f"{ESTIMATE}/value", put(f"{ESTIMATE}/kind", "direction_only")),
    ("estimate_contradictory", "options/0/estimates/1/value", put("options/0/estimates/1/value", 1)),
    ("missing_reason", "options/0/estimates/1/reason", put("options/0/estimates/1/reason", "")),
    ("missing_reason", f"{ESTIMATE}/population_text", put(f"{ESTIMATE}/population_text", "")),
    ("missing_source", f"{ESTIMATE}/sources", put(f"{ESTIMATE}/sources", [])),
    ("unknown_option", f"{ESTIMATE}/comparator", put(f"{ESTIMATE}/comparator", "prayer")),
    ("wrong_type", f"{ESTIMATE}/value", put(f"{ESTIMATE}/value", float("nan"))),
    ("missing_field", f"{ESTIMATE}/contrary/words", put(
        f"{ESTIMATE}/contrary", {"sources": ["trial-a"]}
    )),
    # the rest
    ("unknown_fact", "modifiers/0/fact", put("modifiers/0/fact", "smoknig")),
    ("missing_field", "modifiers/0/advice", put("modifiers/0/advice", "")),
    ("duplicate_id", "sources/1/id", put("sources/1/id", "trial-a")),
    ("missing_field", "sources/0/citable", put("sources/0/citable", None)),
    ("missing_field", "sources/3/title", put("sources/3/title", "")),
    ("duplicate_id", "outcomes/1/id", put("outcomes/1/id", "pain")),
    ("unknown_fact", "golden_cases/0/facts/pian", put("golden_cases", [case(facts={"pian": 3})])),
    ("out_of_range", "golden_cases/0/facts/pain", put("golden_cases", [case(facts={"pain": 11})])),
    ("unknown_option", f"{EXPECTED}/candidacies/prayer", put(
        "golden_cases", [case(expected={"candidacies": {"prayer": "likely"}})]
    )),
    ("unknown_word", f"{EXPECTED}/candidacies/keyhole", put(
        "golden_cases", [case(expected={"candidacies": {"keyhole": "yes"}})]
    )),
    ("unknown_option", f"{EXPECTED}/decisive/prayer", put(
        "golden_cases", [case(expected={"decisive": {"prayer": []}})]
    )),
    ("unknown_scale", f"{EXPECTED}/scales/psfs", put(
        "golden_cases", [case(expected={"scales": {"psfs": 3}})]
    )),
    ("unknown_warning_sign", f"{EXPECTED}/warning_signs/0", put(
        "golden_cases", [case(expected={"warning_signs": ["rash"]})]
    )),
    ("unknown_word", f"{EXPECTED}/pathway", put("golden_cases", [case(expected={"pathway": "calm"})])),
    ("duplicate_id", "golden_cases/1/id", put("golden_cases", [case(), case()])),
    ("timeline_incomplete", "options/0/timeline", lambda d: d["options"][0].update(
        timeline=[{"milestone": "home", "patient": "Ask your surgeon."}]
    )),
    ("unsourced_figure", "options/0/timeline/0/sources", lambda d: d["options"][0].update(
        timeline=[{"milestone": "home", "patient": "After 2 days."}]
    )),
]  # fmt: skip


@pytest.mark.parametrize(
    ("code", "place", "change"), BROKEN, ids=[f"{code} at {place}" for code, place, _ in BROKEN]
)
def test_it_names_the_problem_and_its_place(code: str, place: str, change: Break) -> None:
    document = small_document()
    change(document)
    assert (code, place) in found_in(document)


def test_every_problem_code_is_shown_by_a_broken_document() -> None:
    shown = {code for code, _, _ in BROKEN} | {"not_an_object", "missing_field"}
    assert {code.value for code in RulesetProblem} <= shown


def test_it_names_all_problems_at_once() -> None:
    document = small_document()
    first_rule(document)["condition"] = "%nothing"
    points_rule(document)["points"] = None
    first_estimate(document)["low"] = None
    document["bands"][1]["from"] = 1
    codes = {code for code, _ in found_in(document)}
    assert codes == {"unknown_fact", "rule_points_missing", "estimate_incomplete", "bands_gap"}


def test_it_suggests_the_nearest_name() -> None:
    document = small_document()
    first_rule(document)["condition"] = "%imagin contains 'hernia'"
    (problem,) = problems_in(document)
    assert "%imaging" in problem.hint


def test_rules_may_read_scales_and_scales_may_read_earlier_or_later_scales() -> None:
    document = small_document()
    burden = {
        "id": "burden", "title": "Burden", "meaning": "", "method": "expression",
        "expression": "%bmi + %frailty",
        "sources": ["trial-a"],
    }  # fmt: skip
    document["scales"].insert(0, burden)
    document["options"][1]["rules"].append(rule("burdened", "points", "%burden > 32.5", -1))
    ruleset = read_ruleset(document)
    assert ruleset.scale_order == ("burden", "bmi", "ability", "frailty")
    names = [scale.id for scale in ruleset.scales]
    assert names.index("burden") > max(names.index("bmi"), names.index("frailty"))
    assert set(ruleset.options[1].rules[1].facts) == {
        "height_cm",
        "weight_kg",
        "diabetes",
        "insulin",
        "dependent",
    }


def test_conditions_that_say_the_same_in_other_words_are_one() -> None:
    document = small_document()
    document["options"][1]["rules"] = [
        rule("strong", "points", "%pain >= 7", 1),
        rule("strong_too", "points", " ( %pain>=7 ) ", 1),
        rule("strong_again", "points", " ( %pain>=7 ) ", 1),
    ]
    first, second, third = read_ruleset(document).options[1].rules
    assert first.condition is second.condition is third.condition


def test_scales_that_read_each_other_are_refused() -> None:
    document = small_document()
    document["scales"][0]["expression"] = "%other"
    document["scales"].append(
        {
            "id": "other",
            "title": "Other",
            "method": "expression",
            "expression": "%bmi",
            "sources": ["trial-a"],
        }
    )
    (problem,) = problems_in(document)
    assert problem.code == "cycle_of_scales"
    assert "bmi" in problem.sentence
    assert "other" in problem.sentence


@pytest.mark.parametrize("place", ["warning_signs", "modifiers", "golden_cases", "scales"])
def test_a_release_may_have_none_of(place: str) -> None:
    document = small_document()
    document[place] = []
    if place == "scales":
        document["options"][0]["rules"] = document["options"][0]["rules"][:-1]
    assert problems_in(document) == ()


def test_no_shape_of_document_makes_it_fall_over() -> None:
    junk: list[object] = [None, True, 0, -1.5, "", "ä", [], [None], [[]], {}, {"id": None}, float("inf")]
    for key in small_document():
        for value in junk:
            document = small_document()
            document[key] = value
            problems_in(document)


def test_a_scale_names_the_instrument_that_needs_a_licence() -> None:
    document = small_document()
    put("scales/0/instrument", "odi")(document)
    first, *others = read_ruleset(document).scales
    assert first.instrument == "odi"
    assert {scale.instrument for scale in others} == {""}
