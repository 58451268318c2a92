"""For each fact, the few values that stand for all the others: where a rule that reads it can change its
mind.
"""

from collections.abc import Collection, Iterator
from datetime import date, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from itertools import combinations
from typing import cast

from questionnaires.definition.facts import FactKind, FactType, FactValue

ONE = Decimal(1)


def representative_values(
    fact: FactType, literals: Collection[FactValue], between: int
) -> tuple[FactValue, ...]:
    """Values of the fact at which conditions that compare it with these literals can differ, in the fact's
    order.

    Both answers of a yes-or-no fact; every code; for several codes none, each one that is named, one that is
    not, and each pair of named ones; for numbers each literal, just below and just above it, the range's
    ends, and so many points `between` the ends, for rules that read the fact where no literal says at which
    values they turn.
    """
    match fact.kind:
        case FactKind.BOOLEAN:
            return (False, True)
        case FactKind.CODE:
            return fact.values
        case FactKind.CODES:
            return _selections(fact, {str(value) for value in literals})
        case FactKind.INTEGER | FactKind.DECIMAL:
            return _numbers(fact, [_decimal(value) for value in literals], between)
        case FactKind.DATE:
            days = {value for value in literals if isinstance(value, date)}
            one = timedelta(days=1)
            return tuple(sorted({near for day in days for near in (day - one, day, day + one)}))
        case _:  # a text
            return ("", *sorted({str(value) for value in literals} - {""}))


def step_of(fact: FactType, literals: Collection[FactValue] = ()) -> Decimal:
    """The smallest difference between two answers that matters: 1 for whole numbers, else a digit past the
    literals.
    """
    if fact.kind is FactKind.INTEGER:
        return ONE
    return ONE.scaleb(-1 - max((_decimals(_decimal(value)) for value in literals), default=0))


def _selections(fact: FactType, named: set[str]) -> tuple[FactValue, ...]:
    mentioned = [code for code in fact.values if code in named]
    other = next((code for code in fact.values if code not in named), None)
    singles = [(code,) for code in fact.values if code in named or code == other]
    return ((), *singles, *combinations(mentioned, 2))


def _numbers(fact: FactType, literals: list[Decimal], between: int) -> tuple[FactValue, ...]:
    step = step_of(fact, literals)
    points = {near for literal in literals for near in (literal - step, literal, literal + step)}
    ends = [end for end in (fact.minimum, fact.maximum) if end is not None]
    points.update(ends)
    if len(ends) == 2:
        low, high = ends
        points.update(low + (high - low) * part / (between + 1) for part in range(1, between + 1))
    allowed = sorted(
        point
        for point in points
        if (fact.minimum is None or point >= fact.minimum) and (fact.maximum is None or point <= fact.maximum)
    )
    if fact.kind is FactKind.DECIMAL:
        return tuple(allowed)
    return tuple(sorted({whole for point in allowed for whole in _wholes(point)}))


def _wholes(point: Decimal) -> Iterator[int]:
    yield int(point.to_integral_value(ROUND_FLOOR))
    yield int(point.to_integral_value(ROUND_CEILING))


def _decimal(value: FactValue) -> Decimal:
    return Decimal(cast("int | Decimal", value))  # a condition compares numbers with numbers only


def _decimals(number: Decimal) -> int:
    exponent = number.normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0
