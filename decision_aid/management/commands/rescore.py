"""Scores many people by a release, and says whose candidacy another release sees otherwise, and why."""

import argparse
import sys
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from decision_aid.management.facts_input import InputProblem
from decision_aid.management.named_rows import aid_named, release_numbered
from decision_aid.management.people_input import people_in_file
from decision_aid.management.rescoring import Output, RescoringProblem, Tally, rescore
from decision_aid.models import DecisionAid, DecisionAidVersion, RescoringPart
from decision_aid.services.rescoring import (
    UNFINISHED,
    Read,
    begin_rescoring,
    newest_assessments,
    overdue_parts,
    people_assessed,
)
from decision_aid.tasks import nudge_parts
from questionnaires.definition.digest import canonical_json
from questionnaires.definition.problems import Problem, ProblemsFound

BAD_INPUT = 2
STOPPED = 130
MOST_REFUSALS_SHOWN = 20
SECONDS_BETWEEN_LOOKS = 1.0


class Command(BaseCommand):
    help = (
        "Score the newest stored assessment of every consultation, or the people of a file, by a release. "
        "With --against, print whose candidacy differs under that release and which rules are responsible: "
        "ids only, no names. With --out, a run that was stopped goes on when it is started again."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--release", type=_number, required=True, metavar="N", help="score by release N")
        parser.add_argument("--against", type=_number, metavar="M", help="compare with release M")
        parser.add_argument("--aid", default="spine", help="of which decision aid (default: spine)")
        parser.add_argument("--clinic", metavar="SLUG", help="of which clinic, where several have the aid")
        where = parser.add_mutually_exclusive_group()
        where.add_argument("--file", metavar="FILE", help="people in JSON lines, .csv or .parquet instead")
        where.add_argument("--workers", action="store_true", help="let the workers of all machines do it")
        parser.add_argument("--out", metavar="OUT.jsonl", help="also write each change there, a line each")

    def handle(self, *args: Any, **options: Any) -> None:
        output = Output(Path(options["out"])) if options["out"] else None
        try:
            aid = aid_named(options["aid"], options["clinic"])
            after = release_numbered(aid, options["release"])
            before = release_numbered(aid, options["against"]) if options["against"] else None
            tally = self._tally(output, after, before, options["file"])
            if options["workers"]:
                self._rescore_by_workers(aid, after, before, tally, output)
            else:
                self._rescore(aid, after, before, options["file"], tally, output)
        except ProblemsFound as found:
            self._refuse(found.problems, options["file"] or "rescore")
        except KeyboardInterrupt:
            goes_on = output is not None or options["workers"]
            self.stderr.write("Stopped." + (" The same command goes on from here." if goes_on else ""))
            sys.exit(STOPPED)
        self._print(tally, after, before)

    def _tally(
        self,
        output: Output | None,
        after: DecisionAidVersion,
        before: DecisionAidVersion | None,
        file: str | None,
    ) -> Tally:
        run = canonical_json([after.sha256, before.sha256 if before else None, _identity(file)])
        until = timezone.now().isoformat()
        return output.tally(run, until) if output else Tally(run=run, until=until)

    def _rescore(
        self,
        aid: DecisionAid,
        after: DecisionAidVersion,
        before: DecisionAidVersion | None,
        file: str | None,
        tally: Tally,
        output: Output | None,
    ) -> None:
        types = after.ruleset.types
        until = datetime.fromisoformat(tally.until)
        people = people_in_file(file, types) if file else people_assessed(newest_assessments(aid, until))
        rulesets = after.ruleset, before.ruleset if before else None
        if output is None:
            rescore(*rulesets, self._naming_refusals(people), tally, None, self._show)
            return

        def keep(tally: Tally) -> None:
            output.keep(tally)
            self._show(tally)

        with output.opened(tally) as out:
            rescore(*rulesets, self._naming_refusals(people), tally, out, keep)
        output.finish()

    def _rescore_by_workers(
        self,
        aid: DecisionAid,
        after: DecisionAidVersion,
        before: DecisionAidVersion | None,
        tally: Tally,
        output: Output | None,
    ) -> None:
        """Give the work out in parts, wait for all of them, and put together what came of them."""
        parts = begin_rescoring(aid, after, before).parts
        nudge_parts(parts.filter(status=RescoringPart.Status.WAITING).values_list("pk", flat=True))
        stopped = threading.Event()  # never set: a wait that ends by its own time
        while left := parts.filter(status__in=UNFINISHED).count():
            self._progress(f"{parts.count() - left:,} of {parts.count():,} parts")
            stopped.wait(SECONDS_BETWEEN_LOOKS)
            nudge_parts(overdue_parts())
        if failed := parts.filter(status=RescoringPart.Status.FAILED).first():
            sentence = f"A worker could not score it: {failed.failure}. The same command tries again."
            raise _refused(RescoringProblem.PART_FAILED, f"part {failed.number}", sentence)
        if output is not None:
            output.keep(tally)  # nothing yet: what is written now belongs to a run that is not complete
        with output.opened(tally) if output else nullcontext() as out:
            for part in parts.order_by("number").iterator(chunk_size=10):
                tally.add(part.counts)
                if out is not None:
                    out.writelines(f"{line}\n".encode() for line in part.changes)
        if output is not None:
            output.finish()
        self._show(tally)

    def _naming_refusals(self, people: Iterator[Read]) -> Iterator[Read]:
        """The same people; what is wrong with the first few that cannot be read is said."""
        refused = 0
        for person in people:
            if person.problems:
                refused += 1
                if refused <= MOST_REFUSALS_SHOWN:
                    self._name([problem.within(person.id) for problem in person.problems], person.id)
            yield person

    def _show(self, tally: Tally) -> None:
        self._progress(f"{tally.people:,} people, {sum(tally.changes.values()):,} changes")

    def _progress(self, words: str) -> None:
        """A line of progress: over the last one on a terminal, else below it."""
        self.stderr.write(words, ending="\r" if self.stderr.isatty() else "\n")
        self.stderr.flush()

    def _print(self, tally: Tally, after: DecisionAidVersion, before: DecisionAidVersion | None) -> None:
        against = f" against release {before.number}" if before else ""
        refused = f", {tally.refused:,} of whom could not be read" if tally.refused else ""
        self.stdout.write(
            f"{after.aid.code}, release {after.number}{against}: {tally.people:,} people{refused}"
        )
        self._table("PATHWAY", tally.pathways)
        self._table("OPTION, CANDIDACY", tally.candidacies)
        if before is not None:
            self._table("OPTION, FROM, TO", tally.changes)
            self._table("RULE, OPTION, FROM, TO", tally.rules)

    def _table(self, heading: str, counts: Counter[str]) -> None:
        self.stdout.write(f"\n{'PEOPLE':>10}  {heading}")
        for words, count in sorted(counts.items(), key=lambda entry: (-entry[1], entry[0])):
            self.stdout.write(f"{count:>10,}  {words}")
        if not counts:
            self.stdout.write(f"{'none':>10}")

    def _refuse(self, problems: Sequence[Problem], source: str) -> NoReturn:
        self._name(problems, source)
        sys.exit(BAD_INPUT)

    def _name(self, problems: Sequence[Problem], source: str) -> None:
        for problem in problems:
            words = f"{problem.code}: {problem.place or source}: {problem.sentence} {problem.hint}".rstrip()
            self.stderr.write("".join(each if each.isprintable() else " " for each in words))


def _number(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 2**31:
        raise argparse.ArgumentTypeError(f"“{text}” is no number of a release")
    return int(text)


def _identity(file: str | None) -> list[object] | None:
    """What tells a file from another, so that a run is not continued over other people."""
    if file is None:
        return None
    try:
        status = Path(file).stat()
    except (OSError, ValueError):
        raise _refused(InputProblem.NO_SUCH_FILE, file, "There is no such file.") from None
    return [file, status.st_size, status.st_mtime_ns]


def _refused(code: StrEnum, place: str, sentence: str) -> ProblemsFound:
    return ProblemsFound([Problem(code, place, sentence)])
