"""Rows about patients in the administration: each look at them is recorded, as on the pages."""

from collections import Counter
from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.db import transaction
from django.http import HttpRequest, HttpResponse

from questionnaires.admin.access import ClinicScoped, office_user
from questionnaires.models import Clinic
from questionnaires.services import audit


class AboutPatients(ClinicScoped, admin.ModelAdmin[Any]):
    """Rows about patients: each look at them leaves an event, without which nothing is shown.

    The events are named by `read_as`, like those of the API. It stands before other bases.
    """

    read_as: ClassVar[str]

    @transaction.atomic
    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        page = super().changelist_view(request, extra_context)
        if listed := _context_of(page).get("cl"):
            shown = Counter(row.clinic_id for row in listed.result_list)
            for clinic in Clinic.objects.filter(pk__in=shown).order_by("pk"):
                detail = {"number": shown[clinic.pk]}
                audit.record(
                    clinic, f"{self.read_as}_listed", clinic, user=office_user(request), detail=detail
                )
        return page

    def render_change_form(self, request: HttpRequest, context: Any, *args: Any, **kwargs: Any) -> Any:
        """Called in the transaction of the page, whenever a form shows a row."""
        if row := context.get("original"):
            self.record(request, row, f"{self.read_as}_read")
        return super().render_change_form(request, context, *args, **kwargs)

    @transaction.atomic
    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> HttpResponse:
        page = super().history_view(request, object_id, extra_context)
        if row := _context_of(page).get("object"):
            self.record(request, row, f"{self.read_as}_read")
        return page

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> LogEntry:
        return _without_words(super().log_addition(request, obj, message))

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> LogEntry:
        return _without_words(super().log_change(request, obj, message))


def _context_of(page: HttpResponse) -> dict[str, Any]:
    """What a page will be rendered with; nothing where it is a redirection."""
    return getattr(page, "context_data", None) or {}


def _without_words(entry: LogEntry) -> LogEntry:
    """The administration's own log, which its first page shows, names nobody."""
    entry.object_repr = str(entry.object_id)
    entry.save(update_fields=["object_repr"])
    return entry
