"""Acts that may be sent again with an Idempotency-Key, and are done once."""

import json
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from django.db import transaction
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from questionnaires.api.access import staff
from questionnaires.definition.digest import sha256_of
from questionnaires.services.repeating import LONGEST_KEY, answer_kept, claim_key, keep_answer

View = TypeVar("View", bound=APIView)
P = ParamSpec("P")
Act = Callable[Concatenate[View, Request, P], Response]

KEPT_HEADERS = ("Location",)
HEADER = OpenApiParameter(
    "Idempotency-Key",
    {"type": "string", "minLength": 1, "maxLength": LONGEST_KEY},
    OpenApiParameter.HEADER,
    description="A key of your own for this request: sent again with it, it is answered as before.",
)


def once(act: Act[View, P]) -> Act[View, P]:
    """Let a request with a key be done once: again with the same body it is answered as before."""

    @wraps(act)
    def asked_once(view: View, request: Request, /, *args: P.args, **kwargs: P.kwargs) -> Response:
        key = request.headers.get("Idempotency-Key")
        if key is None:
            return act(view, request, *args, **kwargs)
        asked = sha256_of([request.method, request.path, request.data])
        with transaction.atomic():
            kept = claim_key(staff(request), key, asked)
            if (answer := answer_kept(kept, key)) is not None:
                return _again(json.loads(answer), kept.status)
            response = act(view, request, *args, **kwargs)
            said = [response.data, {name: response[name] for name in KEPT_HEADERS if name in response}]
            keep_answer(kept, key, response.status_code, JSONRenderer().render(said))
        return response

    return extend_schema(parameters=[HEADER])(asked_once)


def _again(said: Any, status: int) -> Response:
    """What was answered before; an answer that an earlier release kept is a body without headers."""
    body, headers = said if isinstance(said, list) else (said, {})
    return Response(body, status=status, headers=headers)
