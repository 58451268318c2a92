"""A patient's visit: what their browser session may reach, checked again at every request."""

import time
from contextlib import suppress
from datetime import timedelta

from django.contrib.sessions.backends.base import SessionBase, UpdateError
from django.utils import timezone
from django.utils.crypto import salted_hmac

from questionnaires.models import Invitation, QuestionnaireResponse
from questionnaires.services.inviting import check_invitation
from questionnaires.services.reading_back import let_read_back, may_read_back
from questionnaires.services.refusals import Refused

_INVITATION, _CONFIRMED, _SEEN = "visit_invitation", "visit_confirmed", "visit_seen"
_TABLET = "visit_on_tablet"

VISIT_IDLE_SECONDS = 30 * 60  # after which a visit is locked: the birth date opens it again in its place
VISIT_LONGEST_SECONDS = 12 * 60 * 60  # after which only the link opens it again
TABLET_IDLE_SECONDS = 10 * 60  # after which a visit on the clinic's tablet is over
_SEEN_EVERY_SECONDS = 60  # so that not each request writes the session


def begin_visit(session: SessionBase, invitation: Invitation) -> None:
    """Exchange a link for a session that knows whose visit it is, but may reach nothing yet."""
    session.flush()
    session[_INVITATION] = str(invitation.pk)
    session[_CONFIRMED] = False
    session.set_expiry(timezone.now() + timedelta(seconds=VISIT_LONGEST_SECONDS))


def begin_tablet_visit(session: SessionBase, invitation: Invitation) -> None:
    """Begin a visit on a tablet of the clinic, handed over by staff who know who takes it.

    It may read back what was answered before, and is over when the form is sent, left or not touched.
    """
    begin_visit(session, invitation)
    session[_TABLET] = True
    session[_SEEN] = int(time.time())
    let_read_back(session, invitation.response)


def is_on_tablet(session: SessionBase) -> bool:
    """Whether this visit is on a tablet that the next person will hold."""
    return session.get(_TABLET) is True


def confirm_visit(session: SessionBase) -> None:
    """After the birth date: the same visit under a new session id."""
    session.cycle_key()
    session[_CONFIRMED] = True
    session[_SEEN] = int(time.time())


def invitation_of_visit(session: SessionBase) -> Invitation | None:
    """The invitation of this visit while its link still works, else None."""
    key = session.get(_INVITATION)
    if not isinstance(key, str):
        return None
    if is_on_tablet(session) and time.time() - session[_SEEN] >= TABLET_IDLE_SECONDS:
        session.flush()
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
    """The response that this visit may reach: after the birth date, while the link works, not when locked,
    and where answers were given before, only in the browser that gave them or after a one-time code.
    """
    response = _confirmed_response(session)
    return response if response is not None and may_read_back(session, response) else None


def response_awaiting_code(session: SessionBase) -> QuestionnaireResponse | None:
    """The response whose earlier answers this visit may see once it gave a code; None where it needs none."""
    response = _confirmed_response(session)
    return None if response is None or may_read_back(session, response) else response


def _confirmed_response(session: SessionBase) -> QuestionnaireResponse | None:
    if session.get(_CONFIRMED) is not True or is_locked(session):
        return None
    invitation = invitation_of_visit(session)
    return invitation.response if invitation else None


def note_visit(session: SessionBase) -> None:
    """Remember that the person is still there, so that only an idle visit is locked.

    Where the database is too busy to note it, the page is shown all the same, and the next one notes it.
    """
    if time.time() - session[_SEEN] < _SEEN_EVERY_SECONDS:
        return
    session[_SEEN] = int(time.time())
    with suppress(UpdateError):
        session.save()
    session.modified = False


def is_locked(session: SessionBase) -> bool:
    """Whether the visit was idle for so long that the birth date is asked for again."""
    seen = session.get(_SEEN)
    return session.get(_CONFIRMED) is True and not (
        isinstance(seen, int) and time.time() - seen < VISIT_IDLE_SECONDS
    )


def mark_of(response: QuestionnaireResponse) -> str:
    """What a page carries to prove whose form it shows: an old page never saves into another one."""
    return salted_hmac("questionnaires.visit", str(response.pk)).hexdigest()[:16]


def end_visit(session: SessionBase) -> None:
    """Forget everything that the browser session held."""
    session.flush()
