"""An administrator searches who saw or changed what, and takes it along."""

import csv
import io
import json

import pytest
from django.test import Client

from config.demonstration import Cast
from questionnaires.models import AuditEvent, Clinic, Patient
from questionnaires.services import audit
from tests.cast import signed_in

PAGE = "/administration/questionnaires/auditevent/"


@pytest.fixture
def office(cast: Cast) -> Client:
    return signed_in(cast.administrator)


@pytest.fixture
def events(cast: Cast, other_cast: Cast, patient: Patient) -> Patient:
    audit.record(cast.clinic, "seen_by_surgeon", patient, user=cast.surgeon)
    audit.record(cast.clinic, "=cmd()", cast.clinic, user=cast.author)
    audit.record(other_cast.clinic, "seen_elsewhere", other_cast.clinic, user=other_cast.surgeon)
    return patient


def text_of(response: object) -> str:
    return b"".join(response.streaming_content).decode()  # type: ignore[attr-defined]  # a streamed answer


@pytest.mark.parametrize(
    "found_by", ["?q={number}", "?patient__id__exact={id}", "?q=surgeon@northfield.example"]
)
def test_what_was_seen_of_one_patient_or_by_one_person_is_found(
    office: Client, events: Patient, found_by: str
) -> None:
    page = office.get(PAGE + found_by.format(number=events.number, id=events.pk))
    listed = {event.action for event in page.context["cl"].result_list}
    assert "seen_by_surgeon" in listed
    assert "=cmd()" not in listed


def test_another_clinics_events_are_nowhere(office: Client, events: Patient) -> None:
    assert "seen_elsewhere" not in office.get(PAGE).content.decode()
    assert "seen_elsewhere" not in text_of(office.get(f"{PAGE}export/jsonl/"))


def test_what_is_listed_is_taken_along_and_that_is_recorded(
    office: Client, events: Patient, clinic: Clinic
) -> None:
    lines = text_of(office.get(f"{PAGE}export/jsonl/?patient__id__exact={events.pk}")).splitlines()
    (event,) = (json.loads(line) for line in lines)
    assert (event["action"], event["user"], event["patient"]) == (
        "seen_by_surgeon", "surgeon@northfield.example", str(events.pk),
    )  # fmt: skip
    assert events.family_name not in "".join(lines)
    recorded = AuditEvent.objects.filter(clinic=clinic).latest("number")
    assert (recorded.action, recorded.detail) == ("audit_exported", {"events": 1})


def test_nothing_in_a_spreadsheet_is_a_formula(office: Client, events: Patient) -> None:
    rows = list(csv.DictReader(io.StringIO(text_of(office.get(f"{PAGE}export/csv/")))))
    assert "'=cmd()" in {row["action"] for row in rows}
    assert all(not value.startswith(("=", "+", "-", "@")) for row in rows for value in row.values())


def test_only_an_administrator_takes_it(events: Patient, cast: Cast) -> None:
    assert signed_in(cast.approver).get(f"{PAGE}export/csv/").status_code == 403
    assert signed_in(cast.administrator).get(f"{PAGE}export/xls/").status_code == 403
