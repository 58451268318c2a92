"""Every rule of the spine aid holds, fails and is left open in a golden case; every estimate is reached."""

from collections import Counter, defaultdict
from datetime import date
from typing import Any

import pytest

from decision_aid.packs import read_pack, release_document
from decision_aid.scoring import read_ruleset, score
from decision_aid.scoring.verification import verify
from decision_aid.summaries.voice import facts_shown
from questionnaires.definition.reading import read_definition

PACK = read_pack("spine")
RULESET = read_ruleset(release_document(PACK))
TRUTHS = (True, False, None)


def test_verify_finds_nothing_and_every_question_is_used() -> None:
    definitions = [read_definition(document) for document in PACK.questionnaires.values()]
    assert verify(RULESET, definitions, facts_shown(RULESET.types)) == ()


@pytest.fixture(scope="module")
def reports() -> dict[str, dict[str, Any]]:
    """What each golden case comes to, by its id."""
    return {
        case.id: dict(score(RULESET, case.facts, date(2026, 1, 1)).document) for case in RULESET.golden_cases
    }


def test_every_rule_holds_fails_and_is_unknown_in_some_case(
    reports: dict[str, dict[str, Any]], capsys: pytest.CaptureFixture[str]
) -> None:
    counted: dict[str, Counter[bool | None]] = defaultdict(Counter)
    for report in reports.values():
        for option in report["options"]:
            for line in option["ledger"]:
                counted[line["rule"]][line["holds"]] += 1
    with capsys.disabled():
        print(f"\n{len(counted)} rules in {len(reports)} golden cases: holds / does not hold / unknown")  # noqa: T201  the table that a reader of the run asks for
        for rule, held in sorted(counted.items()):
            print(f"  {rule:<32}{held[True]:>5}{held[False]:>5}{held[None]:>5}")  # noqa: T201  the same
    rules = {rule.id for option in RULESET.options for rule in option.rules}
    assert set(counted) == rules
    assert {rule for rule, held in counted.items() if not all(held[truth] for truth in TRUTHS)} == set()


def test_every_warning_sign_holds_fails_and_is_unknown_in_some_case(
    reports: dict[str, dict[str, Any]],
) -> None:
    seen: dict[str, set[bool | None]] = defaultdict(set)
    for report in reports.values():
        for sign in report["warning_signs"]:
            seen[sign["id"]].add(sign["holds"])
    assert {sign for sign, held in seen.items() if held != set(TRUTHS)} == set()
    assert set(seen) == {sign.id for sign in RULESET.warning_signs}


def test_every_estimate_is_reached_by_somebody_like_those_studied(
    reports: dict[str, dict[str, Any]],
) -> None:
    reached = {
        (option["id"], estimate["outcome"])
        for report in reports.values()
        for option in report["options"]
        for estimate in option["estimates"]
        if estimate["status"] != "not_like_those_studied"
    }
    every = {(option.id, estimate.outcome) for option in RULESET.options for estimate in option.estimates}
    assert every - reached == set()


def test_every_figure_with_a_population_is_withheld_from_somebody_unlike_those_studied(
    reports: dict[str, dict[str, Any]],
) -> None:
    withheld = {
        (option["id"], estimate["outcome"])
        for report in reports.values()
        for option in report["options"]
        for estimate in option["estimates"]
        if estimate["status"] == "not_like_those_studied"
    }
    limited = {
        (option.id, estimate.outcome)
        for option in RULESET.options
        for estimate in option.estimates
        if estimate.population is not None and not estimate.unchecked
    }
    assert limited - withheld == set()


def test_every_candidacy_of_every_option_that_can_come_out_does(
    reports: dict[str, dict[str, Any]],
) -> None:
    found: dict[str, set[str]] = defaultdict(set)
    for report in reports.values():
        for option in report["options"]:
            found[option["id"]].add(option["candidacy"])
    for option_id, candidacies in found.items():
        if option_id == "nonoperative_care":
            assert candidacies == {"likely", "possible", "unlikely", "needs_information"}
        else:
            assert candidacies >= {"possible", "unlikely", "not_indicated", "needs_information"}, option_id
    assert "likely" not in found["si_joint_fusion"]  # no treatment whose sham trial showed no gain
    assert "excluded" in found["posterior_foraminotomy"]
