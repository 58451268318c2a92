"""Questions as a clinician answers them, each with what was typed and what is wrong with it."""

from dataclasses import dataclass

from django.http import QueryDict

from questionnaires.definition.answers import DECLINED_TEXT, UNSURE_TEXT
from questionnaires.definition.facts import FactKind
from questionnaires.definition.schema import Question
from questionnaires.definition.typed import DATE_PARTS, date_parts, date_text

UNIT_WORDS = {"a": "years", "wk": "weeks", "min": "minutes", "deg": "degrees"}


@dataclass(frozen=True)
class Choice:
    """One thing to tick."""

    value: str
    label: str
    help: str
    exclusive: bool
    chosen: bool


@dataclass(frozen=True)
class DatePart:
    """One of the three fields of a date."""

    part: str
    name: str
    id: str
    typed: str


@dataclass(frozen=True)
class FindingField:
    """A question with what was typed, and what is wrong with it."""

    question: Question
    texts: tuple[str, ...]
    error: str
    waiting: tuple[str, ...]

    @property
    def control(self) -> str:
        """How it is answered: one of several, any of several, a date, a number, or words."""
        match self.question.kind:
            case FactKind.BOOLEAN | FactKind.CODE:
                return "one"
            case FactKind.CODES:
                return "several"
            case FactKind.TEXT:
                return "words"
            case FactKind.DATE:
                return "date"
            case _:
                return "number"

    @property
    def choices(self) -> list[Choice]:
        """What can be ticked; nothing for a date, a number or words."""
        if self.question.kind is FactKind.BOOLEAN:
            offered = [Choice(value, label, "", False, value in self.texts) for value, label in _YES_NO]
        else:
            offered = [
                Choice(option.code, option.label, option.help, option.exclusive, option.code in self.texts)
                for option in self.question.options
            ]
        if self.question.unsure and self.control in ("one", "several"):
            offered.append(
                Choice(UNSURE_TEXT, "Not sure", "", not self.question.each_a_fact, UNSURE_TEXT in self.texts)
            )
        return offered

    @property
    def typed(self) -> str:
        """What stands in the box of a number or of words, or in the fields of a date."""
        return next((text for text in self.texts if text not in (UNSURE_TEXT, DECLINED_TEXT)), "")

    @property
    def date_fields(self) -> list[DatePart]:
        """Day, month and year with what stands in them."""
        code = self.question.code
        return [
            DatePart(part, f"{code}-{part}", f"f-{code}-{part}", text)
            for part, text in zip(DATE_PARTS, date_parts(self.typed), strict=True)
        ]

    @property
    def is_unsure(self) -> bool:
        return UNSURE_TEXT in self.texts

    @property
    def unit(self) -> str:
        return UNIT_WORDS.get(self.question.unit, self.question.unit)


_YES_NO = (("yes", "Yes"), ("no", "No"))


@dataclass(frozen=True)
class FieldGroup:
    """Questions under one heading."""

    code: str
    title: str
    intro: str
    fields: tuple[FindingField, ...]


def sent_texts(question: Question, posted: QueryDict) -> tuple[str, ...]:
    """What a browser sent for a question; the three fields of a date are one text."""
    texts = tuple(posted.getlist(question.code))
    if question.kind is FactKind.DATE:
        typed = date_text([posted.get(f"{question.code}-{part}", "") for part in DATE_PARTS])
        return (typed, *texts) if typed else texts
    return texts
