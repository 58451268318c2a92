"""Who may call the API: members of staff with a session, by role, never by default."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from rest_framework.exceptions import MethodNotAllowed
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from questionnaires.models import Role, User
from questionnaires.selectors import clinics_of

if TYPE_CHECKING:  # the settings name this module, and the views read the settings
    from rest_framework.views import APIView

Policy = Mapping[str, tuple[Role, ...]]


class HasRole(BasePermission):
    """Lets a member in whose role the view names for this action; a view that names none lets nobody in."""

    message = "Your roles in your clinics do not include one that may do this."

    def has_permission(self, request: Request, view: "APIView") -> bool:
        if not isinstance(request.user, User):
            return False
        method = request.method or ""
        if method not in view.allowed_methods:
            raise MethodNotAllowed(method)
        policy: Policy = getattr(view, "policy", {})
        roles = policy.get(getattr(view, "action", None) or method.lower())
        return roles is not None and clinics_of(request.user, *roles).exists()


def staff(request: Request) -> User:
    """The member of staff who calls; `HasRole` has let nobody else in."""
    if not isinstance(request.user, User):
        message = "the view is not guarded"
        raise TypeError(message)
    return request.user


EVERYONE = tuple(Role)
CLINICAL = (Role.SURGEON, Role.COORDINATOR)
