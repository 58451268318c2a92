"""Which unknown answers can still change a candidacy, and which single changes would move it."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations
from typing import cast

from decision_aid.scoring.arithmetic import halfway
from decision_aid.scoring.candidacy import Person, Standing, candidacy_after, is_beyond, standing
from decision_aid.scoring.representatives import step_of
from decision_aid.scoring.ruleset import Candidacy, Option
from questionnaires.definition.facts import NUMBERS, FactKind, Facts, FactType, FactValue

MOST_CHANGES = 3
MOST_ANSWERS_IN_PAIRS = 36
CERTAIN = frozenset({Candidacy.EXCLUDED, Candidacy.LIKELY, Candidacy.POSSIBLE, Candidacy.UNLIKELY})
WHOLE = Decimal(1)


@dataclass(frozen=True, slots=True)
class Change:
    """One known answer; were it `to`, and nothing else changed, the option would have this candidacy."""

    fact: str
    was: FactValue
    to: FactValue
    candidacy: Candidacy


def decisive_facts(person: Person, option: Option, now: Standing) -> tuple[str, ...]:
    """The unknown facts of which two answers lead to different candidacies, the other unknown facts left
    unknown.

    Those that settle the candidacy whatever the answer come first, then those that most undecided rules read.
    When no single answer changes anything and the option still needs information: those of which two together
    do, and when no two do, or the pairs are too many to try, all that undecided rules wait for.
    """
    if now.candidacy in CERTAIN:
        return ()
    undecided = _undecided_rules_by_fact(person, option, now)
    ranked: list[tuple[bool, int, str]] = []
    for fact, touched in undecided.items():
        if is_beyond(option, now, fact):
            continue
        reached = {
            candidacy_after(option, now, fact, person.answering(fact, value))
            for value in option.representatives[fact]
        }
        if len(reached) > 1:
            ranked.append((Candidacy.NEEDS_INFORMATION in reached, -touched, fact))
    if not ranked and now.candidacy is Candidacy.NEEDS_INFORMATION:
        together = _decisive_together(person, option, now, undecided) or undecided.keys()
        ranked = [(False, -touched, fact) for fact, touched in undecided.items() if fact in together]
    return tuple(fact for _, _, fact in sorted(ranked))


def _decisive_together(
    person: Person, option: Option, now: Standing, facts: Collection[str]
) -> frozenset[str]:
    """The facts of every pair of which two answers lead to another candidacy than now; none when too many."""
    if sum(len(option.representatives[fact]) for fact in facts) > MOST_ANSWERS_IN_PAIRS:
        return frozenset()
    found: set[str] = set()
    for one, other in combinations(sorted(facts), 2):
        if not is_beyond(option, now, one, other) and any(
            standing(option, person.answering(one, first).answering(other, second)).candidacy
            is not now.candidacy
            for first in option.representatives[one]
            for second in option.representatives[other]
        ):
            found |= {one, other}
    return frozenset(found)


def smallest_changes(person: Person, facts: Facts, option: Option, now: Standing) -> tuple[Change, ...]:
    """Up to three known answers of which one alone, changed, would move the candidacy.

    Those a person can change come first (smoking, weight), then the smallest: a number's change as a share of
    its range, a choice's as a share of its steps, a yes or no as one whole.
    """
    ranked: list[tuple[bool, Decimal, str, Change]] = []
    for fact in option.reading:
        if fact not in facts or is_beyond(option, now, fact):
            continue
        nearest = _nearest_change(person, option, now, person.ruleset.types[fact])
        if nearest is not None:
            distance, change = nearest
            ranked.append((fact not in person.ruleset.modifiable_facts, distance, fact, change))
    ranked.sort(key=lambda entry: entry[:3])
    return tuple(change for *_, change in ranked[:MOST_CHANGES])


def _undecided_rules_by_fact(person: Person, option: Option, now: Standing) -> dict[str, int]:
    """Each unknown fact that an undecided rule waits for, with how many such rules there are."""
    counts = {
        fact: sum(now.holds[position] is None for position in positions)
        for fact, positions in option.reading.items()
        if fact not in person.values
    }
    return {fact: count for fact, count in counts.items() if count}


def _nearest_change(
    person: Person, option: Option, now: Standing, fact: FactType
) -> tuple[Decimal, Change] | None:
    was = person.values[fact.code]
    for _, value in sorted(_other_values(option, fact, was), key=lambda entry: entry[0]):
        reached = _candidacy_with(person, option, now, fact.code, value)
        if reached is now.candidacy:
            continue
        if fact.code in option.indirect and fact.kind in NUMBERS:
            value = _nearest_number(person, option, now, fact, was, value)
            reached = _candidacy_with(person, option, now, fact.code, value)
        return _share(fact, was, value), Change(fact.code, was, value, reached)
    return None


def _candidacy_with(person: Person, option: Option, now: Standing, fact: str, value: FactValue) -> Candidacy:
    return candidacy_after(option, now, fact, person.answering(fact, value))


def _other_values(option: Option, fact: FactType, was: FactValue) -> Iterator[tuple[Decimal, FactValue]]:
    """The values to try instead of `was`, each with how far away it is."""
    if isinstance(was, tuple):
        for code in dict.fromkeys(
            code for chosen in option.representatives[fact.code] for code in _codes(chosen)
        ):
            chosen = set(was) ^ {code}
            yield WHOLE, tuple(value for value in fact.values if value in chosen)
        return
    for value in option.representatives[fact.code]:
        if value == was:
            continue
        if isinstance(value, str) and isinstance(was, str) and fact.kind is FactKind.CODE:
            yield Decimal(_steps(fact, was, value)), value
        elif fact.kind in NUMBERS:
            yield abs(_number(value) - _number(was)), value
        else:
            yield WHOLE, value


def _codes(value: FactValue) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else ()


def _share(fact: FactType, was: FactValue, value: FactValue) -> Decimal:
    """How large a change is: of a number as a share of its range, of a choice as a share of its steps."""
    if isinstance(value, str) and isinstance(was, str) and fact.kind is FactKind.CODE:
        return Decimal(_steps(fact, was, value)) / max(1, len(fact.values) - 1)
    return _share_of_range(fact, was, value) if fact.kind in NUMBERS else WHOLE


def _steps(fact: FactType, was: str, value: str) -> int:
    return abs(fact.values.index(value) - fact.values.index(was))


def _share_of_range(fact: FactType, was: FactValue, value: FactValue) -> Decimal:
    distance = abs(_number(value) - _number(was))
    if fact.minimum is None or fact.maximum is None or fact.minimum == fact.maximum:
        return distance
    return distance / (fact.maximum - fact.minimum)


def _nearest_number(
    person: Person, option: Option, now: Standing, fact: FactType, was: FactValue, moved: FactValue
) -> FactValue:
    """The number nearest to `was`, between it and `moved`, that still moves the candidacy.

    Found by halving: where the candidacy changes more than once on the way it is one of the turning points.
    """
    step = step_of(fact)
    still, there = _number(was), _number(moved)
    while abs(there - still) > step:
        middle = halfway(still, there, step)
        if _candidacy_with(person, option, now, fact.code, _as_fact(fact, middle)) is now.candidacy:
            still = middle
        else:
            there = middle
    return _as_fact(fact, there)


def _as_fact(fact: FactType, number: Decimal) -> FactValue:
    return int(number) if fact.kind is FactKind.INTEGER else number


def _number(value: FactValue) -> Decimal:
    return Decimal(cast("int | Decimal", value))  # asked of facts of a number's kind only
