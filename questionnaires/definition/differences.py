"""What differs between two documents, entry by entry, and each difference as a sentence."""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from questionnaires.definition.digest import canonical_json

Document = Mapping[str, Any]
Tell = Callable[[str], str]
"""How a condition is said: the text that an author wrote, in words."""

NAMES = ("code", "id", "outcome", "milestone", "fact")
TITLES = ("title", "text", "label", "reason", "asks", "advice", "patient", "first_author")
CONDITIONS = frozenset(("shown_when", "condition", "population", "expression"))
LONGEST_TITLE = 90


class DifferenceKind(StrEnum):
    """What became of a thing."""

    CHANGED = "changed"
    ADDED = "added"
    REMOVED = "removed"
    MOVED = "moved"
    REORDERED = "reordered"


SWAPPED = {DifferenceKind.ADDED: DifferenceKind.REMOVED, DifferenceKind.REMOVED: DifferenceKind.ADDED}


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a list: the list's key, the entry's name there, and what people know it by."""

    list: str
    name: str
    title: str = field(compare=False, default="")


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as it was.

    `within` leads to it, the outermost first; where a whole entry came, went or moved, it is the last.
    `key` is the field that changed or the list in another order. `before` and `after` are what stands there:
    values; for an entry that moved, the entries it was and is in; for an order, the entries that both have.
    """

    kind: DifferenceKind
    within: tuple[Entry, ...]
    key: str
    before: Any
    after: Any

    def swapped(self) -> "Difference":
        """The same seen from the other document."""
        return replace(self, kind=SWAPPED.get(self.kind, self.kind), before=self.after, after=self.before)


def differences(before: Document, after: Document) -> tuple[Difference, ...]:
    """Everything that differs; () where the two say the same. The order of keys says nothing.

    Entries of a list go by their code, id or the like, so that one that was only moved is no new one. Of two
    with the same name the later goes by its name and its number.
    """
    return tuple(_with_moves(list(_of_objects(before, after, (), ""))))


def _of_objects(
    before: Document, after: Document, within: tuple[Entry, ...], above: str
) -> Iterator[Difference]:
    for key in dict.fromkeys((*after, *before)):
        place = f"{above}/{key}" if above else key
        yield from _of_values(before.get(key), after.get(key), within, place)


def _of_values(before: Any, after: Any, within: tuple[Entry, ...], key: str) -> Iterator[Difference]:
    if _same(before, after):
        return
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        yield from _of_objects(before, after, within, key)
    elif _are_entries(before) and _are_entries(after) and (before or after):
        yield from _of_lists(before or (), after or (), within, key)
    else:
        yield Difference(DifferenceKind.CHANGED, within, key, before, after)


def _of_lists(
    before: Sequence[Document], after: Sequence[Document], within: tuple[Entry, ...], key: str
) -> Iterator[Difference]:
    was, now = _by_name(before), _by_name(after)
    for name in dict.fromkeys((*now, *was)):
        old, new = was.get(name), now.get(name)
        here = (*within, Entry(key, name, title_of(new if new is not None else old or {}, name)))
        if old is None:
            yield Difference(DifferenceKind.ADDED, here, "", None, new)
        elif new is None:
            yield Difference(DifferenceKind.REMOVED, here, "", old, None)
        else:
            yield from _of_objects(old, new, here, "")
    entries = {name: Entry(key, name, title_of(now[name], name)) for name in now if name in was}
    stayed_before, stayed_after = [entries[name] for name in was if name in entries], list(entries.values())
    if stayed_before != stayed_after:
        yield Difference(DifferenceKind.REORDERED, within, key, stayed_before, stayed_after)


def _with_moves(found: list[Difference]) -> Iterator[Difference]:
    """A question that went from one section and came to another has moved; what else changed of it, stays."""
    gone = _questions_by_name(found, DifferenceKind.REMOVED)
    come = _questions_by_name(found, DifferenceKind.ADDED)
    for one in found:
        name = one.within[-1].name if one.within else ""
        if one is come.get(name) and name in gone:
            other = gone[name]
            here = one.within[-1:]
            yield Difference(DifferenceKind.MOVED, here, "", other.within[-2], one.within[-2])
            yield from _of_objects(other.before, one.after, here, "")
        elif not (one is gone.get(name) and name in come):
            yield one


def _questions_by_name(found: Sequence[Difference], kind: DifferenceKind) -> dict[str, Difference]:
    """The questions that came or went, but for codes that did so in several sections."""
    questions = [one for one in found if one.kind is kind and len(one.within) > 1 and _is_question(one)]
    names = Counter(one.within[-1].name for one in questions)
    return {name: one for one in questions if names[name := one.within[-1].name] == 1}


def _is_question(one: Difference) -> bool:
    return one.within[-1].list == "questions"


def _are_entries(value: Any) -> bool:
    """Whether this is a list of objects, or nothing, which is as good as an empty one."""
    if value is None:
        return True
    is_list = isinstance(value, list | tuple)
    return is_list and all(isinstance(one, Mapping) and _name_in(one) for one in value)


def _by_name(entries: Sequence[Document]) -> dict[str, Document]:
    named: dict[str, Document] = {}
    for position, entry in enumerate(entries):
        name = _name_in(entry)
        named[name if name not in named else f"{name} ({position + 1})"] = entry
    return named


def _name_in(entry: Document) -> str:
    return next((str(entry[key]) for key in NAMES if entry.get(key)), "")


def _same(before: Any, after: Any) -> bool:
    """Whether both say the same; nothing said and something empty are the same, true and 1 are not."""
    return (before in NOTHING_SAID and after in NOTHING_SAID) or (
        before not in NOTHING_SAID
        and after not in NOTHING_SAID
        and canonical_json(before) == canonical_json(after)
    )


class _NothingSaid:
    """None, “”, [] and {}; but neither false nor 0, which say something."""

    def __contains__(self, value: object) -> bool:
        return value is None or (not isinstance(value, bool | int | float) and not value)


NOTHING_SAID = _NothingSaid()


def title_of(entry: Document, name: str) -> str:
    """What people know an entry by: its title, wording or label, in one line; else its name."""
    for key in TITLES:
        if isinstance(entry.get(key), str) and entry[key].strip():
            words = " ".join(entry[key].split())
            return words if len(words) <= LONGEST_TITLE else f"{words[:LONGEST_TITLE].rstrip()} …"
    return name


# ── In words ────────────────────────────────────────────────────────────────────────────────────────────

THINGS = {
    "sections": ("section", "sections"),
    "questions": ("question", "questions"),
    "answers": ("answer", "answers"),
    "options": ("treatment", "treatments"),
    "rules": ("rule", "rules"),
    "estimates": ("figure", "figures"),
    "scales": ("scale", "scales"),
    "warning_signs": ("warning sign", "warning signs"),
    "outcomes": ("outcome", "outcomes"),
    "modifiers": ("advice", "pieces of advice"),
    "sources": ("source", "sources"),
    "golden_cases": ("golden case", "golden cases"),
    "timeline": ("step of recovery", "steps of recovery"),
    "bands": ("band", "bands"),
}
FIELDS = {
    "text": "the wording",
    "help": "the help",
    "why": "why we ask",
    "type": "the type",
    "required": "must be answered",
    "unsure": "offers “I'm not sure”",
    "private": "offers “I'd rather not say”",
    "each_a_fact": "makes each option a fact",
    "range": "the range",
    "unit": "the unit",
    "widget": "how it is answered",
    "shown_when": "when it is shown",
    "condition": "when it holds",
    "population": "whom it was measured in",
    "expression": "how it is calculated",
    "points": "the points",
    "kind": "the kind",
    "reason": "the reason",
    "patient_reason": "the reason for the patient",
    "modifiable": "can be changed before treatment",
    "sources": "the sources",
    "label": "the label",
    "exclusive": "excludes the others",
    "codes/loinc": "the LOINC code",
    "codes/snomed": "the SNOMED CT code",
    "low_label": "the label of the low end",
    "high_label": "the label of the high end",
    "consent/title": "the title of the consent",
    "consent/text": "the text of the consent",
}

HOLDING = {"condition": "holds", "shown_when": "is shown"}
CLAUSES = re.compile(r"(, (?:or|and) )")
SEVERAL = frozenset(("the points", "the sources"))


def as_written(condition: str) -> str:
    """The plainest way to tell a condition."""
    return f"“{condition}”"


def sentences(before: Document, after: Document, tell: Tell = as_written) -> tuple[str, ...]:
    """Every difference between two documents in words; () where there is none."""
    return tuple(in_words(difference, tell) for difference in differences(before, after))


def in_words(difference: Difference, tell: Tell = as_written) -> str:
    """One difference as a sentence that names the thing it is about."""
    subject = _subject(difference.within)
    match difference.kind:
        case DifferenceKind.ADDED:
            return f"{subject} is new.{_condition_of(difference.after, tell)}"
        case DifferenceKind.REMOVED:
            return f"{subject} was taken out."
        case DifferenceKind.MOVED:
            return f"{subject} moved from “{difference.before.title}” to “{difference.after.title}”."
        case DifferenceKind.REORDERED:
            things = THINGS.get(difference.key, ("", difference.key))[1]
            place = f"{subject}: the" if difference.within else "The"
            moved = ", ".join(f"“{entry.title}”" for entry in _moved(difference.before, difference.after))
            return f"{place} {things} are in another order; moved: {moved}."
        case _:
            return _changed(difference, subject, tell)


def _changed(difference: Difference, subject: str, tell: Tell) -> str:
    before, after, key = difference.before, difference.after, difference.key
    words = FIELDS.get(key, f"“{key.replace('_', ' ').replace('/', ', ')}”")
    head = f"{subject}: {words}" if difference.within else f"{words[:1].upper()}{words[1:]}"
    last = key.rpartition("/")[2]
    if last in HOLDING and before not in NOTHING_SAID and after not in NOTHING_SAID:
        now, then, rest = _parts_that_differ(tell(before), tell(after))
        return f"{subject} now {HOLDING[last]} when {now}; before, when {then}{rest}."
    verb, was = ("are", "were") if words in SEVERAL else ("is", "was")
    said = tell if last in CONDITIONS else _value_in_words
    if isinstance(before, bool | None) and isinstance(after, bool | None):
        return f"{head}: now {_value_in_words(bool(after))}, was {_value_in_words(bool(before))}."
    if before in NOTHING_SAID:
        return f"{head} {verb} now {said(after)}; there was none before."
    if after in NOTHING_SAID:
        return f"{head} {was} taken out; it was {said(before)}."
    return f"{head} {verb} now {said(after)}; it was {said(before)}."


def _parts_that_differ(before: str, after: str) -> tuple[str, str, str]:
    """Of two conditions in words the parts that differ, the newer first, and a word on the rest."""
    was, now = CLAUSES.split(before), CLAUSES.split(after)
    differing = [place for place, (one, other) in enumerate(zip(was, now, strict=False)) if one != other]
    if len(was) != len(now) or len(differing) != 1 or len(now) == 1 or CLAUSES.match(now[differing[0]]):
        return after, before, ""
    place = differing[0]
    return now[place], was[place], ", and the rest as it was"


def _condition_of(entry: Document, tell: Tell) -> str:
    return f" It holds when {tell(entry['condition'])}." if entry.get("condition") else ""


def _subject(within: tuple[Entry, ...]) -> str:
    """The thing and what it belongs to: “Rule “…” of the treatment “…””."""
    parts = []
    for position, entry in enumerate(within):
        in_question = position > 0 and within[position - 1].list == "questions"
        kind = "answers" if entry.list == "options" and in_question else entry.list
        thing = THINGS[kind][0] if kind in THINGS else kind.replace("_", " ").replace("/", ", ")
        parts.append(f"{thing} “{entry.title or entry.name}”")
    if not parts:
        return ""
    owner = f" of the {parts[-2]}" if len(parts) > 1 and within[-2].list != "sections" else ""
    return f"{parts[-1][:1].upper()}{parts[-1][1:]}{owner}"


def _value_in_words(value: Any) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case str():
            return f"“{' '.join(value.split())}”"
        case list() | tuple():
            return ", ".join(_value_in_words(one) for one in value) or "empty"
        case Mapping():
            return "; ".join(f"{key.replace('_', ' ')}: {_value_in_words(one)}" for key, one in value.items())
        case None:
            return "none"
        case _:
            return str(value)


def _moved(before: Sequence[Entry], after: Sequence[Entry]) -> list[Entry]:
    """The fewest entries that have to be moved to come from one order to the other."""
    place = {entry.name: position for position, entry in enumerate(before)}
    order = [place[entry.name] for entry in after]
    # Those that stay are a longest rising run: of the runs of each length, the one that ends lowest is kept.
    ends: list[int] = []
    run_ends: list[int] = []
    come_from: list[int] = []
    for here, position in enumerate(order):
        length = bisect_left(ends, position)
        come_from.append(run_ends[length - 1] if length else -1)
        ends[length : length + 1] = [position]
        run_ends[length : length + 1] = [here]
    stays: set[int] = set()
    here = run_ends[-1] if run_ends else -1
    while here >= 0:
        stays.add(here)
        here = come_from[here]
    return [entry for position, entry in enumerate(after) if position not in stays]
