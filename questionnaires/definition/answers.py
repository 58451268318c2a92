"""What a person answered to a question: a value, “I'm not sure”, or “I'd rather not say”."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import NoReturn, TypeAlias

from questionnaires.definition.digest import JSON
from questionnaires.definition.facts import (
    LONGEST_TEXT,
    NUMBERS,
    FactKind,
    FactProblem,
    Facts,
    FactValue,
    fact_document,
    in_words,
    read_fact,
    shortened,
)
from questionnaires.definition.problems import Problem, ProblemsFound
from questionnaires.definition.schema import NONE_OF_THESE, NOT_SURE, Definition, Question, Widget
from questionnaires.definition.units import OTHER_UNITS, from_other_units, measured, without_unit

UNSURE_TEXT, DECLINED_TEXT = NOT_SURE, "-declined"  # in a form; no option's code starts with a hyphen
UNSURE_WORDS, DECLINED_WORDS, NONE_WORDS = "I'm not sure", "I'd rather not say", "None of these"
UNSURE_OF_OTHERS_WORDS = "I'm not sure about the others"

_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)")
_DAY_FIRST = re.compile(r"([0-9]{1,2})[ ./-]([0-9]{1,2})[ ./-]([0-9]{4})", re.ASCII)
_GROUPED = re.compile(r"(?<=[0-9])\s(?=[0-9]{3}(?![0-9]))")  # the space in 1 200, not the one in 7 8
_POINT_AND_MINUS = str.maketrans({",": ".", "\N{ARABIC DECIMAL SEPARATOR}": ".", "−": "-"})
_YES_AND_NO = {"yes": True, "true": True, "on": True, "no": False, "false": False, "off": False}


MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August", "September", "October"),
    *("November", "December"),
)


class AnswerProblem(StrEnum):
    """What can be wrong with an answer, besides a `FactProblem` of its value."""

    NOT_AN_OBJECT = "not_an_object"
    UNKNOWN_QUESTION = "unknown_question"
    UNANSWERED = "unanswered"
    UNCLEAR = "unclear"
    EXCLUSIVE_VALUE = "exclusive_value"
    UNSURE_NOT_OFFERED = "unsure_not_offered"
    DECLINED_NOT_OFFERED = "declined_not_offered"


@dataclass(frozen=True, slots=True)
class Given:
    """An answer with a value; () is “none of these”."""

    value: FactValue


@dataclass(frozen=True, slots=True)
class Unsure:
    """“I'm not sure”: answered, and the fact stays unknown."""


@dataclass(frozen=True, slots=True)
class Declined:
    """“I'd rather not say”: answered, and the fact stays unknown."""


Answer: TypeAlias = Given | Unsure | Declined
Answers: TypeAlias = Mapping[str, Answer]


def read_answer(question: Question, document: object) -> Answer:
    """The answer in `{"value": …}`, `{"unsure": true}` or `{"declined": true}`.

    Raises ProblemsFound with every `AnswerProblem` and `FactProblem`; the place is the question's code, and
    the sentences are for the person who answers.
    """
    if not isinstance(document, Mapping):
        sentence = f"An answer is an object with “value”, “unsure” or “declined”, not {in_words(document)}."
        _refuse(AnswerProblem.NOT_AN_OBJECT, question, sentence)
    if len(document) != 1 or not document.keys() <= {"value", "unsure", "declined"}:
        _refuse(
            AnswerProblem.UNCLEAR, question, "An answer is exactly one of “value”, “unsure” and “declined”."
        )
    ((key, value),) = document.items()
    if key == "value":
        return _given(question, value)
    if value is not True:
        _refuse(
            AnswerProblem.UNCLEAR, question, f"“{key}” is either true or left out, not {in_words(value)}."
        )
    return _unsure(question) if key == "unsure" else _declined(question)


def read_answer_text(question: Question, texts: Sequence[str]) -> Answer:
    """The answer that a form sent: “7”, “72,5 kg”, “yes”, “on”, codes, “-unsure” or “-declined”.

    Spaces, a decimal comma and the question's own unit after a number are accepted. Raises ProblemsFound as
    `read_answer` does.
    """
    typed = list(dict.fromkeys(text for text in (_cleaned(text) for text in texts) if text))
    if not typed:
        _refuse_unanswered(question)
    alone = {DECLINED_TEXT} if question.each_a_fact else {UNSURE_TEXT, DECLINED_TEXT}
    if not alone.isdisjoint(typed) and len(typed) > 1:
        _refuse(AnswerProblem.UNCLEAR, question, "Choose one: give an answer, or choose the last option.")
    if typed == [UNSURE_TEXT]:
        return _unsure(question)
    if typed[0] == DECLINED_TEXT:
        return _declined(question)
    if question.kind is FactKind.CODES:
        return _given(question, typed)
    if len(typed) > 1:
        _refuse(AnswerProblem.UNCLEAR, question, "You gave more than one answer. Give only one.")
    return _given(question, _as_value(question, typed[0]))


def answer_document(answer: Answer) -> dict[str, JSON]:
    """The answer as JSON-ready data: the inverse of `read_answer`."""
    match answer:
        case Given(value):
            return {"value": fact_document(value)}
        case Unsure():
            return {"unsure": True}
        case _:  # declined
            return {"declined": True}


def read_answers(definition: Definition, document: object) -> dict[str, Answer]:
    """The answers in a mapping of question codes to answer documents, in the order in which they are asked.

    Raises ProblemsFound with the problems of all of them.
    """
    if not isinstance(document, Mapping):
        sentence = f"Answers are one object of questions' codes and answers, not {in_words(document)}."
        raise ProblemsFound([Problem(AnswerProblem.NOT_AN_OBJECT, "", sentence)])
    answers: dict[str, Answer] = {}
    problems = [unknown_question(str(code)) for code in document if not definition.asks(str(code))]
    for question in definition.questions:
        if question.code in document:
            try:
                answers[question.code] = read_answer(question, document[question.code])
            except ProblemsFound as found:
                problems.extend(found.problems)
    if problems:
        raise ProblemsFound(problems)
    return answers


def answers_document(answers: Answers) -> dict[str, JSON]:
    """The answers as JSON-ready data: the inverse of `read_answers`."""
    return {code: answer_document(answer) for code, answer in answers.items()}


def answer_words(question: Question, answer: Answer) -> str:
    """The answer as people read it: “7 out of 10”, “54 years”, “Yes”, “Left leg, Right leg”."""
    match answer:
        case Unsure():
            return UNSURE_WORDS
        case Declined():
            return DECLINED_WORDS
        case Given(bool() as value):
            return "Yes" if value else "No"
        case Given(int() | Decimal() as value):
            return _number_words(question, value)
        case Given(tuple() as codes):
            return _labels(question, codes)
        case Given(str() as code) if question.kind is FactKind.CODE:
            return question.option(code).label
        case Given(date() as value):
            return f"{value.day} {MONTHS[value.month - 1]} {value.year}"
        case _:  # text, as it is
            return str(answer.value)


def answer_making(question: Question, facts: Facts) -> Answer | None:
    """The answer that makes those of the facts that the question asks for; None where they say nothing."""
    known = [code for code in question.types if code in facts]
    if not known:
        return None
    if not question.each_a_fact:
        return Given(facts[question.code])
    ticked = tuple(code for code in known if facts[code] is True)
    if len(known) == len(question.types):
        return Given(ticked)
    return Given((*ticked, NOT_SURE)) if ticked and question.unsure else None


def unknown_question(code: str) -> Problem:
    """The problem of an answer to a question that the questionnaire does not have."""
    sentence = f"This form has no question “{shortened(code)}”."
    return Problem(AnswerProblem.UNKNOWN_QUESTION, code, sentence)


def unanswered(question: Question) -> Problem:
    """The problem of a question that still needs an answer."""
    ways = ["Answer this question"]
    if question.unsure:
        ways.append(f"choose “{UNSURE_WORDS}”")
    if question.private:
        ways.append(f"choose “{DECLINED_WORDS}”")
    return Problem(AnswerProblem.UNANSWERED, question.code, f"{', or '.join(ways)}.")


def _given(question: Question, value: object) -> Given | Unsure:
    if value is None or (isinstance(value, str) and not value.strip()):
        _refuse_unanswered(question)
    if question.kind is FactKind.CODES and isinstance(value, list | tuple):
        if question.each_a_fact and list(value) == [NOT_SURE]:
            return _unsure(question)
        value = _codes(question, value)
    try:
        return Given(read_fact(value, question.fact_type))
    except ProblemsFound as found:
        raise ProblemsFound(_for_people(question, problem, value) for problem in found.problems) from None


def _codes(question: Question, codes: Sequence[object]) -> Sequence[object]:
    """The chosen codes, once none of them excludes another; “none of these” becomes no code."""
    for option in question.options:
        if option.exclusive and option.code in codes and len(codes) > 1:
            sentence = f"“{option.label}” does not go with other answers. Choose either it or the others."
            _refuse(AnswerProblem.EXCLUSIVE_VALUE, question, sentence)
    offers_none = any(option.code == NONE_OF_THESE for option in question.options)
    return () if offers_none and list(codes) == [NONE_OF_THESE] else codes


def _unsure(question: Question) -> Unsure:
    if not question.unsure:
        sentence = f"“{UNSURE_WORDS}” is not an answer to this question."
        _refuse(AnswerProblem.UNSURE_NOT_OFFERED, question, f"{sentence} {_what_to_do(question)}")
    return Unsure()


def _declined(question: Question) -> Declined:
    if not question.private:
        sentence = f"“{DECLINED_WORDS}” is not an answer to this question."
        _refuse(AnswerProblem.DECLINED_NOT_OFFERED, question, f"{sentence} {_what_to_do(question)}")
    return Declined()


def _cleaned(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").strip()


def _as_value(question: Question, typed: str) -> object:
    """What was typed as the value it stands for; as it is where it stands for none, so that it is refused."""
    if question.kind is FactKind.BOOLEAN:
        return _YES_AND_NO.get(typed.lower(), typed)
    if question.kind is FactKind.DATE and (parts := _DAY_FIRST.fullmatch(typed)):
        return f"{parts[3]}-{parts[2]:0>2}-{parts[1]:0>2}"
    if question.kind in NUMBERS:
        if (measure := from_other_units(typed, question.unit)) is not None:
            return measure if question.kind is FactKind.DECIMAL else measure.to_integral_value()
        number = _plain_number(without_unit(typed, question.unit))
        return Decimal(number) if _NUMBER.fullmatch(number) else typed
    return typed


def _plain_number(typed: str) -> str:
    """What was typed with plain digits, a point before decimals, and no space between thousands."""
    plain = "".join(str(unicodedata.decimal(character, character)) for character in typed)
    return _GROUPED.sub("", plain.translate(_POINT_AND_MINUS))


def _for_people(question: Question, problem: Problem, value: object) -> Problem:
    """A fact's problem, said to the person who answered."""
    sentence = _what_to_do(question)
    if question.kind is FactKind.TEXT:
        if problem.code == FactProblem.OUT_OF_RANGE:
            sentence = f"Your answer is too long. Make it shorter: up to {LONGEST_TEXT:,} letters and spaces."
        else:
            sentence = "Your answer has a sign that we cannot keep. Please type it again."
    elif question.kind is FactKind.DATE and _can_be_quoted(value):
        sentence = f"“{shortened(str(value), 30)}” is no date. {sentence}"
    elif question.kind in NUMBERS and question.widget is not Widget.RATING and _can_be_quoted(value):
        sentence = f"You wrote “{shortened(str(value), 30)}”. {sentence}"
    return Problem(problem.code, question.code, sentence)


def _can_be_quoted(value: object) -> bool:
    return isinstance(value, str | int | float | Decimal) and not isinstance(value, bool)


def _what_to_do(question: Question) -> str:
    match question.kind:
        case FactKind.BOOLEAN:
            return "Choose yes or no."
        case FactKind.CODE:
            return "Choose one of the answers shown."
        case FactKind.CODES:
            return "Choose from the answers shown, each of them once."
        case FactKind.INTEGER | FactKind.DECIMAL:
            verb = "Choose" if question.widget is Widget.RATING else "Enter"
            sort = "whole number" if question.kind is FactKind.INTEGER else "number"
            return f"{verb} a {sort}{_range_words(question)}."
        case FactKind.DATE:
            return "Enter a day, a month and a year, such as 27 3 2025."
        case _:
            return "Write your answer in words."


def _range_words(question: Question) -> str:
    low, high = (None if end is None else f"{end:f}" for end in (question.minimum, question.maximum))
    if low is not None and high is not None:
        return f" from {low} to {high}{f' {question.unit}' if question.unit in OTHER_UNITS else ''}"
    if low is not None:
        return f", {low} or more"
    return f", {high} or less" if high is not None else ""


def _number_words(question: Question, value: int | Decimal) -> str:
    number = f"{Decimal(value).normalize():f}"
    if question.widget is Widget.RATING and question.maximum is not None:
        return f"{number} out of {question.maximum.normalize():f}"
    return measured(number, question.unit)


def _labels(question: Question, codes: Sequence[str]) -> str:
    if not codes:
        return next((option.label for option in question.options if option.code == NONE_OF_THESE), NONE_WORDS)
    return ", ".join(
        UNSURE_OF_OTHERS_WORDS if code == NOT_SURE else question.option(code).label for code in codes
    )


def _refuse(problem: AnswerProblem, question: Question, sentence: str) -> NoReturn:
    raise ProblemsFound([Problem(problem, question.code, sentence)])


def _refuse_unanswered(question: Question) -> NoReturn:
    raise ProblemsFound([unanswered(question)])
