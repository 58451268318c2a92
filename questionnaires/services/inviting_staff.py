"""Inviting members of staff: a mail with a link that works once, with which they set their password."""

import secrets
from datetime import datetime, timedelta
from http import HTTPStatus

from django.conf import settings
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from questionnaires.models import Clinic, Message, StaffInvitation, User
from questionnaires.services import audit
from questionnaires.services.inviting import TOKEN_BYTES, token_hash
from questionnaires.services.outbox import Mail, ask_to_send
from questionnaires.services.permissions import INVITE_STAFF, require
from questionnaires.services.refusals import Refused

LIFE = timedelta(days=3)


@transaction.atomic
def invite_colleague(user: User, clinic: Clinic, by: User, now: datetime | None = None) -> Message:
    """Ask for the mail; older links stop working now, and the new one is made when it is sent.

    Refused: not_permitted, not_a_colleague, already_joined.
    """
    now = now or timezone.now()
    require(by, clinic, INVITE_STAFF)
    if not user.is_active or not user.memberships.filter(clinic=clinic).exists():
        raise Refused(
            "not_a_colleague",
            f"{user.email} has no role in {clinic.name}, or the account is not active. Give a role first.",
            HTTPStatus.UNPROCESSABLE_ENTITY,
        )
    if user.has_usable_password():
        raise Refused(
            "already_joined",
            f"{user.email} has set a password. “Forgot your password?” on the sign-in page makes another.",
        )
    user.staff_invitations.filter(used_at=None, revoked_at=None).update(revoked_at=now)
    event = audit.record(clinic, "colleague_invited", user, user=by)
    return ask_to_send(
        clinic,
        Message.Kind.COLLEAGUE,
        f"colleague:{clinic.pk}:{event.number}",
        user=user,
        gives_up_after=LIFE,
        now=now,
    )


def colleague_mail(message: Message, now: datetime) -> Mail | None:
    """The invitation with a link made for it; None once a password was set, or the account is closed."""
    user = message.user
    if user is None or not user.is_active or user.has_usable_password():
        return None
    token = secrets.token_urlsafe(TOKEN_BYTES)
    StaffInvitation.objects.create(
        clinic=message.clinic,
        user=user,
        token_sha256=token_hash(token),
        created_at=now,
        expires_at=now + LIFE,
    )
    context = {
        "clinic": message.clinic,
        "address": f"{settings.PUBLIC_URL}{reverse('join', args=[token])}",
        "days": LIFE.days,
    }
    subject, _, body = render_to_string("questionnaires/mail/colleague.txt", context).partition("\n")
    return Mail(user.email, subject.strip(), body.strip() + "\n")


def find_staff_invitation(token: str, now: datetime | None = None) -> StaffInvitation:
    """The invitation of a secret that still works. Refused: staff_link_over."""
    found = (
        StaffInvitation.objects.select_related("user", "clinic")
        .filter(
            token_sha256=token_hash(token),
            used_at=None,
            revoked_at=None,
            expires_at__gt=now or timezone.now(),
            user__is_active=True,
        )
        .first()
    )
    if found is None:
        raise Refused(
            "staff_link_over",
            "This link has been used, has run out or was replaced. Ask an administrator of your clinic.",
            HTTPStatus.GONE,
        )
    return found


@transaction.atomic
def join(invitation: StaffInvitation, password: str, now: datetime | None = None) -> User:
    """Set the password of the invited account, once. Refused: staff_link_over."""
    now = now or timezone.now()
    free = StaffInvitation.objects.filter(pk=invitation.pk, used_at=None, revoked_at=None, expires_at__gt=now)
    if not free.update(used_at=now):
        raise Refused(
            "staff_link_over",
            "This link has been used, has run out or was replaced. Ask an administrator of your clinic.",
            HTTPStatus.GONE,
        )
    user = invitation.user
    user.set_password(password)
    user.save(update_fields=["password"])
    audit.record(invitation.clinic, "colleague_joined", user, user=user)
    return user
