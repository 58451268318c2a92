from collections.abc import Callable
from typing import TYPE_CHECKING

from django.test import Client
from django.urls import reverse

from tests.questionnaires.pages.browsing import form_of, give, open_question, question_url, text_of
from tests.questionnaires.pages.conftest import Asked

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Page

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
    chosen = visitor.post(question_url("age_years"), form_of(page, "answer") | {"go": ["on"]})
    assert chosen["Location"] == question_url("smokes")
    assert answers()["age_years"] == {"value": 54}


def test_keeping_the_saved_one_goes_on_without_saving(asked: Asked, visitor: Client, answers: Stored) -> None:
    before = open_question(visitor, "age_years")
    give(asked.begin(), "age_years", "61")
    page = visitor.post(question_url("age_years"), before | {"answer": ["54"], "go": ["on"]})
    kept = visitor.post(question_url("age_years"), form_of(page, "revision") | {"go": ["saved"]})
    assert kept["Location"] == question_url("smokes")
    assert answers()["age_years"] == {"value": 61}
    assert open_question(visitor, "age_years")["answer"] == ["61"]


def test_both_answers_are_kept_until_somebody_chooses(asked: Asked, visitor: Client, answers: Stored) -> None:
    before = open_question(visitor, "age_years")
    give(asked.begin(), "age_years", "61")
    visitor.post(question_url("age_years"), before | {"answer": ["54"], "go": ["on"]})
    # The page is lost; the next visit, on whatever device, asks again.
    later = asked.begin()
    assert "First things 1 of 2 answered, 1 not saved yet Look again" in text_of(later.get(reverse("visit")))
    page = later.get(question_url("age_years"))
    assert "61 years" in text_of(page)
    assert "54 years" in text_of(page)
    later.post(question_url("age_years"), form_of(page, "answer") | {"go": ["on"]})
    assert answers()["age_years"] == {"value": 54}
    assert "not saved yet" not in text_of(later.get(reverse("visit")))


def test_three_windows_lose_none_of_three_answers(asked: Asked, visitor: Client, answers: Stored) -> None:
    windows = [asked.begin() for _ in range(3)]
    opened = [open_question(window, "age_years") for window in windows]
    for window, fields, age in zip(windows, opened, ("61", "54", "seventy"), strict=True):
        page = window.post(question_url("age_years"), fields | {"answer": [age], "go": ["on"]})
    page = visitor.get(question_url("age_years"))
    for words in ("61 years", "54 years", "seventy"):
        assert words in text_of(page)
    refused = send_unfinished(visitor)
    assert refused.status_code == 422
    assert "Not saved yet: please look again" in text_of(refused)
    kept = visitor.post(question_url("age_years"), form_of(page, "revision") | {"go": ["saved"]})
    assert kept.status_code == 302
    assert answers()["age_years"] == {"value": 61}
    assert open_question(visitor, "age_years")["answer"] == ["61"]


def test_the_saved_one_is_kept_only_if_it_is_still_the_one_that_was_seen(
    asked: Asked, visitor: Client
) -> None:
    before = open_question(visitor, "age_years")
    give(asked.begin(), "age_years", "61")
    page = visitor.post(question_url("age_years"), before | {"answer": ["54"], "go": ["on"]})
    elsewhere = asked.begin()
    chosen = form_of(elsewhere.get(question_url("age_years")), "answer") | {"answer": ["70"], "go": ["on"]}
    del chosen["settles"]
    chosen["page"] = ["0" * 8]
    assert elsewhere.post(question_url("age_years"), chosen).status_code == 302
    again = visitor.post(question_url("age_years"), form_of(page, "revision") | {"go": ["saved"]})
    assert again.status_code == 409
    assert "70 years" in text_of(again)
    assert "54 years" in text_of(again)


def test_it_asks_again_when_a_third_window_was_quicker(
    asked: Asked, visitor: Client, answers: Stored
) -> None:
    before = open_question(visitor, "age_years")
    give(asked.begin(), "age_years", "61")
    page = visitor.post(question_url("age_years"), before | {"answer": ["54"], "go": ["on"]})
    give(asked.begin(), "age_years", "70")
    again = visitor.post(question_url("age_years"), form_of(page, "answer"))
    assert again.status_code == 409
    assert "70 years" in text_of(again)
    assert answers()["age_years"] == {"value": 70}


def test_choosing_an_answer_keeps_what_its_window_typed_since(
    asked: Asked, visitor: Client, answers: Stored
) -> None:
    before = open_question(visitor, "age_years")
    give(asked.begin(), "age_years", "61")
    visitor.post(question_url("age_years"), before | {"answer": ["54"], "go": ["on"]})
    other = asked.begin()
    page = other.get(question_url("age_years"))
    visitor.post(question_url("age_years"), before | {"answer": ["57"], "go": ["keep"]})
    other.post(question_url("age_years"), form_of(page, "answer") | {"go": ["on"]})
    assert answers()["age_years"] == {"value": 54}
    assert "57 years" in text_of(other.get(question_url("age_years")))


def test_what_was_typed_and_then_saved_elsewhere_does_not_come_back_with_the_next_answer(
    asked: Asked, visitor: Client, answers: Stored
) -> None:
    before = open_question(visitor, "age_years")
    visitor.post(question_url("age_years"), before | {"answer": ["61"], "go": ["keep"]})
    fresh = before | {"page": ["0" * 8], "answer": ["61"], "go": ["on"]}
    visitor.post(question_url("age_years"), fresh)
    visitor.post(question_url("age_years"), open_question(visitor, "age_years") | {"go": ["keep"]})
    give(visitor, "age_years", "54")
    assert answers()["age_years"] == {"value": 54}
    assert "not saved yet" not in text_of(visitor.get(reverse("visit")))


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


def send_unfinished(client: Client) -> "Page":
    return client.post(reverse("check_answers"), form_of(client.get(reverse("check_answers")), "revision"))
