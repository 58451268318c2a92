"""Translating decision aids: what a patient reads of one, by place, and what a release carries."""

from collections.abc import Mapping

from django.db import transaction

from decision_aid.models import DecisionAid, DecisionAidVersion
from decision_aid.models.releases import AID_TEXTS
from decision_aid.models.translations import AidText
from decision_aid.services.drafting import aid_document
from questionnaires.definition.translations import Completeness, texts_of
from questionnaires.models import User
from questionnaires.services.drafting import remember_editor
from questionnaires.services.permissions import TRANSLATE, require
from questionnaires.services.translating import (
    carried_texts,
    check_words,
    completeness_by_language,
    keep_words,
    standing_texts,
)

NOT_READ = ("sources", "golden_cases", "scales")  # titles of papers, and what clinicians and tests read


def aid_texts(aid: DecisionAid) -> dict[str, str]:
    """Every text of the draft that a patient reads, by its place."""
    document = aid_document(aid)
    return texts_of({key: part for key, part in document.items() if key not in NOT_READ}, AID_TEXTS)


@transaction.atomic
def translate_aid(aid: DecisionAid, language: str, words: Mapping[str, str], by: User) -> None:
    """Keep words of a draft in another language, by place; empty words take a translation back.

    Refused: not_permitted, unknown_language, unknown_place.
    """
    require(by, aid.clinic, TRANSLATE)
    texts = aid_texts(aid)
    check_words(language, words, texts, aid.language)
    keep_words(AidText, {"aid": aid}, language, words, texts)
    remember_editor(aid, by)


def completeness_of_aid(aid: DecisionAid) -> tuple[Completeness, ...]:
    """How complete each language of the draft is."""
    return completeness_by_language(aid.translations.all(), aid_texts(aid))


def texts_to_carry(aid: DecisionAid) -> dict[str, dict[str, str]]:
    """What is translated of the draft as it stands, by language and place."""
    return standing_texts(aid.translations.all(), aid_texts(aid))


def is_carried(aid: DecisionAid, release: DecisionAidVersion) -> bool:
    """Whether a release carries exactly the draft's translations."""
    return texts_to_carry(aid) == carried_texts(release.translations.all())
