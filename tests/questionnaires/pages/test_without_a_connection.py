from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Dialog, Page, expect

from questionnaires.models import UnfinishedAnswer
from tests.processes import wait_until
from tests.questionnaires.pages.conftest import Asked
from tests.questionnaires.pages.test_scripts_of_the_form import enter

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
OpenPage = Callable[..., Page]
STORED = """async () => [localStorage.length, sessionStorage.length, (await indexedDB.databases()).length,
    (await caches.keys()).length, (await navigator.serviceWorker.getRegistrations()).length]"""


def start(page_at: OpenPage, asked: Asked) -> Page:
    """At the first question, with the next ones looked up."""
    page = page_at(360)
    enter(page, asked)
    with page.expect_response("**/ahead/"):
        page.get_by_role("link", name="Start", exact=True).click()
    return page


def go_on(page: Page, button: str = "Continue") -> None:
    page.get_by_role("button", name=button, exact=True).click()


def asks(page: Page, words: str) -> None:
    heading = page.get_by_role("heading", level=1)
    expect(heading).to_have_text(words)
    expect(heading).to_be_focused()


def connect(context: BrowserContext, page: Page, *, lost: bool) -> None:
    context.set_offline(lost)
    if not lost:
        page.evaluate("window.dispatchEvent(new Event('online'))")


def test_the_form_goes_on_and_what_was_answered_is_sent_in_order(page_at: OpenPage, asked: Asked) -> None:
    page = start(page_at, asked)
    page.get_by_label("How old are you?").fill("54")
    with page.expect_response("**/ahead/"):
        go_on(page)
    asks(page, "Do you smoke?")
    connect(page.context, page, lost=True)

    page.get_by_label("Yes", exact=True).check()
    go_on(page)
    asks(page, "How bad is it?")  # whether “How many a day?” is asked depends on what was not sent yet
    said = page.get_by_role("status")
    expect(said).to_contain_text("There is no connection just now")
    expect(said).to_contain_text("Answers waiting on this page: 1")
    expect(said).to_contain_text("999")
    page.get_by_label("7", exact=True).check()
    go_on(page)
    asks(page, "How much do you weigh?")
    page.get_by_role("textbox", name="Kilograms").fill("seventy")
    go_on(page, "Back")
    asks(page, "How bad is it?")
    expect(page.get_by_label("7", exact=True)).to_be_checked()
    page.get_by_label("8", exact=True).check()  # the newer of two answers that were never sent
    go_on(page)
    expect(said).to_contain_text("Answers waiting on this page: 3")
    assert page.evaluate(STORED) == [0, 0, 0, 0, 0]
    asked.response.refresh_from_db()
    assert asked.response.answers == {"age_years": {"value": 54}}

    asks(page, "What have you tried?")
    connect(page.context, page, lost=False)
    expect(said).to_contain_text("At least one answer needs another look", timeout=15_000)
    asks(page, "What have you tried?")
    asked.response.refresh_from_db()
    assert asked.response.answers == {
        "age_years": {"value": 54}, "smokes": {"value": True}, "pain": {"value": 8},
    }  # fmt: skip
    assert UnfinishedAnswer.objects.get().texts == ["seventy"]
    page.get_by_label("Tablets").check()
    go_on(page)
    asks(page, "Where is it?")
    page.goto("/visit/")
    expect(page.get_by_role("main")).to_contain_text("1 not saved yet")
    page.get_by_role("link", name="Continue", exact=True).click()
    asks_after_load(page, "How many a day?")


def asks_after_load(page: Page, words: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(words)


def test_at_the_end_it_waits_and_then_goes_on_by_itself(page_at: OpenPage, asked: Asked) -> None:
    page = start(page_at, asked)
    connect(page.context, page, lost=True)
    page.get_by_label("How old are you?").fill("54")
    go_on(page)
    page.get_by_label("No", exact=True).check()
    for heading in ("How bad is it?", "How much do you weigh?"):
        go_on(page)
        asks(page, heading)
    go_on(page)
    asks(page, "That is all we can ask without a connection")
    dialogs: list[str] = []

    def dismiss(dialog: Dialog) -> None:
        dialogs.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", dismiss)
    with page.expect_event("dialog"):
        page.evaluate("location.href = '/visit/'")
    assert dialogs == ["beforeunload"]
    connect(page.context, page, lost=False)
    expect(page.get_by_role("status")).to_have_text("The connection is back, and your answers are saved.")
    asks(page, "How bad is it?")
    asked.response.refresh_from_db()
    assert asked.response.answers == {"age_years": {"value": 54}, "smokes": {"value": False}}


def test_what_is_typed_is_kept_before_any_button_is_pressed(page_at: OpenPage, asked: Asked) -> None:
    page = start(page_at, asked)
    with page.expect_request(lambda sent: "go=keep" in (sent.post_data or "")):
        page.get_by_label("How old are you?").fill("5")
    wait_until(UnfinishedAnswer.objects.exists)
    page.reload()
    expect(page.get_by_label("How old are you?")).to_have_value("5")
    expect(page.get_by_role("alert")).to_contain_text("You wrote “5”")


def test_the_browsers_own_back_and_forward_ask_again(page_at: OpenPage, asked: Asked) -> None:
    page = start(page_at, asked)
    page.get_by_label("How old are you?").fill("54")
    go_on(page)
    asks(page, "Do you smoke?")
    page.go_back()
    asks(page, "How old are you?")
    expect(page.get_by_label("How old are you?")).to_have_value("54")
    page.go_forward()
    asks(page, "Do you smoke?")
