"""Who may call the API: members of staff and systems, by role and scope, never by default."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import TYPE_CHECKING

from rest_framework.exceptions import MethodNotAllowed
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from questionnaires.models import SCOPE_ROLES, ApiToken, Scope, User
from questionnaires.selectors import clinics_of
from questionnaires.services.refusals import Refused

if TYPE_CHECKING:  # the settings name this module, and the views read the settings
    from rest_framework.views import APIView

# What an action needs: a role that the scope is for, and of a token the scope itself.
Policy = Mapping[str, Scope]


class HasScope(BasePermission):
    """Lets in whoever has a role for the scope that the view names for this action, with a token only where
    the token has that scope; a view that names none lets nobody in.
    """

    message = "Your roles in your clinics do not include one that may do this."

    def has_permission(self, request: Request, view: "APIView") -> bool:
        if not isinstance(request.user, User):
            return False
        method = request.method or ""
        if method not in view.allowed_methods:
            raise MethodNotAllowed(method)
        scope = scope_of(view, method)
        if scope is None:
            return False
        if isinstance(request.auth, ApiToken) and scope not in request.auth.scopes:
            raise Refused("scope_missing", f"This token lacks the scope {scope.value}.", HTTPStatus.FORBIDDEN)
        return clinics_of(request.user, *SCOPE_ROLES[scope]).exists()


def scope_of(view: "APIView", method: str) -> Scope | None:
    """The scope that an action of a view needs."""
    policy: Policy = getattr(view, "policy", {})
    return policy.get(getattr(view, "action", None) or method.lower())


def staff(request: Request) -> User:
    """The account that calls; `HasScope` has let nobody else in."""
    if not isinstance(request.user, User):
        message = "the view is not guarded"
        raise TypeError(message)
    return request.user
