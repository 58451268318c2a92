"""Whatever is killed or away: each document is made, once, and nobody sees an error."""

import os
import signal
import time
from collections.abc import Callable
from datetime import timedelta
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone
from pypdf import PdfReader
from pytest_django.live_server_helper import LiveServer

from config.broker import BrokerServer, client_of
from config.demonstration import Cast, answers_from_facts
from decision_aid.models import Consultation, DecisionAidVersion, Summary
from questionnaires.definition.facts import read_facts
from questionnaires.definition.visibility import shown_questions
from questionnaires.models import AuditEvent, QuestionnaireResponse
from questionnaires.services.answering import give_consent, save_answers, submit_response
from questionnaires.services.codes import tell_code
from questionnaires.services.signals import response_received
from tests.cast import Visit, a_surgeon_of, new_patient, new_visit
from tests.journeys.by_http import Page, Visitor
from tests.processes import WorkerProcess, sweep, wait_until

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]

QUEUE = "candor:celery"
StartWorker = Callable[..., WorkerProcess]
Fill = Callable[[Consultation], QuestionnaireResponse]


@pytest.fixture
def fill(golden: Callable[[str], dict[str, Any]]) -> Fill:
    """Answer the whole form of a consultation, and leave it to be sent."""

    def answer(consultation: Consultation) -> QuestionnaireResponse:
        response = consultation.response
        definition = response.version.definition
        known = {code: value for code, value in golden("typical_disc").items() if code in definition.types}
        give_consent(response)
        answers = answers_from_facts(definition, read_facts(known, definition.types))
        shown = shown_questions(definition, answers)
        given = {code: answers[code] for code in shown if code in answers}
        return save_answers(response, given, revision=None).response

    return answer


def submit(response: QuestionnaireResponse) -> None:
    """Send a filled form, as every edge does."""
    response_received.send(sender=QuestionnaireResponse, response=submit_response(response))


def wait_for_nobody() -> None:
    """Let every deadline of an unfinished document pass."""
    passed = timezone.now() - timedelta(seconds=1)
    unfinished = Summary.objects.exclude(status=Summary.Status.READY)
    unfinished.update(due_at=passed)
    unfinished.filter(status=Summary.Status.RENDERING).update(claimed_until=passed)


def all_ready() -> bool:
    return not Summary.objects.exclude(status=Summary.Status.READY).exists()


def demand_one_document_each(assessments: int) -> None:
    """Each assessment has its two documents, once: one row, one file, one hash, one entry in the audit."""
    summaries = list(Summary.objects.order_by("pk"))
    asked = [(summary.assessment_id, summary.audience) for summary in summaries]
    assert len(asked) == len(set(asked)) == 2 * assessments
    files = {path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()}
    assert files == {Path(summary.file.path) for summary in summaries}
    for summary in summaries:
        pdf = Path(summary.file.path).read_bytes()
        assert sha256(pdf).hexdigest() == summary.sha256
        assert len(pdf) == summary.size
        assert PdfReader(BytesIO(pdf), strict=True).pages[0].extract_text()
    made = AuditEvent.objects.filter(action="summary_ready").values_list("record_id", flat=True)
    assert sorted(map(str, made)) == sorted(str(summary.pk) for summary in summaries)


def test_a_worker_killed_while_it_renders_leaves_one_document_each(
    broker: str,
    celery_worker_process: StartWorker,
    worker_environment: dict[str, str],
    release: DecisionAidVersion,
    cast: Cast,
    fill: Fill,
) -> None:
    caught = None
    tries = 0
    while caught is None:
        tries += 1
        assert tries <= 5, "no worker was stopped while it rendered"
        consultation = new_visit(release, new_patient(cast.clinic, f"T-{tries}"), cast).consultation
        response = fill(consultation)
        worker = celery_worker_process(broker)
        submit(response)
        caught = stopped_while_rendering(
            worker, Summary.objects.filter(assessment__consultation=consultation)
        )
        worker.kill()
    assert caught.status == Summary.Status.RENDERING
    assert caught.claim == 1

    celery_worker_process(broker)
    assert not all_ready()
    wait_for_nobody()
    assert "rang again for" in sweep(worker_environment, broker)
    wait_until(all_ready, 60)
    caught.refresh_from_db()
    assert caught.claim == 2
    demand_one_document_each(tries)


def stopped_while_rendering(worker: WorkerProcess, summaries: Any) -> Summary | None:
    """Stop the whole worker while it renders; None when it was quicker than we."""
    rendering = summaries.filter(status=Summary.Status.RENDERING)
    wait_until(rendering.exists)
    os.killpg(worker.process.pid, signal.SIGSTOP)
    stopped: Summary | None = rendering.first()
    return stopped


@pytest.mark.parametrize("trouble", ["stopped", "frozen"])
def test_a_form_sent_while_redis_is_away_arrives_and_its_documents_follow(
    broker_server: BrokerServer,
    celery_worker_process: StartWorker,
    worker_environment: dict[str, str],
    live_server: LiveServer,
    visit: Visit,
    fill: Fill,
    trouble: str,
) -> None:
    fill(visit.consultation)
    patient = Visitor(live_server.url)
    check = check_page(patient, visit)
    make_away(broker_server, trouble)
    began = time.monotonic()
    thanks = patient.send(check, check.form("revision"))
    took = time.monotonic() - began
    documents = patient.open("/visit/documents/")
    bring_back(broker_server, trouble)

    assert thanks.status == 200
    assert thanks.heading == "Thank you. Your answers have arrived"
    assert took < 5
    assert documents.status == 200
    assert "Being made" in documents.text

    celery_worker_process(broker_server.url)
    wait_for_nobody()
    sweep(worker_environment, broker_server.url)
    wait_until(all_ready, 60)
    demand_one_document_each(1)


def check_page(patient: Visitor, visit: Visit) -> Page:
    """From the link to the page of all answers."""
    link = patient.open(f"/l/{visit.token}/")
    asked = patient.send(link, link.form("csrfmiddlewaretoken"))
    born = visit.consultation.patient.birth_date
    sections = patient.send(
        asked, asked.form("day"), {"day": str(born.day), "month": str(born.month), "year": str(born.year)}
    )
    assert sections.path == "/visit/code/"  # what was filled in before was not given in this browser
    response = visit.consultation.response
    digits = tell_code(response, a_surgeon_of(response))
    sections = patient.send(sections, link.form("csrfmiddlewaretoken"), {"digits": digits})
    assert sections.path == "/visit/"
    return patient.open("/visit/check/")


def make_away(broker: BrokerServer, trouble: str) -> None:
    if trouble == "stopped":
        broker.stop()
    else:
        assert broker._process is not None
        broker._process.send_signal(signal.SIGSTOP)


def bring_back(broker: BrokerServer, trouble: str) -> None:
    if trouble == "stopped":
        broker.start()
    else:
        assert broker._process is not None
        broker._process.send_signal(signal.SIGCONT)


def test_ten_workers_killed_right_after_a_message_was_published_lose_nothing(
    broker: str,
    celery_worker_process: StartWorker,
    worker_environment: dict[str, str],
    release: DecisionAidVersion,
    cast: Cast,
    fill: Fill,
) -> None:
    for number in range(10):
        response = fill(new_visit(release, new_patient(cast.clinic, f"T-{number}"), cast).consultation)
        worker = celery_worker_process(broker, "solo")
        submit(response)
        if number % 2:  # in the moment in which the message is neither in the queue nor with the worker
            wait_until_taken(broker)
        worker.kill()

    assert not all_ready()
    celery_worker_process(broker)
    wait_for_nobody()
    sweep(worker_environment, broker)
    wait_until(all_ready, 60)
    demand_one_document_each(10)


def wait_until_taken(broker: str) -> None:
    with client_of(broker) as client:
        before = client.llen(QUEUE)
        wait_until(lambda: client.llen(QUEUE) < max(int(before), 1), 10, "a message taken")
