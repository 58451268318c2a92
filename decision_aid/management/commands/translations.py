"""Writes the texts of a clinic's aid for a translator, and reads the words of one back into the draft."""

from pathlib import Path
from typing import Any

import yaml
from django.core.management.base import BaseCommand, CommandError, CommandParser

from decision_aid.models import DecisionAid
from decision_aid.services.translating import aid_texts, completeness_of_aid, translate_aid
from questionnaires.models import Questionnaire, User
from questionnaires.services.refusals import Refused
from questionnaires.services.translating import (
    completeness_of_questionnaire,
    questionnaire_texts,
    translate_questionnaire,
)


class Command(BaseCommand):
    help = "Say how complete each language of an aid is; write its texts into a file, or read words from one."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("clinic", help="the clinic's short name")
        parser.add_argument("aid", help="the aid's code")
        parser.add_argument("language", nargs="?", default="", help="a code such as de or pt-BR")
        parser.add_argument(
            "--write", type=Path, help="a file for the translator: originals and words by place"
        )
        parser.add_argument("--read", type=Path, help="that file with words, read into the draft")
        parser.add_argument("--by", default="", help="the e-mail address of the author who reads it in")

    def handle(self, *args: Any, **options: Any) -> None:
        aid = DecisionAid.objects.filter(clinic__slug=options["clinic"], code=options["aid"]).first()
        if aid is None:
            message = f"The clinic “{options['clinic']}” has no aid “{options['aid']}”."
            raise CommandError(message)
        if options["write"]:
            options["write"].write_text(_sheet(aid, options["language"]))
        if options["read"]:
            self._read(aid, options["language"], options["read"], options["by"])
        for name, languages in _completeness(aid).items():
            for one in languages:
                self.stdout.write(f"{name} {one.language}: {one.translated} of {one.total}")

    def _read(self, aid: DecisionAid, language: str, file: Path, email: str) -> None:
        by = User.objects.filter(email=email).first()
        if by is None:
            message = f"Nobody has the e-mail address “{email}”: name an author of the clinic with --by."
            raise CommandError(message)
        sheet = yaml.safe_load(file.read_text())
        try:
            for name, rows in sheet.items():
                words = {place: row.get("words") or "" for place, row in rows.items()}
                if name == "aid":
                    translate_aid(aid, language, words, by)
                else:
                    translate_questionnaire(_questionnaires(aid)[name], language, words, by)
        except Refused as refused:
            raise CommandError(f"{refused.code}: {refused.sentence}") from refused


def _questionnaires(aid: DecisionAid) -> dict[str, Questionnaire]:
    return {"intake": aid.intake, "findings": aid.findings}


def _completeness(aid: DecisionAid) -> dict[str, Any]:
    own = {name: completeness_of_questionnaire(one) for name, one in _questionnaires(aid).items()}
    return own | {"aid": completeness_of_aid(aid)}


def _sheet(aid: DecisionAid, language: str) -> str:
    drafts: dict[str, Any] = {**_questionnaires(aid), "aid": aid}
    texts = {name: questionnaire_texts(draft) for name, draft in _questionnaires(aid).items()}
    texts["aid"] = aid_texts(aid)
    said = {
        name: {row.place: row.words for row in draft.translations.filter(language=language)}
        for name, draft in drafts.items()
    }
    rows = {
        name: {
            place: {"original": original, "words": said[name].get(place, "")}
            for place, original in places.items()
        }
        for name, places in texts.items()
    }
    return yaml.safe_dump(rows, allow_unicode=True, sort_keys=False, width=110)
