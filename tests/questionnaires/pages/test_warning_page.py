from typing import TYPE_CHECKING

import pytest
from django.test import Client
from django.urls import reverse

from decision_aid.models import Alert
from decision_aid.services.alerting import acknowledge_alert
from questionnaires.models import AuditEvent, User
from tests.cast import Visit, visiting
from tests.questionnaires.pages.browsing import agree, form_of, give, question_url, text_of

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Page


def understand(client: Client) -> "Page":
    """Press the button of the page that says what to do."""
    return client.post(reverse("warning"), form_of(client.get(reverse("warning")), "notice"))


@pytest.fixture
def spine_patient(visit: Visit) -> Client:
    """A patient at the list of sections of the spine form."""
    client = visiting(visit)
    agree(client)
    return client


def test_a_warning_sign_interrupts_with_what_to_do_and_whom_to_call(
    visit: Visit, spine_patient: Client
) -> None:
    answer = give(spine_patient, "bladder_change", "yes")
    assert answer["Location"] == reverse("warning")
    page = spine_patient.get(reverse("warning"))
    assert "Please get help today" in text_of(page)
    clinic = visit.consultation.clinic
    assert f'href="tel:{clinic.emergency_phone}"' in page.content.decode()
    assert f'href="tel:{clinic.phone.replace(" ", "")}"' in page.content.decode()
    sign = next(
        one for one in visit.consultation.release.document["warning_signs"] if one["id"] == "cauda_equina"
    )
    assert " ".join(sign["patient"].split()) in text_of(page)
    assert sign["title"] not in text_of(page)  # the clinician's words stay with the clinician


def test_the_clinic_sees_it_even_if_the_form_is_never_finished(visit: Visit, spine_patient: Client) -> None:
    give(spine_patient, "bladder_change", "yes")
    alert = Alert.objects.get(consultation=visit.consultation, sign="cauda_equina")
    assert (alert.urgency, alert.acknowledged_at) == ("emergency", None)


def test_understanding_it_goes_on_where_the_form_was_interrupted(spine_patient: Client) -> None:
    give(spine_patient, "bladder_change", "yes")
    assert understand(spine_patient)["Location"] == question_url("bowel_change")


def test_it_interrupts_once_and_reminds_from_then_on(spine_patient: Client) -> None:
    give(spine_patient, "bladder_change", "yes")
    understand(spine_patient)
    assert give(spine_patient, "age_years", "54")["Location"] == question_url("sex_at_birth")
    for name in ("visit", "check_answers"):
        assert "Some of your answers need help today" in text_of(spine_patient.get(reverse(name)))


def test_it_interrupts_again_until_it_was_understood(spine_patient: Client) -> None:
    give(spine_patient, "bladder_change", "yes")
    assert give(spine_patient, "age_years", "54")["Location"] == reverse("warning")


def test_taking_the_answer_back_ends_the_reminder_and_not_the_alert(
    visit: Visit, spine_patient: Client
) -> None:
    give(spine_patient, "bladder_change", "yes")
    understand(spine_patient)
    give(spine_patient, "bladder_change", "no")
    assert "need help today" not in text_of(spine_patient.get(reverse("visit")))
    assert spine_patient.get(reverse("warning"))["Location"] == reverse("visit")
    assert Alert.objects.filter(consultation=visit.consultation, acknowledged_at=None).count() == 1
    assert give(spine_patient, "bladder_change", "yes")["Location"] == reverse("warning")


def test_another_browser_of_the_same_patient_is_reminded_at_once(visit: Visit, spine_patient: Client) -> None:
    give(spine_patient, "bladder_change", "yes")
    other = visiting(visit)
    for name in ("visit", "check_answers"):
        assert "Some of your answers need help today" in text_of(other.get(reverse(name)))
    assert "Please get help today" in text_of(other.get(reverse("warning")))
    assert give(other, "age_years", "54")["Location"] == reverse("warning")


def test_what_was_understood_in_one_browser_interrupts_no_other(visit: Visit, spine_patient: Client) -> None:
    give(spine_patient, "bladder_change", "yes")
    understand(spine_patient)
    other = visiting(visit)
    assert give(other, "age_years", "54")["Location"] == question_url("sex_at_birth")
    assert "need help today" in text_of(other.get(reverse("visit")))


def test_a_sign_that_the_page_did_not_show_is_not_understood(spine_patient: Client) -> None:
    give(spine_patient, "bladder_change", "yes")
    page = spine_patient.get(reverse("warning"))
    give(spine_patient, "sexual_function_change", "yes")  # in another window, before the button was pressed
    spine_patient.post(reverse("warning"), form_of(page, "notice"))
    assert give(spine_patient, "age_years", "54")["Location"] == reverse("warning")


def test_an_alert_raised_anew_after_a_surgeon_closed_it_brings_the_advice_back(
    visit: Visit, spine_patient: Client, surgeon: User
) -> None:
    give(spine_patient, "bladder_change", "yes")
    understand(spine_patient)
    acknowledge_alert(Alert.objects.get(), surgeon, "Telephoned; sent to the emergency department.")
    assert give(spine_patient, "age_years", "54")["Location"] == question_url("sex_at_birth")
    assert give(spine_patient, "saddle_numbness", "yes")["Location"] == reverse("warning")
    assert Alert.objects.filter(acknowledged_at=None).count() == 1
    understand(spine_patient)
    assert give(spine_patient, "age_years", "55")["Location"] == question_url("sex_at_birth")


def test_who_understood_is_on_record_once(visit: Visit, spine_patient: Client) -> None:
    give(spine_patient, "bladder_change", "yes")
    page = form_of(spine_patient.get(reverse("warning")), "notice")
    for _ in range(2):
        spine_patient.post(reverse("warning"), page)
    event = AuditEvent.objects.get(action="warning_understood")
    assert (event.actor, event.detail) == ("patient", {"sign": "cauda_equina"})


def test_an_ordinary_answer_interrupts_nobody(spine_patient: Client) -> None:
    assert give(spine_patient, "bladder_change", "no")["Location"] == question_url("bowel_change")
    assert give(spine_patient, "bowel_change", "-unsure")["Location"] == question_url("saddle_numbness")
    assert spine_patient.get(reverse("warning"))["Location"] == reverse("visit")
