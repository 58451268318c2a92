"""Answers kept for a day, so that a request that is sent again with its key does nothing twice."""

import base64
from datetime import datetime, timedelta
from hashlib import sha256
from http import HTTPStatus

from cryptography.fernet import Fernet
from django.utils import timezone
from django.utils.crypto import salted_hmac

from questionnaires.models import KeptAnswer, User
from questionnaires.services.refusals import Refused

KEPT_FOR = timedelta(hours=24)
LONGEST_KEY = 255


def claim_key(user: User, key: str, request_sha256: str, now: datetime | None = None) -> KeptAnswer:
    """The row of this caller's key: new and without an answer, or with what was answered before.

    Call it inside the transaction of the act, so that a second request waits for the first and a refused
    one leaves no row. Refused: idempotency_key_unusable, idempotency_key_reused.
    """
    now = now or timezone.now()
    if not 1 <= len(key) <= LONGEST_KEY:
        raise Refused(
            "idempotency_key_unusable",
            f"An Idempotency-Key has 1 to {LONGEST_KEY} characters, and is best drawn at random.",
            HTTPStatus.BAD_REQUEST,
        )
    rows = KeptAnswer.objects.filter(user=user, key_sha256=sha256(key.encode()).hexdigest())
    rows.filter(expires_at__lte=now).delete()
    kept, is_new = KeptAnswer.objects.get_or_create(
        user=user,
        key_sha256=sha256(key.encode()).hexdigest(),
        defaults={"request_sha256": request_sha256, "expires_at": now + KEPT_FOR},
    )
    if not is_new and kept.request_sha256 != request_sha256:
        raise Refused(
            "idempotency_key_reused",
            "Another request was sent with this Idempotency-Key. Each request has a key of its own.",
            HTTPStatus.UNPROCESSABLE_ENTITY,
        )
    return kept


def keep_answer(kept: KeptAnswer, key: str, status: int, body: bytes) -> None:
    """Write down what was answered."""
    kept.status, kept.answer = status, _cipher(key).encrypt(body).decode()
    kept.save(update_fields=["status", "answer"])


def answer_kept(kept: KeptAnswer, key: str) -> bytes | None:
    """What was answered before; None where nothing was yet."""
    return _cipher(key).decrypt(kept.answer.encode()) if kept.answer else None


def forget_answers(now: datetime | None = None) -> None:
    """Delete the answers that were kept long enough."""
    KeptAnswer.objects.filter(expires_at__lte=now or timezone.now()).delete()


def _cipher(key: str) -> Fernet:
    """A cipher made of the service's secret and the caller's own key, of which only a hash is kept."""
    derived = salted_hmac("questionnaires.repeating", key, algorithm="sha256").digest()
    return Fernet(base64.urlsafe_b64encode(derived))
