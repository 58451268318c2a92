"""A questionnaire as it is asked: sections of questions, each of which makes one fact."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

from questionnaires.definition.expressions import Expression
from questionnaires.definition.facts import FactKind, FactType, FactTypes, FactValue

NONE_OF_THESE = "none_of_these"
"""The code of an option that answers a question of several codes with none of them: the value is ()."""
NOT_SURE = "-unsure"
"""Beside ticked options that are facts: the others are unknown. No option's code starts with a hyphen."""


class Audience(StrEnum):
    """Who answers."""

    PATIENT = "patient"
    CLINICIAN = "clinician"


class Widget(StrEnum):
    """How a question is put on a page."""

    YES_NO = "yes_no"
    NUMBER = "number"
    RATING = "rating"
    CHOICE = "choice"
    CHOICES = "choices"
    BODY_MAP = "body_map"
    LONG_TEXT = "long_text"
    DATE = "date"


WIDGETS = {
    FactKind.BOOLEAN: (Widget.YES_NO,),
    FactKind.INTEGER: (Widget.NUMBER, Widget.RATING),
    FactKind.DECIMAL: (Widget.NUMBER,),
    FactKind.CODE: (Widget.CHOICE,),
    FactKind.CODES: (Widget.CHOICES, Widget.BODY_MAP),
    FactKind.TEXT: (Widget.LONG_TEXT,),
    FactKind.DATE: (Widget.DATE,),
}
"""The kinds of fact that can be asked for, and how; the first way is the usual one."""


@dataclass(frozen=True)
class AnswerOption:
    """One answer to choose; an `exclusive` one goes with no other. `codes`: standard codes, by system."""

    code: str
    label: str
    help: str = ""
    exclusive: bool = False
    codes: Mapping[str, str] = field(default_factory=dict, hash=False)


@dataclass(frozen=True)
class Question:
    """One thing asked; its code is the fact that its answer makes.

    `required`: must be answered when it is shown. `unsure` and `private` offer “I'm not sure” and “I'd
    rather not say”, which are answers. The range includes both ends; the unit is UCUM's.
    `each_a_fact`: each option but “none of these” is a yes-or-no fact, and the question's own code is none.
    `codes`: what it is called in LOINC and SNOMED CT, by system.
    """

    code: str
    kind: FactKind
    text: str
    help: str = ""
    why: str = ""
    required: bool = False
    unsure: bool = False
    private: bool = False
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    unit: str = ""
    widget: Widget = Widget.LONG_TEXT
    low_label: str = ""
    high_label: str = ""
    options: tuple[AnswerOption, ...] = ()
    each_a_fact: bool = False
    shown_when: Expression | None = None
    codes: Mapping[str, str] = field(default_factory=dict, hash=False)

    @cached_property
    def fact_type(self) -> FactType:
        """What an answer's value may be; the fact itself, unless each option is one."""
        values = tuple(option.code for option in self.options if option.code != NONE_OF_THESE)
        if self.each_a_fact and self.unsure:
            values = (*values, NOT_SURE)
        return FactType(self.code, self.kind, self.minimum, self.maximum, self.unit, values)

    @cached_property
    def types(self) -> FactTypes:
        """The facts that an answer makes, by code: one, or one for each option."""
        if not self.each_a_fact:
            return {self.code: self.fact_type}
        codes = (option.code for option in self.options if option.code != NONE_OF_THESE)
        return {code: FactType(code, FactKind.BOOLEAN) for code in codes}

    def facts_from(self, value: FactValue) -> dict[str, FactValue]:
        """The facts that a given value makes: what is not ticked is false, or unknown beside `NOT_SURE`."""
        if not self.each_a_fact or not isinstance(value, tuple):
            return {self.code: value}
        return {code: code in value for code in self.types if code in value or NOT_SURE not in value}

    def option(self, code: str) -> AnswerOption:
        """The option with this code. Raises KeyError."""
        for option in self.options:
            if option.code == code:
                return option
        raise KeyError(code)


@dataclass(frozen=True)
class Section:
    """Questions under one title."""

    code: str
    title: str
    intro: str
    shown_when: Expression | None
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class Consent:
    """What a person agrees to before answering: a title and paragraphs."""

    title: str
    text: tuple[str, ...]


@dataclass(frozen=True)
class Definition:
    """A whole questionnaire for one audience in one language (BCP 47)."""

    code: str
    audience: Audience
    title: str
    language: str
    intro: str
    consent: Consent | None
    sections: tuple[Section, ...]

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """All questions, in the order in which they are asked."""
        return tuple(question for section in self.sections for question in section.questions)

    @cached_property
    def types(self) -> FactTypes:
        """The facts that the answers make, by code, in the order in which they are asked."""
        return {code: kind for question in self.questions for code, kind in question.types.items()}

    @cached_property
    def _by_code(self) -> dict[str, Question]:
        return {question.code: question for question in self.questions}

    def asks(self, code: str) -> bool:
        """Whether there is a question with this code."""
        return code in self._by_code

    def question(self, code: str) -> Question:
        """The question with this code. Raises KeyError."""
        return self._by_code[code]
