"""The one table of everything that a condition can do."""

import operator
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from . import column_meanings, meanings, typing_rules
from .column_values import ColumnMeaning
from .meanings import Meaning, on_collections, propagating
from .typing_rules import TypingRule


class Form(StrEnum):
    """Where an operation's name stands."""

    SIGN = "before its operand"
    BETWEEN = "between its operands"
    AFTER = "after its operand and a point"
    CALL = "before its operands in parentheses"


# How tightly an operation binds, as in FHIRPath's grammar: what binds tighter has the larger number.
IMPLIES, OR, AND, MEMBERSHIP, EQUALITY, INEQUALITY, UNION, ADDITIVE, MULTIPLICATIVE, SIGNED, CALLED = range(
    1, 12
)


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation: its FHIRPath spelling, operands, result, behaviour on empty, and what it is for.

    `arity` counts the operands, the one before the point included, at least and at most. `typing` tells the
    result's type before any answer is known, `meaning` what is done with one person's answers, and `columns`
    the same for many people's.
    """

    name: str
    form: Form
    precedence: int
    arity: tuple[int, int]
    spelling: str
    takes: str
    gives: str
    on_empty: str
    help: str
    typing: TypingRule
    meaning: Meaning
    columns: ColumnMeaning

    @property
    def key(self) -> str:
        """The name, made different for a sign and an operation written alike."""
        return f"{self.name} sign" if self.form is Form.SIGN else self.name


def _between(
    name: str,
    precedence: int,
    takes: str,
    gives: str,
    on_empty: str,
    help_: str,
    typing: TypingRule,
    meaning: Meaning,
    columns: ColumnMeaning,
) -> Operation:
    spelling = f"a {name} b"
    return Operation(
        name,
        Form.BETWEEN,
        precedence,
        (2, 2),
        spelling,
        takes,
        gives,
        on_empty,
        help_,
        typing,
        meaning,
        columns,
    )


def _after(
    name: str,
    takes: str,
    gives: str,
    on_empty: str,
    help_: str,
    typing: TypingRule,
    meaning: Meaning,
    columns: ColumnMeaning,
) -> Operation:
    spelling = f"a.{name}()"
    return Operation(
        name, Form.AFTER, CALLED, (1, 1), spelling, takes, gives, on_empty, help_, typing, meaning, columns
    )


_EMPTY = "empty where an operand is empty"
_NUMBERS = "numbers"
CONDITION = "condition"
"""What an operation gives that holds, does not hold, or is unknown."""

_ALL = (
    _between("implies", IMPLIES, "conditions", CONDITION,
             "true where a is false or b is true; else empty where either is empty",
             "If a holds, b must hold too.", typing_rules.conditions, meanings.implication_holds,
             column_meanings.implication_holds),
    _between("or", OR, "conditions", CONDITION,
             "true where either is true; else empty where either is empty",
             "At least one of the two holds.", typing_rules.conditions, meanings.either_holds,
             column_meanings.either_holds),
    _between("xor", OR, "conditions", CONDITION, _EMPTY,
             "Exactly one of the two holds.", typing_rules.conditions, propagating(meanings.differ),
             column_meanings.differ),
    _between("and", AND, "conditions", CONDITION,
             "false where either is false; else empty where either is empty",
             "Both hold.", typing_rules.conditions, meanings.both_hold,
             column_meanings.both_hold),
    _between("in", MEMBERSHIP, "a value and a collection of the same sort", CONDITION,
             "empty where a is empty or an answer in b is unknown; false where b is {}",
             "The value is one of those in the collection.", typing_rules.member, meanings.membership,
             column_meanings.membership),
    _between("contains", MEMBERSHIP, "a collection and a value of the same sort", CONDITION,
             "empty where b is empty or an answer in a is unknown; "
             "false where a is {} or answered with none",
             "The value is one of those in the collection: in, the other way round.",
             typing_rules.container, meanings.containment,
             column_meanings.containment),
    _between("=", EQUALITY, "two values of the same sort", CONDITION, _EMPTY,
             "The two are the same.", typing_rules.equals, propagating(operator.eq),
             column_meanings.comparison(operator.eq)),
    _between("!=", EQUALITY, "two values of the same sort", CONDITION, _EMPTY,
             "The two are not the same.", typing_rules.equals, propagating(operator.ne),
             column_meanings.comparison(operator.ne)),
    _between("~", EQUALITY, "two values or collections of the same sort", CONDITION,
             "never empty: true where both are empty, false where one is",
             "The same but for capitals, spacing, order, and places beyond the shorter number's.",
             typing_rules.equivalent, meanings.equivalence,
             column_meanings.equivalence),
    _between("<", INEQUALITY, "two numbers, dates or texts", CONDITION, _EMPTY,
             "The first is less or earlier.", typing_rules.ordered, propagating(operator.lt),
             column_meanings.comparison(operator.lt)),
    _between("<=", INEQUALITY, "two numbers, dates or texts", CONDITION, _EMPTY,
             "The first is not more and not later.", typing_rules.ordered, propagating(operator.le),
             column_meanings.comparison(operator.le)),
    _between(">", INEQUALITY, "two numbers, dates or texts", CONDITION, _EMPTY,
             "The first is more or later.", typing_rules.ordered, propagating(operator.gt),
             column_meanings.comparison(operator.gt)),
    _between(">=", INEQUALITY, "two numbers, dates or texts", CONDITION, _EMPTY,
             "The first is not less and not earlier.", typing_rules.ordered, propagating(operator.ge),
             column_meanings.comparison(operator.ge)),
    _between("|", UNION, "values or collections of the same sort", "collection",
             "{} adds nothing; empty where an answer in it is unknown",
             "All the values of both, each once: ('a' | 'b').",
             typing_rules.united, on_collections(meanings.union),
             column_meanings.united),
    _between("+", ADDITIVE, _NUMBERS, "number", _EMPTY,
             "The sum, decimal and exact: 0.1 + 0.2 is 0.3.",
             typing_rules.added, propagating(meanings.addition),
             column_meanings.addition),
    _between("-", ADDITIVE, _NUMBERS, "number", _EMPTY,
             "The difference.", typing_rules.added, propagating(meanings.subtraction),
             column_meanings.subtraction),
    _between("*", MULTIPLICATIVE, _NUMBERS, "number", _EMPTY,
             "The product.", typing_rules.added, propagating(meanings.multiplication),
             column_meanings.multiplication),
    _between("/", MULTIPLICATIVE, _NUMBERS, "decimal number", f"{_EMPTY}, and when dividing by 0",
             "The quotient, to 34 digits.", typing_rules.divided, propagating(meanings.division),
             column_meanings.division),
    _between("div", MULTIPLICATIVE, _NUMBERS, "whole number", f"{_EMPTY}, and when dividing by 0",
             "The quotient without its fraction: -7 div 2 is -3.",
             typing_rules.divided_whole, propagating(meanings.whole_division),
             column_meanings.whole_division),
    _between("mod", MULTIPLICATIVE, _NUMBERS, "number", f"{_EMPTY}, and when dividing by 0",
             "What div leaves over: -7 mod 2 is -1.", typing_rules.added, propagating(meanings.remainder),
             column_meanings.remainder),
    Operation("+", Form.SIGN, SIGNED, (1, 1), "+a", "number", "number", _EMPTY,
              "The number itself.", typing_rules.added, propagating(meanings.plus),
             column_meanings.same),
    Operation("-", Form.SIGN, SIGNED, (1, 1), "-a", "number", "number", _EMPTY,
              "The number with the other sign.", typing_rules.added, propagating(meanings.minus),
             column_meanings.minus),
    _after("not", "condition", CONDITION, _EMPTY,
           "The condition does not hold.", typing_rules.conditions, propagating(meanings.negation),
             column_meanings.negation),
    _after("exists", "anything", CONDITION,
           "never empty: false where there is no answer; “none of these” is an answer, {} is none",
           "The question has been answered.", typing_rules.asked, meanings.given,
             column_meanings.given),
    _after("empty", "anything", CONDITION,
           "never empty: true where there is no answer, the opposite of exists()",
           "The question has not been answered.", typing_rules.asked, meanings.not_given,
             column_meanings.not_given),
    _after("count", "anything", "whole number",
           "empty where there is no answer, so that unknown never counts as 0; "
           "0 for an answered “none of these” and for {}",
           "How many there are.", typing_rules.counted, meanings.counting,
             column_meanings.counting),
    _after("sum", _NUMBERS, "number", "empty where one of the numbers is unknown, and of {}",
           "All added: %a.combine(%b).sum().", typing_rules.summed, on_collections(meanings.total),
             column_meanings.total),
    _after("min", "numbers or dates", "the least of them", "empty where one of them is unknown, and of {}",
           "The least or earliest.", typing_rules.extreme, on_collections(meanings.least),
             column_meanings.least),
    _after("max", "numbers or dates", "the greatest of them", "empty where one of them is unknown, and of {}",
           "The greatest or latest.", typing_rules.extreme, on_collections(meanings.greatest),
             column_meanings.greatest),
    _after("avg", _NUMBERS, "decimal number", "empty where one of the numbers is unknown, and of {}",
           "Their mean: %a.combine(%b).avg().", typing_rules.averaged, on_collections(meanings.average),
             column_meanings.average),
    _after("abs", "number", "number", _EMPTY,
           "The number without its sign.", typing_rules.added, propagating(meanings.absolute),
             column_meanings.absolute),
    Operation("round", Form.AFTER, CALLED, (1, 2), "a.round(places)",
              "number, decimal places (0 where left out)", "decimal number",
              f"{_EMPTY}, and for places below 0",
              "The nearest number with so many decimal places, a half upwards: 2.5 is 3, -2.5 is -2.",
              typing_rules.rounded, propagating(meanings.rounding),
             column_meanings.rounding),
    Operation("combine", Form.AFTER, CALLED, (2, 2), "a.combine(b)",
              "values or collections of the same sort", "collection",
              "{} adds nothing; empty where an answer in it is unknown",
              "All the values of both, repeated ones kept.",
              typing_rules.combined, on_collections(meanings.concatenation),
             column_meanings.concatenation),
    Operation("iif", Form.CALL, CALLED, (2, 3), "iif(condition, a, b)",
              "condition, and one or two values of the same sort", "value",
              "where it is unknown whether the condition holds: what a and b agree on, else empty; "
              "b, or empty without b, where the condition is written {}",
              "a if the condition holds, b if it does not.", typing_rules.chosen, meanings.choice,
             column_meanings.choice),
)  # fmt: skip

OPERATIONS: Mapping[str, Operation] = {operation.key: operation for operation in _ALL}
SIGNS = {operation.name: operation for operation in _ALL if operation.form is Form.SIGN}
BETWEEN = {operation.name: operation for operation in _ALL if operation.form is Form.BETWEEN}
AFTER = {operation.name: operation for operation in _ALL if operation.form is Form.AFTER}
CALLS = {operation.name: operation for operation in _ALL if operation.form is Form.CALL}
ASKING_FOR_ABSENCE = frozenset({"exists", "empty", "~"})
"""What has a result although an answer is missing, so that the answer, once given, can change it."""
