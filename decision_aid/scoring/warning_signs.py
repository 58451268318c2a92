"""Signs that need care today or within days, looked for at every saved answer."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from decision_aid.scoring.arithmetic import score_arithmetic
from decision_aid.scoring.conditions import Truth
from decision_aid.scoring.ruleset import RuleSet, Urgency, WarningSign
from decision_aid.scoring.scales import measure_all
from questionnaires.definition.facts import Facts


class Pathway(StrEnum):
    ROUTINE = "routine"
    URGENT = "urgent"
    EMERGENCY = "emergency"


@dataclass(frozen=True, slots=True)
class FiredSign:
    """A warning sign that was looked for, and whether it holds: true, false or unknown.

    `is_evaluated` is false where the rule could not be evaluated; it then counts as holding.
    """

    id: str
    urgency: Urgency
    holds: Truth
    is_evaluated: bool = True


def check_warning_signs(ruleset: RuleSet, facts: Facts) -> tuple[FiredSign, ...]:
    """The warning signs that hold, in the release's order."""
    with score_arithmetic():
        values, _ = measure_all(ruleset.scales, facts)
        return tuple(sign for sign in look_for(ruleset.warning_signs, values) if sign.holds)


def look_for(signs: Iterable[WarningSign], values: Facts) -> tuple[FiredSign, ...]:
    """Every warning sign with what it holds over the facts and scales."""
    return tuple(_looked_for(sign, values) for sign in signs)


def pathway_of(signs: Iterable[FiredSign]) -> Pathway:
    urgencies = {sign.urgency for sign in signs if sign.holds}
    if Urgency.EMERGENCY in urgencies:
        return Pathway.EMERGENCY
    return Pathway.URGENT if urgencies else Pathway.ROUTINE


def _looked_for(sign: WarningSign, values: Facts) -> FiredSign:
    try:
        return FiredSign(sign.id, sign.urgency, sign.condition.alarms(values))
    except Exception:
        # Evaluating never raises. Should it ever, nobody may be left without the advice.
        return FiredSign(sign.id, sign.urgency, holds=True, is_evaluated=False)
