"""The spine aid's cases with a known right answer, and that they notice a changed rule."""

import copy
import re
from typing import Any

import pytest

from decision_aid.packs import read_pack, release_document
from decision_aid.scoring import read_ruleset, run_golden_cases
from decision_aid.scoring.problems import GoldenProblem
from decision_aid.scoring.ruleset import GoldenCase

DOCUMENT: dict[str, Any] = release_document(read_pack("spine"))
RULESET = read_ruleset(DOCUMENT)
CITED = re.compile(r"\[([^\]]+)\]")


def test_every_case_comes_out_as_expected() -> None:
    assert [f"{problem.place}: {problem.sentence}" for problem in run_golden_cases(RULESET)] == []


def test_there_are_enough_cases_and_each_option_is_decided_by_one() -> None:
    assert len(RULESET.golden_cases) >= 60
    decided = {
        (option, candidacy) for case in RULESET.golden_cases for option, candidacy in case.candidacies.items()
    }
    for option in RULESET.options:
        mine = {candidacy for name, candidacy in decided if name == option.id}
        assert mine - {"needs_information"}, option.id


def test_every_candidacy_and_pathway_is_expected_by_some_case() -> None:
    candidacies = {found for case in RULESET.golden_cases for found in case.candidacies.values()}
    assert candidacies == {
        "likely", "possible", "unlikely", "not_indicated", "excluded", "needs_information",
    }  # fmt: skip
    assert {case.pathway for case in RULESET.golden_cases} == {"routine", "urgent", "emergency"}


@pytest.mark.parametrize(
    "case", [case for case in RULESET.golden_cases if case.facts], ids=lambda case: case.id
)
def test_each_story_names_known_sources_behind_what_it_expects(case: GoldenCase) -> None:
    cited = [name for names in CITED.findall(case.story) for name in re.split(r"[,;] (?:disputed: )?", names)]
    assert cited
    assert set(cited) <= set(RULESET.sources)


@pytest.mark.parametrize(
    "rule_id",
    [
        "tubular_waited",
        "tubular_leg_pain",
        "misdec_three_months",
        "openlam_slip",
        "nonop_early",
        "pcf_central",
    ],
)
def test_a_rule_turned_round_is_noticed(rule_id: str) -> None:
    changed = copy.deepcopy(DOCUMENT)
    rule = next(rule for option in changed["options"] for rule in option["rules"] if rule["id"] == rule_id)
    rule["condition"] = f"({rule['condition']}).not()"
    problems = run_golden_cases(read_ruleset(changed))
    assert GoldenProblem.CANDIDACY in {problem.code for problem in problems}
