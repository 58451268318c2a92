"""The records of deciding."""

from decision_aid.models.alerts import Alert
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
from decision_aid.models.releases import DecisionAidVersion
from decision_aid.models.reviews import Review
from decision_aid.models.summaries import Summary

__all__ = [
    "Alert",
    "Assessment",
    "Consultation",
    "DecisionAid",
    "DecisionAidVersion",
    "Estimate",
    "GoldenCase",
    "Modifier",
    "Outcome",
    "Review",
    "Scale",
    "ScoringRule",
    "Source",
    "Summary",
    "TreatmentOption",
    "WarningSign",
]
