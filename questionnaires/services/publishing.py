"""Publishing a questionnaire: checked whole, approved by a second person, never changed after."""

from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import Any

from django.db import transaction
from django.utils import timezone

from questionnaires.definition.digest import sha256_of
from questionnaires.definition.problems import Problem, ProblemsFound
from questionnaires.definition.reading import definition_document, read_definition
from questionnaires.models import (
    Clinic,
    Questionnaire,
    QuestionnaireVersion,
    QuestionnaireVersionTexts,
    User,
)
from questionnaires.services import audit
from questionnaires.services.drafting import questionnaire_document
from questionnaires.services.permissions import APPROVE, WRITE_DRAFTS, require
from questionnaires.services.refusals import Refused
from questionnaires.services.translating import carry_texts, is_carried, texts_to_carry


def problems_of_questionnaire(questionnaire: Questionnaire) -> tuple[Problem, ...]:
    """Everything that keeps the draft from being published, with its place."""
    try:
        read_definition(questionnaire_document(questionnaire))
    except ProblemsFound as found:
        return found.problems
    return ()


def require_author_and_approver(
    clinic: Clinic, author: User, approver: User, editors: Iterable[User] = ()
) -> None:
    """Refuse unless two different people with the two roles stand behind a publication.

    The approver is none of the `editors`: everybody who edited the draft since it was last published.
    """
    if approver in {author, *editors}:
        raise Refused(
            "author_is_approver",
            "Whoever wrote a change cannot approve it. Ask a second person with the role approver.",
            HTTPStatus.FORBIDDEN,
        )
    require(author, clinic, WRITE_DRAFTS)
    require(approver, clinic, APPROVE)


def published_as_drafted(questionnaire: Questionnaire) -> QuestionnaireVersion | None:
    """The newest version, where it says exactly what the draft says. Raises ProblemsFound."""
    document = definition_document(read_definition(questionnaire_document(questionnaire)))
    latest = questionnaire.versions.order_by("-number").first()
    same = latest is not None and latest.sha256 == sha256_of(document) and is_carried(questionnaire, latest)
    return latest if same else None


@transaction.atomic
def publish_questionnaire(questionnaire: Questionnaire, author: User, approver: User) -> QuestionnaireVersion:
    """Make the draft the next immutable version.

    Raises ProblemsFound with every problem. Refused: author_is_approver, not_permitted, nothing_changed.
    """
    require_author_and_approver(questionnaire.clinic, author, approver, questionnaire.editors.all())
    document = definition_document(read_definition(questionnaire_document(questionnaire)))
    sha256 = sha256_of(document)
    latest = questionnaire.versions.order_by("-number").first()
    if latest is not None and latest.sha256 == sha256 and is_carried(questionnaire, latest):
        raise Refused("nothing_changed", f"The draft says exactly what version {latest.number} says already.")
    version = make_version(
        questionnaire,
        latest.number + 1 if latest else 1,
        document,
        texts_to_carry(questionnaire),
        author,
        approver,
    )
    questionnaire.editors.clear()
    return version


def make_version(
    questionnaire: Questionnaire,
    number: int,
    document: Mapping[str, Any],
    texts: Mapping[str, Mapping[str, str]],
    author: User,
    approver: User,
) -> QuestionnaireVersion:
    """Write the row of a version with its words in other languages, by language and place."""
    version = QuestionnaireVersion.objects.create(
        questionnaire=questionnaire,
        number=number,
        document=document,
        sha256=sha256_of(document),
        author=author,
        approver=approver,
        published_at=timezone.now(),
    )
    carry_texts(texts, QuestionnaireVersionTexts, {"version": version})
    audit.record(
        questionnaire.clinic,
        "questionnaire_published",
        version,
        user=approver,
        detail={"sha256": version.sha256},
    )
    return version
