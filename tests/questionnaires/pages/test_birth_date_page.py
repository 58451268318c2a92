import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from questionnaires.services.inviting import invite
from tests.questionnaires.pages.browsing import text_of
from tests.questionnaires.pages.conftest import Asked

RIGHT = {"day": "28", "month": "2", "year": "1970"}
WRONG = {"day": "1", "month": "3", "year": "1970"}


def test_the_right_date_opens_the_visit_under_a_new_session_id(at_birth_date: Client) -> None:
    before = at_birth_date.cookies[settings.SESSION_COOKIE_NAME].value
    answer = at_birth_date.post(reverse("birth_date"), RIGHT)
    assert (answer.status_code, answer["Location"]) == (302, reverse("visit"))
    assert at_birth_date.cookies[settings.SESSION_COOKIE_NAME].value != before


def test_before_it_every_page_leads_back_to_it(at_birth_date: Client) -> None:
    for name in ("visit", "check_answers", "consent", "thank_you", "warning"):
        assert at_birth_date.get(reverse(name))["Location"] == reverse("birth_date")
    question = reverse("question", kwargs={"code": "age_years"})
    assert at_birth_date.get(question)["Location"] == reverse("birth_date")


def test_before_it_the_page_names_nobody(asked: Asked, at_birth_date: Client) -> None:
    words = at_birth_date.get(reverse("birth_date")).content.decode()
    person = asked.response.patient
    for name in (person.given_name, person.family_name, asked.response.clinic.name):
        assert name not in words


def test_the_fifth_wrong_date_locks_the_link(asked: Asked, at_birth_date: Client) -> None:
    for left in (4, 3, 2, 1):
        page = at_birth_date.post(reverse("birth_date"), WRONG)
        assert page.status_code == 403
        assert f"You can try {left} more time" in text_of(page)
        assert f"You have {left} of 5 tries left" in text_of(page)
        assert 'value="1970"' in page.content.decode()
    locked = at_birth_date.post(reverse("birth_date"), WRONG)
    assert locked.status_code == 403
    assert "This link is locked" in text_of(locked)
    assert at_birth_date.post(reverse("birth_date"), RIGHT).status_code == 403
    assert Client().post(f"/l/{asked.token}/").status_code == 403


def test_a_lock_keeps_nobody_else_out(asked: Asked, at_birth_date: Client) -> None:
    for _ in range(5):
        at_birth_date.post(reverse("birth_date"), WRONG)
    _, newer = invite(asked.response, None)
    client = Client()
    client.post(f"/l/{newer}/")
    assert client.post(reverse("birth_date"), RIGHT)["Location"] == reverse("visit")


@pytest.mark.parametrize(
    ("date", "sentence"),
    [
        ({}, "Enter the day."),
        ({"day": "28", "month": "2", "year": ""}, "Enter the year."),
        ({"day": "thirty", "month": "2", "year": "1970"}, "Enter the day as a number."),
        ({"day": "31", "month": "2", "year": "1970"}, "There is no such date."),
        ({"day": "32", "month": "2", "year": "1970"}, "The day is a number from 1 to 31."),
        ({"day": "0", "month": "2", "year": "1970"}, "The day is a number from 1 to 31."),
        ({"day": "28", "month": "13", "year": "1970"}, "The month is a number from 1 to 12."),
        ({"day": "28", "month": "2", "year": "70"}, "Enter the year with four digits"),
        ({"day": "28", "month": "2", "year": "9999"}, "Enter the year with four digits"),
        ({"day": "١", "month": "NaN", "year": "9" * 400}, "Enter the month as a number"),
    ],
)
def test_what_is_no_date_costs_no_try(
    asked: Asked, at_birth_date: Client, date: dict[str, str], sentence: str
) -> None:
    page = at_birth_date.post(reverse("birth_date"), date)
    assert page.status_code == 422
    assert sentence in text_of(page)
    assert "tries left" not in text_of(page)


def test_without_a_link_it_asks_to_open_one(db: None) -> None:
    page = Client().get(reverse("birth_date"))
    assert page.status_code == 403
    assert "Please open your link again" in text_of(page)
