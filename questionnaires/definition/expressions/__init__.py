"""The condition language: a typed, bounded subset of FHIRPath in which what is unknown stays unknown."""

from .expression import Expression, parse, parse_condition
from .generating import evaluate_together
from .limits import ExpressionProblem
from .operations import OPERATIONS, Operation

__all__ = [
    "OPERATIONS",
    "Expression",
    "ExpressionProblem",
    "Operation",
    "evaluate_together",
    "parse",
    "parse_condition",
]
