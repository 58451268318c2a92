"""A patient in the middle of the form: the visit expires at question 20; a helper answers."""

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from playwright.sync_api import Page, expect

from config.demonstration import answers_from_facts
from questionnaires.definition.facts import read_facts
from questionnaires.definition.visibility import shown_questions
from questionnaires.services.answering import save_answers
from questionnaires.services.visiting import VISIT_IDLE_SECONDS
from tests.cast import Visit
from tests.journeys.accessibility import Inspect
from tests.journeys.on_a_phone import agree, give, give_birth_date, open_form

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def let_visits_idle() -> None:
    for row in Session.objects.all():
        session = row.get_decoded()
        if "visit_seen" in session:
            session["visit_seen"] -= VISIT_IDLE_SECONDS
            row.session_data = Session.objects.encode(session)
            row.save()


@pytest.mark.parametrize("javascript", [True, False], ids=["with scripts", "without scripts"])
def test_a_visit_that_expires_at_question_20_is_opened_again_with_the_answer_still_there(
    page_at: Callable[..., Page],
    inspect: Inspect,
    visit: Visit,
    golden: Callable[[str], dict[str, Any]],
    javascript: bool,
) -> None:
    response, patient = visit.consultation.response, visit.consultation.patient
    form = response.version.definition
    known = {code: value for code, value in golden("typical_disc").items() if code in form.types}
    answers = answers_from_facts(form, read_facts(known, form.types))
    shown = shown_questions(form, answers)
    phone = page_at(320, 640, javascript=javascript)
    looked_at = inspect if javascript else lambda *_: None
    open_form(phone, f"/l/{visit.token}/", patient, looked_at)
    agree(phone, looked_at)
    save_answers(response, {code: answers[code] for code in shown[:19] if code in answers}, revision=None)
    phone.goto(f"/visit/questions/{shown[19]}/")
    give(phone, form.question(shown[19]), answers[shown[19]])
    let_visits_idle()
    phone.get_by_role("button", name="Continue", exact=True).click()

    heading = phone.get_by_role("heading", level=1)
    expect(heading).to_have_text("Are you still there?")
    assert patient.family_name not in phone.content()
    looked_at(phone, "locked visit")
    give_birth_date(phone, patient)
    expect(heading).to_have_text(form.question(shown[20]).text)
    if javascript:
        expect(heading).to_be_focused()
        assert phone.evaluate("document.documentElement.scrollWidth") <= 320
    response.refresh_from_db()
    assert shown[19] in response.answers


def test_a_helper_is_recorded_and_shown(page_at: Callable[..., Page], inspect: Inspect, visit: Visit) -> None:
    phone = page_at(360, 740)
    open_form(phone, f"/l/{visit.token}/", visit.consultation.patient, inspect)
    agree(phone, inspect, "I am helping the patient")
    phone.goto("/visit/check/")
    expect(phone.get_by_role("main")).to_contain_text("These answers were given with someone’s help.")
    visit.consultation.response.refresh_from_db()
    assert visit.consultation.response.answered_by == "companion"
