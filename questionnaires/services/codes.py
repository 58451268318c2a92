"""One-time codes: six digits to the contact on file, before earlier answers are read back elsewhere."""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256
from http import HTTPStatus

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from questionnaires.models import AuditEvent, Message, OneTimeCode, QuestionnaireResponse, User
from questionnaires.services import audit
from questionnaires.services.outbox import Mail, ask_to_send
from questionnaires.services.permissions import TELL_CODE, require
from questionnaires.services.refusals import Refused

DIGITS = 6
CODE_LIFE = timedelta(minutes=10)
CODE_TRIES = 5  # a code
CODES_AT_MOST = ((3, timedelta(minutes=15)), (10, timedelta(days=1)))  # asked for by patients, a form


def ask_for_code(response: QuestionnaireResponse, visit: str, now: datetime | None = None) -> Message:
    """Ask for a code by e-mail for one visit, whose own secret `visit` is.

    An earlier code of that visit stops working. Refused: no_contact, codes_throttled.
    """
    now = now or timezone.now()
    if not response.patient.email:
        raise Refused(
            "no_contact",
            f"{response.clinic.name} has no e-mail address for this patient. "
            f"Call {response.clinic.phone}: the clinic can tell you a code.",
            HTTPStatus.CONFLICT,
        )
    with transaction.atomic():
        # One row is the lock on PostgreSQL; on SQLite the IMMEDIATE transaction is.
        QuestionnaireResponse.objects.select_for_update().only("pk").get(pk=response.pk)
        for most, period in CODES_AT_MOST:
            asked = OneTimeCode.objects.filter(
                response=response, told_by__isnull=True, asked_at__gt=now - period
            )
            if asked.count() >= most:
                raise Refused(
                    "codes_throttled",
                    "Several codes were sent already. Use the newest one, or wait a quarter of an hour. "
                    f"You can also call {response.clinic.name} on {response.clinic.phone}.",
                    HTTPStatus.TOO_MANY_REQUESTS,
                )
        code = _new_code(response, visit, now)
        audit.record(response.clinic, "code_asked", response, actor=AuditEvent.Actor.PATIENT)
        return ask_to_send(
            response.clinic,
            Message.Kind.CODE,
            f"code:{code.pk}",
            response=response,
            gives_up_after=CODE_LIFE,
            now=now,
        )


def code_mail(message: Message, now: datetime) -> Mail | None:
    """The mail with a code made for it, of which the hash is stored; None when it was replaced meanwhile."""
    response = message.response
    if response is None or not response.patient.email:
        return None
    code = OneTimeCode.objects.filter(pk=message.once.removeprefix("code:")).first()
    digits = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    if code is None or not _set_digits(code, digits, now):
        return None
    body = (
        f"{digits} is your code for the form of {response.clinic.name}.\n\n"
        "Enter it on the page that asked for it. It works once, for ten minutes.\n\n"
        "If you did not ask for a code, somebody else may have your link: please call "
        f"{response.clinic.name} on {response.clinic.phone}. Never tell a code to anybody.\n"
    )
    return Mail(response.patient.email, f"Your code for {response.clinic.name}", body)


@transaction.atomic
def tell_code(response: QuestionnaireResponse, by: User, now: datetime | None = None) -> str:
    """A code for staff to tell by telephone, at the number on file; returned once. Refused: not_permitted."""
    require(by, response.clinic, TELL_CODE)
    now = now or timezone.now()
    digits = f"{secrets.randbelow(10**DIGITS):0{DIGITS}}"
    _set_digits(_new_code(response, "", now, by), digits, now)
    audit.record(response.clinic, "code_told", response, user=by)
    return digits


def check_code(response: QuestionnaireResponse, visit: str, digits: str, now: datetime | None = None) -> None:
    """Use a code up. Each try is counted by one conditional update before the comparison.

    Refused: code_wrong, whether it is another, has been used, is too old or was tried too often.
    """
    now = now or timezone.now()
    digits = "".join(digits.split())
    live = OneTimeCode.objects.filter(
        Q(visit_sha256=_hashed(visit)) | Q(visit_sha256=""),
        response=response,
        used_at__isnull=True,
        expires_at__gt=now,
        tries__lt=CODE_TRIES,
    )
    for code in live:
        if not live.filter(pk=code.pk).update(tries=F("tries") + 1):
            continue
        if not constant_time_compare(code.code_mac, _mac(code, digits)):
            continue
        if OneTimeCode.objects.filter(pk=code.pk, used_at__isnull=True).update(used_at=now):
            audit.record(response.clinic, "code_matched", response, actor=AuditEvent.Actor.PATIENT)
            return
    audit.record(response.clinic, "code_refused", response, actor=AuditEvent.Actor.PATIENT)
    raise Refused(
        "code_wrong",
        "That is not a code that works now. Check the six digits, or ask for a new code: "
        "a code works once, for ten minutes.",
        HTTPStatus.FORBIDDEN,
    )


def _new_code(
    response: QuestionnaireResponse, visit: str, now: datetime, by: User | None = None
) -> OneTimeCode:
    visit_sha256 = _hashed(visit) if visit else ""
    OneTimeCode.objects.filter(response=response, visit_sha256=visit_sha256, used_at__isnull=True).update(
        expires_at=now
    )
    return OneTimeCode.objects.create(
        clinic=response.clinic, response=response, visit_sha256=visit_sha256, asked_at=now, told_by=by
    )


def _set_digits(code: OneTimeCode, digits: str, now: datetime) -> bool:
    """Store what proves the digits; False where a newer code took its place before it was sent."""
    fresh = OneTimeCode.objects.filter(Q(expires_at__isnull=True) | Q(expires_at__gt=now), pk=code.pk)
    return bool(
        fresh.filter(used_at__isnull=True).update(code_mac=_mac(code, digits), expires_at=now + CODE_LIFE)
    )


def _mac(code: OneTimeCode, digits: str) -> str:
    # Keyed, because a plain hash of six digits is undone in a moment.
    return salted_hmac("questionnaires.codes", f"{code.pk}:{digits}", algorithm="sha256").hexdigest()


def _hashed(visit: str) -> str:
    return sha256(visit.encode()).hexdigest()
