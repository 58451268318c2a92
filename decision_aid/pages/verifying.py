"""Whether a document is ours and still the newest, for whoever holds it; about whom it is, nobody is told."""

import re
from collections.abc import Iterable
from hashlib import sha256

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle
from rest_framework.views import APIView

from decision_aid.selectors import verified

LARGEST = 10 * 1024 * 1024
HASH = re.compile("[0-9a-f]{64}")


class VerifyThrottle(SimpleRateThrottle):
    """Thirty questions a minute from one address: enough for a person, too few for a search."""

    rate = "30/min"

    def get_cache_key(self, request: Request, view: APIView) -> str:
        return f"verify-{sha256(self.get_ident(request).encode()).hexdigest()}"


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def verify(request: HttpRequest) -> HttpResponse:
    """Ask with `?hash=`, the code at the foot of each page or a file's SHA-256, or send the file itself."""
    throttle = VerifyThrottle()
    if not throttle.allow_request(Request(request), APIView()):
        response = _answer(request, "You asked very often. Wait a minute, then ask again.", status=429)
        response["Retry-After"] = str(round(throttle.wait() or 60))
        return response
    if request.method == "POST":
        file = request.FILES.get("file")
        if file is None:
            return _answer(request, "Choose the PDF that you want to check.", by_file=True, status=422)
        if (file.size or 0) > LARGEST:
            problem = "This file is larger than 10 MB. None of our documents is."
            return _answer(request, problem, by_file=True, status=422)
        return _answer(request, asked=_hash_of(file.chunks()), by_file=True)
    asked = "".join(request.GET.get("hash", "").split()).lower()
    if "hash" in request.GET and not HASH.fullmatch(asked):
        problem = "A code has 64 signs, 0 to 9 and a to f. It stands at the foot of each page after “report”."
        return _answer(request, problem, typed=request.GET["hash"], status=422)
    return _answer(request, asked=asked, typed=asked)


def _hash_of(chunks: Iterable[bytes]) -> str:
    digest = sha256()
    for chunk in chunks:
        digest.update(chunk)
    return digest.hexdigest()


def _answer(
    request: HttpRequest,
    problem: str = "",
    *,
    asked: str = "",
    typed: str = "",
    by_file: bool = False,
    status: int = 200,
) -> HttpResponse:
    context = {
        "problem": problem,
        "at": "file" if by_file else "hash",
        "asked": asked,
        "typed": typed,
        "by_file": by_file,
        "found": verified(asked) if asked else None,
    }
    return render(request, "decision_aid/verify.html", context, status=status)
