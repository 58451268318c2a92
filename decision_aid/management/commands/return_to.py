"""Goes back to an earlier release of a decision aid, by publishing it again."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from decision_aid.management.named_rows import (
    aid_named,
    person_named,
    release_numbered,
    telling_refusals,
)
from decision_aid.services.publishing import return_to


class Command(BaseCommand):
    help = "Publish an earlier release again, as the next one, at once. The draft stays as it is."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("number", type=int, help="the number of the earlier release")
        parser.add_argument("--aid", default="spine", help="which decision aid (default: spine)")
        parser.add_argument("--clinic", metavar="SLUG", help="of which clinic, where several have the aid")
        parser.add_argument("--by", metavar="EMAIL", required=True, help="an approver")
        parser.add_argument("--reason", required=True, help="why, in a sentence")

    def handle(self, *args: Any, **options: Any) -> None:
        with telling_refusals(self.stderr):
            aid = aid_named(options["aid"], options["clinic"])
            release = release_numbered(aid, options["number"])
            again = return_to(release, person_named(options["by"]), options["reason"])
        self.stdout.write(f"published: {again}, which says again what release {release.number} said")
