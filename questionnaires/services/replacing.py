"""Replacing a draft by a document, on top of what the author has read."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, TypeVar

from django.db import DataError, models, transaction

from questionnaires.definition.digest import sha256_of
from questionnaires.definition.reading import read_definition
from questionnaires.models import Clinic, Questionnaire, Role, User
from questionnaires.services import audit
from questionnaires.services.drafting import load_questionnaire, questionnaire_document
from questionnaires.services.permissions import require_role
from questionnaires.services.refusals import Refused

Draft = TypeVar("Draft", bound=models.Model)
Document = Mapping[str, Any]


def replace_questionnaire(
    questionnaire: Questionnaire, document: Document, expected_sha256: str, by: User
) -> Questionnaire:
    """Replace a draft by a document without problems; published versions are untouched.

    Raises ProblemsFound. Refused: not_permitted, draft_changed, other_code, draft_too_long.
    """
    clinic = questionnaire.clinic
    check_code(document.get("code"), questionnaire.code)
    read_definition(document)
    return replace_draft(
        questionnaire,
        clinic,
        by,
        says=lambda: questionnaire_document(questionnaire),
        expected_sha256=expected_sha256,
        load=lambda: load_questionnaire(clinic, document, by),
    )


def replace_draft(
    draft: models.Model,
    clinic: Clinic,
    by: User,
    *,
    says: Callable[[], Document],
    expected_sha256: str,
    load: Callable[[], Draft],
) -> Draft:
    """Load another document into a draft that still says what the author has read, leaving an event.

    Refused: not_permitted, draft_changed, draft_too_long.
    """
    require_role(by, clinic, Role.AUTHOR)
    try:
        with transaction.atomic():
            # The head of the audit chain is the lock: two who read the same draft do not both replace it.
            audit.record(clinic, "draft_replaced", draft, user=by)
            if sha256_of(says()) != expected_sha256:
                raise Refused(
                    "draft_changed",
                    "The draft was changed since you read it. Read it again, and make your change there.",
                    HTTPStatus.PRECONDITION_FAILED,
                )
            return load()
    except DataError:
        raise Refused(
            "draft_too_long", "A title, code or condition is too long.", HTTPStatus.UNPROCESSABLE_ENTITY
        ) from None


def check_code(given: object, code: str) -> None:
    """Refuse a document of another draft: other_code."""
    if given != code:
        raise Refused("other_code", f"This draft has the code “{code}”.", HTTPStatus.UNPROCESSABLE_ENTITY)
