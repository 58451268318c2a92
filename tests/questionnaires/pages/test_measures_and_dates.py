from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect

from tests.questionnaires.pages.browsing import form_of, give, open_question, question_url, text_of
from tests.questionnaires.pages.conftest import Asked
from tests.questionnaires.pages.test_scripts_of_the_form import enter

Stored = Callable[[], dict[str, object]]


def send(client: Client, code: str, fields: dict[str, str]) -> int:
    sent = open_question(client, code) | {"answer": []} | {name: [text] for name, text in fields.items()}
    return client.post(question_url(code), sent).status_code


def in_feet(feet: str, inches: str) -> dict[str, str]:
    return {"answer_units": "other", "answer_large": feet, "answer_small": inches}


@pytest.fixture
def worker(visitor: Client) -> Client:
    """Somebody whose form asks for a height and a date."""
    give(visitor, "work", "manual")
    return visitor


def test_a_measure_is_saved_in_its_own_unit_and_read_back_as_it_was_given(
    worker: Client, answers: Stored
) -> None:
    assert send(worker, "height_cm", in_feet("5", "11")) == 302
    assert answers()["height_cm"] == {"value": 180.3}
    fields = open_question(worker, "height_cm")
    assert {name: fields[name][0] for name in in_feet("", "")} == in_feet("5", "11")
    assert send(worker, "weight_kg", in_feet("11", "4")) == 302
    assert answers()["weight_kg"] == {"value": 71.7}


def test_looking_at_a_measure_in_other_units_changes_nothing(worker: Client, answers: Stored) -> None:
    assert send(worker, "weight_kg", {"answer": "72.5", "answer_units": "own"}) == 302
    send(worker, "height_cm", in_feet("5", "11"))
    fields = open_question(worker, "weight_kg")
    assert (fields["answer_large"], fields["answer_small"]) == (["11"], ["6"])
    assert worker.post(question_url("weight_kg"), fields).status_code == 302
    assert answers()["weight_kg"] == {"value": 72.5}
    fields["answer_small"] = ["7"]
    worker.post(question_url("weight_kg"), fields)
    assert answers()["weight_kg"] == {"value": 73}


@pytest.mark.parametrize("inches", ["12", "-1", "NaN", "łódź"])
def test_a_measure_that_is_none_is_kept_in_its_fields(worker: Client, answers: Stored, inches: str) -> None:
    assert send(worker, "height_cm", in_feet("5", inches)) == 422
    page = worker.get(question_url("height_cm"))
    assert f"You wrote “5 ft {inches} in”. Enter a number from 100 to 250 cm." in text_of(page)
    assert form_of(page, "revision")["answer_small"] == [inches]
    assert "height_cm" not in answers()


def test_only_the_chosen_units_are_read(worker: Client, answers: Stored) -> None:
    send(worker, "height_cm", {"answer": "180"} | in_feet("6", "") | {"answer_units": "own"})
    assert answers()["height_cm"] == {"value": 180}
    send(worker, "height_cm", {"answer": "180"} | in_feet("6", ""))
    assert answers()["height_cm"] == {"value": 182.9}


def test_a_date_is_three_fields_and_comes_back_in_them(worker: Client, answers: Stored) -> None:
    date = {"answer_day": "1", "answer_month": "3", "answer_year": "2024"}
    assert send(worker, "fell_on", date) == 302
    assert answers()["fell_on"] == {"value": "2024-03-01"}
    fields = open_question(worker, "fell_on")
    assert {name: fields[name] for name in date} == {name: [text] for name, text in date.items()}
    assert "1 March 2024" in text_of(worker.get(reverse("check_answers")))
    assert send(worker, "fell_on", dict.fromkeys(date, "") | {"answer": "-unsure"}) == 302
    assert answers()["fell_on"] == {"unsure": True}


@pytest.mark.parametrize("date", [("31", "2", "2024"), ("1", "", "2024"), ("", "", "łódź")])
def test_a_date_that_is_none_is_kept_in_its_fields(
    worker: Client, answers: Stored, date: tuple[str, str, str]
) -> None:
    names = ("answer_day", "answer_month", "answer_year")
    assert send(worker, "fell_on", dict(zip(names, date, strict=True))) == 422
    page = worker.get(question_url("fell_on"))
    assert "is no date. Enter a day, a month and a year" in text_of(page)
    fields = form_of(page, "revision")
    assert tuple(fields[name][0] for name in names) == date
    assert "fell_on" not in answers()


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_switching_units_shows_the_same_measure_in_the_others(
    page_at: Callable[..., Page], asked: Asked
) -> None:
    page = page_at(320)
    enter(page, asked)
    page.goto(question_url("weight_kg"))
    own = page.get_by_role("textbox", name="Kilograms")
    own.fill("72,5")
    page.get_by_label("Stones and pounds").check()
    expect(own).to_be_hidden()
    expect(page.get_by_label("Stones", exact=True)).to_have_value("11")
    expect(page.get_by_label("Pounds", exact=True)).to_have_value("6")
    page.get_by_label("Pounds", exact=True).fill("8")
    page.get_by_label("Kilograms").first.check()
    expect(own).to_have_value("73.5")
