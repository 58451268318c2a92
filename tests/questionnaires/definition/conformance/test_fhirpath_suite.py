from pathlib import Path

import pytest
import yaml

from questionnaires.definition.expressions import parse
from questionnaires.definition.problems import ProblemsFound

SUITE = yaml.safe_load(Path(__file__).with_name("fhirpath_suite.yaml").read_text(encoding="utf-8"))
WITHIN = [
    pytest.param(expression, gives, id=f"{group}/{case}")
    for group, cases in SUITE["within"].items()
    for case, (expression, gives) in cases.items()
]
REFUSED = [
    pytest.param(refused["expression"], refused["reason"], id=f"{group}/{case}")
    for group, cases in SUITE["refused"].items()
    for case, refused in cases.items()
]
OUTSIDE = [
    pytest.param(example, outside["reason"], id=f"{group}: {example}")
    for group, outside in SUITE["outside"].items()
    for example in outside["examples"]
]
VALUES = {True: True, False: False, "empty": None}


@pytest.mark.parametrize(("expression", "gives"), WITHIN)
def test_a_case_of_the_specification_gives_what_its_suite_says(expression: str, gives: bool | str) -> None:
    if gives == "invalid":
        with pytest.raises(ProblemsFound):
            parse(expression, {})
    else:
        assert parse(expression, {}).evaluate({}) is VALUES[gives]


@pytest.mark.parametrize(("expression", "reason"), REFUSED)
def test_a_case_that_is_too_loose_is_refused_when_it_is_read(expression: str, reason: str) -> None:
    with pytest.raises(ProblemsFound) as found:
        parse(expression, {})
    assert {problem.code for problem in found.value.problems} == {"type_mismatch"}
    assert reason


@pytest.mark.parametrize(("expression", "reason"), OUTSIDE)
def test_what_lies_outside_the_language_is_refused_too(expression: str, reason: str) -> None:
    with pytest.raises(ProblemsFound):
        parse(expression, {})
    assert reason


@pytest.mark.parametrize(("group", "cases"), SUITE["suite"].items())
def test_every_case_of_the_suite_is_accounted_for(group: str, cases: int) -> None:
    others = cases - len(SUITE["within"].get(group, {})) - len(SUITE["refused"].get(group, {}))
    assert others >= 0
    assert (group in SUITE["outside"]) is (others > 0)


@pytest.mark.parametrize("part", ["within", "refused", "outside"])
def test_the_list_names_groups_of_the_suite_only_and_in_its_order(part: str) -> None:
    assert list(SUITE[part]) == [group for group in SUITE["suite"] if group in SUITE[part]]
