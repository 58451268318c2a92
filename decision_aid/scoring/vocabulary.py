"""The names that the parts of one document may use, and the conditions written with them."""

from collections.abc import Mapping
from functools import cache

from decision_aid.scoring.conditions import Condition, condition_on
from decision_aid.scoring.fields import Fields
from decision_aid.scoring.problems import RulesetProblem
from decision_aid.scoring.ruleset import Source
from questionnaires.definition.expressions import Expression, parse, parse_condition
from questionnaires.definition.facts import FactKind, FactType
from questionnaires.definition.problems import ProblemsFound, did_you_mean


@cache
def unreadable() -> Condition:
    """Stands where a condition could not be read, so that reading can go on; a ruleset with one is never
    returned.
    """
    return condition_on(parse_condition("false", {}), {}, {})


class Vocabulary:
    """The facts, scales and sources of one document, and every expression read so far."""

    def __init__(self, facts: Mapping[str, FactType], sources: Mapping[str, Source]) -> None:
        self.facts = facts
        self.sources = sources
        self.types: dict[str, FactType] = dict(facts)
        self.behind_scales: dict[str, frozenset[str]] = {}
        self.expressions: list[Expression] = []
        self._conditions: dict[str, Condition] = {}

    def name_scales(self, scale_ids: tuple[str, ...]) -> None:
        """Let expressions use the scales as decimal facts."""
        self.types |= {scale_id: FactType(scale_id, FactKind.DECIMAL) for scale_id in scale_ids}

    def expression(self, text: str, fields: Fields, key: str) -> Expression | None:
        """The expression in this text, found in that field; None with its problems noted."""
        try:
            expression = parse(text, self.types)
        except ProblemsFound as found:
            fields.problems.extend(problem.within(fields.at(key)) for problem in found.problems)
            return None
        self.expressions.append(expression)
        return expression

    def condition(self, fields: Fields, key: str) -> Condition:
        """The condition in a field that must be there; the same text gives the same condition."""
        text = fields.text(key)
        if not text:
            return unreadable()
        if text in self._conditions:
            return self._conditions[text]
        try:
            expression = parse_condition(text, self.types)
        except ProblemsFound as found:
            fields.problems.extend(problem.within(fields.at(key)) for problem in found.problems)
            return unreadable()
        condition = self._conditions.get(expression.text)
        if condition is None:
            condition = condition_on(expression, self.types, self.behind_scales)
            self.expressions.append(expression)
        self._conditions[text] = self._conditions[expression.text] = condition
        return condition

    def condition_if_any(self, fields: Fields, key: str) -> Condition | None:
        return self.condition(fields, key) if key in fields else None

    def cited(self, fields: Fields, key: str = "sources") -> tuple[str, ...]:
        """Sources that must be there, each known."""
        names = self.cited_if_any(fields, key)
        if not fields.items(key):
            fields.note(
                RulesetProblem.MISSING_SOURCE,
                key,
                "No source is named; what is said here needs at least one.",
            )
        return names

    def cited_if_any(self, fields: Fields, key: str = "sources") -> tuple[str, ...]:
        names = fields.texts(key)
        for position, name in enumerate(names):
            if name not in self.sources:
                sentence = f"There is no source “{name}” among this document's sources."
                hint = did_you_mean(name, self.sources)
                fields.note(RulesetProblem.UNKNOWN_SOURCE, f"{key}/{position}", sentence, hint)
        return names

    def in_order(self, names: frozenset[str]) -> tuple[str, ...]:
        """Facts in the document's order."""
        return tuple(code for code in self.facts if code in names)
