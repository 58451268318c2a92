"""A patient at the form: reads what the page shows and answers through its visible controls."""

import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from playwright.sync_api import Locator, Page, expect

from questionnaires.definition.answers import (
    DECLINED_WORDS,
    UNSURE_WORDS,
    Answer,
    Declined,
    Given,
    Unsure,
)
from questionnaires.definition.schema import NONE_OF_THESE, Definition, Question, Widget
from questionnaires.models import Patient
from tests.journeys.accessibility import Inspect
from tests.journeys.names import named

MEASURES = {"cm": "Centimetres", "kg": "Kilograms"}  # which have a choice of units, each with its label


def open_form(page: Page, address: str, patient: Patient, inspect: Inspect) -> None:
    """From the link to the list of sections, or to the consent of somebody who never was here."""
    page.goto(address)
    assert patient.family_name not in page.content()
    inspect(page, "link")
    page.get_by_role("button", name="Start or continue").click()
    inspect(page, "birth date")
    give_birth_date(page, patient)


def give_birth_date(page: Page, patient: Patient) -> None:
    """Fill in the three fields and go on."""
    born = patient.birth_date
    for label, number in (("Day", born.day), ("Month", born.month), ("Year", born.year)):
        page.get_by_label(label, exact=True).fill(str(number))
    page.get_by_role("button", name="Continue").click()


def agree(page: Page, inspect: Inspect, who: str = "I am the patient") -> None:
    """Say who answers, and agree."""
    expect(page).to_have_url(re.compile("/visit/consent/$"))
    inspect(page, "consent")
    page.get_by_role("radio", name=re.compile(f"^{who}")).check()
    page.get_by_role("button", name="I agree, start the questions").click()


def answer_every_question(
    page: Page, definition: Definition, answers: Mapping[str, Answer], inspect: Inspect
) -> list[str]:
    """Answer one question a page until the page of all answers; return the codes in the order asked."""
    asked: list[str] = []
    while (code := question_on(page)) is not None:
        assert code not in asked, f"{code} is asked again"
        asked.append(code)
        question = definition.question(code)
        expect(page.get_by_role("heading", level=1)).to_have_text(question.text)
        inspect(page, f"question by {question.widget}")
        give(page, question, answers.get(code))
        go_on(page)
    return asked


def go_on(page: Page, button: str = "Continue") -> None:
    """Press a button and wait for the next page, which may come without a navigation."""
    before = page.url
    page.get_by_role("button", name=button, exact=True).click()
    expect(page).not_to_have_url(before, timeout=15_000)


def question_on(page: Page) -> str | None:
    """The code of the question that the page asks; None when it asks none."""
    match urlsplit(page.url).path.strip("/").split("/"):
        case ["visit", "questions", code]:
            return code
        case _:
            return None


def give(page: Page, question: Question, answer: Answer | None) -> None:
    """Put an answer into the page's controls, found by their labels."""
    match answer:
        case None:
            return
        case Unsure():
            tick(page, UNSURE_WORDS)
        case Declined():
            tick(page, DECLINED_WORDS)
        case Given(bool() as value):
            tick(page, "Yes" if value else "No")
        case Given(tuple() as codes):
            for code in codes or (NONE_OF_THESE,):
                tick_option(page, question, code)
        case Given(value) if question.widget is Widget.CHOICE:
            tick_option(page, question, str(value))
        case Given(value) if question.widget is Widget.RATING:
            tick(page, str(value), more="(, .*)?")
        case Given(value):
            label = MEASURES.get(question.unit, question.text)
            page.get_by_role("textbox", name=label, exact=True).fill(str(value))


def tick_option(page: Page, question: Question, code: str) -> None:
    option = question.option(code)
    tick(page, f"{option.label} {option.help}".strip())


def tick(page: Page, words: str, *, more: str = "") -> None:
    """Choose the radio button or box with this label."""
    name = named(words, more)
    box: Locator = page.get_by_role("radio", name=name).or_(page.get_by_role("checkbox", name=name))
    box.check()
