"""The two questionnaires of the spine aid ask for every fact once, in few and short words."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from statistics import median

import pytest
import yaml

from decision_aid.packs import read_pack, release_document
from decision_aid.scoring import read_ruleset
from questionnaires.definition.answers import Answer, Given, Unsure, answer_making, read_answer
from questionnaires.definition.facts import FactType, read_fact_types, read_facts
from questionnaires.definition.reading import definition_document, read_definition
from questionnaires.definition.schema import Definition, Question
from questionnaires.definition.submission import check_submission
from questionnaires.definition.visibility import facts_of, shown_questions
from questionnaires.pages.progress import seconds_for
from tests.shared import SHARED

PACK = Path(__file__).resolve().parents[3] / "decision_aid" / "packs" / "spine"
FACTS = yaml.safe_load((SHARED / "spine" / "facts.yaml").read_text())
QUESTIONNAIRES = {"patient": "intake", "clinician": "findings"}
LONGEST_TEXT = 60  # words
# Asked beside the facts of the shared vocabulary: words that people read and no rule may.
ADDED = {"reason_for_visit"}
LISTS = ("history", "illnesses", "planning", "support")  # each line of them is a fact
MOST_QUESTIONS, MOST_MINUTES = 45, 10
MOST_OF_ANYBODY = 50  # questions, of a person to whom nearly everything applies

MAN_WITH_DISC_HERNIATION = {
    "age_years": 42, "sex_at_birth": "male", "region": "low_back", "onset": "sudden",
    "bladder_change": False, "bowel_change": False, "saddle_numbness": False, "sexual_function_change": False,
    "weakness": "none", "both_legs_affected": False, "gait_unsteady": False, "fever_or_chills": False,
    "night_pain_constant": False, "cancer_history": False, "unexplained_weight_loss": False,
    "recent_major_injury": False, "osteoporosis": False, "long_term_steroids": False, "infection_risk": False,
    "pain_areas": ["low_back", "left_leg"], "pain_dominance": "limb", "limb_pain_nrs": 7, "axial_pain_nrs": 4,
    "pain_side": "left", "symptom_weeks": 10, "improving": "same", "numbness": True,
    "walking_tolerance_min": 20, "relief_sitting_or_bending": False, "sleep_disturbed": "sometimes",
    "psfs_1": 3, "psfs_2": 4, "psfs_3": 5, "conservative_weeks": 8,
    "treatments_tried": ["physiotherapy", "tablets"], "opioid_use": "occasional",
    "previous_spine_surgery": "none", "imaging_done": ["mri"], "height_cm": 180, "weight_kg": 84,
    "smoking": "former", "diabetes": False, "hypertension_treated": False, "copd": False,
    "heart_failure": False, "ischaemic_heart_disease": False, "stroke_or_tia": False,
    "blood_thinner": False, "bleeding_disorder": False, "previous_vte": False,
    "ponv_or_motion_sickness": False, "compensation_claim": False,
    "active_infection": False, "low_mood": False, "needs_help_daily": False, "work_status": "desk",
    "lives_alone": False, "expected_limb_pain_12m": 1, "expected_return_weeks": 8, "value_pain_relief": 9,
    "value_quick_recovery": 7, "value_lasting_result": 8, "value_avoid_surgery": 4, "value_avoid_repeat": 6,
    "value_fewer_medicines": 5, "questions_for_surgeon": "Can I play football again?",
    "reason_for_visit": "I want to sit through a working day again.",
}  # fmt: skip
WOMAN_WITH_STENOSIS = MAN_WITH_DISC_HERNIATION | {
    "age_years": 71, "sex_at_birth": "female", "onset": "gradual",
    "pain_areas": ["low_back", "left_leg", "right_leg"],
    "pain_side": "both", "symptom_weeks": 80, "walking_tolerance_min": 8, "relief_sitting_or_bending": True,
    "conservative_weeks": 40, "treatments_tried": ["physiotherapy", "exercise", "tablets"],
    "opioid_use": "none",
    "hypertension_treated": True, "work_status": "retired", "lives_alone": True, "osteoporosis": False,
    "questions_for_surgeon": "Will I walk to the shops again?",
}  # fmt: skip
WOMAN_WITH_ARM_PAIN = MAN_WITH_DISC_HERNIATION | {
    "age_years": 47, "sex_at_birth": "female", "region": "neck", "onset": "gradual", "hand_clumsiness": False,
    "pain_areas": ["neck", "right_arm"], "pain_side": "right", "pregnant": False,
}  # fmt: skip
TYPICAL = {
    "disc herniation": MAN_WITH_DISC_HERNIATION,
    "stenosis": WOMAN_WITH_STENOSIS,
    "arm pain": WOMAN_WITH_ARM_PAIN,
}


def document(name: str) -> dict[str, object]:
    loaded = yaml.safe_load((PACK / f"{name}.yaml").read_text())
    assert isinstance(loaded, dict)
    return loaded


@pytest.fixture(scope="module")
def intake() -> Definition:
    return read_definition(document("intake"))


@pytest.fixture(scope="module")
def findings() -> Definition:
    return read_definition(document("findings"))


def filled_in(
    definition: Definition, story: Mapping[str, object], passed_over: frozenset[str] = frozenset()
) -> dict[str, Answer]:
    """What a person answers who goes through the form in order, question after question as they appear."""
    answers: dict[str, Answer] = {}
    known = {code: value for code, value in story.items() if code in definition.types}
    facts = read_facts(known, definition.types)
    while code := next(
        (c for c in shown_questions(definition, answers) if c not in answers and c not in passed_over), None
    ):
        answer = answer_making(definition.question(code), facts)
        assert answer is not None, f"the story says nothing about {code}"
        answers[code] = answer
    return answers


def texts(value: object, place: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        yield place, value
    elif isinstance(value, Mapping):
        for key, part in value.items():
            yield from texts(part, f"{place}/{key}")
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from texts(part, f"{place}/{index}")


def must_be_answered(definition: Definition, codes: Iterator[str] | tuple[str, ...]) -> list[str]:
    return [code for code in codes if definition.question(code).required]


def test_every_fact_is_asked_once_of_the_right_person() -> None:
    for audience, name in QUESTIONNAIRES.items():
        definition = read_definition(document(name))
        asked = [code for question in definition.questions for code in question.types]
        assert definition.audience == audience
        expected = {fact["code"] for fact in FACTS if fact["from"] == audience}
        assert len(asked) == len(set(asked))
        assert set(asked) - ADDED == expected


def test_what_was_added_is_words_that_may_be_left_out(intake: Definition) -> None:
    for code in ADDED:
        assert intake.question(code).kind == "text"
        assert not intake.question(code).required


@pytest.mark.parametrize("code", LISTS)
def test_a_list_of_facts_can_be_answered_by_none_and_by_not_sure(intake: Definition, code: str) -> None:
    question = intake.question(code)
    none = read_answer(question, {"value": ["none_of_these"]})
    assert isinstance(none, Given)
    assert question.facts_from(none.value) == dict.fromkeys(question.types, False)
    assert read_answer(question, {"unsure": True}) == Unsure()
    assert question.required
    assert question.private


def test_what_may_mean_an_emergency_alone_is_asked_by_itself(intake: Definition) -> None:
    alone = {
        "bladder_change", "bowel_change", "saddle_numbness", "sexual_function_change", "both_legs_affected",
        "weakness_progressing", "gait_unsteady", "hand_clumsiness", "fever_or_chills", "recent_major_injury",
        "night_pain_constant",
    }  # fmt: skip
    assert all(intake.asks(code) for code in alone)


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact["code"])
def test_a_question_has_the_type_range_unit_and_values_of_its_fact(fact: dict[str, object]) -> None:
    definition = read_definition(document(QUESTIONNAIRES[str(fact["from"])]))
    (wanted,) = read_fact_types([fact]).values()
    asked: FactType = definition.types[str(fact["code"])]
    assert asked == wanted


@pytest.mark.parametrize("name", QUESTIONNAIRES.values())
def test_a_questionnaire_survives_being_written_and_read(name: str) -> None:
    definition = read_definition(document(name))
    assert read_definition(definition_document(definition)) == definition


@pytest.mark.parametrize(("story", "facts"), TYPICAL.items(), ids=list(TYPICAL))
def test_a_typical_patient_is_offered_at_most_45_questions_that_take_ten_minutes(
    intake: Definition, story: str, facts: dict[str, object], capsys: pytest.CaptureFixture[str]
) -> None:
    answers = filled_in(intake, facts)
    minutes = sum(seconds_for(intake.question(code)) for code in answers) / 60
    needed = must_be_answered(intake, tuple(answers))
    with capsys.disabled():
        sentence = f"\n{story}: {len(answers)} questions, {len(needed)} to answer, {minutes:.1f} minutes"
        print(sentence)  # noqa: T201  the count that a reader of the run asks for
    assert len(answers) <= MOST_QUESTIONS  # with all that may be passed over
    assert minutes <= MOST_MINUTES
    assert check_submission(intake, answers) == ()


def test_the_questions_of_every_vignette_are_counted(
    intake: Definition, capsys: pytest.CaptureFixture[str]
) -> None:
    cases = read_ruleset(release_document(read_pack("spine"))).golden_cases
    counts = {case.id: offered(intake, case.facts) for case in cases}
    with capsys.disabled():
        for case, count in sorted(counts.items(), key=lambda item: (item[1], item[0])):
            print(f"{count} questions offered: {case}")  # noqa: T201  the count that a reader of the run asks for
    assert median(counts.values()) <= MOST_QUESTIONS
    assert max(counts.values()) <= MOST_OF_ANYBODY
    assert max(count for case, count in counts.items() if case.startswith("typical_")) <= MOST_QUESTIONS


def offered(definition: Definition, facts: Mapping[str, object]) -> int:
    """How many questions somebody is offered; what their vignette does not say, they are not sure of."""
    known = read_facts({code: facts[code] for code in facts if code in definition.types}, definition.types)
    answers: dict[str, Answer] = {}
    while code := next((c for c in shown_questions(definition, answers) if c not in answers), None):
        answers[code] = answer_making(definition.question(code), known) or Unsure()
    return len(answers)


@pytest.mark.parametrize(("story", "facts"), TYPICAL.items(), ids=list(TYPICAL))
def test_a_patient_may_pass_over_what_is_not_required(
    intake: Definition, story: str, facts: dict[str, object]
) -> None:
    optional = frozenset(question.code for question in intake.questions if not question.required)
    assert check_submission(intake, filled_in(intake, facts, passed_over=optional)) == ()


def test_every_question_is_reached_by_someone(intake: Definition) -> None:
    busy = MAN_WITH_DISC_HERNIATION | {
        "sex_at_birth": "female", "pregnant": False, "onset": "after_injury", "night_pain_constant": True,
        "weakness": "mild", "weakness_progressing": False,
        "gait_unsteady": True, "hand_clumsiness": True, "fever_or_chills": True, "infection_risk": False,
        "treatments_tried": ["injection", "tablets"], "injection_relief": "good", "diabetes": True,
        "diabetes_insulin": True,
        "blood_thinner": False, "bleeding_disorder": False, "previous_vte": True, "family_vte": False,
        "work_status": "sick_leave", "compensation_claim": True,
        "region": "mid_back", "limb_pain_nrs": 8, "pain_areas": ["low_back"],
        "psfs_1": 8, "psfs_2": 8, "previous_spine_surgery": "other_level",
        "opioid_use": "daily_under_3_months", "needs_help_daily": True,
    }  # fmt: skip
    asked = set(filled_in(intake, busy)) | set(filled_in(intake, MAN_WITH_DISC_HERNIATION))
    assert asked == {question.code for question in intake.questions}


def test_arm_pain_brings_no_question_about_walking_or_the_saddle(intake: Definition) -> None:
    asked = filled_in(intake, WOMAN_WITH_ARM_PAIN)
    assert not {"walking_tolerance_min", "relief_sitting_or_bending", "saddle_numbness"} & set(asked)
    assert "hand_clumsiness" in asked


@pytest.mark.parametrize("sign", ["bladder_change", "bowel_change"])
def test_a_bladder_or_bowel_change_with_neck_pain_brings_the_saddle_question(
    intake: Definition, sign: str
) -> None:
    story = WOMAN_WITH_ARM_PAIN | {sign: True, "saddle_numbness": False, "sexual_function_change": False}
    assert "saddle_numbness" in filled_in(intake, story)


def test_a_safety_question_is_asked_where_the_answer_before_it_is_not_known(intake: Definition) -> None:
    unsure: dict[str, Answer] = {
        code: Unsure() for code in ("region", "onset", "weakness", "gait_unsteady", "fever_or_chills")
    }
    shown = set(shown_questions(intake, unsure))
    assert {
        "saddle_numbness", "sexual_function_change", "recent_major_injury",
        "weakness_progressing", "hand_clumsiness",
    } <= shown  # fmt: skip


def test_a_safety_question_reads_only_answers_that_come_before_it(intake: Definition) -> None:
    order = [question.code for question in intake.questions]
    for section in intake.sections[:2]:
        for question in section.questions:
            for fact in question.shown_when.facts if question.shown_when else ():
                assert order.index(fact) < order.index(question.code), question.code
    assert intake.sections[1].code == "warning_signs"
    assert intake.sections[1].shown_when is None


@pytest.mark.parametrize("name", QUESTIONNAIRES.values())
def test_no_question_reads_an_answer_that_comes_after_it(name: str) -> None:
    definition = read_definition(document(name))
    order = list(definition.types)
    for section in definition.sections:
        for question in section.questions:
            conditions = [c for c in (section.shown_when, question.shown_when) if c is not None]
            (first, *_) = question.types
            assert all(
                order.index(fact) < order.index(first) for condition in conditions for fact in condition.facts
            ), question.code


def test_whoever_must_answer_has_a_way_out(intake: Definition, findings: Definition) -> None:
    own_ratings = {"limb_pain_nrs", "axial_pain_nrs", "psfs_1"}
    for question in (*intake.questions, *findings.questions):
        if question.required and question.code not in own_ratings | {"age_years"}:
            assert question.unsure or question.private, question.code


def test_private_questions_are_kindly_reasoned(intake: Definition) -> None:
    private = {question.code for question in intake.questions if question.private}
    assert {
        "bladder_change",
        "bowel_change",
        "saddle_numbness",
        "sexual_function_change",
        *LISTS,
    } <= private
    assert all(question.why for question in intake.questions if question.private)


def test_every_question_has_a_help_line_and_a_reason(intake: Definition, findings: Definition) -> None:
    for question in (*intake.questions, *findings.questions):
        assert question.help, question.code
        assert question.why, question.code


def test_a_rating_says_what_its_ends_mean(intake: Definition) -> None:
    ratings = [question for question in intake.questions if question.widget == "rating"]
    assert len(ratings) == 12
    for question in ratings:
        assert question.low_label, question.code
        assert question.high_label, question.code


def test_none_of_these_stands_alone(intake: Definition, findings: Definition) -> None:
    def exclusive(question: Question) -> set[str]:
        return {option.code for option in question.options if option.exclusive}

    assert exclusive(intake.question("treatments_tried")) == {"none"}
    assert exclusive(intake.question("imaging_done")) == {"none"}
    assert exclusive(findings.question("imaging_findings")) == {"normal_for_age", "none_of_these"}


@pytest.mark.parametrize("name", QUESTIONNAIRES.values())
def test_every_text_is_short(name: str) -> None:
    long = [place for place, text in texts(document(name)) if len(text.split()) > LONGEST_TEXT]
    assert long == []


def test_a_question_to_a_patient_is_at_most_two_short_sentences(intake: Definition) -> None:
    for question in intake.questions:
        sentences = [part for part in question.text.replace("?", ".").split(".") if part.strip()]
        assert len(sentences) <= 2, question.code
        assert all(len(sentence.split()) <= 15 for sentence in sentences), question.code


def test_consent_is_four_to_six_paragraphs_that_say_what_to_do_in_an_emergency(intake: Definition) -> None:
    assert intake.consent is not None
    assert 4 <= len(intake.consent.text) <= 6
    words = " ".join(intake.consent.text)
    for promise in ("do not decide", "Nobody watches", "emergency number", "stop at any time"):
        assert promise in words


def test_what_is_expected_is_asked_before_values_and_the_patient_has_the_last_word(
    intake: Definition,
) -> None:
    assert [section.code for section in intake.sections[-3:]] == ["expectations", "values", "your_questions"]
    assert intake.questions[-1].code == "questions_for_surgeon"


def test_an_unsure_answer_is_not_a_fact(intake: Definition) -> None:
    answers: dict[str, Answer] = {"symptom_weeks": Unsure()}
    assert facts_of(intake, answers) == {}


def test_findings_ask_about_a_fracture_only_where_there_is_one(findings: Definition) -> None:
    def shown(*codes: str) -> set[str]:
        answer = read_answer(findings.question("imaging_findings"), {"value": list(codes)})
        return set(shown_questions(findings, {"imaging_findings": answer}))

    assert "fracture_age_weeks" in shown("compression_fracture")
    assert "fracture_age_weeks" not in shown("disc_herniation")
    assert "herniation_type" in shown("disc_herniation")
    assert {"stenosis_severity", "slip_mm", "dynamic_motion_mm"} <= shown(
        "central_stenosis", "spondylolisthesis"
    )
    assert "imaging_matches_symptoms" not in shown("normal_for_age")
