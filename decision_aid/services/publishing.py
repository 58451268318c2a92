"""Releasing a decision aid: proved, approved by a second person, pinned, never changed after."""

from django.db import transaction
from django.utils import timezone

from decision_aid.models import DecisionAid, DecisionAidVersion
from decision_aid.packs import pin_release
from decision_aid.scoring import read_ruleset, run_golden_cases
from decision_aid.scoring.verification import verify
from decision_aid.services.drafting import aid_document, questionnaires_of
from questionnaires.definition.digest import sha256_of
from questionnaires.definition.problems import Problem, ProblemsFound
from questionnaires.definition.reading import read_definition
from questionnaires.definition.schema import Definition
from questionnaires.models import Questionnaire, QuestionnaireVersion, User
from questionnaires.services import audit
from questionnaires.services.drafting import questionnaire_document
from questionnaires.services.publishing import (
    publish_questionnaire,
    published_as_drafted,
    require_author_and_approver,
)
from questionnaires.services.refusals import Refused

# The documents show what the patient values and expects, whatever the facts are called after these.
SHOWN_IN_DOCUMENTS = ("value_", "expected_")


def problems_of_aid(aid: DecisionAid) -> tuple[Problem, ...]:
    """Everything that keeps the draft from being released, with its place; none hidden."""
    return _checked(aid)[0]


def remarks_on_aid(aid: DecisionAid) -> tuple[Problem, ...]:
    """What whoever approves should know of a draft, and which keeps nothing from being released."""
    return _checked(aid)[1]


def _checked(aid: DecisionAid) -> tuple[tuple[Problem, ...], tuple[Problem, ...]]:
    """The draft's problems and remarks; remarks are made once it can be read."""
    problems: list[Problem] = []
    versions: dict[str, tuple[int, Definition]] = {}
    for name, questionnaire in questionnaires_of(aid).items():
        try:
            versions[name] = (1, read_definition(questionnaire_document(questionnaire)))
        except ProblemsFound as found:
            problems += [problem.within(name) for problem in found.problems]
    if problems:
        return tuple(problems), ()
    try:
        ruleset = read_ruleset(pin_release(aid_document(aid), 1, versions))
    except ProblemsFound as found:
        return found.problems, ()
    shown = [code for code in ruleset.types if code.startswith(SHOWN_IN_DOCUMENTS)]
    findings = verify(ruleset, [definition for _, definition in versions.values()], shown)
    blocking = tuple(finding.problem for finding in findings if finding.blocks)
    remarks = tuple(finding.problem for finding in findings if not finding.blocks)
    return (*blocking, *run_golden_cases(ruleset)), remarks


@transaction.atomic
def publish_aid(aid: DecisionAid, author: User, approver: User, reason: str) -> DecisionAidVersion:
    """Make the draft the next immutable release, publishing its questionnaires where they changed.

    Raises ProblemsFound with every problem and every golden case that fails.
    Refused: author_is_approver, not_permitted, reason_missing, nothing_changed.
    """
    require_author_and_approver(aid.clinic, author, approver)
    if not reason.strip():
        raise Refused("reason_missing", "Say in a sentence why this release is made.", 422)
    if problems := problems_of_aid(aid):
        raise ProblemsFound(problems)
    versions = {
        name: _current_version(questionnaire, author, approver)
        for name, questionnaire in questionnaires_of(aid).items()
    }
    latest = aid.releases.order_by("-number").first()
    pins = {name: (version.number, version.definition) for name, version in versions.items()}
    draft = aid_document(aid)
    if latest is not None and latest.document == pin_release(draft, latest.number, pins):
        raise Refused("nothing_changed", f"The draft says exactly what release {latest.number} says already.")
    number = latest.number + 1 if latest else 1
    document = pin_release(draft, number, pins)
    release = DecisionAidVersion.objects.create(
        aid=aid,
        number=number,
        document=document,
        sha256=sha256_of(document),
        intake=versions["intake"],
        findings=versions["findings"],
        author=author,
        approver=approver,
        reason=reason.strip(),
        published_at=timezone.now(),
    )
    audit.record(aid.clinic, "aid_released", release, user=approver, detail={"sha256": release.sha256})
    return release


def _current_version(questionnaire: Questionnaire, author: User, approver: User) -> QuestionnaireVersion:
    """The published version that says what the draft says, made now if there is none.

    Its author is whoever edited the questionnaire last, who may be somebody else than the aid's.
    """
    published = published_as_drafted(questionnaire)
    return published or publish_questionnaire(questionnaire, questionnaire.edited_by or author, approver)
