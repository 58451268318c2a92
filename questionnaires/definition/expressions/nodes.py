"""The typed tree that a condition is read into."""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias

from questionnaires.definition.facts import FactKind


class Element(StrEnum):
    """What one item of a value is, in the words of a sentence."""

    BOOLEAN = "true or false"
    INTEGER = "a whole number"
    DECIMAL = "a number"
    TEXT = "text"
    DATE = "a date"
    NOTHING = "the empty collection"
    MISTAKE = "a mistake"


NUMBERS = frozenset({Element.INTEGER, Element.DECIMAL})
KINDS = {
    Element.BOOLEAN: FactKind.BOOLEAN,
    Element.INTEGER: FactKind.INTEGER,
    Element.DECIMAL: FactKind.DECIMAL,
    Element.TEXT: FactKind.TEXT,
    Element.DATE: FactKind.DATE,
}


@dataclass(frozen=True, slots=True)
class ValueType:
    """What a part's value can be.

    `many`: a collection, else at most one item. `codes`: the only values it can take, where they are known.
    `merged`: a union of answers, in which equal answers have become one.
    """

    element: Element
    many: bool = False
    codes: tuple[str, ...] | None = None
    merged: bool = False

    @property
    def is_nothing(self) -> bool:
        """Whether the value is the empty collection whatever was answered."""
        return self.element is Element.NOTHING

    @property
    def kind(self) -> FactKind | None:
        """The kind of fact that such a value is; None where no fact has such values."""
        if self.element is Element.TEXT and self.many:
            return FactKind.CODES
        if self.many:
            return None
        if self.codes is not None:
            return FactKind.CODE
        return KINDS.get(self.element)


@dataclass(frozen=True, slots=True)
class Literal:
    """A value written out; its kind keeps `1` and `1.0` and `true` apart."""

    value: bool | int | Decimal | str | date
    kind: FactKind


@dataclass(frozen=True, slots=True)
class Fact:
    """What was answered to the question with this code."""

    code: str


@dataclass(frozen=True, slots=True)
class Empty:
    """The empty collection, `{}`."""


@dataclass(frozen=True, slots=True)
class Apply:
    """An operation of the table, by key, what it is applied to in the order of reading, and their types."""

    operation: str
    operands: tuple["Node", ...]
    types: tuple[ValueType, ...] = field(compare=False, repr=False)


Node: TypeAlias = Literal | Fact | Empty | Apply
