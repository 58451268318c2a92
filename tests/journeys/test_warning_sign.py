"""An answer that cannot wait: what the patient is told now, and what the clinic sees until a surgeon acts."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from config.demonstration import Cast, answers_from_facts
from decision_aid.models import Alert, Consultation, DecisionAidVersion
from questionnaires.definition.facts import read_facts
from questionnaires.definition.visibility import shown_questions
from questionnaires.models import QuestionnaireResponse, User
from questionnaires.services.answering import save_answers
from tests.cast import Visit, new_patient, new_visit
from tests.journeys.accessibility import Inspect
from tests.journeys.at_the_desk import sign_in
from tests.journeys.on_a_phone import agree, go_on, open_form, tick
from tests.processes import WorkerProcess, sweep, wait_until

pytestmark = [pytest.mark.browser, pytest.mark.worker, pytest.mark.django_db(transaction=True)]

ALARMING = "bladder_change"
OPTION = "Tubular microdiscectomy"


def answer_some(response: QuestionnaireResponse, facts: dict[str, Any], asked: list[str]) -> None:
    """Give the answers to those of these questions that are shown."""
    definition = response.version.definition
    known = {code: value for code, value in facts.items() if code in definition.types}
    answers = answers_from_facts(definition, read_facts(known, definition.types))
    codes = [code for code in shown_questions(definition, answers) if code in asked and code in answers]
    save_answers(response, {code: answers[code] for code in codes}, revision=None)


def test_an_emergency_is_told_at_once_and_hides_the_options_until_a_surgeon_acts(
    page_at: Callable[..., Page],
    inspect: Inspect,
    release: DecisionAidVersion,
    cast: Cast,
    visit: Visit,
    surgeon: User,
    golden: Callable[[str], dict[str, Any]],
    broker: str,
    celery_worker_process: Callable[..., WorkerProcess],
    worker_environment: dict[str, str],
    tmp_path: Path,
) -> None:
    celery_worker_process(broker, "solo", wait=False)
    patient, response = visit.consultation.patient, visit.consultation.response
    sooner = new_visit(release, new_patient(cast.clinic, "T-0"), cast).consultation
    Consultation.objects.filter(pk=sooner.pk).update(scheduled_at=timezone.now() + timedelta(hours=1))
    facts = golden("disc_cauda_equina") | {"saddle_numbness": False}
    form = response.version.definition

    phone = page_at(360, 740)
    open_form(phone, f"/l/{visit.token}/", patient, inspect)
    agree(phone, inspect)
    codes = [question.code for question in form.questions]
    answer_some(response, facts, codes[: codes.index(ALARMING)])
    phone.goto("/visit/")
    phone.get_by_role("link", name=re.compile("^(Start|Continue)$")).click()
    expect(phone.get_by_role("heading", level=1)).to_have_text(form.question(ALARMING).text)
    tick(phone, "Yes")
    go_on(phone)

    expect(phone.get_by_role("heading", level=1)).to_have_text("Please get help today")
    call = phone.get_by_role("link", name=f"Call {cast.clinic.emergency_phone}")
    expect(call).to_be_in_viewport()
    assert call.get_attribute("href") == f"tel:{cast.clinic.emergency_phone}"
    expect(phone.get_by_role("main").get_by_role("link", name=cast.clinic.phone)).to_be_visible()
    inspect(phone, "warning")
    sweep(worker_environment, broker)

    desk = page_at(1280, 800)
    sign_in(desk, surgeon, inspect)
    first = desk.get_by_role("row").nth(1)
    expect(first).to_contain_text(patient.number)
    expect(first).to_contain_text("1 emergency warning open")
    inspect(desk, "worklist with an emergency")
    first.get_by_role("link").click()
    expect(desk.get_by_role("heading", name="No assessment yet")).to_be_visible()
    expect(desk.get_by_role("button", name="Close this warning")).to_be_visible()
    inspect(desk, "sheet with an emergency before the form was sent")

    go_on(phone, "I understand, continue")
    answer_some(response, facts, codes[codes.index(ALARMING) + 1 :])
    phone.goto("/visit/check/")
    expect(phone.get_by_role("heading", name="Some of your answers need help today")).to_be_visible()
    inspect(phone, "check answers with an emergency")
    phone.get_by_role("button", name="Send my answers").click()
    expect(phone.get_by_role("heading", name="Some of your answers need help today")).to_be_visible()
    inspect(phone, "thank you with an emergency")

    desk.reload()
    expect(desk.get_by_role("button", name="Close this warning")).to_be_visible()
    inspect(desk, "sheet with an emergency")
    assert OPTION not in desk.content()
    expect(desk.get_by_role("heading", name="Candidacy")).to_have_count(0)
    expect(desk.get_by_role("button", name=re.compile("Sign assessment|Release"))).to_have_count(0)

    desk.get_by_label("What was done about it").fill("Spoke at 14:10; sent to the emergency department.")
    desk.get_by_role("button", name="Close this warning").click()
    expect(desk.get_by_role("heading", name="Candidacy", exact=True)).to_be_visible()
    expect(desk.get_by_role("heading", name=OPTION)).to_have_count(1)
    expect(desk.get_by_role("button", name="Close this warning")).to_have_count(0)
    inspect(desk, "sheet with a closed emergency")
    alert = Alert.objects.get(consultation=visit.consultation, urgency="emergency")
    assert alert.acknowledged_by == surgeon
    wait_until(lambda: surgeon.email in mail_in(tmp_path / "mail"), what="the mail that tells the surgeon")
    assert patient.family_name not in mail_in(tmp_path / "mail")


def mail_in(folder: Path) -> str:
    return "\n".join(file.read_text() for file in folder.glob("*"))
