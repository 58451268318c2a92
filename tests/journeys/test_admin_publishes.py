"""An author changes a question and a rule; a second person publishes it, and goes back to what was."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page, expect

from config.demonstration import Cast
from decision_aid.models import DecisionAidVersion, GateReport, ScoringRule
from decision_aid.tasks import sweep_summaries
from questionnaires.models import User
from tests.cast import Visit, fill, new_patient, new_visit
from tests.decision_aid.stored_answers import store_answers
from tests.journeys.accessibility import Inspect
from tests.journeys.at_the_desk import sign_in
from tests.journeys.on_a_phone import agree, open_form
from tests.processes import WorkerProcess, wait_until

pytestmark = [pytest.mark.browser, pytest.mark.worker, pytest.mark.django_db(transaction=True)]

CODE, BEFORE, AFTER = "age_years", "How old are you?", "How old are you today – in full years?"
RULE, CONDITION = "tubular_three_months", "%conservative_weeks >= 13"
TWELVE_WEEKS = {"smoking": "current", "symptom_weeks": 30, "conservative_weeks": 12}
"""A smoker who tried other care for twelve weeks: to the old rule three months, to the new one less."""
WHY = "The old wording was read as a birth year, and three months are thirteen weeks."


def test_a_change_by_one_and_the_approval_of_another_reach_the_next_patient(
    page_at: Callable[..., Page],
    inspect: Inspect,
    broker: str,
    celery_worker_process: Callable[..., WorkerProcess],
    visit: Visit,
    golden: Callable[[str], dict[str, Any]],
    release: DecisionAidVersion,
    cast: Cast,
    author: User,
    approver: User,
) -> None:
    celery_worker_process(broker)
    typical = golden("typical_disc")
    changed, _ = store_answers(release, cast, [typical | TWELVE_WEEKS, typical])
    phone = page_at(360)
    assert first_question(phone, visit, inspect) == BEFORE

    office = page_at(1280, 800)
    sign_in(office, author, inspect, "/administration/")
    inspect(office, "administration")
    change_question(office, inspect)
    change_rule(office, release)
    open_publishing(office, release)
    inspect(office, "check and publish")
    check(office, WHY)
    expect(office.get_by_text("This draft waits for approval.")).to_be_visible()
    expect(office.get_by_text("No problem was found")).to_be_visible()
    see_whom_it_changes(office, str(changed.pk))
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
    approve(second)
    inspect(second, "report of the gate, approved")
    second.get_by_role("button", name="Publish now").click()
    expect(second.get_by_text("Published: spine 2.")).to_be_visible(timeout=30_000)
    inspect(second, "report of the gate, published")
    open_release(second, 2, inspect)

    newest = newest_of(release)
    assert (newest.number, newest.author, newest.approver) == (2, author, approver)
    later = new_visit(newest, new_patient(cast.clinic, "T-2"), cast)
    assert first_question(page_at(360), later, inspect) == AFTER
    finish_what_was_begun(phone, visit, typical)
    assert visit.consultation.assessments.get().release == release

    return_to_the_first(second, inspect)
    newest = newest_of(release)
    assert (newest.number, newest.returns_to, newest.intake) == (3, release, release.intake)

    open_publishing(office, release)
    check(office, "The clinic keeps the clearer wording.")
    second.goto(office.url)
    approve(second)
    publish_tomorrow(second, inspect)
    assert newest_of(release).number == 3
    let_the_time_come(second)
    newest = newest_of(release)
    assert (newest.number, newest.intake.number, newest.approver) == (4, 2, approver)


def newest_of(release: DecisionAidVersion) -> DecisionAidVersion:
    return release.aid.releases.order_by("-number")[0]


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


def change_rule(page: Page, release: DecisionAidVersion) -> None:
    """Write another condition on the rule's page in the studio."""
    rule = ScoringRule.objects.get(option__aid=release.aid, code=RULE)
    page.goto(reverse("studio_rule", args=[rule.pk]))
    page.get_by_label("Holds when").fill(CONDITION)
    page.get_by_label("Why are you changing this?").fill(WHY)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved.")).to_be_visible()
    page.goto("/administration/")


def check(page: Page, reason: str) -> None:
    """Take the draft to the gate, and look again until a worker has scored everybody."""
    page.get_by_label("Why is this published?").fill(reason)
    page.get_by_role("button", name="Check the draft").click(timeout=60_000)  # every golden case is run
    expect(page.get_by_role("heading", name="Whom it changes")).to_be_visible()
    wait_until(lambda: not GateReport.objects.filter(sha256="").exists(), 60, "the replay by a worker")
    page.reload()


def see_whom_it_changes(page: Page, consultation: str) -> None:
    """How many, from where to where, by which rule, and who exactly."""
    expect(page.get_by_text("2 people were scored again by their stored answers.")).to_be_visible()
    expect(page.get_by_text("1 of them would be told something else.")).to_be_visible()
    moved = page.get_by_role("row").filter(has_text="Tubular microdiscectomy")
    for words in ("Likely candidate", "Possible candidate", "Three months of care without an operation"):
        expect(moved).to_contain_text(words)
    expect(moved).to_contain_text(f"{RULE} (1)")
    page.get_by_text("Each consultation that changes").click()
    expect(page.get_by_role("cell", name=consultation)).to_be_visible()


def approve(page: Page) -> None:
    page.get_by_role("button", name="Approve and sign").click()
    expect(page.get_by_text("you signed the hash")).to_be_visible(timeout=30_000)


def open_release(page: Page, number: int, inspect: Inspect) -> None:
    """A release is there to read: nothing on its page changes it."""
    page.goto("/administration/")
    open_list(page, "Decision aid versions")
    inspect(page, "list of releases")
    numbered = page.get_by_role("cell", name=str(number), exact=True)
    page.get_by_role("row").filter(has=numbered).get_by_role("link").first.click()
    inspect(page, "release")
    expect(page.get_by_role("button", name="Save")).to_have_count(0)
    expect(page.get_by_role("link", name="Delete")).to_have_count(0)


def finish_what_was_begun(phone: Page, visit: Visit, facts: dict[str, Any]) -> None:
    """The question is worded as it was; the rest is answered, and the form is sent."""
    phone.reload()
    assert phone.get_by_role("heading", level=1).inner_text() == BEFORE
    visit.consultation.response.refresh_from_db()
    fill(visit.consultation.response, facts)
    phone.goto("/visit/check/")
    phone.get_by_role("button", name="Send my answers").click()
    expect(phone).to_have_url(re.compile("/visit/thank-you/$"))


def return_to_the_first(page: Page, inspect: Inspect) -> None:
    """Publish the earlier release again, as the next one."""
    open_release(page, 1, inspect)
    page.get_by_role("link", name="Return to this release").click()
    inspect(page, "return to a release")
    page.get_by_label("Why do you return to it?").fill("A patient did not understand the new wording.")
    page.get_by_role("button", name="Return to this release").click()
    expect(page.get_by_text("Published: spine 3.")).to_be_visible(timeout=30_000)
    inspect(page, "release that another was returned to")


def publish_tomorrow(page: Page, inspect: Inspect) -> None:
    """Set a time instead of publishing at once."""
    page.get_by_label("Day").fill((timezone.now() + timedelta(days=1)).date().isoformat())
    page.get_by_label("Time").fill("06:00")
    page.get_by_role("button", name="Publish at that time").click()
    expect(page.get_by_text("It will be published at that time.")).to_be_visible()
    inspect(page, "report of the gate, with a time set")


def let_the_time_come(page: Page) -> None:
    """It is that time, beat rings, and a worker publishes."""
    GateReport.objects.filter(release=None, publish_at__isnull=False).update(publish_at=timezone.now())
    sweep_summaries.delay()
    wait_until(lambda: GateReport.objects.filter(release__number=4).exists(), 60, "the release at its time")
    page.reload()
    expect(page.get_by_text("This draft was published.")).to_be_visible()


def first_question(phone: Page, visit: Visit, inspect: Inspect) -> str:
    open_form(phone, f"/l/{visit.token}/", visit.consultation.patient, inspect)
    agree(phone, inspect)
    phone.get_by_role("link", name="Start", exact=True).click()
    return phone.get_by_role("heading", level=1).inner_text()
