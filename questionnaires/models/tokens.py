"""What a program shows in order to be let in, and what it may do then."""

import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import models

from questionnaires.models.people import Role, User


class Scope(models.TextChoices):
    """What a token may do at most; the roles of whoever holds it decide as well, in each clinic."""

    CONTENT_READ = "content.read", "read published questionnaires and releases"
    CONTENT_TRY = "content.try", "score made-up people, storing nothing"
    PEOPLE_READ = "people.read", "read who the patients and the staff are"
    PEOPLE_WRITE = "people.write", "register patients"
    CARE_READ = "care.read", "read consultations, answers, assessments, alerts, reviews and documents"
    CARE_WRITE = "care.write", "plan, invite, answer and submit for patients"
    REVIEW = "review", "close alerts, add findings, override, sign and release"
    DRAFTS_READ = "drafts.read", "read drafts and golden cases"
    DRAFTS_WRITE = "drafts.write", "replace drafts"
    PUBLISH = "publish", "approve and publish"
    RESCORE = "rescore", "score stored answers anew"
    AUDIT_READ = "audit.read", "read the audit"
    EVENTS_READ = "events.read", "read the clinic's events"
    EVENTS_WRITE = "events.write", "have events told again"


_CLINICAL = (Role.SURGEON, Role.COORDINATOR)
_OFFICE = (Role.ADMINISTRATOR, Role.AUTHOR, Role.APPROVER)

# The roles that a scope is for: in a clinic where somebody has none of them, it opens nothing.
SCOPE_ROLES: Mapping[Scope, tuple[Role, ...]] = {
    Scope.CONTENT_READ: tuple(Role),
    Scope.CONTENT_TRY: (Role.SURGEON, *_OFFICE),
    Scope.PEOPLE_READ: (*_CLINICAL, Role.ADMINISTRATOR),
    Scope.PEOPLE_WRITE: (Role.COORDINATOR, Role.ADMINISTRATOR),
    Scope.CARE_READ: _CLINICAL,
    Scope.CARE_WRITE: _CLINICAL,
    Scope.REVIEW: (Role.SURGEON,),
    Scope.DRAFTS_READ: _OFFICE,
    Scope.DRAFTS_WRITE: (Role.AUTHOR,),
    Scope.PUBLISH: (Role.AUTHOR, Role.APPROVER),
    Scope.RESCORE: _OFFICE,
    Scope.AUDIT_READ: (Role.ADMINISTRATOR,),
    Scope.EVENTS_READ: (Role.ADMINISTRATOR,),
    Scope.EVENTS_WRITE: (Role.ADMINISTRATOR,),
}
# What a named person answers for is never done by a system on its own.
ONLY_BY_PEOPLE = frozenset({Scope.REVIEW, Scope.PUBLISH})


class ApiToken(models.Model):
    """A named key to the API that acts for one account until it ends; only the hash of its secret is kept."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="api_tokens")
    name = models.CharField(max_length=100, help_text="What it is for, for example “theatre planning”.")
    scopes = models.JSONField(default=list)
    secret_sha256 = models.CharField(max_length=64, unique=True)
    created_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    used_at = models.DateTimeField(null=True, blank=True, help_text="To the minute.")

    class Meta:
        ordering: ClassVar = ["-created_at", "id"]

    def __str__(self) -> str:
        return self.name

    def works_at(self, now: datetime) -> bool:
        """Whether it lets somebody in at that time."""
        return self.revoked_at is None and now < self.expires_at and self.user.is_active


def is_system(user: User) -> bool:
    """Whether an account is a program's: it has an address that no mail reaches, and no password."""
    return user.email.endswith(f"@{SYSTEM_DOMAIN}") and user.password.startswith(UNUSABLE_PASSWORD_PREFIX)


SYSTEM_DOMAIN = "systems.invalid"  # RFC 2606: never a real domain


class KeptAnswer(models.Model):
    """What was answered to a request with an Idempotency-Key, so that sending it again does nothing twice.

    The answer is encrypted with a key made from the caller's own, which is not kept: an invitation's secret
    is in no table.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    key_sha256 = models.CharField(max_length=64)
    request_sha256 = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    answer = models.TextField(blank=True)
    expires_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "key_sha256"], name="one_answer_a_key"),
        ]

    def __str__(self) -> str:
        return str(self.pk)
