"""Consultations at the stages that the pages show, and what a page says without its markup."""

import html
import re
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.http import HttpResponse
from pypdf import PdfReader

from decision_aid.models import Alert, Assessment, Consultation, Summary
from decision_aid.selectors import current_assessment
from decision_aid.services.summarising import render_summary

AtStage = Callable[[dict[str, Any], str], Consultation]
Golden = Callable[[str], dict[str, Any]]


@pytest.fixture
def submitted(at_stage: AtStage, golden: Golden) -> Consultation:
    """Only the patient has answered: the options wait for the clinician's findings."""
    return at_stage(golden("disc_imaging_unknown"), "submitted")


@pytest.fixture
def examined(at_stage: AtStage, golden: Golden) -> Consultation:
    """A slipped disc with findings: two assessments, the second unsigned."""
    return at_stage(golden("typical_disc"), "findings")


@pytest.fixture
def signed(at_stage: AtStage, golden: Golden) -> Consultation:
    return at_stage(golden("typical_disc"), "signed")


@pytest.fixture
def released(at_stage: AtStage, golden: Golden) -> Consultation:
    return at_stage(golden("typical_disc"), "released")


@pytest.fixture
def emergency(at_stage: AtStage, golden: Golden) -> Consultation:
    """The patient's answers fit a sign that needs care today; nobody has closed it."""
    return at_stage(golden("disc_cauda_equina"), "submitted")


def assessment_of(consultation: Consultation) -> Assessment:
    assessment = current_assessment(consultation)
    assert assessment is not None
    return assessment


def open_alert_of(consultation: Consultation, urgency: str = "emergency") -> Alert:
    return Alert.objects.get(consultation=consultation, urgency=urgency, acknowledged_at__isnull=True)


def rendered(consultation: Consultation, audience: str) -> Summary:
    """The newest document for this audience, made as a worker makes it."""
    summary = Summary.objects.filter(assessment__consultation=consultation, audience=audience).order_by(
        "-assessment__number", "-requested_at"
    )[0]
    assert render_summary(summary.pk).status == "ready"
    summary.refresh_from_db()
    return summary


def text_of(response: Any) -> str:
    """What a page says, without markup, on one line."""
    assert isinstance(response, HttpResponse)
    without_markup = re.sub(r"<[^>]+>", " ", response.content.decode())
    return " ".join(html.unescape(without_markup).split())


def pdf_text_of(summary: Summary) -> str:
    """What a PDF says, on one line."""
    with summary.file.open("rb") as stored:
        reader = PdfReader(BytesIO(stored.read()), strict=True)
    return " ".join(" ".join(sheet.extract_text() for sheet in reader.pages).split())
