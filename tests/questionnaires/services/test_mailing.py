"""Invitations and reminders: rows, sent once each at their time, and no more once the form was sent."""

import re
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from config.demonstration import Cast
from decision_aid.models import Consultation, DecisionAidVersion
from decision_aid.services.planning import plan_consultation
from questionnaires.models import AuditEvent, Message, Patient, QuestionnaireResponse, User
from questionnaires.services.inviting import find_invitation, invite, invite_by_mail, revoke_all
from questionnaires.services.mailing import due_messages, send_message
from questionnaires.services.refusals import Refused

NOW = timezone.now()
DAY = timedelta(days=1)


@pytest.fixture
def consultation(release: DecisionAidVersion, patient: Patient, cast: Cast) -> Consultation:
    """Planned for thirty days from now, nobody invited yet."""
    return plan_consultation(release, patient, cast.surgeon, NOW + 30 * DAY, place="Room 4")


@pytest.fixture
def response(consultation: Consultation) -> QuestionnaireResponse:
    return consultation.response


def send_due(now: datetime) -> list[str]:
    return [send_message(message_id, now) for message_id in due_messages(now)]


def token_in(body: Any) -> str:
    found = re.search(r"/l/([\w-]+)/", str(body))
    assert found
    return found[1]


def test_the_mail_names_clinic_surgeon_and_appointment_and_nothing_else(
    response: QuestionnaireResponse, surgeon: User, patient: Patient, coordinator: User
) -> None:
    invite_by_mail(response, coordinator, NOW)
    assert send_due(NOW) == ["sent"]
    (one,) = mail.outbox
    words = f"{one.subject}\n{one.body}"
    assert one.to == [patient.email]
    for told in ("Northfield Spine Clinic", str(surgeon), "Room 4"):
        assert told in words
    person = (patient.given_name, patient.family_name, patient.number, "1970")
    for secret in (*person, "surgery", "pain", "disc"):
        assert secret not in words


def test_its_link_works_and_is_stored_nowhere(response: QuestionnaireResponse, coordinator: User) -> None:
    invite_by_mail(response, coordinator, NOW)
    send_due(NOW)
    token = token_in(mail.outbox[0].body)
    assert find_invitation(token).response == response
    assert token not in str(list(Message.objects.values()))


def test_a_new_invitation_ends_the_older_link_at_once(
    response: QuestionnaireResponse, coordinator: User
) -> None:
    _, older = invite(response, coordinator, now=NOW)
    invite_by_mail(response, coordinator, NOW)
    with pytest.raises(Refused, match="link_revoked"):
        find_invitation(older)


def test_an_invitation_not_yet_sent_is_replaced_by_a_newer(
    response: QuestionnaireResponse, coordinator: User
) -> None:
    invite_by_mail(response, coordinator, NOW)
    invite_by_mail(response, coordinator, NOW)
    assert send_due(NOW) == ["sent"]
    assert len(mail.outbox) == 1


def test_without_an_address_nobody_is_invited_by_mail(
    response: QuestionnaireResponse, coordinator: User
) -> None:
    response.patient.email = ""
    with pytest.raises(Refused, match="no_address"):
        invite_by_mail(response, coordinator, NOW)
    assert not AuditEvent.objects.filter(action="invited").exists()


def test_reminders_go_seven_days_and_one_day_before_once_each(
    response: QuestionnaireResponse, consultation: Consultation
) -> None:
    _, letter = invite(response, None, now=NOW + 20 * DAY)
    for days in (7, 1):
        due = consultation.scheduled_at - days * DAY
        assert send_due(due - timedelta(seconds=1)) == []
        assert send_due(due) == ["sent"]
        assert send_due(due) == []
    assert [one.subject for one in mail.outbox] == [
        "A reminder from Northfield Spine Clinic: your questions before the appointment"
    ] * 2
    tokens = {letter, *(token_in(one.body) for one in mail.outbox)}
    assert len(tokens) == 3
    for token in tokens:  # the letter's link goes on working
        assert find_invitation(token, NOW + 29 * DAY).response == response


def test_inviting_again_reminds_no_more_often(response: QuestionnaireResponse) -> None:
    for _ in range(3):
        invite(response, None, now=NOW)
    assert Message.objects.filter(kind="reminder").count() == 2


def test_nobody_is_reminded_who_has_sent_the_form(response: QuestionnaireResponse) -> None:
    invite(response, None, now=NOW)
    QuestionnaireResponse.objects.filter(pk=response.pk).update(
        status="submitted", submitted_at=NOW, sha256="0" * 64
    )
    assert send_due(NOW + 29 * DAY) == ["dropped", "dropped"]
    assert mail.outbox == []


def test_nobody_is_reminded_late_or_after_the_appointment(response: QuestionnaireResponse) -> None:
    invite(response, None, now=NOW)
    assert set(send_due(NOW + 40 * DAY)) == {"dropped"}


def test_stopping_every_link_stops_the_mail_and_inviting_again_brings_it_back(
    response: QuestionnaireResponse, coordinator: User
) -> None:
    invite_by_mail(response, coordinator, NOW)
    revoke_all(response, coordinator, NOW)
    assert send_due(NOW + 29 * DAY) == []
    invite(response, coordinator, now=NOW)
    assert Message.objects.filter(kind="reminder", status="waiting").count() == 2


def test_a_mail_server_that_is_away_is_tried_again_later_and_each_time_later(
    response: QuestionnaireResponse, coordinator: User, settings: Any
) -> None:
    message = invite_by_mail(response, coordinator, NOW)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_USE_SSL = "127.0.0.1", 9, False
    now, pauses = NOW, []
    for _ in range(7):
        assert send_message(message.pk, now) == "waiting"
        message.refresh_from_db()
        pauses.append((message.due_at - now).total_seconds())
        assert send_message(message.pk, now) == "left"
        now = message.due_at
    assert pauses == [10, 20, 40, 80, 160, 300, 300]
    assert message.failure == "ConnectionRefusedError"
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert send_message(message.pk, now) == "sent"


def test_one_that_another_sender_holds_is_left_until_its_lease_ends(
    response: QuestionnaireResponse, coordinator: User
) -> None:
    message = invite_by_mail(response, coordinator, NOW)
    Message.objects.update(status="sending", claimed_until=NOW + timedelta(seconds=90))
    assert send_message(message.pk, NOW) == "left"
    assert send_message(message.pk, NOW + timedelta(seconds=91)) == "sent"
