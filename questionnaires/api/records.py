"""What happened in a clinic, over HTTP: its audit, and the events that its own systems are told."""

from typing import ClassVar

from django.db import transaction
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from questionnaires.api.access import Policy, staff
from questionnaires.api.asking import By, Page, given
from questionnaires.api.reading import RecordedReads, Records
from questionnaires.api.serializers import (
    AuditEventSerializer,
    OutboxEventSerializer,
    ReplaySerializer,
    WebhookSerializer,
)
from questionnaires.models import AuditEvent, OutboxEvent, Scope, Webhook
from questionnaires.selectors import audit_events_for, outbox_events_for, webhooks_for
from questionnaires.services.webhooks import tell_again
from questionnaires.tasks import nudge_webhooks

LARGEST_NUMBER = 2**63 - 1


class NewestEventsFirst(Page):
    ordering = ("-number", "clinic")


class AuditEventViewSet(RecordedReads):
    """Who did what in the clinics that you administer. Reading it is recorded as well."""

    read_as = "audit"
    policy: ClassVar[Policy] = {"list": Scope.AUDIT_READ, "retrieve": Scope.AUDIT_READ}
    query: ClassVar = {
        "user": By("user", serializers.IntegerField(min_value=0, max_value=LARGEST_NUMBER)),
        "action": By("action", serializers.CharField(max_length=60)),
        "patient": By("patient", serializers.UUIDField()),
        "record": By("record", serializers.CharField(max_length=60)),
        "record_id": By("record_id", serializers.CharField(max_length=40)),
    }
    serializer_class = AuditEventSerializer
    pagination_class = NewestEventsFirst
    queryset = AuditEvent.objects.none()

    def get_queryset(self) -> QuerySet[AuditEvent]:
        return audit_events_for(staff(self.request))


class OldestEventsFirst(Page):
    ordering = ("number", "clinic")


class EventViewSet(Records):
    """The events of the clinics that you administer, as a webhook is told them: for those who rather ask."""

    policy: ClassVar[Policy] = {"list": Scope.EVENTS_READ, "retrieve": Scope.EVENTS_READ}
    query: ClassVar = {
        "after": By("number__gt", serializers.IntegerField(min_value=0, max_value=LARGEST_NUMBER)),
        "kind": By("kind", serializers.ChoiceField(OutboxEvent.Kind.choices)),
    }
    serializer_class = OutboxEventSerializer
    pagination_class = OldestEventsFirst
    queryset = OutboxEvent.objects.none()

    def get_queryset(self) -> QuerySet[OutboxEvent]:
        return outbox_events_for(staff(self.request))


class WebhooksInOrder(Page):
    ordering = ("id",)


class WebhookViewSet(Records):
    """Where the clinics that you administer are told their events, and how far they were told."""

    policy: ClassVar[Policy] = {
        "list": Scope.EVENTS_READ,
        "retrieve": Scope.EVENTS_READ,
        "replay": Scope.EVENTS_WRITE,
    }
    serializer_class = WebhookSerializer
    pagination_class = WebhooksInOrder
    queryset = Webhook.objects.none()

    def get_queryset(self) -> QuerySet[Webhook]:
        return webhooks_for(staff(self.request))

    @extend_schema(request=ReplaySerializer, responses={200: WebhookSerializer})
    @action(detail=True, methods=["post"])
    @transaction.atomic
    def replay(self, request: Request, pk: str) -> Response:
        """Have every event after a number told again, in order."""
        webhook: Webhook = self.get_object()
        tell_again(webhook, given(ReplaySerializer, request)["after"], staff(request))
        nudge_webhooks([webhook.pk])
        webhook.refresh_from_db()
        return Response(WebhookSerializer(webhook).data)
