"""Who may do what in a clinic: the one table, and the question that every service asks of it."""

from dataclasses import dataclass
from http import HTTPStatus

from questionnaires.models import Clinic, Membership, Role, User
from questionnaires.services.refusals import Refused


@dataclass(frozen=True, slots=True)
class Permission:
    """Something that members with any of these roles may do, said in words for the page of roles."""

    words: str
    roles: tuple[Role, ...]


_TABLE: list[Permission] = []


def permission(words: str, *roles: Role) -> Permission:
    """Add a row to the table."""
    row = Permission(words, roles)
    _TABLE.append(row)
    return row


def permissions() -> tuple[Permission, ...]:
    """The table, in the order in which it was written."""
    return tuple(_TABLE)


TELL_CODE = permission("Tell a patient a one-time code", Role.SURGEON, Role.COORDINATOR)
WRITE_DRAFTS = permission("Write questions and rules, and stand as the author of a release", Role.AUTHOR)
APPROVE = permission("Approve what others wrote", Role.APPROVER)
TRANSLATE = permission("Write questions and rules in other languages", Role.AUTHOR)
INVITE_STAFF = permission("Invite colleagues", Role.ADMINISTRATOR)


def has_role(user: User, clinic: Clinic, *roles: Role) -> bool:
    """Whether an active user belongs to the clinic with one of the roles."""
    return user.is_active and Membership.objects.filter(user=user, clinic=clinic, role__in=roles).exists()


def require(user: User, clinic: Clinic, wanted: Permission) -> None:
    """Refuse with `not_permitted` unless the user has a role in the clinic that may do this."""
    require_role(user, clinic, *wanted.roles)


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
