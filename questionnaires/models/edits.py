"""What was edited in a draft, by whom, when and why; rows are only ever added."""

from typing import ClassVar

from django.db import models

from questionnaires.models.authoring import Questionnaire
from questionnaires.models.people import User


class DraftEdit(models.Model):
    """One edit: the author's reason, and a sentence for each thing that changed."""

    by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    reason = models.TextField()
    sentences = models.JSONField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.at.isoformat()} {self.reason}"


class QuestionnaireEdit(DraftEdit):
    """An edit of a draft questionnaire."""

    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.CASCADE, related_name="edits")

    class Meta:
        ordering: ClassVar = ["-at", "-id"]
