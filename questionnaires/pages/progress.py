"""How far a person has come: what is left in each section, what comes next, and about how long it takes."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from math import ceil

from questionnaires.definition.answers import Answers
from questionnaires.definition.schema import Definition, Question, Section, Widget

# Seconds that a person in pain needs to read and answer on a phone: our own rough guess. It is shown in
# minutes, rounded up, and always with the word "about".
SECONDS = {
    Widget.YES_NO: 9,
    Widget.CHOICE: 11,
    Widget.RATING: 11,
    Widget.NUMBER: 12,
    Widget.CHOICES: 15,
    Widget.BODY_MAP: 20,
    Widget.LONG_TEXT: 60,
}


class Status(StrEnum):
    """The honest state of a section."""

    TODO = "todo"
    STARTED = "started"
    DONE = "done"
    OPTIONAL = "optional"  # nothing in it must be answered, and nothing was


@dataclass(frozen=True)
class SectionProgress:
    """One line of the task list."""

    section: Section
    questions: tuple[Question, ...]  # the shown ones
    answered: int
    required_left: int
    first: str  # the code of the question at which to go on

    @property
    def status(self) -> Status:
        """Done when nothing that must be answered is open, and something was answered."""
        if self.required_left:
            return Status.STARTED if self.answered else Status.TODO
        return Status.DONE if self.answered else Status.OPTIONAL


@dataclass(frozen=True)
class Progress:
    """The whole form, as shown to this person now."""

    sections: tuple[SectionProgress, ...]
    shown: tuple[str, ...]
    unanswered: tuple[Question, ...]  # shown, without an answer, and not passed over
    required_left: int

    @property
    def minutes_left(self) -> int:
        """About how many minutes the open questions take; 0 when none is open."""
        return ceil(sum(SECONDS[question.widget] for question in self.unanswered) / 60)

    @property
    def sections_done(self) -> int:
        return sum(section.status is Status.DONE for section in self.sections)

    @property
    def started(self) -> bool:
        return any(section.answered for section in self.sections)

    @property
    def next_code(self) -> str | None:
        """The first question that waits for an answer, in order; None when all is answered or passed over."""
        return self.unanswered[0].code if self.unanswered else None

    def section_of(self, code: str) -> SectionProgress:
        """The section of a shown question."""
        return next(one for one in self.sections if any(question.code == code for question in one.questions))

    def after(self, code: str) -> str | None:
        """The shown question that follows in order, if any."""
        place = self.shown.index(code) + 1
        return self.shown[place] if place < len(self.shown) else None

    def before(self, code: str) -> str | None:
        """The shown question that comes before in order, if any."""
        place = self.shown.index(code)
        return self.shown[place - 1] if place else None


def progress_of(
    definition: Definition, answers: Answers, shown: tuple[str, ...], passed: Collection[str] = ()
) -> Progress:
    """Where a person stands. `passed` are codes of optional questions that they chose to leave out."""
    sections = []
    unanswered: list[Question] = []
    for section in definition.sections:
        questions = tuple(question for question in section.questions if question.code in shown)
        if not questions:
            continue
        waiting = [one for one in questions if one.code not in answers]
        open_here = [one for one in waiting if one.required or one.code not in passed]
        unanswered.extend(open_here)
        sections.append(
            SectionProgress(
                section=section,
                questions=questions,
                answered=len(questions) - len(waiting),
                required_left=sum(one.required for one in waiting),
                first=(open_here or questions)[0].code,
            )
        )
    return Progress(
        sections=tuple(sections),
        shown=shown,
        unanswered=tuple(unanswered),
        required_left=sum(section.required_left for section in sections),
    )
