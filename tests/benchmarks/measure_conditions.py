"""Times 120 conditions of the spine aid: ours for one person and for a cohort, beside other rule engines."""

import json
import random
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import cast

import cel
import fhirpathpy
import polars as pl
import zen

from decision_aid.packs import read_pack, release_document
from questionnaires.definition.expressions import Expression, evaluate_together, parse_condition
from questionnaires.definition.expressions.columns import Cohort
from questionnaires.definition.expressions.nodes import Apply, Empty, Fact, Literal, Node
from questionnaires.definition.expressions.operations import OPERATIONS, Form
from questionnaires.definition.facts import FactKind, Facts, FactType, FactTypes, FactValue, read_fact_types

CONDITIONS = 120
PEOPLE = 20
ROUNDS = 7
COHORT = 1_000_000
UNKNOWN_SHARE = 0.1
SCALES = ("bmi", "mfi5", "psfs", "rcri", "apfel")
RESULT = Path("var/benchmarks/conditions.json")


def main() -> None:
    """Assert that all engines say the same of the same people, then time them in turn."""
    document = release_document(read_pack("spine"))
    types = dict(read_fact_types(document["facts"]))
    types |= {scale: FactType(scale, FactKind.DECIMAL, Decimal(0), Decimal(60)) for scale in SCALES}
    texts = texts_of(document, types)
    made = timed(lambda: [parse_condition(text, types) for text in texts])
    expressions = [parse_condition(text, types) for text in texts]
    draw = random.Random(3)  # noqa: S311  people who are the same each time
    people = [person(types, draw) for _ in range(PEOPLE)]

    together = evaluate_together(expressions)
    engines: dict[str, Callable[[Facts], Sequence[object]]] = {
        "ours, generated together": together,
        "ours, one by one": lambda facts: [expression.holds(facts) for expression in expressions],
        "CEL in Rust": in_cel(expressions),
        "zen-engine, one decision": in_zen_decision(expressions),
        "zen-engine, expression by expression": in_zen(expressions),
        "fhirpathpy, compiled": in_fhirpathpy(texts),
    }
    prepared = {name: [plain(name, facts) for facts in people] for name in engines}
    for position, facts in enumerate(people):
        expected = [expression.holds(facts) for expression in expressions]
        for name, engine in engines.items():
            found = list(engine(prepared[name][position]))
            assert found == expected, f"{name} disagrees"

    per_person = in_turn(engines, prepared)
    cohort = cohort_times(types, expressions)
    report(per_person, made, cohort)


def texts_of(document: Mapping[str, object], types: FactTypes) -> list[str]:
    """The aid's own conditions, each once, made up to 120 by joining neighbours."""
    found: dict[str, None] = {}

    def collect(value: object) -> None:
        match value:
            case dict():
                for key, inner in value.items():
                    if key in ("condition", "shown_when", "population") and isinstance(inner, str):
                        found[parse_condition(inner, types).text] = None
                    collect(inner)
            case list():
                for inner in value:
                    collect(inner)

    collect(document)
    own = [text for text in found if text != "true"]
    joined = [f"({one}) and ({other}).not()" for one, other in pairwise(own)]
    return [*own, *joined][:CONDITIONS]


def person(types: FactTypes, draw: random.Random) -> dict[str, FactValue]:
    """Someone of whom everything is known: the other engines have no way to say that it is not."""
    return {code: value_of(fact_type, draw) for code, fact_type in types.items()}


def value_of(fact_type: FactType, draw: random.Random) -> FactValue:
    """A value of the type, decimals with one place."""
    low = int(fact_type.minimum if fact_type.minimum is not None else 0)
    high = int(fact_type.maximum if fact_type.maximum is not None else 100)
    match fact_type.kind:
        case FactKind.BOOLEAN:
            return draw.random() < 0.3
        case FactKind.INTEGER:
            return draw.randint(low, high)
        case FactKind.DECIMAL:
            return Decimal(draw.randint(low * 10, high * 10)) / 10
        case FactKind.CODE:
            return draw.choice(fact_type.values)
        case FactKind.CODES:
            return tuple(code for code in fact_type.values if draw.random() < 0.3)
        case _:
            return "free text"


def plain(name: str, facts: Facts) -> dict[str, FactValue]:
    """The facts as the engine takes them: decimals are floats everywhere but with us and fhirpathpy."""
    if name.startswith(("ours", "fhirpathpy")):
        return dict(facts) if name.startswith("ours") else {c: _listed(v) for c, v in facts.items()}
    return {code: _as_plain(value) for code, value in facts.items()}


def _listed(value: FactValue) -> FactValue:
    return cast("FactValue", list(value)) if isinstance(value, tuple) else value


def _as_plain(value: FactValue) -> FactValue:
    if isinstance(value, Decimal):
        return cast("FactValue", float(value))
    return _listed(value)


def in_cel(expressions: Sequence[Expression]) -> Callable[[Facts], Sequence[object]]:
    programs = [cel.compile(_as_cel(expression.root)) for expression in expressions]

    def evaluate(facts: Facts) -> Sequence[object]:
        context = cel.Context(variables=dict(facts))
        return [program.execute(context) for program in programs]

    return evaluate


def in_zen(expressions: Sequence[Expression]) -> Callable[[Facts], Sequence[object]]:
    compiled = [zen.compile_expression(_as_zen(expression.root)) for expression in expressions]

    def evaluate(facts: Facts) -> Sequence[object]:
        given = cast("dict[str, object]", facts)
        return [expression.evaluate(given) for expression in compiled]

    return evaluate


def in_zen_decision(expressions: Sequence[Expression]) -> Callable[[Facts], Sequence[object]]:
    rows = [
        {"id": str(position), "key": f"c{position}", "value": _as_zen(expression.root)}
        for position, expression in enumerate(expressions)
    ]
    nodes = [
        {"id": "in", "name": "in", "type": "inputNode", "content": {}},
        {"id": "all", "name": "all", "type": "expressionNode", "content": {"expressions": rows}},
        {"id": "out", "name": "out", "type": "outputNode", "content": {}},
    ]
    edges = [
        {"id": f"{one}-{other}", "sourceId": one, "targetId": other, "type": "edge"}
        for one, other in (("in", "all"), ("all", "out"))
    ]
    decision = zen.ZenEngine().create_decision(json.dumps({"nodes": nodes, "edges": edges}))

    def evaluate(facts: Facts) -> Sequence[object]:
        result = decision.evaluate(cast("dict[str, object]", facts))["result"]
        return [result[row["key"]] for row in rows]

    return evaluate


def in_fhirpathpy(texts: Sequence[str]) -> Callable[[Facts], Sequence[object]]:
    compiled = [fhirpathpy.compile(text) for text in texts]

    def evaluate(facts: Facts) -> Sequence[object]:
        results = [expression({}, facts) for expression in compiled]
        return [result[0] if result else None for result in results]

    return evaluate


def _as_cel(node: Node) -> str:
    return _translated(
        node, {"and": "&&", "or": "||", "=": "==", "not": "!({})", "in": "({1}).exists(x, x == {0})"}
    )


def _as_zen(node: Node) -> str:
    return _translated(node, {"=": "==", "not": "not ({})"})


def _translated(node: Node, words: Mapping[str, str]) -> str:
    """The tree in a language much like ours, fully in parentheses."""
    match node:
        case Fact(code):
            return code
        case Literal(bool() as value):
            return str(value).lower()
        case Literal(str() as value):
            return f"'{value}'"
        case Literal(int() as value):
            return str(value)
        case Apply("contains", (collection, item)):
            return f"({_translated(item, words)} in {_translated(collection, words)})"
        case Apply("not", (operand,)):
            return words["not"].format(_translated(operand, words))
        case Apply(operation, (left, right)) if OPERATIONS[operation].form is Form.BETWEEN:
            word = words.get(operation, operation)
            return f"({_translated(left, words)} {word} {_translated(right, words)})"
        case Apply() | Empty() | Literal():
            raise ValueError(f"The benchmark does not translate {node}.")


def in_turn(
    engines: Mapping[str, Callable[[Facts], object]], people: Mapping[str, Sequence[Facts]]
) -> dict[str, float]:
    """The median seconds that each engine takes for one person, all of them timed in each round."""
    times: dict[str, list[float]] = {name: [] for name in engines}
    for _ in range(ROUNDS):
        for name, engine in engines.items():
            times[name] += [timed(partial(engine, facts)) for facts in people[name]]
    return {name: statistics.median(taken) for name, taken in times.items()}


def timed(act: Callable[[], object]) -> float:
    began = time.perf_counter()
    act()
    return time.perf_counter() - began


def cohort_times(types: FactTypes, expressions: Sequence[Expression]) -> dict[str, float]:
    """Seconds for a million people, a tenth of whose answers are unknown; checked against one at a time."""
    draw = random.Random(5)  # noqa: S311  people who are the same each time
    few = [
        {code: value for code, value in person(types, draw).items() if draw.random() >= UNKNOWN_SHARE}
        for _ in range(2_000)
    ]
    some = pl.DataFrame(
        [
            pl.Series(
                code, [_as_plain(facts[code]) if code in facts else None for facts in few], _dtype(fact)
            )
            for code, fact in types.items()
        ]
    )
    named = {str(position): expression for position, expression in enumerate(expressions)}
    found = Cohort(some).values(named)
    for position, facts in enumerate(few[:200]):
        assert list(found.row(position)) == [expression.holds(facts) for expression in expressions]
    frame = pl.concat([some] * (COHORT // len(few)), rechunk=True)
    times = [timed(lambda: Cohort(frame).values(named)) for _ in range(3)]
    cohort = Cohort(frame)
    cohort.values(named)
    again = [timed(lambda: cohort.values(named)) for _ in range(3)]
    return {"first": statistics.median(times), "again": statistics.median(again)}


def _dtype(fact: FactType) -> pl.DataType:
    match fact.kind:
        case FactKind.BOOLEAN:
            return pl.Boolean()
        case FactKind.INTEGER:
            return pl.Int16()
        case FactKind.DECIMAL:
            return pl.Float64()
        case FactKind.CODE:
            return pl.Enum(fact.values)
        case FactKind.CODES:
            return pl.List(pl.Enum(fact.values))
        case _:
            return pl.String()


def report(per_person: Mapping[str, float], made: float, cohort: Mapping[str, float]) -> None:
    """Print the table and write the same as JSON."""
    ours = per_person["ours, generated together"]
    lines = [
        f"{CONDITIONS} conditions, one person of whom everything is known",
        f"{'engine':<40} {'median':>12}  ratio",
    ]
    lines += [f"{name:<40} {taken * 1e6:>9.1f} µs {taken / ours:>6.1f}" for name, taken in per_person.items()]
    lines += [
        f"reading and compiling the {CONDITIONS} texts: {made * 1e3:.1f} ms",
        f"{COHORT:,} people in columns: {cohort['first']:.3f} s, {cohort['again']:.3f} s once prepared",
    ]
    sys.stdout.write("\n".join(lines) + "\n")
    RESULT.parent.mkdir(parents=True, exist_ok=True)
    found = {
        "conditions": CONDITIONS,
        "one_person_s": per_person,
        "reading_s": made,
        "people": COHORT,
        "cohort_s": cohort,
    }
    RESULT.write_text(json.dumps(found, indent=2) + "\n")


if __name__ == "__main__":
    main()
