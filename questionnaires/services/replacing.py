"""Replacing a draft by a document, on top of what the author has read."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

from django.db import DataError

from questionnaires.definition.digest import sha256_of
from questionnaires.definition.reading import read_definition
from questionnaires.models import Questionnaire, User
from questionnaires.services.drafting import load_questionnaire, questionnaire_document
from questionnaires.services.editing import editing
from questionnaires.services.refusals import Refused

Document = Mapping[str, Any]


def replace_questionnaire(
    questionnaire: Questionnaire, document: Document, expected_sha256: str, by: User, reason: str
) -> Questionnaire:
    """Replace a draft by a document without problems, as one edit; published versions are untouched.

    Raises ProblemsFound. Refused: not_permitted, reason_missing, draft_changed, other_code, draft_too_long.
    """
    check_code(document.get("code"), questionnaire.code)
    read_definition(document)
    with fitting(), editing(questionnaire, by, reason):
        require_as_read(questionnaire_document(questionnaire), expected_sha256)
        return load_questionnaire(questionnaire.clinic, document, by)


def check_code(given: object, code: str) -> None:
    """Refuse a document of another draft: other_code."""
    if given != code:
        raise Refused("other_code", f"This draft has the code “{code}”.", HTTPStatus.UNPROCESSABLE_ENTITY)


def require_as_read(now: Document, expected_sha256: str) -> None:
    """Refuse to replace a draft that says something else than the author has read: draft_changed."""
    if sha256_of(now) != expected_sha256:
        raise Refused(
            "draft_changed",
            "The draft was changed since you read it. Read it again, and make your change there.",
            HTTPStatus.PRECONDITION_FAILED,
        )


@contextmanager
def fitting() -> Iterator[None]:
    """Refuse what is longer than its column: draft_too_long."""
    try:
        yield
    except DataError:
        raise Refused(
            "draft_too_long", "A title, code or condition is too long.", HTTPStatus.UNPROCESSABLE_ENTITY
        ) from None
