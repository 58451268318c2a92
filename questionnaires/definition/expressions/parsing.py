"""A condition's text, read into a typed tree by how tightly its operations bind."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal

from questionnaires.definition.facts import FactKind, FactTypes, FactValue, shortened
from questionnaires.definition.problems import Problem, ProblemsFound, did_you_mean

from .compiling import compiled
from .lexing import Token, TokenKind, place_of, read_tokens, refused
from .limits import DEEPEST, MOST_NODES, ExpressionProblem
from .nodes import Apply, Empty, Fact, Literal, Node, ValueType
from .operations import (
    AFTER,
    ASKING_FOR_ABSENCE,
    BETWEEN,
    CALLS,
    EQUALITY,
    INEQUALITY,
    MEMBERSHIP,
    SIGNS,
    Form,
    Operation,
)
from .typing_rules import ELEMENTS, MISTAKE, NOTHING, Constant, Part, type_of_fact

LOOSEST = 0
PASSING_ON = frozenset({"|", "combine", "iif"})
"""The operations whose result is, or is made of, one of their operands unchanged."""


class Parser:
    """One reading of one text: collects what is wrong in `problems`; a slip of syntax ends it."""

    def __init__(self, text: str, types: FactTypes) -> None:
        self.text = text
        self.types = types
        self.tokens = read_tokens(text)
        self.here = 0
        self.nodes = 0
        self.depth = 0
        self.problems: list[Problem] = []
        self.facts: set[str] = set()
        self.asks_for_absence = False
        self.literals: dict[str, set[FactValue]] = {}

    def read(self) -> Part:
        """The whole text as one part. Raises ProblemsFound, with all up to the first slip of syntax."""
        try:
            if self._peek().kind is TokenKind.END:
                raise self._slip("There is no condition here.")
            part = self._expression(LOOSEST)
            if self._peek().kind is not TokenKind.END:
                raise self._misplaced(self._peek())
        except ProblemsFound as found:
            self.problems.extend(found.problems)
            raise ProblemsFound(self.problems) from None
        if self.problems:
            raise ProblemsFound(self.problems)
        return part

    def _peek(self) -> Token:
        return self.tokens[self.here]

    def _take(self) -> Token:
        token = self._peek()
        self.here += 1
        return token

    def _is_sign(self, sign: str) -> bool:
        return self._peek().kind is TokenKind.SIGN and self._peek().text == sign

    def _expect(self, sign: str, sentence: str) -> None:
        if not self._is_sign(sign):
            raise self._slip(sentence, f"Write {sign} before “{shortened(self._peek().text)}”.")
        self._take()

    def _slip(self, sentence: str, hint: str = "") -> ProblemsFound:
        return refused(ExpressionProblem.SYNTAX_ERROR, self._peek().position, sentence, hint)

    def _misplaced(self, token: Token) -> ProblemsFound:
        hint = ""
        if token.text.lower() in BETWEEN:
            hint = f"Write {token.text.lower()} in small letters."
        elif token.text in AFTER:
            hint = f"Write it after a value and a point: {AFTER[token.text].spelling}."
        elif token.kind in (TokenKind.FACT, TokenKind.NAME, TokenKind.TEXT, TokenKind.NUMBER):
            hint = "Write an operation such as and, or, = before it."
        return self._slip(f"“{shortened(token.text)}” does not belong here.", hint)

    def _expression(self, precedence: int) -> Part:
        """The longest part from here whose operations bind more tightly than `precedence`."""
        self.depth += 1
        if self.depth > DEEPEST:
            sentence = f"The condition is nested more than {DEEPEST} deep."
            hint = "Split it into several rules."
            raise refused(ExpressionProblem.TOO_DEEP, self._peek().position, sentence, hint)
        part = self._first_operand()
        while (operation := self._next_operation()) and operation.precedence > precedence:
            self._take()
            if operation.form is Form.BETWEEN:
                operands = [part, self._expression(operation.precedence)]
            else:
                operands = [part, *self._arguments()]
                self._check_arity(operation, operands)
            part = self._apply(operation, operands)
        self.depth -= 1
        return part

    def _next_operation(self) -> Operation | None:
        """The operation that stands here after an operand; for one after a point, the point is taken."""
        if not self._is_sign("."):
            return (
                BETWEEN.get(self._peek().text)
                if self._peek().kind in (TokenKind.SIGN, TokenKind.NAME)
                else None
            )
        self._take()
        if self._peek().kind is not TokenKind.NAME:
            raise self._slip(
                "The name of a function belongs after the point.", "Write it as in %age_years.exists()."
            )
        operation = AFTER.get(self._peek().text)
        if not operation:
            raise self._unknown_function(self._peek())
        return operation

    def _first_operand(self) -> Part:
        token = self._peek()
        if token.kind is TokenKind.SIGN:
            return self._signed_or_enclosed(token)
        if token.kind is TokenKind.NAME:
            return self._named(token)
        if token.kind is TokenKind.END:
            raise self._slip("The condition ends where a value is still missing.")
        self._take()
        return self._fact(token) if token.kind is TokenKind.FACT else self._literal(token, token.value)

    def _signed_or_enclosed(self, token: Token) -> Part:
        if token.text in SIGNS:
            self._take()
            operation = SIGNS[token.text]
            return self._apply(operation, [self._expression(operation.precedence)], token.position)
        if token.text == "(":
            self._take()
            part = self._expression(LOOSEST)
            self._expect(")", f"The parenthesis at {place_of(token.position)} is not closed.")
            return replace(part, position=token.position, end=self._end())
        if token.text == "{":
            self._take()
            self._expect("}", "Nothing may stand between { and }.")
            return self._part(Empty(), NOTHING, token.position, reads=False)
        raise self._slip(f"A value belongs here, not “{token.text}”.")

    def _named(self, token: Token) -> Part:
        if token.text in ("true", "false"):
            self._take()
            return self._literal(token, token.text == "true")
        called = self.tokens[self.here + 1].text == "("
        if token.text in CALLS and called:
            self._take()
            operands = self._arguments()
            self._check_arity(CALLS[token.text], operands, token.position)
            return self._apply(CALLS[token.text], operands, token.position)
        if called:
            raise self._unknown_function(token)
        if token.text in self.types:
            raise self._slip(f"“{token.text}” needs % before it.", f"Write %{token.text}.")
        if token.text in AFTER:
            hint = f"Write it after a value and a point: {AFTER[token.text].spelling}."
        else:
            hint = did_you_mean(token.text, self.types, "%{}") or f"Write text as '{shortened(token.text)}'."
        raise self._slip(f"A value belongs here, not “{shortened(token.text)}”.", hint)

    def _arguments(self) -> list[Part]:
        self._expect("(", "A function's parentheses are missing.")
        arguments: list[Part] = []
        if not self._is_sign(")"):
            arguments.append(self._expression(LOOSEST))
            while self._is_sign(","):
                self._take()
                arguments.append(self._expression(LOOSEST))
        self._expect(")", "The parentheses of the function are not closed.")
        return arguments

    def _unknown_function(self, token: Token) -> ProblemsFound:
        if token.text in AFTER:
            hint = f"Write it after a value: {AFTER[token.text].spelling}."
        elif token.text in CALLS:
            hint = f"Write it before its values: {CALLS[token.text].spelling}."
        else:
            hint = did_you_mean(token.text, (*AFTER, *CALLS), "{}()")
        sentence = f"There is no function “{shortened(token.text)}” here."
        return refused(ExpressionProblem.UNKNOWN_FUNCTION, token.position, sentence, hint)

    def _check_arity(
        self, operation: Operation, operands: Sequence[Part], position: int | None = None
    ) -> None:
        least, most = operation.arity
        if not least <= len(operands) <= most:
            before = 1 if operation.form is Form.AFTER else 0
            several = "value" if most - before == 1 else "values"
            wanted = f"{least - before}" if least == most else f"{least - before} or {most - before}"
            given = len(operands) - before
            sentence = f"{operation.name}() takes {wanted} {several} in its parentheses, not {given}."
            place = self._peek().position if position is None else position
            raise refused(ExpressionProblem.WRONG_ARITY, place, sentence, f"Write {operation.spelling}.")

    def _fact(self, token: Token) -> Part:
        code = str(token.value)
        fact_type = self.types.get(code)
        if fact_type is None:
            sentence = f"There is no fact named “{shortened(code)}”."
            hint = did_you_mean(code, self.types, "%{}")
            self.problems.append(
                Problem(ExpressionProblem.UNKNOWN_FACT, place_of(token.position), sentence, hint)
            )
            return self._part(Fact(code), MISTAKE, token.position, reads=True)
        self.facts.add(code)
        return self._part(Fact(code), type_of_fact(fact_type), token.position, reads=True, facts=(code,))

    def _literal(self, token: Token, value: bool | int | Decimal | str | date) -> Part:  # noqa: FBT001  any literal
        kind = _kind_of(value)
        constants = (Constant(value, token.position),)
        value_type = ValueType(ELEMENTS[kind])
        return self._part(Literal(value, kind), value_type, token.position, reads=False, constants=constants)

    def _part(
        self,
        node: Node,
        value_type: ValueType,
        position: int,
        *,
        reads: bool,
        facts: tuple[str, ...] = (),
        constants: tuple[Constant, ...] = (),
    ) -> Part:
        self.nodes += 1
        if self.nodes > MOST_NODES:
            sentence = f"The condition has more than {MOST_NODES} values and operations."
            raise refused(
                ExpressionProblem.TOO_MANY_NODES, position, sentence, "Split it into several rules."
            )
        return Part(node, value_type, position, self.text, self._end(), reads, facts, constants)

    def _end(self) -> int:
        """Where what has been read ends."""
        last = self.tokens[self.here - 1]
        return last.position - 1 + len(last.text)

    def _apply(self, operation: Operation, operands: Sequence[Part], position: int | None = None) -> Part:
        facts: tuple[str, ...] = ()
        constants: tuple[Constant, ...] = ()
        value_type = MISTAKE
        types = tuple(operand.type for operand in operands)
        if MISTAKE not in types:
            try:
                value_type = operation.typing(operands)
            except ProblemsFound as found:
                self.problems.extend(found.problems)
        if operation.name in ASKING_FOR_ABSENCE:
            self.asks_for_absence = True
        if operation.precedence in (MEMBERSHIP, EQUALITY, INEQUALITY) and value_type is not MISTAKE:
            self._note_literals(*operands)
        if operation.name in PASSING_ON:
            passed = operands[1:] if operation.form is Form.CALL else operands
            facts = tuple(fact for operand in passed for fact in operand.facts)
            constants = tuple(constant for operand in passed for constant in operand.constants)
        start = operands[0].position if position is None else position
        node = Apply(operation.key, tuple(operand.node for operand in operands), types)
        reads = any(operand.reads for operand in operands)
        return self._part(node, value_type, start, reads=reads, facts=facts, constants=constants)

    def _note_literals(self, left: Part, right: Part) -> None:
        """Remember which values the facts on one side are compared with on the other."""
        for one, other in ((left, right), (right, left)):
            if one.facts:
                values = _values_written(other)
                for fact in one.facts:
                    self.literals.setdefault(fact, set()).update(values)


def _values_written(part: Part) -> set[FactValue]:
    """The literals that the part may be; of a part that reads no facts, its value."""
    if part.reads:
        return {constant.value for constant in part.constants}
    value = compiled(part.node)({})
    if isinstance(value, tuple):
        return set(value)
    return set() if value is None else {value}


def _kind_of(value: bool | int | Decimal | str | date) -> FactKind:  # noqa: FBT001  any literal
    match value:
        case bool():
            return FactKind.BOOLEAN
        case int():
            return FactKind.INTEGER
        case Decimal():
            return FactKind.DECIMAL
        case str():
            return FactKind.TEXT
        case _:
            return FactKind.DATE
