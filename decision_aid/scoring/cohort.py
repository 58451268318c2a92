"""Many people at once: the same pathway, candidacies, intervals and scales as one by one, as columns."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import reduce
from operator import add, and_
from typing import NamedTuple

import polars as pl

from decision_aid.scoring.answer_groups import FRAME_TYPES, Cell, by_answers
from decision_aid.scoring.arithmetic import score_arithmetic
from decision_aid.scoring.bands import edges_of
from decision_aid.scoring.candidacy import NOTHING
from decision_aid.scoring.conditions import Condition, Truth
from decision_aid.scoring.ruleset import (
    Band,
    Candidacy,
    Option,
    RuleKind,
    RuleSet,
    Scale,
    ScaleMethod,
    Urgency,
)
from decision_aid.scoring.scales import Scored, measure_all, shown_value
from decision_aid.scoring.warning_signs import Pathway
from decision_aid.scoring.weighing import Axis, Group, Weighing
from questionnaires.definition.digest import json_number
from questionnaires.definition.expressions import Expression, parse
from questionnaires.definition.expressions.columns import Cohort
from questionnaires.definition.expressions.nodes import Apply, Fact, Node
from questionnaires.definition.expressions.writing import write
from questionnaires.definition.facts import FactKind, Facts, FactType, FactTypes, FactValue
from questionnaires.definition.problems import ProblemsFound

AT_ONCE = 1_000_000  # people whose columns are in memory together
CANDIDACIES = pl.Enum([candidacy.value for candidacy in Candidacy])
PATHWAYS = pl.Enum([pathway.value for pathway in Pathway])
CODES = {candidacy: code for code, candidacy in enumerate(Candidacy)}
PEOPLE, ROUNDED, NEGATIVE = "\0people", "rounded", "negative"
MOST_STATES_COMPARED = 500  # of a group, to see whether it has to be looked up
WIDTHS = {pl.Int8(): 2**7, pl.Int16(): 2**15, pl.Int32(): 2**31, pl.Int64(): 2**63}
TRUTH: Mapping[str, pl.DataType] = {"holds": pl.Boolean()}


def score_frame(ruleset: RuleSet, frame: pl.DataFrame) -> pl.DataFrame:
    """What `score` says of each person: a row for each row of the frame, whose columns are facts.

    Columns are as `Cohort` takes them: null is unknown, so is a fact without a column, and values are as
    `read_facts` gives them. The result has `pathway`; for each scale its shown value `<scale>`, null where it
    has none, and `<scale>.band`; for each option `<option>.candidacy`, `<option>.low` and `<option>.high`.

    ValueError for a column that is no fact of the release, NaN or infinity; TypeError for a column that
    cannot hold its fact.
    """
    strangers = sorted(set(frame.columns) - ruleset.types.keys())
    if strangers:
        raise ValueError(f"this release knows no fact named {', '.join(strangers)}")
    with score_arithmetic():
        plan = _Plan(ruleset)
        parts = frame.iter_slices(AT_ONCE) if frame.height else (frame,)
        return pl.concat([_People(plan, part).scored() for part in parts])


def truth_frame(ruleset: RuleSet, conditions: Iterable[Condition], frame: pl.DataFrame) -> pl.DataFrame:
    """What each of these conditions of a ruleset holds of each person: a column each, named by its position.

    Null is unknown. The frame is as `score_frame` takes it, with the same errors.
    """
    wanted = tuple(conditions)
    with score_arithmetic():
        plan = _Plan(ruleset)
        plan.ask_also(wanted)
        truths = _People(plan, frame).truths
    columns = [truths[str(plan.positions[condition])] for condition in wanted]
    return pl.DataFrame([column.alias(str(place)) for place, column in enumerate(columns)])


def people_frame(types: FactTypes, people: Sequence[Facts]) -> pl.DataFrame:
    """A frame that `score_frame` takes: a row for each person and a column for each fact."""
    return pl.DataFrame(
        {
            code: pl.Series([_cell(facts.get(code)) for facts in people], dtype=FRAME_TYPES[fact.kind])
            for code, fact in types.items()
        }
    )


def _cell(value: FactValue | None) -> object:
    match value:
        case Decimal():
            return float(value)
        case tuple():
            return list(value)
        case _:
            return value


class _Plan:
    """What can be done with columns, found once for a ruleset.

    `expressions` gives each condition over columns of facts and whole-numbered scales, None where that cannot
    be said exactly; `formulas` the same for scales that are calculations, and `steps` the expressions that
    show them: the value rounded, and whether it reaches each edge.
    """

    def __init__(self, ruleset: RuleSet) -> None:
        self.ruleset = ruleset
        self.types: dict[str, FactType] = dict(ruleset.types)
        self.formulas: dict[str, Expression] = {}
        self.steps: dict[str, dict[str, Expression]] = {}
        self.whole: dict[str, Scale] = {}
        for scale in ruleset.scales:
            if scale.method is ScaleMethod.EXPRESSION and scale.decimals is not None:
                self._write_out(scale)
            elif _is_whole(scale, ruleset.types):
                self.whole[scale.id] = scale
                self.types[scale.id] = FactType(scale.id, FactKind.INTEGER)
        self.weighings = {option.id: ruleset.weighing_of(option) for option in ruleset.options}
        self.grouped = _groups_to_look_up(self.weighings.values())
        signs = [sign.condition for sign in ruleset.warning_signs]
        told = [sign for group in self.grouped for axis in group.axes for sign in axis.signs]
        conditions = dict.fromkeys((*self._conditions_of_rules(), *signs, *told))
        self.positions = {condition: position for position, condition in enumerate(conditions)}
        self.expressions = {condition: self._over_columns(condition) for condition in conditions}
        self.units = {option.id: _units(option, ruleset.bands) for option in ruleset.options}

    def ask_also(self, conditions: Iterable[Condition]) -> None:
        """Find the truth of these conditions too, whether or not a candidacy needs it."""
        for condition in conditions:
            if condition not in self.positions:
                self.positions[condition] = len(self.positions)
                self.expressions[condition] = self._over_columns(condition)

    def _conditions_of_rules(self) -> Iterator[Condition]:
        """The conditions whose truth is needed; of rules that are looked up together it is not."""
        for option in self.ruleset.options:
            group_of = self.weighings[option.id].group_of
            for position, rule in enumerate(option.rules):
                if group_of.get(position) not in self.grouped:
                    yield rule.condition

    def _write_out(self, scale: Scale) -> None:
        formula = self._over_columns(scale.items[0])
        if formula is None or not formula.waits_for_answers:
            return
        text = f"({formula.text})"
        texts = {ROUNDED: f"{text}.round({scale.decimals})", NEGATIVE: f"{text} < 0"}
        texts |= {str(edge): f"{text} >= {edge:f}" for edge in scale.edges}
        try:
            self.steps[scale.id] = {name: parse(each, self.types) for name, each in texts.items()}
        except ProblemsFound:  # too long
            return
        self.formulas[scale.id] = formula

    def _over_columns(self, condition: Condition) -> Expression | None:
        expression = condition.expression
        scales = expression.facts - self.ruleset.types.keys()
        if not scales:
            return expression
        if not expression.waits_for_answers or not scales <= self.formulas.keys() | self.whole.keys():
            return None
        try:
            return parse(write(self._with_formulas(expression.root)), self.types)
        except ProblemsFound:  # too long, once the formulas stand in it
            return None

    def _with_formulas(self, node: Node) -> Node:
        match node:
            case Fact(code) if code in self.formulas:
                return self.formulas[code].root
            case Apply(operation, operands, types):
                return Apply(operation, tuple(self._with_formulas(operand) for operand in operands), types)
            case _:
                return node


class _Units(NamedTuple):
    """Points as whole numbers: so many decimal places are counted, in this type."""

    places: int
    type: pl.DataType

    def of(self, points: Decimal) -> int:
        return int(points.scaleb(self.places))


def _units(option: Option, bands: Sequence[Band]) -> _Units:
    numbers = [*(rule.points for rule in option.rules), *edges_of(bands)]
    places = max((max(0, -int(number.normalize().as_tuple().exponent)) for number in numbers), default=0)
    largest = sum((abs(number) for number in numbers), NOTHING)
    smallest = next(width for width in WIDTHS if largest.scaleb(places) < WIDTHS[width])
    return _Units(places, smallest)


def _groups_to_look_up(weighings: Iterable[Weighing]) -> dict[Group, None]:
    """The groups of rules of which the sum of spans is not always the answer."""
    groups = dict.fromkeys(group for weighing in weighings for group, _ in weighing.groups)
    return {
        group: None for group in groups if group.states > MOST_STATES_COMPARED or not group.is_sum_of_spans()
    }


class _People:
    """The people of one frame."""

    def __init__(self, plan: _Plan, frame: pl.DataFrame) -> None:
        self.plan = plan
        self.ruleset = plan.ruleset
        self.frame = frame
        self.scale_columns: dict[str, tuple[pl.Series, pl.Series]] = {}
        self.ends: dict[tuple[Group, _Units], tuple[pl.Series, pl.Series]] = {}
        deciding: list[pl.Series] = []
        for scale in self.ruleset.scales:
            found = self._calculated(scale) if scale.id in plan.formulas else self._measured(scale)
            self.scale_columns[scale.id] = found["shown"], found["band"]
            if scale.id in plan.whole:
                deciding.append(found["deciding"].alias(scale.id))
        self.frame = frame.with_columns(deciding)
        # Also where there are no conditions, the truths have a row for each person.
        people = pl.Series(PEOPLE, [True]).new_from_index(0, frame.height)
        self.truths = pl.DataFrame([people, *self._truths(self.frame, plan.positions)])

    def scored(self) -> pl.DataFrame:
        """Their rows of the result."""
        options, looked_up = self.ruleset.options, self._looked_up()
        sums = self.truths.with_columns(
            self._pathway(), *(expr for each in options for expr in self._sums(each, looked_up))
        )
        found = sums.with_columns(expr for each in options for expr in self._candidacy(each))
        scales = [
            column
            for name in self.ruleset.scale_order
            for column in (
                self.scale_columns[name][0].alias(name),
                self.scale_columns[name][1].alias(f"{name}.band"),
            )
        ]
        ends = ("candidacy", "low", "high")
        columns = [found[f"{option.id}.{end}"] for option in options for end in ends]
        return pl.DataFrame([found["pathway"], *scales, *columns])

    # ── Scales ──────────────────────────────────────────────────────────────────────────────────────────

    def _measured(self, scale: Scale) -> pl.DataFrame:
        """The scale, measured once for each different set of answers."""
        needed = tuple(other for other in self.ruleset.scales if set(other.facts) <= set(scale.facts))

        def evaluate(facts: Facts) -> Sequence[Cell]:
            result = measure_all(needed, facts)[1][scale.id]
            if not isinstance(result, Scored):
                return None, None, None
            whole = scale.id in self.plan.whole and not result.filled_in
            shown = float(json_number(shown_value(scale, result.value)))
            return shown, result.band, int(result.value) if whole else None

        schema = {"shown": pl.Float64(), "band": pl.String(), "deciding": pl.Int64()}
        return by_answers(self.frame, self.ruleset.types, scale.facts, evaluate, schema)

    def _calculated(self, scale: Scale) -> pl.DataFrame:
        """A calculation's shown value and band, both exact: see `shown_value`."""
        found = Cohort(self.frame).values(self.plan.steps[scale.id])
        if found[NEGATIVE].any():
            # A half goes away from zero when a value is shown, and upwards in the language.
            return self._measured(scale)
        shown, step = pl.col(ROUNDED), pl.lit(None, pl.Int8())
        for edge in reversed(scale.edges):
            reached, looks_reached = pl.col(str(edge)), shown >= float(edge)
            step = (
                pl.when(~reached & looks_reached)
                .then(pl.lit(-1, pl.Int8()))
                .when(reached & ~looks_reached)
                .then(pl.lit(1, pl.Int8()))
                .otherwise(step)
            )
        places = scale.decimals or 0
        moved = ((shown * 10.0**places).round() + step) / self._tens(places)
        band = pl.lit(None, pl.String())
        for each in reversed(scale.bands):
            inside = [pl.col(str(each.low))] if each.low is not None else []
            inside += [~pl.col(str(each.high))] if each.high is not None else []
            band = (
                pl.when(pl.all_horizontal(inside or [shown.is_not_null()]))
                .then(pl.lit(each.id))
                .otherwise(band)
            )
        return found.select(
            pl.when(step.is_null()).then(shown).otherwise(moved).alias("shown"), band.alias("band")
        )

    # ── Conditions ──────────────────────────────────────────────────────────────────────────────────────

    def _truths(self, frame: pl.DataFrame, conditions: Iterable[Condition]) -> pl.DataFrame:
        """What each condition holds: a column for each, named by its position.

        A condition that asks for an answer's absence has a second one, of what it is by the answers known.
        """
        names = {condition: str(self.plan.positions[condition]) for condition in conditions}
        in_columns = {
            names[condition]: expression
            for condition in names
            if (expression := self.plan.expressions[condition]) is not None
        }
        columns = {column.name: column for column in Cohort(frame).values(in_columns)}
        for condition, name in names.items():
            if name not in columns:
                columns[name] = self._by_answers(frame, condition, condition.holds)
                if not condition.expression.waits_for_answers:
                    columns[_known(name)] = self._by_answers(frame, condition, condition.alarms)
            elif not condition.expression.waits_for_answers:
                columns[_known(name)] = columns[name]
                all_known = _all_known(frame, condition.expression.facts)
                columns[name] = pl.select(pl.when(all_known).then(columns[name])).to_series()
        return pl.DataFrame([column.alias(name) for name, column in columns.items()])

    def _by_answers(
        self, frame: pl.DataFrame, condition: Condition, holds: Callable[[Facts], Truth]
    ) -> pl.Series:
        scales = tuple(scale for scale in self.ruleset.scales if set(scale.facts) <= condition.facts)

        def evaluate(facts: Facts) -> Sequence[Cell]:
            return (holds(measure_all(scales, facts)[0]),)

        return by_answers(frame, self.ruleset.types, condition.facts, evaluate, TRUTH).to_series()

    def _pathway(self) -> pl.Expr:
        def any_of(urgency: Urgency) -> pl.Expr:
            signs = [sign.condition for sign in self.ruleset.warning_signs if sign.urgency is urgency]
            names = [
                name if condition.expression.waits_for_answers else _known(name)
                for condition in signs
                if (name := str(self.plan.positions[condition]))
            ]
            return pl.any_horizontal(names).fill_null(value=False) if names else pl.lit(value=False)

        pathways = list(Pathway)
        code = (
            pl.when(any_of(Urgency.EMERGENCY))
            .then(pl.lit(pathways.index(Pathway.EMERGENCY), pl.UInt8()))
            .when(any_of(Urgency.URGENT))
            .then(pl.lit(pathways.index(Pathway.URGENT), pl.UInt8()))
            .otherwise(pl.lit(pathways.index(Pathway.ROUTINE), pl.UInt8()))
        )
        return code.cat.to(PATHWAYS).alias("pathway")

    # ── Options ─────────────────────────────────────────────────────────────────────────────────────────

    def _sums(self, option: Option, looked_up: Mapping[Group, pl.Series]) -> Iterator[pl.Expr]:
        """The option's interval, in its whole units, and whether it is excluded and what it requires met."""
        units, weighing = self.plan.units[option.id], self.plan.weighings[option.id]
        together = [self._ends(looked_up, group, units) for group, _ in weighing.groups if group in looked_up]
        for number, (end, is_counted) in enumerate((("low", Decimal.__lt__), ("high", Decimal.__gt__))):
            total = pl.lit(0, units.type)
            for position in option.positions[RuleKind.POINTS]:
                rule = option.rules[position]
                if weighing.group_of.get(position) not in looked_up:
                    # What is unknown counts towards the end to which it can move the sum.
                    holds = self._holds(rule.condition).fill_null(value=is_counted(rule.points, NOTHING))
                    total += holds.cast(units.type) * pl.lit(units.of(rule.points), units.type)
            total = reduce(add, (pl.lit(ends[number]) for ends in together), total)
            yield total.alias(f"{option.id}.{end}")
        for kind, combined, empty in (
            (RuleKind.EXCLUDES, pl.any_horizontal, False),
            (RuleKind.REQUIRED, pl.all_horizontal, True),
        ):
            each = [self._holds(option.rules[position].condition) for position in option.positions[kind]]
            yield (combined(each) if each else pl.lit(empty)).alias(f"{option.id}.{kind}")

    def _candidacy(self, option: Option) -> Iterator[pl.Expr]:
        """The option's candidacy and interval, from its sums."""
        units, bands = self.plan.units[option.id], self.ruleset.bands
        low, high = pl.col(f"{option.id}.low"), pl.col(f"{option.id}.high")
        excluded, met = pl.col(f"{option.id}.excludes"), pl.col(f"{option.id}.required")
        by_points = _code(Candidacy.NEEDS_INFORMATION)
        for band in bands:
            inside = [low >= units.of(band.low)] if band.low is not None else []
            inside += [high < units.of(band.high)] if band.high is not None else []
            is_in = reduce(and_, inside) if inside else low.is_not_null()
            by_points = pl.when(is_in).then(_code(Candidacy(band.id))).otherwise(by_points)
        code = (
            pl.when(excluded)
            .then(_code(Candidacy.EXCLUDED))
            .when(~met)
            .then(_code(Candidacy.NOT_INDICATED))
            .when(excluded.is_null() | met.is_null())
            .then(_code(Candidacy.NEEDS_INFORMATION))
            .otherwise(by_points)
        )
        yield code.cat.to(CANDIDACIES).alias(f"{option.id}.candidacy")
        for end in (low, high):
            yield self._in_points(end, units.places)

    def _in_points(self, units: pl.Expr, places: int) -> pl.Expr:
        return units.cast(pl.Float64()) / self._tens(places) if places else units.cast(pl.Float64())

    def _tens(self, places: int) -> pl.Expr:
        """A divisor for each row: by a lone one Polars does not divide but multiplies with its inverse."""
        return pl.lit(pl.Series([10.0**places]).new_from_index(0, self.frame.height))

    def _holds(self, condition: Condition) -> pl.Expr:
        return pl.col(str(self.plan.positions[condition]))

    # ── Rules that read the same answers ────────────────────────────────────────────────────────────────

    def _ends(
        self, looked_up: Mapping[Group, pl.Series], group: Group, units: _Units
    ) -> tuple[pl.Series, pl.Series]:
        """The least and the most that the group adds for each person, in these units.

        They are worked out once for each state that somebody is in.
        """
        key = (group, units)
        if key not in self.ends:
            states = looked_up[group]
            low, high = [0] * group.states, [0] * group.states
            for state in states.unique().to_list():
                least, most = group.bounds_in(state)
                low[state], high[state] = units.of(least), units.of(most)
            self.ends[key] = (
                pl.Series(low, dtype=units.type).gather(states),
                pl.Series(high, dtype=units.type).gather(states),
            )
        return self.ends[key]

    def _looked_up(self) -> dict[Group, pl.Series]:
        """For each group whose bounds are looked up, the state that each person is in."""
        axes = dict.fromkeys(axis for group in self.plan.grouped for axis in group.axes)
        names = {axis: f"\0axis {position}" for position, axis in enumerate(axes)}
        places = self.truths.select(self._place(axis).alias(name) for axis, name in names.items())
        keys = places.select(
            reduce(
                lambda key, axis: key * axis.states + pl.col(names[axis]),
                reversed(group.axes),
                pl.lit(0, pl.UInt32()),
            ).alias(str(position))
            for position, group in enumerate(self.plan.grouped)
        )
        return dict(zip(self.plan.grouped, keys.iter_columns(), strict=True))

    def _place(self, axis: Axis) -> pl.Expr:
        """The axis's state that each person's answer is in."""
        signs = [pl.col(str(self.plan.positions[sign])).cast(pl.UInt32()) for sign in axis.signs]
        bits: pl.Expr = reduce(add, (sign * 2**position for position, sign in enumerate(signs)))
        places = {
            sum(2**position for position, is_so in enumerate(way) if is_so): place
            for way, place in axis.ways.items()
        }
        table = [places.get(bit, len(places)) for bit in range(2 ** len(signs))]
        if table != list(range(len(table))):
            bits = pl.lit(pl.Series(table, dtype=pl.UInt32())).gather(bits)
        return bits.fill_null(len(places))


def _code(candidacy: Candidacy) -> pl.Expr:
    return pl.lit(CODES[candidacy], pl.UInt8())


def _known(name: str) -> str:
    return f"{name} by what is known"


def _all_known(frame: pl.DataFrame, facts: Iterable[str]) -> pl.Series:
    """Who has answered all of these."""
    known = pl.Series([True]).new_from_index(0, frame.height)
    for fact in facts:
        known = known & (frame[fact].is_not_null() if fact in frame.columns else False)
    return known


def _is_whole(scale: Scale, types: FactTypes) -> bool:
    """Whether the scale only ever has whole values where nothing was filled in."""
    if scale.method is ScaleMethod.COUNT_TRUE:
        return True
    whole = (FactKind.INTEGER, FactKind.BOOLEAN)
    return scale.method is ScaleMethod.SUM and all(item.expression.kind in whole for item in scale.items)
