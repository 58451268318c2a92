"""Where asking answers programs."""

from rest_framework.routers import SimpleRouter

from questionnaires.api.views import QuestionnaireViewSet, ResponseViewSet

router = SimpleRouter()
router.register("questionnaires", QuestionnaireViewSet, basename="api-questionnaire")
router.register("responses", ResponseViewSet, basename="api-response")
urlpatterns = router.urls
