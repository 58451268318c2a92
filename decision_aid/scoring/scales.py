"""Scores from answers, with a declared rule for each answer that is missing."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import cast

from decision_aid.scoring.arithmetic import to_step
from decision_aid.scoring.ruleset import CountAs, ProrateFrom, Refuse, Scale, ScaleMethod
from questionnaires.definition.digest import json_number
from questionnaires.definition.facts import Facts, FactValue

ONE = Decimal(1)
NOTHING = Decimal(0)
HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class Scored:
    """A scale's exact value and its band; `filled_in` names the missing facts that its missing rule stood in
    for.
    """

    value: Decimal
    band: str | None
    filled_in: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NotScorable:
    """The facts without which the scale has no value; never empty."""

    missing: tuple[str, ...]


ScaleResult = Scored | NotScorable


def measure(scale: Scale, values: Facts) -> ScaleResult:
    """The scale over `values`: the facts, and the scales before it that have a value of their own."""
    measured = [
        (item.value(values), maximum) for item, maximum in zip(scale.items, scale.maxima, strict=True)
    ]
    points = [(_points(value), maximum) for value, maximum in measured if value is not None]
    if len(points) == len(scale.items):
        return _scored(scale, _total(scale, points, len(points)), ())
    missing = _missing_facts(scale, values)
    rule = scale.missing
    if isinstance(rule, Refuse) or (isinstance(rule, ProrateFrom) and len(points) < rule.at_least):
        return NotScorable(missing)
    if isinstance(rule, CountAs):
        points = [(rule.value if value is None else _points(value), maximum) for value, maximum in measured]
    return _scored(scale, _total(scale, points, len(scale.items)), missing)


def shown_value(scale: Scale, value: Decimal) -> Decimal:
    """The value as people read it: rounded, but never across an edge at which a band or a rule changes."""
    if scale.decimals is None:
        return value
    step = ONE.scaleb(-scale.decimals)
    rounded = to_step(value, step, ROUND_HALF_UP)
    for edge in scale.edges:
        if value < edge <= rounded:
            return to_step(value, step, ROUND_FLOOR)
        if rounded < edge <= value:
            return to_step(value, step, ROUND_CEILING)
    return rounded


def scale_document(scale: Scale, result: ScaleResult) -> dict[str, object]:
    """The result as a report prints it."""
    if isinstance(result, NotScorable):
        return {"missing": list(result.missing)}
    document: dict[str, object] = {
        "value": json_number(shown_value(scale, result.value)),
        "band": result.band,
    }
    if result.filled_in:
        document["filled_in"] = list(result.filled_in)
    return document


def measure_all(
    scales: tuple[Scale, ...], facts: Facts
) -> tuple[dict[str, FactValue], dict[str, ScaleResult]]:
    """Every scale, and the facts joined by the scales that conditions may read.

    Conditions read a scale only when nothing was filled in for it: a stand-in is good enough to show and not
    good enough to decide, and the true value could still be any.
    """
    values: dict[str, FactValue] = dict(facts)
    results: dict[str, ScaleResult] = {}
    for scale in scales:
        result = measure(scale, values)
        results[scale.id] = result
        if isinstance(result, Scored) and not result.filled_in:
            values[scale.id] = result.value
    return values, results


def remeasure(scales: tuple[Scale, ...], values: dict[str, FactValue]) -> None:
    """Bring those scales up to date in `values` after one of their facts changed."""
    for scale in scales:
        result = measure(scale, values)
        if isinstance(result, Scored) and not result.filled_in:
            values[scale.id] = result.value
        else:
            values.pop(scale.id, None)


def _points(value: FactValue) -> Decimal:
    if isinstance(value, bool):
        return ONE if value else NOTHING
    return Decimal(cast("int | Decimal", value))  # reading lets a scale have no other items


def _total(scale: Scale, points: list[tuple[Decimal, Decimal]], items: int) -> Decimal:
    """The scale's value from its answered items, raised in proportion to `items` where the method counts."""
    total = sum((value for value, _ in points), NOTHING)
    match scale.method:
        case ScaleMethod.MEAN:
            return total / len(points)
        case ScaleMethod.PERCENT_OF_MAXIMUM:
            return total * HUNDRED / sum((maximum for _, maximum in points), NOTHING)
        case _:  # a sum, a count, or the one item that a calculation has
            return total if items == len(points) else total * items / len(points)


def _scored(scale: Scale, value: Decimal, filled_in: tuple[str, ...]) -> Scored:
    band = next((band.id for band in scale.bands if value in band), None)
    return Scored(value, band, filled_in)


def _missing_facts(scale: Scale, values: Mapping[str, FactValue]) -> tuple[str, ...]:
    """The unanswered facts of the items without a value; all of their facts where every one is answered."""
    without = [item for item in scale.items if item.value(values) is None]
    wanted = frozenset[str]().union(*(item.facts for item in without))
    unanswered = tuple(fact for fact in scale.facts if fact in wanted and fact not in values)
    return unanswered or tuple(fact for fact in scale.facts if fact in wanted)
