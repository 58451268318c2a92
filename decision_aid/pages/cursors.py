"""Where a page of the worklist begins: after or before an appointment, however many there are."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import Q, QuerySet

if TYPE_CHECKING:
    from decision_aid.selectors import FollowedConsultation

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True)
class Cursor:
    """A place between two appointments: the time of one and its id."""

    at: datetime
    id: UUID

    @classmethod
    def of(cls, consultation: "FollowedConsultation") -> "Cursor":
        return cls(consultation.scheduled_at, consultation.pk)

    @classmethod
    def read(cls, text: str) -> "Cursor | None":
        """The cursor that `str` wrote; None for whatever else somebody put into an address."""
        microseconds, _, key = text.partition(".")
        try:
            return cls(EPOCH + int(microseconds) * MICROSECOND, UUID(key))
        except (ValueError, OverflowError):
            return None

    def __str__(self) -> str:
        return f"{(self.at - EPOCH) // MICROSECOND}.{self.id}"

    @property
    def later(self) -> Q:
        """What comes after it; the first condition lets an index begin there."""
        return Q(scheduled_at__gte=self.at) & (Q(scheduled_at__gt=self.at) | Q(id__gt=self.id))

    @property
    def earlier(self) -> Q:
        """What comes before it."""
        return Q(scheduled_at__lte=self.at) & (Q(scheduled_at__lt=self.at) | Q(id__lt=self.id))


@dataclass(frozen=True)
class Stretch:
    """The rows of one page in the list's order, and the cursors of the pages beside it ("" where none is)."""

    rows: "tuple[FollowedConsultation, ...]"
    before: str
    after: str


def stretch_of(
    consultations: "QuerySet[FollowedConsultation]", size: int, *, before: str, after: str, newest_first: bool
) -> Stretch:
    """The page after or before a cursor, or the first. One row more is read, to know whether more follow."""
    ahead, behind = Cursor.read(after), Cursor.read(before)
    backwards = behind is not None and ahead is None
    if ahead is not None:
        consultations = consultations.filter(ahead.earlier if newest_first else ahead.later)
    elif behind is not None:
        consultations = consultations.filter(behind.later if newest_first else behind.earlier)
    descending = newest_first != backwards
    order = ("-scheduled_at", "-id") if descending else ("scheduled_at", "id")
    found = list(consultations.order_by(*order)[: size + 1])
    rows, has_more = found[:size], len(found) > size
    if backwards:
        rows.reverse()
    first, last = (str(Cursor.of(rows[0])), str(Cursor.of(rows[-1]))) if rows else ("", "")
    if backwards:
        return Stretch(tuple(rows), first if has_more else "", last)
    return Stretch(tuple(rows), first if ahead is not None else "", last if has_more else "")
