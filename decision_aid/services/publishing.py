"""Releasing a decision aid: what was checked and signed becomes a release that never changes."""

from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from decision_aid.models import DecisionAid, DecisionAidVersion, GateReport
from decision_aid.models.translations import ReleaseTexts
from decision_aid.packs import pin_release
from decision_aid.scoring import run_golden_cases
from decision_aid.services.checking import check_aid_draft, read_draft
from decision_aid.services.drafting import questionnaires_of
from decision_aid.services.gate import (
    approve_report,
    demand_state,
    newest_release,
    open_gate,
    replay_here,
    require_signature,
)
from decision_aid.services.licensing import licence_problems
from decision_aid.services.permissions import PASS_GATE, RETURN
from decision_aid.services.translating import texts_to_carry
from questionnaires.definition.digest import sha256_of
from questionnaires.definition.problems import Problem, ProblemsFound
from questionnaires.models import AuditEvent, Questionnaire, QuestionnaireVersion, User
from questionnaires.services import audit
from questionnaires.services.permissions import require
from questionnaires.services.publishing import (
    make_version,
    published_as_drafted,
    require_author_and_approver,
)
from questionnaires.services.refusals import Refused
from questionnaires.services.translating import carry_texts

States = GateReport.State


def problems_of_aid(aid: DecisionAid) -> tuple[Problem, ...]:
    """Everything that keeps the draft from being released, with its place; none hidden."""
    return tuple(found.problem for found in check_aid_draft(aid) if found.blocks)


def remarks_on_aid(aid: DecisionAid) -> tuple[Problem, ...]:
    """What whoever approves should know of a draft, and which keeps nothing from being released."""
    return tuple(found.problem for found in check_aid_draft(aid) if not found.blocks)


@transaction.atomic
def publish_aid(aid: DecisionAid, author: User, approver: User, reason: str) -> DecisionAidVersion:
    """Take the draft through the whole gate at once, where both people stand together.

    Raises ProblemsFound with every problem and every golden case that fails.
    Refused: author_is_approver, not_permitted, reason_missing, nothing_changed.
    """
    require_author_and_approver(aid.clinic, author, approver, aid.editors.all())
    report = open_gate(aid, author, reason, author=author)
    if report.blocks:
        raise ProblemsFound(_problem(finding) for finding in report.findings if finding["blocks"])
    replay_here(report)
    approve_report(report, approver, report.sha256)
    return publish_report(report, approver)


def _problem(finding: Mapping[str, Any]) -> Problem:
    return Problem(finding["code"], finding["place"], finding["sentence"], finding["hint"])


@transaction.atomic
def publish_report(report: GateReport, by: User | None) -> DecisionAidVersion:
    """Make what was signed the next release, at once, whatever the draft says by now.

    `by` is None where its time has come. Whoever began a form finishes it on the version that it began with.
    Raises ProblemsFound where a licence ended meanwhile. Refused: not_permitted, author_is_approver, and
    what `demand_state` refuses.
    """
    if by is not None:
        require(by, report.clinic, PASS_GATE)
    demand_state(report, States.APPROVED, States.SCHEDULED)
    approver = report.approver
    if approver is None:
        raise Refused("not_approved", "A second person has to approve this first.")
    require_signature(report, approver)
    aid = report.aid
    if problems := tuple(licence_problems(report.ruleset, aid.clinic, timezone.localdate())):
        raise ProblemsFound(problems)
    is_draft = _is_draft(report)
    versions = {
        name: _version(report, name, questionnaire) for name, questionnaire in questionnaires_of(aid).items()
    }
    release = DecisionAidVersion.objects.create(
        aid=aid,
        number=report.number,
        document=report.document,
        sha256=report.release_sha256,
        intake=versions["intake"],
        findings=versions["findings"],
        author=report.author,
        approver=approver,
        reason=report.reason,
        published_at=timezone.now(),
    )
    carry_texts(report.texts, ReleaseTexts, {"release": release})
    if is_draft:
        # What was edited since is the next release's, and so is who edited it.
        aid.editors.clear()
        for name, questionnaire in questionnaires_of(aid).items():
            if report.questionnaires[name]["new"]:
                questionnaire.editors.clear()
    GateReport.objects.filter(pk=report.pk).update(release=release, failure="")
    report.release = release
    actor = AuditEvent.Actor.STAFF if by else AuditEvent.Actor.SYSTEM
    detail = {"sha256": release.sha256, "gate": str(report.pk)}
    audit.record(aid.clinic, "aid_released", release, actor=actor, user=by, detail=detail)
    return release


def _is_draft(report: GateReport) -> bool:
    """Whether the draft still says exactly what is published."""
    try:
        draft = read_draft(report.aid)
        published = {name: published_as_drafted(each) for name, each in questionnaires_of(report.aid).items()}
    except ProblemsFound:
        return False
    pins = {
        name: (published[name].number if published[name] else kept["version"], draft.definitions[name])  # type: ignore[union-attr]  # asked just before
        for name, kept in report.questionnaires.items()
    }
    document = pin_release(draft.document, report.number, pins)
    return sha256_of(document) == report.release_sha256 and texts_to_carry(report.aid) == report.texts


def _version(report: GateReport, name: str, questionnaire: Questionnaire) -> QuestionnaireVersion:
    """The version that was signed: as it was published, or made now. Refused: gate_outdated."""
    kept = report.questionnaires[name]
    version = questionnaire.versions.filter(number=kept["version"], sha256=kept["sha256"]).first()
    if version is not None:
        return version
    newest = questionnaire.versions.order_by("-number").first()
    if (newest.number if newest else 0) != kept["version"] - 1 or report.approver is None:
        raise Refused(
            "gate_outdated",
            f"Another version of “{questionnaire}” was published since this was checked. Check again.",
        )
    author = User.objects.get(pk=kept["author"])
    return make_version(
        questionnaire, kept["version"], kept["document"], kept["texts"], author, report.approver
    )


# ── At a set time ───────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def schedule_report(report: GateReport, by: User, at: datetime) -> None:
    """Let what was signed be published at a time; set again, the last time counts.

    Refused: not_permitted, time_passed, and what `demand_state` refuses.
    """
    require(by, report.clinic, PASS_GATE)
    demand_state(report, States.APPROVED, States.SCHEDULED)
    if at <= timezone.now():
        raise Refused(
            "time_passed",
            "That time has passed. Give a later one, or publish at once.",
            HTTPStatus.UNPROCESSABLE_ENTITY,
        )
    GateReport.objects.filter(pk=report.pk).update(publish_at=at, failure="")
    report.publish_at, report.failure = at, ""
    audit.record(report.clinic, "release_scheduled", report, user=by, detail={"at": at.isoformat()})


def publish_due(now: datetime | None = None) -> int:
    """Publish every report whose time has come; what stands in its way is kept on it. Return how many.

    Safe to run in many places: the number of a release is given once.
    """
    due = GateReport.objects.filter(
        publish_at__lte=now or timezone.now(), release=None, withdrawn_at=None, failure=""
    )
    published = 0
    for report in due.select_related("aid__clinic", "clinic", "author", "approver", "against"):
        try:
            publish_report(report, None)
        except Refused as refused:
            failure = "" if refused.code == "already_published" else refused.code
        except ProblemsFound as found:
            failure = found.problems[0].code
        except IntegrityError:
            failure = ""  # another process published it at the same moment
        else:
            published += 1
            continue
        if failure:
            _note_failure(report, failure)
    return published


@transaction.atomic
def _note_failure(report: GateReport, failure: str) -> None:
    if GateReport.objects.filter(pk=report.pk, release=None, failure="").update(failure=failure):
        audit.record(
            report.clinic,
            "release_not_published",
            report,
            actor=AuditEvent.Actor.SYSTEM,
            detail={"failure": failure},
        )


# ── Going back ──────────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def return_to(release: DecisionAidVersion, by: User, reason: str) -> DecisionAidVersion:
    """Publish an earlier release again, as the next one, at once; the draft stays as it is.

    Two people stood behind it then, so one approver may go back to it. Raises ProblemsFound where a licence
    has ended, or where one of its golden cases fails now.
    Refused: not_permitted, reason_missing, already_current.
    """
    aid = release.aid
    require(by, aid.clinic, RETURN)
    if not reason.strip():
        raise Refused("reason_missing", "Say in a sentence why you return to an earlier release.", 422)
    newest = newest_release(aid)
    if newest is None or release.pk in {newest.pk, newest.returns_to_id}:
        raise Refused("already_current", f"Release {release.number} is what is used now.")
    problems = (
        *licence_problems(release.ruleset, aid.clinic, timezone.localdate()),
        *run_golden_cases(release.ruleset),
    )
    if problems:
        raise ProblemsFound(problems)
    document = {**release.document, "version": newest.number + 1}
    again = DecisionAidVersion.objects.create(
        aid=aid,
        number=newest.number + 1,
        document=document,
        sha256=sha256_of(document),
        intake=release.intake,
        findings=release.findings,
        author=release.author,
        approver=release.approver,
        reason=reason.strip(),
        published_at=timezone.now(),
        returns_to=release,
        returned_by=by,
    )
    texts = {carried.language: carried.texts for carried in release.translations.all()}
    carry_texts(texts, ReleaseTexts, {"release": again})
    audit.record(
        aid.clinic,
        "aid_returned",
        again,
        user=by,
        detail={"sha256": again.sha256, "returns_to": release.number},
    )
    return again
