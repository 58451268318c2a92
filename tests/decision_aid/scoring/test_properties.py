from collections.abc import Iterator
from decimal import Decimal
from itertools import product
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from decision_aid.scoring import RuleSet, read_ruleset
from decision_aid.scoring.candidacy import person_with, standing
from questionnaires.definition.facts import Facts, FactValue
from tests.decision_aid.scoring.rulesets import Document, document_with_rules, report_of, rule, small_document
from tests.decision_aid.scoring.strategies import (
    all_facts_of,
    facts_of,
    partly_answered,
    person_and_answer,
    possible_values,
    tried,
    without,
)

SETTLED = {"likely", "possible", "unlikely", "excluded"}

# Rules of every sort: shared answers, scales, calculations, several codes, answers' absence.
MIXED = document_with_rules(
    rule("seen", "required", "%imaging contains 'hernia' or %imaging contains 'stenosis'"),
    rule("adult", "required", "%age_years >= 30 or %pain > 5"),
    rule("infected", "excludes", "%infection and %fever"),
    rule("asked", "excludes", "%fever.exists() and %fever and %saddle_numbness"),
    rule("strong", "points", "%pain >= 7", 2),
    rule("some", "points", "%pain >= 4 and %pain < 7", 1.5),
    rule("weak", "points", "%pain < 2", -1),
    rule("old_and_pained", "points", "%age_years + %pain * 10 > 100", 0.25),
    rule("young_and_pained", "points", "%age_years + %pain * 10 <= 100", -0.25),
    rule("heavy", "points", "%bmi >= 30", -1),
    rule("very_heavy", "points", "%bmi >= 40", -1),
    rule("frail", "points", "%frailty >= 2", -2),
    rule("able", "points", "%ability > 7", 1),
    rule("never", "points", "%smoking = 'never'", 1),
    rule("former", "points", "%smoking = 'former'", 0.5),
    rule("slip", "points", "%imaging contains 'slip' and %smoking != 'current'", 1),
    rule("many", "points", "%imaging.count() >= 2", 0.1),
    rule("long", "points", "iif(%diabetes, %symptom_weeks > 52, %symptom_weeks > 12)", 1),
)
RULESETS = {"small": read_ruleset(small_document()), "mixed": read_ruleset(MIXED)}
TYPES = RULESETS["small"].types
every_ruleset = pytest.mark.parametrize("name", RULESETS)


def options_of(ruleset: RuleSet, facts: Facts) -> list[Document]:
    found: list[Document] = report_of(ruleset, facts)["options"]
    return found


def total(option: Document) -> list[float]:
    """The points of the ledger added in decimals, twice, as an interval writes a number."""
    added = sum(Decimal(str(entry["points"])) for entry in option["ledger"])
    return [float(added), float(added)]


@every_ruleset
@given(person=person_and_answer(TYPES))
@tried(40)
def test_adding_an_answer_never_widens_the_interval_nor_unsettles_a_settled_band(
    name: str, person: tuple[Facts, str]
) -> None:
    facts, code = person
    for before, after in zip(
        options_of(RULESETS[name], without(facts, code)), options_of(RULESETS[name], facts), strict=True
    ):
        assert before["points"][0] <= after["points"][0] <= after["points"][1] <= before["points"][1]
        if before["candidacy"] in SETTLED:
            assert after["candidacy"] == before["candidacy"]
        if before["candidacy"] == "not_indicated":
            assert after["candidacy"] in ("not_indicated", "excluded")


@every_ruleset
@given(person=partly_answered(TYPES))
@tried(40)
def test_every_completion_scores_inside_the_interval(name: str, person: tuple[Facts, Facts]) -> None:
    everything, some = person
    for partial, complete in zip(
        options_of(RULESETS[name], some), options_of(RULESETS[name], everything), strict=True
    ):
        low, high = complete["points"]
        assert low == high
        assert partial["points"][0] <= low <= partial["points"][1]
        if partial["candidacy"] in SETTLED:
            assert complete["candidacy"] == partial["candidacy"]


@every_ruleset
@given(facts=all_facts_of(TYPES))
@tried(40)
def test_a_completely_answered_person_needs_no_more_information(name: str, facts: Facts) -> None:
    for option in options_of(RULESETS[name], facts):
        assert option["candidacy"] != "needs_information"
        assert option["decisive"] == []
        assert total(option) == option["points"]


# Few enough answers that everybody there can be is looked at.
FEW = ["diabetes", "insulin", "dependent", "smoking", "imaging"]
PARTS = [
    "%diabetes", "%insulin", "%dependent", "%smoking = 'current'", "%smoking != 'never'",
    "%frailty >= 2", "%frailty = 1", "%imaging contains 'hernia'", "'slip' in %imaging",
    "%imaging.count() > 1",
]  # fmt: skip
joined = st.builds(
    "({} {} {}){}".format,
    st.sampled_from(PARTS),
    st.sampled_from(["and", "or", "xor", "implies"]),
    st.sampled_from(PARTS),
    st.sampled_from(["", ".not()"]),
)


@given(
    conditions=st.lists(st.tuples(joined, st.sampled_from([-2, -1, 0.5, 1])), min_size=2, max_size=4),
    facts=facts_of({code: TYPES[code] for code in FEW}),
)
@tried(15)
def test_both_ends_of_an_exact_interval_are_reached(
    conditions: list[tuple[str, float]], facts: Facts
) -> None:
    rules = [rule(f"r{number}", "points", *each) for number, each in enumerate(conditions)]
    ruleset = read_ruleset(document_with_rules(*rules))
    option = options_of(ruleset, facts)[0]
    assert option["points_exact"]
    reached = [standing(ruleset.options[0], person_with(ruleset, each)[0]) for each in completions(facts)]
    assert all(each.low == each.high for each in reached)
    ends = min(each.low for each in reached), max(each.high for each in reached)
    assert option["points"] == [float(end) for end in ends]


def completions(facts: Facts) -> Iterator[dict[str, FactValue]]:
    for values in product(*(possible_values(TYPES[code]) for code in FEW if code not in facts)):
        yield {**facts, **dict(zip((code for code in FEW if code not in facts), values, strict=True))}


@every_ruleset
@given(facts=facts_of(TYPES))
@tried(40)
def test_points_are_added_only_by_rules_that_hold(name: str, facts: Facts) -> None:
    for option in options_of(RULESETS[name], facts):
        low, high = option["points"]
        unknown = [
            entry for entry in option["ledger"] if entry["holds"] is None and entry["kind"] == "points"
        ]
        assert all(entry["points"] == 0 for entry in option["ledger"] if entry["holds"] is not True)
        if not unknown:
            assert total(option) == [low, high]


@every_ruleset
@given(facts=facts_of(TYPES), chance=st.randoms(use_true_random=False))
@tried(40)
def test_the_order_of_the_facts_never_matters(name: str, facts: Facts, chance: Random) -> None:
    shuffled = dict(chance.sample(list(facts.items()), len(facts)))
    assert report_of(RULESETS[name], shuffled) == report_of(RULESETS[name], facts)


@every_ruleset
@given(person=person_and_answer(TYPES))
@tried(40)
def test_deleting_an_answer_never_turns_a_warning_sign_to_false(name: str, person: tuple[Facts, str]) -> None:
    facts, code = person
    before, after = report_of(RULESETS[name], facts), report_of(RULESETS[name], without(facts, code))
    for with_it, without_it in zip(before["warning_signs"], after["warning_signs"], strict=True):
        if with_it["holds"] is not False:
            assert without_it["holds"] is not False


@every_ruleset
@given(facts=facts_of(TYPES))
@tried(40)
def test_who_needs_information_is_told_which(name: str, facts: Facts) -> None:
    for option in options_of(RULESETS[name], facts):
        assert option["decisive"] or option["candidacy"] != "needs_information"
        assert not set(option["decisive"]) & set(facts)
        assert len(set(option["decisive"])) == len(option["decisive"])


@every_ruleset
@given(person=partly_answered(TYPES))
@tried(40)
def test_answering_what_is_decisive_settles_the_candidacy(name: str, person: tuple[Facts, Facts]) -> None:
    everything, some = person
    settled = options_of(RULESETS[name], everything)
    for position, option in enumerate(options_of(RULESETS[name], some)):
        known = dict(some)
        # An answer can make another decisive: what is asked for next is asked for then.
        while option["candidacy"] == "needs_information":
            assert not known.keys() & set(option["decisive"])
            known |= {code: everything[code] for code in option["decisive"]}
            option = options_of(RULESETS[name], known)[position]
        if option["candidacy"] in SETTLED:
            assert option["candidacy"] == settled[position]["candidacy"]


@every_ruleset
@given(facts=facts_of(TYPES))
@tried(40)
def test_the_order_of_rules_and_questions_never_matters(name: str, facts: Facts) -> None:
    document: Document = {**RULESETS[name].document}
    turned = read_ruleset(
        {
            **document,
            "facts": document["facts"][::-1],
            "options": [{**option, "rules": option["rules"][::-1]} for option in document["options"]],
        }
    )
    said = ("id", "candidacy", "points", "points_exact", "decisive", "changes")
    for one, other in zip(options_of(RULESETS[name], facts), options_of(turned, facts), strict=True):
        assert {key: one[key] for key in said} == {key: other[key] for key in said}
