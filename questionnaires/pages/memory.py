"""What a visit in one browser remembers: the units it uses, and where a warning interrupted it."""

from django.contrib.sessions.backends.base import SessionBase

_NEXT, _UNITS = "visit_next", "visit_units"


def interrupt(session: SessionBase, address: str) -> None:
    """Remember where the person was going when they were told something."""
    session[_NEXT] = address


def interrupted_at(session: SessionBase) -> str | None:
    """The address at which the person was interrupted, told once; None where nothing did."""
    address: str | None = session.pop(_NEXT, None)
    return address


def prefer_units(session: SessionBase, units: str) -> None:
    """Remember in which units the person gave a measure."""
    if units in {"own", "other"} and session.get(_UNITS, "own") != units:
        session[_UNITS] = units


def prefers_other_units(session: SessionBase) -> bool:
    """Whether the person gave the last measure in other units."""
    return session.get(_UNITS) == "other"
