"""How often a program may call: a courtesy between programs, not a defence."""

from typing import Any

from django.conf import settings
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle

from questionnaires.models import ApiToken


class CallsAMinute(SimpleRateThrottle):
    """So many calls a minute with one token, or in one session's name; 429 says when to come back.

    All web processes count together, in the shared cache; calls of the same moment may count as one.
    """

    scope = "api"

    def get_rate(self) -> str:
        return f"{settings.API_CALLS_A_MINUTE}/minute"

    def get_cache_key(self, request: Request, view: Any) -> str | None:
        if isinstance(request.auth, ApiToken):
            return f"api-token-{request.auth.pk}"
        return f"api-user-{request.user.pk}" if request.user.is_authenticated else None
