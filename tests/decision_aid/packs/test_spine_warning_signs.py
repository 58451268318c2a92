"""Which stories fire which warning signs of the spine aid, and which must not."""

import re
from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from questionnaires.definition.expressions import Expression, parse_condition
from questionnaires.definition.facts import FactKind, FactType, FactValue, read_fact_types, read_facts
from tests.shared import SHARED

PACK = Path(__file__).resolve().parents[3] / "decision_aid" / "packs" / "spine"
SIGNS = yaml.safe_load((PACK / "warning_signs.yaml").read_text())
TYPES = read_fact_types(yaml.safe_load((SHARED / "spine" / "facts.yaml").read_text()))
CONDITIONS: dict[str, Expression] = {sign["id"]: parse_condition(sign["condition"], TYPES) for sign in SIGNS}
URGENCY = {sign["id"]: sign["urgency"] for sign in SIGNS}
USED = sorted(frozenset().union(*(condition.facts for condition in CONDITIONS.values())))

NOTHING_WRONG = {
    "age_years": 50, "region": "low_back", "onset": "gradual", "improving": "same", "pain_dominance": "limb",
    "symptom_weeks": 20, "weakness": "none", "numbness": False, "mrc_grade": 5, "imaging_findings": [],
} | {code: False for code in USED if TYPES[code].kind is FactKind.BOOLEAN}  # fmt: skip

SOFT_SIGNS = {
    "night pain": {"night_pain_constant": True},
    "high age": {"age_years": 95},
    "long-term steroids": {"long_term_steroids": True},
    "weak bones": {"osteoporosis": True},
    "an old cancer": {"cancer_history": True},
    "weight loss": {"unexplained_weight_loss": True},
    "an infection risk": {"infection_risk": True},
    "unsteady gait": {"gait_unsteady": True},
    "clumsy hands": {"hand_clumsiness": True},
    "numbness": {"numbness": True},
    "mild weakness": {"weakness": "mild"},
    "both legs for long": {"both_legs_affected": True},
    "getting worse": {"improving": "worse"},
    "a sudden start": {"onset": "sudden"},
    "slightly weak on examination": {"mrc_grade": 4},
}

STORIES: dict[str, tuple[dict[str, object], set[str]]] = {
    "trouble passing urine": ({"bladder_change": True}, {"cauda_equina"}),
    "loss of bowel control": ({"bowel_change": True}, {"cauda_equina"}),
    "numb saddle": ({"saddle_numbness": True}, {"cauda_equina"}),
    "numb saddle and both legs, since yesterday": (
        {"saddle_numbness": True, "both_legs_affected": True, "onset": "sudden"},
        {"cauda_equina", "cauda_equina_possible"},
    ),
    "sexual change alone": ({"sexual_function_change": True}, {"cauda_equina_possible"}),
    "sexual change with both legs": (
        {"sexual_function_change": True, "both_legs_affected": True},
        {"cauda_equina", "cauda_equina_possible"},
    ),
    "sciatica that moved to both legs": (
        {"both_legs_affected": True, "improving": "worse"},
        {"cauda_equina_possible"},
    ),
    "both legs severely weak": (
        {"both_legs_affected": True, "weakness": "severe"},
        {"cauda_equina", "weakness_severe"},
    ),
    "a foot that drags": ({"weakness": "severe"}, {"weakness_severe"}),
    "mild weakness that worsens": ({"weakness": "mild", "weakness_progressing": True}, {"weakness_severe"}),
    "a foot drop that worsens": (
        {"weakness": "severe", "weakness_progressing": True},
        {"weakness_worsening", "weakness_severe"},
    ),
    "examined at grade 3": ({"mrc_grade": 3}, {"weakness_severe"}),
    "examined at grade 0": ({"mrc_grade": 0}, {"weakness_severe"}),
    "examined at grade 3 and worsening": (
        {"mrc_grade": 3, "weakness": "mild", "weakness_progressing": True},
        {"weakness_worsening", "weakness_severe"},
    ),
    "fever alone": ({"fever_or_chills": True}, {"infection_possible"}),
    "fever with injected drugs": (
        {"fever_or_chills": True, "infection_risk": True},
        {"spinal_infection", "infection_possible"},
    ),
    "fever with constant pain": (
        {"fever_or_chills": True, "night_pain_constant": True},
        {"spinal_infection", "infection_possible"},
    ),
    "weak defence with constant pain": (
        {"infection_risk": True, "night_pain_constant": True},
        {"infection_possible"},
    ),
    "cancer and constant pain": ({"cancer_history": True, "night_pain_constant": True}, {"cancer_possible"}),
    "cancer and weight loss": (
        {"cancer_history": True, "unexplained_weight_loss": True},
        {"cancer_possible"},
    ),
    "weight loss and constant pain": (
        {"unexplained_weight_loss": True, "night_pain_constant": True},
        {"cancer_possible"},
    ),
    "cancer, mid-back pain and weak legs": (
        {"cancer_history": True, "region": "mid_back", "weakness": "mild"},
        {"cancer_possible", "cancer_cord_compression"},
    ),
    "cancer long ago with a sore arm that is mildly weak": (
        {"cancer_history": True, "region": "neck", "weakness": "mild"},
        set(),
    ),
    "tumour or infection on the scan": (
        {"imaging_findings": ["tumour_or_infection"]},
        {"tumour_or_infection_on_imaging"},
    ),
    "a road accident": ({"recent_major_injury": True, "onset": "after_injury"}, {"fracture_possible"}),
    "a road accident and weak legs": (
        {"recent_major_injury": True, "onset": "after_injury", "weakness": "severe"},
        {"fracture_possible", "fracture_with_deficit", "weakness_severe"},
    ),
    "weak bones and sudden back pain": (
        {"osteoporosis": True, "onset": "sudden", "pain_dominance": "axial", "symptom_weeks": 2},
        {"fracture_possible"},
    ),
    "weak bones and sudden back pain, twelve weeks ago": (
        {"osteoporosis": True, "onset": "sudden", "pain_dominance": "axial", "symptom_weeks": 12},
        {"fracture_possible"},
    ),
    "weak bones and sudden back pain, thirteen weeks ago": (
        {"osteoporosis": True, "onset": "sudden", "pain_dominance": "axial", "symptom_weeks": 13},
        set(),
    ),
    "weak bones and sudden sciatica": (
        {"osteoporosis": True, "onset": "sudden", "pain_dominance": "limb", "symptom_weeks": 2},
        set(),
    ),
    "an unstable fracture": ({"fracture_unstable_or_deficit": True}, {"fracture_unstable"}),
    "clumsy hands and unsteady gait with neck pain": (
        {"region": "neck", "hand_clumsiness": True, "gait_unsteady": True},
        {"myelopathy"},
    ),
    "clumsy hands and unsteady gait with low back pain": (
        {"hand_clumsiness": True, "gait_unsteady": True},
        {"myelopathy"},
    ),
    "unsteady gait with mid-back pain": ({"region": "mid_back", "gait_unsteady": True}, {"myelopathy"}),
    "signs of myelopathy on examination": ({"myelopathy_signs": True}, {"myelopathy"}),
    "signs of myelopathy and worsening weakness": (
        {"myelopathy_signs": True, "weakness": "mild", "weakness_progressing": True},
        {"myelopathy", "myelopathy_worsening", "weakness_severe"},
    ),
    "a stiff old back": ({"age_years": 88, "pain_dominance": "axial", "symptom_weeks": 400}, set()),
}


def facts(story: Mapping[str, object]) -> dict[str, FactValue]:
    return read_facts(dict(story), TYPES)


def that_hold(story: Mapping[str, object]) -> set[str]:
    return {sign for sign, condition in CONDITIONS.items() if condition.holds(facts(story)) is True}


@pytest.mark.parametrize(("changes", "expected"), STORIES.values(), ids=list(STORIES))
def test_a_story_fires_its_signs_and_no_other(changes: dict[str, object], expected: set[str]) -> None:
    assert that_hold(NOTHING_WRONG | changes) == expected


@pytest.mark.parametrize(("changes", "expected"), STORIES.values(), ids=list(STORIES))
def test_a_sign_holds_on_its_own_answers_with_all_else_unknown(
    changes: dict[str, object], expected: set[str]
) -> None:
    missing = {"region": "low_back", "pain_dominance": "limb"} if not expected else {}
    assert that_hold(missing | changes) == expected


def test_every_sign_has_a_story_in_which_it_holds() -> None:
    assert set().union(*(expected for _, expected in STORIES.values())) == set(CONDITIONS)


@pytest.mark.parametrize("changes", SOFT_SIGNS.values(), ids=list(SOFT_SIGNS))
def test_a_soft_sign_alone_fires_nothing(changes: dict[str, object]) -> None:
    assert that_hold(NOTHING_WRONG | changes) == set()
    assert that_hold(changes) == set()


def test_nothing_known_fires_nothing_and_rules_nothing_out() -> None:
    assert {condition.holds({}) for condition in CONDITIONS.values()} == {None}


def test_nothing_wrong_rules_every_sign_out() -> None:
    assert {condition.holds(facts(NOTHING_WRONG)) for condition in CONDITIONS.values()} == {False}


@pytest.mark.parametrize("sign", CONDITIONS)
def test_a_sign_does_not_depend_on_whether_an_answer_was_given(sign: str) -> None:
    assert not re.search(r"exists|empty|iif|not\s*\(|implies|xor|!=", CONDITIONS[sign].text)


def values_of(fact: FactType) -> st.SearchStrategy[FactValue]:
    match fact.kind:
        case FactKind.BOOLEAN:
            return st.booleans()
        case FactKind.INTEGER:
            assert fact.minimum is not None
            assert fact.maximum is not None
            near = [n for n in (2, 3, 4, 12, 13) if fact.minimum <= n <= fact.maximum]
            return st.sampled_from([int(fact.minimum), *near, int(fact.maximum)])
        case FactKind.CODE:
            return st.sampled_from(fact.values)
        case FactKind.CODES:
            return st.sampled_from([(), *((value,) for value in fact.values)])
        case _:
            raise AssertionError(f"no warning sign reads a {fact.kind}")


people = st.fixed_dictionaries({}, optional={code: values_of(TYPES[code]) for code in USED})


@given(people, st.sampled_from(USED))
def test_taking_an_answer_away_never_rules_a_sign_out(person: dict[str, FactValue], fact: str) -> None:
    without = {code: value for code, value in person.items() if code != fact}
    for sign, condition in CONDITIONS.items():
        if condition.holds(without) is False:
            assert condition.holds(person) is False, sign
        if condition.holds(without) is True:
            assert condition.holds(person) is True, sign


@pytest.mark.parametrize("sign", SIGNS, ids=lambda sign: sign["id"])
def test_a_patient_reads_what_to_do_when_and_which_number(sign: dict[str, str]) -> None:
    words = sign["patient"]
    assert len(words.split()) <= 60
    assert "number on this page" in words
    if sign["urgency"] == "emergency":
        assert words.startswith("Please call the emergency number on this page now")
    else:
        assert "call the clinic today" in words


@pytest.mark.parametrize("sign", SIGNS, ids=lambda sign: sign["id"])
def test_a_clinician_reads_what_was_found_and_what_is_advised(sign: dict[str, str]) -> None:
    assert 15 <= len(sign["clinician"].split()) <= 60
    assert len(sign["title"]) <= 70


def test_every_source_of_a_sign_is_listed() -> None:
    listed = {source["id"] for source in yaml.safe_load((PACK / "sources_guidelines.yaml").read_text())}
    rows = {
        row["id"]
        for name in ("decompression", "fusion")
        for row in yaml.safe_load((SHARED / "evidence" / f"{name}.yaml").read_text())
    }
    for sign in SIGNS:
        assert sign["sources"], sign["id"]
        assert set(sign["sources"]) <= listed | rows, sign["id"]


def test_the_figures_of_the_cauda_equina_advice_are_those_of_the_overview() -> None:
    words = next(sign["clinician"] for sign in SIGNS if sign["id"] == "cauda_equina")
    overview = (SHARED / "evidence" / "decompression.md").read_text()
    assert "MRI ≤4 h of request" in overview
    assert "MRI within 4 hours of the request" in words
    assert "PVR ≥200 mL raises probability, <200 does **not** exclude" in overview
    assert "200 mL or more raises the probability; less does not exclude it" in words


def test_every_sign_is_an_emergency_or_urgent_and_named_once() -> None:
    assert set(URGENCY.values()) == {"emergency", "urgent"}
    assert len(URGENCY) == len(SIGNS)
