"""Rings again, every few seconds, for documents that the queue lost."""

import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import close_old_connections

from decision_aid.services import summarising
from decision_aid.tasks import nudge


class Command(BaseCommand):
    help = "Ring a worker for each document that nobody finished in time. Safe to run in many places."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="look once and stop")
        parser.add_argument("--every", type=float, default=5.0, metavar="SECONDS", help="default: 5")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["once"]:
            self.sweep()
            return
        stopped = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopped.set())
        while not stopped.wait(options["every"]):
            close_old_connections()
            self.sweep()

    def sweep(self) -> None:
        overdue = summarising.overdue_summaries()
        nudge(overdue)
        if overdue:
            self.stdout.write(f"rang again for {len(overdue)} documents")
