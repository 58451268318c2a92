"""The three documents of an assessment: all their words and figures are decided here, once."""

from __future__ import annotations

from decision_aid.summaries.answers import answers_document
from decision_aid.summaries.frame import TEMPLATE_VERSION
from decision_aid.summaries.inputs import (
    Addendum,
    AnsweredQuestion,
    AnsweredSection,
    AskedQuestion,
    Cleared,
    Override,
    Released,
    SummaryInputs,
    asked_questions,
)
from decision_aid.summaries.patient import patient_document
from decision_aid.summaries.shapes import (
    AnswersDocument,
    EstimateView,
    PatientDocument,
    PatientOption,
    SummaryDocument,
    SurgeonDocument,
    SurgeonOption,
)
from decision_aid.summaries.surgeon import printed_surgeon_document, surgeon_document

# Pages and PDFs lay out the same `SurgeonDocument`, `PatientDocument` or `AnswersDocument`, so that their
# numbers always agree.

__all__ = [
    "TEMPLATE_VERSION",
    "Addendum",
    "AnsweredQuestion",
    "AnsweredSection",
    "AnswersDocument",
    "AskedQuestion",
    "Cleared",
    "EstimateView",
    "Override",
    "PatientDocument",
    "PatientOption",
    "Released",
    "SummaryDocument",
    "SummaryInputs",
    "SurgeonDocument",
    "SurgeonOption",
    "answers_document",
    "asked_questions",
    "patient_document",
    "printed_surgeon_document",
    "surgeon_document",
]
