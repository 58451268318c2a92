"""What was edited in a draft decision aid, by whom, when and why."""

from typing import ClassVar

from django.db import models

from decision_aid.models.authoring import DecisionAid
from questionnaires.models import DraftEdit


class AidEdit(DraftEdit):
    """An edit of a draft decision aid."""

    aid = models.ForeignKey(DecisionAid, on_delete=models.CASCADE, related_name="edits")

    class Meta:
        ordering: ClassVar = ["-at", "-id"]
