"""Scores facts from a file by a decision aid that comes with the code."""

import argparse
import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, NoReturn

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from decision_aid.management.facts_input import STANDARD_INPUT, facts_in, facts_in_file, lines_in_file
from decision_aid.management.text_report import text_report
from decision_aid.packs import read_pack, release_document
from decision_aid.scoring import Report, RuleSet, read_ruleset, score
from decision_aid.services.facts_only import summary_inputs
from decision_aid.summaries import (
    SummaryDocument,
    SummaryInputs,
    patient_document,
    render_pdf,
    surgeon_document,
)
from questionnaires.definition.digest import canonical_json
from questionnaires.definition.facts import Facts
from questionnaires.definition.problems import Problem, ProblemsFound
from questionnaires.definition.reading import read_definition
from questionnaires.definition.schema import Definition

BAD_INPUT = 2
DOCUMENTS: Mapping[str, Callable[[SummaryInputs], SummaryDocument]] = {
    "surgeon": surgeon_document,
    "patient": patient_document,
}


class Command(BaseCommand):
    help = "Score one person's facts, or many, by the rules that come with the code. Needs no database."
    requires_system_checks = []

    def add_arguments(self, parser: CommandParser) -> None:
        source = parser.add_mutually_exclusive_group(required=True)
        source.add_argument(
            "file", nargs="?", metavar="FILE", help="a JSON object of facts; - is standard input"
        )
        source.add_argument(
            "--lines",
            metavar="FILE.jsonl",
            help="one JSON object a line; prints a report or its problems a line",
        )
        parser.add_argument("--aid", default="spine", help="which decision aid (default: spine)")
        parser.add_argument("--format", choices=["json", "text"], default="json", help="default: json")
        parser.add_argument("--pdf", metavar="OUT.pdf", help="also render a PDF, about nobody in particular")
        parser.add_argument("--audience", choices=sorted(DOCUMENTS), default="surgeon", help="of the PDF")
        parser.add_argument(
            "--as-of", type=_day, metavar="YYYY-MM-DD", help="the day to assess for (default: today)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        _write_utf8()
        as_of: date = options["as_of"] or timezone.localdate()
        try:
            ruleset, definitions = _aid(options["aid"])
            if options["lines"]:
                self._score_lines(options["lines"], ruleset, as_of)
                return
            facts = facts_in_file(options["file"], ruleset.types)
            report = score(ruleset, facts, as_of)
            self._print(options, ruleset, definitions, facts, report, as_of)
        except ProblemsFound as found:
            self._refuse(found.problems, options["lines"] or options["file"])
        except BrokenPipeError:
            # Whoever read the output has gone. What is still buffered must not be written at exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(1)

    def _score_lines(self, name: str, ruleset: RuleSet, as_of: date) -> None:
        """Print one line for each line, in order; a line that is no good stops none of the others."""
        for line in lines_in_file(name):
            try:
                document = score(ruleset, facts_in(line, ruleset.types), as_of).document
            except ProblemsFound as found:
                document = {"problems": [_problem_document(problem) for problem in found.problems]}
            self.stdout.write(canonical_json(document))

    def _print(
        self,
        options: dict[str, Any],
        ruleset: RuleSet,
        definitions: Sequence[Definition],
        facts: Facts,
        report: Report,
        as_of: date,
    ) -> None:
        inputs = summary_inputs(ruleset, definitions, facts, report, as_of)
        if options["pdf"]:
            _write_pdf(Path(options["pdf"]), render_pdf(DOCUMENTS[options["audience"]](inputs)))
        if options["format"] == "text":
            self.stdout.write(text_report(surgeon_document(inputs)))
        else:
            self.stdout.write(json.dumps(report.document, ensure_ascii=False, allow_nan=False, indent=2))

    def _refuse(self, problems: Sequence[Problem], source: str) -> NoReturn:
        source = "standard input" if source == STANDARD_INPUT else source
        for problem in problems:
            words = f"{problem.sentence} {problem.hint}".rstrip()
            self.stderr.write(_one_line(f"{problem.code}: {problem.place or source}: {words}"))
        sys.exit(BAD_INPUT)


@cache
def _aid(name: str) -> tuple[RuleSet, tuple[Definition, ...]]:
    pack = read_pack(name)
    definitions = tuple(read_definition(document) for document in pack.questionnaires.values())
    return read_ruleset(release_document(pack)), definitions


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{text}” is no day such as 2026-01-31") from None


def _write_pdf(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
    except OSError as error:
        sentence = f"The PDF cannot be written there: {error.strerror or error}."
        raise ProblemsFound([Problem("cannot_write", str(path), sentence)]) from None


def _problem_document(problem: Problem) -> dict[str, str]:
    sentence = f"{problem.sentence} {problem.hint}".rstrip()
    return {"code": str(problem.code), "place": problem.place, "sentence": sentence}


def _one_line(text: str) -> str:
    return "".join(character if character.isprintable() else " " for character in text)


def _write_utf8() -> None:
    """JSON is UTF-8 whatever the terminal's locale says; what goes wrong must be printable anywhere."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="backslashreplace")
