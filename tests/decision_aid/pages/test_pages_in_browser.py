"""The pages in a real browser: accessible, nothing beside the screen, and quicker with scripts."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

from config.demonstration import WISHES
from decision_aid.models import Consultation, Summary
from decision_aid.services.summarising import render_summary
from questionnaires.models import User
from tests.cast import Visit, signed_in, visiting
from tests.decision_aid.pages.conftest import AtStage, Golden

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PageAt = Callable[..., Page]
BrowserOf = Callable[..., Page]
WIDTHS = (360, 1280)


@pytest.fixture
def browser_of(page_at: PageAt, live_server: LiveServer) -> BrowserOf:
    """A browser's page with the session of a client: `browser_of(client, 360, javascript=False)`."""

    def enter(client: Client, width: int, *, javascript: bool = True) -> Page:
        page = page_at(width, javascript=javascript)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])
        return page

    return enter


def assert_accessible(page: Page) -> None:
    """Nothing for axe, and nothing beside the screen; every fold is looked at open, too."""
    for unfold in (False, True):
        if unfold:
            page.evaluate("for (const fold of document.querySelectorAll('details')) fold.open = true")
        results = Axe().run(page)
        assert results.violations_count == 0, results.generate_report()
        widths = page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
        assert widths[0] <= widths[1]


@pytest.mark.parametrize("width", WIDTHS)
def test_the_clinicians_pages_are_accessible(
    browser_of: BrowserOf, surgeon: User, at_stage: AtStage, golden: Golden, width: int
) -> None:
    consultation = at_stage(golden("typical_disc") | {"fever_or_chills": True}, "submitted")
    page = browser_of(signed_in(surgeon), width)
    for address in (
        reverse("worklist"),
        reverse("sheet", args=[consultation.pk]),
        reverse("findings", args=[consultation.pk]),
        reverse("what_if", args=[consultation.pk]),
        reverse("note", args=[consultation.pk]),
        reverse("answers", args=[consultation.pk]),
        reverse("sources", args=[consultation.pk]),
        reverse("option_basis", args=[consultation.pk, "tubular_microdiscectomy"]),
        reverse("measures"),
        reverse("about_release", args=[consultation.release_id]),
        reverse("release_sources", args=[consultation.release_id]),
        reverse("release_rules", args=[consultation.release_id]),
    ):
        page.goto(address)
        assert_accessible(page)
    page.goto(reverse("sheet", args=[consultation.pk]))
    page.get_by_role("button", name="Make a new link").click()
    expect(page.get_by_label("The link, shown only now")).to_be_visible()
    assert_accessible(page)


@pytest.mark.parametrize("width", WIDTHS)
def test_the_emergency_sheet_is_accessible(
    browser_of: BrowserOf, surgeon: User, emergency: Consultation, width: int
) -> None:
    page = browser_of(signed_in(surgeon), width)
    page.goto(reverse("sheet", args=[emergency.pk]))

    expect(page.get_by_label("What was done about it")).to_be_visible()
    assert_accessible(page)


@pytest.mark.parametrize("width", WIDTHS)
def test_the_patients_pages_are_accessible(
    browser_of: BrowserOf, visit: Visit, released: Consultation, width: int
) -> None:
    page = browser_of(visiting(visit), width)
    for address in (reverse("my_options"), reverse("my_documents"), reverse("my_sources")):
        page.goto(address)
        assert_accessible(page)


def test_the_surgeon_reads_the_first_options_without_scrolling(
    browser_of: BrowserOf, surgeon: User, examined: Consultation
) -> None:
    page = browser_of(signed_in(surgeon), 1280)
    page.goto(reverse("sheet", args=[examined.pk]))

    for option in ("nonoperative_care", "tubular_microdiscectomy", "endoscopic_discectomy"):
        expect(page.locator(f"#option-{option} .option-head .badge")).to_be_in_viewport()
    expect(page.get_by_role("button", name="Sign assessment 2")).to_be_in_viewport()


@pytest.mark.parametrize("stage", ["submitted", "findings"])
def test_the_sheet_of_the_usual_patient_is_one_screen(
    browser_of: BrowserOf, surgeon: User, at_stage: AtStage, golden: Golden, stage: str
) -> None:
    page = browser_of(signed_in(surgeon), 1280)
    page.goto(reverse("sheet", args=[at_stage(WISHES | golden("typical_disc"), stage).pk]))

    for name in ("At a glance", "Candidacy", "Scales", "Next", "What matters", "Expects"):
        heading = page.get_by_role("heading", name=name, exact=True)
        expect(heading).to_be_in_viewport()
        card = heading.locator("xpath=ancestor::section[contains(@class, 'card')][1]")
        box = card.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= 800, name


@pytest.mark.parametrize(
    ("case", "stage", "options"),
    [
        ("slip_smoker_on_opioids", "findings", 7),
        ("everything_against", "submitted", 10),
        ("fracture_with_leg_pain_mainly", "submitted", 11),
    ],
)
def test_every_candidacy_of_the_fullest_sheets_is_on_the_first_screen(
    browser_of: BrowserOf,
    surgeon: User,
    at_stage: AtStage,
    golden: Golden,
    case: str,
    stage: str,
    options: int,
) -> None:
    page = browser_of(signed_in(surgeon), 1280)
    page.goto(reverse("sheet", args=[at_stage(WISHES | golden(case), stage).pk]))
    shown = page.locator("[data-row]:visible")

    expect(shown).to_have_count(options)
    for option in shown.all():
        box = option.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= 800
    for reason in page.locator(".reasons:visible").all():
        expect(reason).to_be_in_viewport(ratio=1)


def test_a_refusal_keeps_the_words_in_their_field(
    browser_of: BrowserOf, surgeon: User, examined: Consultation
) -> None:
    page = browser_of(signed_in(surgeon), 1280, javascript=False)
    page.goto(reverse("sheet", args=[examined.pk]))
    page.locator("#option-tubular_microdiscectomy").get_by_role("link", name="Override").click()
    form = page.locator("#override")
    expect(form.get_by_label("Treatment")).to_have_value("tubular_microdiscectomy")
    form.get_by_label("My judgement").select_option("unlikely")
    form.get_by_label("Reason").select_option("imaging")
    form.get_by_label("In your words").fill("   ")
    form.get_by_role("button", name="Record my judgement").click()

    expect(form.get_by_role("alert")).to_contain_text("words_missing")
    expect(form.get_by_label("My judgement")).to_have_value("unlikely")
    expect(form.get_by_label("Reason")).to_have_value("imaging")


def test_a_finding_opens_what_follows_at_once(
    browser_of: BrowserOf, surgeon: User, submitted: Consultation
) -> None:
    page = browser_of(signed_in(surgeon), 1280)
    page.goto(reverse("findings", args=[submitted.pk]))
    expect(page.get_by_text("What type of herniation is it?")).to_have_count(0)
    page.locator("summary", has_text="Everything else").click()
    page.get_by_role("textbox", name="Which ASA class?").fill("2")
    page.get_by_role("checkbox", name="Disc herniation").check()

    expect(page.get_by_text("What type of herniation is it?")).to_be_visible()
    expect(page.locator("#effects")).to_contain_text("Not indicated now: Minimally invasive decompression")
    expect(page.get_by_role("textbox", name="Which ASA class?")).to_have_value("2")
    expect(page.get_by_role("checkbox", name="Disc herniation")).to_be_focused()


def test_without_scripts_a_button_shows_what_follows(
    browser_of: BrowserOf, surgeon: User, submitted: Consultation
) -> None:
    page = browser_of(signed_in(surgeon), 1280, javascript=False)
    page.goto(reverse("findings", args=[submitted.pk]))
    page.get_by_role("checkbox", name="Disc herniation").check()
    page.get_by_role("button", name="Save, and show what follows").click()

    expect(page.get_by_text("What type of herniation is it?")).to_be_visible()


def test_a_document_appears_when_it_is_ready(
    browser_of: BrowserOf, surgeon: User, submitted: Consultation
) -> None:
    page = browser_of(signed_in(surgeon), 1280)
    page.goto(reverse("sheet", args=[submitted.pk]))
    expect(page.locator("#documents")).to_contain_text("Being made")
    for summary in Summary.objects.filter(assessment__consultation=submitted):
        render_summary(summary.pk)

    expect(page.get_by_role("link", name="Surgeon's summary")).to_be_visible()
    expect(page.locator("#documents")).not_to_contain_text("Being made")
