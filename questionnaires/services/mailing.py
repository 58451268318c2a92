"""Sending mail that rows ask for: claimed by one sender, made at the moment of sending, sent once."""

from collections.abc import Callable
from datetime import datetime, timedelta
from smtplib import SMTPException
from uuid import UUID

from django.core.mail import EmailMessage
from django.db.models import F, Q
from django.utils import timezone

from questionnaires.models import Message
from questionnaires.services.codes import code_mail
from questionnaires.services.inviting import invitation_mail, reminder_mail
from questionnaires.services.inviting_staff import colleague_mail
from questionnaires.services.outbox import Mail

LEASE = timedelta(seconds=90)  # far longer than a mail server may take, settings.EMAIL_TIMEOUT
LONGEST_PAUSE = timedelta(minutes=5)
UNSENT = (Message.Status.WAITING, Message.Status.SENDING)


def notice_mail(message: Message, now: datetime) -> Mail | None:
    """A notice as it was written; to one member of staff, or to the clinic's address for alerts."""
    if message.user is not None:
        return Mail(message.user.email, message.subject, message.body) if message.user.is_active else None
    address = message.clinic.alert_email
    return Mail(address, message.subject, message.body) if address else None


# Each makes what is sent, and None where it is not wanted any more.
_MAILS: dict[str, Callable[[Message, datetime], Mail | None]] = {
    Message.Kind.INVITATION: invitation_mail,
    Message.Kind.REMINDER: reminder_mail,
    Message.Kind.CODE: code_mail,
    Message.Kind.NOTICE: notice_mail,
    Message.Kind.COLLEAGUE: colleague_mail,
}


def due_messages(now: datetime | None = None, limit: int = 500) -> list[UUID]:
    """The ids of the mail that should be on its way by now, oldest first."""
    now = now or timezone.now()
    free = Q(status=Message.Status.WAITING) | Q(status=Message.Status.SENDING, claimed_until__lt=now)
    due = Message.objects.filter(free, due_at__lte=now).order_by("due_at")
    return list(due.values_list("pk", flat=True)[:limit])


def send_message(message_id: UUID, now: datetime | None = None) -> str:
    """Send one e-mail; return what became of it: sent, dropped, waiting (again later) or left (not ours).

    The claim is written before the mail server is asked, so two senders never send one row. Whoever dies
    between the server's word and the row leaves it to be sent a second time: at least once, rarely twice.
    """
    now = now or timezone.now()
    free = Q(status=Message.Status.WAITING) | Q(status=Message.Status.SENDING, claimed_until__lt=now)
    if not Message.objects.filter(free, pk=message_id, due_at__lte=now).update(
        status=Message.Status.SENDING, claim=F("claim") + 1, claimed_until=now + LEASE
    ):
        return "left"
    message = Message.objects.select_related("clinic", "user", "response__patient").get(pk=message_id)
    ours = Message.objects.filter(pk=message.pk, claim=message.claim, status=Message.Status.SENDING)
    if message.give_up_at is not None and message.give_up_at <= now:
        ours.update(status=Message.Status.DROPPED, failure="out_of_time", claimed_until=None)
        return "dropped"
    try:
        mail = _MAILS[message.kind](message, now)
        if mail is None:
            ours.update(status=Message.Status.DROPPED, failure="not_wanted", claimed_until=None)
            return "dropped"
        EmailMessage(mail.subject, mail.body, to=[mail.to]).send()
    except (OSError, SMTPException) as error:
        # The kind of error only: what a mail server says may hold an address.
        pause = min(timedelta(seconds=5) * 2 ** min(message.claim, 10), LONGEST_PAUSE)
        ours.update(
            status=Message.Status.WAITING,
            failure=type(error).__name__,
            due_at=now + pause,
            claimed_until=None,
        )
        return "waiting"
    ours.update(status=Message.Status.SENT, sent_at=now, failure="", claimed_until=None)
    return "sent"
