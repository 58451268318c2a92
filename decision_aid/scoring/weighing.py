"""The least and the most that an option's points can become: rules that wait for the same answers are weighed
together.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from itertools import accumulate, combinations
from math import prod
from operator import mul
from typing import TypeAlias

from decision_aid.scoring.conditions import COMPARISONS, Condition, Truth, condition_on
from decision_aid.scoring.representatives import representative_values
from decision_aid.scoring.ruleset import Option, Rule, RuleKind, RuleSet, Scale
from decision_aid.scoring.scales import measure_all
from questionnaires.definition.expressions import Expression, parse_condition
from questionnaires.definition.expressions.nodes import Apply, Fact, Literal, Node
from questionnaires.definition.expressions.writing import write
from questionnaires.definition.facts import FactKind, Facts, FactType, FactTypes, FactValue

MOST_STATES = 2**15  # of what can be known of the answers that one group of rules reads
MOST_WHOLE_NUMBERS = 12  # that an answer can be, where each of them may matter
MOST_CODES = 8  # of which any selection may matter
SAMENESS = frozenset({"=", "!=", "in"})
NOTHING = Decimal(0)

Bounds: TypeAlias = tuple[Decimal, Decimal]
Signature: TypeAlias = tuple[Truth, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Axis:
    """One answer, as far as it matters to the rules of an option: what each of the `signs` says of it.

    `ways` are the different ways in which the signs can turn out, with their places, and `values` has a value
    of the fact for each. `is_scale`: what is read is a scale, which is weighed as though it could be any
    number.
    """

    code: str
    signs: tuple[Condition, ...]
    ways: Mapping[Signature, int]
    values: tuple[FactValue, ...]
    is_scale: bool

    @property
    def states(self) -> int:
        """How many different things can be known of the answer: each of the ways, and then nothing."""
        return len(self.values) + 1

    def place(self, values: Facts) -> int:
        """Which of its states the answer is in."""
        return self.ways.get(tuple([sign.holds(values) for sign in self.signs]), len(self.values))


class Group:
    """Rules that are weighed together, because they read the same answers.

    A state is what can be known of all these answers, as a number: the place of each axis, the first axis
    counted in ones. What was found for a state is kept, for it is the same for everybody.
    """

    __slots__ = ("_found", "axes", "rules", "scales", "states", "steps")

    def __init__(self, rules: Sequence[Rule], axes: Sequence[Axis], scales: Sequence[Scale]) -> None:
        self.rules = tuple(rules)
        self.axes = tuple(axes)
        self.scales = tuple(scales)
        *steps, self.states = accumulate((axis.states for axis in axes), mul, initial=1)
        self.steps = tuple(zip(axes, steps, strict=True))
        self._found: dict[int, Bounds] = {}

    @property
    def key(self) -> tuple[object, ...]:
        """Equal for groups of two options that weigh the same."""
        return (*((rule.condition, rule.points) for rule in self.rules), *self.axes)

    def bounds(self, values: Facts) -> Bounds:
        """The least and the most that the rules add between them, whatever the unknown answers are."""
        state = 0
        for axis, step in self.steps:
            state += step * axis.place(values)
        return self.bounds_in(state)

    def bounds_in(self, state: int) -> Bounds:
        """The same for everybody in a state."""
        found = self._found.get(state)
        if found is None:
            found = self._found[state] = self._weighed(state)
        return found

    def is_sum_of_spans(self) -> bool:
        """Whether its bounds are always those of its rules one by one."""
        return all(
            self.bounds_in(state) == self._spanned(self._values(state)) for state in range(self.states)
        )

    def _weighed(self, state: int) -> Bounds:
        for axis, step in self.steps:
            unknown = len(axis.values)
            if state // step % axis.states == unknown:
                known = range(state - unknown * step, state, step)
                each = [self.bounds_in(other) for other in known]
                return min([low for low, _ in each]), max([high for _, high in each])
        return self._spanned(self._values(state))

    def _values(self, state: int) -> dict[str, FactValue]:
        """Answers with which somebody is in the state."""
        places = ((axis, state // step % axis.states) for axis, step in self.steps)
        return {axis.code: axis.values[place] for axis, place in places if place < len(axis.values)}

    def _spanned(self, values: dict[str, FactValue]) -> Bounds:
        if self.scales:
            values, _ = measure_all(self.scales, values)
        return spanned(self.rules, [rule.condition.holds(values) for rule in self.rules])


@dataclass(frozen=True, slots=True, eq=False)
class Weighing:
    """How the points of an option are weighed.

    `groups` with the positions of their rules; `apart` the positions of rules that are each taken at their
    full span, because what they can turn out is not known. `group_of` gives the group of a position.
    """

    option: Option
    groups: tuple[tuple[Group, tuple[int, ...]], ...]
    apart: tuple[int, ...]
    group_of: Mapping[int, Group]
    crossing: Mapping[str, tuple[int, ...]]

    def bounds(self, holds: Sequence[Truth], values: Facts) -> Bounds:
        """The least and the most points of somebody of whom the option's rules hold this."""
        low = high = NOTHING
        rules = self.option.rules
        for group, positions in self.groups:
            if None in [holds[position] for position in positions]:
                least, most = group.bounds(values)
                low += least
                high += most
                continue
            for position in positions:
                if holds[position]:
                    low += rules[position].points
                    high += rules[position].points
        if self.apart:
            least, most = spanned(
                [rules[position] for position in self.apart], [holds[position] for position in self.apart]
            )
            low += least
            high += most
        return low, high

    def is_exact(self, holds: Sequence[Truth], values: Facts) -> bool:
        """Whether some answers lead to the least points and some to the most, so that neither end is only a
        limit.
        """
        if any(holds[position] is None for position in self.apart):
            return False
        for group, positions in self.groups:
            is_open = any(holds[position] is None for position in positions)
            if is_open and any(axis.is_scale and axis.code not in values for axis in group.axes):
                return False
        return not any(
            len({id(self.group_of[position]) for position in positions if holds[position] is None}) > 1
            for fact, positions in self.crossing.items()
            if fact not in values
        )


def spanned(rules: Iterable[Rule], holds: Iterable[Truth]) -> Bounds:
    """The least and the most that the rules add, each that is unknown taken by itself."""
    low = high = NOTHING
    for rule, held in zip(rules, holds, strict=True):
        if held is None:
            least, most = bounds_of(rule.points)
            low += least
            high += most
        elif held:
            low += rule.points
            high += rule.points
    return low, high


def bounds_of(points: Decimal) -> Bounds:
    """The least and the most that a rule with these points may add while nobody knows whether it holds."""
    return (points, NOTHING) if points < NOTHING else (NOTHING, points)


def weigh(ruleset: RuleSet) -> dict[str, Weighing]:
    """How the points of each option are weighed, by the option's id."""
    builder = _Builder(ruleset)
    return {option.id: builder.weighing(option) for option in ruleset.options}


class _Builder:
    """Puts the rules of options into groups; options share the axes and the groups that are the same."""

    def __init__(self, ruleset: RuleSet) -> None:
        self._types: dict[str, FactType] = dict(ruleset.types)
        self._types |= {scale.id: FactType(scale.id, FactKind.DECIMAL) for scale in ruleset.scales}
        self._facts: FactTypes = ruleset.types
        self._scales = {scale.id: scale for scale in ruleset.scales}
        self._signs: dict[Node, Condition] = {}
        self._axes: dict[tuple[str, bool, frozenset[Node]], Axis | None] = {}
        self._groups: dict[tuple[object, ...], Group] = {}

    def weighing(self, option: Option) -> Weighing:
        positions = option.positions[RuleKind.POINTS]
        rules = {position: option.rules[position] for position in positions}
        read = self._axes_read(rules)
        parts = _joined(
            [
                (frozenset({position}), frozenset(axes))
                for position, axes in read.items()
                if axes is not None and _states(axes) <= MOST_STATES
            ],
            {position: _canonical(rule) for position, rule in rules.items()},
        )
        groups = [(self._group([rules[each] for each in part], axes), part) for part, axes in parts]
        group_of = {position: group for group, part in groups for position in part}
        return Weighing(
            option,
            tuple(groups),
            tuple(position for position in positions if position not in group_of),
            group_of,
            _crossing(rules, group_of),
        )

    def _group(self, rules: Sequence[Rule], axes: Sequence[Axis]) -> Group:
        through = {name for rule in rules for name in self._behind(rule.condition.expression)}
        through -= {axis.code for axis in axes}
        group = Group(rules, axes, [scale for name, scale in self._scales.items() if name in through])
        return self._groups.setdefault(group.key, group)

    # ── What the rules read ─────────────────────────────────────────────────────────────────────────────

    def _axes_read(self, rules: Mapping[int, Rule]) -> dict[int, list[Axis] | None]:
        """The axes of each rule by its position; None where some answer has too many ways to matter."""
        expressions = {position: rule.condition.expression for position, rule in rules.items()}
        scales = {name for each in expressions.values() for name in each.facts & self._scales.keys()}
        through = {name for name in scales if self._is_countable(self._scales[name], expressions.values())}
        uses = _uses([*expressions.values(), *self._items(through)])
        read: dict[int, list[Axis] | None] = {}
        for position, expression in expressions.items():
            names = [name for name in sorted(expression.facts) if name not in through]
            names += sorted(
                {fact for name in expression.facts & through for fact in self._scales[name].facts}
                - set(names)
            )
            axes = [self._axis(name, uses) for name in names]
            found = [axis for axis in axes if axis is not None]
            read[position] = found if len(found) == len(axes) else None
        return read

    def _is_countable(self, scale: Scale, expressions: Iterable[Expression]) -> bool:
        """Whether the scale's own facts have few enough answers to try each."""
        uses = _uses([*expressions, *self._items({scale.id})])
        return all(self._axis(fact, uses) is not None for fact in scale.facts)

    def _items(self, scales: Iterable[str]) -> Iterator[Expression]:
        """The expressions of these scales and of those that they read."""
        for name in {each for scale in scales for each in (scale, *self._behind_scale(scale))}:
            for item in self._scales[name].items:
                yield item.expression

    def _behind(self, expression: Expression) -> frozenset[str]:
        """The scales that the expression reads, directly or through others."""
        scales = expression.facts & self._scales.keys()
        return scales.union(*(self._behind_scale(scale) for scale in scales))

    def _behind_scale(self, name: str) -> frozenset[str]:
        return frozenset[str]().union(*(self._behind(item.expression) for item in self._scales[name].items))

    # ── Axes ────────────────────────────────────────────────────────────────────────────────────────────

    def _axis(self, code: str, uses: Mapping[str, "_Use"]) -> Axis | None:
        use = uses[code]
        key = (code, use.is_weighed, frozenset(use.signs))
        if key not in self._axes:
            self._axes[key] = self._new_axis(self._types[code], use)
        return self._axes[key]

    def _new_axis(self, fact: FactType, use: "_Use") -> Axis | None:
        found = _ways(fact, use)
        if found is None:
            return None
        nodes, tried = found
        signs = tuple(self._sign(node) for node in sorted(nodes, key=write))
        values: dict[Signature, FactValue] = {}
        for value in tried:
            values.setdefault(tuple(sign.holds({fact.code: value}) for sign in signs), value)
        ways = {way: place for place, way in enumerate(values)}
        return Axis(fact.code, signs, ways, tuple(values.values()), is_scale=fact.code in self._scales)

    def _sign(self, node: Node) -> Condition:
        if node not in self._signs:
            behind = {name: frozenset(scale.facts) for name, scale in self._scales.items()}
            self._signs[node] = condition_on(parse_condition(write(node), self._types), self._types, behind)
        return self._signs[node]


@dataclass(slots=True)
class _Use:
    """How rules use a fact: the parts that compare it with written values, and whether in another way."""

    signs: dict[Apply, None]
    is_weighed: bool = False


def _uses(expressions: Iterable[Expression]) -> dict[str, _Use]:
    uses: dict[str, _Use] = {}
    for expression in expressions:
        for code, sign in _signs_in(expression.root):
            use = uses.setdefault(code, _Use({}))
            if sign is None:
                use.is_weighed = True
            else:
                use.signs[sign] = None
    return uses


def _signs_in(node: Node) -> Iterator[tuple[str, Apply | None]]:
    """Each use of a fact, with the part that compares it with written values; None where none does."""
    match node:
        case Fact(code):
            yield code, None
        case Apply(operation, (Fact(code), Literal()) | (Literal(), Fact(code))) if (
            operation in COMPARISONS or operation in ("in", "contains")
        ):
            yield code, node
        case Apply("in", (Fact(code), several)) if not any(_signs_in(several)):
            yield code, node
        case Apply(_, operands):
            for operand in operands:
                yield from _signs_in(operand)


def _ways(fact: FactType, use: _Use) -> tuple[Sequence[Node], Sequence[FactValue]] | None:
    """The parts that tell the fact's values apart as far as matters, and values for every way that they can
    turn out; None where that would be too many, or is not known.
    """
    literals = {value for sign in use.signs for value in _literals(sign)}
    match fact.kind:
        case FactKind.BOOLEAN:
            return [Fact(fact.code)], (False, True)
        case FactKind.CODE:
            return (_each_of(fact, fact.values) if use.is_weighed else [*use.signs]), fact.values
        case FactKind.CODES:
            named = [code for code in fact.values if use.is_weighed or code in literals]
            return None if len(named) > MOST_CODES else _selections(fact, named)
        case FactKind.TEXT:
            return None if use.is_weighed else _texts(use, sorted(str(value) for value in literals))
        case _ if not use.is_weighed:
            return [*use.signs], representative_values(fact, literals, 0)
        case _:
            return _whole_numbers(fact)


def _each_of(fact: FactType, values: Iterable[str | int]) -> list[Node]:
    kind = FactKind.INTEGER if fact.kind is FactKind.INTEGER else FactKind.TEXT
    return [Apply("=", (Fact(fact.code), Literal(value, kind)), ()) for value in values]


def _selections(fact: FactType, named: Sequence[str]) -> tuple[list[Node], list[FactValue]]:
    signs: list[Node] = [
        Apply("contains", (Fact(fact.code), Literal(code, FactKind.TEXT)), ()) for code in named
    ]
    return signs, [chosen for size in range(len(named) + 1) for chosen in combinations(named, size)]


def _texts(use: _Use, literals: Sequence[str]) -> tuple[list[Node], list[FactValue]] | None:
    """The texts that are named, and one that is none of them; None where texts are put in an order."""
    if any(sign.operation not in SAMENESS for sign in use.signs):
        return None
    return [*use.signs], ["x" * (1 + max(map(len, literals))), *literals]


def _whole_numbers(fact: FactType) -> tuple[list[Node], Sequence[FactValue]] | None:
    """Each number that the fact can be, where they are whole and few."""
    if fact.kind is not FactKind.INTEGER or fact.minimum is None or fact.maximum is None:
        return None
    if fact.maximum - fact.minimum >= MOST_WHOLE_NUMBERS:
        return None
    numbers = range(int(fact.minimum), int(fact.maximum) + 1)
    return _each_of(fact, numbers), numbers


def _literals(node: Node) -> Iterator[FactValue]:
    match node:
        case Literal(value):
            yield value
        case Apply(_, operands):
            for operand in operands:
                yield from _literals(operand)


# ── Groups ──────────────────────────────────────────────────────────────────────────────────────────────


def _joined(
    parts: list[tuple[frozenset[int], frozenset[Axis]]], names: Mapping[int, str]
) -> list[tuple[tuple[int, ...], tuple[Axis, ...]]]:
    """The parts, those joined that read the same answers, the smallest first, as long as they stay small
    enough; the same however the rules are ordered.
    """

    def name(part: tuple[frozenset[int], frozenset[Axis]]) -> list[str]:
        return sorted(names[position] for position in part[0])

    while True:
        joinable = [
            (_states(one[1] | other[1]), sorted((name(one), name(other))), one, other)
            for one, other in combinations(parts, 2)
            if not one[1].isdisjoint(other[1])
        ]
        small = [each for each in joinable if each[0] <= MOST_STATES]
        if not small:
            break
        _, _, one, other = min(small, key=lambda each: each[:2])
        parts = [part for part in parts if part is not one and part is not other]
        parts.append((one[0] | other[0], one[1] | other[1]))
    return [
        (
            tuple(sorted(positions, key=lambda position: names[position])),
            tuple(sorted(axes, key=lambda axis: axis.code)),
        )
        for positions, axes in parts
    ]


def _states(axes: Collection[Axis]) -> int:
    """How many different things can be known of these answers, each known or not."""
    return prod(axis.states for axis in axes)


def _canonical(rule: Rule) -> str:
    """What a rule is ordered by, wherever it stands."""
    return f"{rule.condition.expression.text} {rule.points} {rule.id}"


def _crossing(rules: Mapping[int, Rule], group_of: Mapping[int, Group]) -> dict[str, tuple[int, ...]]:
    """The facts that rules of several groups depend on, with those rules."""
    facts = reduce(frozenset[str].union, (rule.condition.facts for rule in rules.values()), frozenset[str]())
    readers = {
        fact: tuple(position for position in group_of if fact in rules[position].condition.facts)
        for fact in facts
    }
    return {
        fact: positions
        for fact, positions in sorted(readers.items())
        if len({id(group_of[position]) for position in positions}) > 1
    }
