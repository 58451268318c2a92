from datetime import date, datetime
from decimal import Decimal

import pytest
import yaml
from hypothesis import given

from questionnaires.definition.digest import canonical_json
from questionnaires.definition.facts import (
    FactKind,
    Facts,
    FactType,
    FactValue,
    fact_types_document,
    facts_document,
    in_words,
    listed,
    load_json,
    read_fact_types,
    read_facts,
)
from questionnaires.definition.problems import ProblemsFound
from tests.questionnaires.definition.generated import TYPES, some_facts
from tests.sentences import well_said
from tests.shared import SHARED


def read(code: str, value: object) -> FactValue | None:
    return read_facts({code: value}, TYPES).get(code)


def problems_of(document: object) -> list[tuple[str, str]]:
    with pytest.raises(ProblemsFound) as found:
        read_facts(document, TYPES)
    return [(problem.code, problem.place) for problem in well_said(found.value.problems)]


@pytest.mark.parametrize(
    ("code", "value", "fact"),
    [
        ("diabetes", False, False),
        ("diabetes", True, True),
        ("pain", 0, 0),
        ("pain", 10, 10),
        ("pain", 5.0, 5),
        ("pain", Decimal("1E+1"), 10),
        ("pain", -0.0, 0),
        ("weight", 25, Decimal(25)),
        ("weight", 72.5, Decimal("72.5")),
        ("weight", Decimal("350.0"), Decimal(350)),
        ("free_number", 0, Decimal(0)),
        ("free_number", -0.1, Decimal("-0.1")),
        ("free_number", 10**28, Decimal(10**28)),
        ("side", "none", "none"),
        ("areas", [], ()),
        ("areas", ["left_leg", "neck"], ("neck", "left_leg")),
        ("areas", ("neck",), ("neck",)),
        ("words", "", ""),
        ("words", "Größe ≥ 1\nتعب 🙂", "Größe ≥ 1\nتعب 🙂"),
        ("seen_on", "2024-02-29", date(2024, 2, 29)),
        ("seen_on", date(2026, 1, 31), date(2026, 1, 31)),
    ],
)
def test_it_reads_what_is_valid(code: str, value: object, fact: FactValue) -> None:
    read_back = read(code, value)
    assert read_back == fact
    assert type(read_back) is type(fact)
    assert read(code, facts_document({code: fact})[code]) == fact


def test_facts_are_written_as_json_has_them() -> None:
    facts: Facts = {
        "weight": Decimal("72.50"), "areas": ("neck", "low_back"), "seen_on": date(2026, 1, 31), "pain": 0,
        "diabetes": False, "free_number": Decimal("1E+2"),
    }  # fmt: skip
    assert facts_document(facts) == {
        "weight": 72.5, "areas": ["neck", "low_back"], "seen_on": "2026-01-31", "pain": 0, "diabetes": False,
        "free_number": 100,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("code", "value", "problem"),
    [
        ("diabetes", 0, "wrong_type"),
        ("diabetes", 1, "wrong_type"),
        ("diabetes", "true", "wrong_type"),
        ("diabetes", [], "wrong_type"),
        ("pain", "5", "wrong_type"),
        ("pain", "", "wrong_type"),
        ("pain", True, "wrong_type"),
        ("pain", 5.5, "wrong_type"),
        ("pain", [5], "wrong_type"),
        ("pain", -1, "out_of_range"),
        ("pain", 11, "out_of_range"),
        ("pain", 10.000001, "out_of_range"),
        ("pain", 10**400, "out_of_range"),
        ("pain", Decimal("1E+999999999"), "out_of_range"),
        ("pain", float("nan"), "not_finite"),
        ("weight", float("inf"), "not_finite"),
        ("weight", Decimal("-Infinity"), "not_finite"),
        ("weight", Decimal("sNaN"), "not_finite"),
        ("weight", False, "wrong_type"),
        ("weight", "72,5", "wrong_type"),
        ("weight", 24.999, "out_of_range"),
        ("free_number", 10**28 + 1, "out_of_range"),
        ("free_number", Decimal("1E+999999999"), "out_of_range"),
        ("free_number", -(10**4000), "out_of_range"),
        ("side", "Left", "unknown_value"),
        ("side", "", "unknown_value"),
        ("side", "gauche…", "unknown_value"),
        ("side", False, "wrong_type"),
        ("side", ["left"], "wrong_type"),
        ("areas", "neck", "wrong_type"),
        ("areas", {"neck": True}, "wrong_type"),
        ("areas", [None], "wrong_type"),
        ("areas", ["neck", "neck"], "repeated_value"),
        ("areas", ["knee"], "unknown_value"),
        ("words", 5, "wrong_type"),
        ("words", "a\0b", "wrong_type"),
        ("words", "\ud800", "wrong_type"),
        ("words", "x" * 10_001, "out_of_range"),
        ("seen_on", "2026-02-30", "wrong_type"),
        ("seen_on", "20260131", "wrong_type"),
        ("seen_on", "2026-1-31", "wrong_type"),
        ("seen_on", datetime(2026, 1, 31), "wrong_type"),  # noqa: DTZ001  a naive time is what is refused
        ("seen_on", 20260131, "wrong_type"),
    ],
)
def test_it_refuses_what_is_not(code: str, value: object, problem: str) -> None:
    assert problems_of({code: value}) == [(problem, code)]


@pytest.mark.parametrize("document", [None, [], "{}", 5, [{"pain": 5}]])
def test_it_refuses_what_is_not_an_object(document: object) -> None:
    assert problems_of(document) == [("not_an_object", "")]


def test_a_null_is_unknown_and_left_out() -> None:
    assert read_facts({"pain": None, "diabetes": False}, TYPES) == {"diabetes": False}


def test_nothing_known_is_fine() -> None:
    assert read_facts({}, TYPES) == {}


def test_it_names_the_nearest_fact() -> None:
    with pytest.raises(ProblemsFound) as found:
        read_facts({"wieght": 70}, TYPES)
    (problem,) = well_said(found.value.problems)
    assert (problem.code, problem.place) == ("unknown_fact", "wieght")
    assert problem.hint == "Did you mean weight?"


def test_it_lists_every_problem_in_order() -> None:
    document = {"pain": "5", "knee": 1, "areas": ["x", "neck", "neck", 3], 7: 7, "weight": 1}
    assert problems_of(document) == [
        ("wrong_type", "pain"),
        ("unknown_fact", "knee"),
        ("unknown_value", "areas"),
        ("repeated_value", "areas"),
        ("wrong_type", "areas"),
        ("unknown_fact", "7"),
        ("out_of_range", "weight"),
    ]


def test_a_sentence_says_which_fact_which_value_and_what_to_do() -> None:
    with pytest.raises(ProblemsFound) as found:
        read_facts({"age": 17, "side": "lef"}, TYPES)
    assert [str(problem) for problem in well_said(found.value.problems)] == [
        "out_of_range at age: “age” is 17; it must be from 18 to 110 a.",
        "unknown_value at side: “side” is “lef”; it must be left, right, both or none. Did you mean left?",
    ]


@given(some_facts)
def test_what_is_written_reads_back(facts: Facts) -> None:
    through_json = load_json(canonical_json(facts_document(facts)))
    assert read_facts(through_json, TYPES) == {
        code: value.replace("\0", "") if isinstance(value, str) else value for code, value in facts.items()
    }


def test_the_shared_vocabulary_is_read_whole() -> None:
    types = read_fact_types(yaml.safe_load((SHARED / "spine" / "facts.yaml").read_text()))
    assert len(types) == 100
    assert types["age_years"] == FactType("age_years", FactKind.INTEGER, Decimal(18), Decimal(110), "a")
    assert read_fact_types(fact_types_document(types)) == types


def test_fact_types_are_written_without_what_does_not_apply() -> None:
    assert fact_types_document({"a": FactType("a", FactKind.DECIMAL, maximum=Decimal("0.50"))}) == [
        {"code": "a", "type": "decimal", "range": [None, 0.5]}
    ]


@pytest.mark.parametrize(
    ("entry", "problem", "place"),
    [
        ("age", "not_an_object", "0"),
        ({"type": "boolean"}, "missing_key", "0/code"),
        ({"code": "a"}, "missing_key", "0/type"),
        ({"code": "a", "type": "boolean", "units": "kg"}, "unknown_key", "0/units"),
        ({"code": "Age", "type": "boolean"}, "bad_code", "0/code"),
        ({"code": True, "type": "boolean"}, "bad_code", "0/code"),
        ({"code": "é", "type": "boolean"}, "bad_code", "0/code"),
        ({"code": "a" * 65, "type": "boolean"}, "bad_code", "0/code"),
        ({"code": "a", "type": "float"}, "unknown_type", "0/type"),
        ({"code": "a", "type": ["code"]}, "unknown_type", "0/type"),
        ({"code": "a", "type": "integer", "range": [10, 0]}, "bad_range", "0/range"),
        ({"code": "a", "type": "integer", "range": [0, 0.5]}, "bad_range", "0/range"),
        ({"code": "a", "type": "integer", "range": [0]}, "bad_range", "0/range"),
        ({"code": "a", "type": "integer", "range": [0, 1, 2]}, "bad_range", "0/range"),
        ({"code": "a", "type": "integer", "range": "01"}, "bad_range", "0/range"),
        ({"code": "a", "type": "decimal", "range": [0, 10**28 + 1]}, "bad_range", "0/range"),
        ({"code": "a", "type": "integer", "range": ["0", 1]}, "bad_range", "0/range"),
        ({"code": "a", "type": "decimal", "range": [0, float("nan")]}, "bad_range", "0/range"),
        ({"code": "a", "type": "text", "range": [0, 1]}, "bad_range", "0/range"),
        ({"code": "a", "type": "code"}, "bad_values", "0/values"),
        ({"code": "a", "type": "codes", "values": []}, "bad_values", "0/values"),
        ({"code": "a", "type": "code", "values": ["b", "b"]}, "bad_values", "0/values"),
        ({"code": "a", "type": "code", "values": ["b", False]}, "bad_values", "0/values"),
        ({"code": "a", "type": "boolean", "values": ["b"]}, "bad_values", "0/values"),
        ({"code": "a", "type": "decimal", "unit": 5}, "wrong_type", "0/unit"),
    ],
)
def test_a_fact_type_is_refused_with_its_place(entry: object, problem: str, place: str) -> None:
    with pytest.raises(ProblemsFound) as found:
        read_fact_types([entry])
    assert [(p.code, p.place) for p in well_said(found.value.problems)] == [(problem, place)]


def test_a_repeated_code_is_refused() -> None:
    entry = {"code": "a", "type": "boolean", "from": "patient", "note": "twice"}
    with pytest.raises(ProblemsFound) as found:
        read_fact_types([entry, entry])
    assert [(p.code, p.place) for p in well_said(found.value.problems)] == [("repeated_code", "1/code")]


def test_every_fact_type_is_looked_at() -> None:
    with pytest.raises(ProblemsFound) as found:
        read_fact_types([3, {"code": "a", "type": "boolean"}, {"type": "boolean"}, {"code": "b", "typ": 1}])
    assert [(p.code, p.place) for p in well_said(found.value.problems)] == [
        ("not_an_object", "0"),
        ("missing_key", "2/code"),
        ("unknown_key", "3/typ"),
        ("missing_key", "3/type"),
    ]
    assert found.value.problems[2].hint == "Did you mean type?"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "nothing"),
        (True, "true"),
        (False, "false"),
        ("", "the text “”"),
        ("a\nb", "the text “a b”"),
        ("x" * 60, f"the text “{'x' * 60}”"),
        ("x" * 61, f"the text “{'x' * 59}…”"),
        (0, "the number 0"),
        (10**80, f"the number 1{'0' * 58}…"),
        (0.1, "the number 0.1"),
        (Decimal("1E+30"), f"the number 1{'0' * 30}"),
        (Decimal("1E+31"), "the number 1E+31"),
        (float("nan"), "the number NaN"),
        (date(2026, 1, 31), "the date 2026-01-31"),
        ([], "a list"),
        ((), "a list"),
        ({}, "an object"),
        ({1}, "a value of type set"),
    ],
)
def test_a_value_from_outside_is_named_in_few_words(value: object, words: str) -> None:
    assert in_words(value) == words


def test_words_are_listed_with_or_before_the_last() -> None:
    assert [listed(words) for words in ((), ("a",), ("a", "b"), ("a", "b", "c"))] == [
        "nothing",
        "a",
        "a or b",
        "a, b or c",
    ]


@pytest.mark.parametrize(
    ("code", "value", "sentence"),
    [
        ("diabetes", 1, "“diabetes” is the number 1; it must be true or false."),
        ("pain", True, "“pain” is true; it must be a whole number."),
        ("pain", 3.5, "“pain” is the number 3.5; it must be a whole number."),
        ("weight", [], "“weight” is a list; it must be a number."),
        ("areas", "neck", "“areas” is the text “neck”; it must be a list of codes."),
        ("areas", [3], "“areas” is the number 3; it must be a list of codes."),
        ("words", {}, "“words” is an object; it must be text."),
        ("seen_on", 2026, "“seen_on” is the number 2026; it must be a date such as 2026-01-31."),
    ],
)
def test_it_says_what_a_fact_must_be(code: str, value: object, sentence: str) -> None:
    with pytest.raises(ProblemsFound) as found:
        read_facts({code: value}, TYPES)
    assert [problem.sentence for problem in found.value.problems] == [sentence]


def test_fact_types_are_a_list() -> None:
    with pytest.raises(ProblemsFound) as found:
        read_fact_types({"a": "boolean"})
    assert [p.code for p in well_said(found.value.problems)] == ["not_a_list"]
