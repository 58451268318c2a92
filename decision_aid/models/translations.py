"""Words of decision aids in other languages: draft rows by place, and what a release carries."""

from typing import ClassVar

from django.db import models

from decision_aid.models.authoring import DecisionAid
from decision_aid.models.releases import DecisionAidVersion
from questionnaires.models.translations import DraftText, PublishedTexts


class AidText(DraftText):
    """A text of a draft decision aid in another language."""

    aid = models.ForeignKey(DecisionAid, on_delete=models.CASCADE, related_name="translations")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["aid", "language", "place"], name="one_aid_text_per_place"),
        ]


class ReleaseTexts(PublishedTexts):
    """What a release says to patients in another language."""

    release = models.ForeignKey(DecisionAidVersion, on_delete=models.PROTECT, related_name="translations")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["release", "language"], name="one_language_per_release"),
        ]
