from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from questionnaires.definition.answers import (
    Answer,
    Declined,
    Given,
    Unsure,
    answer_document,
    answer_words,
    answers_document,
    read_answer,
    read_answer_text,
    read_answers,
)
from questionnaires.definition.digest import canonical_json
from questionnaires.definition.facts import FactKind, load_json
from questionnaires.definition.problems import ProblemsFound
from questionnaires.definition.schema import Question, Widget
from tests.questionnaires.definition.documents import definition, question
from tests.sentences import well_said


def codes_of(code: str, document: object) -> list[str]:
    with pytest.raises(ProblemsFound) as found:
        read_answer(question(code), document)
    assert {problem.place for problem in well_said(found.value.problems)} == {code}
    return [problem.code for problem in well_said(found.value.problems)]


def sentence_of(code: str, *texts: str) -> str:
    with pytest.raises(ProblemsFound) as found:
        read_answer_text(question(code), texts)
    (problem,) = well_said(found.value.problems)
    assert problem.place == code
    return problem.sentence


@pytest.mark.parametrize(
    ("code", "document", "answer"),
    [
        ("age", {"value": 54}, Given(54)),
        ("age", {"value": 54.0}, Given(54)),
        ("weight", {"value": 72.5}, Given(Decimal("72.5"))),
        ("weight", {"unsure": True}, Unsure()),
        ("diabetes", {"value": False}, Given(value=False)),
        ("diabetes", {"unsure": True}, Unsure()),
        ("diabetes", {"declined": True}, Declined()),
        ("pain_now", {"value": 0}, Given(0)),
        ("areas", {"value": []}, Given(())),
        ("areas", {"value": ["none_of_these"]}, Given(())),
        ("areas", {"value": ["left_leg", "neck"]}, Given(("neck", "left_leg"))),
        ("side", {"value": "none"}, Given("none")),
        ("tried", {"value": ["none"]}, Given(("none",))),
        ("words", {"value": "Größe ≥ 1\nتعب"}, Given("Größe ≥ 1\nتعب")),
    ],
)
def test_it_reads_an_answer(code: str, document: object, answer: Answer) -> None:
    assert read_answer(question(code), document) == answer


@pytest.mark.parametrize(
    ("code", "document", "problem"),
    [
        ("age", None, "not_an_object"),
        ("age", 54, "not_an_object"),
        ("age", [], "not_an_object"),
        ("age", {}, "unclear"),
        ("weight", {"value": 72, "unsure": True}, "unclear"),
        ("age", {"answer": 54}, "unclear"),
        ("weight", {"unsure": False}, "unclear"),
        ("weight", {"unsure": 1}, "unclear"),
        ("age", {"value": None}, "unanswered"),
        ("words", {"value": " \n"}, "unanswered"),
        ("age", {"unsure": True}, "unsure_not_offered"),
        ("weight", {"declined": True}, "declined_not_offered"),
        ("age", {"value": "54"}, "wrong_type"),
        ("age", {"value": True}, "wrong_type"),
        ("age", {"value": 54.5}, "wrong_type"),
        ("age", {"value": 0}, "out_of_range"),
        ("age", {"value": 10**400}, "out_of_range"),
        ("weight", {"value": float("nan")}, "not_finite"),
        ("diabetes", {"value": 0}, "wrong_type"),
        ("diabetes", {"value": "yes"}, "wrong_type"),
        ("side", {"value": "both"}, "unknown_value"),
        ("side", {"value": ["left"]}, "wrong_type"),
        ("areas", {"value": "neck"}, "wrong_type"),
        ("areas", {"value": ["neck", "neck"]}, "repeated_value"),
        ("areas", {"value": ["knee"]}, "unknown_value"),
        ("weight", {"value": date(2026, 1, 31)}, "wrong_type"),
        ("weight", {"value": {1, 2}}, "wrong_type"),
        ("areas", {"value": [{"code": "neck"}]}, "wrong_type"),
        ("areas", {"value": ["neck", "none_of_these"]}, "exclusive_value"),
        ("tried", {"value": ["none", "tablets"]}, "exclusive_value"),
        ("tried", {"value": ["none_of_these"]}, "unknown_value"),
        ("words", {"value": 5}, "wrong_type"),
        ("words", {"value": "x" * 10_001}, "out_of_range"),
        ("words", {"value": "a\0"}, "wrong_type"),
    ],
)
def test_it_refuses_what_is_no_answer(code: str, document: object, problem: str) -> None:
    assert codes_of(code, document) == [problem]


@pytest.mark.parametrize(
    ("code", "texts", "answer"),
    [
        ("age", ["54"], Given(54)),
        ("age", ["  54 "], Given(54)),
        ("age", ["54 years"], Given(54)),
        ("age", ["54.0"], Given(54)),
        ("age", ["٥٤"], Given(54)),
        ("age", ["５４"], Given(54)),
        ("age", ["", "54", "54"], Given(54)),
        ("weight", ["72,5"], Given(Decimal("72.5"))),
        ("weight", ["72.5"], Given(Decimal("72.5"))),
        ("weight", ["72,5 kg"], Given(Decimal("72.5"))),
        ("weight", ["72KG"], Given(Decimal(72))),
        ("weight", ["+72."], Given(Decimal(72))),
        ("weight", ["-unsure"], Unsure()),
        ("diabetes", ["yes"], Given(value=True)),
        ("diabetes", ["on"], Given(value=True)),
        ("diabetes", ["No"], Given(value=False)),
        ("diabetes", ["OFF"], Given(value=False)),
        ("diabetes", ["false"], Given(value=False)),
        ("diabetes", ["true"], Given(value=True)),
        ("diabetes", ["-declined"], Declined()),
        ("pain_now", ["0"], Given(0)),
        ("areas", ["left_leg", "neck"], Given(("neck", "left_leg"))),
        ("areas", ["neck", "neck", ""], Given(("neck",))),
        ("areas", ["none_of_these"], Given(())),
        ("side", ["none"], Given("none")),
        ("words", [" two\r\nlines "], Given("two\nlines")),
        ("words", ["-5"], Given("-5")),
    ],
)
def test_it_reads_what_a_form_sends(code: str, texts: list[str], answer: Answer) -> None:
    assert read_answer_text(question(code), texts) == answer


@pytest.mark.parametrize(
    ("code", "texts", "sentence"),
    [
        ("age", [], "Answer this question."),
        ("age", ["", "  "], "Answer this question."),
        ("weight", [""], "Answer this question, or choose “I'm not sure”."),
        (
            "diabetes",
            [],
            "Answer this question, or choose “I'm not sure”, or choose “I'd rather not say”.",
        ),
        ("age", ["17"], "You wrote “17”. Enter a whole number from 18 to 110."),
        ("age", ["54.5"], "You wrote “54.5”. Enter a whole number from 18 to 110."),
        ("age", ["fifty"], "You wrote “fifty”. Enter a whole number from 18 to 110."),
        ("age", ["5 4"], "You wrote “5 4”. Enter a whole number from 18 to 110."),
        ("age", ["5e1"], "You wrote “5e1”. Enter a whole number from 18 to 110."),
        ("age", ["NaN"], "You wrote “NaN”. Enter a whole number from 18 to 110."),
        ("age", ["−54"], "You wrote “-54”. Enter a whole number from 18 to 110."),
        ("age", ["years"], "You wrote “years”. Enter a whole number from 18 to 110."),
        ("age", ["54", "55"], "You gave more than one answer. Give only one."),
        ("weight", ["1.200,5"], "You wrote “1.200,5”. Enter a number from 25 to 350.5 kg."),
        ("weight", ["9" * 5000], f"You wrote “{'9' * 29}…”. Enter a number from 25 to 350.5 kg."),
        ("weight", ["70", "-unsure"], "Choose one: give an answer, or choose the last option."),
        ("weight", ["-declined"],
         "“I'd rather not say” is not an answer to this question. Enter a number from 25 to 350.5 kg."),
        ("pain_now", ["11"], "Choose a whole number from 0 to 10."),
        ("pain_now", ["-unsure"],
         "“I'm not sure” is not an answer to this question. Choose a whole number from 0 to 10."),
        ("diabetes", ["maybe"], "Choose yes or no."),
        ("side", ["both"], "Choose one of the answers shown."),
        ("areas", ["knee"], "Choose from the answers shown, each of them once."),
        (
            "areas",
            ["neck", "none_of_these"],
            "“Nowhere here” does not go with other answers. Choose either it or the others.",
        ),
        ("words", ["x" * 10_001],
         "Your answer is too long. Make it shorter: up to 10,000 letters and spaces."),
        ("words", ["a\0b"], "Your answer has a sign that we cannot keep. Please type it again."),
    ],
)  # fmt: skip
def test_it_tells_a_person_what_to_do(code: str, texts: list[str], sentence: str) -> None:
    assert sentence_of(code, *texts) == sentence


@pytest.mark.parametrize(
    ("code", "answer", "words"),
    [
        ("age", Given(54), "54 years"),
        ("age", Given(1), "1 year"),
        ("weight", Given(Decimal("72.50")), "72.5 kg"),
        ("weight", Given(Decimal("1E+2")), "100 kg"),
        ("weight", Unsure(), "I'm not sure"),
        ("diabetes", Given(value=True), "Yes"),
        ("diabetes", Given(value=False), "No"),
        ("diabetes", Declined(), "I'd rather not say"),
        ("pain_now", Given(0), "0 out of 10"),
        ("areas", Given(("neck", "left_leg")), "Neck, Left leg"),
        ("areas", Given(()), "Nowhere here"),
        ("tried", Given(()), "None of these"),
        ("tried", Given(("none",)), "None of these"),
        ("side", Given("none"), "Neither"),
        ("words", Given("Größe ≥ 1"), "Größe ≥ 1"),
    ],
)
def test_it_says_an_answer_in_words(code: str, answer: Answer, words: str) -> None:
    assert answer_words(question(code), answer) == words


@pytest.mark.parametrize(
    ("low", "high", "sentence"),
    [
        (None, None, "You wrote “x”. Enter a number."),
        (Decimal(0), None, "You wrote “x”. Enter a number, 0 or more."),
        (None, Decimal(9), "You wrote “x”. Enter a number, 9 or less."),
    ],
)
def test_it_names_the_ends_that_a_range_has(low: Decimal | None, high: Decimal | None, sentence: str) -> None:
    open_ended = replace(question("weight"), minimum=low, maximum=high)
    with pytest.raises(ProblemsFound) as found:
        read_answer_text(open_ended, ["x"])
    assert [problem.sentence for problem in well_said(found.value.problems)] == [sentence]


@pytest.mark.parametrize(
    ("unit", "words"), [("", "8"), ("%", "8%"), ("wk", "8 weeks"), ("mm", "8 mm"), ("a", "8 years")]
)
def test_it_says_units_in_words(unit: str, words: str) -> None:
    assert answer_words(replace(question("weight"), unit=unit), Given(Decimal(8))) == words


def test_it_writes_each_answer_as_it_is_read() -> None:
    assert answer_document(Given(("neck",))) == {"value": ["neck"]}
    assert answer_document(Unsure()) == {"unsure": True}
    assert answer_document(Declined()) == {"declined": True}


def test_it_reads_all_answers_in_the_order_of_the_questions() -> None:
    document = {"side": {"value": "left"}, "age": {"value": 54}, "diabetes": {"unsure": True}}
    answers = read_answers(definition(), document)
    assert list(answers.items()) == [("age", Given(54)), ("diabetes", Unsure()), ("side", Given("left"))]
    assert answers_document(answers) == document


def test_it_lists_the_problems_of_all_answers() -> None:
    document = {"knee": {"value": 1}, "side": {"value": "up"}, "age": {"value": 0}, "weight": {"value": 70}}
    with pytest.raises(ProblemsFound) as found:
        read_answers(definition(), document)
    assert [(problem.code, problem.place) for problem in well_said(found.value.problems)] == [
        ("unknown_question", "knee"),
        ("out_of_range", "age"),
        ("unknown_value", "side"),
    ]


@pytest.mark.parametrize("document", [None, [], "age"])
def test_answers_are_an_object(document: object) -> None:
    with pytest.raises(ProblemsFound) as found:
        read_answers(definition(), document)
    assert [problem.code for problem in well_said(found.value.problems)] == ["not_an_object"]


answers_to_read = st.one_of(
    st.tuples(st.just("age"), st.integers(18, 110)),
    st.tuples(st.just("weight"), st.decimals(25, 350, places=2)),
    st.tuples(st.just("diabetes"), st.booleans()),
    st.tuples(st.just("areas"), st.sampled_from([(), ("neck",), ("left_leg",), ("neck", "left_leg")])),
    st.tuples(st.just("words"), st.text(min_size=1).filter(lambda text: text.strip() and "\0" not in text)),
)


@given(answers_to_read)
def test_what_is_written_reads_back(
    answered: tuple[str, bool | int | Decimal | str | tuple[str, ...]],
) -> None:
    code, value = answered
    document = load_json(canonical_json(answer_document(Given(value))))
    assert read_answer(question(code), document) == Given(value)
    assert answer_words(question(code), Given(value))


@given(st.sampled_from([q.code for q in definition().questions]), st.lists(st.text(max_size=8), max_size=3))
def test_anything_typed_is_an_answer_or_a_problem_at_the_question(code: str, texts: list[str]) -> None:
    try:
        answer = read_answer_text(question(code), texts)
    except ProblemsFound as found:
        assert {problem.place for problem in found.problems} == {code}  # noqa: PT017  either outcome is right
    else:
        assert read_answer(question(code), answer_document(answer)) == answer


HEIGHT = Question("height_cm", FactKind.DECIMAL, "?", unit="cm", widget=Widget.NUMBER)
WEIGHT = Question("weight_kg", FactKind.INTEGER, "?", unit="kg", widget=Widget.NUMBER)


@pytest.mark.parametrize(
    ("question", "typed", "value"),
    [
        (HEIGHT, "5 ft 11 in", "180.3"),
        (HEIGHT, "5'11”", "180.3"),
        (HEIGHT, "6 feet", "182.9"),
        (HEIGHT, "0 ft 0 in", "0"),
        (HEIGHT, "71.5 in", "181.6"),
        (HEIGHT, "180,3 cm", "180.3"),
        (WEIGHT, "11 st 4 lb", "72"),
        (WEIGHT, "11 Stone", "70"),
        (WEIGHT, "158 lb", "72"),
    ],
)
def test_a_measure_may_be_typed_in_other_units(question: Question, typed: str, value: str) -> None:
    assert read_answer_text(question, [typed]) == Given(Decimal(value))


@pytest.mark.parametrize(
    "typed", ["5 ft 12 in", "5 ft 11", "ft in", "-5 ft 3 in", "5 st 3 lb", "٥ ft", "5 ft NaN in"]
)
def test_what_is_no_such_measure_is_refused(typed: str) -> None:
    with pytest.raises(ProblemsFound):
        read_answer_text(HEIGHT, [typed])


DAY = Question("fell_on", FactKind.DATE, "?", widget=Widget.DATE)


@pytest.mark.parametrize("typed", ["27/3/1958", "27 03 1958", "27.3.1958", "1958-03-27"])
def test_a_date_is_typed_day_first_or_as_iso_writes_it(typed: str) -> None:
    answer = read_answer_text(DAY, [typed])
    assert answer == Given(date(1958, 3, 27))
    assert answer_words(DAY, answer) == "27 March 1958"


def test_a_date_is_said_with_the_name_of_its_month() -> None:
    said = [answer_words(DAY, Given(date(1958, month, 1))) for month in range(1, 13)]
    assert said == [date(1958, month, 1).strftime("1 %B %Y") for month in range(1, 13)]


@pytest.mark.parametrize(
    "typed", ["31/2/1958", "0/1/1958", "1/13/1958", "1/1/58", "27//1958", "//", "tomorrow"]
)
def test_what_is_no_date_is_refused_in_its_own_words(typed: str) -> None:
    with pytest.raises(ProblemsFound, match=r"is no date\. Enter a day, a month and a year"):
        read_answer_text(DAY, [typed])
