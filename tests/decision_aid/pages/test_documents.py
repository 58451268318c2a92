"""PDFs: only for those who may read them, in the browser, under a name that says nothing."""

from typing import Any

import pytest
from django.urls import reverse
from pypdf import PdfReader

from decision_aid.models import Alert, Consultation, Summary
from decision_aid.services.alerting import acknowledge_alert
from questionnaires.models import AuditEvent, User
from tests.cast import Visit, new_patient, new_visit, raise_emergency, signed_in, visiting
from tests.decision_aid.pages.conftest import open_alert_of, rendered, text_of


def assert_pdf(response: Any, name: str) -> None:
    assert response.status_code == 200
    assert b"".join(response.streaming_content).startswith(b"%PDF-")
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"] == f'inline; filename="{name}"'
    assert "no-store" in response["Cache-Control"]
    assert response["X-Content-Type-Options"] == "nosniff"


# -- the clinician's -------------------------------------------------------------------------------
@pytest.mark.parametrize("role", ["surgeon", "coordinator"])
def test_a_clinician_opens_a_document_in_the_browser(submitted: Consultation, cast: Any, role: str) -> None:
    summary = rendered(submitted, "surgeon")

    assert_pdf(
        signed_in(getattr(cast, role)).get(reverse("document", args=[summary.pk])), "candor-summary.pdf"
    )
    event = AuditEvent.objects.filter(action="document_viewed").get()
    assert (event.user, event.record_id) == (getattr(cast, role), str(summary.pk))


@pytest.mark.parametrize("status", ["requested", "rendering", "failed"])
def test_a_document_that_is_not_ready_says_so(submitted: Consultation, surgeon: User, status: str) -> None:
    summary = Summary.objects.filter(assessment__consultation=submitted)[0]
    Summary.objects.filter(pk=summary.pk).update(status=status)
    response = signed_in(surgeon).get(reverse("document", args=[summary.pk]))

    assert response.status_code == 409
    assert f"<code>{status}</code>" in response.content.decode()


def test_a_document_whose_file_is_gone_says_so(submitted: Consultation, surgeon: User) -> None:
    summary = rendered(submitted, "surgeon")
    summary.file.storage.delete(str(summary.file.name))
    response = signed_in(surgeon).get(reverse("document", args=[summary.pk]))

    assert response.status_code == 410
    assert "<code>summary_file_missing</code>" in response.content.decode()
    assert not AuditEvent.objects.filter(action="document_viewed").exists()


def test_a_patient_whose_file_is_gone_is_told_so(visit: Visit, submitted: Consultation) -> None:
    summary = rendered(submitted, "answers")
    summary.file.storage.delete(str(summary.file.name))
    response = visiting(visit).get(reverse("my_document", args=[summary.pk]))

    assert response.status_code == 410
    assert "This document cannot be shown" in text_of(response)


def test_documents_about_options_are_withheld_while_an_emergency_is_open(
    examined: Consultation, surgeon: User
) -> None:
    summary, answers = rendered(examined, "surgeon"), rendered(examined, "answers")
    raise_emergency(examined)
    browser = signed_in(surgeon)
    response = browser.get(reverse("document", args=[summary.pk]))

    assert response.status_code == 409
    assert "<code>emergency_open</code>" in response.content.decode()
    assert_pdf(browser.get(reverse("document", args=[answers.pk])), "candor-answers.pdf")


def test_the_document_of_the_emergency_itself_is_not_withheld(emergency: Consultation, surgeon: User) -> None:
    summary = rendered(emergency, "surgeon")

    assert open_alert_of(emergency)
    assert_pdf(signed_in(surgeon).get(reverse("document", args=[summary.pk])), "candor-summary.pdf")


def test_the_list_by_itself_is_for_pages_that_wait(submitted: Consultation, surgeon: User) -> None:
    address = reverse("documents", args=[submitted.pk])
    browser = signed_in(surgeon)
    waiting = browser.get(address, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in waiting
    assert f'data-poll="{address}"' in waiting
    assert "Being made" in waiting

    rendered(submitted, "surgeon")
    rendered(submitted, "answers")
    ready = browser.get(address, headers={"HX-Request": "true"}).content.decode()
    assert "data-poll" not in ready
    assert browser.get(address).headers["Location"] == reverse("sheet", args=[submitted.pk])


# -- the patient's ---------------------------------------------------------------------------------
def test_the_patient_opens_a_copy_of_the_answers_after_sending_them(
    visit: Visit, submitted: Consultation
) -> None:
    summary = rendered(submitted, "answers")
    browser = visiting(visit)

    listed = browser.get(reverse("my_documents"))
    assert reverse("my_document", args=[summary.pk]) in listed.content.decode()
    assert_pdf(browser.get(reverse("my_document", args=[summary.pk])), "candor-answers.pdf")
    assert AuditEvent.objects.get(action="document_viewed").actor == "patient"


def test_the_patient_never_opens_the_surgeons_document(visit: Visit, released: Consultation) -> None:
    summary = rendered(released, "surgeon")
    browser = visiting(visit)

    assert browser.get(reverse("my_document", args=[summary.pk])).status_code == 404
    assert str(summary.pk) not in browser.get(reverse("my_documents")).content.decode()


def test_the_patient_opens_the_options_after_release(visit: Visit, released: Consultation) -> None:
    summary = rendered(released, "patient")

    assert_pdf(visiting(visit).get(reverse("my_document", args=[summary.pk])), "candor-options.pdf")


def test_before_release_the_patient_has_no_document_about_options(visit: Visit, signed: Consultation) -> None:
    assert "Your treatment options" not in text_of(visiting(visit).get(reverse("my_documents")))


def test_an_emergency_after_release_leads_to_what_to_do_now(visit: Visit, released: Consultation) -> None:
    summary = rendered(released, "patient")
    raise_emergency(released)
    response = visiting(visit).get(reverse("my_document", args=[summary.pk]))

    assert (response.status_code, response["Location"]) == (302, reverse("my_options"))


def test_another_patients_document_does_not_exist(
    visit: Visit, submitted: Consultation, cast: Any, release: Any
) -> None:
    summary = rendered(submitted, "answers")
    other = new_visit(release, new_patient(cast.clinic, "T-2"), cast)

    assert visiting(other).get(reverse("my_document", args=[summary.pk])).status_code == 404


def test_a_clinicians_session_is_no_patients_visit(released: Consultation, surgeon: User) -> None:
    browser = signed_in(surgeon)

    for address in ("my_options", "my_documents"):
        assert browser.get(reverse(address)).status_code == 403


def test_the_list_says_how_far_each_document_is(visit: Visit, submitted: Consultation) -> None:
    browser = visiting(visit)
    assert "A copy of your answers Being made" in text_of(browser.get(reverse("my_documents")))

    Summary.objects.filter(assessment__consultation=submitted).update(status="failed", failure="x")
    said = text_of(browser.get(reverse("my_documents"), headers={"HX-Request": "true"}))
    assert "This could not be made." in said


def test_after_an_emergency_there_is_one_copy_and_it_has_every_answer(
    visit: Visit, emergency: Consultation, surgeon: User
) -> None:
    of_the_emergency = rendered(emergency, "answers")
    for alert in Alert.objects.filter(consultation=emergency, urgency="emergency"):
        acknowledge_alert(alert, surgeon, "Seen in the emergency department.")
    browser = visiting(visit)
    assert "A copy of your answers Being made" in text_of(browser.get(reverse("my_documents")))

    copy = rendered(emergency, "answers")
    assert copy.template_version.startswith("cleared-")
    listed = browser.get(reverse("my_documents"))
    assert text_of(listed).count("A copy of your answers") == 1
    assert reverse("my_document", args=[copy.pk]) in listed.content.decode()
    assert reverse("my_document", args=[of_the_emergency.pk]) not in listed.content.decode()
    assert len(words_of(copy)) > 2 * len(words_of(of_the_emergency))


def words_of(summary: Summary) -> str:
    with summary.file.open("rb") as pdf:
        return " ".join(page.extract_text() for page in PdfReader(pdf).pages)


def test_before_the_form_is_sent_there_is_nothing(visit: Visit) -> None:
    assert "There is nothing here yet." in text_of(visiting(visit).get(reverse("my_documents")))
