from datetime import date
from decimal import Decimal

import pytest

from questionnaires.definition.expressions import evaluate_together, parse, parse_condition
from questionnaires.definition.facts import Facts, FactValue
from tests.questionnaires.definition.generated import TYPES

WORDS = {True: "true", False: "false", None: "{}"}
T, F, U = True, False, None


def value_of(text: str, facts: Facts | None = None) -> FactValue | None:
    return parse(text, TYPES).evaluate(facts or {})


@pytest.mark.parametrize(
    ("operation", "table"),
    [
        # rows: the left is true, false, unknown; columns: the right the same
        ("and", [[T, F, U], [F, F, F], [U, F, U]]),
        ("or", [[T, T, T], [T, F, U], [T, U, U]]),
        ("xor", [[F, T, U], [T, F, U], [U, U, U]]),
        ("implies", [[T, F, U], [T, T, T], [T, U, U]]),
    ],
)
def test_truth_tables_are_the_specifications(operation: str, table: list[list[bool | None]]) -> None:
    for left, row in zip((T, F, U), table, strict=True):
        for right, expected in zip((T, F, U), row, strict=True):
            written = f"{WORDS[left]} {operation} {WORDS[right]}"
            assert value_of(written) is expected, written
            facts = {
                code: value for code, value in (("diabetes", left), ("numb", right)) if value is not None
            }
            assert value_of(f"%diabetes {operation} %numb", facts) is expected, (written, "as facts")


@pytest.mark.parametrize(("value", "expected"), [(T, F), (F, T), (U, U)])
def test_not(value: bool | None, expected: bool | None) -> None:
    assert value_of(f"{WORDS[value]}.not()") is expected


@pytest.mark.parametrize(
    "text",
    [
        "0.1 + 0.2 = 0.3",
        "1 = 1.0",
        "1.50 = 1.5",
        "7 div 2 = 3",
        "-7 div 2 = -3",
        "7 div -2 = -3",
        "5.5 div 0.7 = 7",
        "-7 mod 2 = -1",
        "7 mod -2 = 1",
        "5.5 mod 0.7 = 0.6",
        "7 / 2 = 3.5",
        "2 + 3 * 4 = 14",
        "(2 + 3) * 4 = 20",
        "10 - 3 - 2 = 5",
        "100 / 10 / 5 = 2",
        "-2.abs() = -2",
        "(-2).abs() = 2",
        "--2 = 2",
        "+2 = 2",
        "-0.0 = 0",
        "2.5.round() = 3",
        "(-2.5).round() = -2",
        "(-2.51).round() = -3",
        "3.14159.round(3) = 3.142",
        "1.005.round(2) = 1.01",
        "7.round(2) = 7",
        "1 < 1.1",
        "'a' < 'b'",
        "'a' != 'A'",
        "'a' ~ 'A'",
        "' a  b ' ~ 'A B'",
        "1.0 ~ 1.04",
        "1 ~ 1",
        "@2026-01-31 ~ @2026-01-31",
        "(1.0 ~ 2).not()",
        "{} ~ {}",
        "(1 ~ {}).not()",
        "('a' | 'b') ~ ('B' | 'A')",
        "(('a' | 'b') ~ ('a' | 'c')).not()",
        "@2026-01-31 < @2026-02-01",
        "@2026-01-31 = @2026-01-31",
        "'a' in ('a' | 'b')",
        "('c' in ('a' | 'b')).not()",
        "('a' | 'b') contains 'b'",
        "'a' in 'a'",
        "(1 in {}).not()",
        "({} contains 1).not()",
        "(1 | 2 | 2).count() = 2",
        "1.combine(2).combine(2).count() = 3",
        "('a' | {}).count() = 1",
        "{}.count() = 0",
        "{}.exists().not()",
        "{}.empty()",
        "(1 | 2 | 3).sum() = 6",
        "(1 | 2.5).sum() = 3.5",
        "1.combine(2).avg() = 1.5",
        "(3 | 1 | 2).min() = 1",
        "(3 | 1 | 2).max() = 3",
        "(@2026-01-31 | @2025-01-31).min() = @2025-01-31",
        "5.sum() = 5",
        "iif(true, 1, 2) = 1",
        "iif(false, 1, 2) = 2",
        "iif({}, 1, 2) = 2",
        "iif(false, 1).empty()",
        "'it\\'s \\u00e9 \\\\ \\n' = 'it\\'s é \\\\ \\n'",
        "false implies false",
        "true or false and false",
        "(true xor true or true)",
        "1 = 1 in (true | false)",
        "115792089237316195423570985008687907853269984665640564039457584007913129639935 > 0",
    ],
)
def test_it_is_true(text: str) -> None:
    assert parse_condition(text, TYPES).holds({}) is True


@pytest.mark.parametrize(
    "text",
    [
        "1 / 0",
        "1 div 0",
        "1.5 div 0.0",
        "1 mod 0",
        "1.5 mod 0",
        "0 / 0",
        "1 + {}",
        "{} * 2",
        "-%pain",
        "%pain.abs()",
        "%weight.round()",
        "2.5.round(-1)",
        "%pain = 3",
        "%pain != 3",
        "%pain < 3",
        "3 >= %pain",
        "{} = {}",
        "{} in ('a' | 'b')",
        "%side in ('left' | 'right')",
        "%areas contains 'neck'",
        "%areas contains {}",
        "'neck' in %areas",
        "%areas.count()",
        "%pain.combine(%age).sum()",
        "%pain.combine(3).avg()",
        "%pain.combine(3).min()",
        "%pain.combine(3).max()",
        "'left' in ('left' | %side)",
        "iif(%diabetes, 1, 2)",
        "iif(true, {}, 1)",
        # more than 256 bits, and more than 78 digits, have no result
        f"{2**255} * 2",
        f"{2**255} + {2**255}",
        f"-{2**255} - {2**255}",
        f"{10**76}.0 * 100",
        f"1.0 * {' * '.join([str(10**70)] * 3)}",
        f"{10**70}.5 div 0.1",
        f"({2**255} | {2**255 + 1}).sum()",
        f"({2**255} | {2**255 + 1}).avg()",
    ],
)
def test_it_is_empty(text: str) -> None:
    assert value_of(text) is None


def test_an_answer_of_none_is_not_a_missing_answer() -> None:
    for facts, contains, exists, count in (
        ({}, None, False, None),
        ({"areas": ()}, False, True, 0),
        ({"areas": ("neck",)}, True, True, 1),
    ):
        assert value_of("%areas contains 'neck'", facts) is contains
        assert value_of("'neck' in %areas", facts) is contains
        assert value_of("%areas.exists()", facts) is exists
        assert value_of("%areas.empty()", facts) is not exists
        assert value_of("%areas.count()", facts) == count


def test_zero_and_false_are_answers() -> None:
    assert (
        value_of("%pain.exists() and %pain = 0 and %diabetes.exists()", {"pain": 0, "diabetes": False})
        is True
    )


def test_iif_does_not_take_a_missing_answer_for_a_no() -> None:
    assert value_of("iif(%diabetes, 1, 0)") is None
    assert value_of("iif(%diabetes, 1, 1)") == 1
    assert value_of("iif(%diabetes, %pain, 3)", {"pain": 3}) == 3
    assert value_of("iif(%diabetes.exists(), iif(%diabetes, 1, 0), 0)") == 0


def test_a_known_side_can_settle_a_condition() -> None:
    assert value_of("%diabetes or %numb", {"numb": True}) is True
    assert value_of("%diabetes and %numb", {"numb": False}) is False


def test_decimals_keep_34_digits_whatever_the_threads_context_is() -> None:
    assert value_of("1 / 3") == Decimal("0.3333333333333333333333333333333333")


def test_it_gives_the_values_of_facts() -> None:
    facts: Facts = {
        "areas": ("neck",),
        "side": "left",
        "seen_on": date(2026, 1, 31),
        "weight": Decimal("72.5"),
        "day": 3,
    }
    assert value_of("%areas", facts) == ("neck",)
    assert value_of("%areas | 'left_leg'", facts) == ("neck", "left_leg")
    assert value_of("%side", facts) == "left"
    assert value_of("%seen_on", facts) == date(2026, 1, 31)
    assert value_of("%weight * 2", facts) == Decimal(145)
    assert value_of("%`day` + 1", facts) == 4


def test_only_a_condition_holds() -> None:
    with pytest.raises(TypeError):
        parse("%pain + 1", TYPES).holds({})


def test_a_body_mass_index() -> None:
    types = TYPES | {"height_cm": TYPES["weight"]}
    bmi = parse("(%weight / (%height_cm / 100) / (%height_cm / 100)).round(1)", types)
    assert bmi.evaluate({"weight": Decimal(81), "height_cm": Decimal(180)}) == Decimal("25.0")


@pytest.mark.parametrize("text", ["{} | {}", "{}.combine({})", "({} | {}).sum()", "{} + {}", "-{}"])
def test_nothing_together_with_nothing_is_the_empty_collection(text: str) -> None:
    assert value_of(f"({text}).exists()") is False
    assert value_of(f"10.0 < ({text})") is None


def test_evaluated_together_expressions_are_as_each_alone() -> None:
    texts = [
        "%pain > 3", "%pain > 3 and %diabetes", "{} and %diabetes", "1 + 1 = 2 or %numb",
        "%side in ('left' | 'both')", "%side in ('left' | 'both' | %smoking)", "%areas contains 'neck'",
        "%areas contains {}", "{} contains 'neck'", "'neck' in %areas", "%pain + %age", "%areas",
        "%diabetes xor %numb", "%diabetes implies %numb", "%numb.not()",
        "%numb.empty()", "%numb.exists() or %pain ~ 3", "%pain = {}", "%weight.round(1)", "%pain < %age",
    ]  # fmt: skip
    expressions = [parse(text, TYPES) for text in texts]
    people: list[Facts] = [
        {},
        {"pain": 4, "age": 18, "diabetes": True, "numb": False, "side": "both", "areas": ("neck",)},
        {"pain": 3, "diabetes": False, "side": "none", "smoking": "never", "areas": ()},
        {"numb": True, "weight": Decimal("72.25"), "areas": ("low_back", "left_leg")},
    ]
    for facts in people:
        alone = tuple(expression.evaluate(facts) for expression in expressions)
        together = evaluate_together(expressions)(facts)
        assert together == alone
        assert [type(value) for value in together] == [type(value) for value in alone]


def test_a_sum_of_too_many_digits_is_unknown() -> None:
    largest = "9" * 77 + ".0"
    several = "".join(f".combine({largest})" for _ in range(11))
    assert value_of(f"{largest}.combine({largest}).sum() > 1") is True
    assert value_of(f"{largest}{several}.sum() > 1") is None
