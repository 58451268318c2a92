"""Who may read earlier answers back: the browser in which they were begun, or one that gave a code."""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256

from django.contrib.sessions.backends.base import SessionBase
from django.utils import timezone

from questionnaires.models import KnownDevice, QuestionnaireResponse

_READABLE, _SECRET = "visit_readable", "visit_secret"
DEVICE_DAYS = 30
DEVICE_BYTES = 24


def is_blank(response: QuestionnaireResponse) -> bool:
    """Whether nobody has begun: agreed to the text, or given anything that could be read back."""
    is_open = response.status == QuestionnaireResponse.Status.OPEN
    is_begun = response.consented_at is not None or response.revision > 0
    return is_open and not is_begun and not response.unfinished.exists()


def may_read_back(session: SessionBase, response: QuestionnaireResponse) -> bool:
    """Whether this visit may be shown what the form holds."""
    return session.get(_READABLE) == str(response.pk) or is_blank(response)


def is_reader(session: SessionBase, response: QuestionnaireResponse) -> bool:
    """Whether this visit began the form, gave a code, or is in a browser that did."""
    return session.get(_READABLE) == str(response.pk)


def let_read_back(session: SessionBase, response: QuestionnaireResponse) -> None:
    """From now on this visit may be shown what the form holds."""
    session[_READABLE] = str(response.pk)


def secret_of_visit(session: SessionBase) -> str:
    """What binds a code to this visit; made when it is first needed."""
    secret = session.get(_SECRET)
    if not isinstance(secret, str):
        secret = session[_SECRET] = secrets.token_urlsafe(DEVICE_BYTES)
    return secret


def know_device(response: QuestionnaireResponse, now: datetime | None = None) -> str:
    """Remember a browser; return its secret, which it alone keeps."""
    now = now or timezone.now()
    token = secrets.token_urlsafe(DEVICE_BYTES)
    KnownDevice.objects.create(
        response=response,
        token_sha256=_hashed(token),
        known_at=now,
        expires_at=now + timedelta(days=DEVICE_DAYS),
    )
    return token


def is_known_device(response: QuestionnaireResponse, token: str, now: datetime | None = None) -> bool:
    """Whether a browser began this form or gave a code for it; enough only until the form is sent."""
    if not token or response.status != QuestionnaireResponse.Status.OPEN:
        return False
    found = KnownDevice.objects.filter(
        response=response, token_sha256=_hashed(token), expires_at__gt=now or timezone.now()
    )
    return found.exists()


def forget_device(token: str) -> None:
    """Forget a browser whose user leaves."""
    KnownDevice.objects.filter(token_sha256=_hashed(token)).delete()


def _hashed(token: str) -> str:
    return sha256(token.encode()).hexdigest()
