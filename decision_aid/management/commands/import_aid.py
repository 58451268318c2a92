"""Reads a folder of text files into a clinic's draft decision aid, or says all that is wrong with it."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from decision_aid.management.named_rows import clinic_named, person_named, telling_refusals
from decision_aid.services.filing import import_aid


class Command(BaseCommand):
    help = (
        "Make or replace a draft from a folder that export_aid wrote, or that was written by hand. Where "
        "anything is wrong, every problem is listed with file and line, and nothing changes."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", help="the folder with aid.yaml")
        parser.add_argument("--clinic", metavar="SLUG", required=True, help="whose draft it becomes")
        parser.add_argument("--by", metavar="EMAIL", required=True, help="who imports it: an author")

    def handle(self, *args: Any, **options: Any) -> None:
        with telling_refusals(self.stderr):
            clinic, by = clinic_named(options["clinic"]), person_named(options["by"])
            aid = import_aid(clinic, Path(options["folder"]), by)
        self.stdout.write(
            f"{aid.code}: {aid.options.count()} options, {aid.golden_cases.count()} golden cases"
        )
