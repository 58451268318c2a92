"""Make a token for a member of staff or for a system, and print its secret once."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from questionnaires.models import Clinic, Role, Scope, User
from questionnaires.services.refusals import Refused
from questionnaires.services.tokens import issue_token, open_system


class Command(BaseCommand):
    help = (
        "Make a token for the API. Say who answers for it with --by: the member of staff whose token it is, "
        "or with --system the administrator of the clinic in which a new system is to have it."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="what it is for")
        parser.add_argument(
            "--by", required=True, metavar="E-MAIL", help="whose token it is, or who makes it"
        )
        parser.add_argument("--scope", action="append", required=True, choices=Scope.values)
        parser.add_argument("--days", type=int, default=90, help="how long it works (default: 90)")
        parser.add_argument("--system", metavar="NAME", help="open an account for a program with this name")
        parser.add_argument("--clinic", metavar="SLUG", help="the system's clinic")
        parser.add_argument("--role", action="append", choices=Role.values, help="the system's roles")

    def handle(self, *args: Any, **options: Any) -> None:
        by = User.objects.filter(email=options["by"].lower()).first()
        if by is None:
            raise CommandError(f"There is no member of staff with the address {options['by']}.", returncode=2)
        try:
            holder = self.system(options, by) if options["system"] else by
            token, secret = issue_token(holder, options["name"], options["scope"], options["days"], by)
        except Refused as refused:
            raise CommandError(str(refused), returncode=2) from refused
        self.stderr.write(f"{token.name} works until {token.expires_at:%Y-%m-%d}; shown only now:")
        self.stdout.write(secret)

    def system(self, options: dict[str, Any], by: User) -> User:
        clinic = Clinic.objects.filter(slug=options["clinic"] or "").first()
        if clinic is None:
            raise CommandError("Name the clinic of the system: --clinic SLUG.", returncode=2)
        return open_system(clinic, options["system"], [Role(role) for role in options["role"] or ()], by)
