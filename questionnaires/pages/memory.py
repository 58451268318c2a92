"""What a visit remembers besides the answers: warnings shown, unfinished input, questions passed over."""

from collections.abc import Sequence
from dataclasses import asdict

from django.contrib.sessions.backends.base import SessionBase

from questionnaires.services.answering import Notice

_NOTICES, _UNDERSTOOD, _NEXT = "visit_notices", "visit_understood", "visit_next"
_DRAFTS, _PASSED = "visit_drafts", "visit_passed"
LONGEST_DRAFT = 20_000  # characters; twice the longest answer, so that a paste that is too long is not lost


def keep_notices(session: SessionBase, notices: Sequence[Notice], next_url: str) -> bool:
    """Remember what the newest answers give rise to; True when the person must be told something new now."""
    session[_NOTICES] = [asdict(notice) for notice in notices]
    understood = set(session.get(_UNDERSTOOD, []))
    # A sign that no longer holds is told again should it come back.
    session[_UNDERSTOOD] = sorted(understood & {notice.code for notice in notices})
    if all(notice.code in understood for notice in notices):
        return False
    session[_NEXT] = next_url
    return True


def kept_notices(session: SessionBase) -> tuple[Notice, ...]:
    """The warnings that the answers of this visit give rise to, emergencies first."""
    notices = [Notice(**notice) for notice in session.get(_NOTICES, [])]
    return tuple(sorted(notices, key=lambda notice: notice.urgency != "emergency"))


def understand_notices(session: SessionBase) -> str | None:
    """Remember that the person read them; return the address at which they were interrupted."""
    session[_UNDERSTOOD] = sorted(notice.code for notice in kept_notices(session))
    address: str | None = session.pop(_NEXT, None)
    return address


def keep_draft(session: SessionBase, code: str, texts: Sequence[str]) -> None:
    """Keep input that is no valid answer, so that going away does not lose it."""
    if sum(map(len, texts)) <= LONGEST_DRAFT:
        session[_DRAFTS] = session.get(_DRAFTS, {}) | {code: list(texts)}


def kept_draft(session: SessionBase, code: str) -> list[str] | None:
    """The unfinished input of a question, if there is any."""
    draft: list[str] | None = session.get(_DRAFTS, {}).get(code)
    return draft


def drop_draft(session: SessionBase, code: str) -> None:
    """Forget unfinished input once there is an answer."""
    drafts = session.get(_DRAFTS, {})
    if code in drafts:
        session[_DRAFTS] = {one: texts for one, texts in drafts.items() if one != code}


def pass_over(session: SessionBase, code: str) -> None:
    """Remember that an optional question was left out on purpose."""
    if code not in (passed := session.get(_PASSED, [])):
        session[_PASSED] = [*passed, code]


def passed_over(session: SessionBase) -> tuple[str, ...]:
    """The optional questions left out in this visit."""
    return tuple(session.get(_PASSED, []))
