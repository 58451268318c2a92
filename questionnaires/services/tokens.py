"""Tokens for programs: shown once, found by their hash, ended by time or by hand."""

import secrets
from collections.abc import Iterable
from datetime import datetime, timedelta
from hashlib import sha256
from http import HTTPStatus

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from questionnaires.models import (
    ONLY_BY_PEOPLE,
    SCOPE_ROLES,
    ApiToken,
    Clinic,
    Membership,
    Role,
    Scope,
    User,
    is_system,
)
from questionnaires.models.tokens import SYSTEM_DOMAIN
from questionnaires.selectors import clinics_of
from questionnaires.services import audit
from questionnaires.services.permissions import require_role
from questionnaires.services.refusals import Refused

SECRET_BYTES = 32
PREFIX = "candor_"  # by which scanners of leaked secrets know one
LONGEST_DAYS = 365
_USED_EVERY = timedelta(minutes=1)  # so that not each call writes the row


@transaction.atomic
def open_system(clinic: Clinic, name: str, roles: Iterable[Role], by: User) -> User:
    """An account for a program, without a password: only its tokens let it in.

    Refused: not_permitted, name_missing, no_roles.
    """
    require_role(by, clinic, Role.ADMINISTRATOR)
    if not name.strip():
        raise _unprocessable("name_missing", "Give it a name by which others know what it is.")
    held = list(dict.fromkeys(roles))
    if not held:
        raise _unprocessable("no_roles", "Choose what it may do: at least one role.")
    system = User.objects.create_user(
        f"{secrets.token_hex(8)}@{SYSTEM_DOMAIN}", None, first_name=name.strip()[:150]
    )
    Membership.objects.bulk_create(Membership(user=system, clinic=clinic, role=role) for role in held)
    audit.record(clinic, "system_opened", system, user=by)
    return system


@transaction.atomic
def issue_token(
    user: User, name: str, scopes: Iterable[str], days: int, by: User, now: datetime | None = None
) -> tuple[ApiToken, str]:
    """Make a token for oneself, or for a system of one's clinics. Return the row and the secret, once.

    Refused: not_permitted, name_missing, unknown_scope, scope_not_held, lifetime_refused.
    """
    now = now or timezone.now()
    if by != user:
        _require_administrator_of_system(user, by)
    if not name.strip():
        raise _unprocessable("name_missing", "Give it a name by which others know what it is for.")
    if not 1 <= days <= LONGEST_DAYS:
        raise _unprocessable("lifetime_refused", f"A token lasts from 1 to {LONGEST_DAYS} days.")
    secret = PREFIX + secrets.token_urlsafe(SECRET_BYTES)
    token = ApiToken.objects.create(
        user=user,
        name=name.strip()[:100],
        scopes=_checked_scopes(user, scopes),
        secret_sha256=secret_hash(secret),
        created_by=by,
        created_at=now,
        expires_at=now + timedelta(days=days),
    )
    for clinic in clinics_of(user):
        audit.record(clinic, "token_issued", token, user=by, detail={"scopes": " ".join(token.scopes)})
    return token, secret


def scopes_held(user: User) -> list[Scope]:
    """The scopes that a token of this account can have."""
    roles = set(user.memberships.values_list("role", flat=True)) if user.is_active else set()
    held = [scope for scope, needed in SCOPE_ROLES.items() if roles.intersection(needed)]
    return [scope for scope in held if not (is_system(user) and scope in ONLY_BY_PEOPLE)]


def _checked_scopes(user: User, scopes: Iterable[str]) -> list[str]:
    wanted = list(dict.fromkeys(scopes))
    if not wanted or not set(wanted) <= set(Scope.values):
        raise _unprocessable("unknown_scope", f"Choose at least one of {', '.join(Scope.values)}.")
    if beyond := set(wanted) - set(scopes_held(user)):
        raise _unprocessable(
            "scope_not_held",
            f"{user} has no role for {', '.join(sorted(beyond))}, or only a person may have it.",
        )
    return sorted(wanted)


def secret_hash(secret: str) -> str:
    """What is stored instead of the secret, whose 256 random bits need no salt."""
    return sha256(secret.encode()).hexdigest()


def find_token(secret: str, now: datetime | None = None) -> ApiToken | None:
    """The token of a secret while it works, else None; its use is noted to the minute."""
    now = now or timezone.now()
    token = ApiToken.objects.select_related("user").filter(secret_sha256=secret_hash(secret)).first()
    if token is None or not token.works_at(now):
        return None
    long_ago = Q(used_at__isnull=True) | Q(used_at__lt=now - _USED_EVERY)
    ApiToken.objects.filter(long_ago, pk=token.pk).update(used_at=now)
    return token


@transaction.atomic
def revoke_token(token: ApiToken, by: User, now: datetime | None = None) -> None:
    """End a token at once; one that was ended stays as it is. Refused: not_permitted."""
    if by != token.user:
        _require_administrator(token.user, by)
    if ApiToken.objects.filter(pk=token.pk, revoked_at__isnull=True).update(revoked_at=now or timezone.now()):
        for clinic in clinics_of(token.user):
            audit.record(clinic, "token_revoked", token, user=by)


def tokens_for(user: User) -> list[ApiToken]:
    """One's own tokens, and those of everybody in the clinics that one administers."""
    theirs = Q(user__memberships__clinic__in=clinics_of(user, Role.ADMINISTRATOR))
    found = ApiToken.objects.filter(Q(user=user) | theirs).select_related("user", "created_by")
    return list(found.distinct())


def systems_of(user: User) -> list[User]:
    """The systems whose tokens this administrator makes."""
    found = User.objects.filter(
        is_active=True,
        email__endswith=f"@{SYSTEM_DOMAIN}",
        memberships__clinic__in=clinics_of(user, Role.ADMINISTRATOR),
    )
    return list(found.distinct().order_by("first_name"))


def _require_administrator_of_system(user: User, by: User) -> None:
    """Nobody makes a token that acts as another person."""
    if not is_system(user):
        raise Refused(
            "not_permitted",
            "A token acts as the person who has it: each member of staff makes their own.",
            HTTPStatus.FORBIDDEN,
        )
    _require_administrator(user, by)


def _require_administrator(user: User, by: User) -> None:
    own = set(clinics_of(by, Role.ADMINISTRATOR).values_list("pk", flat=True))
    theirs = set(user.memberships.values_list("clinic", flat=True))
    if not theirs or not theirs <= own:
        raise Refused(
            "not_permitted",
            "Only an administrator of every clinic of this account may do this.",
            HTTPStatus.FORBIDDEN,
        )


def _unprocessable(code: str, sentence: str) -> Refused:
    return Refused(code, sentence, HTTPStatus.UNPROCESSABLE_ENTITY)
