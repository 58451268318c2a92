"""A patient's visit: what their browser session may reach, checked again at every request."""

from django.contrib.sessions.backends.base import SessionBase

from questionnaires.models import Invitation, QuestionnaireResponse
from questionnaires.services.inviting import check_invitation
from questionnaires.services.refusals import Refused

_INVITATION, _CONFIRMED = "visit_invitation", "visit_confirmed"


VISIT_IDLE_SECONDS = 30 * 60


def begin_visit(session: SessionBase, invitation: Invitation) -> None:
    """Exchange a link for a session that knows whose visit it is, but may reach nothing yet."""
    session.flush()
    session[_INVITATION] = str(invitation.pk)
    session[_CONFIRMED] = False
    session.set_expiry(VISIT_IDLE_SECONDS)


def confirm_visit(session: SessionBase) -> None:
    """After the birth date: the same visit under a new session id."""
    session.cycle_key()
    session[_CONFIRMED] = True


def invitation_of_visit(session: SessionBase) -> Invitation | None:
    """The invitation of this visit while its link still works, else None."""
    key = session.get(_INVITATION)
    if not isinstance(key, str):
        return None
    invitation = (
        Invitation.objects.select_related("clinic", "response__patient", "response__version")
        .defer("response__version__document")
        .filter(pk=key)
        .first()
    )
    if invitation is None:
        return None
    try:
        check_invitation(invitation)
    except Refused:
        return None
    return invitation


def response_of_visit(session: SessionBase) -> QuestionnaireResponse | None:
    """The response that this visit may reach: only after the birth date, only while the link works."""
    if session.get(_CONFIRMED) is not True:
        return None
    invitation = invitation_of_visit(session)
    return invitation.response if invitation else None


def end_visit(session: SessionBase) -> None:
    """Forget everything that the browser session held."""
    session.flush()
