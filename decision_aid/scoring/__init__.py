"""From answers to candidacy, estimates and their reasons: pure, and the same every time."""

from decision_aid.scoring.golden_cases import run_golden_cases
from decision_aid.scoring.reading import read_ruleset
from decision_aid.scoring.ruleset import Candidacy, RuleSet
from decision_aid.scoring.scoring import ENGINE_VERSION, Report, score
from decision_aid.scoring.warning_signs import FiredSign, Pathway, check_warning_signs

__all__ = [
    "ENGINE_VERSION",
    "Candidacy",
    "FiredSign",
    "Pathway",
    "Report",
    "RuleSet",
    "check_warning_signs",
    "read_ruleset",
    "run_golden_cases",
    "score",
]
