"""Appending to a clinic's audit chain, in the transaction of the act it records."""

from collections.abc import Mapping

from django.db import models, transaction
from django.utils import timezone

from questionnaires.definition.digest import sha256_of
from questionnaires.models import AuditChain, AuditEvent, Clinic, User


@transaction.atomic
def record(
    clinic: Clinic,
    action: str,
    record: models.Model,
    *,
    actor: str = AuditEvent.Actor.STAFF,
    user: User | None = None,
    detail: Mapping[str, str | int] | None = None,
) -> AuditEvent:
    """Append one event. `detail` holds ids, codes and counts only: never a name or an answer."""
    AuditChain.objects.get_or_create(clinic=clinic)
    # PostgreSQL locks the row; on SQLite the IMMEDIATE transaction has already locked the file.
    chain = AuditChain.objects.select_for_update().get(clinic=clinic)
    event = AuditEvent(
        clinic=clinic,
        number=chain.number + 1,
        at=timezone.now(),
        actor=actor,
        user=user,
        action=action,
        record=record._meta.label,
        record_id=str(record.pk),
        detail=dict(detail or {}),
        previous_sha256=chain.sha256,
    )
    event.sha256 = event_sha256(event)
    event.save(force_insert=True)
    AuditChain.objects.filter(pk=chain.pk).update(number=event.number, sha256=event.sha256)
    return event


def event_sha256(event: AuditEvent) -> str:
    """The hash that the next event repeats: over everything the event says and the hash before it."""
    return sha256_of(
        {
            "clinic": event.clinic_id,
            "number": event.number,
            "at": event.at.isoformat(),
            "actor": event.actor,
            "user": event.user_id,
            "action": event.action,
            "record": event.record,
            "record_id": event.record_id,
            "detail": event.detail,
            "previous": event.previous_sha256,
        }
    )


def first_broken_event(clinic: Clinic) -> int | None:
    """Return the number of the first event that does not fit its chain, or None when all do."""
    number, sha256 = 0, ""
    for event in AuditEvent.objects.filter(clinic=clinic).order_by("number").iterator():
        number += 1
        if event.number != number or event.previous_sha256 != sha256 or event.sha256 != event_sha256(event):
            return number
        sha256 = event.sha256
    chain = AuditChain.objects.filter(clinic=clinic).first()
    if chain is not None and (chain.number, chain.sha256) != (number, sha256):
        return number + 1
    return None
