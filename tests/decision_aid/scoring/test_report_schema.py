import json
from typing import Any

import yaml
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from decision_aid.scoring import run_golden_cases
from questionnaires.definition.digest import canonical_json, sha256_of
from questionnaires.definition.facts import FactValue, read_fact_types
from tests.decision_aid.scoring.rulesets import report_of
from tests.decision_aid.scoring.spine import spine_report, spine_ruleset
from tests.decision_aid.scoring.strategies import facts_of, partly_answered, tried, without
from tests.shared import SHARED

SCHEMA = Draft202012Validator(json.loads((SHARED / "spine" / "report.schema.json").read_text()))
THE_SCALES = {"bmi", "psfs", "mfi5", "rcri", "apfel"}


def check(facts: dict[str, FactValue]) -> None:
    document = json.loads(canonical_json(report_of(spine_ruleset(), facts)))
    SCHEMA.validate(document)
    assert document.pop("report_sha256") == sha256_of(document)
    assert len(document["options"]) == 15
    assert set(document["scales"]) >= THE_SCALES
    assert all(len(option["estimates"]) == 17 for option in document["options"])


def test_the_schema_itself_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA.schema)


def test_a_person_of_whom_nothing_is_known_has_a_report() -> None:
    check({})
    report = spine_report({})
    assert report["pathway"] == "routine"
    assert {option["candidacy"] for option in report["options"]} == {"needs_information"}
    assert all(option["decisive"] for option in report["options"])


@given(facts=st.deferred(lambda: facts_of(spine_ruleset().types)))
@tried(12)
def test_any_person_has_a_report_that_satisfies_the_schema(facts: dict[str, FactValue]) -> None:
    check(facts)


@given(data=st.data())
@tried(12)
def test_every_completion_of_a_person_scores_inside_the_intervals(data: Any) -> None:
    everything, some = data.draw(partly_answered(spine_ruleset().types))
    partial, complete = report_of(spine_ruleset(), some), report_of(spine_ruleset(), everything)
    for one, other in zip(partial["options"], complete["options"], strict=True):
        assert one["points"][0] <= other["points"][0] <= other["points"][1] <= one["points"][1]
        if one["candidacy"] not in ("needs_information", "not_indicated"):
            assert other["candidacy"] == one["candidacy"]


@given(data=st.data())
@tried(12)
def test_deleting_an_answer_never_turns_a_warning_sign_to_false(data: Any) -> None:
    facts = data.draw(facts_of(spine_ruleset().types))
    code = data.draw(st.sampled_from(sorted(facts) or ["fever_or_chills"]))
    before, after = report_of(spine_ruleset(), facts), report_of(spine_ruleset(), without(facts, code))
    for with_it, without_it in zip(before["warning_signs"], after["warning_signs"], strict=True):
        assert with_it["holds"] is False or without_it["holds"] is not False


def test_the_spine_aid_answers_its_golden_cases() -> None:
    assert len(spine_ruleset().golden_cases) >= 10
    assert run_golden_cases(spine_ruleset()) == ()


def test_the_spine_aid_knows_every_fact_of_the_vocabulary() -> None:
    document = yaml.safe_load((SHARED / "spine" / "facts.yaml").read_text())
    vocabulary = read_fact_types(document)
    assert {code: spine_ruleset().types[code] for code in vocabulary} == vocabulary
