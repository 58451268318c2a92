"""Patients and staff of a clinic over HTTP, and whoever asks."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from questionnaires.api.access import Policy, staff
from questionnaires.api.asking import Asked, By, Page, given
from questionnaires.api.reading import RecordedReads, Records
from questionnaires.api.repeating import once
from questionnaires.api.serializers import (
    CallerSerializer,
    MembershipSerializer,
    NewPatientSerializer,
    PatientSerializer,
)
from questionnaires.models import SCOPE_ROLES, ApiToken, Membership, Patient, Role, Scope
from questionnaires.selectors import clinics_of, memberships_for, registered_patients_for
from questionnaires.services.registering import register_patient
from questionnaires.services.tokens import scopes_held


class PatientsByNumber(Page):
    ordering = ("number", "id")


class PatientViewSet(RecordedReads):
    """The patients of your clinics. Reading one is recorded."""

    read_as = "patient"
    policy: ClassVar[Policy] = {
        "list": Scope.PEOPLE_READ,
        "retrieve": Scope.PEOPLE_READ,
        "create": Scope.PEOPLE_WRITE,
    }
    query: ClassVar = {"number": By("number", serializers.CharField(max_length=40))}
    serializer_class = PatientSerializer
    pagination_class = PatientsByNumber
    queryset = Patient.objects.none()

    def get_queryset(self) -> QuerySet[Patient]:
        return registered_patients_for(staff(self.request))

    @extend_schema(request=NewPatientSerializer, responses={201: PatientSerializer})
    @once
    def create(self, request: Request) -> Response:
        """Register a patient under your clinic's own number."""
        values, user = given(NewPatientSerializer, request), staff(request)
        clinic = clinics_of(user, *SCOPE_ROLES[Scope.PEOPLE_WRITE]).get(slug=values.pop("clinic"))
        patient = register_patient(clinic, **values, by=user)
        return Response(PatientSerializer(patient).data, status=status.HTTP_201_CREATED)


class MembershipsInOrder(Page):
    ordering = ("id",)


class MembershipViewSet(Records):
    """Who works in your clinics, with which role."""

    policy: ClassVar[Policy] = {"list": Scope.PEOPLE_READ, "retrieve": Scope.PEOPLE_READ}
    query: ClassVar = {"role": By("role", serializers.ChoiceField(Role.choices))}
    serializer_class = MembershipSerializer
    pagination_class = MembershipsInOrder
    queryset = Membership.objects.none()

    def get_queryset(self) -> QuerySet[Membership]:
        return memberships_for(staff(self.request))


class CallerView(Asked):
    """Who calls, where, and what may be asked."""

    permission_classes = (IsAuthenticated,)

    @extend_schema(responses={200: CallerSerializer})
    def get(self, request: Request) -> Response:
        """Return the account, its roles by clinic, and the scopes that this call has."""
        user = staff(request)
        scopes = request.auth.scopes if isinstance(request.auth, ApiToken) else scopes_held(user)
        memberships = user.memberships.select_related("clinic").order_by("clinic__slug", "role")
        caller: dict[str, Any] = {
            "id": user.pk,
            "name": str(user),
            "scopes": sorted(str(scope) for scope in scopes),
            "roles": [{"clinic": row.clinic.slug, "role": row.role} for row in memberships],
            "token": request.auth if isinstance(request.auth, ApiToken) else None,
        }
        return Response(CallerSerializer(caller).data)
