"""Looks for a person of whom some conditions hold and others do not: found, impossible, or not decided."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import combinations

from decision_aid.scoring.arithmetic import score_arithmetic
from decision_aid.scoring.conditions import Condition, not_only_compared
from decision_aid.scoring.representatives import representative_values
from decision_aid.scoring.ruleset import RuleSet, Scale
from decision_aid.scoring.scales import measure_all
from questionnaires.definition.expressions import Expression
from questionnaires.definition.expressions.nodes import Apply, Fact, Literal, Node
from questionnaires.definition.facts import NUMBERS, FactKind, Facts, FactType, FactValue

MOST_STEPS = 20_000  # people looked at for one question
MOST_SUBSETS = 64  # of the codes that the conditions name
POINTS_BETWEEN = 9  # the ends of a range, where no literal says at which values a condition turns


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a condition is to hold; `as_known` takes missing answers for missing, as visibility does.

    Where `where_answered` names a fact, it is wanted only of those who answered that.
    """

    condition: Condition
    holds: bool = True
    as_known: bool = False
    where_answered: str | None = None


@dataclass(frozen=True, slots=True)
class Search:
    """A person who has what was wanted, or None; `is_certain` where there can be no other answer."""

    person: Facts | None
    is_certain: bool


class Seeker:
    """Looks for people under one ruleset, trying the values at which its conditions can turn.

    The work is bounded: what is not decided in `MOST_STEPS` steps stays so.
    """

    def __init__(self, ruleset: RuleSet) -> None:
        self._ruleset = ruleset
        self._scales = {scale.id: scale for scale in ruleset.scales}
        self._scales_of: dict[Condition, tuple[Scale, ...]] = {}

    def find(self, wanted: Sequence[Wanted], asked: Collection[str] | None = None) -> Search:
        """A person of whom every condition is what it is wanted to be.

        Where `asked` is given, only answers to those questions are tried.
        """
        choices, is_exhaustive = self._choices(wanted)
        if asked is not None:
            choices = {code: values if code in asked else (None,) for code, values in choices.items()}
        trial = _Trial(self, wanted, choices)
        with score_arithmetic():
            person = trial.extended({})
        return Search(person, person is not None or (is_exhaustive and trial.steps <= MOST_STEPS))

    def truth(self, wanted: Wanted, facts: Facts) -> bool | None:
        """What the condition holds for these facts."""
        condition = wanted.condition
        if condition not in self._scales_of:
            needed = self._behind(condition.expression)
            self._scales_of[condition] = tuple(scale for scale in self._ruleset.scales if scale.id in needed)
        scales = self._scales_of[condition]
        values = measure_all(scales, facts)[0] if scales else facts
        return condition.expression.holds(values) if wanted.as_known else condition.holds(values)

    def _behind(self, expression: Expression) -> frozenset[str]:
        """The scales that the expression reads, directly or through others."""
        scales = expression.facts & self._scales.keys()
        return scales.union(
            *(self._behind(item.expression) for scale in scales for item in self._scales[scale].items)
        )

    def _choices(self, wanted: Iterable[Wanted]) -> tuple[dict[str, tuple[FactValue | None, ...]], bool]:
        """The answers to try for each fact, None for no answer, and whether they stand for all there are."""
        expressions = {each.condition.expression for each in wanted}
        for expression in tuple(expressions):
            expressions.update(
                item.expression for scale in self._behind(expression) for item in self._scales[scale].items
            )
        roots = [expression.root for expression in expressions]
        calculated = {fact for root in roots for fact in not_only_compared(root)}
        weighed = {fact for root in roots for fact in _not_only_looked_into(root)}
        choices: dict[str, tuple[FactValue | None, ...]] = {}
        is_exhaustive = True
        for code in sorted({fact for each in wanted for fact in each.condition.facts}):
            fact = self._ruleset.types[code]
            literals = frozenset[FactValue]().union(
                *(expression.literals.get(code, frozenset()) for expression in expressions)
            )
            is_plain = code not in (weighed if fact.kind is FactKind.CODES else calculated)
            values, is_complete = _values(fact, literals, is_plain=is_plain)
            may_lack = any(each.as_known and code in each.condition.facts for each in wanted)
            choices[code] = (*values, None) if may_lack else values
            is_exhaustive = is_exhaustive and is_complete
        return choices, is_exhaustive


class _Trial:
    """One search, depth first: an answer is tried only where a wanted condition still waits for it."""

    def __init__(
        self, seeker: Seeker, wanted: Sequence[Wanted], choices: Mapping[str, tuple[FactValue | None, ...]]
    ) -> None:
        self.seeker = seeker
        self.wanted = wanted
        self.choices = choices
        self.steps = 0

    def extended(self, answers: Mapping[str, FactValue | None]) -> Facts | None:
        """These answers and further ones, so that all is as wanted; None where that cannot be."""
        self.steps += 1
        if self.steps > MOST_STEPS:
            return None
        facts = {code: value for code, value in answers.items() if value is not None}
        next_fact = ""
        for wanted in self.wanted:
            waits_for = self._waits_for(wanted, answers, facts)
            if waits_for is None:
                return None
            next_fact = next_fact or waits_for
        if not next_fact:
            return facts
        for value in self.choices[next_fact]:
            found = self.extended({**answers, next_fact: value})
            if found is not None:
                return found
        return None

    def _waits_for(self, wanted: Wanted, answers: Mapping[str, FactValue | None], facts: Facts) -> str | None:
        """The fact that decides next whether all is as wanted; empty where it is, None where it cannot be."""
        if wanted.where_answered is not None and wanted.where_answered not in facts:
            return ""
        unasked = [code for code in wanted.condition.facts if code not in answers]
        if wanted.as_known and unasked and not wanted.condition.expression.waits_for_answers:
            return min(unasked)
        truth = self.seeker.truth(wanted, facts)
        if truth is wanted.holds:
            return ""
        return min(unasked) if truth is None and unasked else None


def _values(
    fact: FactType, literals: frozenset[FactValue], *, is_plain: bool
) -> tuple[tuple[FactValue, ...], bool]:
    """Values to try of the fact, and whether they stand for every value that it can have.

    `is_plain`: the fact is only compared with literals, or only looked into for them.
    """
    match fact.kind:
        case FactKind.BOOLEAN | FactKind.CODE:
            return representative_values(fact, literals, 0), True
        case FactKind.CODES:
            named = [code for code in fact.values if code in literals]
            subsets = [chosen for size in range(len(named) + 1) for chosen in combinations(named, size)]
            few = subsets[:MOST_SUBSETS]
            others = [(code,) for code in fact.values if code not in literals][:1]
            return (*few, *others), len(few) == len(subsets) and is_plain
        case _:
            values = representative_values(fact, literals, 0 if is_plain else POINTS_BETWEEN)
            values = values or _anything(fact)
            return values, fact.kind in NUMBERS and is_plain


def _anything(fact: FactType) -> tuple[FactValue, ...]:
    """A few values of a fact whose range is open and with which nothing is compared."""
    return (0, 1, 1000) if fact.kind in NUMBERS else (date(2000, 1, 1),)


def some_value(fact: FactType) -> FactValue:
    """One of the values that the fact can have."""
    return _values(fact, frozenset(), is_plain=True)[0][-1]


def _not_only_looked_into(node: Node) -> Iterator[str]:
    """The facts that appear anywhere but as the collection in which a literal is looked for."""
    match node:
        case Fact(code):
            yield code
        case Apply("contains", (Fact(), Literal())) | Apply("in", (Literal(), Fact())):
            return
        case Apply(_, operands):
            for operand in operands:
                yield from _not_only_looked_into(operand)
