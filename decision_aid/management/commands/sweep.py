"""Every few seconds: rings again for documents that the queue lost, and sends what nobody sent."""

import logging
import signal
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import close_old_connections
from django.utils import timezone

from decision_aid.services import escalating, gate, publishing, rescoring
from decision_aid.tasks import nudge_overdue, nudge_parts
from questionnaires.services import mailing, webhooks
from questionnaires.tasks import nudge_mail, nudge_webhooks

log = logging.getLogger(__name__)
AT_ONCE = 50  # e-mails sent in one pass where the queue is away
LATE = timedelta(seconds=20)  # a worker that was rung has sent it by then


class Command(BaseCommand):
    help = (
        "Ring a worker for each document that nobody finished in time, escalate open warning signs, and send "
        "mail and events that no worker sent: with the database alone, so that it also works while the queue "
        "is away. Safe to run in many places."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="look once and stop")
        parser.add_argument("--every", type=float, default=5.0, metavar="SECONDS", help="default: 5")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["once"]:
            self.ring()
            self.send()
            return
        stopped = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopped.set())
        # Apart, because a mail server that hangs must not keep documents waiting.
        sender = threading.Thread(target=_repeat, args=(stopped, options["every"], self.send))
        sender.start()
        _repeat(stopped, options["every"], self.ring)
        sender.join()

    def ring(self) -> None:
        """Do what is due, and ring for what waits; needs the queue."""
        if releases := publishing.publish_due():
            self.stdout.write(f"published {releases} releases whose time had come")
        gate.finish_reports()
        if steps := escalating.escalate_due():
            self.stdout.write(f"escalated {steps} open warning signs")
        if documents := nudge_overdue():
            self.stdout.write(f"rang again for {documents} documents")
        nudge_parts(rescoring.overdue_parts())
        nudge_mail(mailing.due_messages())
        nudge_webhooks(webhooks.due_webhooks())

    def send(self) -> None:
        """Send what is late; needs the database and the mail server, and no queue."""
        for message_id in mailing.due_messages(timezone.now() - LATE, limit=AT_ONCE):
            if mailing.send_message(message_id) == "waiting":
                break  # the mail server is away: one try tells
        for webhook_id in webhooks.due_webhooks(timezone.now() - LATE):
            webhooks.tell_events(webhook_id)


def _repeat(stopped: threading.Event, seconds: float, do: Callable[[], None]) -> None:
    """Do it every so often until asked to stop; what goes wrong once is logged, and tried again."""
    while not stopped.wait(seconds):
        close_old_connections()
        try:
            do()
        except Exception:
            log.exception("a sweep failed")
