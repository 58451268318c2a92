"""An open warning sign tells more people at 15 minutes, 1 and 4 hours, by mail and by event, once each."""

from datetime import timedelta

import pytest
from django.core import mail

from decision_aid.models import Alert, Consultation, Escalation
from decision_aid.services.alerting import acknowledge_alert, raise_alerts
from decision_aid.services.escalating import due_escalations, escalate, escalate_due
from questionnaires.models import Clinic, Message, OutboxEvent, Patient, User
from questionnaires.services.mailing import due_messages, send_message

NUMB = {"saddle_numbness": True}
LATER = [timedelta(minutes=15), timedelta(hours=1), timedelta(hours=4)]


@pytest.fixture
def alert(consultation: Consultation) -> Alert:
    raise_alerts(consultation, NUMB)
    return Alert.objects.select_related("clinic").get()


def kinds() -> list[str]:
    return [kind for kind in OutboxEvent.objects.values_list("kind", flat=True) if kind.startswith("alert.")]


def told(step: int) -> set[str]:
    rows = Message.objects.filter(kind="notice", once__contains=f":{step}:")
    return {row.user.email if row.user else "the clinic" for row in rows}


def send_all(now_after: timedelta, alert: Alert) -> None:
    now = alert.raised_at + now_after
    for message_id in due_messages(now):
        send_message(message_id, now)


def test_it_is_said_at_once_by_both_channels(alert: Alert, surgeon: User) -> None:
    assert kinds() == ["alert.raised"]
    assert told(0) == {"the clinic", surgeon.email}


def test_each_step_is_taken_at_its_time_and_not_a_second_before(alert: Alert) -> None:
    for step, after in enumerate(LATER, start=1):
        due = alert.raised_at + after
        assert escalate_due(due - timedelta(seconds=1)) == 0
        assert escalate_due(due) == 1
        assert escalate_due(due) == 0
        assert kinds().count("alert.escalated") == step
    assert [event.detail["step"] for event in OutboxEvent.objects.filter(kind="alert.escalated")] == [1, 2, 3]
    assert Alert.objects.get().acknowledged_at is None


def test_each_step_tells_more_people(
    alert: Alert, surgeon: User, coordinator: User, administrator: User, stranger: User
) -> None:
    for after in LATER:
        escalate_due(alert.raised_at + after)
    assert told(1) == {"the clinic", surgeon.email, coordinator.email}
    assert told(3) == {"the clinic", surgeon.email, coordinator.email, administrator.email}


def test_the_mail_leads_to_the_sheet_and_names_neither_patient_nor_sign(
    alert: Alert, patient: Patient, clinic: Clinic
) -> None:
    Clinic.objects.filter(pk=clinic.pk).update(alert_email="nurse@northfield.example")
    escalate_due(alert.raised_at + LATER[0])
    send_all(LATER[0], alert)
    assert "nurse@northfield.example" in {to for one in mail.outbox for to in one.to}
    for one in mail.outbox:
        words = one.subject + str(one.body)
        assert f"/consultations/{alert.consultation_id}/" in words
        for secret in (patient.given_name, patient.family_name, patient.number, alert.title, "numb"):
            assert secret not in words


def test_without_an_address_of_the_clinic_that_mail_is_dropped(alert: Alert) -> None:
    send_all(timedelta(0), alert)
    assert Message.objects.get(once__endswith=":clinic").status == "dropped"
    assert len(mail.outbox) == 1


def test_after_a_long_outage_one_step_tells_for_all(alert: Alert, administrator: User) -> None:
    assert escalate_due(alert.raised_at + timedelta(hours=5)) == 1
    assert kinds() == ["alert.raised", "alert.escalated"]
    assert told(1) == told(2) == set()
    assert administrator.email in told(3)
    assert not Escalation.objects.filter(escalated_at__isnull=True).exists()


def test_closing_ends_it_and_is_told(alert: Alert, surgeon: User) -> None:
    later = alert.raised_at + timedelta(hours=5)
    waiting = due_escalations(later)
    acknowledge_alert(alert, surgeon, "Telephoned.")
    assert due_escalations(later) == []
    assert not Escalation.objects.filter(pk__in=waiting).exists()
    assert kinds() == ["alert.raised", "alert.closed"]
    assert not Message.objects.filter(kind="notice", status="waiting").exists()


def test_the_same_step_asked_for_twice_is_taken_once(alert: Alert) -> None:
    now = alert.raised_at + LATER[0]
    (step,) = due_escalations(now)
    assert [escalate(step, now), escalate(step, now)] == [True, False]


def test_one_that_was_raised_anew_escalates_anew(
    consultation: Consultation, alert: Alert, surgeon: User
) -> None:
    acknowledge_alert(alert, surgeon, "Telephoned.")
    raise_alerts(consultation, NUMB | {"bladder_change": True})
    again = Alert.objects.get(acknowledged_at__isnull=True)
    assert escalate_due(again.raised_at + LATER[0]) == 1
    assert again.escalations.filter(escalated_at__isnull=False).count() == 1
