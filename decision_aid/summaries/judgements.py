"""What stands of an option: computed or overridden, and the rules that count for and against it."""

from __future__ import annotations

from decimal import Decimal

from decision_aid.summaries.fields import Row, number, text
from decision_aid.summaries.inputs import Override
from decision_aid.summaries.knowledge import Knowledge


def candidacy_of(knowledge: Knowledge, option: str) -> str:
    """The candidacy that stands: the latest override where there is one, else the computed one."""
    override = override_of(knowledge, option)
    return override.candidacy if override else text(knowledge.reported_options[option], "candidacy")


def override_of(knowledge: Knowledge, option: str) -> Override | None:
    """The latest override of an option."""
    overrides = [override for override in knowledge.inputs.overrides if override.option == option]
    return max(overrides, key=lambda override: override.at, default=None)


def rule_points(row: Row) -> Decimal:
    """The points that a ledger row added."""
    return number(row, "points") or Decimal(0)


def counts_for(ledger: tuple[Row, ...]) -> list[Row]:
    """Points added, most first, then requirements that are met."""
    added = [row for row in ledger if row.get("holds") is True and rule_points(row) > 0]
    met = [row for row in ledger if row.get("holds") is True and text(row, "kind") == "required"]
    return [*sorted(added, key=lambda row: -rule_points(row)), *met]


def counts_against(ledger: tuple[Row, ...]) -> list[Row]:
    """What excludes, then requirements that are not met, then points taken, most first."""
    excluding = [row for row in ledger if row.get("holds") is True and text(row, "kind") == "excludes"]
    unmet = [row for row in ledger if row.get("holds") is False and text(row, "kind") == "required"]
    taken = [row for row in ledger if row.get("holds") is True and rule_points(row) < 0]
    return [*excluding, *unmet, *sorted(taken, key=rule_points)]


def is_unmet(row: Row) -> bool:
    """Whether a ledger row is a requirement that this patient does not meet."""
    return text(row, "kind") == "required" and row.get("holds") is False
