"""How the API knows who calls: by the session of the pages."""

from drf_spectacular.authentication import SessionScheme
from rest_framework.authentication import SessionAuthentication
from rest_framework.request import Request


class StaffSession(SessionAuthentication):
    """Django's session, answering 401 rather than 403 to somebody who is not signed in."""

    def authenticate_header(self, request: Request) -> str:
        return "Session"


class StaffSessionScheme(SessionScheme):  # type: ignore[no-untyped-call]  # the library registers it, untyped
    """The same, for the OpenAPI document."""

    target_class = "questionnaires.api.authentication.StaffSession"
    name = "session"
