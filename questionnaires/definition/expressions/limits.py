"""How large a condition may be, and what can be wrong with one."""

from enum import StrEnum

LONGEST_EXPRESSION = 4096  # bytes of its text in UTF-8
MOST_NODES = 500
DEEPEST = 32
LARGEST_INTEGER = 2**256 - 1
LONGEST_DECIMAL = 78  # digits, as many as the largest integer has


class ExpressionProblem(StrEnum):
    """What can be wrong with a condition's text."""

    SYNTAX_ERROR = "syntax_error"
    UNKNOWN_FACT = "unknown_fact"
    TYPE_MISMATCH = "type_mismatch"
    UNKNOWN_VALUE = "unknown_value"
    UNKNOWN_FUNCTION = "unknown_function"
    WRONG_ARITY = "wrong_arity"
    TOO_LONG = "too_long"
    TOO_DEEP = "too_deep"
    TOO_MANY_NODES = "too_many_nodes"
    NUMBER_TOO_LARGE = "number_too_large"
    NOT_BOOLEAN = "not_boolean"
