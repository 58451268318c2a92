"""What lets a person read back earlier answers: a one-time code, or the browser they began in."""

import uuid
from typing import ClassVar

from django.db import models

from questionnaires.models.people import Clinic, User
from questionnaires.models.responses import QuestionnaireResponse


class OneTimeCode(models.Model):
    """Six digits for one visit, of which only a keyed hash is kept; empty until the moment of sending."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="+")
    response = models.ForeignKey(QuestionnaireResponse, on_delete=models.PROTECT, related_name="codes")
    # The hash of the visit's own secret; empty where staff told the code by telephone, for whichever visit.
    visit_sha256 = models.CharField(max_length=64, blank=True)
    code_mac = models.CharField(max_length=64, blank=True)
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    used_at = models.DateTimeField(null=True, blank=True)
    told_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering: ClassVar = ["-asked_at"]
        indexes: ClassVar = [models.Index(fields=["response", "asked_at"], name="codes_of_response")]

    def __str__(self) -> str:
        return str(self.id)


class KnownDevice(models.Model):
    """A browser in which a form was begun or a code was given; it keeps a secret, this is its hash."""

    response = models.ForeignKey(QuestionnaireResponse, on_delete=models.PROTECT, related_name="devices")
    token_sha256 = models.CharField(max_length=64, unique=True)
    known_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.pk)
