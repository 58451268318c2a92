"""What the administration shows: the clinic's own rows, by role, and nothing by default."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db import models
from django.db.models import ForeignKey, QuerySet
from django.forms import BaseInlineFormSet, CheckboxInput, ModelChoiceField
from django.http import HttpRequest
from django.utils.text import capfirst

from questionnaires.models import Clinic, Role, User
from questionnaires.selectors import clinics_of
from questionnaires.services import audit
from questionnaires.services.drafting import remember_editor

OFFICE = (Role.ADMINISTRATOR, Role.AUTHOR, Role.APPROVER)


def office_user(request: HttpRequest) -> User:
    """The member of staff; the administration lets nobody else in."""
    if not isinstance(request.user, User):
        message = "the administration is open to members of staff only"
        raise TypeError(message)
    return request.user


def roles_held(request: HttpRequest) -> frozenset[str]:
    """The roles that the user holds in any clinic; asked once a request, which asks for each kind of row."""
    held: frozenset[str] | None = request.__dict__.get("roles_held")
    if held is None:
        user = office_user(request)
        held = frozenset(user.memberships.values_list("role", flat=True)) if user.is_active else frozenset()
        request.__dict__["roles_held"] = held
    return held


class ClinicScoped(admin.options.BaseModelAdmin[Any]):
    """Rows reached through the user's clinics, read by some roles and changed by some.

    `clinic_path` is the lookup from the row to its clinic. Permission is decided by roles alone: being a
    superuser opens nothing.
    """

    clinic_path: ClassVar[str] = "clinic"
    readers: ClassVar[tuple[Role, ...]] = OFFICE
    writers: ClassVar[tuple[Role, ...]] = ()

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        clinics = clinics_of(office_user(request), *self.readers)
        return super().get_queryset(request).filter(**{f"{self.clinic_path}__in": clinics}).distinct()

    def _may(self, request: HttpRequest, roles: tuple[Role, ...], row: models.Model | None) -> bool:
        if not isinstance(request.user, User) or roles_held(request).isdisjoint(roles):
            return False
        if row is None or row.pk is None:
            return True
        clinics = clinics_of(request.user, *roles)
        return type(row)._default_manager.filter(pk=row.pk, **{f"{self.clinic_path}__in": clinics}).exists()

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self._may(request, self.readers, None)

    def has_view_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return self._may(request, self.readers, self._own(obj))

    def has_add_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return self._may(request, self.writers, None)

    def has_change_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return self._may(request, self.writers, self._own(obj))

    def has_delete_permission(self, request: HttpRequest, obj: models.Model | None = None) -> bool:
        return self._may(request, self.writers, self._own(obj))

    def record(self, request: HttpRequest, row: models.Model, action: str) -> None:
        """Append an event about a row to the chain of its clinic, or of each of its clinics."""
        found = type(row)._default_manager.filter(pk=row.pk).values(self.clinic_path)
        for clinic in Clinic.objects.filter(pk__in=found).order_by("pk"):
            audit.record(clinic, action, row, user=office_user(request))

    def _own(self, obj: models.Model | None) -> models.Model | None:
        """Inlines are asked about their parent, whose own admin has checked it."""
        return obj if isinstance(obj, self.model) else None

    def formfield_for_foreignkey(
        self, db_field: ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> ModelChoiceField[Any]:
        """Offer only rows of the clinics in which the user may write."""
        related = db_field.related_model
        path = CLINIC_PATHS.get(related) if isinstance(related, type) else None
        if path is not None:
            clinics = clinics_of(office_user(request), *(self.writers or self.readers))
            kwargs["queryset"] = related._default_manager.filter(**{f"{path}__in": clinics})
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[return-value]  # None only for fields that are not editable


# How to get from a row that a form may offer to its clinic. Each admin module adds its own.
CLINIC_PATHS: dict[type[models.Model], str] = {Clinic: "pk"}


class NamedRows(BaseInlineFormSet[Any, Any, Any]):
    """Rows whose box for deleting has a name."""

    @classmethod
    def get_deletion_widget(cls) -> CheckboxInput:  # type: ignore[override]  # an instance is as good
        return CheckboxInput(attrs={"aria-label": "Delete"})


class NamedTable(admin.options.InlineModelAdmin[Any, Any]):
    """A table in which every field has its column's name, for people who hear the table."""

    template = "admin/edit_inline/named_tabular.html"
    formset = NamedRows

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None:
            field.widget.attrs["aria-label"] = capfirst(str(field.label))
        return field


class Recorded(ClinicScoped, admin.ModelAdmin[Any]):
    """Leaves an event in the chains of the row's clinics for whatever is written by hand."""

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        self.record(request, obj, "row_added")
        return super().log_addition(request, obj, message)

    def log_change(self, request: HttpRequest, obj: Any, message: Any) -> Any:
        self.record(request, obj, "row_changed")
        return super().log_change(request, obj, message)

    def log_deletions(self, request: HttpRequest, queryset: Any) -> Any:
        for row in queryset:
            self.record(request, row, "row_deleted")
        return super().log_deletions(request, queryset)


class ReadOnly(ClinicScoped):
    """Rows that nobody changes by hand."""

    writers: ClassVar[tuple[Role, ...]] = ()


class Draft(ClinicScoped):
    """Draft rows: authors write, the others read; the aid or questionnaire remembers who wrote last."""

    writers: ClassVar[tuple[Role, ...]] = (Role.AUTHOR,)


class DraftAdmin(Draft, Recorded):
    """An admin of draft rows; `draft_path` leads from a row to the draft that remembers its author."""

    draft_path: ClassVar[tuple[str, ...]] = ()

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:  # noqa: FBT001  # Django's signature
        super().save_related(request, form, formsets, change)
        self._remember_author(request, form.instance)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        self._remember_author(request, obj)
        super().delete_model(request, obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        for row in queryset:
            self._remember_author(request, row)
        super().delete_queryset(request, queryset)

    def _remember_author(self, request: HttpRequest, row: Any) -> None:
        draft: Any = row
        for name in self.draft_path:
            draft = getattr(draft, name)
        remember_editor(draft, office_user(request))
