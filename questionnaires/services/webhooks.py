"""Telling a clinic's own system what happened: signed, in order, until it says that it heard."""

import hmac
import json
from datetime import datetime, timedelta
from hashlib import sha256
from http import HTTPStatus
from http.client import HTTPException, HTTPMessage
from typing import IO
from urllib.parse import urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone
from django.utils.crypto import salted_hmac

from questionnaires.models import OutboxEvent, User, Webhook
from questionnaires.services import audit
from questionnaires.services.refusals import Refused

AT_ONCE = 50  # events told under one claim
TIMEOUT_SECONDS = 5
LEASE = timedelta(seconds=AT_ONCE * TIMEOUT_SECONDS + 30)
LONGEST_PAUSE = timedelta(minutes=15)


def key_of(webhook: Webhook) -> str:
    """The key with which a clinic's events are signed, in hex; it is derived and stored nowhere."""
    name = f"{webhook.clinic_id}.{webhook.key_number}"
    return salted_hmac("questionnaires.webhooks", name, algorithm="sha256").hexdigest()


def signature(key: str, timestamp: int, body: bytes) -> str:
    """What proves that we sent `body` at `timestamp` (Unix seconds): “v1=” and an HMAC-SHA-256 in hex."""
    signed = hmac.new(key.encode(), f"{timestamp}.".encode() + body, sha256)
    return f"v1={signed.hexdigest()}"


def body_of(event: OutboxEvent) -> bytes:
    """An event as it is sent: ids only."""
    document = {
        "clinic": event.clinic.slug,
        "number": event.number,
        "id": str(event.pk),
        "kind": event.kind,
        "at": event.at.isoformat(),
        "record": event.record,
        "record_id": event.record_id,
        "detail": event.detail,
    }
    return json.dumps(document, sort_keys=True, separators=(",", ":")).encode()


def check_address(url: str) -> None:
    """Refuse an address that no operator allowed: webhook_address_refused."""
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    is_here = host in {"127.0.0.1", "localhost"}
    if (
        not host
        or host not in settings.WEBHOOK_HOSTS
        or not (parts.scheme == "https" or is_here)
        or parts.username
    ):
        raise Refused(
            "webhook_address_refused",
            f"Events are sent by https to hosts that the operator allows, and “{host}” is not one. "
            "Ask whoever runs this service to add it to WEBHOOK_HOSTS.",
            HTTPStatus.UNPROCESSABLE_ENTITY,
        )


def due_webhooks(now: datetime | None = None) -> list[int]:
    """The ids of the webhooks that have something to tell and may be tried now."""
    now = now or timezone.now()
    untold = OutboxEvent.objects.filter(clinic=OuterRef("clinic"), number__gt=OuterRef("delivered"))
    free = Q(claimed_until__isnull=True) | Q(claimed_until__lt=now)
    found = Webhook.objects.filter(free, Exists(untold), is_active=True, due_at__lte=now)
    return list(found.order_by("due_at").values_list("pk", flat=True))


def tell_events(webhook_id: int, now: datetime | None = None) -> int:
    """Tell a clinic what it has not heard, oldest first, and stop at the first failure; return how many.

    One teller at a time, by one conditional update, so that events stay in order. An event whose answer was
    lost is told again: a receiver knows it by its number.
    """
    now = now or timezone.now()
    free = Q(claimed_until__isnull=True) | Q(claimed_until__lt=now)
    if not Webhook.objects.filter(free, pk=webhook_id, is_active=True, due_at__lte=now).update(
        claim=F("claim") + 1, claimed_until=now + LEASE
    ):
        return 0
    webhook = Webhook.objects.select_related("clinic").get(pk=webhook_id)
    ours = Webhook.objects.filter(pk=webhook.pk, claim=webhook.claim)
    events = OutboxEvent.objects.filter(clinic=webhook.clinic_id, number__gt=webhook.delivered)
    told = 0
    for event in events.select_related("clinic").order_by("number")[:AT_ONCE]:
        if failure := _send(webhook, event):
            pause = min(timedelta(seconds=5) * 2 ** min(webhook.attempts, 10), LONGEST_PAUSE)
            ours.update(
                attempts=F("attempts") + 1,
                failing_since=webhook.failing_since or now,
                failure=failure,
                due_at=now + pause,
                claimed_until=None,
            )
            return told
        if not ours.filter(delivered=event.number - 1).update(
            delivered=event.number, attempts=0, failing_since=None, failure=""
        ):
            return told  # somebody set it back meanwhile, or took the claim over
        told += 1
    ours.update(claimed_until=None)
    return told


@transaction.atomic
def tell_again(webhook: Webhook, after: int, by: User, now: datetime | None = None) -> None:
    """Tell every event after that number again, in order. Refused: no_such_event."""
    if not 0 <= after <= webhook.delivered:
        raise Refused(
            "no_such_event",
            f"Event {after} has not been told yet: give a number from 0 to {webhook.delivered}.",
            HTTPStatus.UNPROCESSABLE_ENTITY,
        )
    Webhook.objects.filter(pk=webhook.pk).update(
        delivered=after, due_at=now or timezone.now(), claim=F("claim") + 1, claimed_until=None
    )
    audit.record(webhook.clinic, "events_told_again", webhook, user=by, detail={"after": after})


class _NoRedirects(HTTPRedirectHandler):
    """An answer that leads elsewhere is a failure: nobody allowed that place."""

    def redirect_request(
        self, req: Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> None:
        return None


def _send(webhook: Webhook, event: OutboxEvent) -> str:
    """Send one event; the empty string, or why it failed: a status or the kind of error, no address."""
    try:
        check_address(webhook.url)
    except Refused as refused:
        return refused.code
    body, timestamp = body_of(event), int(timezone.now().timestamp())
    request = Request(  # noqa: S310 - the scheme was checked
        webhook.url,
        data=body,
        headers={
            "Content-Type": "application/json",
            "User-Agent": "Candor",
            "Candor-Event": str(event.number),
            "Candor-Timestamp": str(timestamp),
            "Candor-Signature": signature(key_of(webhook), timestamp, body),
        },
    )
    try:
        with build_opener(_NoRedirects).open(request, timeout=TIMEOUT_SECONDS) as answer:
            return "" if 200 <= answer.status < 300 else f"status_{answer.status}"
    except (OSError, HTTPException) as error:  # an HTTPError, with its status, is one of these
        status = getattr(error, "code", None)
        return f"status_{status}" if status else type(error).__name__
