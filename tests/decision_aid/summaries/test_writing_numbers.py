from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from decision_aid.summaries import numbers

D = Decimal


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (D(0), "0"),
        (D("-0"), "0"),
        (D("0.0"), "0"),
        (D("-12.10"), "−12.1"),
        (D("14485"), "14,485"),
        (D("1E+3"), "1,000"),
        (D("-1234567.5"), "−1,234,567.5"),
        (D("1E+30"), "1,000,000,000,000,000,000,000,000,000,000"),
    ],
)
def test_a_number_is_written_with_a_minus_sign_and_no_empty_decimals(value: Decimal, words: str) -> None:
    assert numbers.written(value) == words


@pytest.mark.parametrize(
    ("value", "places", "words"),
    [
        (D("0.5"), 0, "1"),
        (D("-0.5"), 0, "−1"),
        (D("2.5"), 0, "3"),
        (D("0.4"), 0, "0.4"),
        (D("-0.04"), 0, "−0.04"),
        (D("0.00123"), 2, "0.001"),
        (D(0), 0, "0"),
        (D("1E-30"), 2, f"0.{'0' * 29}1"),
        (D("1E+40"), 2, f"{10**40:,}"),
    ],
)
def test_rounding_is_half_up_and_never_makes_something_nothing(
    value: Decimal, places: int, words: str
) -> None:
    assert numbers.written(numbers.rounded(value, places)) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [(3, "+3"), (-1, "−1"), (0, "0"), ("2.50", "+2.5"), ("-0.001", "−0.001")],
)
def test_points_carry_their_sign(value: str | int, words: str) -> None:
    assert numbers.signed(D(value)) == words


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf"), D("NaN")])
def test_it_refuses_what_is_not_finite(value: float | Decimal) -> None:
    with pytest.raises(ValueError, match="not a finite number"):
        numbers.decimal_of(value)


@pytest.mark.parametrize("value", [True, "5", [5], {}])
def test_it_refuses_what_is_not_a_number(value: object) -> None:
    with pytest.raises(TypeError, match="not a number"):
        numbers.decimal_of(value)


def test_null_stays_unknown() -> None:
    assert numbers.decimal_of(None) is None


def test_one_figure_has_one_precision() -> None:
    assert numbers.common_places(D("-12.1"), D("-23.6"), D("-0.5")) == 0
    assert numbers.common_places(D("3.3"), D("0.2"), None) == 1
    assert numbers.common_places(D("0.04")) == 2
    assert numbers.common_places(None) == 2


def test_counts_lists_and_moments_read_as_sentences_do() -> None:
    assert numbers.counted(1, "study", "studies") == "1 study"
    assert numbers.counted(0, "study", "studies") == "0 studies"
    assert numbers.counted(14485, "person", "people") == "14,485 people"
    assert numbers.listed([]) == ""
    assert numbers.listed(["a"]) == "a"
    assert numbers.listed(["a", "b", "c"]) == "a, b and c"
    assert numbers.day_words(date(1900, 1, 31)) == "31 January 1900"
    moment = datetime(2026, 11, 3, 6, 5, tzinfo=UTC)
    assert numbers.time_words(moment) == "3 November 2026, 06:05 UTC"
    assert numbers.appointment_words(moment) == "Tuesday 3 November 2026, 06:05"
