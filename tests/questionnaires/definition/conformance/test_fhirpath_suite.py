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
VALUES = {True: True, False: False, "empty": None}


@pytest.mark.parametrize(("expression", "gives"), WITHIN)
def test_a_case_of_the_specification_gives_what_its_suite_says(expression: str, gives: bool | str) -> None:
    if gives == "invalid":
        with pytest.raises(ProblemsFound):
            parse(expression, {})
    else:
        assert parse(expression, {}).evaluate({}) is VALUES[gives]


@pytest.mark.parametrize("case", SUITE["refused"])
def test_a_case_that_is_too_loose_is_refused_when_it_is_read(case: str) -> None:
    refused = SUITE["refused"][case]
    with pytest.raises(ProblemsFound) as found:
        parse(refused["expression"], {})
    assert {problem.code for problem in found.value.problems} == {"type_mismatch"}
    assert refused["reason"]


@pytest.mark.parametrize("group", SUITE["outside"])
def test_what_lies_outside_the_language_is_refused_too(group: str) -> None:
    outside = SUITE["outside"][group]
    with pytest.raises(ProblemsFound):
        parse(outside["example"], {})
    assert outside["reason"]


def test_a_hundred_and_more_cases_are_within() -> None:
    assert len(WITHIN) >= 200
