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
    Widget.DATE: 20,
    Widget.LONG_TEXT: 45,  # some fifteen words, at the twenty-odd a minute of an unhurried thumb
}
SECONDS_A_FACT = (
    2  # for each line of a list of facts: some eight words, where most lines are passed at a glance
)


def seconds_for(question: Question) -> int:
    """About how long a person takes for one question."""
    if question.each_a_fact:
        return SECONDS[Widget.YES_NO] + SECONDS_A_FACT * len(question.types)
    return SECONDS[question.widget]


class Status(StrEnum):
    """The honest state of a section."""

    TODO = "todo"
    STARTED = "started"
    DONE = "done"
    UNFINISHED = "unfinished"  # something was typed that is not saved yet
    OPTIONAL = "optional"  # nothing in it must be answered, and nothing was


@dataclass(frozen=True)
class SectionProgress:
    """One line of the task list."""

    section: Section
    questions: tuple[Question, ...]  # the shown ones
    answered: int
    required_left: int
    unfinished: int
    first: str  # the code of the question at which to go on

    @property
    def status(self) -> Status:
        """Done when something was answered, and nothing is unfinished or must still be answered."""
        if self.unfinished:
            return Status.UNFINISHED
        if self.required_left:
            return Status.STARTED if self.answered else Status.TODO
        return Status.DONE if self.answered else Status.OPTIONAL


@dataclass(frozen=True)
class Progress:
    """The whole form, as shown to this person now."""

    sections: tuple[SectionProgress, ...]
    shown: tuple[str, ...]
    unanswered: tuple[Question, ...]  # shown, without an answer or unfinished, and not left out
    required_left: int
    state: str  # of each question in order: 0 not asked, 1 open, 2 answered

    @property
    def minutes_left(self) -> int:
        """About how many minutes the open questions take; 0 when none is open."""
        return ceil(sum(map(seconds_for, self.unanswered)) / 60)

    @property
    def sections_done(self) -> int:
        return sum(section.status is Status.DONE for section in self.sections)

    @property
    def started(self) -> bool:
        return any(section.answered for section in self.sections)

    @property
    def next_code(self) -> str | None:
        """The first question that waits for an answer, in order; None when all is answered or left out."""
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
    definition: Definition,
    answers: Answers,
    shown: tuple[str, ...],
    left_out: Collection[str] = (),
    unfinished: Collection[str] = (),
) -> Progress:
    """Where a person stands.

    `left_out` are codes of optional questions that were left out on purpose, `unfinished` of questions at
    which something was typed that is not saved yet.
    """
    sections = []
    unanswered: list[Question] = []
    for section in definition.sections:
        questions = tuple(question for question in section.questions if question.code in shown)
        if not questions:
            continue
        waiting = [one for one in questions if one.code not in answers]
        open_here = [
            one
            for one in questions
            if one.code in unfinished or (one in waiting and (one.required or one.code not in left_out))
        ]
        unanswered.extend(open_here)
        sections.append(
            SectionProgress(
                section=section,
                questions=questions,
                answered=len(questions) - len(waiting),
                required_left=sum(one.required for one in waiting),
                unfinished=sum(one.code in unfinished for one in questions),
                first=(open_here or questions)[0].code,
            )
        )
    return Progress(
        sections=tuple(sections),
        shown=shown,
        unanswered=tuple(unanswered),
        required_left=sum(section.required_left for section in sections),
        state="".join(
            "0" if one.code not in shown else "2" if one.code in answers else "1"
            for one in definition.questions
        ),
    )
