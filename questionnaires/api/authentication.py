"""How the API knows who calls: by the session of the pages."""

from rest_framework.authentication import SessionAuthentication
from rest_framework.request import Request


class StaffSession(SessionAuthentication):
    """Django's session, answering 401 rather than 403 to somebody who is not signed in."""

    def authenticate_header(self, request: Request) -> str:
        return "Session"
