"""The API of both apps under one version, with its OpenAPI document and a page to read it."""

from typing import ClassVar

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from questionnaires.api.asking import Asked


class SchemaView(Asked, SpectacularAPIView):
    """The OpenAPI document, as YAML or as JSON."""

    parameters: ClassVar = ("format",)


class DocumentationView(Asked, SpectacularSwaggerSplitView):
    """The document as a page, with nothing from elsewhere; `script` is the page's own script."""

    parameters: ClassVar = ("script",)
    template_name = "candor/api.html"


urlpatterns = [
    path("", include("questionnaires.api.urls")),
    path("", include("decision_aid.api.urls")),
    path("schema/", SchemaView.as_view(), name="api-schema"),
    path("docs/", DocumentationView.as_view(url_name="api-schema"), name="api-docs"),
]
