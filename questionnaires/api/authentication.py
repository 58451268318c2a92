"""How the API knows who calls: by a token, or by the session of the pages."""

from typing import Any

from drf_spectacular.authentication import SessionScheme
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, SessionAuthentication, get_authorization_header
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from questionnaires.models import ApiToken, User
from questionnaires.services.tokens import find_token


class BearerToken(BaseAuthentication):
    """`Authorization: Bearer candor_…`; a request that says so is never let in by its session instead."""

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        scheme, _, secret = get_authorization_header(request).partition(b" ")
        if not scheme:
            return None
        token = find_token(secret.decode("latin-1")) if scheme.lower() == b"bearer" else None
        if token is None:
            raise AuthenticationFailed("This token does not work: it is unknown, has ended or was revoked.")
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class StaffSession(SessionAuthentication):
    """Django's session, with its protection against forged requests."""

    def authenticate_header(self, request: Request) -> str:
        return "Session"


class BearerTokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # the library registers it, untyped
    """The token, for the OpenAPI document."""

    target_class = "questionnaires.api.authentication.BearerToken"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer"}


class StaffSessionScheme(SessionScheme):  # type: ignore[no-untyped-call]  # the library registers it, untyped
    """The session, for the OpenAPI document."""

    target_class = "questionnaires.api.authentication.StaffSession"
    name = "session"
