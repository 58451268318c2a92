"""Programs see how far a document is, and download what is ready."""

import json
from hashlib import sha256

import pytest
from django.test import Client

from decision_aid.models import Assessment, Summary
from decision_aid.services.summarising import render_summary
from questionnaires.models import AuditEvent, User
from tests.api_calls import get, problem, read
from tests.cast import raise_emergency, signed_in


def test_what_is_not_ready_is_not_downloaded(surgeon_client: Client, assessment: Assessment) -> None:
    summary = Summary.objects.get(assessment=assessment, audience="surgeon")
    shown = read(get(surgeon_client, f"summaries/{summary.pk}/"))
    assert (shown["status"], shown["sha256"], shown["size"]) == ("requested", "", 0)
    problem(get(surgeon_client, f"summaries/{summary.pk}/download/"), 409, "summary_not_ready")


def test_what_is_ready_is_the_file_of_its_hash(
    surgeon_client: Client, surgeon: User, assessment: Assessment
) -> None:
    summary = Summary.objects.get(assessment=assessment, audience="surgeon")
    render_summary(summary.pk)
    shown = read(get(surgeon_client, f"summaries/{summary.pk}/"))
    response = surgeon_client.get(f"/api/v1/summaries/{summary.pk}/download/")
    pdf = b"".join(response)
    assert response.status_code == 200
    assert response["Content-Type"] == "application/pdf"
    assert response["Cache-Control"] == "no-store"
    assert sha256(pdf).hexdigest() == shown["sha256"]
    assert len(pdf) == shown["size"]
    assert AuditEvent.objects.get(action="summary_downloaded").user == surgeon


def test_nothing_about_options_is_downloaded_while_an_emergency_is_open(
    surgeon_client: Client, assessment: Assessment
) -> None:
    summaries = {
        audience: Summary.objects.get(assessment=assessment, audience=audience)
        for audience in ("surgeon", "answers")
    }
    for summary in summaries.values():
        render_summary(summary.pk)
    raise_emergency(assessment.consultation)
    problem(get(surgeon_client, f"summaries/{summaries['surgeon'].pk}/download/"), 409, "emergency_open")
    answers = surgeon_client.get(f"/api/v1/summaries/{summaries['answers'].pk}/download/")
    assert b"".join(answers).startswith(b"%PDF")


def test_its_name_names_nobody(surgeon_client: Client, assessment: Assessment) -> None:
    summary = Summary.objects.get(assessment=assessment, audience="answers")
    render_summary(summary.pk)
    response = surgeon_client.get(f"/api/v1/summaries/{summary.pk}/download/")
    b"".join(response)
    assert response["Content-Disposition"] == 'inline; filename="candor-summary.pdf"'


def test_a_file_that_is_gone_is_said_to_be_gone(
    surgeon_client: Client, assessment: Assessment, caplog: pytest.LogCaptureFixture
) -> None:
    summary = Summary.objects.get(assessment=assessment, audience="surgeon")
    render_summary(summary.pk)
    summary.refresh_from_db()
    summary.file.storage.delete(str(summary.file.name))
    said = problem(get(surgeon_client, f"summaries/{summary.pk}/download/"), 410, "summary_file_missing")
    assert "no longer where it was stored" in said["detail"]
    assert not AuditEvent.objects.filter(action="summary_downloaded").exists()
    assert [line.getMessage() for line in caplog.records if line.levelname == "ERROR"] == [
        f"the file of summary {summary.pk} is not in the storage"
    ]


def test_the_document_says_that_a_file_may_be_gone(surgeon_client: Client) -> None:
    described = json.loads(get(surgeon_client, "schema/", format="json").content)
    answers = described["paths"]["/api/v1/summaries/{id}/download/"]["get"]["responses"]
    assert answers["410"]["content"].keys() == {"application/problem+json"}


def test_a_surgeon_of_another_clinic_finds_none(stranger: User, assessment: Assessment) -> None:
    summary = Summary.objects.get(assessment=assessment, audience="surgeon")
    render_summary(summary.pk)
    problem(get(signed_in(stranger), f"summaries/{summary.pk}/download/"), 404, "not_found")
