"""Work done once for each set of answers that people share, and given back to each of them."""

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from decimal import Decimal

import polars as pl

from questionnaires.definition.facts import FactKind, Facts, FactTypes, FactValue

MOST_KEYS = 2**20  # of different answers that are told apart by one number
ROW = "\0row"

Cell = bool | int | float | str | None


def by_answers(
    frame: pl.DataFrame,
    types: FactTypes,
    codes: Collection[str],
    evaluate: Callable[[Facts], Sequence[Cell]],
    schema: Mapping[str, pl.DataType],
) -> pl.DataFrame:
    """The columns of `schema`, a row for each person: `evaluate` of their answers to the questions `codes`.

    It is called once for each different set of answers.
    """
    asked = frame.select([code for code in codes if code in frame.columns])
    if not asked.width:
        cells = evaluate({})
        return pl.select(
            pl.repeat(cell, frame.height, dtype=dtype).alias(name)
            for cell, (name, dtype) in zip(cells, schema.items(), strict=True)
        )
    keys = _keys(asked, types)
    if keys is None:
        groups = asked.with_row_index(ROW).group_by(asked.columns).agg(ROW)
        found = _evaluated(groups.select(asked.columns), types, evaluate, schema)
        return found.with_columns(groups[ROW]).explode(ROW).sort(ROW).drop(ROW)
    people = asked.select(keys.alias(ROW), *asked.columns).unique(ROW, keep="any")
    found = _evaluated(people.drop(ROW), types, evaluate, schema)
    # Where each key's answers stand among those found.
    places = pl.Series([0], dtype=pl.UInt32()).new_from_index(0, int(str(keys.max())) + 1)
    places = places.scatter(people[ROW].to_list(), list(range(people.height)))
    return found.select(pl.all().gather(places.gather(keys)))


def _evaluated(
    answers: pl.DataFrame,
    types: FactTypes,
    evaluate: Callable[[Facts], Sequence[Cell]],
    schema: Mapping[str, pl.DataType],
) -> pl.DataFrame:
    cells = [evaluate(_facts_in(row, types)) for row in answers.iter_rows(named=True)]
    return pl.DataFrame(cells, schema=dict(schema), orient="row")


def _keys(asked: pl.DataFrame, types: FactTypes) -> pl.Series | None:
    """One number for each different row; None where the answers are too many for it."""
    count, key = 1, pl.zeros(pl.len(), dtype=pl.UInt32())
    for code in asked.columns:
        number = _number(asked[code], types[code].values)
        if number is None:
            return None
        several, expr = number
        key = key * several + expr.fill_null(several - 1)
        count *= several
        if count > MOST_KEYS:
            return None
    return asked.select(key.cast(pl.UInt32()).alias(ROW)).to_series() if asked.height else None


def _number(column: pl.Series, values: Sequence[str]) -> tuple[int, pl.Expr] | None:
    """How many different answers the column can hold, no answer included, and each as a number from 0."""
    expr = pl.col(column.name)
    match column.dtype:
        case pl.Boolean():
            return 3, expr.cast(pl.UInt32())
        case pl.String() if values:
            return len(values) + 1, expr.cast(pl.Enum(values)).to_physical().cast(pl.UInt32())
        case pl.Enum() as enumeration:
            return len(enumeration.categories) + 1, expr.to_physical().cast(pl.UInt32())
        case dtype if dtype.is_integer():
            low, high = column.min(), column.max()
            if not isinstance(low, int) or not isinstance(high, int):
                return 1, pl.lit(0, pl.UInt32())
            if high - low > MOST_KEYS:
                return None
            return high - low + 2, (expr.cast(pl.Int64()) - low).cast(pl.UInt32())
        case _:
            return None


def _facts_in(row: Mapping[str, object], types: FactTypes) -> dict[str, FactValue]:
    """One person's facts in a row of a frame."""
    facts: dict[str, FactValue] = {}
    for code, value in row.items():
        match value:
            case None:
                pass
            case float():
                facts[code] = Decimal(repr(value))
            case list():
                facts[code] = tuple(each for each in types[code].values if each in value)
            case bool() | int() | str() | date():
                facts[code] = value
            case _:
                raise TypeError(f"The column “{code}” holds {value!r}, which no fact can be.")
    return facts


FRAME_TYPES: Mapping[FactKind, pl.DataType] = {
    FactKind.BOOLEAN: pl.Boolean(),
    FactKind.INTEGER: pl.Int64(),
    FactKind.DECIMAL: pl.Float64(),
    FactKind.CODE: pl.String(),
    FactKind.CODES: pl.List(pl.String()),
    FactKind.TEXT: pl.String(),
    FactKind.DATE: pl.Date(),
}
"""What a column of facts of each kind is, where it can be chosen."""
