"""Writes a draft decision aid into a folder of text files, so that it can live in git."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from decision_aid.management.named_rows import BAD_INPUT, aid_named, telling_refusals
from decision_aid.services.filing import export_aid


class Command(BaseCommand):
    help = "Write a draft into a folder: always the same bytes for the same draft. Other files there stay."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", help="where the files go; made where it is missing")
        parser.add_argument("--aid", default="spine", help="which decision aid (default: spine)")
        parser.add_argument("--clinic", metavar="SLUG", help="of which clinic, where several have the aid")

    def handle(self, *args: Any, **options: Any) -> None:
        with telling_refusals(self.stderr):
            try:
                files = export_aid(aid_named(options["aid"], options["clinic"]), Path(options["folder"]))
            except OSError as error:
                raise CommandError(f"Nothing can be written there: {error}.", returncode=BAD_INPUT) from None
        self.stdout.write(f"{len(files)} files in {options['folder']}")
