"""The copy of the answers that the patient keeps."""

from __future__ import annotations

from decision_aid.summaries import wording
from decision_aid.summaries.frame import (
    answered_by_words,
    emergency_for_patient,
    footer_of,
    identity_of,
    one_line,
    patient_notices,
    warning_signs_of,
)
from decision_aid.summaries.inputs import SummaryInputs
from decision_aid.summaries.knowledge import Knowledge
from decision_aid.summaries.shapes import AnswersDocument, AnswersSection, Labelled


def answers_document(inputs: SummaryInputs) -> AnswersDocument:
    """The patient's answers by section. With an emergency sign open: that sign alone."""
    knowledge = Knowledge(inputs)
    emergency = emergency_for_patient(knowledge)
    if emergency is not None:
        return AnswersDocument(
            kind="answers",
            title=f"{emergency.title}: {one_line(inputs.patient_name)}",
            language=inputs.language,
            paper=inputs.paper,
            identity=identity_of(inputs),
            emergency=emergency,
            notices=(),
            warning_signs=emergency.signs,
            intro="",
            answered_by="",
            sections=(),
            footer=footer_of(knowledge),
        )
    return AnswersDocument(
        kind="answers",
        title=f"Your answers: {one_line(inputs.patient_name)}",
        language=inputs.language,
        paper=inputs.paper,
        identity=identity_of(inputs),
        emergency=None,
        notices=tuple(notice for notice in patient_notices(knowledge) if notice.tone == "urgent"),
        warning_signs=warning_signs_of(knowledge, "patient"),
        intro=wording.ANSWERS_INTRO,
        answered_by=answered_by_words(inputs.answered_by),
        sections=tuple(
            AnswersSection(
                section.title,
                tuple(Labelled(answer.question, answer.answer) for answer in section.answers),
            )
            for section in inputs.intake
            if section.answers
        ),
        footer=footer_of(knowledge),
    )
