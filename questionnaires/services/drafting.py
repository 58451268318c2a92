"""Draft rows made from a questionnaire document, and the document they make."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Protocol

from django.db import transaction

from questionnaires.models import AnswerOption, Clinic, Question, Questionnaire, Section, User

Document = Mapping[str, Any]


class EditedDraft(Protocol):
    """A draft that remembers everybody who edited it since it was last published."""

    edited_by: Any
    editors: Any

    def save(self, *, update_fields: list[str]) -> None: ...


def remember_editor(draft: EditedDraft, by: User) -> None:
    """Remember who edited a draft: the last one is its author, and none of them can approve it."""
    draft.edited_by = by
    draft.save(update_fields=["edited_by"])
    draft.editors.add(by)


@transaction.atomic
def load_questionnaire(clinic: Clinic, document: Document, by: User) -> Questionnaire:
    """Make or replace a clinic's draft from a document; published versions are untouched."""
    consent = document.get("consent") or {}
    questionnaire, _ = Questionnaire.objects.update_or_create(
        clinic=clinic,
        code=document["code"],
        defaults={
            "audience": document["audience"],
            "title": document["title"],
            "language": document.get("language", "en"),
            "intro": document.get("intro", ""),
            "consent_title": consent.get("title", ""),
            "consent_text": "\n".join(consent.get("text", ())),
        },
    )
    remember_editor(questionnaire, by)
    questionnaire.sections.all().delete()
    for position, section in enumerate(document["sections"]):
        _load_section(questionnaire, position, section)
    return questionnaire


def _load_section(questionnaire: Questionnaire, position: int, document: Document) -> None:
    section = Section.objects.create(
        questionnaire=questionnaire,
        position=position,
        code=document["code"],
        title=document["title"],
        intro=document.get("intro", ""),
        shown_when=document.get("shown_when", ""),
    )
    for place, question in enumerate(document["questions"]):
        _load_question(section, place, question)


def _load_question(section: Section, position: int, document: Document) -> None:
    minimum, maximum = document.get("range", (None, None))
    question = Question.objects.create(
        section=section,
        position=position,
        code=document["code"],
        kind=document["type"],
        minimum=_decimal(minimum),
        maximum=_decimal(maximum),
        text=document["text"],
        required=document.get("required", False),
        unsure=document.get("unsure", False),
        private=document.get("private", False),
        each_a_fact=document.get("each_a_fact", False),
        codes=document.get("codes", {}),
        **{name: document.get(name, "") for name in _QUESTION_TEXTS},
    )
    AnswerOption.objects.bulk_create(
        AnswerOption(
            question=question,
            position=place,
            code=option["code"],
            label=option["label"],
            help=option.get("help", ""),
            exclusive=option.get("exclusive", False),
            codes=option.get("codes", {}),
        )
        for place, option in enumerate(document.get("options", ()))
    )


_QUESTION_TEXTS = ("help", "why", "unit", "widget", "low_label", "high_label", "shown_when")
_QUESTION_FLAGS = ("required", "unsure", "private", "each_a_fact")
_OPTION_KEYS = ("code", "label", "help", "exclusive", "codes")


def questionnaire_document(questionnaire: Questionnaire) -> dict[str, Any]:
    """The document that the draft rows make; what is empty is left out."""
    document = _without_empty(
        {
            "code": questionnaire.code,
            "audience": questionnaire.audience,
            "title": questionnaire.title,
            "language": questionnaire.language,
            "intro": questionnaire.intro,
        }
    )
    if questionnaire.consent_title:
        document["consent"] = {
            "title": questionnaire.consent_title,
            "text": questionnaire.consent_text.splitlines(),
        }
    sections = questionnaire.sections.prefetch_related("questions__options")
    document["sections"] = [_section_document(section) for section in sections]
    return document


def _section_document(section: Section) -> dict[str, Any]:
    texts = {name: getattr(section, name) for name in ("code", "title", "intro", "shown_when")}
    return _without_empty(texts) | {
        "questions": [_question_document(question) for question in section.questions.all()]
    }


def _question_document(question: Question) -> dict[str, Any]:
    document = _without_empty(
        {"code": question.code, "type": question.kind, "text": question.text}
        | {name: getattr(question, name) for name in (*_QUESTION_TEXTS, *_QUESTION_FLAGS, "codes")}
    )
    if question.minimum is not None or question.maximum is not None:
        document["range"] = [_number(question.minimum), _number(question.maximum)]
    options = [
        _without_empty({key: getattr(option, key) for key in _OPTION_KEYS})
        for option in question.options.all()
    ]
    return document | ({"options": options} if options else {})


def _without_empty(document: Document) -> dict[str, Any]:
    return {key: value for key, value in document.items() if value not in ("", False, None, {})}


def _decimal(value: object) -> Decimal | None:
    return None if value is None else Decimal(str(value))


def _number(value: Decimal | None) -> int | float | None:
    if value is None:
        return None
    return int(value) if value == value.to_integral_value() else float(value)
