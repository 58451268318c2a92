"""The nudges of what leaves the house: an id in, a service called, safe to run twice."""

from collections.abc import Iterable
from uuid import UUID

from celery import shared_task
from django.db import transaction

from questionnaires.models import Message
from questionnaires.services import mailing, webhooks


@shared_task
def send_message(message_id: str) -> None:
    """Send one e-mail."""
    mailing.send_message(UUID(message_id))


@shared_task
def tell_events(webhook_id: int) -> None:
    """Tell a clinic's own system what it has not heard."""
    webhooks.tell_events(webhook_id)


def nudge_mail(messages: Iterable[Message | UUID]) -> None:
    """Ring a sender for each, after the commit. With the queue down nobody gets an error: the sweep sends."""
    waiting = [str(one.pk if isinstance(one, Message) else one) for one in messages]

    def ring() -> None:
        for message_id in waiting:
            send_message.delay(message_id)

    if waiting:
        transaction.on_commit(ring, robust=True)


def nudge_webhooks(webhook_ids: Iterable[int]) -> None:
    """Ring a teller for each, after the commit."""
    waiting = list(webhook_ids)

    def ring() -> None:
        for webhook_id in waiting:
            tell_events.delay(webhook_id)

    if waiting:
        transaction.on_commit(ring, robust=True)
