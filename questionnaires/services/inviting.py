"""Links: made, found, checked against a birth date, revoked."""

import secrets
from datetime import date, timedelta
from hashlib import sha256
from http import HTTPStatus

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from questionnaires.models import AuditEvent, Invitation, QuestionnaireResponse, User
from questionnaires.services import audit
from questionnaires.services.refusals import Refused

TOKEN_BYTES = 24  # 192 random bits: far above the 112 for which a plain hash may be stored


def token_hash(token: str) -> str:
    """What is stored instead of the secret."""
    return sha256(token.encode()).hexdigest()


@transaction.atomic
def invite(response: QuestionnaireResponse, by: User | None) -> tuple[Invitation, str]:
    """Make a link to a response; older links to it stop working. Return the row and the secret, once."""
    now = timezone.now()
    response.invitations.filter(revoked_at__isnull=True).update(revoked_at=now)
    token = secrets.token_urlsafe(TOKEN_BYTES)
    invitation = Invitation.objects.create(
        clinic=response.clinic,
        response=response,
        token_sha256=token_hash(token),
        created_by=by,
        expires_at=now + timedelta(days=settings.INVITATION_DAYS),
    )
    actor = AuditEvent.Actor.STAFF if by else AuditEvent.Actor.SYSTEM
    audit.record(response.clinic, "invited", response, actor=actor, user=by)
    return invitation, token


def find_invitation(token: str) -> Invitation:
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
    check_invitation(invitation)
    return invitation


def check_invitation(invitation: Invitation) -> None:
    """Refuse a link that no longer works: link_revoked, link_expired, link_locked."""
    if invitation.revoked_at is not None:
        raise Refused(
            "link_revoked",
            "This link has been replaced by a newer one. Please use the newest link from your clinic.",
            HTTPStatus.GONE,
        )
    if invitation.expires_at <= timezone.now():
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
def revoke(invitation: Invitation, by: User) -> None:
    """Stop a link at once. A link already stopped stays as it is."""
    if Invitation.objects.filter(pk=invitation.pk, revoked_at__isnull=True).update(revoked_at=timezone.now()):
        audit.record(invitation.clinic, "link_revoked", invitation, user=by)
