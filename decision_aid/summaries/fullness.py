"""How much the patient's paper says, so that it is four pages in type that is easy to read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from math import ceil
from typing import Literal

from decision_aid.summaries.density import LETTER_WIDTH, MM_PER_POINT, PAPERS
from decision_aid.summaries.shapes import Finding, FindingRow, PatientDocument, SharedWords

# Large type comes before many words: the screen has all of it. Whatever the fullness, each treatment keeps
# its place, and each finding its direction or number, interval, certainty and time.

MOST_PAGES = 4
SIDES, HEAD_AND_FOOT = 2 * 15.0, 2 * 18.0
LINE, GAP = 1.24, 0.62  # of an em: from one line to the next, and between paragraphs
TOO_HIGH = 0.78  # lines are fuller, and parts closer, than reckoned
TITLE, HEADING, VALUE, WRITTEN = 25.0, 11.5, 6.0, 7.7  # in mm


@dataclass(frozen=True, slots=True)
class Fullness:
    """A way to print the patient's summary: type size in points, and what is told beside the findings.

    `apart` gives each finding without a figure a line of its own; else those of an outcome share one. `notes`
    are what to keep in mind about a finding: all, only what points the other way, or none. `counts` is how
    many people were studied, `like` which parts of what treatment is like, `about` which lines on this aid,
    `guide` what the condition is, `summaries` what each treatment is, and `lines` to write on after a prompt.
    """

    size: float
    apart: bool
    notes: Literal["all", "contrary", "none"]
    counts: bool
    like: tuple[str, ...]
    about: tuple[str, ...]
    lines: int
    guide: bool = True
    summaries: bool = True
    sources: bool = True


MOST = ("The first weeks", "Work and driving", "What can go wrong", "If it does not help")
SOME = ("What can go wrong", "If it does not help")
LEAST = ("What can go wrong",)
MADE_BY = ("Written by", "Paid for by", "Next review")
PAID_BY = ("Paid for by", "Next review")
FULL = Fullness(12.0, True, "all", True, MOST, MADE_BY, 3)
BRIEF = Fullness(11.0, False, "contrary", False, (), PAID_BY, 1)
FULLNESSES = (
    FULL,
    replace(FULL, size=11.5, lines=2),
    replace(FULL, size=11.5, lines=2, apart=False),
    replace(FULL, size=11.0, lines=2),
    replace(FULL, size=11.0, lines=2, apart=False),
    replace(FULL, size=11.0, lines=2, apart=False, like=SOME),
    replace(FULL, size=11.0, lines=2, apart=False, like=LEAST, counts=False, about=PAID_BY),
    replace(BRIEF, like=LEAST),
    replace(BRIEF, like=LEAST, sources=False),
    replace(BRIEF, like=LEAST, sources=False, guide=False),
    replace(BRIEF, sources=False, guide=False),
    replace(BRIEF, sources=False, guide=False, notes="none"),
    replace(BRIEF, sources=False, guide=False, notes="none", summaries=False, about=()),
)


def fullnesses(document: PatientDocument) -> Iterable[Fullness]:
    """The ways to try, the fullest that should fit first, without those that are far too full."""
    fitting = (
        place for place, fullness in enumerate(FULLNESSES) if reckoned_pages(document, fullness) <= MOST_PAGES
    )
    return FULLNESSES[next(fitting, len(FULLNESSES) - 1) :]


def reckoned_pages(document: PatientDocument, fullness: Fullness) -> float:
    """How many pages it becomes, to within a quarter of one."""
    width, height = PAPERS[document.paper]
    return TOO_HIGH * _Reckoning(document, fullness, width - SIDES).total() / (height - HEAD_AND_FOOT)


class _Reckoning:
    """How high the parts of a summary become, in mm, from the lengths of their texts."""

    def __init__(self, document: PatientDocument, fullness: Fullness, width: float) -> None:
        self.document, self.fullness, self.width = document, fullness, width
        self.small = max(fullness.size * 0.83, 9.0)

    def text(self, words: str, size: float, width: float = 0) -> float:
        """A paragraph with the room around it."""
        em = size * MM_PER_POINT
        return (ceil(len(words) * LETTER_WIDTH * em / (width or self.width)) * LINE + GAP) * em

    def all(self, said: Iterable[str], size: float = 0, width: float = 0) -> float:
        return sum(self.text(words, size or self.fullness.size, width) for words in said)

    def total(self) -> float:
        document, fullness = self.document, self.fullness
        like = [row for row in document.like if row.label in fullness.like]
        parts = (
            TITLE + self.all(f"{notice.title} {notice.text}" for notice in document.notices),
            self.all(f"{sign.title} {sign.advice} {sign.cleared}" for sign in document.warning_signs),
            HEADING
            + self.text(document.decision + (document.condition if fullness.guide else ""), fullness.size),
            HEADING + self.options(),
            HEADING + self.shared((*document.reasons_for, *document.reasons_against, *document.missing)),
            HEADING
            + self.text("; ".join(f"{one.title} {one.reason}" for one in document.set_aside), self.small),
            HEADING + self.text(" ".join(document.reading_findings), self.small) + self.key(),
            sum(self.row(row) for row in document.findings),
            HEADING + self.text("; ".join(f"A B {said.words}" for said in document.studied), self.small),
            sum(HEADING / 2 + self.shared(row.said) for row in like) + (HEADING if like else 0),
            self.optional(document.modifiable, self.all(risk.advice for risk in document.modifiable)),
            self.optional(document.values, ceil(len(document.values) / 2) * VALUE),
            self.optional(document.questions, self.all(document.questions)),
            HEADING + len(document.writing_prompts) * (9 + fullness.lines * WRITTEN),
            HEADING + self.all((document.more, document.draft_note), self.small),
            self.all((row.words for row in document.about if row.label in fullness.about), self.small),
            self.optional(fullness.sources, self.text("; ".join(one.words for one in document.cited), 9.0)),
        )
        return sum(parts)

    @staticmethod
    def optional(items: object, height: float) -> float:
        return HEADING + height if items else 0

    def shared(self, told: Iterable[SharedWords]) -> float:
        return self.all((said.words for said in told), width=self.width - 20)

    def key(self) -> float:
        titles = "   ".join(f"A {option.title}" for option in self.document.options)
        return self.text(titles, self.small) + 6 if self.fullness.summaries else 0

    def options(self) -> float:
        options, half = self.document.options, self.width / 2 - 8
        changed = self.all((option.changed for option in options if option.changed), self.small, half)
        if not self.fullness.summaries:
            return changed + len(options) * 6.6
        cards = [self.all((option.title + " A ", option.summary), width=half) + 11 for option in options]
        return changed + sum(max(cards[place : place + 2]) for place in range(0, len(cards), 2))

    def row(self, row: FindingRow) -> float:
        known = [finding for finding in row.findings if finding.status == "shown"]
        others = [finding for finding in row.findings if finding.status != "shown"]
        width = self.width - 43
        height = sum(self.finding(finding, width) for finding in known)
        if self.fullness.apart:
            height += self.all((finding.words for finding in others), width=width)
        elif others:
            height += self.text(
                "     ".join(f"A B C {one.words}" for one in others), self.fullness.size, width
            )
        return height + 3.2

    def finding(self, finding: Finding, width: float) -> float:
        fullness = self.fullness
        said = (finding.words, finding.figure, finding.interval, "0000", finding.certainty, finding.horizon)
        notes = (
            finding.caveat if fullness.notes == "all" else "",
            finding.contrary if fullness.notes != "none" else "",
            finding.counts if fullness.counts else "",
        )
        noted = " ".join(filter(None, notes))
        small = self.text(f"{noted} [00, 00]", self.small, width) - GAP / 2 * MM_PER_POINT if noted else 0
        return self.text(" ".join(said), fullness.size, width) + small
