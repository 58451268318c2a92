"""Where everything answers."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="worklist")),
    path("", include("config.health")),
    path("", include("questionnaires.pages.urls")),
    path("", include("decision_aid.pages.urls")),
    path("api/v1/", include("config.api")),
    path("accounts/", include("allauth.urls")),
    path("administration/", admin.site.urls),
]
