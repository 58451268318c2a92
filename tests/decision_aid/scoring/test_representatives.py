from datetime import date
from decimal import Decimal

import pytest

from decision_aid.scoring.representatives import representative_values, step_of
from questionnaires.definition.facts import FactKind, FactType, FactValue

BOOLEAN = FactType("sure", FactKind.BOOLEAN)
CODE = FactType("smoking", FactKind.CODE, values=("never", "former", "current"))
CODES = FactType("imaging", FactKind.CODES, values=("hernia", "stenosis", "slip"))
PAIN = FactType("pain", FactKind.INTEGER, Decimal(0), Decimal(10))
STEPS = FactType("steps", FactKind.INTEGER)
WEIGHT = FactType("weight", FactKind.DECIMAL, Decimal(25), Decimal(350))
AT_LEAST = FactType("at_least", FactKind.DECIMAL, minimum=Decimal(1))
AT_MOST = FactType("at_most", FactKind.INTEGER, maximum=Decimal(5))
DAY = FactType("day", FactKind.DATE)
WORDS = FactType("words", FactKind.TEXT)


@pytest.mark.parametrize(
    ("fact", "literals", "between", "values"),
    [
        (BOOLEAN, [True], 9, [False, True]),
        (CODE, ["never"], 0, ["never", "former", "current"]),
        (CODES, [], 0, [(), ("hernia",)]),
        (CODES, ["stenosis"], 0, [(), ("hernia",), ("stenosis",)]),
        (
            CODES,
            ["slip", "hernia"],
            0,
            [(), ("hernia",), ("stenosis",), ("slip",), ("hernia", "slip")],
        ),
        (
            CODES,
            ["slip", "hernia", "stenosis"],
            0,
            [
                *((), ("hernia",), ("stenosis",), ("slip",)),
                *(("hernia", "stenosis"), ("hernia", "slip"), ("stenosis", "slip")),
            ],
        ),
        (PAIN, [], 0, [0, 10]),
        (PAIN, [4], 0, [0, 3, 4, 5, 10]),
        (PAIN, [0, 10], 0, [0, 1, 9, 10]),
        (PAIN, [Decimal("6.5")], 0, [0, 5, 6, 7, 8, 10]),
        (PAIN, [99, -7], 0, [0, 10]),
        (PAIN, [], 3, [0, 2, 3, 5, 7, 8, 10]),
        (STEPS, [100], 3, [99, 100, 101]),
        (STEPS, [], 0, []),
        (WEIGHT, [Decimal("72.5")], 0, [25, Decimal("72.49"), Decimal("72.5"), Decimal("72.51"), 350]),
        (WEIGHT, [100], 0, [25, Decimal("99.9"), 100, Decimal("100.1"), 350]),
        (WEIGHT, [], 1, [25, Decimal("187.5"), 350]),
        (AT_LEAST, [1], 3, [1, Decimal("1.1")]),
        (AT_MOST, [5, 3], 3, [2, 3, 4, 5]),
        (DAY, [date(2026, 3, 1)], 0, [date(2026, 2, 28), date(2026, 3, 1), date(2026, 3, 2)]),
        (DAY, [], 0, []),
        (WORDS, ["b", "", "a"], 0, ["", "a", "b"]),
    ],
)
def test_a_few_values_stand_for_all(
    fact: FactType, literals: list[FactValue], between: int, values: list[FactValue]
) -> None:
    found = representative_values(fact, literals, between)
    assert list(found) == values
    if fact.kind is FactKind.INTEGER:
        assert all(type(value) is int for value in found)


def test_the_step_of_a_number_is_a_digit_past_those_it_is_compared_with() -> None:
    assert step_of(PAIN, [Decimal("0.25")]) == 1
    assert step_of(WEIGHT) == Decimal("0.1")
    assert step_of(WEIGHT, [30, Decimal("18.50"), Decimal("0.125")]) == Decimal("0.0001")
