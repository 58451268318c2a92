"""The API of both apps under one version, with its OpenAPI document and a page to read it."""

from typing import ClassVar

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import include, path
from django.views.defaults import page_not_found
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from questionnaires.api.asking import Asked
from questionnaires.api.problems import CONTENT_TYPE, problem_document


class SchemaView(Asked, SpectacularAPIView):
    """The OpenAPI document, as YAML or as JSON."""

    parameters: ClassVar = ("format",)


class DocumentationView(Asked, SpectacularSwaggerSplitView):
    """The document as a page, with nothing from elsewhere; `script` is the page's own script."""

    parameters: ClassVar = ("script",)
    template_name = "candor/api.html"


def no_such_address(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What is answered where no route leads: to programs a problem document, to people a page."""
    if not request.path_info.startswith("/api/"):
        return page_not_found(request, exception)
    document = problem_document(404, "not_found", "There is nothing at this address.")
    return JsonResponse(document, status=404, content_type=CONTENT_TYPE)


urlpatterns = [
    path("", include("questionnaires.api.urls")),
    path("", include("decision_aid.api.urls")),
    path("schema/", SchemaView.as_view(), name="api-schema"),
    path("docs/", DocumentationView.as_view(url_name="api-schema"), name="api-docs"),
]
