"""Where deciding answers programs."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from decision_aid.api.assessments import AlertViewSet, AssessmentViewSet, ReviewViewSet
from decision_aid.api.consultations import ConsultationViewSet, InvitationViewSet, WishesViewSet
from decision_aid.api.drafts import AidDraftViewSet, GoldenCaseViewSet
from decision_aid.api.gates import GateReportViewSet
from decision_aid.api.releases import AssessView, ReleaseViewSet, RescoringViewSet
from decision_aid.api.summaries import SummaryViewSet

router = SimpleRouter()
router.register("releases", ReleaseViewSet, basename="api-release")
router.register("consultations", ConsultationViewSet, basename="api-consultation")
router.register("invitations", InvitationViewSet, basename="api-invitation")
router.register("alerts", AlertViewSet, basename="api-alert")
router.register("assessments", AssessmentViewSet, basename="api-assessment")
router.register("reviews", ReviewViewSet, basename="api-review")
router.register("wishes", WishesViewSet, basename="api-wishes")
router.register("summaries", SummaryViewSet, basename="api-summary")
router.register("rescorings", RescoringViewSet, basename="api-rescoring")
router.register("aid-drafts", AidDraftViewSet, basename="api-aid-draft")
router.register("golden-cases", GoldenCaseViewSet, basename="api-golden-case")
router.register("gates", GateReportViewSet, basename="api-gate")
urlpatterns = [*router.urls, path("assess/", AssessView.as_view(), name="api-assess")]
