"""What a summary is made from when there are facts and a report, and no recorded patient."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time

from decision_aid.scoring import Report, RuleSet
from decision_aid.summaries import AnsweredQuestion, AnsweredSection, SummaryInputs, asked_questions
from questionnaires.definition.answers import answer_making, answer_words
from questionnaires.definition.facts import Facts, facts_document
from questionnaires.definition.schema import Audience, Definition

NOBODY = "No patient recorded"
NO_CLINIC = "No clinic recorded"


def summary_inputs(
    ruleset: RuleSet, definitions: Sequence[Definition], facts: Facts, report: Report, as_of: date
) -> SummaryInputs:
    """The facts as answers to their questions, the report, and nobody's name; made as that day began."""
    by_patient = [definition for definition in definitions if definition.audience is Audience.PATIENT]
    by_clinician = [definition for definition in definitions if definition.audience is Audience.CLINICIAN]
    return SummaryInputs(
        clinic_name=NO_CLINIC,
        clinic_phone="",
        clinic_emergency_phone="",
        patient_name=NOBODY,
        birth_date=None,
        patient_number="",
        surgeon_name="",
        appointment=None,
        made_at=datetime.combine(as_of, time(), UTC),
        release=ruleset.document,
        report=report.document,
        intake=_answered(by_patient, facts),
        findings=_answered(by_clinician, facts),
        facts=facts_document(facts),
        questions=asked_questions(*definitions),
    )


def _answered(definitions: Sequence[Definition], facts: Facts) -> tuple[AnsweredSection, ...]:
    sections = [
        AnsweredSection(
            section.title,
            tuple(
                AnsweredQuestion(question.code, question.text, answer_words(question, answer))
                for question in section.questions
                if (answer := answer_making(question, facts))
            ),
        )
        for definition in definitions
        for section in definition.sections
    ]
    return tuple(section for section in sections if section.answers)
