"""One patient, end to end: the link, the form, the assessment, the review, the release, the documents."""

import re
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from playwright.sync_api import Page, expect
from pypdf import PdfReader

from config.demonstration import WISHES, answers_from_facts
from decision_aid.models import Consultation, Summary
from questionnaires.definition.answers import Answer
from questionnaires.definition.facts import read_facts
from questionnaires.definition.schema import Definition
from questionnaires.definition.visibility import shown_questions
from questionnaires.models import User
from tests.cast import Visit
from tests.journeys.accessibility import Inspector
from tests.journeys.at_the_desk import enter_findings, sign_in
from tests.journeys.on_a_phone import agree, answer_every_question, open_form
from tests.processes import WorkerProcess, wait_until

pytestmark = [pytest.mark.browser, pytest.mark.worker, pytest.mark.django_db(transaction=True)]

QUESTION = "Wie lange? Can I garden — and when? ąęł ½"


def answers_of(definition: Definition, facts: dict[str, Any]) -> dict[str, Answer]:
    known = {code: value for code, value in facts.items() if code in definition.types}
    answers = answers_from_facts(definition, read_facts(known, definition.types))
    return {code: answers[code] for code in shown_questions(definition, answers) if code in answers}


def downloaded(page: Page, name: str) -> str:
    """The text of the PDF behind a link, with single spaces."""
    address = page.get_by_role("link", name=name).first.get_attribute("href")
    assert address is not None
    answer = page.context.request.get(address)
    assert answer.headers["content-type"] == "application/pdf"
    reader = PdfReader(BytesIO(answer.body()), strict=True)
    return " ".join(" ".join(sheet.extract_text() for sheet in reader.pages).split())


@pytest.mark.parametrize("javascript", [True, False], ids=["with scripts", "without scripts"])
def test_a_patient_goes_from_the_link_to_the_released_options(
    page_at: Callable[..., Page],
    inspector: Inspector,
    broker: str,
    celery_worker_process: Callable[..., WorkerProcess],
    visit: Visit,
    surgeon: User,
    golden: Callable[[str], dict[str, Any]],
    javascript: bool,
) -> None:
    worker = celery_worker_process(broker, wait=False)
    inspect, look = inspector.inspect, inspector.inspect if javascript else inspector.inspect_copy
    consultation, patient = visit.consultation, visit.consultation.patient
    facts = WISHES | golden("typical_disc") | {"questions_for_surgeon": QUESTION}
    form = consultation.response.version.definition
    answers = answers_of(form, facts)

    phone = page_at(360, 740, javascript=javascript)
    open_form(phone, f"/l/{visit.token}/", patient, look)
    agree(phone, look)
    look(phone, "sections")
    phone.get_by_role("link", name="Start", exact=True).click()
    asked = answer_every_question(phone, form, answers, look)
    assert set(asked) >= answers.keys()
    assert asked == list(shown_questions(form, answers))

    expect(phone.get_by_role("heading", level=1)).to_have_text("Check your answers")
    look(phone, "check answers")
    expect(phone.get_by_text(QUESTION)).to_be_visible()
    phone.get_by_role("button", name="Send my answers").click()
    expect(phone.get_by_role("heading", level=1)).to_have_text("Thank you. Your answers have arrived")
    look(phone, "thank you")
    worker.wait_until_ready()
    wait_until_ready(consultation, Summary.Audience.ANSWERS)
    phone.goto("/visit/documents/")
    look(phone, "documents")
    copy = downloaded(phone, "A copy of your answers")
    assert QUESTION in copy
    assert patient.family_name in copy

    desk = page_at(1280, 800)
    sign_in(desk, surgeon, inspect)
    inspect(desk, "worklist")
    desk.get_by_role("link", name=f"{patient.family_name}, {patient.given_name}").click()
    expect(desk.get_by_role("heading", level=1)).to_have_text(f"{patient.family_name}, {patient.given_name}")
    expect(desk.get_by_text(QUESTION).first).to_be_visible()
    inspect(desk, "sheet")
    desk.get_by_role("link", name="Enter findings").click()
    inspect(desk, "findings")
    findings = desk.get_by_role("heading", level=1).inner_text()
    assert findings
    consultation.refresh_from_db()
    assert consultation.findings is not None
    examined = consultation.findings.version.definition
    enter_findings(desk, examined, answers_of(examined, facts))
    desk.get_by_role("button", name="Send and assess again").click()
    expect(desk.locator("summary", has_text="Before and now")).to_be_visible()
    inspect(desk, "sheet with two assessments")

    endoscopic = desk.get_by_role("region", name="Full-endoscopic discectomy")
    endoscopic.get_by_role("link", name="Override").click()
    judging = desk.locator("#override")
    expect(judging.get_by_label("Treatment")).to_have_value("endoscopic_discectomy")
    judging.get_by_label("My judgement").select_option("Unlikely candidate")
    judging.get_by_label("Reason").select_option(index=1)
    judging.get_by_label("In your words").fill("Not offered in this clinic.")
    judging.get_by_role("button", name="Record my judgement").click()
    expect(desk.get_by_text("Your judgement is recorded beside what scoring said.")).to_be_visible()
    desk.get_by_role("button", name=re.compile("^Sign assessment")).click()
    expect(desk.get_by_text(re.compile("^Signed by"))).to_be_visible()
    desk.get_by_role("button", name="Release to patient").click()
    expect(desk.get_by_text("The patient can see the options now.")).to_be_visible()
    inspect(desk, "released sheet")
    wait_until_ready(consultation, Summary.Audience.PATIENT)
    desk.reload()
    assert patient.family_name in downloaded(desk, "Surgeon's summary")

    phone.goto("/visit/options/")
    expect(phone.get_by_role("heading", level=1)).to_have_text("Your treatment options")
    look(phone, "options")
    figures = phone.locator("article.cell > p.figure > b").all_inner_texts()
    assert figures
    summary = downloaded(phone, "Your treatment options")
    assert f"{patient.given_name} {patient.family_name}" in summary
    assert [figure for figure in figures if " ".join(figure.split()) not in summary] == []
    assert QUESTION in summary


def wait_until_ready(consultation: Consultation, audience: str) -> None:
    summaries = Summary.objects.filter(assessment__consultation=consultation, audience=audience)
    wait_until(lambda: summaries.filter(status="ready").exists(), what=f"the PDF for {audience}")
