import pytest
from hypothesis import given
from hypothesis import strategies as st

from questionnaires.definition.answers import Answer, Declined, Given, Unsure
from questionnaires.definition.submission import check_submission
from questionnaires.definition.visibility import facts_of, shown_questions
from tests.questionnaires.definition.documents import definition

ALWAYS = ("age", "weight", "diabetes", "pain_now", "areas")
YES, NO = Given(value=True), Given(value=False)
LEG = Given(("left_leg",))
COMPLETE: dict[str, Answer] = {"age": Given(54), "diabetes": NO, "pain_now": Given(7)}


def problems_of(answers: dict[str, Answer]) -> list[tuple[str, str]]:
    return [(problem.code, problem.place) for problem in check_submission(definition(), answers)]


def test_what_depends_on_nothing_is_always_shown() -> None:
    assert shown_questions(definition(), {}) == ALWAYS


@pytest.mark.parametrize("answer", [NO, Unsure(), Declined()])
def test_a_condition_that_is_false_or_unknown_hides_its_question(answer: Answer) -> None:
    assert "insulin" not in shown_questions(definition(), {"diabetes": answer})


def test_a_condition_that_is_true_shows_its_question_in_its_place() -> None:
    shown = shown_questions(definition(), {"diabetes": YES})
    assert shown == ("age", "weight", "diabetes", "insulin", "pain_now", "areas")


@pytest.mark.parametrize(
    ("pain", "areas", "shown"),
    [
        (Given(4), LEG, True),
        (Given(3), LEG, False),
        (Given(0), LEG, False),
        (Given(10), Given(()), False),
        (Given(10), Given(("neck",)), False),
        (None, LEG, False),
        (Given(10), None, False),
    ],
)
def test_a_section_is_shown_or_hidden_whole(
    pain: Answer | None, areas: Answer | None, *, shown: bool
) -> None:
    answers = {code: answer for code, answer in (("pain_now", pain), ("areas", areas)) if answer}
    expected = ("side", "tried", "words") if shown else ()
    assert shown_questions(definition(), answers)[5:] == expected


def test_facts_are_what_was_given_to_questions_that_are_shown() -> None:
    answers: dict[str, Answer] = {
        "age": Given(54),
        "weight": Unsure(),
        "diabetes": Declined(),
        "insulin": YES,  # answered while diabetes was yes
        "areas": Given(()),
        "knee": Given(1),
    }
    assert facts_of(definition(), answers) == {"age": 54, "areas": ()}


def test_the_complete_answers_can_be_submitted() -> None:
    assert problems_of(COMPLETE) == []
    assert problems_of(COMPLETE | {"diabetes": Unsure()}) == []
    assert problems_of(COMPLETE | {"diabetes": Declined()}) == []


def test_zero_false_and_none_are_answers() -> None:
    assert problems_of({"age": Given(54), "diabetes": NO, "pain_now": Given(0), "areas": Given(())}) == []


def test_what_is_required_and_shown_must_be_answered() -> None:
    assert problems_of({}) == [("unanswered", "age"), ("unanswered", "diabetes"), ("unanswered", "pain_now")]
    assert problems_of(COMPLETE | {"diabetes": YES}) == [("unanswered", "insulin")]
    assert problems_of(COMPLETE | {"areas": LEG}) == [("unanswered", "side")]


def test_what_is_hidden_must_not_be_answered() -> None:
    assert problems_of(COMPLETE | {"insulin": NO, "words": Given("x")}) == [
        ("hidden_answered", "insulin"),
        ("hidden_answered", "words"),
    ]


def test_what_is_not_asked_must_not_be_answered() -> None:
    assert problems_of(COMPLETE | {"knee": Given(1)}) == [("unknown_question", "knee")]


def test_the_sentences_are_for_the_person_who_answers() -> None:
    problems = check_submission(definition(), {"age": Given(54), "insulin": YES, "pain_now": Given(7)})
    assert [problem.sentence for problem in problems] == [
        "Answer this question, or choose “I'm not sure”, or choose “I'd rather not say”.",
        "Your other answers mean that “Do you use insulin?” is not asked. Take this answer out.",
    ]


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "age": st.sampled_from([Given(18), Given(110)]),
            "diabetes": st.sampled_from([YES, NO, Unsure(), Declined()]),
            "insulin": st.sampled_from([YES, NO]),
            "pain_now": st.sampled_from([Given(0), Given(3), Given(4)]),
            "areas": st.sampled_from([LEG, Given(())]),
            "side": st.just(Given("left")),
        },
    )
)
def test_dropping_hidden_answers_changes_neither_what_is_shown_nor_the_facts(
    answers: dict[str, Answer],
) -> None:
    shown = shown_questions(definition(), answers)
    kept = {code: answer for code, answer in answers.items() if code in shown}
    assert shown_questions(definition(), kept) == shown
    assert facts_of(definition(), kept) == facts_of(definition(), answers)
    assert all(problem.code != "hidden_answered" for problem in check_submission(definition(), kept))
