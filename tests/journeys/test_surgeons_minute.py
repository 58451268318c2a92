"""The surgeon's minute without a mouse, a clinic day prepared, and nothing for another clinic."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from config.demonstration import Cast, bring_to_stage
from decision_aid.models import Consultation, DecisionAidVersion, Review, Summary
from questionnaires.models import User
from tests.cast import PASSWORD, new_patient, new_visit
from tests.journeys.accessibility import Inspect
from tests.journeys.at_the_desk import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

OpenPage = Callable[..., Page]
Golden = Callable[[str], dict[str, Any]]
FURTHEST = 80


def tab_to(page: Page, place: Locator) -> None:
    """Press Tab until the place has the focus."""
    for _ in range(FURTHEST):
        if place.evaluate("(element) => element === document.activeElement"):
            return
        page.keyboard.press("Tab")
    pytest.fail(f"the keyboard does not reach {place} in {FURTHEST} steps")


def press(page: Page, *pressed: str) -> None:
    """Press keys one after another, once the page with its scripts is there."""
    page.wait_for_load_state("load")
    for key in pressed:
        page.keyboard.press(key)


def tick(page: Page, question: str, answer: str) -> None:
    """Choose an answer of a question by Tab and Space, or by the arrows within a group of radio buttons."""
    group = page.get_by_role("group", name=re.compile(f"^{re.escape(question)}"))
    box = group.get_by_label(answer, exact=True)
    page.wait_for_load_state("load")  # an answer before the page's script is there asks the server nothing
    with page.expect_response(lambda sent: sent.request.method == "POST"):
        if box.get_attribute("type") == "radio":
            tab_to(page, group.get_by_role("radio").first)
            page.keyboard.press("Space")
            while not box.is_checked():
                page.keyboard.press("ArrowDown")
        else:
            tab_to(page, box)
            page.keyboard.press("Space")


def test_the_surgeons_minute_needs_no_mouse(
    page_at: OpenPage, inspect: Inspect, consultation: Consultation, surgeon: User, golden: Golden
) -> None:
    bring_to_stage(consultation, golden("disc_imaging_unknown"), "submitted")
    desk = page_at(1280, 800)
    keys = desk.keyboard

    desk.goto("/worklist/")
    tab_to(desk, desk.get_by_label("Email"))
    keys.type(surgeon.email)
    tab_to(desk, desk.get_by_label("Password"))
    keys.type(PASSWORD)
    keys.press("Enter")
    expect(desk.get_by_role("heading", level=1)).to_have_text("Worklist")
    press(desk, "?")
    expect(desk.get_by_role("dialog")).to_be_visible()
    inspect(desk, "the list of keys")
    keys.press("Escape")
    press(desk, "j")
    keys.press("Enter")

    patient = consultation.patient
    expect(desk.get_by_role("heading", level=1)).to_have_text(f"{patient.family_name}, {patient.given_name}")
    press(desk, "j")
    press(desk, "j")
    press(desk, "l")
    expect(desk.get_by_role("region", name="Ledger of Tubular microdiscectomy")).to_be_visible()
    inspect(desk, "sheet with a ledger")
    press(desk, "f")

    expect(desk.get_by_role("heading", level=1)).to_have_text("Examination and imaging")
    tick(desk, "Which findings does the imaging show", "Disc herniation")
    effects = desk.locator("#effects")
    expect(effects).to_contain_text("Not indicated now: Minimally invasive decompression")
    expect(effects).to_contain_text("→")
    tick(desk, "Do side and level of the findings agree", "Yes")
    tick(desk, "Are there signs of myelopathy?", "No")
    with desk.expect_response(lambda sent: sent.request.method == "POST"):
        tab_to(desk, desk.get_by_role("textbox", name=re.compile("MRC grade")))
        keys.type("5")
        keys.press("Tab")
    inspect(desk, "findings with what they change")
    tab_to(desk, desk.get_by_role("button", name="Send and assess again"))
    keys.press("Enter")
    expect(desk.get_by_role("button", name="Sign assessment 2")).to_be_visible()

    press(desk, "w")
    expect(desk.get_by_text("Nothing is changed yet.")).to_be_visible()
    reviews = Review.objects.count()
    desk.wait_for_load_state("load")
    with desk.expect_response(lambda sent: sent.request.method == "POST"):
        tab_to(desk, desk.get_by_label("Disc herniation", exact=True))
        keys.press("Space")
    expect(desk.locator("#what-follows")).to_contain_text("Tried otherwise")
    inspect(desk, "what if")
    assert Review.objects.count() == reviews
    tab_to(desk, desk.get_by_role("link", name="Back to the sheet"))
    keys.press("Enter")
    expect(desk.get_by_role("heading", name="Candidacy", exact=True)).to_be_visible()

    press(desk, "j")
    press(desk, "o")
    expect(desk.get_by_label("My judgement")).to_be_focused()
    keys.type("Unl")
    keys.press("Tab")
    keys.type("What im")
    keys.press("Tab")
    keys.type("The image differs – Zażółć.")
    keys.press("Tab")
    keys.press("Enter")
    expect(desk.get_by_text("Your judgement is recorded beside what scoring said.")).to_be_visible()

    press(desk, "s")
    keys.press("Enter")
    expect(desk.get_by_text(re.compile("^Signed by"))).to_be_visible()
    press(desk, "r")
    keys.press("Enter")
    expect(desk.get_by_text("The patient can see the options now.")).to_be_visible()
    press(desk, "d")
    expect(desk.get_by_label("What is to be added")).to_be_focused()
    keys.type("Telephoned: will think about it.")
    keys.press("Tab")
    keys.press("Enter")
    expect(desk.get_by_text("Your addendum stands beside what was signed.")).to_be_visible()
    expect(desk.locator("#next")).to_contain_text("Telephoned: will think about it.")
    inspect(desk, "sheet with an addendum")
    press(desk, "t")
    expect(desk.get_by_label("The words of this sheet, for the record")).to_be_visible()

    acts = Review.objects.filter(assessment__consultation=consultation).order_by("at")
    assert [review.act for review in acts] == ["overridden", "signed", "released", "addendum"]
    assert {review.by for review in acts} == {surgeon}
    assert Summary.objects.filter(template_version__startswith="amended1").count() == 1


def test_a_coordinator_prepares_a_clinic_day(
    page_at: OpenPage, inspect: Inspect, release: DecisionAidVersion, cast: Cast, golden: Golden
) -> None:
    day = timezone.now() + timedelta(days=3)
    for number, stage in (("D-1", "invited"), ("D-2", "answering"), ("D-3", "submitted")):
        one = new_visit(release, new_patient(cast.clinic, number), cast).consultation
        bring_to_stage(one, golden("typical_disc"), stage)
    office = page_at(1280, 800)
    sign_in(office, cast.coordinator, inspect)

    office.get_by_label("One day", exact=False).fill(
        f"{day.astimezone(ZoneInfo(cast.clinic.time_zone)):%Y-%m-%d}"
    )
    office.get_by_role("combobox", name=re.compile("^Status")).select_option("Form not complete yet")
    office.get_by_role("button", name="Show").click()
    expect(office.get_by_role("row").filter(has_text="D-1")).to_be_visible()
    expect(office.get_by_role("row").filter(has_text="D-2")).to_be_visible()
    expect(office.get_by_role("row").filter(has_text="D-3")).to_have_count(0)
    counts = office.get_by_role("navigation", name="How many of each status")
    expect(counts).to_contain_text("3 in all")
    expect(counts).to_contain_text("2 form not complete yet")
    inspect(office, "worklist of a day")

    office.get_by_role("row").filter(has_text="D-1").get_by_role("link").click()
    expect(office.get_by_role("heading", name="No assessment yet")).to_be_visible()
    office.get_by_role("button", name="Make a new link").click()
    expect(office.get_by_label("The link, shown only now")).to_have_value(re.compile("/l/"))


def test_another_clinics_surgeon_sees_nothing(
    page_at: OpenPage, inspect: Inspect, consultation: Consultation, stranger: User
) -> None:
    number = consultation.patient.number
    desk = page_at(1280, 800)
    sign_in(desk, stranger, inspect)
    expect(desk.get_by_text("No consultations are planned from today on.")).to_be_visible()
    desk.get_by_role("searchbox").fill(number)
    desk.get_by_role("button", name="Search").click()
    expect(desk.get_by_text("Nothing fits.")).to_be_visible()
    for part in ("", "findings/", "what-if/", "note/", "answers/", "options/tubular_microdiscectomy/"):
        answer = desk.goto(f"/consultations/{consultation.pk}/{part}")
        assert answer is not None
        assert answer.status == 404
        assert number not in desk.content()
