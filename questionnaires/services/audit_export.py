"""A clinic's audit events as a file: CSV for a spreadsheet, JSON lines for a program."""

import csv
import io
import json
from collections.abc import Iterable, Iterator

from django.db.models import QuerySet

from questionnaires.models import AuditEvent

COLUMNS = (
    "clinic",
    "number",
    "at",
    "actor",
    "user",
    "action",
    "record",
    "record_id",
    "patient",
    "detail",
    "previous_sha256",
    "sha256",
)
_STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\0")


def export_csv(events: QuerySet[AuditEvent]) -> Iterator[str]:
    """A line of names and one for each event; nothing in a cell is a formula."""
    yield _line(COLUMNS)
    for said in _said(events):
        yield _line(_harmless(value) for value in (*said.values(),))


def export_json_lines(events: QuerySet[AuditEvent]) -> Iterator[str]:
    """An object for each event, a line each."""
    for said in _said(events):
        yield json.dumps(said, ensure_ascii=False) + "\n"


def _said(events: QuerySet[AuditEvent]) -> Iterator[dict[str, object]]:
    """What an event says: staff by their address, patients by their id."""
    for event in events.select_related("clinic", "user").iterator(chunk_size=2000):
        values = (
            event.clinic.slug,
            event.number,
            event.at.isoformat(),
            event.actor,
            event.user.email if event.user else "",
            event.action,
            event.record,
            event.record_id,
            str(event.patient_id or ""),
            event.detail,
            event.previous_sha256,
            event.sha256,
        )
        yield dict(zip(COLUMNS, values, strict=True))


def _harmless(value: object) -> str:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True) if isinstance(value, dict) else str(value)
    return f"'{text}" if text.startswith(_STARTS_A_FORMULA) else text


def _line(values: Iterable[str]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(values)
    return line.getvalue()
