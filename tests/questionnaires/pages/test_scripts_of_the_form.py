from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.questionnaires.pages.conftest import Asked

pytestmark = pytest.mark.browser
OpenPage = Callable[..., Page]


def enter(page: Page, asked: Asked) -> None:
    page.goto(f"/l/{asked.token}/")
    page.get_by_role("button", name="Start or continue").click()
    for name, value in (("Day", "28"), ("Month", "2"), ("Year", "1970")):
        page.get_by_label(name, exact=True).fill(value)
    page.get_by_role("button", name="Continue").click()
    page.get_by_role("button", name="I agree, start the questions").click()


def test_the_picture_and_the_list_say_the_same(page_at: OpenPage, asked: Asked) -> None:
    page = page_at(360)
    enter(page, asked)
    page.goto("/visit/questions/areas/")
    legs = page.locator('[data-code="left_leg"]')
    legs.first.click()
    expect(page.get_by_label("Left leg", exact=True)).to_be_checked()
    for leg in legs.all():
        expect(leg).to_have_attribute("data-chosen", "")
    page.get_by_label("Left leg", exact=True).uncheck()
    for leg in legs.all():
        expect(leg).not_to_have_attribute("data-chosen", "")


def test_the_picture_works_with_the_keyboard_alone(page_at: OpenPage, asked: Asked) -> None:
    page = page_at(360)
    enter(page, asked)
    page.goto("/visit/questions/areas/")
    front = page.get_by_role("checkbox", name="Left leg (Front)")
    expect(front).not_to_be_checked()
    page.get_by_role("group", name="Front").get_by_role("checkbox").first.focus()
    for _ in range(8):
        page.keyboard.press("ArrowRight")
    back = page.get_by_role("checkbox", name="Left leg (Back)")
    expect(page.locator("svg", has=page.locator(":focus"))).to_have_attribute("aria-label", "Back")
    back.focus()
    page.keyboard.press(" ")
    for box in (front, back, page.get_by_role("checkbox", name="Left leg", exact=True)):
        expect(box).to_be_checked()


def test_nothing_yet_clears_the_others_and_they_clear_it(page_at: OpenPage, asked: Asked) -> None:
    page = page_at(360)
    enter(page, asked)
    page.goto("/visit/questions/tried/")
    page.get_by_label("Tablets").check()
    page.get_by_label("Nothing yet").check()
    expect(page.get_by_label("Tablets")).not_to_be_checked()
    page.get_by_label("Exercise").check()
    expect(page.get_by_label("Nothing yet")).not_to_be_checked()


def test_not_being_sure_puts_a_number_aside_and_gives_it_back(page_at: OpenPage, asked: Asked) -> None:
    page = page_at(360)
    enter(page, asked)
    page.goto("/visit/questions/weight_kg/")
    field, unsure = page.locator("#answer"), page.get_by_label("I'm not sure")
    field.fill("72")
    unsure.check()
    expect(field).to_have_value("")
    unsure.uncheck()
    expect(field).to_have_value("72")
    unsure.check()
    field.fill("73")
    expect(unsure).not_to_be_checked()


def test_after_a_mistake_the_list_of_mistakes_has_the_focus_and_leads_to_the_field(
    page_at: OpenPage, asked: Asked
) -> None:
    page = page_at(360)
    enter(page, asked)
    page.goto("/visit/questions/age_years/")
    page.locator("#answer").fill("5")
    page.get_by_role("button", name="Continue").click()
    expect(page.locator(".error-summary")).to_be_focused()
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url) if "/visit/" in request.url else None)
    page.evaluate(
        "() => { window.moved = new Promise((done) => addEventListener('hashchange', () => done())); }"
    )
    page.get_by_role("link", name="You wrote “5”.").click()
    page.evaluate("window.moved")
    expect(page.locator("#answer")).to_be_focused()
    expect(page.locator("#answer")).to_have_value("5")
    assert fetched == []


@pytest.mark.parametrize("width", [320, 1280])
def test_every_page_fits_and_has_no_barrier(page_at: OpenPage, asked: Asked, width: int) -> None:
    page = page_at(width)
    found: list[tuple[str, str]] = []

    def look(address: str) -> None:
        page.goto(address)
        report = Axe().run(page).response
        found.extend((address, problem["id"]) for problem in report["violations"])
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, f"{address} is {wide} pixels wide"

    for address in (f"/l/{asked.token}/", "/l/unknown/", "/visit/", "/accounts/login/", "/nowhere/"):
        look(address)
    enter(page, asked)
    codes = ("age_years", "smokes", "pain", "weight_kg", "tried", "areas", "work", "wish", "cigarettes")
    for address in (
        "/visit/",
        "/visit/check/",
        "/visit/consent/",
        *(f"/visit/questions/{code}/" for code in codes),
    ):
        look(address)
    assert found == []
