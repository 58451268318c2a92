"""Draft questionnaires in the administration."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.db import models

from questionnaires.admin.access import CLINIC_PATHS, Draft, DraftAdmin, NamedTable
from questionnaires.admin.publishing import PublishPage
from questionnaires.definition.translations import Completeness
from questionnaires.models import AnswerOption, Question, Questionnaire, QuestionnaireVersion, Section, User
from questionnaires.services.publishing import problems_of_questionnaire, publish_questionnaire
from questionnaires.services.translating import completeness_of_questionnaire

CLINIC_PATHS |= {
    Questionnaire: "clinic",
    Section: "questionnaire__clinic",
    Question: "section__questionnaire__clinic",
}

SMALL_TEXTS: dict[Any, dict[str, Any]] = {
    models.TextField: {"widget": forms.Textarea(attrs={"rows": 2, "cols": 60})},
}


class SectionInline(NamedTable, Draft, admin.TabularInline[Section, Questionnaire]):
    model = Section
    clinic_path = "questionnaire__clinic"
    extra = 0
    show_change_link = True
    formfield_overrides = SMALL_TEXTS


class QuestionInline(NamedTable, Draft, admin.TabularInline[Question, Section]):
    model = Question
    clinic_path = "section__questionnaire__clinic"
    extra = 0
    show_change_link = True
    fields = ("position", "code", "kind", "text", "required", "shown_when")
    formfield_overrides = SMALL_TEXTS


class AnswerOptionInline(NamedTable, Draft, admin.TabularInline[AnswerOption, Question]):
    model = AnswerOption
    clinic_path = "question__section__questionnaire__clinic"
    extra = 0


def completeness_words(languages: Iterable[Completeness]) -> str:
    """How complete each language is: “de: 12 of 340, el: all 340”."""
    told = (
        f"{one.language}: all {one.total}"
        if one.is_complete
        else f"{one.language}: {one.translated} of {one.total}"
        for one in languages
    )
    return ", ".join(told) or "none begun"


@admin.register(Questionnaire)
class QuestionnaireAdmin(PublishPage, DraftAdmin):
    """A draft with its sections; a second person publishes it."""

    list_display = ("title", "code", "audience", "clinic", "newest_version")
    inlines: ClassVar = [SectionInline]

    readonly_fields = ("translations",)

    @admin.display(description="published")
    def newest_version(self, row: Questionnaire) -> str:
        newest = row.versions.first()
        return f"version {newest.number}" if newest else "never"

    @admin.display(description="translations")
    def translations(self, row: Questionnaire) -> str:
        return completeness_words(completeness_of_questionnaire(row)) if row.pk else ""

    def problems_of(self, row: Questionnaire) -> Any:
        return problems_of_questionnaire(row)

    def publish(self, row: Questionnaire, author: User, approver: User, reason: str) -> QuestionnaireVersion:
        return publish_questionnaire(row, author, approver)


@admin.register(Section)
class SectionAdmin(DraftAdmin):
    """A section with its questions."""

    clinic_path = "questionnaire__clinic"
    list_display = ("title", "questionnaire", "position")
    list_filter = (("questionnaire", admin.RelatedOnlyFieldListFilter),)
    inlines: ClassVar = [QuestionInline]
    formfield_overrides = SMALL_TEXTS

    draft_path = ("questionnaire",)


@admin.register(Question)
class QuestionAdmin(DraftAdmin):
    """A question with its answers."""

    clinic_path = "section__questionnaire__clinic"
    list_display = ("code", "text", "kind", "section")
    list_filter = (("section__questionnaire", admin.RelatedOnlyFieldListFilter), "kind")
    search_fields = ("code", "text")
    inlines: ClassVar = [AnswerOptionInline]
    formfield_overrides = SMALL_TEXTS

    draft_path = ("section", "questionnaire")
