"""A form begun with help on a phone, for a while without a connection, goes on elsewhere after a code."""

import re
from collections.abc import Callable
from email import message_from_string
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from config.demonstration import answers_from_facts
from questionnaires.definition.facts import read_facts
from questionnaires.definition.visibility import shown_questions
from tests.cast import Visit
from tests.journeys.accessibility import Inspect
from tests.journeys.on_a_phone import agree, give, go_on, open_form, question_on
from tests.processes import WorkerProcess, wait_until

pytestmark = [pytest.mark.browser, pytest.mark.worker, pytest.mark.django_db(transaction=True)]


def digits_in(mail: Path, to: str) -> str:
    """The six digits of the one mail in a folder, which went to this address."""
    (file,) = mail.iterdir()
    message = message_from_string(file.read_text().partition("\n---")[0], policy=default)
    assert message["to"] == to
    body = message.get_body()
    assert body is not None
    found = re.search(r"\b\d{6}\b", body.get_content())
    assert found
    return found[0]


def test_what_a_helper_began_goes_on_elsewhere_after_a_code_and_two_windows_lose_nothing(
    page_at: Callable[..., Page],
    inspect: Inspect,
    broker: str,
    celery_worker_process: Callable[..., WorkerProcess],
    visit: Visit,
    golden: Callable[[str], dict[str, Any]],
    tmp_path: Path,
) -> None:
    worker = celery_worker_process(broker, "solo", wait=False)
    response, patient = visit.consultation.response, visit.consultation.patient
    form = response.version.definition
    facts = golden("typical_disc")
    known = {code: value for code, value in facts.items() if code in form.types}
    answers = answers_from_facts(form, read_facts(known, form.types))
    shown = shown_questions(form, answers)

    # A helper begins; the connection goes, and comes back.
    phone = page_at(360, 740)
    open_form(phone, f"/l/{visit.token}/", patient, inspect)
    agree(phone, inspect, "I am helping the patient")
    with phone.expect_response("**/ahead/"):
        phone.get_by_role("link", name="Start", exact=True).click()
    given = []
    for number in range(4):
        phone.context.set_offline(number in {2, 3})
        code = question_on(phone)
        assert code is not None
        give(phone, form.question(code), answers.get(code))
        go_on(phone)
        given.append(code)
    said = phone.get_by_role("status")
    expect(said).to_contain_text("Answers waiting on this page: 2")
    assert given == list(shown[:4])
    phone.context.set_offline(offline=False)
    phone.evaluate("dispatchEvent(new Event('online'))")
    expect(said).to_have_text("The connection is back, and your answers are saved.")
    response.refresh_from_db()
    assert sorted(response.answers) == sorted(given)

    # Elsewhere nothing is read back before the code that a worker sends to the address on file.
    tablet = page_at(820, 1180)
    open_form(tablet, f"/l/{visit.token}/", patient, inspect)
    heading = tablet.get_by_role("heading", level=1)
    expect(heading).to_have_text("To go on here, you need a code")
    assert patient.family_name not in tablet.content()
    inspect(tablet, "code to ask for")
    worker.wait_until_ready()
    tablet.get_by_role("button", name="Send the code").click()
    wait_until(lambda: list((tmp_path / "mail").glob("*")), what="the mail with the code")
    digits = digits_in(tmp_path / "mail", patient.email)
    tablet.get_by_label("The six digits").fill("000000" if digits != "000000" else "111111")
    tablet.get_by_role("button", name="Continue").click()
    expect(tablet.get_by_role("alert")).to_contain_text("not a code that works now")
    inspect(tablet, "code to enter")
    tablet.get_by_label("The six digits").fill(digits)
    tablet.get_by_role("button", name="Continue").click()
    expect(heading).to_have_text(form.title)
    tablet.goto("/visit/check/")
    expect(tablet.get_by_role("main")).to_contain_text("These answers were given with someone’s help.")

    # Two windows answer one question differently; both answers are kept until somebody chooses.
    other = tablet.context.new_page()
    for page, age in ((tablet, "45"), (other, "46")):
        page.goto("/visit/questions/age_years/")
        expect(page.locator("#answer")).to_have_value(str(facts["age_years"]))
        page.locator("#answer").fill(age)
    go_on(tablet)
    other.get_by_role("button", name="Continue", exact=True).click()
    expect(other.get_by_role("heading", level=1)).to_have_text("Which answer is right?")
    other.close()
    tablet.goto("/visit/")
    expect(tablet.get_by_role("main")).to_contain_text("1 not saved yet")
    tablet.goto("/visit/questions/age_years/")
    for words in ("45 years", "46 years"):
        expect(tablet.get_by_text(words, exact=True)).to_be_visible()
    inspect(tablet, "choice between two answers")
    go_on(tablet, "Use this one")
    response.refresh_from_db()
    assert response.answers["age_years"] == {"value": 46}
    tablet.goto("/visit/")
    expect(tablet.get_by_role("main")).not_to_contain_text("not saved yet")
