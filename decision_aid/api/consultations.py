"""Consultations over HTTP: planned, their patients invited, findings added to them."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from decision_aid.api.serializers import (
    ConsultationSerializer,
    InvitationSerializer,
    MadeInvitationSerializer,
    NewConsultationSerializer,
    NewInvitationSerializer,
    WishesSerializer,
)
from decision_aid.models import Consultation, Wishes
from decision_aid.selectors import consultations_for, releases_for, wishes_for
from decision_aid.services.findings import open_findings
from decision_aid.services.planning import plan_consultation
from questionnaires.api.access import Policy, staff
from questionnaires.api.asking import By, Page, given
from questionnaires.api.reading import RecordedReads
from questionnaires.api.repeating import once
from questionnaires.api.serializers import ResponseSerializer
from questionnaires.models import Invitation, Role, Scope, User
from questionnaires.selectors import invitations_for, patients_for
from questionnaires.services.inviting import invite, invite_by_mail, link_address, revoke, revoke_all
from questionnaires.tasks import nudge_mail


class ByAppointment(Page):
    ordering = ("scheduled_at", "id")


class ConsultationViewSet(RecordedReads):
    """The consultations of your clinics."""

    read_as = "consultation"
    policy: ClassVar[Policy] = {
        "list": Scope.CARE_READ,
        "retrieve": Scope.CARE_READ,
        "create": Scope.CARE_WRITE,
        "revoke_invitations": Scope.CARE_WRITE,
        "findings": Scope.REVIEW,
    }
    query: ClassVar = {
        "patient": By("patient", serializers.UUIDField()),
        "stage": By("stage", serializers.ChoiceField(Consultation.Stage.choices)),
    }
    serializer_class = ConsultationSerializer
    pagination_class = ByAppointment
    queryset = Consultation.objects.none()

    def get_queryset(self) -> QuerySet[Consultation]:
        return consultations_for(staff(self.request))

    @extend_schema(request=NewConsultationSerializer, responses={201: ConsultationSerializer})
    @once
    def create(self, request: Request) -> Response:
        """Plan a consultation; its patient can then be invited."""
        values, user = given(NewConsultationSerializer, request), staff(request)
        patient = patients_for(user).get(pk=values["patient"])
        release = releases_for(user).get(pk=values["release"], aid__clinic=patient.clinic)
        surgeon = User.objects.get(
            pk=values["surgeon"], memberships__clinic=patient.clinic, memberships__role=Role.SURGEON
        )
        consultation = plan_consultation(
            release, patient, surgeon, values["scheduled_at"], place=values["place"], by=user
        )
        return Response(ConsultationSerializer(consultation).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=None, responses={200: ConsultationSerializer})
    @action(detail=True, methods=["post"], url_path="revoke-invitations")
    def revoke_invitations(self, request: Request, pk: str) -> Response:
        """Stop every link of the patient to this consultation, and the mail about it."""
        consultation: Consultation = self.get_object()
        revoke_all(consultation.response, staff(request))
        return Response(ConsultationSerializer(consultation).data)

    @extend_schema(request=None, responses={200: ResponseSerializer})
    @action(detail=True, methods=["post"])
    def findings(self, request: Request, pk: str) -> Response:
        """Open the clinician's findings: a response that is then answered and submitted as any other."""
        findings = open_findings(self.get_object(), staff(request))
        return Response(ResponseSerializer(findings).data)


class NewestInvitationsFirst(Page):
    ordering = ("-created_at", "id")


class InvitationViewSet(RecordedReads):
    """The links that patients of your clinics were given; no secret of theirs is kept."""

    read_as = "invitation"
    policy: ClassVar[Policy] = {
        "list": Scope.CARE_READ,
        "retrieve": Scope.CARE_READ,
        "create": Scope.CARE_WRITE,
        "revoke": Scope.CARE_WRITE,
    }
    query: ClassVar = {"consultation": By("response__consultation", serializers.UUIDField())}
    serializer_class = InvitationSerializer
    pagination_class = NewestInvitationsFirst
    queryset = Invitation.objects.none()

    def get_queryset(self) -> QuerySet[Invitation]:
        asked = invitations_for(staff(self.request)).filter(response__consultation__isnull=False)
        return asked.select_related("clinic", "response__consultation")

    @extend_schema(request=NewInvitationSerializer, responses={201: MadeInvitationSerializer})
    @once
    def create(self, request: Request) -> Response:
        """Invite a patient; links given before stop working."""
        values, user = given(NewInvitationSerializer, request), staff(request)
        consultation = consultations_for(user).get(pk=values["consultation"])
        channel = Invitation.Channel(values["channel"])
        made: dict[str, Any] = {"channel": channel, "invitation": None, "address": None, "message": None}
        if channel == Invitation.Channel.EMAIL:
            message = invite_by_mail(consultation.response, user)
            nudge_mail([message])
            made |= {"message": message.status}
        else:
            invitation, token = invite(consultation.response, user, channel)
            made |= {"invitation": invitation, "address": link_address(token)}
        return Response(MadeInvitationSerializer(made).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=None, responses={200: InvitationSerializer})
    @action(detail=True, methods=["post"])
    def revoke(self, request: Request, pk: str) -> Response:
        """Stop one link at once."""
        invitation: Invitation = self.get_object()
        revoke(invitation, staff(request))
        invitation.refresh_from_db()
        return Response(InvitationSerializer(invitation).data)


class NewestWishesFirst(Page):
    ordering = ("-said_at", "id")


class WishesViewSet(RecordedReads):
    """What the patients of your clinics said after seeing their options."""

    read_as = "wishes"
    policy: ClassVar[Policy] = {"list": Scope.CARE_READ, "retrieve": Scope.CARE_READ}
    query: ClassVar = {"consultation": By("consultation", serializers.UUIDField())}
    serializer_class = WishesSerializer
    pagination_class = NewestWishesFirst
    queryset = Wishes.objects.none()

    def get_queryset(self) -> QuerySet[Wishes]:
        return wishes_for(staff(self.request))
