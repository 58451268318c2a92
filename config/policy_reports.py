"""Where browsers tell what the Content-Security-Policy of a page refused."""

import json
import logging
from http import HTTPStatus
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import Resolver404, path, resolve
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle
from rest_framework.views import APIView

logger = logging.getLogger(__name__)

LARGEST = 10_000  # bytes; browsers send about one thousand
KEYWORDS = frozenset({"inline", "eval", "wasm-eval", "trusted-types-policy", "data", "blob"})
DIRECTIVES = frozenset(settings.CONTENT_SECURITY_POLICY["DIRECTIVES"])


class ReportsThrottle(SimpleRateThrottle):
    """A hundred reports an hour from everybody: one broken page reports at each visit, and one line tells."""

    rate = "100/hour"

    def get_cache_key(self, request: Request, view: APIView) -> str:
        return "policy-reports"


@never_cache
@csrf_exempt  # a browser sends these by itself, without our proof; nothing is kept but a line of the log
@require_POST
def report(request: HttpRequest) -> HttpResponse:
    """Write one line to the log: which directive, the stranger's origin, and which of our pages by its route.

    Answers 204; 400 for what is no report; 429 after a hundred in an hour. No whole address is written,
    neither of the page nor of what was refused: either may hold what somebody typed.
    """
    if not ReportsThrottle().allow_request(Request(request), APIView()):
        return HttpResponse(status=HTTPStatus.TOO_MANY_REQUESTS, headers={"Retry-After": "3600"})
    try:
        told = json.loads(request.read(LARGEST))["csp-report"]
        directive, refused, page = (
            str(told[key]) for key in ("effective-directive", "blocked-uri", "document-uri")
        )
        logger.warning(
            "A browser kept to the Content-Security-Policy: %s refused %s on %s.",
            _directive(directive), _origin(refused), _route(page),
        )  # fmt: skip
    except (ValueError, KeyError, TypeError, RecursionError):
        return HttpResponse(status=HTTPStatus.BAD_REQUEST)
    return HttpResponse(status=HTTPStatus.NO_CONTENT)


def _directive(told: str) -> str:
    known = told if told in DIRECTIVES else told.removesuffix("-elem").removesuffix("-attr")
    return known if known in DIRECTIVES else "a directive that is not ours"


def _origin(address: str) -> str:
    if address in KEYWORDS:
        return address
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.hostname}" if parts.hostname else "something without an origin"


def _route(address: str) -> str:
    try:
        return f"/{resolve(urlsplit(address).path).route}"
    except Resolver404:
        return "no page of ours"


urlpatterns = [path("policy-reports/", report, name="policy_reports")]
