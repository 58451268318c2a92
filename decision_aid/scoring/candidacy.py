"""Whether an option suits a person: what each rule holds, the points as an interval, and the candidacy."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from decision_aid.scoring.conditions import Truth
from decision_aid.scoring.ruleset import Band, Candidacy, Option, Rule, RuleKind, RuleSet
from decision_aid.scoring.scales import measure_all, remeasure
from questionnaires.definition.facts import Facts, FactValue

NOTHING = Decimal(0)


class Person:
    """What is known of one person: the facts, and the scales that they settle.

    `answering` gives the same person with one answer given or changed; asked twice, it gives the same object,
    so that fifteen options ask for each answer's consequences once.
    """

    __slots__ = ("_answering", "facts", "ruleset", "scale_results", "values")

    def __init__(self, ruleset: RuleSet, facts: Facts) -> None:
        self.ruleset = ruleset
        self.facts = facts
        self.values, self.scale_results = measure_all(ruleset.scales, facts)
        self._answering: dict[tuple[str, FactValue], dict[str, FactValue]] = {}

    def answering(self, fact: str, value: FactValue) -> Mapping[str, FactValue]:
        """What conditions would read if this fact had this value and every other were as it is."""
        key = (fact, value)
        found = self._answering.get(key)
        if found is None:
            found = dict(self.values)
            found[fact] = value
            remeasure(self.ruleset.scales_on.get(fact, ()), found)
            self._answering[key] = found
        return found


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an option stands: what each rule holds, in their order, and what follows."""

    holds: tuple[Truth, ...]
    low: Decimal
    high: Decimal
    candidacy: Candidacy


def standing(option: Option, bands: Sequence[Band], values: Mapping[str, FactValue]) -> Standing:
    """Evaluate every rule of the option over the values."""
    holds = tuple([rule.condition.holds(values) for rule in option.rules])
    low, high = _interval(option, holds, values)
    by_rules = _candidacy_by_rules(option, holds)
    return Standing(holds, low, high, by_rules or _candidacy_by_points(bands, low, high))


def candidacy_after(
    option: Option, bands: Sequence[Band], before: Standing, fact: str, values: Mapping[str, FactValue]
) -> Candidacy:
    """The candidacy over `values`, which differ from those `before` in this one fact."""
    holds = list(before.holds)
    is_as_before = True
    for position in option.reading.get(fact, ()):
        held = option.rules[position].condition.holds(values)
        # A rule that stays unknown may still wait for less than before, which narrows the interval.
        is_as_before = is_as_before and held is not None and held is holds[position]
        holds[position] = held
    if is_as_before:
        return before.candidacy
    return _candidacy_by_rules(option, holds) or _candidacy_by_points(
        bands, *_interval(option, holds, values)
    )


def bounds(points: Decimal) -> tuple[Decimal, Decimal]:
    """The least and the most that a rule with these points may add while nobody knows whether it holds."""
    return (points, NOTHING) if points < NOTHING else (NOTHING, points)


def _candidacy_by_rules(option: Option, holds: Sequence[Truth]) -> Candidacy | None:
    """The candidacy where excluding and required rules give it; None where the points do."""
    excluding = [holds[position] for position in option.positions[RuleKind.EXCLUDES]]
    required = [holds[position] for position in option.positions[RuleKind.REQUIRED]]
    if True in excluding:
        return Candidacy.EXCLUDED
    if False in required:
        return Candidacy.NOT_INDICATED
    if None in excluding or None in required:
        return Candidacy.NEEDS_INFORMATION
    return None


def _candidacy_by_points(bands: Sequence[Band], low: Decimal, high: Decimal) -> Candidacy:
    for band in bands:
        if low in band:
            return Candidacy(band.id) if high in band else Candidacy.NEEDS_INFORMATION
    raise AssertionError("the bands of a ruleset cover every number of points")


def _interval(
    option: Option, holds: Sequence[Truth], values: Mapping[str, FactValue]
) -> tuple[Decimal, Decimal]:
    """The least and the most points, whatever the unknown answers turn out to be.

    Exact for the rules that wait for one and the same answer, when each of its values can be tried: of "under
    six weeks" and "over twelve weeks" only one can add its points. Between groups, and for a rule that waits
    for several answers, it is an outer bound.
    """
    low = high = NOTHING
    waiting: dict[str, list[Rule]] = {}
    for position in option.positions[RuleKind.POINTS]:
        held = holds[position]
        if held is False:
            continue
        rule = option.rules[position]
        if held:
            low += rule.points
            high += rule.points
        elif (fact := rule.condition.waits_for_one(values)) is not None:
            waiting.setdefault(fact, []).append(rule)
        else:
            least, most = bounds(rule.points)
            low += least
            high += most
    for fact, rules in waiting.items():
        least, most = _together(rules, fact, option.representatives[fact], values)
        low += least
        high += most
    return low, high


def _together(
    rules: Sequence[Rule], fact: str, representatives: Sequence[FactValue], values: Mapping[str, FactValue]
) -> tuple[Decimal, Decimal]:
    """The least and the most that rules waiting for this one fact can add between them."""
    if len(rules) == 1:
        return bounds(rules[0].points)
    totals = [_bounds_with(rules, {**values, fact: value}) for value in representatives]
    return min(least for least, _ in totals), max(most for _, most in totals)


def _bounds_with(rules: Sequence[Rule], values: Mapping[str, FactValue]) -> tuple[Decimal, Decimal]:
    low = high = NOTHING
    for rule in rules:
        held = rule.condition.holds(values)
        least, most = (
            (rule.points, rule.points)
            if held
            else bounds(rule.points)
            if held is None
            else (NOTHING, NOTHING)
        )
        low += least
        high += most
    return low, high
