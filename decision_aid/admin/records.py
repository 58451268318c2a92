"""Releases and documents in the administration: to read, never to change."""

from django.contrib import admin

from decision_aid.admin.gate import ReturnPage
from decision_aid.models import DecisionAidVersion, Summary
from questionnaires.admin.about_patients import AboutPatients
from questionnaires.admin.access import ReadOnly
from questionnaires.models import Role


@admin.register(DecisionAidVersion)
class DecisionAidVersionAdmin(ReturnPage, ReadOnly, admin.ModelAdmin[DecisionAidVersion]):
    clinic_path = "aid__clinic"
    list_display = ("aid", "number", "published_at", "author", "approver", "reason", "sha256")
    list_filter = (("aid", admin.RelatedOnlyFieldListFilter),)


@admin.register(Summary)
class SummaryAdmin(AboutPatients, ReadOnly, admin.ModelAdmin[Summary]):
    """What the workers have made, and what failed and why; the documents themselves are not shown here."""

    read_as = "summary"
    readers = (Role.ADMINISTRATOR,)
    list_display = (
        "id",
        "audience",
        "template_version",
        "status",
        "attempts",
        "failure",
        "requested_at",
        "ready_at",
    )
    list_filter = ("status", "audience")
    exclude = ("file",)
