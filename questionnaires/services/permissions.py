"""Who may do what in a clinic."""

from http import HTTPStatus

from questionnaires.models import Clinic, Membership, Role, User
from questionnaires.services.refusals import Refused


def has_role(user: User, clinic: Clinic, *roles: Role) -> bool:
    """Whether an active user belongs to the clinic with one of the roles."""
    return user.is_active and Membership.objects.filter(user=user, clinic=clinic, role__in=roles).exists()


def require_role(user: User, clinic: Clinic, *roles: Role) -> None:
    """Refuse with `not_permitted` unless the user has one of the roles in the clinic."""
    if not has_role(user, clinic, *roles):
        names = " or ".join(role.label for role in roles)
        raise Refused(
            "not_permitted",
            f"Only a member of {clinic.name} with the role {names} may do this. "
            "Ask an administrator of the clinic.",
            HTTPStatus.FORBIDDEN,
        )
