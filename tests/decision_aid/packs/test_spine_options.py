"""What the rules of the spine aid's options may and may not do."""

from datetime import date
from typing import Any, cast

import pytest
import yaml

from decision_aid.packs import read_pack, release_document
from decision_aid.scoring import read_ruleset, score
from decision_aid.scoring.ruleset import Option, Rule, RuleKind
from questionnaires.definition.facts import read_facts
from tests.shared import SHARED

CONTRACT = yaml.safe_load((SHARED / "spine" / "options.yaml").read_text())
DOCUMENT: dict[str, Any] = release_document(read_pack("spine"))
RULESET = read_ruleset(DOCUMENT)
RULES = [(option, rule) for option in RULESET.options for rule in option.rules]
CASES: dict[str, dict[str, object]] = {case["id"]: dict(case["facts"]) for case in DOCUMENT["golden_cases"]}
COMPLETE = (
    "nonoperative_care",
    "tubular_microdiscectomy",
    "endoscopic_discectomy",
    "open_microdiscectomy",
    "mis_decompression",
    "endoscopic_decompression",
    "open_laminectomy",
)
SURGICAL_LUMBAR = COMPLETE[1:]
NECK = ("posterior_foraminotomy", "acdf")
NEVER_DECIDING = {
    *(f"value_{what}" for what in ("pain_relief", "quick_recovery", "lasting_result")),
    *(f"value_{what}" for what in ("avoid_surgery", "avoid_repeat", "fewer_medicines")),
    "expected_limb_pain_12m",
    "expected_return_weeks",
    "questions_for_surgeon",
}


def candidacies(facts: dict[str, object]) -> dict[str, str]:
    report = score(RULESET, read_facts(facts, RULESET.types), date(2026, 1, 1)).document
    return {option["id"]: option["candidacy"] for option in cast("list[dict[str, str]]", report["options"])}


def named(entry: tuple[Option, Rule]) -> str:
    return entry[1].id


def test_the_options_are_those_of_the_contract_in_its_order() -> None:
    ours = [
        {key: option[key] for key in ("id", "approach", "region", "compares_with")}
        for option in DOCUMENT["options"]
    ]
    assert ours == CONTRACT["options"]


def test_the_outcomes_are_those_of_the_contract_in_its_order() -> None:
    assert [outcome.id for outcome in RULESET.outcomes] == [outcome["id"] for outcome in CONTRACT["outcomes"]]
    for ours, theirs in zip(RULESET.outcomes, CONTRACT["outcomes"], strict=True):
        assert ours.asks.startswith(theirs["asks"])  # a comma cuts some of theirs short


@pytest.mark.parametrize("option", RULESET.options, ids=lambda option: option.id)
def test_each_option_says_something_of_every_outcome_against_its_comparator(option: Option) -> None:
    assert [estimate.outcome for estimate in option.estimates] == [
        outcome["id"] for outcome in CONTRACT["outcomes"]
    ]
    assert {estimate.comparator for estimate in option.estimates} == {option.compares_with}


@pytest.mark.parametrize("entry", RULES, ids=named)
def test_no_rule_reads_what_a_person_values_or_expects(entry: tuple[Option, Rule]) -> None:
    assert not NEVER_DECIDING & set(entry[1].facts)


def test_every_option_knows_what_the_contract_calls_values() -> None:
    assert set(RULESET.types) >= NEVER_DECIDING


@pytest.mark.parametrize("entry", [entry for entry in RULES if entry[1].kind is RuleKind.EXCLUDES], ids=named)
def test_only_a_guideline_excludes_never_a_trials_entry_criteria(entry: tuple[Option, Rule]) -> None:
    assert all(source.startswith("guide-") for source in entry[1].sources)


@pytest.mark.parametrize("entry", [entry for entry in RULES if entry[1].points], ids=named)
def test_points_are_few_and_simple(entry: tuple[Option, Rule]) -> None:
    assert entry[1].points in (-3, -2, -1, 1, 2, 3)


@pytest.mark.parametrize("option_id", SURGICAL_LUMBAR)
def test_smoking_is_the_one_thing_a_disc_or_stenosis_patient_can_change(option_id: str) -> None:
    changeable = [rule for rule in RULESET.option(option_id).rules if rule.modifiable]
    assert [rule.facts for rule in changeable] == [("smoking",)]


def test_equal_operations_are_judged_by_equal_rules() -> None:
    def judged(option_id: str, apart_from: tuple[str, ...] = ()) -> list[tuple[RuleKind, object, str]]:
        return [
            (rule.kind, rule.points, rule.condition.expression.text)
            for rule in RULESET.option(option_id).rules
            if rule.id not in apart_from
        ]

    camera = ("endodisc_iliac_crest", "endodisc_migrated", "endodisc_not_studied")
    assert judged("tubular_microdiscectomy") == judged("open_microdiscectomy")
    assert judged("endoscopic_discectomy", camera) == judged("open_microdiscectomy")
    assert judged("mis_decompression") == judged("endoscopic_decompression")
    assert judged("open_laminectomy", ("openlam_slip",)) == judged("mis_decompression")


@pytest.mark.parametrize("case", ["typical_disc", "typical_stenosis"])
def test_a_typical_patient_is_left_undecided_about_nothing(case: str) -> None:
    assert "needs_information" not in candidacies(CASES[case]).values()


@pytest.mark.parametrize("case", ["typical_disc", "typical_stenosis"])
def test_a_patient_with_a_low_back_problem_is_no_candidate_for_neck_surgery_whatever_is_unknown(
    case: str,
) -> None:
    found = candidacies({"region": CASES[case]["region"]})
    assert {found[option] for option in NECK} == {"not_indicated"}


@pytest.mark.parametrize("case", ["neck_one_nerve", "neck_central_compression", "neck_myelopathy"])
def test_a_patient_with_a_neck_problem_is_no_candidate_for_low_back_surgery(case: str) -> None:
    found = candidacies(CASES[case])
    assert {found[option] for option in SURGICAL_LUMBAR} == {"not_indicated"}


@pytest.mark.parametrize(
    "deficit",
    [
        {"weakness": "severe"},
        {"weakness": "mild", "mrc_grade": 3},
        {"weakness": "mild", "weakness_progressing": True},
    ],
    ids=["severe", "MRC 3", "progressing"],
)
@pytest.mark.parametrize("case", ["typical_disc", "typical_stenosis"])
def test_a_severe_or_progressing_deficit_bypasses_the_wait(case: str, deficit: dict[str, object]) -> None:
    facts = CASES[case] | {"conservative_weeks": 0}
    operations = [option for option, found in candidacies(CASES[case]).items() if found == "likely"]
    assert operations
    assert {candidacies(facts)[option] for option in operations} == {"not_indicated"}
    assert {candidacies(facts | deficit)[option] for option in operations} == {"likely"}


@pytest.mark.parametrize(
    "unlike",
    [{"age_years": 85}, {"weight_kg": 130}, {"previous_spine_surgery": "same_level"}, {"asa_class": 4}],
    ids=lambda unlike: next(iter(unlike)),
)
@pytest.mark.parametrize("case", ["typical_disc", "typical_stenosis"])
def test_being_unlike_the_people_studied_rules_nobody_out(case: str, unlike: dict[str, object]) -> None:
    before, after = candidacies(CASES[case]), candidacies(CASES[case] | unlike)
    assert {option for option, found in before.items() if found == "likely"} <= {
        option for option, found in after.items() if found in ("likely", "possible", "needs_information")
    }


def test_care_without_an_operation_is_never_ruled_out() -> None:
    assert {rule.kind for rule in RULESET.option("nonoperative_care").rules} == {RuleKind.POINTS}
    for facts in CASES.values():
        assert candidacies(facts)["nonoperative_care"] not in ("excluded", "not_indicated")


@pytest.mark.parametrize("option", RULESET.options, ids=lambda option: option.id)
def test_no_text_for_patients_is_longer_than_sixty_words(option: Option) -> None:
    written = next(entry for entry in DOCUMENT["options"] if entry["id"] == option.id)
    texts = [str(written["summary"]), str(written["what_happens"]), option.patient_title]
    texts += [rule.patient_reason for rule in option.rules]
    texts += [estimate.patient_reason for estimate in option.estimates]
    assert [text for text in texts if len(text.split()) > 60] == []
