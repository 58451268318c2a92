"""What a part of a condition is for many people at once: columns in which null is the empty collection."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Protocol, TypeAlias

from .nodes import Apply, Element, Node

if TYPE_CHECKING:
    import polars as pl

LARGEST = 2**62
"""Whole numbers stay below it, so that 64 bits hold every sum of two of them."""


class NotInColumnsError(Exception):
    """This part's exact meaning needs more than columns can hold: it is evaluated one person at a time."""


@dataclass(frozen=True, slots=True)
class Nothing:
    """The empty collection for everyone."""


@dataclass(frozen=True, slots=True)
class Plain:
    """One truth value, text or date for each person.

    `written`: the value where it is the same for everyone. `values`: all that a column of an enumeration can
    hold.
    """

    expr: "pl.Expr"
    element: Element
    written: bool | str | date | None = None
    values: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Numbers:
    """One number for each person, exact: the whole number `expr`, from `low` to `high`, over 10 to `places`.

    `written`: whether it is the same for everyone. `narrow`: the column that is read, in its own type.
    """

    expr: "pl.Expr"
    places: int
    low: int
    high: int
    written: bool = False
    narrow: "pl.Expr | None" = None

    @property
    def largest(self) -> int:
        return max(abs(self.low), abs(self.high))


@dataclass(frozen=True, slots=True)
class Measured:
    """One number for each person, read from a column of floats: the decimal that each float prints as."""

    expr: "pl.Expr"
    code: str


@dataclass(frozen=True, slots=True)
class Quotient:
    """One number for each person: `above` divided by `below`, which is null where it was 0, else over 0."""

    above: Numbers
    below: Numbers


@dataclass(frozen=True, slots=True)
class Selection:
    """The codes that each person chose, a column of lists; null where there is no answer."""

    expr: "pl.Expr"
    code: str


@dataclass(frozen=True, slots=True)
class Items:
    """A collection for each person: these values, in order; unknown where any of them is."""

    items: tuple["Item", ...]
    merged: bool


Item: TypeAlias = Plain | Numbers | Measured | Quotient | Selection
Column: TypeAlias = Nothing | Item | Items


class Columns(Protocol):
    """What the operations need of the walker that turns a tree into columns."""

    def column(self, node: Node) -> Column:
        """The node's value for everyone."""

    def exact(self, column: Column) -> Numbers:
        """The same numbers as whole numbers over a power of ten. Raises NotInColumnsError."""

    def chosen(self, selection: Selection, code: str, codes: tuple[str, ...]) -> "pl.Expr":
        """Whether each person chose the code, one of `codes`; null where there is no answer."""

    def constant(self, value: bool | date | int | float | str, element: Element) -> "pl.Expr":  # noqa: FBT001  any value
        """The same value for everyone."""

    def unknown(self, element: Element) -> "pl.Expr":
        """Null for everyone."""

    def text(self, column: Plain) -> "pl.Expr":
        """The texts of a column that may be of an enumeration."""

    def where(self, condition: "pl.Expr", then: "pl.Expr", otherwise: "pl.Expr | None" = None) -> "pl.Expr":
        """`then` where the condition is true, else `otherwise`, which is null where it is left out."""


ColumnMeaning: TypeAlias = Callable[[Columns, Apply], Column]
"""Makes an operation's column, with the meaning that the operation has for one person."""
