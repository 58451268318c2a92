"""Where deciding answers programs."""

from django.urls import path
from rest_framework.routers import SimpleRouter

from decision_aid.api.views import (
    AlertViewSet,
    AssessmentViewSet,
    AssessView,
    ConsultationViewSet,
    ReleaseViewSet,
    ReviewViewSet,
    SummaryViewSet,
)

router = SimpleRouter()
router.register("releases", ReleaseViewSet, basename="api-release")
router.register("consultations", ConsultationViewSet, basename="api-consultation")
router.register("alerts", AlertViewSet, basename="api-alert")
router.register("assessments", AssessmentViewSet, basename="api-assessment")
router.register("reviews", ReviewViewSet, basename="api-review")
router.register("summaries", SummaryViewSet, basename="api-summary")
urlpatterns = [*router.urls, path("assess/", AssessView.as_view(), name="api-assess")]
