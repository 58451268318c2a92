"""What each operation does with columns: for every row the same as its meaning for one person."""

import operator
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import reduce
from typing import TYPE_CHECKING, TypeAlias

from .column_values import (
    LARGEST,
    Column,
    ColumnMeaning,
    Columns,
    Item,
    Items,
    Measured,
    Nothing,
    NotInColumnsError,
    Numbers,
    Plain,
    Quotient,
    Selection,
)
from .nodes import Apply, Element, Literal, ValueType

if TYPE_CHECKING:
    import polars as pl

Comparison: TypeAlias = "Callable[[pl.Expr, pl.Expr], pl.Expr]"

_TURNED: Mapping[Comparison, Comparison] = {
    operator.eq: operator.eq,
    operator.ne: operator.ne,
    operator.lt: operator.gt,
    operator.le: operator.ge,
    operator.gt: operator.lt,
    operator.ge: operator.le,
}
"""Each comparison with its operands the other way round."""


# Polars' & and | on truth values with nulls are the specification's three-valued tables.


def both_hold(columns: Columns, node: Apply) -> Column:
    return _conditions(columns, node, operator.and_)


def either_holds(columns: Columns, node: Apply) -> Column:
    return _conditions(columns, node, operator.or_)


def implication_holds(columns: Columns, node: Apply) -> Column:
    return _conditions(columns, node, lambda left, right: ~left | right)


def differ(columns: Columns, node: Apply) -> Column:
    return _conditions(columns, node, operator.xor)


def negation(columns: Columns, node: Apply) -> Column:
    (operand,) = node.operands
    return Plain(~_condition(columns, columns.column(operand)), Element.BOOLEAN)


def comparison(compare: Comparison) -> ColumnMeaning:
    """Of two single values; null where either is."""

    def meaning(columns: Columns, node: Apply) -> Column:
        left, right = (columns.column(operand) for operand in node.operands)
        return Plain(_compared(columns, left, right, compare), Element.BOOLEAN)

    return meaning


def equivalence(columns: Columns, node: Apply) -> Column:
    """Only where it is equality: texts and decimal numbers are evaluated one person at a time."""
    left, right = (columns.column(operand) for operand in node.operands)
    elements = {value_type.element for value_type in node.types}
    simple = {Element.BOOLEAN, Element.DATE, Element.INTEGER}
    if len(elements) > 1 or not elements <= simple or isinstance(left, Nothing | Items):
        raise NotInColumnsError
    if isinstance(right, Nothing | Items):
        raise NotInColumnsError
    one, other = _known(left), _known(right)
    equal = _compared(columns, left, right, operator.eq)
    return Plain(columns.where(one & other, equal, ~one & ~other), Element.BOOLEAN)


def membership(columns: Columns, node: Apply) -> Column:
    item, collection = (columns.column(operand) for operand in node.operands)
    return _member(columns, item, collection, node.types[1])


def containment(columns: Columns, node: Apply) -> Column:
    collection, item = (columns.column(operand) for operand in node.operands)
    return _member(columns, item, collection, node.types[0])


def united(columns: Columns, node: Apply) -> Column:
    return _together(columns, node, merged=True)


def concatenation(columns: Columns, node: Apply) -> Column:
    return _together(columns, node, merged=False)


def given(columns: Columns, node: Apply) -> Column:
    return Plain(_is_given(columns, node), Element.BOOLEAN)


def not_given(columns: Columns, node: Apply) -> Column:
    return Plain(~_is_given(columns, node), Element.BOOLEAN)


def counting(columns: Columns, node: Apply) -> Column:
    items = _items(columns.column(node.operands[0]))
    if items.merged and len(items.items) > 1:
        raise NotInColumnsError
    result = Numbers(columns.constant(0, Element.INTEGER), 0, 0, 0)
    for item in items.items:
        if isinstance(item, Selection):
            length, most = item.expr.list.len(), 2**32
        else:
            length, most = columns.constant(1, Element.INTEGER), 1
        one = Numbers(columns.where(_known(item), length), 0, 0, most)
        result = _sum(result, one)
    return result


def total(columns: Columns, node: Apply) -> Column:
    items = _items(columns.column(node.operands[0]))
    if not items.items:
        return Nothing()
    return reduce(_sum, [columns.exact(item) for item in items.items])


def average(columns: Columns, node: Apply) -> Column:
    items = _items(columns.column(node.operands[0]))
    if not items.items:
        return Nothing()
    numbers = len(items.items)
    below = Numbers(columns.constant(numbers, Element.INTEGER), 0, numbers, numbers, written=True)
    return _divided(columns, reduce(_sum, [columns.exact(item) for item in items.items]), below)


def least(columns: Columns, node: Apply) -> Column:
    return _extreme(columns, node, operator.lt)


def greatest(columns: Columns, node: Apply) -> Column:
    return _extreme(columns, node, operator.gt)


def choice(columns: Columns, node: Apply) -> Column:
    criterion = columns.column(node.operands[0])
    branches = [columns.column(branch) for branch in node.operands[1:]]
    if_true, if_false = branches if len(branches) == 2 else (*branches, Nothing())
    if isinstance(if_true, Nothing) and isinstance(if_false, Nothing):
        return Nothing()
    if isinstance(criterion, Plain) and criterion.written is None:
        return _chosen(columns, criterion.expr, if_true, if_false)
    chosen = if_true if isinstance(criterion, Plain) and criterion.written else if_false
    if isinstance(chosen, Nothing):
        # Unknown, of the other branch's type: a collection may hold nothing, but not be unknown.
        raise NotInColumnsError
    return chosen


def same(columns: Columns, node: Apply) -> Column:
    return columns.column(node.operands[0])


def minus(columns: Columns, node: Apply) -> Column:
    return _on_numbers(columns, node, lambda one: Numbers(-one.expr, one.places, -one.high, -one.low))


def absolute(columns: Columns, node: Apply) -> Column:
    return _on_numbers(columns, node, lambda one: Numbers(one.expr.abs(), one.places, 0, one.largest))


def addition(columns: Columns, node: Apply) -> Column:
    return _on_numbers(columns, node, _sum)


def subtraction(columns: Columns, node: Apply) -> Column:
    return _on_numbers(columns, node, _difference)


def multiplication(columns: Columns, node: Apply) -> Column:
    return _on_numbers(columns, node, _product)


def division(columns: Columns, node: Apply) -> Column:
    return _on_numbers(columns, node, lambda above, below: _divided(columns, above, below))


def whole_division(columns: Columns, node: Apply) -> Column:
    return _on_numbers(columns, node, lambda above, below: _whole_quotient(columns, above, below))


def remainder(columns: Columns, node: Apply) -> Column:
    def rest(above: Numbers, below: Numbers) -> Numbers:
        above, below = aligned(above, below)
        quotient = _whole_quotient(columns, above, below)
        bound = min(above.largest, below.largest)
        return Numbers(above.expr - below.expr * quotient.expr, above.places, -bound, bound)

    return _on_numbers(columns, node, rest)


def rounding(columns: Columns, node: Apply) -> Column:
    """To places that are written out; others are evaluated one person at a time."""
    match node.operands[1:]:
        case ():
            places = 0
        case (Literal(int() as written),):
            places = written
        case _:
            raise NotInColumnsError
    number = columns.column(node.operands[0])
    if isinstance(number, Nothing):
        return _unknown_number(columns)
    if isinstance(number, Quotient):
        above, below = number.above, number.below
    else:
        above = columns.exact(number)
        below = Numbers(columns.constant(1, Element.INTEGER), 0, 1, 1, written=True)
        if above.places <= places:
            return above
    # A half upwards is the floor of (2 x + 1) / 2.
    shift = places + below.places - above.places
    twice = _scaled(Numbers(above.expr, 0, above.low, above.high), max(0, shift), 2)
    under = _scaled(Numbers(below.expr, 0, below.low, below.high), max(0, -shift))
    bound = twice.largest + 1
    return Numbers((twice.expr + under.expr) // (under.expr * 2), places, -bound, bound)


def _conditions(columns: Columns, node: Apply, combine: Comparison) -> Plain:
    left, right = (_condition(columns, columns.column(operand)) for operand in node.operands)
    return Plain(combine(left, right), Element.BOOLEAN)


def _condition(columns: Columns, column: Column) -> "pl.Expr":
    if isinstance(column, Plain):
        return column.expr
    return columns.unknown(Element.BOOLEAN)


def _compared(columns: Columns, left: Column, right: Column, compare: Comparison) -> "pl.Expr":
    if _is_written(left) and not _is_written(right):
        # Polars takes some comparisons of a constant with a column for constant.
        return _compared(columns, right, left, _TURNED[compare])
    match left, right:
        case (Nothing(), _) | (_, Nothing()):
            return columns.unknown(Element.BOOLEAN)
        case Plain(), Plain():
            return _compared_plain(columns, left, right, compare)
        case Measured(), Measured():
            # The decimals that two floats print as are in the floats' order.
            return compare(left.expr, right.expr)
        case Measured(), Numbers() if (as_float := _as_float(columns, right)) is not None:
            return compare(left.expr, as_float)
        case Quotient(), Quotient():
            raise NotInColumnsError
        case Quotient(), _:
            return compare(*_crossed(left, columns.exact(right)))
        case _, Quotient():
            return _compared(columns, right, left, _TURNED[compare])
        case _:
            return _compared_numbers(columns.exact(left), columns.exact(right), compare)


def _compared_plain(columns: Columns, left: Plain, right: Plain, compare: Comparison) -> "pl.Expr":
    # An enumeration's order is its own, and it knows no text beyond its values.
    equality = compare in (operator.eq, operator.ne)
    if equality and left.values is not None and right.written in left.values:
        return compare(left.expr, right.expr)
    return compare(columns.text(left), columns.text(right))


def _compared_numbers(left: Numbers, right: Numbers, compare: Comparison) -> "pl.Expr":
    if left.places == right.places and left.narrow is not None and right.written:
        return compare(left.narrow, right.expr)
    one, other = aligned(left, right)
    return compare(one.expr, other.expr)


def _as_float(columns: Columns, number: Numbers) -> "pl.Expr | None":
    """A number written out as the float that prints as it; None for any other."""
    if not number.written:
        return None
    decimal = Decimal(number.low).scaleb(-number.places)
    nearest = float(decimal)
    # Up to 15 digits it is so, and then a float is over, at or under it as the decimal that it prints as is.
    return columns.constant(nearest, Element.DECIMAL) if Decimal(repr(nearest)) == decimal else None


def _crossed(quotient: Quotient, number: Numbers) -> "tuple[pl.Expr, pl.Expr]":
    """Two whole numbers in the order of the quotient and the number.

    The quotient of one person is cut to 34 digits, which moves it neither to nor across a number of 19.
    """
    product = _product(number, quotient.below)
    one, other = aligned(quotient.above, product)
    return one.expr, other.expr


def _member(columns: Columns, item: Column, collection: Column, value_type: ValueType) -> Plain:
    candidates = _items(collection).items
    if isinstance(item, Nothing | Items):  # one item at most: the types have been checked
        return Plain(columns.unknown(Element.BOOLEAN), Element.BOOLEAN)
    if not candidates:
        return Plain(columns.where(_known(item), _never(columns)), Element.BOOLEAN)
    found = reduce(
        operator.or_, [_found(columns, item, candidate, value_type.codes) for candidate in candidates]
    )
    known = [_known(candidate) for candidate in candidates if not _is_written(candidate)]
    # One unknown candidate is enough not to know; a lone one makes the comparison unknown by itself.
    if known and len(candidates) > 1:
        found = columns.where(reduce(operator.and_, known), found)
    return Plain(found, Element.BOOLEAN)


def _found(columns: Columns, item: Column, candidate: Item, codes: tuple[str, ...] | None) -> "pl.Expr":
    """Whether the item is the candidate or among the codes chosen; null where either is unknown."""
    if not isinstance(candidate, Selection):
        return _compared(columns, candidate, item, operator.eq)
    if not isinstance(item, Plain) or codes is None:
        raise NotInColumnsError
    if isinstance(item.written, str):
        return columns.chosen(candidate, item.written, codes)
    possible = [
        columns.chosen(candidate, code, codes) & (columns.text(item) == columns.constant(code, Element.TEXT))
        for code in codes
    ]
    return columns.where(_known(item) & _known(candidate), reduce(operator.or_, possible))


def _never(columns: Columns) -> "pl.Expr":
    return columns.constant(value=False, element=Element.BOOLEAN)


def _is_written(column: Column) -> bool:
    match column:
        case Plain():
            return column.written is not None
        case Numbers():
            return column.written
        case _:
            return False


def _together(columns: Columns, node: Apply, *, merged: bool) -> Items:
    parts = [_items(columns.column(operand)) for operand in node.operands]
    items = tuple(item for part in parts for item in part.items)
    return Items(items, merged or any(part.merged for part in parts))


def _items(column: Column) -> Items:
    match column:
        case Nothing():
            return Items((), merged=False)
        case Items():
            return column
        case _:
            return Items((column,), merged=False)


def _is_given(columns: Columns, node: Apply) -> "pl.Expr":
    column = columns.column(node.operands[0])
    if isinstance(column, Nothing):
        return _never(columns)
    return reduce(operator.and_, [_known(item) for item in _items(column).items])


def _known(item: Item) -> "pl.Expr":
    if isinstance(item, Quotient):
        return item.above.expr.is_not_null() & item.below.expr.is_not_null()
    return item.expr.is_not_null()


def _extreme(columns: Columns, node: Apply, better: Comparison) -> Column:
    items: Sequence[Item] = _items(columns.column(node.operands[0])).items
    if not items:
        return Nothing()
    if all(isinstance(item, Plain) for item in items):
        return reduce(lambda one, other: _better(columns, one, other, better), items)
    numbers: Sequence[Item] = [columns.exact(item) for item in items]
    return reduce(lambda one, other: _better(columns, one, other, better), numbers)


def _better(columns: Columns, one: Item, other: Item, better: Comparison) -> Item:
    """The least or greatest of two; null where either is."""
    condition = _compared(columns, one, other, better)
    return _chosen(columns, condition, one, other, agreeing=False)


def _chosen(
    columns: Columns, condition: "pl.Expr", if_true: Column, if_false: Column, *, agreeing: bool = True
) -> Plain | Numbers:
    """One of two values; where the condition is unknown, what they agree on."""
    if isinstance(if_true, Plain) or isinstance(if_false, Plain):
        element = if_true.element if isinstance(if_true, Plain) else if_false.element  # type: ignore[union-attr]
        one, other = (
            columns.text(column) if isinstance(column, Plain) else columns.unknown(element)
            for column in (if_true, if_false)
        )
        low, high, places = 0, 0, 0
    else:
        left, right = (_number_or_null(columns, column) for column in (if_true, if_false))
        left, right = aligned(left, right)
        one, other = left.expr, right.expr
        low, high, places = min(left.low, right.low), max(left.high, right.high), left.places
        element = Element.INTEGER
    same = other == one if _is_written(if_true) else one == other  # as in _compared
    agreed = columns.where(same, one) if agreeing else columns.unknown(element)
    chosen = columns.where(condition, one, columns.where(~condition, other, agreed))
    return Plain(chosen, element) if element is not Element.INTEGER else Numbers(chosen, places, low, high)


def _number_or_null(columns: Columns, column: Column) -> Numbers:
    if isinstance(column, Nothing):
        return _unknown_number(columns)
    return columns.exact(column)


def _unknown_number(columns: Columns) -> Numbers:
    return Numbers(columns.unknown(Element.INTEGER), 0, 0, 0)


def _on_numbers(columns: Columns, node: Apply, function: Callable[..., Column]) -> Column:
    """The function of exact numbers; unknown where an operand is the empty collection."""
    operands = [columns.column(operand) for operand in node.operands]
    if any(isinstance(operand, Nothing) for operand in operands):
        return _unknown_number(columns)
    return function(*[columns.exact(operand) for operand in operands])


def _bounded(number: Numbers) -> Numbers:
    if number.largest >= LARGEST:
        raise NotInColumnsError
    return number


def _scaled(number: Numbers, places: int, times: int = 1) -> Numbers:
    """The same number written with more places, or times so much."""
    factor = 10**places * times
    if number.largest * factor >= LARGEST or factor >= LARGEST:
        raise NotInColumnsError
    expr = number.expr * factor if factor != 1 else number.expr
    return Numbers(expr, number.places + places, number.low * factor, number.high * factor)


def aligned(left: Numbers, right: Numbers) -> tuple[Numbers, Numbers]:
    """Both with the same number of places. Raises NotInColumnsError."""
    places = max(left.places, right.places)
    return _scaled(left, places - left.places), _scaled(right, places - right.places)


def _sum(left: Numbers, right: Numbers) -> Numbers:
    left, right = aligned(left, right)
    return _bounded(
        Numbers(left.expr + right.expr, left.places, left.low + right.low, left.high + right.high)
    )


def _difference(left: Numbers, right: Numbers) -> Numbers:
    left, right = aligned(left, right)
    return _bounded(
        Numbers(left.expr - right.expr, left.places, left.low - right.high, left.high - right.low)
    )


def _product(left: Numbers, right: Numbers) -> Numbers:
    ends = [one * other for one in (left.low, left.high) for other in (right.low, right.high)]
    return _bounded(Numbers(left.expr * right.expr, left.places + right.places, min(ends), max(ends)))


def _divided(columns: Columns, above: Numbers, below: Numbers) -> Column:
    """Exact where the quotient has a last digit whatever is divided, else a quotient to compare or round."""
    if below.written and below.low:
        places, digits = reciprocal(below.low)
        if digits:
            factor = Numbers(columns.constant(digits, Element.INTEGER), places, digits, digits)
            # To divide by 0.01 is to multiply by 100: the divisor's own places come off.
            return _with_fewer_places(_product(above, factor), below.places)
    # Above and below change their signs together, so that below is over 0.
    size = columns.where(below.expr != 0, below.expr.abs())
    signed = columns.where(below.expr < 0, -above.expr, above.expr)
    return Quotient(
        Numbers(signed, above.places, -above.largest, above.largest),
        Numbers(size, below.places, 1, max(1, below.largest), written=below.written),
    )


def reciprocal(divisor: int) -> tuple[int, int]:
    """How many places 1 / divisor has, and its digits; no digits where it does not end."""
    for places in range(19):
        digits, rest = divmod(10**places, divisor)
        if not rest:
            return places, digits
    return 0, 0


def _with_fewer_places(number: Numbers, places: int) -> Numbers:
    """The number times 10 to `places`."""
    missing = max(0, places - number.places)
    scaled = _scaled(number, missing)
    return Numbers(scaled.expr, scaled.places - places, scaled.low, scaled.high)


def _whole_quotient(columns: Columns, above: Numbers, below: Numbers) -> Numbers:
    above, below = aligned(above, below)
    size = above.expr.abs() // columns.where(below.expr != 0, below.expr.abs())
    signed = columns.where((above.expr < 0) ^ (below.expr < 0), -size, size)
    return Numbers(signed, 0, -above.largest, above.largest)
