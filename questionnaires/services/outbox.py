"""Asking that something leaves the house: a row, written in the transaction that made it due."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import models, transaction
from django.db.models import F
from django.utils import timezone

from questionnaires.models import AuditChain, Clinic, Message, OutboxEvent, QuestionnaireResponse, User


@dataclass(frozen=True)
class Mail:
    """An e-mail of plain text, at the moment of sending."""

    to: str
    subject: str
    body: str


def ask_to_send(
    clinic: Clinic,
    kind: Message.Kind,
    once: str,
    *,
    response: QuestionnaireResponse | None = None,
    user: User | None = None,
    subject: str = "",
    body: str = "",
    due_at: datetime | None = None,
    gives_up_after: timedelta | None = None,
    now: datetime | None = None,
) -> Message:
    """Write the row of an e-mail; `once` names what it is about, and a second request is the first."""
    now = now or timezone.now()
    due_at = due_at or now
    message, _ = Message.objects.get_or_create(
        once=once,
        defaults={
            "clinic": clinic,
            "kind": kind,
            "response": response,
            "user": user,
            "subject": subject,
            "body": body,
            "created_at": now,
            "due_at": due_at,
            "give_up_at": due_at + gives_up_after if gives_up_after else None,
        },
    )
    return message


@transaction.atomic
def record_event(
    clinic: Clinic,
    kind: OutboxEvent.Kind,
    record: models.Model,
    *,
    now: datetime | None = None,
    detail: Mapping[str, str | int] | None = None,
) -> OutboxEvent:
    """Append what happened to the clinic's events. `detail` holds ids and counts only.

    An update of the audit chain's row is the lock, so that numbers have no gap and commit in their order.
    """
    if not AuditChain.objects.filter(clinic=clinic).update(number=F("number")):
        AuditChain.objects.get_or_create(clinic=clinic)
        AuditChain.objects.filter(clinic=clinic).update(number=F("number"))
    last = OutboxEvent.objects.filter(clinic=clinic).order_by("-number").values_list("number", flat=True)[:1]
    return OutboxEvent.objects.create(
        clinic=clinic,
        number=next(iter(last), 0) + 1,
        kind=kind,
        at=now or timezone.now(),
        record=record._meta.model_name or "",
        record_id=str(record.pk),
        detail=dict(detail or {}),
    )
