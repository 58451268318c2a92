"""Who: clinics, the staff who belong to them with a role, and their patients."""

import unicodedata
import uuid
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.db import models

# Letters that no decomposition takes a mark from, though people leave it out when they type.
_PLAIN = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"})


def folded(words: str) -> str:
    """Words as they are searched by: no difference of case or marks, single spaces ("ZAŻÓŁĆ" is "zazolc")."""
    decomposed = unicodedata.normalize("NFKD", words.casefold())
    unmarked = "".join(letter for letter in decomposed if not unicodedata.combining(letter))
    return " ".join(unmarked.translate(_PLAIN).split())


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

    class Paper(models.TextChoices):
        A4 = "a4", "A4"
        LETTER = "us-letter", "Letter"

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=200)
    address = models.CharField(max_length=300, blank=True)
    phone = models.CharField(max_length=40, help_text="The number a patient calls with a question.")
    emergency_phone = models.CharField(
        max_length=40, help_text="The number a patient calls when a warning sign cannot wait."
    )
    alert_email = models.EmailField(
        blank=True, help_text="Told of every warning sign beside the surgeon, for example the nurse on duty."
    )
    time_zone = models.CharField(max_length=64, default="Europe/London")
    language = models.CharField(max_length=16, default="en")
    # Made so by the demonstration and by nothing else: what may not reach real people may be shown here.
    is_demonstration = models.BooleanField(default=False, editable=False)
    paper = models.CharField(
        max_length=10, choices=Paper.choices, default=Paper.A4, help_text="What the documents are printed on."
    )

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
    # Number and name without case or marks: a database folds the case of other alphabets in its own way.
    search = models.CharField(max_length=400, blank=True, editable=False)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["clinic", "number"], name="one_patient_per_number"),
        ]
        indexes: ClassVar = [models.Index(fields=["clinic", "search", "id"], name="patient_search")]

    def __str__(self) -> str:
        return f"{self.given_name} {self.family_name}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save the row with the words that it is searched by."""
        self.search = self.searched_by
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = {*kwargs["update_fields"], "search"}
        super().save(*args, **kwargs)

    @property
    def searched_by(self) -> str:
        """Number and name as `search` holds them."""
        return folded(f"{self.number} {self.given_name} {self.family_name}")
