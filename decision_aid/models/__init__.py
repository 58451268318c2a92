"""The records of deciding."""

from decision_aid.models.alerts import Alert, Escalation, WatchedSign
from decision_aid.models.assessments import Assessment
from decision_aid.models.authoring import (
    DecisionAid,
    Estimate,
    GoldenCase,
    Modifier,
    Outcome,
    Scale,
    ScoringRule,
    Source,
    TreatmentOption,
    WarningSign,
)
from decision_aid.models.consultations import Consultation
from decision_aid.models.edits import AidEdit
from decision_aid.models.gates import GateReport
from decision_aid.models.licences import InstrumentLicence
from decision_aid.models.readings import SheetReading
from decision_aid.models.releases import DecisionAidVersion
from decision_aid.models.rescorings import Rescoring, RescoringPart
from decision_aid.models.reviews import Review
from decision_aid.models.summaries import Summary
from decision_aid.models.translations import AidText, ReleaseTexts
from decision_aid.models.wishes import Sure, Wishes

__all__ = [
    "AidEdit",
    "AidText",
    "Alert",
    "Assessment",
    "Consultation",
    "DecisionAid",
    "DecisionAidVersion",
    "Escalation",
    "Estimate",
    "GateReport",
    "GoldenCase",
    "InstrumentLicence",
    "Modifier",
    "Outcome",
    "ReleaseTexts",
    "Rescoring",
    "RescoringPart",
    "Review",
    "Scale",
    "ScoringRule",
    "SheetReading",
    "Source",
    "Summary",
    "Sure",
    "TreatmentOption",
    "WarningSign",
    "WatchedSign",
    "Wishes",
]
