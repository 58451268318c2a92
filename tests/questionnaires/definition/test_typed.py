from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from questionnaires.definition.answers import Answer, Declined, Given, Unsure, read_answer_text
from questionnaires.definition.facts import FactKind
from questionnaires.definition.schema import NONE_OF_THESE, AnswerOption, Question, Widget
from questionnaires.definition.typed import date_parts, date_text, texts_of

DAY = Question("fell_on", FactKind.DATE, "?", widget=Widget.DATE, unsure=True, private=True)
OPTIONS = (
    AnswerOption("a", "A"),
    AnswerOption("b", "B"),
    AnswerOption(NONE_OF_THESE, "None", exclusive=True),
)
SEVERAL = Question("several", FactKind.CODES, "?", widget=Widget.CHOICES, options=OPTIONS)
YES_NO = Question("yes_no", FactKind.BOOLEAN, "?", widget=Widget.YES_NO)
WORDS = Question("words", FactKind.TEXT, "?")
WHOLE = Question("whole", FactKind.INTEGER, "?", widget=Widget.NUMBER)
NUMBER = Question("number", FactKind.DECIMAL, "?", widget=Widget.NUMBER)


@pytest.mark.parametrize(
    ("question", "answer", "texts"),
    [
        (DAY, Given(date(2024, 3, 1)), ["1/3/2024"]),
        (DAY, Unsure(), ["-unsure"]),
        (DAY, Declined(), ["-declined"]),
        (SEVERAL, Given(("b", "a")), ["b", "a"]),
        (SEVERAL, Given(()), ["none_of_these"]),
        (YES_NO, Given(value=True), ["yes"]),
        (YES_NO, Given(value=False), ["no"]),
        (WORDS, Given("Zażółć 🦴"), ["Zażółć 🦴"]),
        (WHOLE, Given(0), ["0"]),
        (NUMBER, Given(Decimal("0.00000001")), ["0.00000001"]),
    ],
)
def test_what_a_browser_sends_is_read_back_as_the_answer(
    question: Question, answer: Answer, texts: list[str]
) -> None:
    assert texts_of(answer) == texts
    again = read_answer_text(question, texts)
    if isinstance(answer, Given) and isinstance(answer.value, tuple):
        assert isinstance(again, Given)
        assert set(again.value) == set(answer.value)  # type: ignore[arg-type] # codes
    else:
        assert again == answer


@pytest.mark.parametrize(
    ("parts", "text"),
    [
        (("1", "3", "2024"), "1/3/2024"),
        ((" 31 ", "", "2024"), "31//2024"),
        (("", "", "łódź"), "//łódź"),
        (("", " ", ""), ""),
    ],
)
def test_three_fields_are_one_text_unless_all_are_empty(parts: tuple[str, str, str], text: str) -> None:
    assert date_text(parts) == text


def test_what_never_stood_in_three_fields_stands_in_the_first() -> None:
    assert date_parts("") == ("", "", "")
    assert date_parts("tomorrow") == ("tomorrow", "", "")
    assert date_parts("1/2/3/4") == ("1", "2", "3/4")


@given(st.dates())
def test_every_date_comes_back_in_its_fields(day: date) -> None:
    (text,) = texts_of(Given(day))
    assert date_text(date_parts(text)) == text
    assert date_parts(text) == (str(day.day), str(day.month), str(day.year))
