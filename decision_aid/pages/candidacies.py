"""The treatments as the sheet lists them: one by one, and together where the same is to be said of them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from decision_aid.summaries import SurgeonDocument, SurgeonOption
from decision_aid.summaries.shapes import MissingFact, Reason

NEEDS_INFORMATION = "needs_information"


@dataclass(frozen=True)
class OptionRow:
    """An option with what scoring said before, where that differs."""

    option: SurgeonOption
    before: str

    @property
    def reasons(self) -> list[tuple[str, str]]:
        """What speaks for it and against it, with its points, whatever rule says so."""
        return [(one.points, one.text) for one in (*self.option.reasons_for, *self.option.reasons_against)]

    @property
    def waits_for(self) -> tuple[str, ...]:
        """The facts that it waits for; none where a clinician has judged, or where it is settled."""
        option = self.option
        if option.candidacy != NEEDS_INFORMATION or option.override or option.hidden:
            return ()
        return tuple(sorted(fact.code for fact in option.missing))

    @property
    def like(self) -> tuple[object, ...]:
        """What it has in common with those that it stands with; its own id where it stands alone."""
        option = self.option
        if self.waits_for:
            return self.waits_for
        if option.override or option.hidden or option.missing or not self.reasons:
            return (option.id,)
        return (option.candidacy, *self.reasons)


@dataclass(frozen=True)
class Alike:
    """Treatments with the same reasons, which are said once."""

    rows: tuple[OptionRow, ...]

    @property
    def before(self) -> str:
        """What was said before, where it is the same of all."""
        said = {row.before for row in self.rows}
        return said.pop() if len(said) == 1 else ""

    @property
    def reasons_for(self) -> tuple[Reason, ...]:
        return self.rows[0].option.reasons_for

    @property
    def reasons_against(self) -> tuple[Reason, ...]:
        return self.rows[0].option.reasons_against


@dataclass(frozen=True)
class Listed:
    """What stands at one place of the list: one treatment, or several with the same gaps or reasons."""

    rows: tuple[OptionRow, ...]

    @property
    def is_one(self) -> bool:
        return len(self.rows) == 1

    @property
    def first(self) -> OptionRow:
        return self.rows[0]

    @property
    def alike(self) -> tuple[Alike, ...]:
        """Those with the same reasons together, in their order."""
        return tuple(Alike(tuple(rows)) for _, rows in groupby(self.rows, key=lambda row: row.reasons))


@dataclass(frozen=True)
class Awaited:
    """An answer that is missing, with the treatments that wait for it."""

    fact: MissingFact
    titles: tuple[str, ...]


def option_rows(options: Sequence[SurgeonOption], before: Mapping[str, str]) -> list[OptionRow]:
    """Each option with what was said of it before, where scoring says something else now."""
    return [
        OptionRow(option, words if (words := before.get(option.id, "")) != option.computed_words else "")
        for option in options
    ]


def listed(rows: Iterable[OptionRow]) -> list[Listed]:
    """The rows in their order; those that belong together stand where the first of them stands."""
    places: dict[tuple[object, ...], list[OptionRow]] = {}
    for row in rows:
        places.setdefault(row.like, []).append(row)
    return [Listed(tuple(together)) for together in places.values()]


def awaited(document: SurgeonDocument) -> list[Awaited]:
    """Every missing answer, with all the treatments that wait for it by name."""
    return [
        Awaited(fact, tuple(option.title for option in document.options if fact in option.missing))
        for fact in document.missing
    ]
