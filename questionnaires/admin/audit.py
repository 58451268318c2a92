"""The audit chain in the administration: to read, never to change."""

from django.contrib import admin

from questionnaires.admin.access import ReadOnly
from questionnaires.models import AuditEvent, Role


@admin.register(AuditEvent)
class AuditEventAdmin(ReadOnly, admin.ModelAdmin[AuditEvent]):
    readers = (Role.ADMINISTRATOR,)
    list_display = ("number", "at", "actor", "user", "action", "record", "record_id")
    list_filter = ("action", "actor")
    list_select_related = ("user",)
    ordering = ("-number",)
    show_full_result_count = False
