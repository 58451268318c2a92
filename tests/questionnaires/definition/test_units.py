from decimal import Decimal

import pytest

from questionnaires.definition.units import from_other_units, in_other_units


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (180, "cm", "5 ft 11 in"),
        (Decimal("152.4"), "cm", "5 ft 0 in"),
        (Decimal("182.8"), "cm", "6 ft 0 in"),  # 71.97 inches: never “5 ft 12 in”
        (0, "cm", "0 ft 0 in"),
        (Decimal("72.5"), "kg", "11 st 6 lb"),
        (350, "kg", "55 st 2 lb"),
        (54, "a", ""),
        (54, "", ""),
    ],
)
def test_a_measure_is_said_to_the_nearest_small_unit(value: Decimal | int, unit: str, words: str) -> None:
    assert in_other_units(value, unit) == words


@pytest.mark.parametrize("value", [100, 171, Decimal("182.9"), 250])
def test_a_height_said_in_feet_comes_back_within_half_an_inch(value: Decimal | int) -> None:
    again = from_other_units(in_other_units(value, "cm"), "cm")
    assert again is not None
    assert abs(again - value) <= Decimal("1.27") + Decimal("0.05")
