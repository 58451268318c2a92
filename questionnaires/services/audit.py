"""A clinic's audit chain: appended to in the transaction of the act it records, and checked link by link."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

from django.db import models, transaction
from django.utils import timezone

from questionnaires.definition.digest import sha256_of
from questionnaires.definition.problems import Problem
from questionnaires.models import AuditChain, AuditEvent, Clinic, Patient, User

# From a record to the patient whom it is about, the nearest way first.
_PATIENT_PATHS = (
    ("patient_id",),
    ("response", "patient_id"),
    ("consultation", "patient_id"),
    ("assessment", "consultation", "patient_id"),
)


class Entry(NamedTuple):
    """What is to be recorded; `detail` holds ids, codes and counts only: never a name or an answer."""

    action: str
    record: models.Model
    actor: str = AuditEvent.Actor.STAFF
    user: User | None = None
    detail: Mapping[str, str | int] | None = None


class Head(NamedTuple):
    """Where a clinic's chain stands: what is kept elsewhere, so that nobody can cut the chain unseen."""

    clinic: str
    number: int
    sha256: str


class AuditProblem(StrEnum):
    """What can have been done to a chain."""

    CHANGED = "event_changed"
    MISSING = "event_missing"
    MOVED = "event_moved"
    OUT_OF_PLACE = "event_out_of_place"
    INSERTED = "event_inserted"
    CUT_OFF = "chain_cut_off"
    HEAD_DIFFERS = "chain_head_differs"
    ANCHOR_DIFFERS = "anchor_differs"


# ── Appending ───────────────────────────────────────────────────────────────────────────────────────────


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
    return record_all(clinic, [Entry(action, record, actor, user, detail)])[0]


@transaction.atomic
def record_all(clinic: Clinic, entries: Sequence[Entry]) -> list[AuditEvent]:
    """Append events in their order.

    The head of the chain moves by one update that demands the head it was made for: whoever comes second
    waits for the first to commit, finds another head, and makes its events anew. That needs no lock that one
    database has and another has not.
    """
    while True:
        head = AuditChain.objects.filter(clinic=clinic).first()
        if head is None:
            head, _ = AuditChain.objects.get_or_create(clinic=clinic)
        events = _chained(head, entries, timezone.now())
        unmoved = AuditChain.objects.filter(pk=head.pk, number=head.number, sha256=head.sha256)
        if not events or unmoved.update(number=events[-1].number, sha256=events[-1].sha256):
            return AuditEvent.objects.bulk_create(events, batch_size=500)


def _chained(head: AuditChain, entries: Iterable[Entry], at: datetime) -> list[AuditEvent]:
    """The events that follow a head, each repeating the hash of the one before it."""
    number, sha256 = head.number, head.sha256
    events: list[AuditEvent] = []
    for entry in entries:
        number += 1
        event = AuditEvent(
            clinic_id=head.clinic_id,
            number=number,
            at=at,
            actor=entry.actor,
            user=entry.user,
            action=entry.action,
            record=entry.record._meta.label,
            record_id=str(entry.record.pk),
            patient_id=patient_of(entry.record),
            detail=dict(entry.detail or {}),
            previous_sha256=sha256,
        )
        event.sha256 = sha256 = event_sha256(event)
        events.append(event)
    return events


def patient_of(record: models.Model) -> UUID | None:
    """Whom a record is about, where it is about a patient."""
    if isinstance(record, Patient):
        return record.pk
    for path in _PATIENT_PATHS:
        found: Any = record
        for name in path:
            found = getattr(found, name, None)
        if isinstance(found, UUID):
            return found
    return None


def event_sha256(event: AuditEvent) -> str:
    """The hash that the next event repeats: over everything the event says and the hash before it."""
    return _sha256_as(event, event.number)


def _sha256_as(event: AuditEvent, number: int) -> str:
    said = {
        "clinic": event.clinic_id,
        "number": number,
        "at": event.at.isoformat(),
        "actor": event.actor,
        "user": event.user_id,
        "action": event.action,
        "record": event.record,
        "record_id": event.record_id,
        "detail": event.detail,
        "previous": event.previous_sha256,
    }
    # Events of before the column name no patient.
    return sha256_of(said | ({"patient": str(event.patient_id)} if event.patient_id else {}))


# ── Checking ────────────────────────────────────────────────────────────────────────────────────────────


def head_of(clinic: Clinic) -> Head:
    """Where a clinic's chain stands now; number 0 and an empty hash before its first event."""
    chain = AuditChain.objects.filter(clinic=clinic).first()
    return Head(clinic.slug, chain.number, chain.sha256) if chain else Head(clinic.slug, 0, "")


def breaks_in_chain(clinic: Clinic, anchors: Sequence[Head] = ()) -> Iterator[Problem]:
    """What was changed, taken out, put in, moved or cut off, in the order of the numbers.

    `anchors` are heads of this clinic that were kept elsewhere: against them even a chain that was written
    anew to its end shows.
    """
    kept = {anchor.number: anchor for anchor in anchors if anchor.number}
    number, sha256, is_whole = 0, "", True
    for event in AuditEvent.objects.filter(clinic=clinic).order_by("number").iterator(chunk_size=2000):
        is_next = event.number == number + 1
        if not is_next:
            yield _missing(clinic, AuditProblem.MISSING, number + 1, event.number - 1)
        was_whole, is_whole = is_whole, event.sha256 == event_sha256(event)
        if not is_whole:
            yield _altered(clinic, event)
        elif is_next and was_whole and event.previous_sha256 != sha256:
            yield _problem(
                clinic,
                AuditProblem.OUT_OF_PLACE,
                event.number,
                f"does not follow event {number}: one of the two was replaced, or something was put between",
            )
        anchor = kept.pop(event.number, None)
        if anchor is not None and anchor.sha256 != event.sha256:
            yield _problem(
                clinic,
                AuditProblem.ANCHOR_DIFFERS,
                event.number,
                "is not the one whose hash was kept elsewhere: the chain was written anew up to here",
            )
        number, sha256 = event.number, event.sha256
    yield from _breaks_at_the_end(clinic, number, sha256)
    for anchor in kept.values():
        if anchor.number > number:
            yield _missing(clinic, AuditProblem.CUT_OFF, number + 1, anchor.number)


def _breaks_at_the_end(clinic: Clinic, number: int, sha256: str) -> Iterator[Problem]:
    head = head_of(clinic)
    if head.number > number:
        yield _missing(clinic, AuditProblem.CUT_OFF, number + 1, head.number)
    elif head.number < number:
        last = f" to {number}" if number > head.number + 1 else ""
        yield _problem(
            clinic,
            AuditProblem.INSERTED,
            head.number + 1,
            f"{last.strip()} was put in after the head of the chain".strip(),
        )
    elif head.sha256 != sha256:
        yield _problem(clinic, AuditProblem.HEAD_DIFFERS, number, "is not the one that the head names")


def _altered(clinic: Clinic, event: AuditEvent) -> Problem:
    """An event that does not fit its own hash: changed, or in another's place."""
    before = AuditEvent.objects.filter(clinic=clinic, sha256=event.previous_sha256).first()
    candidates = {event.number - 1, event.number + 1, before.number + 1 if before else 1} - {event.number}
    for number in sorted(candidates):
        if event.sha256 == _sha256_as(event, number):
            sentence = f"is what event {number} was: events were swapped, put in or taken out"
            return _problem(clinic, AuditProblem.MOVED, event.number, sentence)
    return _problem(clinic, AuditProblem.CHANGED, event.number, "was changed after it was written")


def _missing(clinic: Clinic, code: AuditProblem, first: int, last: int) -> Problem:
    sentence = "is missing" if first == last else f"and all up to event {last} are missing"
    where = " at the end of the chain" if code is AuditProblem.CUT_OFF else ""
    return _problem(clinic, code, first, f"{sentence}{where}")


def _problem(clinic: Clinic, code: AuditProblem, number: int, sentence: str) -> Problem:
    return Problem(code, f"{clinic.slug}/{number}", f"Event {number} {sentence}.")


def first_broken_event(clinic: Clinic) -> int | None:
    """Return the number of the first event that does not fit its chain, or None when all do."""
    numbers = [int(problem.place.rpartition("/")[2]) for problem in breaks_in_chain(clinic)]
    return min(numbers, default=None)
