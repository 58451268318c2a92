"""A surgeon at the desk: signs in, enters findings, overrides, signs and releases, by what the pages say."""

import re
from collections.abc import Mapping

from playwright.sync_api import Locator, Page, expect

from questionnaires.definition.answers import Answer, Given, Unsure
from questionnaires.definition.facts import FactKind
from questionnaires.definition.schema import NONE_OF_THESE, Definition, Question
from questionnaires.models import User
from tests.cast import PASSWORD
from tests.journeys.accessibility import Inspect
from tests.journeys.names import named


def sign_in(page: Page, user: User, inspect: Inspect, address: str = "/worklist/") -> None:
    """Ask for a page of staff, and sign in on the way to it."""
    page.goto(address)
    inspect(page, "sign in")
    page.get_by_label("Email").fill(user.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page).to_have_url(re.compile(f"{re.escape(address)}$"))


def enter_findings(page: Page, definition: Definition, answers: Mapping[str, Answer]) -> None:
    """Answer the questions of the findings page in the order of the form, as they come into sight."""
    page.locator("summary", has_text="Everything else").click()
    for code, answer in answers.items():
        question = definition.question(code)
        with page.expect_response(lambda sent: sent.request.method == "POST"):
            _enter(page, question, answer)


def _enter(page: Page, question: Question, answer: Answer) -> None:
    name = named(question.text, r"(\s+optional)?")
    match answer:
        case Given(bool() as value):
            _box(page.get_by_role("group", name=name), "Yes" if value else "No").check()
        case Given(tuple() as codes):
            for code in codes or (NONE_OF_THESE,):
                _box(page.get_by_role("group", name=name), _words(question, code)).check()
        case Given(str() as code) if question.options:
            _box(page.get_by_role("group", name=name), _words(question, code)).check()
        case Given(value):
            box = page.get_by_role("textbox", name=name)
            box.fill(str(value))
            box.blur()
        case Unsure() if question.kind in (FactKind.BOOLEAN, FactKind.CODE, FactKind.CODES):
            _box(page.get_by_role("group", name=name), "Not sure").check()
        case Unsure():
            page.get_by_role("checkbox", name=named(f"Not sure : {question.text}")).check()
        case _:
            raise NotImplementedError(question.code)


def _box(group: Locator, words: str) -> Locator:
    name = named(words)
    return group.get_by_role("radio", name=name).or_(group.get_by_role("checkbox", name=name))


def _words(question: Question, code: str) -> str:
    option = question.option(code)
    return f"{option.label} {option.help}".strip()
