"""Makes the catalogues of the two pretended languages from every text that is marked for translation."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from config.languages import PRETENDED, messages_in, write_catalogue


class Command(BaseCommand):
    help = "Make the pretended languages: one longer by two fifths with accents, one from right to left."

    def handle(self, *args: Any, **options: Any) -> None:
        folders = [settings.BASE_DIR / name for name in ("config", "decision_aid", "questionnaires")]
        messages = messages_in(folders)
        for language in PRETENDED:
            folder = settings.VAR / "locale" / language / "LC_MESSAGES"
            write_catalogue(folder / "django.mo", messages, language)
        self.stdout.write(f"{len(messages)} texts in {', '.join(PRETENDED)}.")
