"""What is asked, as draft rows that an author edits until they are published."""

from typing import ClassVar

from django.db import models

from questionnaires.models.people import Clinic, User


class Questionnaire(models.Model):
    """A set of questions in the making; its published versions are what people answer."""

    class Audience(models.TextChoices):
        PATIENT = "patient", "patient"
        CLINICIAN = "clinician", "clinician"

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="questionnaires")
    code = models.SlugField(max_length=80)
    audience = models.CharField(max_length=12, choices=Audience.choices)
    title = models.CharField(max_length=200)
    language = models.CharField(max_length=16, default="en")
    intro = models.TextField(blank=True)
    consent_title = models.CharField(max_length=200, blank=True)
    consent_text = models.TextField(blank=True, help_text="One paragraph a line.")
    # Whoever edited the draft last is its author; nobody who edited it since it was last published can
    # approve it.
    edited_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, editable=False, related_name="+")
    editors = models.ManyToManyField(User, editable=False, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["clinic", "code"], name="one_questionnaire_per_code"),
        ]

    def __str__(self) -> str:
        return self.title


class Section(models.Model):
    """A group of questions under one title."""

    questionnaire = models.ForeignKey(Questionnaire, on_delete=models.CASCADE, related_name="sections")
    position = models.PositiveIntegerField(default=0)
    code = models.SlugField(max_length=80)
    title = models.CharField(max_length=200)
    intro = models.TextField(blank=True)
    shown_when = models.CharField(max_length=4000, blank=True, help_text="Empty: always shown.")

    class Meta:
        ordering: ClassVar = ["position", "id"]

    def __str__(self) -> str:
        return self.title


class Question(models.Model):
    """One thing asked; its code is the fact that rules read."""

    class Kind(models.TextChoices):
        BOOLEAN = "boolean", "yes or no"
        INTEGER = "integer", "whole number"
        DECIMAL = "decimal", "number"
        CODE = "code", "one of a list"
        CODES = "codes", "any of a list"
        TEXT = "text", "words"
        DATE = "date", "date"

    class Widget(models.TextChoices):
        YES_NO = "yes_no", "yes and no"
        NUMBER = "number", "number"
        RATING = "rating", "labelled buttons"
        CHOICE = "choice", "one of a list"
        CHOICES = "choices", "any of a list"
        BODY_MAP = "body_map", "body map"
        LONG_TEXT = "long_text", "words"
        DATE = "date", "day, month and year"

    section = models.ForeignKey(Section, on_delete=models.CASCADE, related_name="questions")
    position = models.PositiveIntegerField(default=0)
    code = models.SlugField(max_length=80)
    kind = models.CharField("type", max_length=10, choices=Kind.choices)
    text = models.TextField()
    help = models.TextField(blank=True)
    why = models.TextField("why we ask", blank=True)
    required = models.BooleanField(default=False)
    unsure = models.BooleanField("offers “I'm not sure”", default=False)
    private = models.BooleanField("offers “I'd rather not say”", default=False)
    minimum = models.DecimalField(max_digits=12, decimal_places=3, null=True, blank=True)
    maximum = models.DecimalField(max_digits=12, decimal_places=3, null=True, blank=True)
    unit = models.CharField(max_length=20, blank=True)
    widget = models.CharField(max_length=12, choices=Widget.choices, blank=True)
    each_a_fact = models.BooleanField(
        "each option is a yes-or-no fact",
        default=False,
        help_text="What is ticked is yes; “none of these” makes all of them no.",
    )
    codes = models.JSONField(
        "standard codes",
        default=dict,
        blank=True,
        help_text="Codes by system: {“loinc”: “72514-3”, “snomed”: “161891005”}.",
    )
    low_label = models.CharField(max_length=100, blank=True)
    high_label = models.CharField(max_length=100, blank=True)
    shown_when = models.CharField(max_length=4000, blank=True, help_text="Empty: always shown.")

    class Meta:
        ordering: ClassVar = ["position", "id"]

    def __str__(self) -> str:
        return self.code


class AnswerOption(models.Model):
    """One answer of a list."""

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="options")
    position = models.PositiveIntegerField(default=0)
    code = models.SlugField(max_length=80)
    label = models.CharField(max_length=200)
    help = models.CharField(max_length=300, blank=True)
    exclusive = models.BooleanField("excludes the others", default=False)
    codes = models.JSONField("standard codes", default=dict, blank=True)

    class Meta:
        ordering: ClassVar = ["position", "id"]

    def __str__(self) -> str:
        return self.label
