"""Reading a page of the decision as it is seen: the words of each cell, and what its pictures show."""

import re
from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
UNCLOSED = {"path", "rect", "circle", "use", "line"}


@dataclass
class SeenCell:
    """One cell: its option's title, its words by part, and what its pictures show in picture units."""

    title: str = ""
    classes: str = ""
    words: dict[str, str] = field(default_factory=dict)
    hundreds: list[int] = field(default_factory=list)
    interval: tuple[int, int] | None = None
    value: int | None = None
    zero: int | None = None


@dataclass
class SeenOutcome:
    """One outcome with its name and its cells in order."""

    id: str
    name: str = ""
    cells: list[SeenCell] = field(default_factory=list)


class DecisionPage(HTMLParser):
    """The outcomes with their cells, the rows of the table, the cards of the options, and all other words."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.outcomes: list[SeenOutcome] = []
        self.table: list[list[str]] = []
        self.cards: list[str] = []
        self.recoveries: list[list[str]] = []
        self.rest: list[str] = []
        self._open: list[tuple[str, ...]] = []
        self._inside: Counter[str] = Counter()
        self.feed(page)

    def _within(self, name: str) -> bool:
        return self._inside[name] > 0

    @property
    def _cell(self) -> SeenCell | None:
        inside = self._within("cell") and self._within("outcome") and self.outcomes
        return self.outcomes[-1].cells[-1] if inside and self.outcomes[-1].cells else None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        classes = frozenset(found.get("class", "").split())
        if "outcome" in classes and found.get("id", "").startswith("outcome-"):
            self.outcomes.append(SeenOutcome(found["id"].removeprefix("outcome-")))
        if tag == "article" and "cell" in classes and self._within("outcome"):
            self.outcomes[-1].cells.append(SeenCell(classes=found["class"]))
        if "option-card" in classes:
            self.cards.append(found["id"].removeprefix("option-"))
        if "recovery" in classes:
            self.recoveries.append([])
        if tag == "tr":
            self.table.append([])
        if tag in {"td", "th"} and self.table:
            self.table[-1].append("")
        self._see_picture(tag, found, classes)
        if tag not in VOID | UNCLOSED:
            self._open.append((tag, *classes))
            self._inside.update(self._open[-1])

    def _see_picture(self, tag: str, found: dict[str, str], classes: frozenset[str]) -> None:
        cell = self._cell
        if cell is None:
            return
        if tag == "svg" and self._within("hundred"):
            cell.hundreds.append(0)
        if tag == "path" and self._within("hundred"):
            cell.hundreds[-1] = icons_of(found["d"])
        if tag == "path" and "interval" in classes:
            start, end = re.findall(r"[MH](\d+)", found["d"])
            cell.interval = (int(start), int(end))
        if tag == "path" and "zero" in classes:
            cell.zero = int(found["d"][1:].split()[0])
        if tag == "circle" and "value" in classes:
            cell.value = int(found["cx"])

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID | UNCLOSED:
            return
        names = self._open.pop()
        assert names[0] == tag, f"</{tag}> closes <{names[0]}>"
        self._inside.subtract(names)

    def handle_data(self, data: str) -> None:
        if not data.strip() or self._within("head") or self._within("script"):
            return
        cell = self._cell
        if cell is not None:
            if self._within("h4"):
                cell.title += data
            else:
                part = next(
                    (name for name in ("figure", "hundred", "sources-line") if self._within(name)), "prose"
                )
                cell.words[part] = f"{cell.words.get(part, '')} {data}"
        elif self._within("outcome") and self._within("summary"):
            self.outcomes[-1].name += data
        elif self._within("tr"):
            self.table[-1][-1] += data
        else:
            if self._within("recovery") and self._within("b"):
                self.recoveries[-1].append(data)
            self.rest.append(data)


def icons_of(path: str) -> int:
    """How many of the hundred icons a path covers: whole rows, and the rest of one."""
    rows = re.search(r"M0 0h100v(\d+)H0z", path)
    rest = re.search(r"M0 \d+h(\d+)v10H0z", path)
    return (int(rows[1]) if rows else 0) + (int(rest[1]) // 10 if rest else 0)
