import pytest
from django.test import Client
from django.urls import reverse

from decision_aid.models import Alert
from tests.cast import Visit, visiting
from tests.questionnaires.pages.browsing import agree, give, question_url, text_of


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
    assert spine_patient.post(reverse("warning"))["Location"] == question_url("bowel_change")


def test_it_interrupts_once_and_reminds_from_then_on(spine_patient: Client) -> None:
    give(spine_patient, "bladder_change", "yes")
    spine_patient.post(reverse("warning"))
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
    spine_patient.post(reverse("warning"))
    give(spine_patient, "bladder_change", "no")
    assert "need help today" not in text_of(spine_patient.get(reverse("visit")))
    assert spine_patient.get(reverse("warning"))["Location"] == reverse("visit")
    assert Alert.objects.filter(consultation=visit.consultation, acknowledged_at=None).count() == 1
    assert give(spine_patient, "bladder_change", "yes")["Location"] == reverse("warning")


def test_another_browser_of_the_same_patient_is_told_at_the_next_answer(
    visit: Visit, spine_patient: Client
) -> None:
    give(spine_patient, "bladder_change", "yes")
    spine_patient.post(reverse("warning"))
    other = visiting(visit)
    assert give(other, "age_years", "54")["Location"] == reverse("warning")


def test_an_ordinary_answer_interrupts_nobody(spine_patient: Client) -> None:
    assert give(spine_patient, "bladder_change", "no")["Location"] == question_url("bowel_change")
    assert give(spine_patient, "bowel_change", "-unsure")["Location"] == question_url("saddle_numbness")
    assert spine_patient.get(reverse("warning"))["Location"] == reverse("visit")
