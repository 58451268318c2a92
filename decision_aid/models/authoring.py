"""What is decided, as draft rows that an author edits until they are released."""

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models

from questionnaires.definition.reading import LANGUAGE
from questionnaires.models import Clinic, Questionnaire, User

SOURCES_HELP = "Ids of sources of this aid, as a JSON list."


def are_languages(value: object) -> None:
    """Refuse what is no list of language codes."""
    if not isinstance(value, list) or not all(
        isinstance(code, str) and LANGUAGE.fullmatch(code) for code in value
    ):
        raise ValidationError('Give a JSON list of language codes, such as ["de", "pt-BR"].', "bad_language")


class DecisionAid(models.Model):
    """A decision in the making: its options, rules and estimates; its releases are what is used."""

    clinic = models.ForeignKey(Clinic, on_delete=models.PROTECT, related_name="decision_aids")
    code = models.SlugField(max_length=80)
    language = models.CharField(max_length=16, default="en")
    title = models.CharField(max_length=200)
    intake = models.ForeignKey(
        Questionnaire, on_delete=models.PROTECT, related_name="+", help_text="What the patient is asked."
    )
    findings = models.ForeignKey(
        Questionnaire, on_delete=models.PROTECT, related_name="+", help_text="What the clinician adds."
    )
    condition_text = models.TextField(help_text="What the condition is, for the patient.")
    index_decision = models.TextField(help_text="The decision to be made, for the patient.")
    about = models.JSONField(default=dict, help_text="Authors, funding, evidence, dates.")
    bands = models.JSONField(default=list, help_text="Half-open bands of points, tiling the line.")
    languages = models.JSONField(
        default=list,
        blank=True,
        validators=[are_languages],
        help_text="Other languages that a release must carry whole, as a JSON list of codes such as de.",
    )
    # Whoever edited the draft last is its author; nobody who edited it since it was last published can
    # approve it.
    edited_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, editable=False, related_name="+")
    editors = models.ManyToManyField(User, editable=False, related_name="+")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["clinic", "code"], name="one_decision_aid_per_code"),
        ]

    def __str__(self) -> str:
        return self.title


class Scale(models.Model):
    """A score made of answers."""

    class Method(models.TextChoices):
        SUM = "sum", "sum"
        MEAN = "mean", "mean"
        PERCENT_OF_MAXIMUM = "percent_of_maximum", "percent of maximum"
        COUNT_TRUE = "count_true", "count of true"
        EXPRESSION = "expression", "expression"

    aid = models.ForeignKey(DecisionAid, on_delete=models.CASCADE, related_name="scales")
    position = models.PositiveIntegerField(default=0)
    code = models.SlugField(max_length=80)
    title = models.CharField(max_length=200)
    meaning = models.TextField(blank=True)
    method = models.CharField(max_length=20, choices=Method.choices)
    items = models.JSONField(default=list, blank=True)
    expression = models.CharField(max_length=4000, blank=True)
    missing = models.JSONField(
        default=str, help_text="“refuse”, or what to do with a missing item, with a source."
    )
    round = models.PositiveSmallIntegerField("decimals", default=0)
    unit = models.CharField(max_length=20, blank=True)
    bands = models.JSONField(default=list, blank=True)
    instrument = models.SlugField(
        max_length=80,
        blank=True,
        help_text="The licensed instrument that this scale is, such as odi; else empty.",
    )
    sources = models.JSONField(default=list, help_text=SOURCES_HELP)

    class Meta:
        ordering: ClassVar = ["position", "id"]

    def __str__(self) -> str:
        return self.title


class WarningSign(models.Model):
    """A condition under which a patient should not wait for the consultation."""

    class Urgency(models.TextChoices):
        EMERGENCY = "emergency", "emergency: care today"
        URGENT = "urgent", "urgent: a clinician within days"

    aid = models.ForeignKey(DecisionAid, on_delete=models.CASCADE, related_name="warning_signs")
    position = models.PositiveIntegerField(default=0)
    code = models.SlugField(max_length=80)
    urgency = models.CharField(max_length=10, choices=Urgency.choices)
    title = models.CharField(max_length=200)
    condition = models.CharField(max_length=4000)
    patient = models.TextField("what the patient reads")
    clinician = models.TextField("what the clinician reads")
    sources = models.JSONField(default=list, help_text=SOURCES_HELP)

    class Meta:
        ordering: ClassVar = ["position", "id"]

    def __str__(self) -> str:
        return self.title


class Outcome(models.Model):
    """A thing that every option is shown on."""

    aid = models.ForeignKey(DecisionAid, on_delete=models.CASCADE, related_name="outcomes")
    position = models.PositiveIntegerField(default=0)
    code = models.SlugField(max_length=80)
    asks = models.CharField(max_length=200)
    patient = models.CharField("name for the patient", max_length=200)

    class Meta:
        ordering: ClassVar = ["position", "id"]

    def __str__(self) -> str:
        return self.code


class TreatmentOption(models.Model):
    """One way to go on, operation or not."""

    class Approach(models.TextChoices):
        NON_OPERATIVE = "non_operative", "without an operation"
        MINIMALLY_INVASIVE = "minimally_invasive", "minimally invasive"
        OPEN = "open", "open"

    aid = models.ForeignKey(DecisionAid, on_delete=models.CASCADE, related_name="options")
    position = models.PositiveIntegerField(default=0)
    code = models.SlugField(max_length=80)
    approach = models.CharField(max_length=20, choices=Approach.choices)
    region = models.CharField(max_length=20)
    compares_with = models.CharField(max_length=80, blank=True)
    title = models.CharField(max_length=200)
    patient_title = models.CharField(max_length=200)
    summary = models.TextField("in a sentence, for the patient")
    what_happens = models.TextField("what happens, for the patient")
    living_with = models.JSONField(
        "what it is like, for the patient",
        null=True,
        blank=True,
        help_text="Texts: hospital, first_day, first_weeks, work_and_driving, what_can_go_wrong, "
        "if_it_does_not_help, living_with_it.",
    )
    timeline = models.JSONField(
        "recovery, for the patient",
        default=list,
        blank=True,
        help_text="Steps first_walking, home, desk_work, full_activity: milestone, patient (words), sources. "
        "A figure needs a source; else “Ask your surgeon”.",
    )
    rehabilitation = models.JSONField(
        null=True, blank=True, help_text="Texts: when, how, adds, patient; and sources."
    )

    class Meta:
        ordering: ClassVar = ["position", "id"]

    def __str__(self) -> str:
        return self.title


class ScoringRule(models.Model):
    """One reason for or against an option."""

    class Kind(models.TextChoices):
        REQUIRED = "required", "must hold"
        EXCLUDES = "excludes", "rules it out"
        POINTS = "points", "adds points"

    option = models.ForeignKey(TreatmentOption, on_delete=models.CASCADE, related_name="rules")
    position = models.PositiveIntegerField(default=0)
    code = models.SlugField(max_length=80)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    points = models.IntegerField(default=0)
    condition = models.CharField(max_length=4000)
    reason = models.TextField("reason, for the clinician")
    patient_reason = models.TextField("reason, for the patient")
    sources = models.JSONField(default=list, help_text=SOURCES_HELP)
    modifiable = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar = ["position", "id"]

    def __str__(self) -> str:
        return self.code


class Estimate(models.Model):
    """What is known of one outcome of one option against its comparator, or that it is not known."""

    option = models.ForeignKey(TreatmentOption, on_delete=models.CASCADE, related_name="estimates")
    position = models.PositiveIntegerField(default=0)
    outcome = models.CharField(max_length=80)
    status = models.CharField(max_length=30, default="auto")
    comparator = models.CharField(max_length=80, blank=True)
    horizon = models.CharField(max_length=100, blank=True)
    population = models.CharField(max_length=4000, blank=True, help_text="Who was studied, as a condition.")
    population_text = models.TextField(blank=True)
    kind = models.CharField(max_length=20, blank=True)
    value = models.DecimalField(max_digits=14, decimal_places=5, null=True, blank=True)
    low = models.DecimalField(max_digits=14, decimal_places=5, null=True, blank=True)
    high = models.DecimalField(max_digits=14, decimal_places=5, null=True, blank=True)
    with_option = models.DecimalField(max_digits=14, decimal_places=5, null=True, blank=True)
    with_comparator = models.DecimalField(max_digits=14, decimal_places=5, null=True, blank=True)
    denominator = models.PositiveIntegerField(null=True, blank=True)
    unit = models.CharField(max_length=60, blank=True)
    favours = models.CharField(max_length=12, blank=True)
    certainty = models.CharField(max_length=12, blank=True)
    participants = models.PositiveIntegerField(null=True, blank=True)
    studies = models.PositiveIntegerField(null=True, blank=True)
    sources = models.JSONField(default=list, blank=True, help_text=SOURCES_HELP)
    reason = models.TextField(blank=True)
    patient_reason = models.TextField(blank=True)
    contrary = models.JSONField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ["position", "id"]

    def __str__(self) -> str:
        return self.outcome


class Modifier(models.Model):
    """Something a person can change before treatment, and what changing it would do."""

    aid = models.ForeignKey(DecisionAid, on_delete=models.CASCADE, related_name="modifiers")
    position = models.PositiveIntegerField(default=0)
    fact = models.CharField(max_length=80)
    condition = models.CharField(max_length=4000)
    advice = models.TextField()
    patient_advice = models.TextField()
    sources = models.JSONField(default=list, help_text=SOURCES_HELP)

    class Meta:
        ordering: ClassVar = ["position", "id"]

    def __str__(self) -> str:
        return self.fact


class Source(models.Model):
    """Where a number or a rule comes from; shown to a patient only once it was checked."""

    aid = models.ForeignKey(DecisionAid, on_delete=models.CASCADE, related_name="sources")
    position = models.PositiveIntegerField(default=0)
    code = models.CharField(max_length=120)
    title = models.TextField()
    first_author = models.CharField(max_length=200, blank=True)
    year = models.PositiveSmallIntegerField(null=True, blank=True)
    journal = models.CharField(max_length=200, blank=True)
    doi = models.CharField(max_length=200, blank=True)
    pmid = models.CharField(max_length=20, blank=True)
    url = models.URLField(max_length=600, blank=True)
    design = models.CharField(max_length=300, blank=True)
    certainty = models.CharField(max_length=300, blank=True)
    citable = models.BooleanField(default=False)
    check_primary = models.BooleanField(default=True)
    checked = models.BooleanField(default=False, help_text="A clinician has read the primary paper.")
    used_for = models.TextField(blank=True)

    class Meta:
        ordering: ClassVar = ["position", "id"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["aid", "code"], name="one_source_per_code"),
        ]

    def __str__(self) -> str:
        return self.code


class GoldenCase(models.Model):
    """A person whose assessment is known; a release that gets one wrong is refused."""

    aid = models.ForeignKey(DecisionAid, on_delete=models.CASCADE, related_name="golden_cases")
    position = models.PositiveIntegerField(default=0)
    code = models.SlugField(max_length=80)
    story = models.TextField()
    because = models.TextField(blank=True)
    facts = models.JSONField(default=dict, blank=True, help_text="Empty: nothing is known.")
    expected = models.JSONField(default=dict)

    class Meta:
        ordering: ClassVar = ["position", "id"]

    def __str__(self) -> str:
        return self.code
