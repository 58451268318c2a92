"""Administrators' programs read the audit and the events, and have events told again."""

import pytest
from django.test import Client
from django.utils import timezone

from config.demonstration import Cast
from questionnaires.models import AuditEvent, OutboxEvent, QuestionnaireResponse, Webhook
from questionnaires.services import audit
from questionnaires.services.outbox import record_event
from tests.api_calls import get, problem, read, send
from tests.cast import signed_in


@pytest.fixture
def client(cast: Cast) -> Client:
    return signed_in(cast.administrator)


@pytest.fixture
def events(cast: Cast, other_cast: Cast, response: QuestionnaireResponse) -> list[OutboxEvent]:
    record_event(other_cast.clinic, OutboxEvent.Kind.SUBMITTED, other_cast.clinic)
    kinds = (OutboxEvent.Kind.SUBMITTED, OutboxEvent.Kind.ASSESSED, OutboxEvent.Kind.RELEASED)
    return [record_event(cast.clinic, kind, response) for kind in kinds]


@pytest.fixture
def response(cast: Cast, consultation: object) -> QuestionnaireResponse:
    return QuestionnaireResponse.objects.get(clinic=cast.clinic)


def test_the_audit_is_read_newest_first_and_its_reading_recorded(
    client: Client, cast: Cast, response: QuestionnaireResponse
) -> None:
    audit.record(cast.clinic, "first_act", response, user=cast.surgeon)
    audit.record(cast.clinic, "second_act", response, user=cast.author)
    listed = read(get(client, "audit/", record_id=str(response.pk)))["results"]
    assert [event["action"] for event in listed][:2] == ["second_act", "first_act"]
    assert AuditEvent.objects.filter(action="audit_listed", user=cast.administrator).count() == 1
    assert [e["action"] for e in read(get(client, "audit/", user=str(cast.surgeon.pk)))["results"]] == [
        "first_act"
    ]
    one = read(get(client, f"audit/{listed[0]['id']}/"))
    assert one == listed[0]
    assert audit.first_broken_event(cast.clinic) is None


def test_the_audit_of_another_clinic_is_not_there(client: Client, other_cast: Cast) -> None:
    foreign = audit.record(other_cast.clinic, "secret_act", other_cast.clinic)
    problem(get(client, f"audit/{foreign.pk}/"), 404, "not_found")
    assert "secret_act" not in str(read(get(client, "audit/", limit="200")))


def test_events_are_read_in_their_order_after_a_number(
    client: Client, events: list[OutboxEvent], cast: Cast
) -> None:
    after = str(events[0].number)
    listed = read(get(client, "events/", after=after))["results"]
    assert [event["kind"] for event in listed] == ["consultation.assessed", "consultation.released"]
    assert {event["clinic"] for event in listed} == {cast.clinic.slug}
    assert [e["id"] for e in read(get(client, "events/", kind="response.submitted"))["results"]] == [
        str(events[0].pk)
    ]


def test_events_are_told_again_from_a_number(client: Client, cast: Cast) -> None:
    webhook = Webhook.objects.create(
        clinic=cast.clinic, url="https://x.example/", due_at=timezone.now(), delivered=3
    )
    shown = read(send(client, f"webhooks/{webhook.pk}/replay/", {"after": 1}))
    assert shown["delivered"] == 1
    assert AuditEvent.objects.filter(action="events_told_again", user=cast.administrator).exists()
    problem(send(client, f"webhooks/{webhook.pk}/replay/", {"after": 2}), 422, "no_such_event")
    problem(send(client, f"webhooks/{webhook.pk}/replay/", {"after": -1}), 400, "invalid")


def test_another_clinics_webhook_is_not_there(client: Client, other_cast: Cast) -> None:
    foreign = Webhook.objects.create(
        clinic=other_cast.clinic, url="https://x.example/", due_at=timezone.now()
    )
    problem(send(client, f"webhooks/{foreign.pk}/replay/", {"after": 0}), 404, "not_found")
    assert read(get(client, "webhooks/"))["results"] == []


@pytest.mark.parametrize("role", ["surgeon", "coordinator", "author", "approver"])
def test_nobody_else_reads_them(cast: Cast, role: str) -> None:
    for noun in ("audit", "events", "webhooks"):
        problem(get(signed_in(getattr(cast, role)), f"{noun}/"), 403, "permission_denied")
