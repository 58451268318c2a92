"""Words in other languages: draft rows by the place of a text, and what a published version carries."""

from typing import ClassVar

from django.db import models

from questionnaires.models.authoring import Questionnaire
from questionnaires.models.versions import QuestionnaireVersion


class DraftText(models.Model):
    """One text in one language; `original` is what was translated, so that a changed text shows as open."""

    language = models.CharField(max_length=16)
    place = models.CharField(max_length=400)
    original = models.TextField()
    words = models.TextField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.language}: {self.place}"


class PublishedTexts(models.Model):
    """The texts of one published version in one language, by place. The database refuses to change it."""

    language = models.CharField(max_length=16)
    texts = models.JSONField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.language


class QuestionnaireText(DraftText):
    """A text of a draft questionnaire in another language."""

    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.CASCADE, related_name="translations")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["questionnaire", "language", "place"], name="one_questionnaire_text_per_place"
            ),
        ]


class QuestionnaireVersionTexts(PublishedTexts):
    """What a questionnaire's version says in another language."""

    version = models.ForeignKey(QuestionnaireVersion, on_delete=models.PROTECT, related_name="translations")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["version", "language"], name="one_language_per_version"),
        ]
