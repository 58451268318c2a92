"""Editing a draft questionnaire: one act at a time, by an author who says why, remembered in words."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any, TypeVar

from django.db import models, transaction
from django.db.models import F, Max
from django.utils import timezone

from questionnaires.definition.differences import Tell, as_written, sentences
from questionnaires.definition.digest import sha256_of
from questionnaires.models import (
    AnswerOption,
    Question,
    Questionnaire,
    QuestionnaireEdit,
    Role,
    Section,
    User,
)
from questionnaires.services import audit
from questionnaires.services.drafting import questionnaire_document, remember_editor
from questionnaires.services.permissions import require_role
from questionnaires.services.refusals import Refused, StaleState

LONGEST_REASON = 1000
Row = TypeVar("Row", bound=models.Model)


@contextmanager
def editing(questionnaire: Questionnaire, by: User, reason: str, tell: Tell = as_written) -> Iterator[None]:
    """One act on a draft: everything inside happens or nothing does, and what changed is kept in words.

    Refused: not_permitted, reason_missing, and whatever is refused inside.
    """
    require_role(by, questionnaire.clinic, Role.AUTHOR)
    reason = needed_reason(reason)
    with transaction.atomic():
        remember_editor(questionnaire, by)  # takes the row, so that acts on one draft come one after another
        questionnaire.refresh_from_db()
        before = questionnaire_document(questionnaire)
        yield
        after = questionnaire_document(Questionnaire.objects.get(pk=questionnaire.pk))
        told = sentences(before, after, tell)
        if told:
            QuestionnaireEdit.objects.create(
                questionnaire=questionnaire, by=by, at=timezone.now(), reason=reason, sentences=told
            )
            audit.record(
                questionnaire.clinic, "draft_edited", questionnaire, user=by, detail={"changes": len(told)}
            )


def needed_reason(reason: str) -> str:
    """The reason without blanks around it. Refused: reason_missing."""
    if not reason.strip():
        raise Refused(
            "reason_missing",
            "Say in a sentence why you change this: whoever approves it reads it.",
            HTTPStatus.UNPROCESSABLE_ENTITY,
        )
    return reason.strip()[:LONGEST_REASON]


def mark_of(row: models.Model) -> str:
    """A fingerprint of a draft row, by which a page knows later whether somebody else changed it."""
    fields = {field.attname: str(getattr(row, field.attname)) for field in row._meta.concrete_fields}
    parts = [
        {field.attname: str(getattr(part, field.attname)) for field in part._meta.concrete_fields}
        for part in (row.options.all() if isinstance(row, Question) else ())
    ]
    for name in ("position", "section_id"):  # somebody else's moving a row is no conflict
        fields.pop(name, None)
    return sha256_of([fields, parts])


def require_unchanged(row: models.Model, mark: str) -> None:
    """Refuse to write over what somebody else changed since `mark` was taken. Refused: stale_state."""
    current = type(row)._default_manager.filter(pk=row.pk).first()
    if current is None or mark_of(current) != mark:
        raise StaleState(str(row._meta.verbose_name))


# ── Order ───────────────────────────────────────────────────────────────────────────────────────────────


def move_section(section: Section, to: int) -> None:
    """Put a section at this place, counted from 0; a place beyond the end is the end."""
    others = list(section.questionnaire.sections.exclude(pk=section.pk))
    others.insert(max(0, to), section)
    _number(others)


def move_question(question: Question, section: Section, to: int) -> None:
    """Put a question at this place of a section of the same questionnaire. Refused: other_draft."""
    if section.questionnaire_id != question.section.questionnaire_id:
        raise Refused("other_draft", "A question moves within its own questionnaire only.")
    others = list(section.questions.exclude(pk=question.pk))
    question.section = section
    question.save(update_fields=["section"])
    others.insert(max(0, to), question)
    _number(others)


def _number(rows: list[Any]) -> None:
    for position, row in enumerate(rows):
        if row.position != position:
            row.position = position
            row.save(update_fields=["position"])


# ── Copies and new rows ─────────────────────────────────────────────────────────────────────────────────


def duplicate_question(question: Question) -> Question:
    """A copy with its answers, right after it, under a code of its own."""
    taken = set(
        Question.objects.filter(section__questionnaire=question.section.questionnaire_id).values_list(
            "code", flat=True
        )
    )
    _make_room(question.section.questions, question.position)
    copy = _copied(question, code=free_code(question.code, taken), position=question.position + 1)
    for option in question.options.all():
        _copied(option, question=copy)
    return copy


def duplicate_section(section: Section) -> Section:
    """A copy with copies of its questions, right after it."""
    taken = set(section.questionnaire.sections.values_list("code", flat=True))
    _make_room(section.questionnaire.sections, section.position)
    copy = _copied(section, code=free_code(section.code, taken), position=section.position + 1)
    codes = set(
        Question.objects.filter(section__questionnaire=section.questionnaire_id).values_list(
            "code", flat=True
        )
    )
    for question in section.questions.all():
        code = free_code(question.code, codes)
        codes.add(code)
        copied = _copied(question, section=copy, code=code)
        for option in question.options.all():
            _copied(option, question=copied)
    return copy


def next_position(rows: Any) -> int:
    """The place after the last of these rows."""
    last = rows.aggregate(last=Max("position"))["last"]
    return 0 if last is None else int(last) + 1


def free_code(code: str, taken: set[str]) -> str:
    """The code with the first number that makes it one of its own: age_years_2."""
    number = 2
    while f"{code}_{number}" in taken:
        number += 1
    return f"{code}_{number}"


def _copied(row: Row, **changed: Any) -> Row:
    """A new row like this one but for what changed."""
    fields = [field for field in row._meta.concrete_fields if not field.primary_key]
    copy = type(row)(**{field.attname: getattr(row, field.attname) for field in fields})
    for name, value in changed.items():
        setattr(copy, name, value)
    copy.save()
    return copy


def _make_room(rows: Any, after: int) -> None:
    rows.filter(position__gt=after).update(position=F("position") + 1)


def replace_options(question: Question, options: list[Mapping[str, Any]]) -> None:
    """Let a question have exactly these answers, in this order."""
    question.options.all().delete()
    AnswerOption.objects.bulk_create(
        AnswerOption(question=question, position=position, **option)
        for position, option in enumerate(options)
    )
