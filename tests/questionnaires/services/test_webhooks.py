"""A clinic's own system is told every event, signed, in order, until it says that it heard."""

import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from questionnaires.models import AuditEvent, Clinic, OutboxEvent, User, Webhook
from questionnaires.services.outbox import record_event
from questionnaires.services.refusals import Refused
from questionnaires.services.webhooks import check_address, due_webhooks, key_of, tell_again, tell_events

START = timezone.now()


class Receiver:
    """The clinic's own system: keeps what it is told, and answers with the given statuses, then 204."""

    def __init__(self) -> None:
        self.told: list[tuple[dict[str, str], bytes]] = []
        self.statuses: list[int] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status = receiver.statuses.pop(0) if receiver.statuses else 204
                if status < 300:
                    receiver.told.append((dict(self.headers), body))
                self.send_response(status)
                if status == 302:
                    self.send_header("Location", "/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_: Any) -> None:
                """Say nothing."""

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}/events"
        self.thread = threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.01})
        self.thread.start()

    @property
    def numbers(self) -> list[int]:
        return [json.loads(body)["number"] for _, body in self.told]

    def close(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    settings.WEBHOOK_HOSTS = ["127.0.0.1"]
    receiver = Receiver()
    yield receiver
    receiver.close()


@pytest.fixture
def webhook(clinic: Clinic, receiver: Receiver) -> Webhook:
    return Webhook.objects.create(clinic=clinic, url=receiver.address, due_at=START)


def happen(clinic: Clinic, times: int = 3) -> None:
    for _ in range(times):
        record_event(clinic, OutboxEvent.Kind.ALERT_RAISED, clinic, detail={"step": 1})


def tell(webhook: Webhook, now: datetime = START) -> int:
    told = tell_events(webhook.pk, now)
    webhook.refresh_from_db()
    return told


def test_events_are_numbered_in_each_clinic_without_a_gap(clinic: Clinic, other_cast: Any) -> None:
    happen(clinic, 2)
    happen(other_cast.clinic, 1)
    happen(clinic, 1)
    numbers = OutboxEvent.objects.values_list("clinic__slug", "number")
    assert sorted(numbers) == [("harbour", 1), ("northfield", 1), ("northfield", 2), ("northfield", 3)]


def test_an_event_never_changes(clinic: Clinic) -> None:
    happen(clinic, 1)
    with pytest.raises(IntegrityError), transaction.atomic():
        OutboxEvent.objects.update(kind="alert.closed")


def test_they_are_told_in_order_and_once(clinic: Clinic, webhook: Webhook, receiver: Receiver) -> None:
    happen(clinic)
    assert due_webhooks(START) == [webhook.pk]
    assert [tell(webhook), tell(webhook)] == [3, 0]
    assert receiver.numbers == [1, 2, 3]
    assert due_webhooks(START) == []


def test_each_is_signed_over_its_time_and_body(clinic: Clinic, webhook: Webhook, receiver: Receiver) -> None:
    happen(clinic, 1)
    tell(webhook)
    headers, body = receiver.told[0]
    signed = headers["Candor-Timestamp"].encode() + b"." + body
    expected = hmac.new(key_of(webhook).encode(), signed, hashlib.sha256).hexdigest()
    assert headers["Candor-Signature"] == f"v1={expected}"
    assert abs(int(headers["Candor-Timestamp"]) - timezone.now().timestamp()) < 60
    webhook.key_number += 1
    assert key_of(webhook) != key_of(Webhook.objects.get(pk=webhook.pk))


def test_it_holds_ids_only(clinic: Clinic, webhook: Webhook, receiver: Receiver) -> None:
    happen(clinic, 1)
    tell(webhook)
    document = json.loads(receiver.told[0][1])
    assert set(document) == {"at", "clinic", "detail", "id", "kind", "number", "record", "record_id"}
    assert (document["kind"], document["record"], document["detail"]) == (
        "alert.raised",
        "clinic",
        {"step": 1},
    )


@pytest.mark.parametrize("status", [500, 404, 302])
def test_what_fails_is_told_again_later_and_nothing_overtakes_it(
    clinic: Clinic, webhook: Webhook, receiver: Receiver, status: int
) -> None:
    happen(clinic)
    receiver.statuses = [204, status]
    assert tell(webhook) == 1
    assert (webhook.failure, webhook.attempts, webhook.failing_since) == (f"status_{status}", 1, START)
    assert tell(webhook) == 0  # not yet
    assert tell(webhook, START + timedelta(seconds=5)) == 2
    assert receiver.numbers == [1, 2, 3]
    assert (webhook.failure, webhook.attempts, webhook.failing_since) == ("", 0, None)


def test_pauses_grow_to_a_quarter_of_an_hour(clinic: Clinic, webhook: Webhook, receiver: Receiver) -> None:
    happen(clinic, 1)
    receiver.statuses = [503] * 9
    now, pauses = START, []
    for _ in range(9):
        tell(webhook, now)
        pauses.append((webhook.due_at - now).total_seconds())
        now = webhook.due_at
    assert pauses == [5, 10, 20, 40, 80, 160, 320, 640, 900]
    assert tell(webhook, now) == 1


def test_nobody_listening_is_a_failure_without_the_address(clinic: Clinic, webhook: Webhook) -> None:
    Webhook.objects.update(url="http://127.0.0.1:9/secret-path")
    happen(clinic, 1)
    assert tell(webhook) == 0
    assert webhook.failure == "URLError"


def test_they_can_be_told_again(
    clinic: Clinic, webhook: Webhook, receiver: Receiver, administrator: User
) -> None:
    happen(clinic)
    tell(webhook)
    tell_again(webhook, 1, administrator, START)
    assert tell(webhook) == 2
    assert receiver.numbers == [1, 2, 3, 2, 3]
    assert AuditEvent.objects.filter(action="events_told_again", user=administrator).exists()
    with pytest.raises(Refused) as refused:
        tell_again(webhook, 9, administrator)
    assert refused.value.code == "no_such_event"


@pytest.mark.parametrize(
    "url",
    [
        "https://elsewhere.example/",
        "http://clinic.example/",
        "file:///etc/passwd",
        "https://127.0.0.1.evil.example/",
        "https://name@clinic.example/",
        "https:///nowhere",
        "",
    ],
)
def test_no_other_address_is_told_anything(settings: Any, url: str) -> None:
    settings.WEBHOOK_HOSTS = ["", "127.0.0.1", "clinic.example"]
    check_address("https://clinic.example/events")
    with pytest.raises(Refused) as refused:
        check_address(url)
    assert refused.value.code == "webhook_address_refused"


def test_one_that_was_taken_by_another_teller_is_left(
    clinic: Clinic, webhook: Webhook, receiver: Receiver
) -> None:
    happen(clinic)
    Webhook.objects.update(claimed_until=START + timedelta(minutes=1))
    assert (tell(webhook), due_webhooks(START)) == (0, [])
    assert tell(webhook, START + timedelta(minutes=2)) == 3
