"""Scores many people by a release, and says whose candidacy another release sees otherwise, and why."""

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandParser
from django.db.models import Exists, OuterRef
from django.utils import timezone

from decision_aid.management.facts_input import InputProblem
from decision_aid.management.people_input import Read, people_in_file
from decision_aid.management.rescoring import Output, RescoringProblem, Tally, rescore
from decision_aid.models import Assessment, DecisionAid, DecisionAidVersion
from questionnaires.definition.digest import canonical_json
from questionnaires.definition.facts import FactTypes, read_facts
from questionnaires.definition.problems import Problem, ProblemsFound

BAD_INPUT = 2
STOPPED = 130
MOST_REFUSALS_SHOWN = 20


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
        parser.add_argument("--file", metavar="FILE", help="people in JSON lines, .csv or .parquet instead")
        parser.add_argument("--out", metavar="OUT.jsonl", help="also write each change there, a line each")

    def handle(self, *args: Any, **options: Any) -> None:
        output = Output(Path(options["out"])) if options["out"] else None
        try:
            aid = _aid(options["aid"], options["clinic"])
            after = _release(aid, options["release"])
            before = _release(aid, options["against"]) if options["against"] else None
            tally = self._tally(output, after, before, options["file"])
            self._rescore(aid, after, before, options["file"], tally, output)
        except ProblemsFound as found:
            self._refuse(found.problems, options["file"] or "rescore")
        except KeyboardInterrupt:
            self.stderr.write("Stopped." + (" The same command goes on from here." if output else ""))
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
        return output.tally(run, until) if output else Tally(run, until)

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
        people = people_in_file(file, types) if file else _stored(aid, datetime.fromisoformat(tally.until))
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
        """A line of progress: over the last one on a terminal, else below it."""
        on_terminal = self.stderr.isatty()
        self.stderr.write(
            f"{tally.people:,} people, {sum(tally.changes.values()):,} changes",
            ending="\r" if on_terminal else "\n",
        )
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


def _aid(code: str, clinic: str | None) -> DecisionAid:
    """The decision aid. Raises ProblemsFound where there is none, or more than one."""
    aids = DecisionAid.objects.filter(code=code).select_related("clinic")
    if clinic is not None:
        aids = aids.filter(clinic__slug=clinic)
    found = list(aids[:2])
    if not found:
        raise _refused(RescoringProblem.UNKNOWN_AID, code, "There is no such decision aid.")
    if len(found) > 1:
        raise _refused(
            RescoringProblem.SEVERAL_CLINICS,
            code,
            "Several clinics have this decision aid: add --clinic SLUG.",
        )
    return found[0]


def _release(aid: DecisionAid, number: int) -> DecisionAidVersion:
    release = aid.releases.filter(number=number).first()
    if release is None:
        raise _refused(
            RescoringProblem.UNKNOWN_RELEASE, str(number), f"“{aid.code}” has no release {number}."
        )
    return release


def _stored(aid: DecisionAid, until: datetime) -> Iterator[Read]:
    """The newest assessment of each consultation at that time, always in the same order."""
    made = Assessment.objects.filter(release__aid=aid, assessed_at__lte=until)
    later = made.filter(consultation=OuterRef("consultation"), number__gt=OuterRef("number"))
    newest = made.filter(~Exists(later)).defer("report").order_by("pk")
    types: dict[int, FactTypes] = {}
    for assessment in newest.iterator(chunk_size=1000):
        if assessment.release_id not in types:
            types[assessment.release_id] = assessment.release.ruleset.types
        facts = read_facts(assessment.facts, types[assessment.release_id])
        yield Read(str(assessment.consultation_id), facts)


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
