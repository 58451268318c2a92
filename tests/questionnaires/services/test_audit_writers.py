"""Eight who write at once keep one chain."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction

from questionnaires.models import AuditEvent, Clinic, OutboxEvent
from questionnaires.services import audit
from questionnaires.services.audit import first_broken_event
from questionnaires.services.outbox import record_event

WRITERS, EACH = 8, 30


@pytest.mark.django_db(transaction=True)
def test_eight_writers_at_once_keep_one_chain() -> None:
    clinic = Clinic.objects.create(slug="busy", name="Busy", phone="1", emergency_phone="2")

    def write(writer: int) -> None:
        try:
            for number in range(EACH):
                with transaction.atomic():
                    audit.record(clinic, "tested", clinic, detail={"writer": writer, "number": number})
                    record_event(clinic, OutboxEvent.Kind.ASSESSED, clinic)
                    audit.record(clinic, "tested", clinic)
        finally:
            connection.close()

    with ThreadPoolExecutor(WRITERS) as writers:
        list(writers.map(write, range(WRITERS)))
    events = AuditEvent.objects.filter(clinic=clinic)
    assert events.count() == 2 * WRITERS * EACH
    assert first_broken_event(clinic) is None
    numbers = OutboxEvent.objects.filter(clinic=clinic).order_by("number").values_list("number", flat=True)
    assert list(numbers) == list(range(1, WRITERS * EACH + 1))
    # Each writer's own events stand in the order in which they were written.
    for writer in range(WRITERS):
        own = [e.detail["number"] for e in events.order_by("number") if e.detail.get("writer") == writer]
        assert own == list(range(EACH))
