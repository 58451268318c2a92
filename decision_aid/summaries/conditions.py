"""A condition as a sentence for a clinician: the questions it reads, and the answers it wants."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from decision_aid.summaries import wording
from questionnaires.definition.expressions.nodes import Apply, Empty, Fact, Literal, Node

if TYPE_CHECKING:
    from decision_aid.summaries.inputs import AskedQuestion

COMPARED = {
    "=": "is",
    "~": "is",
    "!=": "is not",
    "<": "is under",
    "<=": "is at most",
    ">": "is over",
    ">=": "is at least",
    "contains": "includes",
}
JOINED = {"and": "and", "or": "or", "xor": "or, but not both,", "implies": "only if"}
ASIDE = {"exists": "is answered", "empty": "is not answered"}
ARITHMETIC = {"+": "plus", "-": "minus", "*": "times", "/": "divided by"}


@dataclass(frozen=True, slots=True)
class Speaker:
    """Knows how each fact is asked, by code, and what each scale is called, by id."""

    asked: Mapping[str, AskedQuestion]
    scales: Mapping[str, str]

    def sentence(self, root: Node) -> str:
        """The whole condition as one sentence."""
        return wording.sentence(self._said(root, 0))

    def _said(self, node: Node, depth: int) -> str:
        """A part; a chain of another kind inside one stands in parentheses."""
        match node:
            case Fact(code):
                return f"{self._name(code)} is yes"
            case Literal(value=bool() as value):
                return "always" if value else "never"
            case Apply(operation="not", operands=(Fact(code),)):
                return f"{self._name(code)} is no"
            case Apply(operation="not", operands=(inner,)):
                return f"it is not so that {self._said(inner, depth + 1)}"
            case Apply(operation=name) if name in JOINED:
                parts = [self._said(part, depth + 1) for part in _chain(node, name)]
                words = f", {JOINED[name]} ".join(parts) if depth == 0 else f" {JOINED[name]} ".join(parts)
                return f"({words})" if depth else words
            case Apply(operation=name, operands=(one, other)) if name in COMPARED:
                return f"{self._value(one, None)} {COMPARED[name]} {self._value(other, one)}"
            case Apply(operation="in", operands=(one, other)):
                return f"{self._value(one, None)} is one of {self._value(other, one)}"
            case Apply(operation=name, operands=(Fact(code),)) if name in ASIDE:
                return f"{self._name(code)} {ASIDE[name]}"
            case _:
                return self._value(node, None)

    def _value(self, node: Node, of: Node | None) -> str:
        """A value; an answer's code in the words of the question that it answers (`of`)."""
        match node:
            case Fact(code):
                return self._name(code)
            case Literal(value=str() as value):
                return f"“{self._label(of, value)}”"
            case Literal(value=bool() as value):
                return "yes" if value else "no"
            case Literal(value=int() | Decimal() as value):
                return f"{value}{self._unit(of)}"
            case Literal(value=value):
                return str(value)
            case Empty():
                return "no answer"
            case Apply(operation="|", operands=(one, other)):
                return f"{self._value(one, of)}, {self._value(other, of)}"
            case Apply(operation=name, operands=(one, other)) if name in ARITHMETIC:
                return f"{self._value(one, None)} {ARITHMETIC[name]} {self._value(other, None)}"
            case Apply(operation=name, operands=operands):
                return f"{name} of {', '.join(self._value(part, None) for part in operands)}"

    def _name(self, code: str) -> str:
        if code in self.scales:
            return self.scales[code]
        asked = self.asked.get(code)
        return f"“{asked.question}”" if asked else wording.humanised(code)

    def _label(self, of: Node | None, value: str) -> str:
        asked = self.asked.get(of.code) if isinstance(of, Fact) else None
        return asked.labels.get(value, wording.humanised(value)) if asked else wording.humanised(value)

    def _unit(self, of: Node | None) -> str:
        asked = self.asked.get(of.code) if isinstance(of, Fact) else None
        if asked is None or not asked.unit:
            return ""
        return "%" if asked.unit == "%" else f" {wording.UNIT_WORDS.get(asked.unit, asked.unit)}"


def _chain(node: Node, name: str) -> list[Node]:
    """The parts that one operation joins: of `a or b or c` all three."""
    if isinstance(node, Apply) and node.operation == name and name in ("and", "or"):
        return [part for operand in node.operands for part in _chain(operand, name)]
    return list(node.operands) if isinstance(node, Apply) and node.operation == name else [node]
