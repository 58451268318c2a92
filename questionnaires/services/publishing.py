"""Publishing a questionnaire: checked whole, approved by a second person, never changed after."""

from http import HTTPStatus

from django.db import transaction
from django.utils import timezone

from questionnaires.definition.digest import sha256_of
from questionnaires.definition.problems import Problem, ProblemsFound
from questionnaires.definition.reading import definition_document, read_definition
from questionnaires.models import Clinic, Questionnaire, QuestionnaireVersion, Role, User
from questionnaires.services import audit
from questionnaires.services.drafting import questionnaire_document
from questionnaires.services.permissions import require_role
from questionnaires.services.refusals import Refused


def problems_of_questionnaire(questionnaire: Questionnaire) -> tuple[Problem, ...]:
    """Everything that keeps the draft from being published, with its place."""
    try:
        read_definition(questionnaire_document(questionnaire))
    except ProblemsFound as found:
        return found.problems
    return ()


def require_author_and_approver(clinic: Clinic, author: User, approver: User) -> None:
    """Refuse unless two different people with the two roles stand behind a publication."""
    if author.pk == approver.pk:
        raise Refused(
            "author_is_approver",
            "Whoever wrote a change cannot approve it. Ask a second person with the role approver.",
            HTTPStatus.FORBIDDEN,
        )
    require_role(author, clinic, Role.AUTHOR)
    require_role(approver, clinic, Role.APPROVER)


def published_as_drafted(questionnaire: Questionnaire) -> QuestionnaireVersion | None:
    """The newest version, where it says exactly what the draft says. Raises ProblemsFound."""
    document = definition_document(read_definition(questionnaire_document(questionnaire)))
    latest = questionnaire.versions.order_by("-number").first()
    return latest if latest is not None and latest.sha256 == sha256_of(document) else None


@transaction.atomic
def publish_questionnaire(questionnaire: Questionnaire, author: User, approver: User) -> QuestionnaireVersion:
    """Make the draft the next immutable version.

    Raises ProblemsFound with every problem. Refused: author_is_approver, not_permitted, nothing_changed.
    """
    require_author_and_approver(questionnaire.clinic, author, approver)
    document = definition_document(read_definition(questionnaire_document(questionnaire)))
    sha256 = sha256_of(document)
    latest = questionnaire.versions.order_by("-number").first()
    if latest is not None and latest.sha256 == sha256:
        raise Refused("nothing_changed", f"The draft says exactly what version {latest.number} says already.")
    version = QuestionnaireVersion.objects.create(
        questionnaire=questionnaire,
        number=latest.number + 1 if latest else 1,
        document=document,
        sha256=sha256,
        author=author,
        approver=approver,
        published_at=timezone.now(),
    )
    audit.record(
        questionnaire.clinic, "questionnaire_published", version, user=approver, detail={"sha256": sha256}
    )
    return version
