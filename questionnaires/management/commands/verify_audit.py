"""Says whether the audit chains of the clinics hold, and what was done to those that do not."""

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from questionnaires.models import AuditChain, Clinic
from questionnaires.services.audit import Head, breaks_in_chain, head_of

BROKEN = 1


class Command(BaseCommand):
    help = (
        "Check the audit chain of every clinic, event by event. What was changed, taken out, put in, moved "
        "or cut off is named, and the exit status is 1. Keep what --head prints on another machine, and give "
        "it back with --against: only so shows a chain that somebody wrote anew, or cut off with its head."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--clinic", metavar="SLUG", help="only this clinic (default: every one)")
        parser.add_argument("--head", action="store_true", help="print each chain's head, to keep elsewhere")
        parser.add_argument(
            "--against", metavar="FILE", help="heads that were kept elsewhere; - reads standard input"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        clinics = Clinic.objects.order_by("slug")
        if slug := options["clinic"]:
            clinics = clinics.filter(slug=slug)
            if not clinics:
                raise CommandError(f"There is no clinic “{slug}”.", returncode=2)
        anchors = _heads(options["against"]) if options["against"] else ()
        known = {clinic.slug for clinic in Clinic.objects.all()}
        broken = 0
        for anchor in anchors:
            if anchor.clinic not in known:
                broken += 1
                self.stderr.write(f"anchor_differs: {anchor.clinic}: there is no such clinic any more.")
        for clinic in clinics:
            breaks = 0
            for problem in breaks_in_chain(clinic, [one for one in anchors if one.clinic == clinic.slug]):
                breaks += 1
                self.stderr.write(f"{problem.code}: {problem.place}: {problem.sentence}")
            broken += breaks
            if options["head"]:
                self.stdout.write(" ".join(map(str, head_of(clinic))))
            elif not breaks:
                number = AuditChain.objects.filter(clinic=clinic).values_list("number", flat=True).first()
                self.stdout.write(f"{clinic.slug}: all {number or 0:,} events hold")
        if broken:
            sys.exit(BROKEN)


def _heads(file: str) -> tuple[Head, ...]:
    """The heads in a file, a line each: clinic, number, hash."""
    try:
        text = sys.stdin.read() if file == "-" else Path(file).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise CommandError(f"The file {file} cannot be read: {error}.", returncode=2) from None
    heads: list[Head] = []
    for number, line in enumerate(text.splitlines(), 1):
        words = line.split()
        if not words:
            continue
        if len(words) == 2 and words[1] == "0":
            continue  # a chain that had not begun
        if len(words) != 3 or not words[1].isdecimal():
            raise CommandError(f"{file}, line {number}: not a head as --head prints it.", returncode=2)
        heads.append(Head(words[0], int(words[1]), words[2]))
    return tuple(heads)
