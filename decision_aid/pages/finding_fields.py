"""Questions as a clinician answers them, each with what was typed and what is wrong with it."""

from dataclasses import dataclass

from questionnaires.definition.answers import DECLINED_TEXT, UNSURE_TEXT, Answer, Declined, Given, Unsure
from questionnaires.definition.facts import FactKind
from questionnaires.definition.schema import Question

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
class FindingField:
    """A question with what was typed, and what is wrong with it."""

    question: Question
    texts: tuple[str, ...]
    error: str
    waiting: tuple[str, ...]

    @property
    def control(self) -> str:
        """How it is answered: one of several, any of several, a number, or words."""
        match self.question.kind:
            case FactKind.BOOLEAN | FactKind.CODE:
                return "one"
            case FactKind.CODES:
                return "several"
            case FactKind.TEXT:
                return "words"
            case _:
                return "number"

    @property
    def choices(self) -> list[Choice]:
        """What can be ticked; nothing for a number or words."""
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
        """What stands in the box of a number or of words."""
        return next((text for text in self.texts if text not in (UNSURE_TEXT, DECLINED_TEXT)), "")

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


def answer_texts(answer: Answer) -> tuple[str, ...]:
    """What a browser would send for an answer."""
    match answer:
        case Unsure():
            return (UNSURE_TEXT,)
        case Declined():
            return (DECLINED_TEXT,)
        case Given(value=bool() as value):
            return ("yes" if value else "no",)
        case Given(value=tuple() as codes):
            return codes
        case Given(value=value):
            return (str(value),)
