"""Clinics, staff and patients in the administration."""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from questionnaires.admin.about_patients import AboutPatients
from questionnaires.admin.access import CLINIC_PATHS, ClinicScoped, NamedTable, Recorded, office_user
from questionnaires.models import Clinic, Membership, Patient, Role, User
from questionnaires.selectors import clinics_of
from questionnaires.services.inviting_staff import invite_colleague
from questionnaires.services.refusals import Refused
from questionnaires.tasks import nudge_mail

CLINIC_PATHS |= {Patient: "clinic"}


@admin.register(Clinic)
class ClinicAdmin(Recorded):
    clinic_path = "pk"
    readers = (Role.ADMINISTRATOR,)
    list_display = ("name", "phone", "emergency_phone")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._may(request, (Role.ADMINISTRATOR,), self._own(obj))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return ("slug",)


class StaffForm(forms.ModelForm[User]):
    class Meta:
        model = User
        fields = ("email", "first_name", "last_name", "is_active", "is_staff")

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()


class MembershipInline(NamedTable, ClinicScoped, admin.TabularInline[Membership, User]):
    model = Membership
    extra = 1
    readers = (Role.ADMINISTRATOR,)
    writers = (Role.ADMINISTRATOR,)


@admin.register(User)
class StaffAdmin(Recorded):
    """Staff of the administrator's clinics; a new account has no rights until it gets a role.

    Nobody sets another's password, or they could sign as that person: a new member is sent a link.
    """

    clinic_path = "memberships__clinic"
    readers = (Role.ADMINISTRATOR,)
    writers = (Role.ADMINISTRATOR,)
    form = StaffForm
    ordering = ("last_name", "first_name")
    list_display = ("email", "first_name", "last_name", "is_active")
    list_filter = ("is_active",)
    search_fields = ("email", "first_name", "last_name")
    actions = ("invite",)
    inlines: ClassVar = [MembershipInline]
    fieldsets = (
        (
            None,
            {
                "fields": ("email",),
                "description": "A new colleague gets a link by e-mail and sets a password.",
            },
        ),
        ("Name", {"fields": ("first_name", "last_name")}),
        ("Account", {"fields": ("is_active", "is_staff")}),
    )

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:  # noqa: FBT001  # Django's signature
        if not change:
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Somebody who acted on a record is never deleted; an account is made inactive."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only accounts that belong to no clinic but the administrator's own."""
        if not super().has_change_permission(request, obj):
            return False
        if not isinstance(obj, User):
            return True
        own = clinics_of(office_user(request), Role.ADMINISTRATOR)
        return not obj.is_superuser and not obj.memberships.exclude(clinic__in=own).exists()

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:  # noqa: FBT001  # Django's signature
        super().save_related(request, form, formsets, change)
        if not form.instance.memberships.exists():
            # An account of no clinic would be out of everybody's sight.
            clinic = clinics_of(office_user(request), Role.ADMINISTRATOR)[0]
            Membership.objects.create(user=form.instance, clinic=clinic, role=Role.COORDINATOR)
        if not change:
            self._invite(request, form.instance)

    @admin.action(description="Send an invitation to set a password", permissions=["invite"])
    def invite(self, request: HttpRequest, queryset: QuerySet[User]) -> None:
        """Send each a link; whoever has set a password is named, and gets none."""
        for user in queryset:
            self._invite(request, user)

    def has_invite_permission(self, request: HttpRequest) -> bool:
        return self.has_change_permission(request)

    def _invite(self, request: HttpRequest, user: User) -> None:
        by = office_user(request)
        own = clinics_of(by, Role.ADMINISTRATOR)
        clinic = own.filter(memberships__user=user).first() or own[0]
        try:
            message = invite_colleague(user, clinic, by)
        except Refused as refused:
            messages.warning(request, refused.sentence)
        else:
            nudge_mail([message])
            messages.success(request, f"An invitation is on its way to {user.email}.")


@admin.register(Patient)
class PatientAdmin(AboutPatients, Recorded):
    read_as = "patient"
    readers = (Role.ADMINISTRATOR,)
    writers = (Role.ADMINISTRATOR,)
    list_display = ("number", "family_name", "given_name", "birth_date")
    search_fields = ("number", "family_name", "given_name")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
