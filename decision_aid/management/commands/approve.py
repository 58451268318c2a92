"""Signs the hash of a clean report of the gate, as its second person."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from decision_aid.management.named_rows import person_named, report_named, telling_refusals
from decision_aid.services.gate import approve_report


class Command(BaseCommand):
    help = "Sign the hash that `gate` printed: the word of a second person for exactly what was checked."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("report", help="the id of the report")
        parser.add_argument("sha256", help="the hash that is signed")
        parser.add_argument("--by", metavar="EMAIL", required=True, help="the approver")

    def handle(self, *args: Any, **options: Any) -> None:
        with telling_refusals(self.stderr):
            report = report_named(options["report"])
            approve_report(report, person_named(options["by"]), options["sha256"])
        self.stdout.write(f"approved: {report}")
