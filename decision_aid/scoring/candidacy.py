"""Whether an option suits a person: what each rule holds, the points as an interval, and the candidacy."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from decision_aid.scoring.conditions import Condition, Truth
from decision_aid.scoring.ruleset import Band, Candidacy, Option, RuleKind, RuleSet
from decision_aid.scoring.scales import ScaleResult, measure_all, remeasure
from decision_aid.scoring.weighing import bounds_of
from questionnaires.definition.facts import Facts, FactValue

NOTHING = Decimal(0)


class Person:
    """What is known of one person: the facts, the scales that they settle, and what every condition holds.

    Rules of fifteen options share conditions, so each is evaluated once. `answering` gives the same person
    with one answer given or changed; asked twice, it gives the same one.
    """

    __slots__ = ("_answering", "holding", "ruleset", "values")

    def __init__(
        self, ruleset: RuleSet, values: dict[str, FactValue], holding: dict[Condition, Truth]
    ) -> None:
        self.ruleset = ruleset
        self.values = values
        self.holding = holding
        self._answering: dict[tuple[str, FactValue], Person] = {}

    def answering(self, fact: str, value: FactValue) -> "Person":
        """Who this would be if this fact had this value and every other were as it is."""
        key = (fact, value)
        found = self._answering.get(key)
        if found is None:
            values = self.values.copy()
            values[fact] = value
            if fact in self.ruleset.scales_on:
                remeasure(self.ruleset.scales_on[fact], values)
            holding = self.holding.copy()
            for condition in self.ruleset.conditions_on[fact]:
                holding[condition] = condition.holds(values)
            found = self._answering[key] = Person(self.ruleset, values, holding)
        return found


def person_with(ruleset: RuleSet, facts: Facts) -> tuple[Person, dict[str, ScaleResult]]:
    """The person of whom these facts are known, and what each scale came to."""
    values, results = measure_all(ruleset.scales, facts)
    return Person(ruleset, values, {each: each.holds(values) for each in ruleset.conditions}), results


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an option stands: what each rule holds, in their order, and what follows.

    By their positions: the rules that exclude it, the required ones that do not hold, and those of both kinds
    of which it is unknown. `band` is the one that all of the interval lies in.
    """

    holds: tuple[Truth, ...]
    excluding: tuple[int, ...]
    unmet: tuple[int, ...]
    open: tuple[int, ...]
    low: Decimal
    high: Decimal
    band: Band | None
    candidacy: Candidacy


def standing(option: Option, person: Person) -> Standing:
    """What every rule of the option holds for this person, and what follows."""
    holding = person.holding
    holds = tuple([holding[rule.condition] for rule in option.rules])
    excludes, required = option.positions[RuleKind.EXCLUDES], option.positions[RuleKind.REQUIRED]
    low, high = person.ruleset.weighing_of(option).bounds(holds, person.values)
    band = _band_of(person.ruleset.bands, low, high)
    return Standing(
        holds,
        excluding=tuple([position for position in excludes if holds[position]]),
        unmet=tuple([position for position in required if holds[position] is False]),
        open=tuple([position for position in (*excludes, *required) if holds[position] is None]),
        low=low,
        high=high,
        band=band,
        candidacy=_candidacy_by_rules(option, holds) or _candidacy_in(band),
    )


def candidacy_after(option: Option, before: Standing, fact: str, person: Person) -> Candidacy:
    """The candidacy of `person`, who differs from the one `before` in this one fact."""
    holds = list(before.holds)
    is_as_before = True
    for position in option.reading.get(fact, ()):
        held = person.holding[option.rules[position].condition]
        # A rule that stays unknown may still wait for less than before, which narrows the interval.
        is_as_before = is_as_before and held is not None and held is holds[position]
        holds[position] = held
    if is_as_before:
        return before.candidacy
    by_rules = _candidacy_by_rules(option, holds)
    if by_rules is not None:
        return by_rules
    low, high = person.ruleset.weighing_of(option).bounds(holds, person.values)
    return _candidacy_in(_band_of(person.ruleset.bands, low, high))


def is_beyond(option: Option, now: Standing, *facts: str) -> bool:
    """Whether no answers to these can change the candidacy, whatever the rules that read them then hold.

    Quick, and false where in doubt: the rules that do not read them settle the candidacy by themselves.
    """
    touched = option.reading[facts[0]]
    for fact in facts[1:]:
        touched = (*touched, *(position for position in option.reading[fact] if position not in touched))
    if _some_elsewhere(now.excluding, touched):
        return True
    if not option.facts_of[RuleKind.EXCLUDES].isdisjoint(facts):
        return False
    if _some_elsewhere(now.unmet, touched):
        return True
    if not option.facts_of[RuleKind.REQUIRED].isdisjoint(facts):
        return False
    return _some_elsewhere(now.open, touched) or _stays_in_band(option, now, touched)


def _stays_in_band(option: Option, now: Standing, touched: Sequence[int]) -> bool:
    """Whether the points lie in the band of now whatever these rules hold; they are all that may change."""
    if now.band is None:
        return False
    low, high = now.low, now.high
    for position in touched:
        points, held = option.rules[position].points, now.holds[position]
        least, most = bounds_of(points)
        # First without what the rule may have counted, then with the least and the most that it can count.
        low += least - (points if held else most if held is None else NOTHING)
        high += most - (points if held else least if held is None else NOTHING)
    return low in now.band and high in now.band


def _some_elsewhere(positions: Sequence[int], touched: Sequence[int]) -> bool:
    return any(position not in touched for position in positions) if positions else False


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


def _candidacy_in(band: Band | None) -> Candidacy:
    return Candidacy.NEEDS_INFORMATION if band is None else Candidacy(band.id)


def _band_of(bands: Sequence[Band], low: Decimal, high: Decimal) -> Band | None:
    """The band that holds both; None where they lie in two. The bands of a ruleset cover every number."""
    return next(band if high in band else None for band in bands if low in band)
