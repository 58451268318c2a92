"""Publishes what was checked and signed, at once or at a set time."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from decision_aid.management.named_rows import person_named, report_named, telling_refusals, time_written
from decision_aid.services.publishing import publish_report, schedule_report


class Command(BaseCommand):
    help = "Make an approved report the next release. With --at the sweep does it when the time has come."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("report", help="the id of the report")
        parser.add_argument("--by", metavar="EMAIL", required=True, help="an author or approver")
        parser.add_argument("--at", metavar="TIME", help="such as 2027-01-31T08:00:00+01:00 (default: now)")

    def handle(self, *args: Any, **options: Any) -> None:
        with telling_refusals(self.stderr):
            report, by = report_named(options["report"]), person_named(options["by"])
            if options["at"] is None:
                self.stdout.write(f"published: {publish_report(report, by)}")
                return
            schedule_report(report, by, time_written(options["at"]))
        self.stdout.write(f"will be published at {report.publish_at}: {report}")
