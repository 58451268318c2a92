"""Makes the demonstration clinics, or keeps those there are, and prints where to look."""

import json
import os
import secrets
from io import StringIO
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import transaction

from config.demonstration import open_clinic, populate, publish_pack
from decision_aid.packs import read_pack
from questionnaires.services.inviting import invite

HOME, ELSEWHERE = ("northfield", "Northfield Spine Clinic"), ("harbour", "Harbour Spine Clinic")


class Command(BaseCommand):
    help = "Make a demonstration clinic with staff and synthetic patients. Run again, it keeps them."

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PSEUDO_LANGUAGES:
            call_command("pseudo_languages", stdout=StringIO())
        password = kept_password(settings.VAR / "demonstration.json")
        with transaction.atomic():
            pack = read_pack("spine")
            home = open_clinic(*HOME, password)
            elsewhere = open_clinic(*ELSEWHERE, password)
            release = publish_pack(home, pack)
            publish_pack(elsewhere, pack)
            consultations = populate(home, release)
            # Whoever has answered least; after a while of playing that may be somebody in the middle.
            waiting = min(
                consultations, key=lambda c: (c.response.submitted_at is not None, c.response.revision)
            )
            _, token = invite(waiting.response, home.coordinator)
        url = settings.PUBLIC_URL
        self.stdout.write(
            "\n".join(
                [
                    f"A patient's link     {url}/l/{token}/",
                    f"  their birth date   {waiting.patient.birth_date:%d %m %Y}",
                    f"Surgeon's worklist   {url}/worklist/",
                    f"Administration       {url}/administration/",
                    f"API documentation    {url}/api/v1/docs/",
                    "Sign in as           "
                    + ", ".join(
                        str(user.email)
                        for user in (
                            home.surgeon,
                            home.coordinator,
                            home.author,
                            home.approver,
                            home.administrator,
                            elsewhere.surgeon,
                        )
                    ),
                    f"  password           {password}",
                    *([] if settings.EMAIL_HOST else [f"E-mails, and codes   {settings.EMAIL_FILE_PATH}"]),
                ]
            )
        )


def kept_password(file: Path) -> str:
    """The demonstration's password: random, made on the first run, kept in a private file."""
    try:
        with open(file, "x", opener=lambda path, flags: os.open(path, flags, 0o600)) as new:
            json.dump({"password": secrets.token_urlsafe(12)}, new)
    except FileExistsError:
        pass
    password: str = json.loads(file.read_text())["password"]
    return password
