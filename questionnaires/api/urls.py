"""Where asking answers programs."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from questionnaires.api.content import QuestionnaireViewSet
from questionnaires.api.drafts import QuestionnaireDraftViewSet
from questionnaires.api.people import CallerView, MembershipViewSet, PatientViewSet
from questionnaires.api.records import AuditEventViewSet, EventViewSet, WebhookViewSet
from questionnaires.api.responses import ResponseViewSet

router = SimpleRouter()
router.register("questionnaires", QuestionnaireViewSet, basename="api-questionnaire")
router.register("responses", ResponseViewSet, basename="api-response")
router.register("patients", PatientViewSet, basename="api-patient")
router.register("memberships", MembershipViewSet, basename="api-membership")
router.register("audit", AuditEventViewSet, basename="api-audit")
router.register("events", EventViewSet, basename="api-event")
router.register("webhooks", WebhookViewSet, basename="api-webhook")
router.register("questionnaire-drafts", QuestionnaireDraftViewSet, basename="api-questionnaire-draft")
urlpatterns = [*router.urls, path("caller/", CallerView.as_view(), name="api-caller")]
