"""Draft decision aids in the administration."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from decision_aid.admin.gate import GatePage
from decision_aid.models import (
    DecisionAid,
    Estimate,
    GoldenCase,
    InstrumentLicence,
    Modifier,
    Outcome,
    Scale,
    ScoringRule,
    Source,
    TreatmentOption,
    WarningSign,
)
from decision_aid.services.translating import completeness_of_aid
from questionnaires.admin.access import CLINIC_PATHS, Draft, DraftAdmin, Recorded
from questionnaires.admin.authoring import SMALL_TEXTS, completeness_words
from questionnaires.models import Role

CLINIC_PATHS |= {DecisionAid: "clinic", TreatmentOption: "aid__clinic"}


@admin.register(DecisionAid)
class DecisionAidAdmin(GatePage, DraftAdmin):
    """A draft decision aid; a second person releases it."""

    list_display = ("title", "code", "clinic", "newest_release")

    readonly_fields = ("translations",)

    @admin.display(description="released")
    def newest_release(self, row: DecisionAid) -> str:
        newest = row.releases.first()
        return f"release {newest.number}" if newest else "never"

    @admin.display(description="translations")
    def translations(self, row: DecisionAid) -> str:
        return completeness_words(completeness_of_aid(row)) if row.pk else ""


# A filter over every clinic's aids would name them.
OWN_AIDS = ("aid", admin.RelatedOnlyFieldListFilter)


class PartAdmin(DraftAdmin):
    """A part of a draft decision aid."""

    clinic_path = "aid__clinic"
    list_filter: ClassVar[Any] = (OWN_AIDS,)
    formfield_overrides = SMALL_TEXTS

    draft_path = ("aid",)


@admin.register(Scale)
class ScaleAdmin(PartAdmin):
    list_display = ("title", "code", "method", "aid")


@admin.register(InstrumentLicence)
class InstrumentLicenceAdmin(Recorded):
    """Which instruments of others the clinic may use, as administrators record it."""

    writers: ClassVar = (Role.ADMINISTRATOR,)
    list_display = ("instrument", "number", "holder", "valid_from", "valid_until", "clinic")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """A licence stays the clinic's for which it was recorded."""
        return ("recorded_at",) if obj is None else ("clinic", "recorded_at")


@admin.register(WarningSign)
class WarningSignAdmin(PartAdmin):
    list_display = ("title", "urgency", "condition", "aid")


@admin.register(Outcome)
class OutcomeAdmin(PartAdmin):
    list_display = ("code", "patient", "aid")


@admin.register(Modifier)
class ModifierAdmin(PartAdmin):
    list_display = ("fact", "condition", "aid")


@admin.register(Source)
class SourceAdmin(PartAdmin):
    """Where a clinician marks a source as checked, so that its figures may be shown to patients."""

    list_display = ("code", "first_author", "year", "citable", "check_primary", "checked", "aid")
    list_filter: ClassVar[Any] = (OWN_AIDS, "checked", "check_primary", "citable")
    search_fields = ("code", "title", "first_author")
    formfield_overrides: ClassVar[Any] = SMALL_TEXTS | {models.URLField: {"assume_scheme": "https"}}


@admin.register(GoldenCase)
class GoldenCaseAdmin(PartAdmin):
    list_display = ("code", "story", "aid")


class ScoringRuleInline(Draft, admin.StackedInline[ScoringRule, TreatmentOption]):
    model = ScoringRule
    clinic_path = "option__aid__clinic"
    extra = 0
    formfield_overrides = SMALL_TEXTS


@admin.register(TreatmentOption)
class TreatmentOptionAdmin(PartAdmin):
    """An option with its rules; its estimates have a page each."""

    list_display = ("title", "approach", "region", "aid")
    inlines: ClassVar = [ScoringRuleInline]


@admin.register(Estimate)
class EstimateAdmin(DraftAdmin):
    clinic_path = "option__aid__clinic"
    list_display = ("option", "outcome", "kind", "value", "low", "high", "certainty")
    list_filter = (("option", admin.RelatedOnlyFieldListFilter), "outcome")
    list_select_related = ("option",)
    formfield_overrides = SMALL_TEXTS

    draft_path = ("option", "aid")
