"""Links: made, mailed, found, checked against a birth date, revoked."""

import secrets
from datetime import date, datetime, timedelta
from hashlib import sha256
from http import HTTPStatus

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from questionnaires.models import AuditEvent, Invitation, Message, QuestionnaireResponse, User
from questionnaires.services import audit
from questionnaires.services.appointments import appointment_of
from questionnaires.services.outbox import Mail, ask_to_send
from questionnaires.services.refusals import Refused

TOKEN_BYTES = 24  # 192 random bits: far above the 112 for which a plain hash may be stored
# A letter's secret is typed by hand by those without a camera: small letters and digits of which no two look
# alike, 26 of 31 signs and so 128.8 random bits, in groups. The hyphens belong to it.
TYPED_SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"
TYPED_GROUPS = (5, 5, 5, 5, 6)
REMIND_DAYS = (7, 1)  # before the appointment
TABLET_LIFE = timedelta(hours=2)
Channel = Invitation.Channel


def token_hash(token: str) -> str:
    """What is stored instead of the secret."""
    return sha256(token.encode()).hexdigest()


def link_address(token: str) -> str:
    """The address that opens a link."""
    return f"{settings.PUBLIC_URL}{reverse('link', args=[token])}"


@transaction.atomic
def invite(
    response: QuestionnaireResponse,
    by: User | None,
    channel: Channel = Channel.LINK,
    now: datetime | None = None,
) -> tuple[Invitation, str]:
    """Make a link to a response; older links to it stop working. Return the row and the secret, once.

    The patient is reminded before the appointment, where there is an address for mail.
    """
    now = now or timezone.now()
    _stop_links(response, now)
    invitation, token = _make_link(response, by, channel, now)
    actor = AuditEvent.Actor.STAFF if by else AuditEvent.Actor.SYSTEM
    audit.record(response.clinic, "invited", response, actor=actor, user=by, detail={"channel": channel})
    _ask_to_remind(response, now)
    return invitation, token


@transaction.atomic
def invite_on_tablet(response: QuestionnaireResponse, by: User, now: datetime | None = None) -> Invitation:
    """A link for one visit on a tablet of the clinic, whose secret nobody ever sees; others go on working."""
    now = now or timezone.now()
    invitation, _ = _make_link(response, by, Channel.TABLET, now)
    invitation.expires_at = now + TABLET_LIFE
    invitation.save(update_fields=["expires_at"])
    audit.record(response.clinic, "invited", response, user=by, detail={"channel": Channel.TABLET})
    return invitation


@transaction.atomic
def invite_by_mail(response: QuestionnaireResponse, by: User | None, now: datetime | None = None) -> Message:
    """Ask for a link by e-mail; older links stop working now, the new one is made when it is sent.

    Refused: no_address.
    """
    now = now or timezone.now()
    if not response.patient.email:
        raise Refused(
            "no_address",
            f"There is no e-mail address for {response.patient.number}. Add one, or print a letter.",
            HTTPStatus.UNPROCESSABLE_ENTITY,
        )
    _stop_links(response, now)
    actor = AuditEvent.Actor.STAFF if by else AuditEvent.Actor.SYSTEM
    event = audit.record(
        response.clinic, "invited", response, actor=actor, user=by, detail={"channel": Channel.EMAIL}
    )
    _ask_to_remind(response, now)
    return ask_to_send(
        response.clinic,
        Message.Kind.INVITATION,
        f"invitation:{response.pk}:{event.number}",
        response=response,
        gives_up_after=timedelta(days=settings.INVITATION_DAYS),
        now=now,
    )


def invitation_mail(message: Message, now: datetime) -> Mail | None:
    """The invitation with a link made for it; None once the form was sent."""
    return _link_mail(message, now, "invitation")


def reminder_mail(message: Message, now: datetime) -> Mail | None:
    """A reminder with a link of its own, because the first may have run out; None once the form was sent.

    The letter's link and the first mail's go on working: a reminder replaces nothing.
    """
    return _link_mail(message, now, "reminder")


def _link_mail(message: Message, now: datetime, template: str) -> Mail | None:
    response = message.response
    if response is None or not response.patient.email:
        return None
    if response.status != QuestionnaireResponse.Status.OPEN:
        return None
    appointment = appointment_of(response)
    if appointment is not None and appointment.at <= now:
        return None
    _, token = _make_link(response, None, Channel.EMAIL, now)
    context = {
        "clinic": response.clinic,
        "appointment": appointment,
        "address": link_address(token),
        "days": settings.INVITATION_DAYS,
    }
    subject, _, body = render_to_string(f"questionnaires/mail/{template}.txt", context).partition("\n")
    return Mail(response.patient.email, subject.strip(), body.strip() + "\n")


def _ask_to_remind(response: QuestionnaireResponse, now: datetime) -> None:
    appointment = appointment_of(response)
    if appointment is None or not response.patient.email:
        return
    for days in REMIND_DAYS:
        due_at = appointment.at - timedelta(days=days)
        if due_at > now:
            ask_to_send(
                response.clinic,
                Message.Kind.REMINDER,
                f"reminder:{response.pk}:{days}",
                response=response,
                due_at=due_at,
                gives_up_after=timedelta(hours=20),
                now=now,
            )


def _make_link(
    response: QuestionnaireResponse, by: User | None, channel: Channel, now: datetime
) -> tuple[Invitation, str]:
    token = _typed_token() if channel == Channel.LETTER else secrets.token_urlsafe(TOKEN_BYTES)
    invitation = Invitation.objects.create(
        clinic=response.clinic,
        response=response,
        channel=channel,
        token_sha256=token_hash(token),
        created_by=by,
        expires_at=now + timedelta(days=settings.INVITATION_DAYS),
    )
    return invitation, token


def _typed_token() -> str:
    return "-".join("".join(secrets.choice(TYPED_SIGNS) for _ in range(length)) for length in TYPED_GROUPS)


def _stop_links(response: QuestionnaireResponse, now: datetime) -> None:
    """End every link to a response, and the mail that would bring another."""
    response.invitations.filter(revoked_at__isnull=True).update(revoked_at=now)
    response.messages.filter(kind=Message.Kind.INVITATION, status=Message.Status.WAITING).update(
        status=Message.Status.DROPPED, failure="replaced"
    )


def find_invitation(token: str, now: datetime | None = None) -> Invitation:
    """Return the invitation of a secret. Refused: link_unknown, and what `check_invitation` refuses."""
    invitation = (
        Invitation.objects.select_related("clinic", "response__patient", "response__version")
        .defer("response__version__document")
        .filter(token_sha256=token_hash(token))
        .first()
    )
    if invitation is None:
        raise Refused(
            "link_unknown",
            "This link is not one of ours. Check that you opened all of it, or ask your clinic.",
            HTTPStatus.NOT_FOUND,
        )
    check_invitation(invitation, now)
    return invitation


def check_invitation(invitation: Invitation, now: datetime | None = None) -> None:
    """Refuse a link that no longer works: link_revoked, link_expired, link_locked."""
    if invitation.revoked_at is not None:
        raise Refused(
            "link_revoked",
            "This link has been replaced by a newer one. Please use the newest link from your clinic.",
            HTTPStatus.GONE,
        )
    if invitation.expires_at <= (now or timezone.now()):
        raise Refused(
            "link_expired",
            f"This link has stopped working: a link lasts {settings.INVITATION_DAYS} days. "
            "Your clinic can send you a new one.",
            HTTPStatus.GONE,
        )
    if invitation.birth_date_tries >= settings.BIRTH_DATE_TRIES:
        raise Refused(
            "link_locked",
            "This link is locked, because the date of birth did not match several times. "
            "Nothing is lost. Your clinic can send you a new link.",
            HTTPStatus.FORBIDDEN,
        )


def confirm_birth_date(invitation: Invitation, birth_date: date) -> None:
    """Check that the right person holds the link: a match, not a secret.

    Each try is counted by one conditional update before the comparison, so that parallel guesses cannot
    exceed the limit. Refused: birth_date_wrong, and what `check_invitation` refuses.
    """
    check_invitation(invitation)
    limit = settings.BIRTH_DATE_TRIES
    counted = Invitation.objects.filter(pk=invitation.pk, birth_date_tries__lt=limit).update(
        birth_date_tries=F("birth_date_tries") + 1
    )
    invitation.refresh_from_db(fields=["birth_date_tries", "revoked_at", "expires_at"])
    if not counted:
        check_invitation(invitation)
        # The right date has just unlocked it; this guess was not counted, so it is not looked at.
        raise Refused(
            "birth_date_wrong",
            "Several dates were tried at the same moment, and this one was not looked at. Try again.",
            HTTPStatus.FORBIDDEN,
        )
    if birth_date == invitation.response.patient.birth_date:
        Invitation.objects.filter(pk=invitation.pk).update(birth_date_tries=0)
        audit.record(invitation.clinic, "birth_date_matched", invitation, actor=AuditEvent.Actor.PATIENT)
        return
    audit.record(
        invitation.clinic,
        "birth_date_refused",
        invitation,
        actor=AuditEvent.Actor.PATIENT,
        detail={"tries": invitation.birth_date_tries},
    )
    check_invitation(invitation)
    left = limit - invitation.birth_date_tries
    raise Refused(
        "birth_date_wrong",
        "That is not the date of birth we have for this appointment. "
        f"You can try {left} more time{'' if left == 1 else 's'}.",
        HTTPStatus.FORBIDDEN,
    )


@transaction.atomic
def revoke(invitation: Invitation, by: User, now: datetime | None = None) -> None:
    """Stop a link at once. A link already stopped stays as it is."""
    if Invitation.objects.filter(pk=invitation.pk, revoked_at__isnull=True).update(
        revoked_at=now or timezone.now()
    ):
        audit.record(invitation.clinic, "link_revoked", invitation, user=by)


@transaction.atomic
def revoke_all(response: QuestionnaireResponse, by: User, now: datetime | None = None) -> None:
    """Stop every link to a response at once, forget its known browsers, and send no further mail about it."""
    now = now or timezone.now()
    _stop_links(response, now)
    response.devices.all().delete()
    response.messages.filter(kind=Message.Kind.REMINDER, status=Message.Status.WAITING).delete()
    audit.record(response.clinic, "links_revoked", response, user=by)
