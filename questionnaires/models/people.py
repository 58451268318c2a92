"""Who: clinics, the staff who belong to them with a role, and their patients."""

import uuid
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.db import models


class UserManager(BaseUserManager["User"]):
    """Makes accounts that sign in with an e-mail address."""

    use_in_migrations = True

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractUser):
    """A member of staff. Patients have no account: they hold a link."""

    username = None  # type: ignore[assignment]  # Django's way to remove an inherited field
    email = models.EmailField("e-mail address", unique=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects = UserManager()  # type: ignore[assignment,misc]  # the base class types it with a username

    def __str__(self) -> str:
        return self.get_full_name() or self.email


class Clinic(models.Model):
    """A place that sees patients; every clinical record is reached through one."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=200)
    address = models.CharField(max_length=300, blank=True)
    phone = models.CharField(max_length=40, help_text="The number a patient calls with a question.")
    emergency_phone = models.CharField(
        max_length=40, help_text="The number a patient calls when a warning sign cannot wait."
    )
    time_zone = models.CharField(max_length=64, default="Europe/London")
    language = models.CharField(max_length=16, default="en")

    def __str__(self) -> str:
        return self.name


class Role(models.TextChoices):
    """What a member of staff may do in a clinic."""

    ADMINISTRATOR = "administrator", "administrator"
    AUTHOR = "author", "author"
    APPROVER = "approver", "approver"
    SURGEON = "surgeon", "surgeon"
    COORDINATOR = "coordinator", "coordinator"


class Membership(models.Model):
    """That a user works in a clinic, with one role; a person may hold several."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=20, choices=Role.choices)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "clinic", "role"], name="one_membership_per_role"),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.role} at {self.clinic}"


class Patient(models.Model):
    """A person who is asked; belongs to one clinic."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="patients")
    number = models.CharField(max_length=40, help_text="The clinic's own number for this person.")
    given_name = models.CharField(max_length=100)
    family_name = models.CharField(max_length=100)
    birth_date = models.DateField()
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["clinic", "number"], name="one_patient_per_number"),
        ]

    def __str__(self) -> str:
        return f"{self.given_name} {self.family_name}"
