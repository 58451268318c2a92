"""An author who is no programmer adds a question and a rule, breaks them, and is told where to mend them."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from decision_aid.models import AidEdit, DecisionAidVersion, ScoringRule
from questionnaires.models import Question, QuestionnaireEdit, User
from tests.journeys.accessibility import Inspect
from tests.journeys.at_the_desk import sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WHY = "The clinic treats more runners now."
RUNS = "Do you run?"


def test_an_author_is_told_each_time_where_and_how_to_mend_it(
    page_at: Callable[..., Page], inspect: Inspect, release: DecisionAidVersion, author: User
) -> None:
    office = page_at(1280, 900)
    sign_in(office, author, inspect, "/studio/")
    inspect(office, "studio")
    office.get_by_role("link", name="Before you see your surgeon").click()
    inspect(office, "outline of questions")
    add_a_question(office, inspect)
    break_its_condition(office, inspect)
    publish_page_links_to_the_field(office, release)
    move_it(office)
    look_at_it_on_a_phone(office, inspect)
    add_a_rule(office, inspect)
    read_what_changed(office, inspect, author)

    question = Question.objects.get(section__questionnaire=release.aid.intake, code="runs")
    assert (question.shown_when, question.codes) == ("%smoking = 'never'", {"snomed": "161891005"})
    assert ScoringRule.objects.get(option__aid=release.aid, code="runs_for").sources == ["expert-draft"]
    assert {edit.reason for edit in QuestionnaireEdit.objects.all()} == {WHY}
    assert AidEdit.objects.get().by == author
    assert release.aid.releases.count() == 1


def saved(page: Page) -> None:
    page.get_by_role("button", name="Save", exact=True).click()


def told(page: Page, words: str) -> None:
    """The page says at its top what is wrong, and leads to the field that mends it."""
    summary = page.locator(".error-summary")
    expect(summary).to_be_focused()
    expect(summary).to_contain_text(words)
    link = summary.get_by_role("link").first
    target = (link.get_attribute("href") or "").lstrip("#")
    link.click()
    expect(page.locator(f"[id='{target}']")).to_be_in_viewport()


def add_a_question(page: Page, inspect: Inspect) -> None:
    page.get_by_role("link", name="Add a question to the section Your health").click()
    inspect(page, "new question")
    page.get_by_label("The question").fill(RUNS)
    page.get_by_label("What kind of answer").select_option("one of a list")
    expect(page.get_by_role("heading", name="Answers to choose from")).to_be_visible()
    expect(page.get_by_label("The question")).to_have_value(RUNS)
    inspect(page, "new question with answers")
    # One way to break it: a code that another question has.
    page.get_by_label("Code", exact=True).fill("age_years")
    for number, (label, code) in enumerate((("Yes", "yes"), ("No", "no")), start=1):
        page.get_by_label(f"What people read of answer {number}").fill(label)
        page.get_by_label(f"Code of answer {number}", exact=True).fill(code)
    page.get_by_label("Why are you changing this?").fill(WHY)
    saved(page)
    told(page, "Another question has the code “age_years”. Choose another.")
    inspect(page, "question with a mistake")
    page.get_by_label("Code", exact=True).fill("runs")
    # Another: a code of SNOMED CT with a digit mistyped.
    own = page.get_by_role("textbox", name="SNOMED CT optional")
    own.fill("161891006")
    saved(page)
    told(page, "a digit was mistyped")
    own.fill("161891005")
    saved(page)
    expect(page.get_by_text("Saved.")).to_be_visible()
    inspect(page, "question")


def break_its_condition(page: Page, inspect: Inspect) -> None:
    box = page.get_by_label("Ask this only when")
    said = page.locator("[data-said]")
    # A third: a fact that nobody asks for; the page says it while it is typed, and where.
    box.fill("%smokng = 'never'")
    expect(said.locator("mark")).to_have_text("%smokng")
    expect(said).to_contain_text("Character 1: There is no fact named “smokng”. Did you mean %smoking?")
    inspect(page, "condition with a mistake")
    complete(page, box)
    expect(said).to_have_text("“Do you smoke?” is “No, never”.")
    saved(page)
    expect(page.get_by_text("Saved.")).to_be_visible()
    # A fourth: an answer that is given only later. It is saved, for a draft may be broken, and listed.
    box.fill("%value_pain_relief > 5")
    expect(said).to_contain_text("which is not asked before this question. Move that question up")
    saved(page)
    mend = page.get_by_role("region", name="1 problem keeps this from being published")
    expect(mend).to_contain_text("asked_later")


def complete(page: Page, box: Locator) -> None:
    """Write a condition by choosing its fact and its value with the keyboard."""
    box.fill("")
    box.press_sequentially("%smoki")
    offers = page.get_by_role("listbox", name="What could stand here").get_by_role("option")
    expect(offers.first).to_contain_text("%smoking")
    box.press("Enter")
    box.press_sequentially(" = ")
    expect(offers).to_have_count(3)
    expect(offers.first).to_contain_text("'never'")
    expect(offers.first).to_have_attribute("aria-selected", "true")
    box.press("ArrowDown")
    box.press("ArrowUp")
    box.press("Enter")
    expect(box).to_have_value("%smoking = 'never'")


def publish_page_links_to_the_field(page: Page, release: DecisionAidVersion) -> None:
    """From the outline, the problem leads back to the field, where it is mended."""
    page.goto(f"/studio/questionnaires/{release.aid.intake_id}/")
    expect(page.locator(".outline-broken")).to_have_count(1)
    page.get_by_role("region", name="1 problem keeps").get_by_role("link", name=RUNS).click()
    box = page.get_by_label("Ask this only when")
    expect(box).to_be_in_viewport()
    box.fill("%smoking = 'never'")
    expect(page.locator("[data-said]")).to_have_text("“Do you smoke?” is “No, never”.")
    saved(page)
    expect(page.get_by_text("Saved.")).to_be_visible()
    expect(page.get_by_role("region", name="1 problem keeps")).to_have_count(0)


def rows_of(page: Page, section: str) -> Locator:
    return page.get_by_role("region", name=section).locator("[data-question]")


def move_it(page: Page) -> None:
    """Up by a key, then down by the mouse."""
    page.get_by_role("link", name="Back without saving").click()
    rows = rows_of(page, "Your health")
    last = rows.count() - 1
    expect(rows.nth(last)).to_contain_text(RUNS)
    rows.nth(last).get_by_role("button", name="Move runs up").focus()
    page.keyboard.press("Alt+ArrowUp")
    expect(rows.nth(last - 1)).to_contain_text(RUNS)
    expect(rows.nth(last - 1).get_by_role("button", name="Move runs up")).to_be_focused()
    rows.nth(last).scroll_into_view_if_needed()
    rows.nth(last - 1).locator(".handle").drag_to(rows.nth(last), target_position={"x": 200, "y": 60})
    expect(rows.nth(last)).to_contain_text(RUNS)
    rows.nth(last).get_by_role("button", name="Move runs up").click()
    expect(rows.nth(last - 1)).to_contain_text(RUNS)


def look_at_it_on_a_phone(page: Page, inspect: Inspect) -> None:
    page.get_by_role("link", name="Preview").click()
    page.get_by_role("combobox", name="As", exact=True).select_option(index=1)
    page.get_by_role("button", name="Show").click()
    inspect(page, "preview")
    page.get_by_role("link", name="How old are you?").click()
    phone = page.frame_locator("iframe")
    expect(phone.get_by_role("heading", level=1)).to_have_text("How old are you?")
    phone.get_by_role("link", name="Continue").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("What sex were you given at birth?")


def add_a_rule(page: Page, inspect: Inspect) -> None:
    page.goto("/studio/")
    page.get_by_role("link", name="Treatment for a problem of the back or neck").click()
    expect(page.get_by_text("Each rule is counted over")).to_be_visible()
    inspect(page, "rules")
    page.get_by_role("link", name="Add a rule to Tubular microdiscectomy").click()
    inspect(page, "new rule")
    page.get_by_label("Holds when").fill("%runs = 'often'")
    expect(page.locator("[data-said]")).to_contain_text("Character 9:")
    page.get_by_label("Why are you changing this?").fill(WHY)
    # A fifth: no reason, no source, and a value that the question does not offer.
    saved(page)
    told(page, "'often' is no value of %runs, which can be yes or no")
    for words in ("Give the reason", "Choose at least one source"):
        expect(page.locator(".error-summary")).to_contain_text(words)
    inspect(page, "rule with mistakes")
    page.get_by_label("Holds when").fill("%runs = 'yes'")
    page.get_by_label("Reason, for the clinician").fill("Who runs wants to run again soon.")
    page.get_by_label("Reason, for the patient").fill("You run.")
    page.get_by_label("What it does").select_option("adds points")
    page.get_by_label("Points").fill("1")
    page.get_by_label("Code", exact=True).fill("runs_for")
    page.get_by_role("checkbox", name="(expert-draft)").check()
    saved(page)
    expect(page.get_by_text("Saved.")).to_be_visible()
    expect(page.get_by_role("heading", name="People")).to_be_visible()
    inspect(page, "rule")


def read_what_changed(page: Page, inspect: Inspect, author: User) -> None:
    page.get_by_role("link", name="Treatment for a problem of the back or neck").click()
    page.get_by_role("link", name="What changed").click()
    expect(page.get_by_role("region", name="From release 1 to the draft")).to_contain_text(
        "Rule “Who runs wants to run again soon.” of the treatment “Tubular microdiscectomy” is new. "
        "It holds when “Do you run?” is “Yes”."
    )
    edits = page.get_by_role("region", name="Edits of the draft")
    expect(edits.get_by_role("heading", name=WHY)).to_be_visible()
    expect(edits).to_contain_text(str(author))
    inspect(page, "what changed")
