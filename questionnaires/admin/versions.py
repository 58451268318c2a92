"""Published questionnaires in the administration: to read, never to change."""

from django.contrib import admin

from questionnaires.admin.access import ReadOnly
from questionnaires.models import QuestionnaireVersion


@admin.register(QuestionnaireVersion)
class QuestionnaireVersionAdmin(ReadOnly, admin.ModelAdmin[QuestionnaireVersion]):
    clinic_path = "questionnaire__clinic"
    list_display = ("questionnaire", "number", "published_at", "author", "approver", "sha256")
    list_filter = (("questionnaire", admin.RelatedOnlyFieldListFilter),)
