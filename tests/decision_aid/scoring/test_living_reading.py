"""An option's texts on living with it, its timeline and its rehabilitation are whole or refused."""

import copy
from typing import Any

import pytest

from decision_aid.packs import read_pack, release_document
from decision_aid.scoring import read_ruleset
from decision_aid.scoring.problems import RulesetProblem
from questionnaires.definition.problems import Problem, ProblemsFound

SPINE = release_document(read_pack("spine"))


def problems_with(**changes: object) -> tuple[Problem, ...]:
    """The problems that the spine aid has when its second option is changed so."""
    document: dict[str, Any] = copy.deepcopy(SPINE)
    option = document["options"][1]
    for key, value in changes.items():
        option[key] = value
    try:
        read_ruleset(document)
    except ProblemsFound as found:
        return found.problems
    return ()


def changed(key: str, **values: object) -> dict[str, object]:
    document: dict[str, Any] = copy.deepcopy(SPINE)
    part: dict[str, object] = document["options"][1][key] | values
    return {name: value for name, value in part.items() if value is not None}


def timeline(**first: object) -> list[dict[str, object]]:
    document: dict[str, Any] = copy.deepcopy(SPINE)
    steps: list[dict[str, object]] = document["options"][1]["timeline"]
    return [steps[0] | first, *steps[1:]]


def test_an_option_may_say_nothing_of_what_it_is_like() -> None:
    assert problems_with(living_with=None, timeline=None, rehabilitation=None) == ()


@pytest.mark.parametrize("value", ["", None, 7], ids=repr)
def test_a_text_that_is_missing_or_no_text_is_named(value: object) -> None:
    (problem,) = problems_with(living_with=changed("living_with", first_day=value))
    assert problem.place == "options/1/living_with/first_day"


def test_a_misspelt_text_is_named() -> None:
    (problem,) = problems_with(living_with=changed("living_with", first_dai="You wake up."))
    assert (problem.code, problem.place) == (
        RulesetProblem.UNKNOWN_FIELD,
        "options/1/living_with/first_dai",
    )


@pytest.mark.parametrize("words", ["After 2 hours.", "Nach 3 Tagen", "١٢"], ids=repr)
def test_a_figure_in_a_timeline_needs_a_source(words: str) -> None:
    (problem,) = problems_with(timeline=timeline(patient=words))
    assert (problem.code, problem.place) == (
        RulesetProblem.UNSOURCED_FIGURE,
        "options/1/timeline/0/sources",
    )


def test_a_figure_from_a_source_that_was_not_checked_is_refused() -> None:
    (problem,) = problems_with(timeline=timeline(patient="After 2 days.", sources=["chan2023_unknown"]))
    assert problem.code == RulesetProblem.UNKNOWN_SOURCE
    (problem,) = problems_with(timeline=timeline(patient="After 4 weeks.", sources=["free2009_ae"]))
    assert problem.code == RulesetProblem.UNSOURCED_FIGURE
    assert "not yet checked" in problem.sentence


@pytest.mark.parametrize("steps", [[], timeline()[:3], timeline()[::-1]], ids=["none", "three", "backwards"])
def test_a_timeline_has_every_step_in_order(steps: list[dict[str, object]]) -> None:
    assert RulesetProblem.TIMELINE_INCOMPLETE in {problem.code for problem in problems_with(timeline=steps)}


def test_an_unknown_step_is_named_once() -> None:
    (problem,) = problems_with(timeline=timeline(milestone="first_dance"))
    assert problem.place == "options/1/timeline/0/milestone"


@pytest.mark.parametrize("key", ["when", "how", "adds", "patient"])
def test_an_outline_of_rehabilitation_is_whole(key: str) -> None:
    (problem,) = problems_with(rehabilitation=changed("rehabilitation", **{key: None}))
    assert problem.place == f"options/1/rehabilitation/{key}"


@pytest.mark.parametrize("key", ["when", "how", "adds", "patient"])
def test_rehabilitation_says_all_four_things(key: str) -> None:
    (problem,) = problems_with(rehabilitation=changed("rehabilitation", **{key: ""}))
    assert (problem.code, problem.place) == (
        RulesetProblem.MISSING_FIELD,
        f"options/1/rehabilitation/{key}",
    )


@pytest.mark.parametrize("part", ["living_with", "rehabilitation"])
def test_what_nothing_reads_is_refused(part: str) -> None:
    (problem,) = problems_with(**{part: changed(part, colour="blue")})
    assert (problem.code, problem.place) == (RulesetProblem.UNKNOWN_FIELD, f"options/1/{part}/colour")
