from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from django.test import Client
from django.urls import reverse

from questionnaires.services.inviting import invite
from questionnaires.services.visiting import VISIT_IDLE_SECONDS
from tests.questionnaires.pages.browsing import form_of, open_question, question_url, text_of
from tests.questionnaires.pages.conftest import Asked

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Page

Stored = Callable[[], dict[str, object]]
RIGHT = {"day": ["28"], "month": ["2"], "year": ["1970"]}
WRONG = {"day": ["1"], "month": ["3"], "year": ["1970"]}


def let_it_idle(client: Client, seconds: int = VISIT_IDLE_SECONDS) -> None:
    session = client.session
    session["visit_seen"] -= seconds
    session.save()


def sign_in(client: Client, page: "Page", date: dict[str, list[str]] = RIGHT) -> "Page":
    return client.post(reverse("sign_in_again"), form_of(page, "day") | date)


def test_an_idle_visit_shows_nothing_until_the_birth_date_is_given_again(
    asked: Asked, visitor: Client
) -> None:
    let_it_idle(visitor)
    for address in (
        reverse("visit"),
        question_url("age_years"),
        reverse("check_answers"),
        reverse("warning"),
    ):
        page = visitor.get(address)
        assert page.status_code == 403
        assert "Are you still there?" in text_of(page)
        for name in (asked.response.patient.family_name, asked.response.clinic.name):
            assert name not in page.content.decode()
    assert sign_in(visitor, visitor.get(question_url("smokes")))["Location"] == question_url("smokes")
    assert visitor.get(question_url("smokes")).status_code == 200


def test_what_was_sent_to_a_locked_visit_is_saved_by_signing_in(visitor: Client, answers: Stored) -> None:
    sent = open_question(visitor, "weight_kg") | {"answer": ["72,5"], "go": ["on"]}
    let_it_idle(visitor)
    page = visitor.post(question_url("weight_kg"), sent)
    assert page.status_code == 403
    assert "still on this page" in text_of(page)
    page = sign_in(visitor, page, WRONG)
    assert (page.status_code, "You can try 4 more times" in text_of(page)) == (403, True)
    page = sign_in(visitor, page, {"day": ["31"], "month": ["2"], "year": ["1970"]})
    assert (page.status_code, answers()) == (422, {})
    assert sign_in(visitor, page)["Location"] == question_url("tried")
    assert answers() == {"weight_kg": {"value": 72.5}}


def test_an_answer_that_is_none_comes_back_with_its_message_after_signing_in(visitor: Client) -> None:
    sent = open_question(visitor, "weight_kg") | {"answer": ["seventy"], "go": ["on"]}
    let_it_idle(visitor)
    page = sign_in(visitor, visitor.post(question_url("weight_kg"), sent))
    assert page.status_code == 422
    assert "You wrote “seventy”" in text_of(page)


def test_a_wrong_date_locks_the_link_as_it_does_at_the_start(asked: Asked, visitor: Client) -> None:
    let_it_idle(visitor)
    page = visitor.get(reverse("visit"))
    for _ in range(4):
        page = sign_in(visitor, page, WRONG)
    assert "This link is locked" in text_of(sign_in(visitor, page, WRONG))
    assert visitor.get(reverse("visit")).status_code == 403


def test_a_visit_that_goes_on_is_never_locked(visitor: Client) -> None:
    for _ in range(3):
        let_it_idle(visitor, VISIT_IDLE_SECONDS - 60)
        assert visitor.get(reverse("visit")).status_code == 200


def test_signing_in_twice_saves_once(visitor: Client, answers: Stored) -> None:
    sent = open_question(visitor, "age_years") | {"answer": ["54"], "go": ["on"]}
    let_it_idle(visitor)
    page = visitor.post(question_url("age_years"), sent)
    for _ in range(2):
        assert sign_in(visitor, page)["Location"] == question_url("smokes")
    assert answers() == {"age_years": {"value": 54}}


def test_without_a_visit_the_answer_waits_on_the_page_until_the_link_was_opened_again(
    asked: Asked, visitor: Client, answers: Stored
) -> None:
    sent = open_question(visitor, "age_years") | {"answer": ["54"], "go": ["on"]}
    _, asked_again = invite(asked.response, None)
    page = visitor.post(question_url("age_years"), sent)
    assert page.status_code == 403
    assert "Your last answer is still here" in text_of(page)
    visitor.post(f"/l/{asked_again}/")
    visitor.post(reverse("birth_date"), {name: value[0] for name, value in RIGHT.items()})
    assert visitor.post(question_url("age_years"), form_of(page, "revision"))["Location"] == question_url(
        "smokes"
    )
    assert answers() == {"age_years": {"value": 54}}


@pytest.mark.parametrize("asked_for", ["", "../leave", "https://evil.example/", "a" * 99])
def test_signing_in_leads_nowhere_else(visitor: Client, asked_for: str) -> None:
    let_it_idle(visitor)
    page = visitor.get(reverse("visit"))
    signed_in = visitor.post(reverse("sign_in_again"), form_of(page, "day") | RIGHT | {"asked": [asked_for]})
    assert signed_in["Location"] == reverse("visit")


def test_the_page_of_signing_in_alone_shows_nothing(asked: Asked, visitor: Client) -> None:
    assert visitor.get(reverse("sign_in_again"))["Location"] == reverse("visit")
    assert Client().get(reverse("sign_in_again")).status_code == 403
    assert asked.open_link().post(reverse("sign_in_again"), RIGHT)["Location"] == reverse("visit")
