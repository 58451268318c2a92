from collections.abc import Callable

from django.test import Client
from django.urls import reverse

from tests.questionnaires.pages.browsing import form_of, give, open_question, question_url, text_of
from tests.questionnaires.pages.conftest import Asked

Stored = Callable[[], dict[str, object]]


def test_an_answer_changed_elsewhere_is_shown_beside_the_new_one(
    asked: Asked, visitor: Client, answers: Stored
) -> None:
    before = open_question(visitor, "age_years")
    give(asked.begin(), "age_years", "61")
    page = visitor.post(question_url("age_years"), before | {"answer": ["54"], "go": ["on"]})
    assert page.status_code == 409
    assert "61 years" in text_of(page)
    assert "54 years" in text_of(page)
    assert answers()["age_years"] == {"value": 61}


def test_choosing_the_new_one_saves_it(asked: Asked, visitor: Client, answers: Stored) -> None:
    before = open_question(visitor, "age_years")
    give(asked.begin(), "age_years", "61")
    page = visitor.post(question_url("age_years"), before | {"answer": ["54"], "go": ["on"]})
    chosen = visitor.post(question_url("age_years"), form_of(page, "revision") | {"go": ["on"]})
    assert chosen["Location"] == question_url("smokes")
    assert answers()["age_years"] == {"value": 54}


def test_keeping_the_saved_one_goes_on_without_saving(asked: Asked, visitor: Client, answers: Stored) -> None:
    before = open_question(visitor, "age_years")
    give(asked.begin(), "age_years", "61")
    page = visitor.post(question_url("age_years"), before | {"answer": ["54"], "go": ["on"]})
    assert f'href="{question_url("smokes")}">Keep this one' in page.content.decode()
    assert answers()["age_years"] == {"value": 61}


def test_it_asks_again_when_a_third_window_was_quicker(
    asked: Asked, visitor: Client, answers: Stored
) -> None:
    before = open_question(visitor, "age_years")
    give(asked.begin(), "age_years", "61")
    page = visitor.post(question_url("age_years"), before | {"answer": ["54"], "go": ["on"]})
    give(asked.begin(), "age_years", "70")
    again = visitor.post(question_url("age_years"), form_of(page, "revision"))
    assert again.status_code == 409
    assert "70 years" in text_of(again)
    assert answers()["age_years"] == {"value": 70}


def test_answers_to_other_questions_are_no_conflict(asked: Asked, visitor: Client, answers: Stored) -> None:
    before = open_question(visitor, "age_years")
    give(asked.begin(), "pain", "3")
    saved = visitor.post(question_url("age_years"), before | {"answer": ["54"], "go": ["on"]})
    assert saved["Location"] == question_url("smokes")
    assert answers() == {"age_years": {"value": 54}, "pain": {"value": 3}}


def test_a_second_tap_on_the_button_is_no_conflict(visitor: Client, answers: Stored) -> None:
    sent = open_question(visitor, "age_years") | {"answer": ["54"], "go": ["on"]}
    for _ in range(2):
        assert visitor.post(question_url("age_years"), sent)["Location"] == question_url("smokes")
    assert answers()["age_years"] == {"value": 54}


def test_an_answer_taken_back_elsewhere_is_a_conflict_too(
    asked: Asked, visitor: Client, answers: Stored
) -> None:
    give(visitor, "wish", "When?")
    before = open_question(visitor, "wish")
    give(asked.begin(), "wish", "")
    page = visitor.post(question_url("wish"), before | {"answer": ["Where?"]})
    assert page.status_code == 409
    assert "No answer" in text_of(page)
    assert "wish" not in answers()


def test_sending_waits_when_an_answer_changed_after_the_page_was_opened(
    asked: Asked, visitor: Client
) -> None:
    for code, text in (
        ("age_years", "54"),
        ("smokes", "no"),
        ("pain", "7"),
        ("tried", "tablets"),
        ("work", "desk"),
    ):
        give(visitor, code, text)
    opened = form_of(visitor.get(reverse("check_answers")), "revision")
    give(asked.begin(), "pain", "2")
    page = visitor.post(reverse("check_answers"), opened)
    assert page.status_code == 409
    assert "An answer was changed in another window. Nothing was sent." in text_of(page)
    assert "2 out of 10" in text_of(page)
    asked.response.refresh_from_db()
    assert asked.response.status == "open"
    assert visitor.post(reverse("check_answers"), form_of(page, "revision"))["Location"] == reverse(
        "thank_you"
    )
