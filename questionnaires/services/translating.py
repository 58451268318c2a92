"""Translating drafts: words kept by place, how complete each language is, and what a publication carries."""

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

from django.db import models, transaction

from questionnaires.definition.digest import sha256_of
from questionnaires.definition.reading import LANGUAGE
from questionnaires.definition.translations import Completeness, completeness, texts_of
from questionnaires.models import Questionnaire, QuestionnaireVersion, User
from questionnaires.models.translations import (
    DraftText,
    PublishedTexts,
    QuestionnaireText,
)
from questionnaires.models.versions import QUESTIONNAIRE_TEXTS
from questionnaires.services.drafting import questionnaire_document, remember_editor
from questionnaires.services.permissions import TRANSLATE, require
from questionnaires.services.refusals import Refused


def questionnaire_texts(questionnaire: Questionnaire) -> dict[str, str]:
    """Every text of the draft that a person reads, by its place."""
    return texts_of(questionnaire_document(questionnaire), QUESTIONNAIRE_TEXTS)


@transaction.atomic
def translate_questionnaire(
    questionnaire: Questionnaire, language: str, words: Mapping[str, str], by: User
) -> None:
    """Keep words of a draft in another language, by place; empty words take a translation back.

    Refused: not_permitted, unknown_language, unknown_place.
    """
    require(by, questionnaire.clinic, TRANSLATE)
    texts = questionnaire_texts(questionnaire)
    check_words(language, words, texts, questionnaire.language)
    keep_words(QuestionnaireText, {"questionnaire": questionnaire}, language, words, texts)
    remember_editor(questionnaire, by)


def completeness_of_questionnaire(questionnaire: Questionnaire) -> tuple[Completeness, ...]:
    """How complete each language of the draft is."""
    return completeness_by_language(questionnaire.translations.all(), questionnaire_texts(questionnaire))


def texts_to_carry(questionnaire: Questionnaire) -> dict[str, dict[str, str]]:
    """What is translated of the draft as it stands, by language and place."""
    return standing_texts(questionnaire.translations.all(), questionnaire_texts(questionnaire))


def is_carried(questionnaire: Questionnaire, version: QuestionnaireVersion) -> bool:
    """Whether a version carries exactly the draft's translations."""
    return texts_to_carry(questionnaire) == carried_texts(version.translations.all())


# -- the same for every kind of draft --------------------------------------------------------------
def check_words(language: str, words: Mapping[str, str], texts: Mapping[str, str], own: str) -> None:
    """Refuse what is no language but the draft's own, and places where the draft has no text."""
    if not LANGUAGE.fullmatch(language) or language == own:
        raise Refused(
            "unknown_language",
            f"“{language}” is not another language: give a code such as “de” or “pt-BR”.",
            HTTPStatus.UNPROCESSABLE_ENTITY,
        )
    if unknown := [place for place in words if place not in texts]:
        raise Refused(
            "unknown_place",
            f"There is no text at “{unknown[0]}”{f', and at {len(unknown) - 1} more' * (len(unknown) > 1)}. "
            "Take the places from the draft as it is now.",
            HTTPStatus.UNPROCESSABLE_ENTITY,
        )


def keep_words(
    model: type[DraftText],
    owner: Mapping[str, models.Model],
    language: str,
    words: Mapping[str, str],
    texts: Mapping[str, str],
) -> None:
    """Replace the rows of these places."""
    model._default_manager.filter(**owner, language=language, place__in=list(words)).delete()
    model._default_manager.bulk_create(
        model(**owner, language=language, place=place, original=texts[place], words=said.strip())
        for place, said in words.items()
        if said.strip()
    )


def standing_texts(rows: Iterable[DraftText], texts: Mapping[str, str]) -> dict[str, dict[str, str]]:
    """The words by language and place, without those of texts that were changed or taken out since."""
    standing: dict[str, dict[str, str]] = {}
    for row in rows:
        kept = standing.setdefault(row.language, {})
        if texts.get(row.place) == row.original:
            kept[row.place] = row.words
    return standing


def carried_texts(rows: Iterable[PublishedTexts]) -> dict[str, dict[str, str]]:
    """The words that a published version carries, by language and place."""
    return {row.language: row.texts for row in rows}


def completeness_by_language(rows: Iterable[DraftText], texts: Mapping[str, str]) -> tuple[Completeness, ...]:
    """How complete each language is that was begun."""
    standing = standing_texts(rows, texts)
    return tuple(completeness(texts, standing[language], language) for language in sorted(standing))


def carry_texts(
    texts: Mapping[str, Mapping[str, str]], model: type[PublishedTexts], owner: Mapping[str, Any]
) -> None:
    """Write the words of each language, by place, beside what was just published."""
    model._default_manager.bulk_create(
        model(**owner, language=language, texts=words, sha256=sha256_of(words))
        for language, words in sorted(texts.items())
    )
