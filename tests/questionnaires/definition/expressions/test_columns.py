import os
from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from questionnaires.definition.expressions import evaluate_together, parse
from questionnaires.definition.expressions.columns import Cohort
from questionnaires.definition.facts import FactKind, Facts, FactType, FactValue
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


SOME: list[Facts] = [
    {},
    {"age": 18, "pain": 0, "weight": Decimal("25.0"), "free_number": Decimal("0.001"), "day": 1},
    {"age": 44, "pain": 4, "weight": Decimal("70.5"), "free_number": Decimal("-2.5"), "day": -2},
    {"age": 44, "pain": 10, "weight": Decimal("44"), "free_number": Decimal("-0.125"), "day": 0},
    {"age": 110, "weight": Decimal("0.1"), "free_number": Decimal("1000"), "day": 3, "diabetes": True},
    {"diabetes": True, "numb": False, "side": "left", "smoking": "current", "areas": ("neck",), "words": "a"},
    {"diabetes": False, "numb": False, "side": "none", "smoking": "never", "areas": (), "words": ""},
    {"diabetes": False, "side": "both", "areas": ("neck", "low_back", "left_leg"), "words": "A  é"},
    {"numb": True, "areas": ("low_back",), "seen_on": date(2026, 1, 31), "words": "neck"},
    {"diabetes": True, "numb": True, "side": "right", "seen_on": date(2026, 2, 1), "pain": 7},
]
TEXTS = [
    "(%diabetes and {}) or (%numb and {})",
    "%areas contains 'neck' and %pain > 3 or %areas contains 'neck' and %numb",
    *("true", "1", "0.25", "'left'", "@2026-01-31", "1 / 0", "1 / 0 > 2", "{} = 1", "1 / 3"),
    *("%age", "%weight", "%side", "%areas", "%words", "%seen_on", "%diabetes"),
    *(
        "%age > 44",
        "44 <= %age",
        "%age > 43.5",
        "%age > 1000",
        "%age = 44.0",
        "%weight >= 70.5",
        "70.5 = %weight",
    ),
    *("%weight > 70.49999999999999999999", "%weight > %free_number", "%age < %weight", "%weight > %age"),
    *("%weight = 123456789012345678901234567890", "%age < 123456789012345678901234567890"),
    *("%side = 'left'", "'left' != %side", "%words = 'a'", "%words > 'a'", "%side = %side", "%words = %side"),
    *("%seen_on < @2026-02-01", "%seen_on ~ @2026-01-31", "%diabetes ~ %numb", "%pain ~ %age", "%pain ~ {}"),
    *("%words ~ 'a É'", "%weight ~ 70.51", "%areas ~ 'neck'", "%diabetes = %numb", "%diabetes != true"),
    *(
        "+%age",
        "-%age",
        "-%weight",
        "%age.abs()",
        "(-%weight).abs()",
        "%age + 1",
        "%weight - 0.5",
        "%age * %pain",
    ),
    *("%weight * %weight", "%weight + {}", "%age + %weight > 100", "%age * 100000000000000000 * 1000 > 1"),
    *(
        "%age / 4",
        "%age / 0.25",
        "%weight / 100",
        "%age / -8",
        "%age / %pain",
        "%age / %pain > 10",
        "%pain < %age / %pain",
        "%weight >= %age / %pain",
        "10 < %age / %pain",
    ),
    *(
        "%age / %`day` = -22",
        "-22 >= %age / %`day`",
        "%age / %pain > %age / %`day`",
        "(%age / %pain).exists()",
    ),
    *(
        "%age / 3",
        "%age / 3 > 14",
        "%age / 0",
        "%age / 7 * 7 = %age",
        "%weight / (%age / 100 * (%age / 100)) > 30",
    ),
    *("%age div 5", "%age div %`day`", "%weight div 0.7", "%age mod 7", "%age mod %`day`", "%weight mod 0.7"),
    *("%free_number.round(0)", "%free_number.round()", "%free_number.round(2)", "%free_number.round(9)"),
    *(
        "%free_number.round(%age)",
        "%age.round(-1)",
        "(%age / %pain).round(1)",
        "(%age / 3).round(2)",
        "{}.round() = 1",
    ),
    *(
        "(%age / %pain).round(18)",
        "%weight.round(1) * 10",
        "(%pain + {}).round()",
        "iif({}, %age, {}).round()",
        "iif(%diabetes, {}, {}).round() = 1",
        "%pain ~ %weight",
        "(%pain | %age) ~ %pain",
        "%pain ~ (%age | {})",
    ),
    *(
        "%areas contains 'neck'",
        "'neck' in %areas",
        "%words in %areas",
    ),
    *("%side in ('left' | 'right')", "%side in ('left' | %side)", "%words in ('a' | %words)", "%side in {}"),
    *(
        "{} in %areas",
        "%words in (%areas | %words)",
        "(%areas | %words) contains 'neck'",
        "'neck' in (%areas | 'x')",
    ),
    *(
        "%age in (44 | %pain)",
        "%age in (18 | 110)",
        "%weight in (44 | 70.5)",
        "%diabetes in %numb",
        "{} contains %age",
    ),
    *(
        "%age.exists()",
        "%areas.empty()",
        "(%areas | 'x').exists()",
        "%side.combine(%words).exists()",
        "{}.exists()",
    ),
    *(
        "(%age.combine({})).exists()",
        "iif(%diabetes, {}, {}).exists()",
        "iif({}, {}, iif(%numb, {}, {})).empty()",
    ),
    *(
        "%areas.count()",
        "%age.count()",
        "(%age | %pain).count()",
        "%age.combine(%pain).count()",
        "{}.count()",
    ),
    *("%areas.combine(%side).count() > 1", "iif(%diabetes, {}, {}).count()", "iif({}, %age, {}).count()"),
    *(
        "%age.combine(%pain).sum()",
        "%weight.combine(%age).avg()",
        "%age.combine(%pain).combine(1).avg()",
        "%age.sum()",
    ),
    *(
        "%age.combine(%weight).min()",
        "%age.combine(%pain).max()",
        "%seen_on.combine(@2026-01-31).min()",
        "%age.max()",
    ),
    *(
        "iif(%diabetes, {}, {}).sum() = 1",
        "iif(%diabetes, {}, {}).avg() = 1",
        "iif(%diabetes, {}, {}).min() = 1",
    ),
    *(
        "iif(%diabetes, %age, %pain)",
        "iif(%diabetes, %age)",
        "iif(%diabetes, {}, %weight)",
        "iif(%numb, %side, 'left')",
    ),
    *(
        "iif(%numb, %seen_on, @2026-01-31)",
        "iif(%numb, %diabetes, true)",
        "iif(true, %age, 1)",
        "iif(false, %age)",
    ),
    *("iif(false, %areas, %areas)", "iif(%numb, %areas, %areas).count()", "iif(%numb, %areas, 'x' | 'y')"),
    *("iif(%numb, %age / %pain, 1)", "iif(1 = 1, %areas, {}).count()", "(iif(1 = 1, {}, %age) | 1).count()"),
    *("%diabetes and {}", "{} or %diabetes", "%diabetes xor %numb", "%diabetes implies %numb", "%numb.not()"),
    *("{}.not() or %numb", "(%age + 1 / 0) > 2", "%age > -5", "%weight > -0.5"),
]


@pytest.mark.parametrize("text", TEXTS)
def test_each_operation_is_for_many_as_for_each(text: str) -> None:
    expression = parse(text, TYPES)
    expected = [_cell(expression.evaluate(facts)) for facts in SOME]
    assert expression.columns(frame_of(SOME)).to_list() == expected
    assert expression.columns(frame_of(SOME, NARROW)).to_list() == expected
    assert expression.columns(frame_of(SOME[:1])).to_list() == expected[:1]
    assert expression.columns(frame_of([{}, {}])).to_list() == [expected[0]] * 2
    assert expression.columns(frame_of(SOME).clear()).to_list() == []


@pytest.mark.parametrize(
    "text",
    [
        "0 = %areas.count()",
        "3 < iif(%diabetes, %pain, iif(%numb, %age, 3))",
        "'left' = iif(%diabetes, %side, iif(%numb, %side, 'left'))",
        "(%pain + {}) + 1 = iif(%diabetes, %pain, iif(%numb, %age, 3))",
        "iif(%diabetes, 3, iif(%numb, %age, 3)) > 2",
        "2.5 <= iif(%diabetes, %pain / %age, 1)",
    ],
)
def test_a_constant_is_compared_with_nulls_only_row_by_row(text: str) -> None:
    expression = parse(f"{text} or false", TYPES)
    assert expression.columns(frame_of([{}, {}, {}])).to_list() == [expression.evaluate({})] * 3


@pytest.mark.parametrize("value", [2**53 + 1, 2**62, 2**63 - 1, -(2**63)])
@pytest.mark.parametrize(
    "text", ["%`day` > 9007199254740992", "%`day` > 0.5", "%`day` = %free_number", "%`day` - 1 + 1 = %`day`"]
)
def test_large_whole_numbers_are_compared_exactly(text: str, value: int) -> None:
    people: list[Facts] = [{"day": value, "free_number": Decimal(value)}, {"day": 1}]
    frame = pl.DataFrame({"day": [value, 1], "free_number": [float(value), None]})
    expression = parse(text, TYPES)
    as_floats_print = [{**people[0], "free_number": Decimal(repr(float(value)))}, people[1]]
    assert expression.columns(frame).to_list() == [expression.evaluate(facts) for facts in as_floats_print]


@pytest.mark.parametrize("value", [0.1 + 0.2, 1e300, 1e-300, 123456789.123456789, 1e15, -0.0])
@pytest.mark.parametrize(
    "text",
    [
        "%free_number = 0.3",
        "%free_number > 0.3",
        "%free_number * 10 > 3",
        "%free_number + 1 > 0",
        "%free_number",
    ],
)
def test_floats_are_the_decimals_that_they_print_as(text: str, value: float) -> None:
    expression = parse(text, TYPES)
    frame = pl.DataFrame({"free_number": [value, 0.3, None]})
    people: list[Facts] = [{"free_number": Decimal(repr(value))}, {"free_number": Decimal("0.3")}, {}]
    assert expression.columns(frame).to_list() == [_cell(expression.evaluate(facts)) for facts in people]


def test_three_tenths_are_three_tenths() -> None:
    frame = pl.DataFrame({"weight": [0.1, 0.7], "free_number": [0.2, 0.1]})
    assert parse("%weight + %free_number = 0.3", TYPES).columns(frame).to_list() == [True, False]
    assert parse("(%weight + %free_number) * 10 = 8", TYPES).columns(frame).to_list() == [False, True]


def test_a_fact_without_a_column_is_unknown_for_everyone() -> None:
    frame = pl.DataFrame({"age": [1, 2], "pain": [None, None]})
    for text, expected in [
        ("%diabetes or %age > 1", [None, True]),
        ("%pain > 1", [None, None]),
        ("%areas contains 'neck'", [None, None]),
        ("%side.exists()", [False, False]),
        ("%seen_on", [None, None]),
    ]:
        assert parse(text, TYPES).columns(frame).to_list() == expected, text


def test_many_expressions_at_once_keep_their_names_and_order() -> None:
    named = {"b": parse("%age > 1", TYPES), "a": parse("true", TYPES)}
    named |= {code: parse(f"%areas contains '{code}'", TYPES) for code in ("neck", "low_back")}
    found = Cohort(pl.DataFrame({"age": [1, 2], "areas": [["neck"], None]})).values(named)
    assert list(found.columns) == ["b", "a", "neck", "low_back"]
    assert list(found.iter_rows()) == [(False, True, True, False), (True, True, None, None)]


@pytest.mark.parametrize(
    ("text", "column", "problem"),
    [
        ("%age > 1", pl.Series("age", ["1"]), TypeError),
        ("%side = 'left'", pl.Series("side", [1]), TypeError),
        ("%diabetes", pl.Series("diabetes", [1]), TypeError),
        ("%areas contains 'neck'", pl.Series("areas", ["neck"]), TypeError),
        ("%areas contains 'neck'", pl.Series("areas", [[1]]), TypeError),
        ("%seen_on = @2026-01-31", pl.Series("seen_on", ["2026-01-31"]), TypeError),
        ("%weight > 1", pl.Series("weight", [float("nan")]), ValueError),
        ("%weight > 1", pl.Series("weight", [float("inf")]), ValueError),
    ],
)
def test_a_column_that_cannot_hold_its_fact_is_refused(
    text: str, column: pl.Series, problem: type[Exception]
) -> None:
    with pytest.raises(problem, match=f"“{column.name}”"):
        parse(text, TYPES).columns(column.to_frame())


def test_more_codes_than_bits_are_looked_for_in_the_list() -> None:
    codes = tuple(f"c{number}" for number in range(70))
    types = {"many": FactType("many", FactKind.CODES, values=codes)}
    frame = pl.DataFrame({"many": [["c0", "c69"], [], None]}, schema={"many": pl.List(pl.String())})
    assert parse("%many contains 'c69'", types).columns(frame).to_list() == [True, False, None]


def test_an_enumeration_may_lack_a_code_or_have_more() -> None:
    frame = pl.DataFrame(
        {
            "side": pl.Series(["left", "right", None], dtype=pl.Enum(["left", "right"])),
            "areas": pl.Series([["neck"], ["toe"], None], dtype=pl.List(pl.Enum(["toe", "neck"]))),
        }
    )
    assert parse("%side = 'both'", TYPES).columns(frame).to_list() == [False, False, None]
    assert parse("%side != 'both'", TYPES).columns(frame).to_list() == [True, True, None]
    assert parse("%areas contains 'neck'", TYPES).columns(frame).to_list() == [True, False, None]


def test_the_longest_chain_is_evaluated_in_columns() -> None:
    people: list[Facts] = [{"pain": 5}, {"pain": 0}, {}]
    for text in (" or ".join(["%pain > 4"] * 120), " + ".join(["%pain"] * 240)):
        expression = parse(text, TYPES)
        expected = [expression.evaluate(facts) for facts in people]
        assert expression.columns(frame_of(people)).to_list() == expected
        assert [evaluate_together([expression])(facts)[0] for facts in people] == expected


def test_one_code_is_looked_for_among_several() -> None:
    types = {**TYPES, "place": FactType("place", FactKind.CODE, values=("toe", "neck"))}
    people: list[Facts] = [
        {"place": "neck", "areas": ("low_back", "neck")},
        {"place": "toe", "areas": ("neck",)},
        {"place": "neck", "areas": ()},
        {"place": "neck"},
        {"areas": ("neck",)},
    ]
    frame = frame_of(people).with_columns(place=pl.Series([_cell(facts.get("place")) for facts in people]))
    for text in ("%place in %areas", "%areas contains %place", "%place in (%areas | 'toe')"):
        expression = parse(text, types)
        assert expression.columns(frame).to_list() == [expression.evaluate(facts) for facts in people]


def test_a_whole_number_of_more_than_64_bits_is_no_cell() -> None:
    frame = pl.DataFrame({"age": [44]})
    with pytest.raises(OverflowError, match="64 bits"):
        parse("%age * 100000000000000000 * 1000", TYPES).columns(frame)


@often
@given(st.lists(st.tuples(st.integers(-(2**31), 2**31), st.integers(-(10**4), 10**4)), min_size=1))
def test_quotients_are_the_floats_nearest_to_them(pairs: list[tuple[int, int]]) -> None:
    expression = parse("%age / (%pain / 100)", TYPES)
    frame = pl.DataFrame({"age": [age for age, _ in pairs], "pain": [pain for _, pain in pairs]})
    expected = [_cell(expression.evaluate({"age": age, "pain": pain})) for age, pain in pairs]
    assert expression.columns(frame).to_list() == expected


def test_a_quotient_of_larger_numbers_is_nearest_too() -> None:
    people: list[Facts] = [{"age": 2**60 + 1, "pain": 3}, {"age": 7, "pain": 2**61 - 1}]
    frame = pl.DataFrame({"age": [2**60 + 1, 7], "pain": [3, 2**61 - 1]})
    expression = parse("%age / %pain", TYPES)
    assert expression.columns(frame).to_list() == [_cell(expression.evaluate(facts)) for facts in people]


@pytest.mark.parametrize(
    "text",
    [
        *("%`day` + %`day` + %`day` > 0", "%`day` - %age * 2 < 0", "%`day` * %age > 0", "%`day` * 8 > 1"),
        *(
            "%`day` > 0.000001",
            "%`day` / %age > 1.5",
            "%`day` / 3 > 768614336404564650",
            "%`day` div %age = 0",
        ),
        *("%`day` mod %age = 0", "(%`day` / 4).round(2) > 5.25", "(%`day` * 0.01).round() > 2"),
        *(
            "%`day`.abs() > 5",
            "-%`day` > 3",
            "%`day`.combine(%age).sum() > 1",
            "%`day`.combine(%age).avg() > 1.5",
        ),
        *("%`day` mod 0.7 > 0.3", "%`day` div 0.25 > 12", "%`day` / 0.01 > 300", "%`day` / -8 < 0.5"),
        *("(%`day` / 7).round(1) > 0.4", "(%`day` / %age).round(3) = 0.429", "%`day` / 64 = 0.046875"),
        *("%`day` >= %age and %`day` != 3", "%`day`.round() = 3", "%`day`.combine(%age).min() < 3"),
    ],
)
def test_numbers_of_any_size_are_for_many_as_for_each(text: str) -> None:
    # How large the numbers of a frame are decides what can be done in its columns.
    expression = parse(text, TYPES)
    frames: list[list[tuple[int | None, int | None]]] = [
        [(2**61, 7)],
        [(2**40, 2**40)],
        [(3, 1), (3, 7), (2, 3)],
        [(0, -5), (5, 0)],
        [(-(2**61), 2**30)],
        [(2**62 - 1, 1)],
        [(2**61 - 1, 1), (1, 2**62 - 1)],
        [(-3, 2), (3, -2), (-3, -2)],
        [(2**53, 1)],
        [(7, 7), (2**31, 3), (-(2**31), -3)],
        [(1, None), (None, 1)],
        [(2**62, 2), (-(2**62), 2)],
    ]
    for rows in frames:
        people: list[Facts] = [
            {code: value for code, value in zip(("day", "age"), row, strict=True) if value is not None}
            for row in rows
        ]
        frame = pl.DataFrame(rows, schema={"day": pl.Int64, "age": pl.Int64}, orient="row")
        found = expression.columns(frame).to_list()
        assert found == [_cell(expression.evaluate(facts)) for facts in people], rows
