"""What was published to be answered; a row here never changes."""

from typing import ClassVar

from django.db import models

from questionnaires.definition.reading import read_definition
from questionnaires.definition.schema import Definition
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
        """What is asked, parsed once a process for each published hash."""
        definition = _definitions.get(self.sha256)
        if definition is None:
            definition = _definitions[self.sha256] = read_definition(self.document)
        return definition


# Published documents never change, so what was read from one can be kept by its hash.
_definitions: dict[str, Definition] = {}
