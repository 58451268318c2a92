"""An author changes a question, a second person publishes it, and the next patient is asked the new one."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from config.demonstration import Cast
from decision_aid.models import DecisionAidVersion
from questionnaires.models import User
from tests.cast import Visit, new_patient, new_visit
from tests.journeys.accessibility import Inspect
from tests.journeys.at_the_desk import sign_in
from tests.journeys.on_a_phone import agree, open_form

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

CODE, BEFORE, AFTER = "age_years", "How old are you?", "How old are you today – in full years?"


def test_a_change_by_one_and_the_approval_of_another_reach_the_next_patient(
    page_at: Callable[..., Page],
    inspect: Inspect,
    visit: Visit,
    release: DecisionAidVersion,
    cast: Cast,
    author: User,
    approver: User,
) -> None:
    office = page_at(1280, 800)
    sign_in(office, author, inspect, "/administration/")
    inspect(office, "administration")
    change_question(office, inspect)
    open_publishing(office, release)
    inspect(office, "check and publish")
    check(office, "The old wording was read as a birth year.")
    expect(office.get_by_text("This draft waits for approval.")).to_be_visible(timeout=30_000)
    expect(office.get_by_text("No problem was found")).to_be_visible()
    inspect(office, "report of the gate")
    office.get_by_role("button", name="Approve and sign").click()
    expect(office.get_by_text("Whoever wrote a change cannot approve it.")).to_be_visible(timeout=30_000)
    inspect(office, "report of the gate, refused")
    assert release.aid.releases.count() == 1

    second = page_at(1280, 800)
    sign_in(second, approver, inspect, "/administration/")
    open_publishing(second, release)
    expect(second.get_by_text(f"Last edited by {author}.")).to_be_visible()
    second.get_by_role("listitem").filter(has_text="waits for approval").get_by_role("link").click()
    second.get_by_role("button", name="Approve and sign").click()
    expect(second.get_by_text("you signed the hash")).to_be_visible(timeout=30_000)
    inspect(second, "report of the gate, approved")
    second.get_by_role("button", name="Publish now").click()
    expect(second.get_by_text("Published: spine 2.")).to_be_visible(timeout=30_000)
    inspect(second, "report of the gate, published")
    see_the_release(second, inspect)

    newest = release.aid.releases.order_by("-number")[0]
    assert (newest.number, newest.author, newest.approver) == (2, author, approver)
    later = new_visit(newest, new_patient(cast.clinic, "T-2"), cast)
    assert first_question(page_at(360), later, inspect) == AFTER
    assert first_question(page_at(360), visit, inspect) == BEFORE


def open_list(page: Page, name: str) -> None:
    """Follow the link of one kind of row on the administration's first page."""
    page.get_by_role("rowheader", name=name, exact=True).get_by_role("link").click()


def change_question(page: Page, inspect: Inspect) -> None:
    """Find the question among the draft's and word it anew."""
    open_list(page, "Questions")
    inspect(page, "list of questions")
    page.get_by_role("searchbox").fill(CODE)
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name=CODE, exact=True).click()
    inspect(page, "question")
    page.get_by_label("Text:", exact=True).fill(AFTER)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("was changed successfully")).to_be_visible()
    inspect(page, "list of questions after a change")


def open_publishing(page: Page, release: DecisionAidVersion) -> None:
    """From the administration's first page to the page on which the draft is checked and published."""
    page.goto("/administration/")
    open_list(page, "Decision aids")
    page.get_by_role("link", name=str(release.aid)).click()
    page.get_by_role("link", name="Check and publish").click()


def check(page: Page, reason: str) -> None:
    page.get_by_label("Why is this published?").fill(reason)
    page.get_by_role("button", name="Check the draft").click(timeout=60_000)  # every golden case is run


def see_the_release(page: Page, inspect: Inspect) -> None:
    """A release is there to read: nothing on its page changes it."""
    page.goto("/administration/")
    open_list(page, "Decision aid versions")
    inspect(page, "list of releases")
    page.get_by_role("row").filter(has_text="2").get_by_role("link").first.click()
    inspect(page, "release")
    expect(page.get_by_role("button", name="Save")).to_have_count(0)
    expect(page.get_by_role("link", name="Delete")).to_have_count(0)


def first_question(phone: Page, visit: Visit, inspect: Inspect) -> str:
    open_form(phone, f"/l/{visit.token}/", visit.consultation.patient, inspect)
    agree(phone, inspect)
    phone.get_by_role("link", name="Start", exact=True).click()
    return phone.get_by_role("heading", level=1).inner_text()
