"""A tablet of the clinic in the waiting room: handed over, answered on, and it forgets everything."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from config.demonstration import answers_from_facts
from decision_aid.models import Summary
from questionnaires.definition.facts import read_facts
from questionnaires.definition.visibility import shown_questions
from questionnaires.models import User
from questionnaires.services.answering import save_answers
from tests.cast import Visit
from tests.journeys.accessibility import Inspect
from tests.journeys.at_the_desk import sign_in
from tests.journeys.on_a_phone import agree, give, give_birth_date, question_on
from tests.processes import WorkerProcess, wait_until

pytestmark = [pytest.mark.browser, pytest.mark.worker, pytest.mark.django_db(transaction=True)]
KEPT = """async () => [localStorage.length, sessionStorage.length, (await indexedDB.databases()).length,
    (await caches.keys()).length, (await navigator.serviceWorker.getRegistrations()).length]"""


def test_a_tablet_is_handed_over_answered_on_and_forgets_everything(
    page_at: Callable[..., Page],
    inspect: Inspect,
    broker: str,
    celery_worker_process: Callable[..., WorkerProcess],
    visit: Visit,
    coordinator: User,
    golden: Callable[[str], dict[str, Any]],
) -> None:
    celery_worker_process(broker, "solo", wait=False)
    response, patient = visit.consultation.response, visit.consultation.patient
    form = response.version.definition
    known = {code: value for code, value in golden("typical_disc").items() if code in form.types}
    answers = answers_from_facts(form, read_facts(known, form.types))
    shown = shown_questions(form, answers)

    tablet = page_at(820, 1180)
    sign_in(tablet, coordinator, inspect, reverse("invitation", args=[visit.consultation.pk]))
    inspect(tablet, "invitation")
    tablet.get_by_role("button", name="Hand over this tablet").click()
    heading = tablet.get_by_role("heading", level=1)
    expect(heading).to_have_text("What is the patient’s date of birth?")
    inspect(tablet, "birth date on a tablet")
    for secret in (patient.family_name, str(coordinator)):
        assert secret not in tablet.content()
    give_birth_date(tablet, patient)
    agree(tablet, inspect)
    expect(heading).to_have_text(form.title)
    save_answers(response, {code: answers[code] for code in shown[:-1] if code in answers}, revision=None)

    # It warns a minute before it goes by itself; a touch lets it stay.
    tablet.clock.install()
    tablet.goto(f"/visit/questions/{shown[-1]}/")
    expect(heading).to_have_text(form.question(shown[-1]).text)
    warning = tablet.locator("[data-idle]")
    tablet.clock.fast_forward("08:55")
    expect(warning).to_be_empty()
    tablet.clock.fast_forward("00:10")
    expect(warning).to_contain_text("In one minute this page closes")
    inspect(tablet, "tablet that nobody touched")
    tablet.keyboard.press("Tab")
    expect(warning).to_be_empty()
    assert question_on(tablet) == shown[-1]

    give(tablet, form.question(shown[-1]), answers.get(shown[-1]))
    tablet.get_by_role("button", name="Continue", exact=True).click()
    expect(heading).to_have_text("Check your answers")
    tablet.get_by_role("button", name="Send my answers").click()
    expect(heading).to_have_text("Thank you. Your answers have arrived")
    expect(tablet.get_by_role("heading", name="Please hand the tablet back")).to_be_visible()
    inspect(tablet, "thank you on a tablet")
    assert tablet.context.cookies() == []
    assert tablet.evaluate(KEPT) == [0, 0, 0, 0, 0]
    tablet.clock.fast_forward("01:05")
    expect(heading).to_have_text("You have left the form")
    for _ in range(3):
        tablet.go_back()
        expect(heading).to_have_text("Please open your link again")
        assert patient.family_name not in tablet.content()
    tablet.goto(reverse("worklist"))
    expect(tablet).to_have_url(re.compile(re.escape(reverse("account_login"))))
    copies = Summary.objects.filter(assessment__consultation=visit.consultation, audience="answers")
    wait_until(lambda: copies.filter(status="ready").exists(), what="the copy of the answers")
