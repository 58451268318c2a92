import os
from collections.abc import Mapping, Sequence
from decimal import Decimal

import polars as pl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from questionnaires.definition.expressions import parse
from questionnaires.definition.facts import FactKind, Facts, FactValue
from tests.questionnaires.definition.generated import TYPES, conditions, numbers, some_facts

# CANDOR_EXAMPLES=20000 for the long run.
EXAMPLES = int(os.environ.get("CANDOR_EXAMPLES", "300"))
often = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))

COLUMN_TYPES: Mapping[FactKind, pl.DataType] = {
    FactKind.BOOLEAN: pl.Boolean(),
    FactKind.INTEGER: pl.Int64(),
    FactKind.DECIMAL: pl.Float64(),
    FactKind.CODE: pl.String(),
    FactKind.CODES: pl.List(pl.String()),
    FactKind.TEXT: pl.String(),
    FactKind.DATE: pl.Date(),
}
NARROW = {
    "age": pl.Int8(),
    "pain": pl.UInt8(),
    "side": pl.Enum(TYPES["side"].values),
    "smoking": pl.Enum(TYPES["smoking"].values),
    "areas": pl.List(pl.Enum(TYPES["areas"].values)),
}


def frame_of(people: Sequence[Facts], types: Mapping[str, pl.DataType] | None = None) -> pl.DataFrame:
    """The people's facts as a frame, decimals as floats."""
    return pl.DataFrame(
        [
            pl.Series(
                code,
                [_cell(facts.get(code)) for facts in people],
                (types or {}).get(code, COLUMN_TYPES[fact_type.kind]),
            )
            for code, fact_type in TYPES.items()
        ]
    )


def _cell(value: FactValue | None) -> object:
    match value:
        case Decimal():
            return float(value)
        case tuple():
            return list(value)
        case _:
            return value


people_at_once = st.lists(some_facts, min_size=1, max_size=12)


@often
@given(conditions, people_at_once, st.booleans())
def test_conditions_hold_for_many_as_for_each(text: str, people: list[Facts], narrow: bool) -> None:
    expression = parse(f"({text}) or false", TYPES)
    found = expression.columns(frame_of(people, NARROW if narrow else None))
    assert found.dtype == pl.Boolean()
    assert found.to_list() == [expression.evaluate(facts) for facts in people], expression.text


@often
@given(numbers, people_at_once)
def test_numbers_are_for_many_as_for_each(text: str, people: list[Facts]) -> None:
    expression = parse(f"({text}) + 0", TYPES)
    found = expression.columns(frame_of(people)).to_list()
    assert found == [_cell(expression.evaluate(facts)) for facts in people], expression.text
