"""What each operation does with values; None is the empty collection, which is what an unknown answer is."""

from collections.abc import Callable, Sequence
from datetime import date
from decimal import ROUND_HALF_DOWN, ROUND_HALF_UP, Context, Decimal
from typing import TypeAlias, cast

from questionnaires.definition.facts import Facts

from .limits import LARGEST_INTEGER
from .nodes import ValueType

Number: TypeAlias = int | Decimal
Item: TypeAlias = bool | int | Decimal | str | date
Value: TypeAlias = Item | tuple[Item, ...] | None
Evaluate: TypeAlias = Callable[[Facts], Value]
Step: TypeAlias = Callable[[Value, Facts], Value]
"""The value of an operation, given the value of its first operand and the facts that the others read."""
Meaning: TypeAlias = Callable[[Sequence[ValueType], Sequence[Evaluate]], Step]
"""Makes the step from the types of all operands and the evaluators of all but the first."""

# Every sum is made here, whatever the thread's own decimal context is. No traps: what has no result is NaN or
# infinite, and becomes empty.
ARITHMETIC = Context(prec=34, Emin=-6143, Emax=6144, traps=[])
ROUNDING = Context(prec=160, Emin=-6143, Emax=6144, traps=[])
MOST_PLACES = 28
LARGEST_EXPONENT = 77


def both_hold(types: Sequence[ValueType], rest: Sequence[Evaluate]) -> Step:
    (right,) = rest

    def step(left: Value, facts: Facts) -> Value:
        if left is False:
            return False
        other = right(facts)
        if other is False:
            return False
        return None if left is None or other is None else True

    return step


def either_holds(types: Sequence[ValueType], rest: Sequence[Evaluate]) -> Step:
    (right,) = rest

    def step(left: Value, facts: Facts) -> Value:
        if left is True:
            return True
        other = right(facts)
        if other is True:
            return True
        return None if left is None or other is None else False

    return step


def implication_holds(types: Sequence[ValueType], rest: Sequence[Evaluate]) -> Step:
    (right,) = rest

    def step(left: Value, facts: Facts) -> Value:
        if left is False:
            return True
        other = right(facts)
        if left is True or other is True:
            return other
        return None

    return step


def propagating(function: Callable[..., Value]) -> Meaning:
    """The function where every operand has a value, and empty where one has none."""

    def meaning(types: Sequence[ValueType], rest: Sequence[Evaluate]) -> Step:
        if not rest:
            return lambda first, facts: None if first is None else function(first)
        (second,) = rest

        def step(first: Value, facts: Facts) -> Value:
            if first is None:
                return None
            other = second(facts)
            return None if other is None else function(first, other)

        return step

    return meaning


def on_collections(function: Callable[..., Value]) -> Meaning:
    """The same for a function of collections; a single value is a collection of one, `{}` one of none."""

    def meaning(types: Sequence[ValueType], rest: Sequence[Evaluate]) -> Step:
        if all(value_type.is_nothing for value_type in types):
            return lambda first, facts: None
        as_collections = [_as_collection(value_type) for value_type in types]

        def step(first: Value, facts: Facts) -> Value:
            collections = []
            values = (first, *(evaluate(facts) for evaluate in rest))
            for as_collection, value in zip(as_collections, values, strict=True):
                collection = as_collection(value)
                if collection is None:
                    return None
                collections.append(collection)
            return function(*collections)

        return step

    return meaning


def membership(types: Sequence[ValueType], rest: Sequence[Evaluate]) -> Step:
    """Whether the first operand is in the second; empty where either is unknown."""
    as_collection = _as_collection(types[1])
    (right,) = rest

    def step(item: Value, facts: Facts) -> Value:
        if item is None:
            return None
        collection = as_collection(right(facts))
        return None if collection is None else item in collection

    return step


def containment(types: Sequence[ValueType], rest: Sequence[Evaluate]) -> Step:
    """Whether the second operand is in the first; empty where either is unknown."""
    as_collection = _as_collection(types[0])
    (right,) = rest

    def step(first: Value, facts: Facts) -> Value:
        item = right(facts)
        collection = as_collection(first)
        return None if item is None or collection is None else item in collection

    return step


def given(types: Sequence[ValueType], rest: Sequence[Evaluate]) -> Step:
    """Whether there is an answer; an answered “none of these” is one."""
    return lambda first, facts: first is not None


def not_given(types: Sequence[ValueType], rest: Sequence[Evaluate]) -> Step:
    """Whether there is no answer."""
    return lambda first, facts: first is None


def equivalence(types: Sequence[ValueType], rest: Sequence[Evaluate]) -> Step:
    """Whether two values, or the items of two collections in any order, are equivalent; never empty."""
    as_left, as_right = (_as_collection(value_type) for value_type in types)
    (right,) = rest

    def step(first: Value, facts: Facts) -> Value:
        left, other = as_left(first) or (), list(as_right(right(facts)) or ())
        if len(left) != len(other):
            return False
        for item in left:
            match = next((candidate for candidate in other if items_equivalent(item, candidate)), None)
            if match is None:
                return False
            other.remove(match)
        return True

    return step


def choice(types: Sequence[ValueType], rest: Sequence[Evaluate]) -> Step:
    """The second operand where the first holds, the third where it does not.

    Where it is unknown whether the first holds, the result is what both branches agree on, else unknown: a
    missing answer must not pass for “no”. `iif({}, a, b)`, written so, is b as in the specification.
    """
    if_true = rest[0]
    if_false = rest[1] if len(rest) == 2 else _nothing
    if types[0].is_nothing:
        return lambda criterion, facts: if_false(facts)

    def step(criterion: Value, facts: Facts) -> Value:
        if criterion is True:
            return if_true(facts)
        if criterion is False:
            return if_false(facts)
        one, other = if_true(facts), if_false(facts)
        return one if one == other else None

    return step


def counting(types: Sequence[ValueType], rest: Sequence[Evaluate]) -> Step:
    """How many items there are; unknown where that is unknown."""
    as_collection = _as_collection(types[0])

    def step(first: Value, facts: Facts) -> Value:
        collection = as_collection(first)
        return None if collection is None else len(collection)

    return step


def differ(left: bool, right: bool) -> Value:  # noqa: FBT001  the two operands of xor are conditions
    return left is not right


def negation(condition: bool) -> Value:  # noqa: FBT001  the operand of not() is a condition
    return not condition


def union(left: tuple[Item, ...], right: tuple[Item, ...]) -> Value:
    """The items of both, each once, in order."""
    return tuple(dict.fromkeys((*left, *right)))


def concatenation(left: tuple[Item, ...], right: tuple[Item, ...]) -> Value:
    """The items of both, repeated ones kept."""
    return (*left, *right)


def plus(number: Number) -> Value:
    return number


def minus(number: Number) -> Value:
    return number.copy_negate() if isinstance(number, Decimal) else -number


def addition(left: Number, right: Number) -> Number | None:
    if isinstance(left, int) and isinstance(right, int):
        return _bounded(left + right)
    return _finite(ARITHMETIC.add(left, right))


def subtraction(left: Number, right: Number) -> Value:
    if isinstance(left, int) and isinstance(right, int):
        return _bounded(left - right)
    return _finite(ARITHMETIC.subtract(left, right))


def multiplication(left: Number, right: Number) -> Value:
    if isinstance(left, int) and isinstance(right, int):
        return _bounded(left * right)
    return _finite(ARITHMETIC.multiply(left, right))


def division(left: Number, right: Number) -> Value:
    return _finite(ARITHMETIC.divide(left, right))


def whole_division(left: Number, right: Number) -> Value:
    """The quotient without its fraction, cut towards zero; empty when dividing by zero."""
    if right == 0:
        return None
    if isinstance(left, int) and isinstance(right, int):
        quotient = abs(left) // abs(right)
        return quotient if (left < 0) is (right < 0) else -quotient
    decimal = _finite(ARITHMETIC.divide_int(left, right))
    return None if decimal is None else int(decimal)


def remainder(left: Number, right: Number) -> Value:
    """What the whole division leaves, with the sign of the left number; empty when dividing by zero."""
    if right == 0:
        return None
    if isinstance(left, int) and isinstance(right, int):
        rest = abs(left) % abs(right)
        return -rest if left < 0 else rest
    return _finite(ARITHMETIC.remainder(left, right))


def absolute(number: Number) -> Value:
    return number.copy_abs() if isinstance(number, Decimal) else abs(number)


def rounding(number: Number, places: int = 0) -> Value:
    """The nearest decimal with so many places, a half upwards: 2.5 is 3, -2.5 is -2. Empty below 0 places."""
    if places < 0:
        return None
    decimal = Decimal(number)
    half = ROUND_HALF_DOWN if decimal < 0 else ROUND_HALF_UP
    step = Decimal((0, (1,), -min(places, MOST_PLACES)))
    return _finite(decimal.quantize(step, half, ROUNDING))


def total(numbers: tuple[Number, ...]) -> Number | None:
    """The sum of one number or more."""
    result = numbers[0]
    for number in numbers[1:]:
        added = addition(result, number)
        if added is None:
            return None
        result = added
    return result


def average(numbers: tuple[Number, ...]) -> Value:
    sum_of_all = total(numbers)
    return None if sum_of_all is None else division(sum_of_all, len(numbers))


def least(items: tuple[Number, ...]) -> Value:
    return min(items, default=None)


def greatest(items: tuple[Number, ...]) -> Value:
    return max(items, default=None)


def items_equivalent(left: Item, right: Item) -> bool:
    """Equal, where texts may differ in case and spacing, and numbers beyond the less precise one's places."""
    if isinstance(left, str) and isinstance(right, str):
        return left.lower().split() == right.lower().split()
    if isinstance(left, Decimal) or isinstance(right, Decimal):
        one, other = Decimal(cast("Number", left)), Decimal(cast("Number", right))
        places = min(_places(one), _places(other), MOST_PLACES)
        return rounding(one, places) == rounding(other, places)
    return left == right


def _places(number: Decimal) -> int:
    exponent = number.normalize(ROUNDING).as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def _bounded(number: int) -> int | None:
    return number if -LARGEST_INTEGER <= number <= LARGEST_INTEGER else None


def _finite(number: Decimal) -> Decimal | None:
    return number if number.is_finite() and number.adjusted() <= LARGEST_EXPONENT else None


def _nothing(facts: Facts) -> Value:
    return None


def _as_collection(value_type: ValueType) -> Callable[[Value], tuple[Item, ...] | None]:
    if value_type.is_nothing:
        return lambda value: ()
    if value_type.many:
        return lambda value: cast("tuple[Item, ...] | None", value)
    return lambda value: None if value is None else (cast("Item", value),)
