"""A condition for many people at once: the same tree as one Polars expression over a frame of their facts."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import cast

import polars as pl

from questionnaires.definition.facts import FactKind, FactValue

from .column_meanings import aligned, reciprocal
from .column_values import (
    LARGEST,
    Column,
    Items,
    Measured,
    Nothing,
    NotInColumnsError,
    Numbers,
    Plain,
    Quotient,
    Selection,
)
from .compiling import compiled
from .expression import Expression
from .meanings import Value
from .nodes import Apply, Element, Empty, Fact, Literal, Node, ValueType
from .operations import CONDITION, OPERATIONS
from .typing_rules import ELEMENTS

MOST_PLACES = 6  # of the decimals in a column that are counted in whole numbers
MOST_CODES = 62  # one bit for each
LARGEST_EXACT_FLOAT = 2**53
MOST_DIGITS = 10**15  # up to here a decimal is the one that its nearest float prints as

_TYPES: Mapping[Element, pl.DataType] = {
    Element.BOOLEAN: pl.Boolean(),
    Element.INTEGER: pl.Int64(),
    Element.DECIMAL: pl.Float64(),
    Element.TEXT: pl.String(),
    Element.DATE: pl.Date(),
}
_CODES = pl.List(pl.String())


class Cohort:
    """Many people's facts: a frame with a row for each person and a column for each fact.

    A column is Boolean, any whole number, Float64 (read as the decimal that the float prints as), String or
    Enum, Date, or List of String or Enum for several codes; null is unknown, and so is a fact without a
    column. Values are taken as `read_facts` would give them.
    """

    def __init__(self, frame: pl.DataFrame) -> None:
        self._frame = frame
        # Polars makes a schema anew each time it is asked for one.
        self._types: dict[str, pl.DataType] = dict(frame.schema)
        self._checked: set[str] = set()
        self._made: dict[str, pl.Series] = {}
        self._numbers: dict[str, Numbers] = {}
        self._bits: dict[tuple[str, tuple[str, ...]], pl.Series] = {}
        self._unknown: dict[Element, pl.Expr] = {}
        self._chosen: dict[tuple[str, str], pl.Expr] = {}

    def values(self, expressions: Mapping[str, Expression]) -> pl.DataFrame:
        """What each expression gives for each person, by the names given; null is the empty collection.

        Truth values are Boolean, whole numbers Int64, decimals Float64 (the nearest), dates Date, codes and
        texts String, and several codes List(String). Raises TypeError for a column that cannot hold its
        fact, ValueError for NaN or infinity, and OverflowError for a whole number of more than 64 bits.
        """
        made = {name: self._result(expression) for name, expression in expressions.items()}
        frame = self._frame.lazy().with_columns(self._made.values())
        ours = [expr.alias(f"\0{position}") for position, expr in enumerate(made.values())]
        # with_columns, not select, so that an expression without facts also has a row for each person.
        chosen = frame.with_columns(ours).select([f"\0{position}" for position in range(len(ours))])
        # The streaming engine takes some choices between constants for columns of another length.
        result = chosen.collect(engine="in-memory")
        return result.rename(dict(zip(result.columns, made, strict=True)))

    def _result(self, expression: Expression) -> pl.Expr:
        for code, value_type in facts_read(expression.root, expression.kind):
            self._check(code, value_type)
        try:
            return self._written_out(_Walk(self).column(expression.root), expression.kind)
        except NotInColumnsError:
            return self.by_person(expression.root, expression.kind)

    def _written_out(self, column: Column, kind: FactKind) -> pl.Expr:
        match column:
            case Plain():
                return _as_text(column)
            case Selection():
                return column.expr.cast(_CODES)
            case Measured():
                return column.expr
            case Numbers() if kind is FactKind.INTEGER:
                return column.expr
            case Numbers() if column.largest < LARGEST_EXACT_FLOAT:
                return column.expr.truediv(self._keep(self._powers_of_ten(column.places)))
            case Quotient(above, below) if not below.written:
                return _as_float(*aligned(above, below))
            case _:
                raise NotInColumnsError

    def _check(self, code: str, value_type: ValueType) -> None:
        """Add a missing column and refuse one that cannot hold the fact."""
        if code in self._checked:
            return
        wanted = _CODES if value_type.many else _TYPES[value_type.element]
        if self._types.get(code, pl.Null()) == pl.Null():
            self._frame = self._frame.with_columns(pl.lit(None, wanted).alias(code))
            self._types[code] = wanted
        column = self._frame.get_column(code)
        if not _can_hold(column.dtype, value_type):
            raise TypeError(
                f"The column “{code}” has the type {column.dtype}, in which {value_type.element} cannot be."
            )
        if column.dtype == pl.Float64() and not column.is_finite().all():
            raise ValueError(f"The column “{code}” has NaN or infinity where a number belongs.")
        self._checked.add(code)

    def by_person(self, node: Node, kind: FactKind) -> pl.Expr:
        """The node's value, evaluated once for each set of answers that some people share."""
        evaluate = compiled(node)
        value_type = _CODES if kind is FactKind.CODES else _TYPES[ELEMENTS[kind]]
        codes = sorted({code for code, _ in facts_read(node, kind)})
        if not codes:
            return pl.lit(_as_cell(evaluate({})), value_type)
        rows = self._frame.select(codes).with_row_index("\0row")
        groups = rows.group_by(codes).agg("\0row")
        answers = groups.select(codes).iter_rows(named=True)
        cells = [_as_cell(evaluate(_facts_in(answer))) for answer in answers]
        if kind is FactKind.INTEGER and any(isinstance(cell, int) and abs(cell) >= 2**63 for cell in cells):
            raise OverflowError("A whole number of more than 64 bits has no place in a column.")
        found = pl.DataFrame({"\0row": groups["\0row"], "\0value": pl.Series(cells, dtype=value_type)})
        return self._keep(found.explode("\0row").sort("\0row").get_column("\0value"))

    def unknown(self, element: Element) -> pl.Expr:
        """A column of nulls; of a lone null Polars makes columns of another length."""
        if element not in self._unknown:
            nulls = pl.Series([None], dtype=_TYPES[element]).new_from_index(0, self._frame.height)
            self._unknown[element] = self._keep(nulls)
        return self._unknown[element]

    def _keep(self, series: pl.Series) -> pl.Expr:
        """A column beside the frame's, read by the expressions of `values`."""
        name = f"\0made {len(self._made)}"
        self._made[name] = series.alias(name)
        return pl.col(name)

    def leaf(self, code: str) -> Column:
        """A fact's column. Raises NotInColumnsError."""
        column = pl.col(code)
        match self._types[code]:
            case pl.Boolean():
                return Plain(column, Element.BOOLEAN)
            case pl.Date():
                return Plain(column, Element.DATE)
            case pl.String():
                return Plain(column, Element.TEXT)
            case pl.Enum() as enumeration:
                return Plain(column, Element.TEXT, values=frozenset(enumeration.categories))
            case pl.List():
                return Selection(column, code)
            case pl.Float64():
                return Measured(column, code)
            case _:
                return self._whole_numbers(code)

    def _whole_numbers(self, code: str) -> Numbers:
        """A column of whole numbers. Raises NotInColumnsError where they need more than 62 bits."""
        if code not in self._numbers:
            low, high = _range(self._frame.get_column(code))
            if max(abs(low), abs(high)) >= LARGEST:
                raise NotInColumnsError
            whole = pl.col(code).cast(pl.Int64())
            self._numbers[code] = Numbers(whole, 0, low, high, narrow=pl.col(code))
        return self._numbers[code]

    def exact_numbers(self, code: str) -> Numbers:
        """A column of floats as whole numbers over a power of ten. Raises NotInColumnsError."""
        if code not in self._numbers:
            self._numbers[code] = self._as_whole(self._frame.get_column(code))
        return self._numbers[code]

    def _as_whole(self, floats: pl.Series) -> Numbers:
        for places in range(MOST_PLACES + 1):
            scaled = (floats * 10.0**places).round(0)
            # Up to 15 digits the float nearest to a decimal prints as it.
            if not (scaled.abs() < MOST_DIGITS).all():
                break
            whole = scaled.cast(pl.Int64())
            if (whole.cast(pl.Float64()) / self._powers_of_ten(places) == floats).all():
                low, high = _range(whole)
                return Numbers(self._keep(whole), places, low, high)
        raise NotInColumnsError

    def _powers_of_ten(self, places: int) -> pl.Series:
        """A divisor for each row: by a lone one Polars does not divide but multiplies with its inverse."""
        return pl.Series([10.0**places]).new_from_index(0, self._frame.height)

    def chosen(self, selection: Selection, code: str, codes: tuple[str, ...]) -> pl.Expr:
        """Whether each person chose the code, one of `codes`; null where there is no answer."""
        key = (selection.code, code)
        if key not in self._chosen:
            bits = self._bits_of(selection.code, codes)
            self._chosen[key] = self._keep((bits & 2 ** codes.index(code)) != 0)
        return self._chosen[key]

    def _bits_of(self, fact: str, codes: tuple[str, ...]) -> pl.Series:
        """The codes that each person chose, a bit for each in the order of `codes`."""
        key = (fact, codes)
        if key not in self._bits:
            listed = pl.Enum(codes)
            number = pl.element().to_physical()
            if self._types[fact] != pl.List(listed):
                number = pl.element().cast(pl.String()).cast(listed, strict=False).to_physical()
            bits = self._frame.get_column(fact).list.eval(2 ** number.cast(pl.Int64()))
            self._bits[key] = bits.list.sum().cast(pl.Int64())
        return self._bits[key]


class _Walk:
    """One expression's way through its tree, from the leaves up."""

    def __init__(self, cohort: Cohort) -> None:
        self._cohort = cohort
        self._columns: dict[int, Column | None] = {}
        self._reads: dict[int, bool] = {}

    def column(self, node: Node) -> Column:
        self._walk(node)
        column = self._columns[id(node)]
        if column is None:
            raise NotInColumnsError
        return column

    def _walk(self, node: Node) -> None:
        chain: list[Apply] = []
        first = node
        # A long chain such as `a + b + c …` is a loop, so that calls go only as deep as the text is nested.
        while isinstance(first, Apply) and id(first) not in self._columns:
            chain.append(first)
            first = first.operands[0]
        if not isinstance(first, Apply):
            self._columns[id(first)] = self._leaf(first)
            self._reads[id(first)] = isinstance(first, Fact)
        for apply in reversed(chain):
            for operand in apply.operands[1:]:
                self._walk(operand)
            self._reads[id(apply)] = any(self._reads[id(operand)] for operand in apply.operands)
            self._columns[id(apply)] = self._applied(apply)

    def _leaf(self, node: Literal | Fact | Empty) -> Column | None:
        try:
            match node:
                case Empty():
                    return Nothing()
                case Fact(code):
                    return self._cohort.leaf(code)
                case _:
                    return self._written(node.value)
        except NotInColumnsError:
            return None

    def _applied(self, node: Apply) -> Column | None:
        operation = OPERATIONS[node.operation]
        try:
            if not self._reads[id(node)]:
                return self._written(compiled(node)({}))
            return operation.columns(self, node)
        except NotInColumnsError:
            if operation.gives != CONDITION:
                return None
            return Plain(self._cohort.by_person(node, FactKind.BOOLEAN), Element.BOOLEAN)

    def _written(self, value: Value) -> Column:
        match value:
            case None:
                raise NotInColumnsError
            case tuple():
                return Items(tuple(self._written_item(one) for one in value), merged=False)
            case _:
                return self._written_item(value)

    def _written_item(self, value: bool | int | Decimal | str | date) -> Plain | Numbers:  # noqa: FBT001  any value
        match value:
            case bool():
                return Plain(self.constant(value, Element.BOOLEAN), Element.BOOLEAN, value)
            case int() | Decimal():
                return self._written_number(Decimal(value))
            case str():
                return Plain(self.constant(value, Element.TEXT), Element.TEXT, value)
            case _:
                return Plain(self.constant(value, Element.DATE), Element.DATE, value)

    def _written_number(self, number: Decimal) -> Numbers:
        above, below = number.as_integer_ratio()
        places, digits = reciprocal(below)
        whole = above * digits
        if abs(whole) >= LARGEST or not digits:
            raise NotInColumnsError
        return Numbers(self.constant(whole, Element.INTEGER), places, whole, whole, written=True)

    def exact(self, column: Column) -> Numbers:
        match column:
            case Numbers():
                return column
            case Measured():
                return self._cohort.exact_numbers(column.code)
            case _:
                raise NotInColumnsError

    def chosen(self, selection: Selection, code: str, codes: tuple[str, ...]) -> pl.Expr:
        if len(codes) > MOST_CODES:
            return selection.expr.cast(_CODES).list.contains(code)
        return self._cohort.chosen(selection, code, codes)

    def constant(self, value: bool | date | int | float | str, element: Element) -> pl.Expr:  # noqa: FBT001  any value
        return pl.lit(value, _TYPES[element])

    def unknown(self, element: Element) -> pl.Expr:
        return self._cohort.unknown(element)

    def text(self, column: Plain) -> pl.Expr:
        return _as_text(column)

    def where(self, condition: pl.Expr, then: pl.Expr, otherwise: pl.Expr | None = None) -> pl.Expr:
        chosen = pl.when(condition).then(then)
        return chosen if otherwise is None else chosen.otherwise(otherwise)


def facts_read(node: Node, kind: FactKind) -> Iterator[tuple[str, ValueType]]:
    """Each fact that the tree reads, with what it can be; `kind` is what the tree gives."""
    waiting: list[tuple[Node, ValueType]] = [(node, ValueType(ELEMENTS[kind], kind is FactKind.CODES))]
    while waiting:
        here, value_type = waiting.pop()
        match here:
            case Fact(code):
                yield code, value_type
            case Apply():
                waiting.extend(zip(here.operands, here.types, strict=True))
            case _:
                pass


def _can_hold(dtype: pl.DataType, value_type: ValueType) -> bool:
    if value_type.many:
        return isinstance(dtype, pl.List) and isinstance(dtype.inner, pl.String | pl.Enum)
    match value_type.element:
        case Element.TEXT:
            return isinstance(dtype, pl.String | pl.Enum)
        case Element.INTEGER | Element.DECIMAL:
            return dtype.is_integer() or dtype == pl.Float64()
        case element:
            return dtype == _TYPES[element]


def _range(column: pl.Series) -> tuple[int, int]:
    low, high = column.min(), column.max()
    return (low, high) if isinstance(low, int) and isinstance(high, int) else (0, 0)


def _as_float(above: Numbers, below: Numbers) -> pl.Expr:
    """The float nearest to the quotient.

    Numbers of 53 bits have quotients so far from the middle between two floats that their first 34 digits,
    which one person's quotient has, round to the same float.
    """
    if max(above.largest, below.largest) >= LARGEST_EXACT_FLOAT:
        raise NotInColumnsError
    return above.expr.cast(pl.Float64()) / below.expr.cast(pl.Float64())


def _as_text(column: Plain) -> pl.Expr:
    return column.expr if column.values is None else column.expr.cast(pl.String())


def _facts_in(answers: Mapping[str, object]) -> dict[str, FactValue]:
    """One person's facts in a row of the frame."""
    return {code: _fact_value(value) for code, value in answers.items() if value is not None}


def _fact_value(value: object) -> FactValue:
    match value:
        case float():
            return Decimal(repr(value))
        case list():
            return tuple(value)
        case _:
            return cast("FactValue", value)  # the columns' types have been checked


def _as_cell(value: Value) -> object:
    match value:
        case Decimal():
            return float(value)
        case tuple():
            return list(value)
        case _:
            return value
