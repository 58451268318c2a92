"""The audit chain in the administration: to read, search and take along, never to change."""

from collections.abc import Callable, Iterator
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.urls import URLPattern, path

from questionnaires.admin.about_patients import AboutPatients
from questionnaires.admin.access import ReadOnly, office_user
from questionnaires.models import AuditEvent, Role
from questionnaires.selectors import clinics_of
from questionnaires.services import audit
from questionnaires.services.audit_export import export_csv, export_json_lines

FORMATS: dict[str, tuple[str, Callable[[QuerySet[AuditEvent]], Iterator[str]]]] = {
    "csv": ("text/csv; charset=utf-8", export_csv),
    "jsonl": ("application/jsonl; charset=utf-8", export_json_lines),
}


@admin.register(AuditEvent)
class AuditEventAdmin(AboutPatients, ReadOnly, admin.ModelAdmin[AuditEvent]):
    """Who saw or changed what: by patient, by member of staff, by act and by day."""

    read_as = "audit"
    readers = (Role.ADMINISTRATOR,)
    change_list_template = "admin/audit_change_list.html"
    list_display = ("number", "at", "actor", "user", "action", "record", "record_id", "patient_number")
    list_filter = ("action", "actor", ("user", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("user", "patient")
    date_hierarchy = "at"
    search_fields = ("patient__number", "user__email", "record_id", "action")
    ordering = ("-at", "-number")
    show_full_result_count = False

    @admin.display(description="patient", ordering="patient__number")
    def patient_number(self, event: AuditEvent) -> str:
        return event.patient.number if event.patient else ""

    def get_urls(self) -> list[URLPattern]:
        page = path(
            "export/<str:form>/",
            self.admin_site.admin_view(self.export_view),
            name="questionnaires_auditevent_export",
        )
        return [page, *super().get_urls()]

    def export_view(self, request: HttpRequest, form: str) -> HttpResponseBase:
        """The events that the list shows with the same search and filters, as a file; that is recorded."""
        if form not in FORMATS or not self.has_view_permission(request):
            raise PermissionDenied
        found: QuerySet[Any] = self.get_changelist_instance(request).get_queryset(request)
        user = office_user(request)
        for clinic in clinics_of(user, *self.readers):
            count = found.filter(clinic=clinic).count()
            if count:
                audit.record(clinic, "audit_exported", clinic, user=user, detail={"events": count})
        kind, lines = FORMATS[form]
        return StreamingHttpResponse(
            lines(found.order_by("clinic", "number")),
            content_type=kind,
            headers={
                "Content-Disposition": f'attachment; filename="audit.{form}"',
                "Cache-Control": "no-store",
            },
        )
