from decimal import Decimal

import pytest

from questionnaires.definition.facts import load_json
from questionnaires.definition.problems import ProblemsFound
from tests.sentences import well_said


def problems_of(text: str) -> list[tuple[str, str]]:
    with pytest.raises(ProblemsFound) as found:
        load_json(text)
    return [(problem.code, problem.place) for problem in well_said(found.value.problems)]


def test_it_keeps_decimals_exact() -> None:
    assert load_json('{"a": 0.1, "b": 5, "c": "é", "d": [null, true]}') == {
        "a": Decimal("0.1"),
        "b": 5,
        "c": "é",
        "d": [None, True],
    }


@pytest.mark.parametrize("text", ["", "  \n\t", "\ufeff"])
def test_it_refuses_empty_input(text: str) -> None:
    assert problems_of(text) == [("empty_input", "")]


@pytest.mark.parametrize("text", ["{", "{'a': 1}", "age: 5", '{"a": 1,}', "01"])
def test_it_refuses_what_is_not_json_and_says_where(text: str) -> None:
    ((code, place),) = problems_of(text)
    assert code == "not_json"
    assert place.startswith("line 1 column ")


def test_it_refuses_a_name_given_twice_at_any_depth() -> None:
    assert problems_of('{"a": {"x": 1, "x": 1}, "b": 1, "b": 2}') == [
        ("duplicate_key", "x"),
        ("duplicate_key", "b"),
    ]


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e99999999999999999999"])
def test_it_refuses_numbers_that_are_not_finite(number: str) -> None:
    assert problems_of(f"[{number}]") == [("not_finite", "")]


def test_it_lists_all_problems_at_once() -> None:
    assert problems_of('{"a": NaN, "a": Infinity}') == [
        ("not_finite", ""),
        ("not_finite", ""),
        ("duplicate_key", "a"),
    ]


@pytest.mark.parametrize("text", ["[" * 100_000, '"\\ud800"', '{"\\udc00": 1}'])
def test_it_refuses_what_could_not_be_kept(text: str) -> None:
    assert problems_of(text) == [("not_json", "")]


def test_it_reads_a_number_of_ten_thousand_digits_without_stopping() -> None:
    assert load_json("9" * 10_000) == Decimal("9" * 10_000)
