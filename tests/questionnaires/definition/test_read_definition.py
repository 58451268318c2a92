from decimal import Decimal

import pytest

from questionnaires.definition.digest import canonical_json, sha256_of
from questionnaires.definition.facts import FactKind, FactType, load_json
from questionnaires.definition.problems import ProblemsFound
from questionnaires.definition.reading import definition_document, read_definition
from questionnaires.definition.schema import AnswerOption, Audience, Widget
from tests.questionnaires.definition.documents import DELETED, broken, definition, document
from tests.sentences import well_said


def problems_of(written: object) -> list[tuple[str, str]]:
    with pytest.raises(ProblemsFound) as found:
        read_definition(written)
    return [(problem.code, problem.place) for problem in well_said(found.value.problems)]


def test_it_reads_every_part() -> None:
    read = definition()
    assert (read.code, read.audience, read.language) == ("small_intake", Audience.PATIENT, "en")
    assert read.consent is not None
    assert read.consent.text == ("We keep your answers.", "You can stop.")
    assert [section.code for section in read.sections] == ["about", "pain", "leg"]
    assert [question.code for question in read.questions] == [
        *("age", "weight", "diabetes", "insulin", "pain_now", "areas", "side", "tried", "words"),
    ]
    weight = read.question("weight")
    assert (weight.minimum, weight.maximum, weight.unit) == (Decimal(25), Decimal("350.5"), "kg")
    assert (weight.required, weight.unsure, weight.private) == (False, True, False)
    assert read.question("areas").option("left_leg") == AnswerOption("left_leg", "Left leg", "Thigh or calf")
    insulin = read.question("insulin").shown_when
    assert insulin is not None
    assert insulin.text == "%diabetes"


def test_it_is_written_as_it_was_read() -> None:
    written = document()
    usual = {"boolean": "yes_no", "integer": "number", "decimal": "number", "code": "choice"}
    usual |= {"codes": "choices", "text": "long_text"}
    for section in written["sections"]:  # type: ignore[attr-defined]  # a list of objects
        for question in section["questions"]:
            question.setdefault("widget", usual[question["type"]])
    assert definition_document(definition()) == written


def test_a_question_makes_a_fact() -> None:
    types = definition().types
    assert types["age"] == FactType("age", FactKind.INTEGER, Decimal(18), Decimal(110), "a")
    assert types["side"].values == ("left", "right", "none")
    assert types["areas"].values == (
        "neck",
        "left_leg",
    )  # choosing none of these answers (), which is no value
    assert types["tried"].values == ("tablets", "exercise", "none")


def test_each_kind_has_its_usual_widget() -> None:
    widgets = {question.code: question.widget for question in definition().questions}
    assert widgets == {
        "age": Widget.NUMBER,
        "weight": Widget.NUMBER,
        "diabetes": Widget.YES_NO,
        "insulin": Widget.YES_NO,
        "pain_now": Widget.RATING,
        "areas": Widget.BODY_MAP,
        "side": Widget.CHOICE,
        "tried": Widget.CHOICES,
        "words": Widget.LONG_TEXT,
    }


def test_an_unknown_question_or_option_is_a_key_error() -> None:
    with pytest.raises(KeyError):
        definition().question("knee")
    with pytest.raises(KeyError):
        definition().question("side").option("knee")


def test_what_is_written_reads_back_as_the_same() -> None:
    written = definition_document(definition())
    assert read_definition(written) == definition()
    assert read_definition(load_json(canonical_json(written))) == definition()
    assert definition_document(read_definition(written)) == written


def test_blanks_and_spelling_of_conditions_do_not_change_the_fingerprint() -> None:
    spaced = broken("sections/0/questions/3/shown_when", "  (%diabetes) ")
    spaced["title"] = " Before your visit\n"
    assert sha256_of(definition_document(read_definition(spaced))) == sha256_of(
        definition_document(definition())
    )


@pytest.mark.parametrize(
    ("place", "value", "problem"),
    [
        ("sections/0", "about", "not_an_object"),
        ("sections/0/questions/0", None, "not_an_object"),
        ("sections/1/questions/1/options/0", "neck", "not_an_object"),
        ("consent", "Agreed", "not_an_object"),
        ("sections", {"about": []}, "not_a_list"),
        ("sections/1/questions/1/options", "neck", "not_a_list"),
        ("code", DELETED, "missing_key"),
        ("title", "  ", "missing_key"),
        ("audience", DELETED, "missing_key"),
        ("language", None, "missing_key"),
        ("consent/title", DELETED, "missing_key"),
        ("consent/text", [], "missing_key"),
        ("sections/0/title", DELETED, "missing_key"),
        ("sections/0/questions/0/text", "", "missing_key"),
        ("sections/0/questions/0/type", DELETED, "missing_key"),
        ("sections/1/questions/1/options/0/label", DELETED, "missing_key"),
        ("version", 1, "unknown_key"),
        ("sections/0/questions/0/requierd", True, "unknown_key"),
        ("title", 5, "wrong_type"),
        ("intro", ["a"], "wrong_type"),
        ("consent/text/0", 5, "wrong_type"),
        ("sections/0/questions/0/required", "yes", "wrong_type"),
        ("sections/0/questions/0/required", 1, "wrong_type"),
        ("sections/0/questions/0/shown_when", False, "wrong_type"),
        ("sections/1/questions/1/options/0/label", False, "wrong_type"),
        ("code", "Small intake", "bad_code"),
        ("sections/0/code", "über", "bad_code"),
        ("sections/0/questions/1/code", "1weight", "bad_code"),
        ("sections/1/questions/1/options/0/code", False, "bad_code"),
        ("sections/1/code", "about", "repeated_code"),
        ("sections/2/questions/2/code", "age", "repeated_code"),
        ("sections/2/questions/0/options/2/code", "left", "repeated_code"),
        ("audience", "everyone", "unknown_audience"),
        ("language", "English", "bad_language"),
        ("sections/0/questions/0/type", "colour", "unknown_type"),
        ("sections/0/questions/0/type", "float", "unknown_type"),
        ("sections/0/questions/0/widget", "slider", "unknown_widget"),
        ("sections/0/questions/0/widget", "yes_no", "unsuitable_widget"),
        ("sections/0/questions/0/widget", "rating", "unsuitable_widget"),
        ("sections/0/questions/0/range", [110, 18], "bad_range"),
        ("sections/0/questions/0/range", [0.5, 10], "bad_range"),
        ("sections/0/questions/0/range", [0, float("inf")], "bad_range"),
        ("sections/0/questions/2/range", [0, 1], "bad_range"),
        ("sections/0/questions/0/options", [{"code": "a", "label": "A"}], "misplaced_options"),
        ("sections/2/questions/0/options/0/exclusive", True, "misplaced_exclusive"),
        ("sections/1/questions/1/options/2/exclusive", False, "misplaced_exclusive"),
        ("sections/0/questions/3/shown_when", "%diabetis", "unknown_fact"),
        ("sections/0/questions/3/shown_when", "%age", "not_boolean"),
        ("sections/0/questions/3/shown_when", "%age >", "syntax_error"),
        ("sections/2/shown_when", "%areas contains 'knee'", "unknown_value"),
        ("sections/2/shown_when", "%areas = 'neck'", "type_mismatch"),
        ("sections/0/questions/0/shown_when", "%age > 20", "asked_later"),
        ("sections/0/questions/0/shown_when", "%pain_now > 4", "asked_later"),
        ("sections/2/shown_when", "%side = 'left'", "asked_later"),
    ],
)
def test_a_broken_document_is_refused_at_its_place(place: str, value: object, problem: str) -> None:
    assert problems_of(broken(place, value)) == [(problem, place)]


@pytest.mark.parametrize(
    ("place", "problem"),
    [("sections", "no_sections"), ("sections/1/questions", "no_questions")],
)
def test_something_must_be_asked(place: str, problem: str) -> None:
    assert (problem, place) in problems_of(broken(place, []))


def test_a_question_to_choose_from_needs_two_options() -> None:
    found = problems_of(broken("sections/2/questions/0/options", [{"code": "left", "label": "Left"}]))
    assert found == [("too_few_options", "sections/2/questions/0/options")]


@pytest.mark.parametrize("written", [None, [], "small_intake", 5])
def test_a_questionnaire_is_an_object(written: object) -> None:
    assert problems_of(written)[0] == ("not_an_object", "")


def test_it_lists_all_problems_and_none_that_only_follows_from_another() -> None:
    written = broken("sections/0/questions/2/type", "bool")  # %diabetes, which insulin's condition reads
    written["language"] = "English"
    written["sections"][2]["shown_when"] = "%knee or %areas contains 'knee'"  # type: ignore[index]
    assert problems_of(written) == [
        ("bad_language", "language"),
        ("unknown_type", "sections/0/questions/2/type"),
        ("unknown_fact", "sections/2/shown_when"),
        ("unknown_value", "sections/2/shown_when"),
    ]


def test_a_problem_in_a_condition_says_where_and_what_was_meant() -> None:
    with pytest.raises(ProblemsFound) as found:
        read_definition(broken("sections/0/questions/3/shown_when", "%age > 20 and %diabets"))
    (problem,) = well_said(found.value.problems)
    assert problem.sentence == "At character 15: There is no fact named “diabets”."
    assert problem.hint == "Did you mean %diabetes?"


def test_a_form_without_consent_reads_back_as_the_same() -> None:
    read = read_definition(broken("consent", DELETED))
    assert read.consent is None
    assert read_definition(definition_document(read)) == read


def test_reading_does_not_change_the_document() -> None:
    written = document()
    read_definition(written)
    assert written == document()
