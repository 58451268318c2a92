"""Anybody may ask whether a document is ours and the newest; nobody learns about whom it is."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from decision_aid.models import Assessment, Consultation, Summary
from tests.cast import Visit, assess, assess_again, signed_in, visiting
from tests.decision_aid.pages.conftest import rendered, text_of
from tests.processes import ROOT

ADDRESS = "/verify/"
Golden = Callable[[str], dict[str, Any]]


@pytest.fixture(autouse=True)
def _nobody_has_asked_yet(db: None) -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


def ask(sha256: str) -> Any:
    return Client().get(ADDRESS, {"hash": sha256})


def send(pdf: bytes) -> Any:
    return Client().post(ADDRESS, {"file": SimpleUploadedFile("any name.pdf", pdf)})


def bytes_of(summary: Summary) -> bytes:
    with summary.file.open("rb") as file:
        return bytes(file.read())


def test_a_document_is_known_by_its_file_its_hash_and_the_hash_on_its_pages(
    consultation: Consultation, golden: Golden
) -> None:
    assessment = assess(consultation, golden("typical_disc"))
    summary = rendered(consultation, "surgeon")
    answers = [send(bytes_of(summary)), ask(summary.sha256), ask(f" {assessment.report_sha256.upper()} ")]

    for answer in answers:
        said = text_of(answer)
        assert answer.status_code == 200
        assert "Yes, and it is the newest" in said
        assert f"{consultation.clinic.name}" in said
        assert f"release {assessment.release.number}" in said
        for personal in ("Siân", "Zażółć", "1970", "T-1", str(consultation.pk), str(summary.pk)):
            assert personal not in answer.content.decode()


def test_one_changed_byte_is_not_ours(consultation: Consultation, golden: Golden) -> None:
    assess(consultation, golden("typical_disc"))
    pdf = bytes_of(rendered(consultation, "surgeon"))

    assert "No, we do not know it" in text_of(send(pdf[:-1] + b" "))
    assert "No, we do not know it" in text_of(ask("0" * 64))


@pytest.mark.parametrize("asked", ["", "  ", "0" * 63, "g" * 64, "☃", "0" * 65, "0" * 64 + "\x00"])
def test_what_is_no_hash_is_refused_at_its_field(db: None, asked: str) -> None:
    refused = ask(asked)

    assert refused.status_code == 422
    assert "A code has 64 signs" in text_of(refused)
    assert 'href="#hash"' in refused.content.decode()


def test_a_mistyped_code_stays_in_its_field(db: None) -> None:
    assert 'value="3f&lt;Ü 9"' in ask("3f<Ü 9").content.decode()


def test_a_missing_file_is_said_at_the_file(db: None) -> None:
    refused = Client().post(ADDRESS)

    assert 'href="#file"' in refused.content.decode()
    assert "Choose the PDF" in text_of(refused)


def test_a_file_is_needed_and_may_be_empty(db: None) -> None:
    assert Client().post(ADDRESS).status_code == 422
    assert "No, we do not know it" in text_of(send(b"x"))


def test_an_amended_assessment_supersedes_the_older_ones_everywhere(
    visit: Visit, consultation: Consultation, golden: Golden, surgeon: Any
) -> None:
    first = assess(consultation, golden("disc_imaging_unknown"))
    old, copy = rendered(consultation, "surgeon"), rendered(consultation, "answers")
    assess_again(consultation, golden("typical_disc"))
    new = rendered(consultation, "surgeon")

    assert "there is a newer one" in text_of(ask(old.sha256))
    assert "there is a newer one" in text_of(ask(first.report_sha256))
    assert "it is the newest" in text_of(ask(new.sha256))
    assert "it is the newest" in text_of(ask(copy.sha256))
    listed = text_of(
        signed_in(surgeon).get(reverse("documents", args=[consultation.pk]), headers={"HX-Request": "true"})
    )
    assert listed.count("Superseded") == 1
    assert "Superseded" not in text_of(visiting(visit).get(reverse("my_documents")))


def test_released_options_are_superseded_by_a_later_assessment(
    visit: Visit, released: Consultation, golden: Golden
) -> None:
    rendered(released, "patient")
    assert "Superseded" not in text_of(visiting(visit).get(reverse("my_documents")))
    Assessment.objects.bulk_create([_next(released.assessments.latest("number"))])

    assert "Superseded" in text_of(visiting(visit).get(reverse("my_documents")))


def _next(assessment: Assessment) -> Assessment:
    copied = {
        field.attname: getattr(assessment, field.attname)
        for field in Assessment._meta.concrete_fields
        if field.attname not in {"id", "number"}
    }
    return Assessment(number=assessment.number + 1, **copied)


def test_whoever_asks_too_often_waits(db: None) -> None:
    browser = Client()
    for _ in range(30):
        assert browser.get(ADDRESS).status_code == 200
    response = browser.get(ADDRESS)

    assert response.status_code == 429
    assert int(response["Retry-After"]) > 0


@pytest.mark.worker
def test_every_process_of_the_web_counts_what_the_others_were_asked(
    worker_environment: dict[str, str],
) -> None:
    for _ in range(30):
        assert Client().get(ADDRESS).status_code == 200
    ask_once = "from django.test import Client; print(Client().get('/verify/').status_code)"
    other = subprocess.run(
        [sys.executable, "manage.py", "shell", "--no-imports", "-c", ask_once],
        cwd=ROOT,
        env=worker_environment | {"ALLOWED_HOSTS": "testserver"},
        capture_output=True,
        text=True,
        check=True,
    )

    assert other.stdout.split() == ["429"]
