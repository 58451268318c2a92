"""The cases with a known right answer, against which a ruleset is tried before it is published."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import cast

from decision_aid.scoring.problems import GoldenProblem
from decision_aid.scoring.ruleset import GoldenCase, RuleSet
from decision_aid.scoring.scoring import score
from questionnaires.definition.digest import canonical_json
from questionnaires.definition.problems import Problem

AS_OF = date(2026, 1, 1)  # any day will do: no candidacy, scale or sign depends on it


def run_golden_cases(ruleset: RuleSet) -> tuple[Problem, ...]:
    """Where the ruleset's answers differ from what its cases expect; places are like
    `golden_cases/3/expected`.
    """
    return tuple(
        problem.within(f"golden_cases/{position}/expected")
        for position, case in enumerate(ruleset.golden_cases)
        for problem in _differences(case, score(ruleset, case.facts, AS_OF).document)
    )


def _differences(case: GoldenCase, report: Mapping[str, object]) -> Iterator[Problem]:
    options = {option["id"]: option for option in cast("list[dict[str, object]]", report["options"])}
    scales = cast("dict[str, object]", report["scales"])
    if case.pathway is not None and case.pathway != report["pathway"]:
        yield _differs(GoldenProblem.PATHWAY, case, "pathway", case.pathway, report["pathway"])
    for option_id, candidacy in case.candidacies.items():
        found = options[option_id]["candidacy"]
        if found != candidacy:
            yield _differs(GoldenProblem.CANDIDACY, case, f"candidacies/{option_id}", candidacy, found)
    for scale_id, expected in case.scales.items():
        if not _same_scale(expected, cast("dict[str, object]", scales[scale_id])):
            yield _differs(GoldenProblem.SCALE, case, f"scales/{scale_id}", expected, scales[scale_id])
    for option_id, facts in case.decisive.items():
        found_facts = cast("list[str]", options[option_id]["decisive"])
        if set(found_facts) != set(facts):
            yield _differs(GoldenProblem.DECISIVE, case, f"decisive/{option_id}", list(facts), found_facts)
    if case.warning_signs is not None:
        holding = [
            sign["id"]
            for sign in cast("list[dict[str, object]]", report["warning_signs"])
            if sign["holds"] is True
        ]
        if set(holding) != set(case.warning_signs):
            yield _differs(
                GoldenProblem.WARNING_SIGNS, case, "warning_signs", list(case.warning_signs), holding
            )


def _same_scale(expected: object, found: Mapping[str, object]) -> bool:
    """Whether a scale came out as expected: a number, or an object of some of what the report says of it."""
    if isinstance(expected, Mapping):
        return all(_canonical(found.get(str(key))) == _canonical(value) for key, value in expected.items())
    return "value" in found and _canonical(found["value"]) == _canonical(expected)


def _canonical(value: object) -> str:
    """Numbers as the digest writes them; lists, whose order says nothing here, sorted."""
    return canonical_json(sorted(value, key=str) if isinstance(value, list | tuple) else value)


def _differs(code: GoldenProblem, case: GoldenCase, place: str, expected: object, found: object) -> Problem:
    wanted, given = canonical_json(expected), canonical_json(found)
    sentence = f"The case “{case.id}” expects {wanted}; this ruleset gives {given}."
    return Problem(code, place, sentence)
