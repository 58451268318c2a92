"""Takes a draft to the gate before a release, and prints what was found of it."""

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from decision_aid.management.named_rows import REFUSED, aid_named, person_named, telling_refusals
from decision_aid.models import GateReport
from decision_aid.services.gate import changes_of, open_gate, replay_here, state_of


class Command(BaseCommand):
    help = (
        "Check a draft, score everybody again who was assessed, and print the report: the problems, whom the "
        "draft changes and by which rule (ids of consultations, no names), and the hash that an approver "
        "signs. Exit status 1 where something keeps the draft from being released."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--aid", default="spine", help="which decision aid (default: spine)")
        parser.add_argument("--clinic", metavar="SLUG", help="of which clinic, where several have the aid")
        parser.add_argument("--by", metavar="EMAIL", required=True, help="who asks: an author or approver")
        parser.add_argument("--reason", required=True, help="why this release is made, in a sentence")

    def handle(self, *args: Any, **options: Any) -> None:
        with telling_refusals(self.stderr):
            aid = aid_named(options["aid"], options["clinic"])
            report = open_gate(aid, person_named(options["by"]), options["reason"])
        replay_here(report)
        for finding in report.findings:
            out = self.stderr if finding["blocks"] else self.stdout
            word = "" if finding["blocks"] else "remark: "
            out.write(f"{word}{finding['code']}: {finding['place']}: {finding['sentence']}")
        for change in changes_of(report):
            rules = ", ".join(change["rules"])
            self.stdout.write(
                f"{change['id']}: {change['option']}: {change['from']} → {change['to']}: {rules}"
            )
        people, changed = report.replay.get("people", 0), report.replay.get("changed", 0)
        self.stdout.write(f"{people:,} people scored again, {changed:,} change")
        self.stdout.write(f"report {report.pk}: {GateReport.State(state_of(report)).label}")
        self.stdout.write(f"sha256 {report.sha256}")
        if report.blocks:
            sys.exit(REFUSED)
