"""Reports how fair a decision aid that comes with the code is, criterion by criterion."""

import argparse
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from decision_aid.packs import read_pack, release_document
from decision_aid.scoring import read_ruleset
from decision_aid.services.fair_aid import Group, Verdict, aid_of, findings
from questionnaires.definition.problems import ProblemsFound
from questionnaires.definition.reading import read_definition


class Command(BaseCommand):
    help = "Say which of the 44 IPDAS criteria an aid meets, where, and what people must still do."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("aid", nargs="?", default="spine", help="which decision aid (default: spine)")
        parser.add_argument(
            "--as-of", type=_day, metavar="YYYY-MM-DD", help="the day to check for (default: today)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            pack = read_pack(options["aid"])
            definitions = tuple(read_definition(document) for document in pack.questionnaires.values())
            ruleset = read_ruleset(release_document(pack))
        except ProblemsFound as found:
            lines = (
                f"{problem.place}: {problem.sentence} {problem.hint}".rstrip() for problem in found.problems
            )
            raise CommandError("\n".join(lines)) from found
        found_all = findings(aid_of(ruleset, definitions, options["as_of"] or timezone.localdate()))
        for criterion, finding in found_all:
            self.stdout.write(f"{criterion.code:<4}{finding.verdict:<15}{criterion.words}")
            self.stdout.write(f"{'':<19}{finding.where}")
        self.stdout.write("")
        for group in Group:
            verdicts = [finding.verdict for criterion, finding in found_all if criterion.group is group]
            apply = [verdict for verdict in verdicts if verdict is not Verdict.NOT_APPLICABLE]
            met = apply.count(Verdict.MET)
            spared = len(verdicts) - len(apply)
            note = f" ({spared} for tests only do not apply)" if spared else ""
            self.stdout.write(f"{group}: {met} of {len(apply)} met{note}")


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{text}” is no day such as 2026-01-31") from None
