"""The spine aid as it ships, scored for made-up patients, for the tests of the summaries."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cache

from decision_aid.packs import read_pack, release_document
from decision_aid.scoring import RuleSet, read_ruleset, score
from decision_aid.summaries import AnsweredQuestion, AnsweredSection, SummaryInputs, asked_questions
from questionnaires.definition.answers import answer_making, answer_words
from questionnaires.definition.facts import facts_document, read_facts
from questionnaires.definition.reading import read_definition
from questionnaires.definition.schema import Definition
from tests.decision_aid.summaries import samples

SCORED_ON = date(2026, 11, 23)
NO_SIGNS = dict.fromkeys(
    (
        "bladder_change",
        "bowel_change",
        "saddle_numbness",
        "sexual_function_change",
        "both_legs_affected",
        "weakness_progressing",
        "gait_unsteady",
        "cancer_history",
        "unexplained_weight_loss",
        "fever_or_chills",
        "infection_risk",
        "recent_major_injury",
        "night_pain_constant",
        "osteoporosis",
        "long_term_steroids",
    ),
    False,
)
ANSWERED: Mapping[str, object] = NO_SIGNS | {
    "age_years": 47,
    "sex_at_birth": "male",
    "height_cm": 180,
    "weight_kg": 92,
    "smoking": "current",
    "region": "low_back",
    "pain_dominance": "limb",
    "limb_pain_nrs": 7,
    "axial_pain_nrs": 3,
    "symptom_weeks": 14,
    "improving": "same",
    "weakness": "mild",
    "conservative_weeks": 12,
    "previous_spine_surgery": "none",
    "expected_limb_pain_12m": 2,
    "value_pain_relief": 9,
    "value_avoid_surgery": 0,
    "questions_for_surgeon": "When can I drive again?",
}
DISC: Mapping[str, object] = dict(ANSWERED) | {
    "imaging_findings": ["disc_herniation"],
    "imaging_matches_symptoms": True,
    "level": ["l4_5"],
    "mrc_grade": 4,
    "asa_class": 2,
}
STENOSIS: Mapping[str, object] = dict(ANSWERED) | {
    "age_years": 71,
    "walking_tolerance_min": 5,
    "imaging_findings": ["central_stenosis"],
    "imaging_matches_symptoms": True,
    "stenosis_severity": "severe",
    "stenotic_levels": 2,
}
EMERGENCY: Mapping[str, object] = dict(DISC) | {"saddle_numbness": True}
PATIENTS: Mapping[str, Mapping[str, object]] = {
    "nothing answered": {},
    "form answered": ANSWERED,
    "disc herniation": DISC,
    "stenosis": STENOSIS,
}


@cache
def _aid() -> tuple[RuleSet, Definition, Definition]:
    pack = read_pack("spine")
    intake, findings = (read_definition(pack.questionnaires[name]) for name in ("intake", "findings"))
    return read_ruleset(release_document(pack)), intake, findings


def inputs(facts: Mapping[str, object], **changes: object) -> SummaryInputs:
    ruleset, intake, findings = _aid()
    typed = read_facts(facts, ruleset.types)

    def sections(definition: Definition) -> tuple[AnsweredSection, ...]:
        return tuple(
            AnsweredSection(
                section.title,
                tuple(
                    AnsweredQuestion(question.code, question.text, answer_words(question, answer))
                    for question in section.questions
                    if (answer := answer_making(question, typed))
                ),
            )
            for section in definition.sections
        )

    return replace(
        samples.inputs(
            release=ruleset.document,
            report=score(ruleset, typed, SCORED_ON).document,
            intake=sections(intake),
            findings=sections(findings),
            facts=facts_document(typed),
            questions=asked_questions(intake, findings),
        ),
        **changes,  # type: ignore[arg-type]  # a test names only fields that exist
    )
