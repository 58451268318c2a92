"""Pages beside the path, which everybody can use: what went wrong, what is over, what only some roles see."""

import re
from collections.abc import Callable

import pytest
from django.core import mail
from playwright.sync_api import Page, expect

from config.demonstration import Cast
from decision_aid.models import DecisionAidVersion
from questionnaires.definition.visibility import shown_questions
from questionnaires.models import User
from questionnaires.services.inviting_staff import invite_colleague
from questionnaires.services.mailing import send_message
from tests.cast import PASSWORD, Visit
from tests.journeys.accessibility import Inspect
from tests.journeys.at_the_desk import sign_in
from tests.journeys.on_a_phone import agree, go_on, open_form, tick

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

OpenPage = Callable[..., Page]


def test_a_patient_who_errs_is_helped(page_at: OpenPage, inspect: Inspect, visit: Visit) -> None:
    phone = page_at(360, 740)
    phone.goto("/l/no-such-link/")
    shows(phone, "We do not know this link", inspect)
    phone.goto("/visit/")
    shows(phone, "Please open your link again", inspect)

    phone.goto(f"/l/{visit.token}/")
    phone.get_by_role("button", name="Start or continue").click()
    phone.get_by_label("Day", exact=True).fill("31")
    phone.get_by_label("Month", exact=True).fill("2")
    phone.get_by_label("Year", exact=True).fill("1970")
    phone.get_by_role("button", name="Continue").click()
    expect(phone.get_by_role("alert")).to_contain_text("There is no such date")
    inspect(phone, "birth date that is none")

    open_form(phone, f"/l/{visit.token}/", visit.consultation.patient, inspect)
    agree(phone, inspect)
    phone.get_by_role("link", name="Start", exact=True).click()
    phone.get_by_label("How old are you?").fill("forty")
    phone.get_by_role("button", name="Continue", exact=True).click()
    shows_errors(phone, inspect, "number that is none")
    phone.get_by_label("How old are you?").fill("42")
    go_on(phone)
    phone.get_by_role("button", name="Continue", exact=True).click()
    shows_errors(phone, inspect, "choice without an answer")

    phone.goto("/visit/check/")
    phone.get_by_role("button", name="Send my answers").click()
    shows_errors(phone, inspect, "answers that are not complete")
    form = visit.consultation.response.version.definition
    shown = shown_questions(form, {})
    hidden = next(question.code for question in form.questions if question.code not in shown)
    phone.goto(f"/visit/questions/{hidden}/")
    shows(phone, "This question is not needed any more", inspect)
    phone.goto("/visit/questions/no_such_question/")
    shows(phone, "We do not have this question", inspect)
    phone.goto("/visit/options/")
    inspect(phone, "options before the release")
    phone.goto("/visit/")
    phone.get_by_role("button", name=re.compile("^Leave")).click()
    shows(phone, "You have left the form", inspect)


def test_two_windows_that_answer_differently_are_asked_which_is_right(
    page_at: OpenPage, inspect: Inspect, visit: Visit
) -> None:
    phone = page_at(360, 740)
    open_form(phone, f"/l/{visit.token}/", visit.consultation.patient, inspect)
    agree(phone, inspect)
    other = phone.context.new_page()
    question = visit.consultation.response.version.definition.question("sex_at_birth").text
    for window, choice in ((phone, None), (other, "Male"), (phone, "Female")):
        if choice is None or window is other:
            window.goto("/visit/questions/sex_at_birth/")
        if choice is not None:
            tick(window, choice)
            window.get_by_role("button", name="Continue", exact=True).click()
            expect(window.get_by_role("heading", level=1)).not_to_have_text(question)
    shows(phone, "Which answer is right?", inspect)
    go_on(phone, "Use this one")
    visit.consultation.response.refresh_from_db()
    assert visit.consultation.response.answers["sex_at_birth"] == {"value": "female"}


def test_staff_pages_beside_the_worklist_are_for_everybody(
    page_at: OpenPage, inspect: Inspect, visit: Visit, surgeon: User, author: User
) -> None:
    desk = page_at(1280, 800)
    desk.goto("/accounts/login/")
    desk.get_by_label("Email").fill(surgeon.email)
    desk.get_by_label("Password").fill(PASSWORD + "x")
    desk.get_by_role("button", name="Sign in", exact=True).click()
    shows_errors(desk, inspect, "sign-in refused")
    desk.goto("/accounts/password/reset/")
    inspect(desk, "password reset")
    sign_in(desk, surgeon, inspect)
    desk.get_by_role("searchbox").fill("nobody has this name")
    desk.get_by_role("button", name="Search").click()
    expect(desk.get_by_text("Nothing fits.")).to_be_visible()
    inspect(desk, "worklist of nothing")
    desk.goto(f"/consultations/{visit.consultation.pk}/")
    inspect(desk, "sheet before the form was sent")
    desk.get_by_role("button", name="Make a new link").click()
    expect(desk.get_by_label("The link, shown only now")).to_have_value(re.compile("/l/"))
    inspect(desk, "new link")
    for address in ("password/change/", "2fa/", "2fa/totp/activate/", "email/", "logout/"):
        desk.goto(f"/accounts/{address}")
        inspect(desk, address)
    desk.goto("/no-such-page/")
    inspect(desk, "no such page")

    office = page_at(1280, 800)
    sign_in(office, author, inspect)
    shows(office, "You have no worklist", inspect)


def test_the_administration_is_for_everybody(
    page_at: OpenPage,
    inspect: Inspect,
    visit: Visit,
    release: DecisionAidVersion,
    cast: Cast,
) -> None:
    for user in (cast.author, cast.administrator):
        office = page_at(1280, 800)
        sign_in(office, user, inspect, "/administration/")
        kinds = office.get_by_role("rowheader").get_by_role("link")
        expect(kinds.first).to_be_visible()
        addresses = [kind.get_attribute("href") for kind in kinds.all()]
        assert len(addresses) >= 4
        for address in addresses:
            assert address is not None
            office.goto(address)
            inspect(office, address)
            rows = office.locator("#result_list tbody th").get_by_role("link")
            if rows.count():
                rows.last.click()
                inspect(office, f"{address} one")
    office.goto("/administration/questionnaires/user/add/")
    inspect(office, "new member of staff")


def test_a_new_colleague_and_whoever_makes_tokens_are_helped(
    page_at: OpenPage, inspect: Inspect, cast: Cast
) -> None:
    colleague = User.objects.create_user("new.colleague@clinic.example", first_name="Zoë")
    colleague.memberships.create(clinic=cast.clinic, role="surgeon")
    send_message(invite_colleague(colleague, cast.clinic, cast.administrator).pk)
    (path,) = re.findall(r"https?://[^/]+(/join/\S+)", str(mail.outbox[-1].body))
    desk = page_at(1280, 800)
    desk.goto(path)
    shows(desk, "Set your password", inspect)
    for label in ("New password", "New password confirmation"):
        desk.get_by_label(label, exact=True).fill("12345678")
    desk.get_by_role("button", name="Set password").click()
    shows_errors(desk, inspect, "password that is none")
    for label in ("New password", "New password confirmation"):
        desk.get_by_label(label, exact=True).fill("a long enough sentence")
    desk.get_by_role("button", name="Set password").click()
    expect(desk).to_have_url(re.compile("/accounts/login/$"))
    desk.goto(path)
    shows(desk, "This link no longer works", inspect)

    office = page_at(1280, 800)
    sign_in(office, cast.administrator, inspect, "/roles/")
    shows(office, "What each role may do", inspect)
    office.goto("/tokens/")
    shows(office, "Access tokens", inspect)
    office.get_by_role("link", name="New system").click()
    inspect(office, "who are you, once more")
    office.get_by_label("Password").fill(PASSWORD)
    office.get_by_role("button", name="Confirm").click()
    shows(office, "New system", inspect)
    office.goto("/tokens/new/")
    shows(office, "New token", inspect)
    office.get_by_label("Name").fill("Theatre planning")
    office.get_by_role("button", name="Make the token").click()
    shows_errors(office, inspect, "token for nothing")
    office.get_by_role("checkbox").first.check()
    office.get_by_role("button", name="Make the token").click()
    shows(office, "Theatre planning", inspect)
    office.goto("/tokens/")
    inspect(office, "a token")


def shows(page: Page, heading: str, inspect: Inspect) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(heading)
    inspect(page, heading)


def shows_errors(page: Page, inspect: Inspect, kind: str) -> None:
    """The page says in a summary what is wrong, and the reader is taken there."""
    summary = page.locator(".error-summary")
    expect(summary).to_be_focused()
    expect(summary).to_have_attribute("role", "alert")
    inspect(page, kind)
