"""What was published to be answered; a row here never changes."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import get_language

from questionnaires.definition.reading import read_definition
from questionnaires.definition.schema import Definition
from questionnaires.definition.translations import with_texts
from questionnaires.models.authoring import Questionnaire
from questionnaires.models.people import User


class QuestionnaireVersion(models.Model):
    """One immutable, hashed definition. The database refuses to change or delete it."""

    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    document = models.JSONField()
    sha256 = models.CharField(max_length=64)
    author = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    approver = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    published_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar = ["-number"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["questionnaire", "number"], name="one_questionnaire_version_per_number"
            ),
            models.CheckConstraint(
                condition=~models.Q(author=models.F("approver")),
                name="questionnaire_version_needs_second_person",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.questionnaire.code} {self.number}"

    @property
    def definition(self) -> Definition:
        """What is asked, in the language in use where this version carries it; parsed once a process."""
        definition = _definitions.get(self.sha256)
        if definition is None:
            definition = _definitions[self.sha256] = read_definition(self.document)
        language = get_language() or definition.language
        if language.split("-")[0] == definition.language.split("-")[0]:
            return definition
        translated = _translated.get((self.pk, language))
        if translated is None:
            translated = _translated[self.pk, language] = self._in_language(language)
        return translated

    def _in_language(self, language: str) -> Definition:
        texts = published_texts(self.translations.all(), language)
        return read_definition(with_texts(self.document, QUESTIONNAIRE_TEXTS, texts))


# What a person reads of a questionnaire's document.
QUESTIONNAIRE_TEXTS = frozenset(
    ("title", "intro", "consent", "text", "help", "why", "label", "low_label", "high_label")
)
# Published documents never change, so what was read from one can be kept: by its hash, or in a language.
_definitions: dict[str, Definition] = {}
_translated: dict[tuple[int, str], Definition] = {}


def published_texts(rows: models.Manager[Any] | models.QuerySet[Any], language: str) -> dict[str, str]:
    """The texts in this language, or in the language without its region; none where there are none."""
    wanted = [language, language.split("-")[0]]
    found = {row.language: row.texts for row in rows.filter(language__in=wanted)}
    return dict(found.get(wanted[0]) or found.get(wanted[1]) or {})
