"""A condition as rules use it: over facts and scales, and never more certain than the answers allow."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from questionnaires.definition.expressions import Expression
from questionnaires.definition.expressions.nodes import Apply, Fact, Literal, Node
from questionnaires.definition.facts import NUMBERS, FactKind, Facts, FactTypes, FactValue

Truth: TypeAlias = bool | None
"""True, false, or None: unknown."""

COMPARISONS = frozenset({"=", "!=", "<", "<=", ">", ">="})


@dataclass(frozen=True, slots=True, eq=False)
class Condition:
    """An expression with what it depends on; rules that say the same share one.

    `facts` are the questionnaire facts behind it, also through scales; `triable` those whose every possible
    effect on it shows in their representative values. A condition that asks whether an answer is there
    (exists, empty, ~) is unknown while any of its answers is missing.
    """

    expression: Expression
    facts: frozenset[str]
    triable: frozenset[str]

    def _is_open(self, values: Facts) -> bool:
        """Whether it asks for an answer's absence while answers are missing: one more could turn it round."""
        return not self.expression.waits_for_answers and not self.expression.facts <= values.keys()

    def value(self, values: Facts) -> FactValue | None:
        """What the expression gives; None where it is unknown."""
        if self._is_open(values):
            return None
        return self.expression.evaluate(values)

    def holds(self, values: Facts) -> Truth:
        if self._is_open(values):
            return None
        return self.expression.holds(values)

    def alarms(self, values: Facts) -> Truth:
        """The same for a warning: true as soon as it may be true of what is known, false only when nothing is
        open.
        """
        held = self.expression.holds(values)
        return None if held is False and self._is_open(values) else held


def condition_on(
    expression: Expression, types: FactTypes, behind_scales: Mapping[str, frozenset[str]]
) -> Condition:
    """The expression as a condition; `behind_scales` gives the facts that each scale stands on."""
    scales = expression.facts & behind_scales.keys()
    facts = expression.facts - scales
    through_scales = frozenset().union(*(behind_scales[scale] for scale in scales))
    discrete = {fact for fact in facts if types[fact].kind in (FactKind.BOOLEAN, FactKind.CODE)}
    numbers = {fact for fact in facts if types[fact].kind in NUMBERS}
    triable = discrete | (numbers - set(not_only_compared(expression.root)))
    return Condition(expression, facts | through_scales, frozenset(triable - through_scales))


def indirect_facts(conditions: Collection[Condition]) -> frozenset[str]:
    """The facts that some condition reads through a scale or a calculation."""
    return frozenset(fact for condition in conditions for fact in condition.facts - condition.triable)


def not_only_compared(node: Node) -> Iterator[str]:
    """The facts that appear anywhere but beside a literal in a comparison or a list of values."""
    match node:
        case Fact(code):
            yield code
        case Apply(operation, (Fact(), other)) if operation in COMPARISONS and isinstance(other, Literal):
            return
        case Apply(operation, (other, Fact())) if operation in COMPARISONS and isinstance(other, Literal):
            return
        case Apply("in", (Fact(), several)) if not any(not_only_compared(several)):
            return
        case Apply(_, operands):
            for operand in operands:
                yield from not_only_compared(operand)
