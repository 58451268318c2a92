"""Why the same person stands otherwise under another release."""

from collections.abc import Collection
from decimal import Decimal
from typing import TypeAlias

from decision_aid.scoring.arithmetic import score_arithmetic
from decision_aid.scoring.candidacy import NOTHING, Person, person_with, standing
from decision_aid.scoring.conditions import Truth
from decision_aid.scoring.ruleset import RuleKind, RuleSet
from decision_aid.scoring.warning_signs import check_warning_signs
from questionnaires.definition.facts import Facts

BANDS = "bands"
"""Stands for a rule where every rule says the same and the bands of points do not."""

Effect: TypeAlias = tuple[RuleKind, Truth, Decimal]


def responsible_rules(
    before: RuleSet, after: RuleSet, facts_before: Facts, facts_after: Facts, options: Collection[str]
) -> dict[str, tuple[str, ...]]:
    """For each of these options the rules that say something else of the person in the two releases.

    A rule that only one release has says nothing in the other. Raises KeyError for an option that one lacks.
    """
    with score_arithmetic():
        one, _ = person_with(before, facts_before)
        other, _ = person_with(after, facts_after)
        responsible: dict[str, tuple[str, ...]] = {}
        for option in options:
            said, says = _effects(one, option), _effects(other, option)
            differing = tuple(
                rule for rule in dict.fromkeys((*said, *says)) if said.get(rule) != says.get(rule)
            )
            responsible[option] = differing or (BANDS,)
        return responsible


def responsible_signs(
    before: RuleSet, after: RuleSet, facts_before: Facts, facts_after: Facts
) -> tuple[str, ...]:
    """The warning signs that hold of the person in one release only, or with another urgency."""
    held = {sign.id: sign.urgency for sign in check_warning_signs(before, facts_before)}
    holds = {sign.id: sign.urgency for sign in check_warning_signs(after, facts_after)}
    return tuple(sign for sign in dict.fromkeys((*held, *holds)) if held.get(sign) != holds.get(sign))


def _effects(person: Person, option_id: str) -> dict[str, Effect]:
    """What each rule that does something does; one that does not hold and asks for nothing is left out."""
    option = person.ruleset.option(option_id)
    effects: dict[str, Effect] = {}
    for rule, held in zip(option.rules, standing(option, person).holds, strict=True):
        is_silent = held is (rule.kind is RuleKind.REQUIRED)
        if not is_silent:
            points = rule.points if rule.kind is RuleKind.POINTS else NOTHING
            effects[rule.id] = (rule.kind, held, points)
    return effects
