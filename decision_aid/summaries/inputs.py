"""What a summary is made from: one stored assessment, who it is about, and what clinicians did with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from questionnaires.definition.schema import Definition


@dataclass(frozen=True, slots=True)
class AnsweredQuestion:
    """One question that was shown, and its answer in words (`answer_words` of the definition)."""

    code: str
    question: str
    answer: str


@dataclass(frozen=True, slots=True)
class AnsweredSection:
    """A section of a questionnaire with the questions that were shown and answered, in their order."""

    title: str
    answers: tuple[AnsweredQuestion, ...]


@dataclass(frozen=True, slots=True)
class AskedQuestion:
    """How a fact is asked for, so that what is missing can be named in the words of its question."""

    code: str
    question: str
    unit: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Override:
    """A clinician's own judgement of one option, beside the computed one, which stays as it was."""

    option: str
    candidacy: str
    reason_code: str
    words: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Cleared:
    """A named clinician acted on a warning sign; `action` is what was done, in words."""

    sign: str
    action: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Released:
    """A named clinician signed the assessment and released it to the patient."""

    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Addendum:
    """What a named clinician added after signing."""

    words: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class SummaryInputs:
    """Everything that any of the three documents says; nothing else is read.

    `release` is the published ruleset document and `report` the stored report, both JSON-ready. Times are
    aware. `facts` are JSON values by code. `questions` name the facts nobody has answered yet (from
    `asked_questions(definition, …)`); without them a missing fact is named by its code in plain words.
    `open_signs` have an alert that no clinician has closed, whether or not this report says that they hold:
    an answer since changed, or one given after it. `confirmed_exercise` are the options about whose outline
    of exercise afterwards a clinician said that this patient may read it.
    """

    clinic_name: str
    clinic_phone: str
    clinic_emergency_phone: str
    patient_name: str
    birth_date: date | None
    patient_number: str
    surgeon_name: str
    appointment: datetime | None
    made_at: datetime
    release: Mapping[str, object]
    report: Mapping[str, object]
    intake: tuple[AnsweredSection, ...] = ()
    findings: tuple[AnsweredSection, ...] = ()
    facts: Mapping[str, object] = field(default_factory=dict)
    answered_by: str = ""
    overrides: tuple[Override, ...] = ()
    cleared: tuple[Cleared, ...] = ()
    released: Released | None = None
    hidden: Mapping[str, str] = field(default_factory=dict)
    hidden_outcomes: Mapping[str, str] = field(default_factory=dict)
    addenda: tuple[Addendum, ...] = ()
    language: str = "en"
    paper: Literal["a4", "us-letter"] = "a4"
    questions: tuple[AskedQuestion, ...] = ()
    open_signs: tuple[str, ...] = ()
    confirmed_exercise: tuple[str, ...] = ()


def asked_questions(*definitions: Definition) -> tuple[AskedQuestion, ...]:
    """How each fact of these questionnaires is asked, in their order; a line of a list by its label."""
    asked = [question for definition in definitions for question in definition.questions]
    return tuple(
        AskedQuestion(
            code=code,
            question=question.option(code).label if question.each_a_fact else question.text,
            unit=question.unit,
            labels={} if question.each_a_fact else {option.code: option.label for option in question.options},
        )
        for question in asked
        for code in question.types
    )
