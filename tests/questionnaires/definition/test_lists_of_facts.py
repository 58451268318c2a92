"""A list in which each line is a yes-or-no fact: one question, several facts."""

from copy import deepcopy
from typing import Any

import pytest

from questionnaires.definition.answers import (
    Answer,
    Declined,
    Given,
    Unsure,
    answer_document,
    answer_making,
    answer_words,
    read_answer,
    read_answer_text,
)
from questionnaires.definition.facts import FactKind
from questionnaires.definition.problems import ProblemsFound
from questionnaires.definition.reading import definition_document, read_definition
from questionnaires.definition.schema import NOT_SURE
from questionnaires.definition.submission import check_submission
from questionnaires.definition.visibility import facts_of, shown_questions
from tests.sentences import well_said

DOCUMENT: dict[str, Any] = {
    "code": "health",
    "audience": "patient",
    "title": "Your health",
    "language": "en",
    "sections": [
        {
            "code": "illness",
            "title": "Illness",
            "questions": [
                {
                    "code": "illnesses",
                    "type": "codes",
                    "each_a_fact": True,
                    "text": "Do you have any of these?",
                    "required": True,
                    "unsure": True,
                    "private": True,
                    "options": [
                        {"code": "diabetes", "label": "Diabetes"},
                        {"code": "stroke", "label": "A stroke", "help": "At any time"},
                        {"code": "none_of_these", "label": "None of these", "exclusive": True},
                    ],
                },
                {
                    "code": "insulin",
                    "type": "boolean",
                    "text": "Do you use insulin?",
                    "required": True,
                    "shown_when": "%diabetes",
                },
            ],
        }
    ],
}
FORM = read_definition(DOCUMENT)
ILLNESSES = FORM.question("illnesses")


def broken(change: str, value: object) -> dict[str, Any]:
    document = deepcopy(DOCUMENT)
    question = document["sections"][0]["questions"][0]
    match change.split("/"):
        case ["options", position, key]:
            question["options"][int(position)][key] = value
        case _:
            question[change] = value
    return document


def problems_of(document: dict[str, Any]) -> list[tuple[str, str]]:
    with pytest.raises(ProblemsFound) as found:
        read_definition(document)
    return [(str(problem.code), problem.place) for problem in well_said(found.value.problems)]


def test_the_lines_are_the_facts_and_the_question_is_none() -> None:
    assert list(FORM.types) == ["diabetes", "stroke", "insulin"]
    assert FORM.types["stroke"].kind is FactKind.BOOLEAN
    assert FORM.asks("illnesses")
    assert not FORM.asks("stroke")


@pytest.mark.parametrize(
    ("sent", "answer", "facts"),
    [
        (["diabetes"], Given(("diabetes",)), {"diabetes": True, "stroke": False}),
        (["stroke", "diabetes"], Given(("diabetes", "stroke")), {"diabetes": True, "stroke": True}),
        (["none_of_these"], Given(()), {"diabetes": False, "stroke": False}),
        (["stroke", "-unsure"], Given(("stroke", NOT_SURE)), {"stroke": True}),
        (["-unsure"], Unsure(), {}),
        (["-declined"], Declined(), {}),
    ],
)
def test_what_is_not_ticked_is_no_and_unknown_beside_not_sure(
    sent: list[str], answer: Answer, facts: dict[str, bool]
) -> None:
    assert read_answer_text(ILLNESSES, sent) == answer
    assert read_answer(ILLNESSES, answer_document(answer)) == answer
    assert facts_of(FORM, {"illnesses": answer}) == facts


def test_before_it_is_answered_each_fact_is_unknown_and_nothing_may_be_sent() -> None:
    assert facts_of(FORM, {}) == {}
    assert [(p.code, p.place) for p in check_submission(FORM, {})] == [("unanswered", "illnesses")]


@pytest.mark.parametrize(
    ("ticked", "asked"), [(("diabetes",), True), (("stroke",), False), (("stroke", NOT_SURE), False)]
)
def test_a_line_can_open_a_question(ticked: tuple[str, ...], asked: bool) -> None:
    assert ("insulin" in shown_questions(FORM, {"illnesses": Given(ticked)})) is asked


@pytest.mark.parametrize(
    ("sent", "problem"),
    [
        (["none_of_these", "stroke"], "exclusive_value"),
        (["none_of_these", "-unsure"], "exclusive_value"),
        (["-declined", "stroke"], "unclear"),
        (["-declined", "-unsure"], "unclear"),
        (["gout"], "unknown_value"),
        ([""], "unanswered"),
    ],
)
def test_answers_that_contradict_themselves_are_refused(sent: list[str], problem: str) -> None:
    with pytest.raises(ProblemsFound) as found:
        read_answer_text(ILLNESSES, sent)
    assert [p.code for p in well_said(found.value.problems)] == [problem]


def test_a_list_that_offers_no_not_sure_takes_none() -> None:
    question = read_definition(broken("unsure", False)).question("illnesses")
    for sent, problem in ((["stroke", "-unsure"], "unknown_value"), (["-unsure"], "unsure_not_offered")):
        with pytest.raises(ProblemsFound) as found:
            read_answer_text(question, sent)
        assert [p.code for p in well_said(found.value.problems)] == [problem]


@pytest.mark.parametrize(
    ("facts", "answer"),
    [
        ({"diabetes": True, "stroke": False}, Given(("diabetes",))),
        ({"diabetes": False, "stroke": False}, Given(())),
        ({"diabetes": True}, Given(("diabetes", NOT_SURE))),
        ({"diabetes": False}, None),
        ({}, None),
    ],
)
def test_the_answer_that_makes_given_facts(facts: dict[str, bool], answer: Answer | None) -> None:
    assert answer_making(ILLNESSES, facts) == answer
    assert answer is None or facts_of(FORM, {"illnesses": answer}) == facts


def test_the_answer_to_a_plain_question_is_its_fact() -> None:
    assert answer_making(FORM.question("insulin"), {"insulin": False, "diabetes": True}) == Given(False)


def test_not_sure_alone_is_no_list() -> None:
    assert read_answer(ILLNESSES, {"value": [NOT_SURE]}) == Unsure()


def test_an_answer_is_said_in_words() -> None:
    assert answer_words(ILLNESSES, Given(("stroke",))) == "A stroke"
    assert answer_words(ILLNESSES, Given(())) == "None of these"
    words = answer_words(ILLNESSES, Given(("diabetes", NOT_SURE)))
    assert words == "Diabetes, I'm not sure about the others"


def test_it_reads_back_as_the_same() -> None:
    assert read_definition(definition_document(FORM)) == FORM


@pytest.mark.parametrize(
    ("change", "value", "problem", "place"),
    [
        ("type", "code", "misplaced_each_a_fact", "each_a_fact"),
        ("widget", "body_map", "misplaced_each_a_fact", "each_a_fact"),
        ("options/0/code", "insulin", "repeated_code", ""),
        ("options/0/code", "illnesses", "repeated_code", "options/0/code"),
        ("options/0/exclusive", True, "misplaced_exclusive", "options/0/exclusive"),
        ("options/2/code", "nothing", "none_of_these_missing", "options"),
        ("each_a_fact", "yes", "wrong_type", "each_a_fact"),
    ],
)
def test_a_broken_list_is_refused_at_its_place(change: str, value: object, problem: str, place: str) -> None:
    found = problems_of(broken(change, value))
    wanted = f"sections/0/questions/0/{place}" if place else "sections/0/questions/1/code"
    assert (problem, wanted) in found


def test_a_condition_cannot_read_the_question_itself() -> None:
    document = deepcopy(DOCUMENT)
    document["sections"][0]["questions"][1]["shown_when"] = "%illnesses contains 'diabetes'"
    assert ("unknown_fact", "sections/0/questions/1/shown_when") in problems_of(document)
