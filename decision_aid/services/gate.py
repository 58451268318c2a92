"""The gate before a release: everything checked, everybody replayed, and a second person's signature."""

import json
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from decision_aid.models import DecisionAid, DecisionAidVersion, GateReport, RescoringPart
from decision_aid.packs import pin_release
from decision_aid.services.checking import Found, check_aid_draft, read_draft
from decision_aid.services.drafting import questionnaires_of
from decision_aid.services.permissions import PASS_GATE
from decision_aid.services.places import mends
from decision_aid.services.rescoring import (
    PEOPLE_IN_A_PART,
    Counts,
    begin_replay,
    rescore_part,
)
from decision_aid.services.translating import is_carried, texts_to_carry
from questionnaires.definition.digest import sha256_of
from questionnaires.definition.problems import ProblemsFound
from questionnaires.definition.reading import definition_document
from questionnaires.definition.schema import Definition
from questionnaires.models import Questionnaire, User
from questionnaires.services import audit
from questionnaires.services import translating as questionnaires_translating
from questionnaires.services.permissions import require
from questionnaires.services.publishing import published_as_drafted, require_author_and_approver
from questionnaires.services.refusals import Refused, StaleState

Document = Mapping[str, Any]


# ── Opening ─────────────────────────────────────────────────────────────────────────────────────────────


@transaction.atomic
def open_gate(
    aid: DecisionAid,
    by: User,
    reason: str,
    author: User | None = None,
    people_in_a_part: int = PEOPLE_IN_A_PART,
) -> GateReport:
    """Check the draft as it is now, keep what it would publish, and give out its replay in parts.

    The author is whoever edited last, unless named. Refused: not_permitted, reason_missing, nothing_changed.
    """
    require(by, aid.clinic, PASS_GATE)
    if not reason.strip():
        raise Refused("reason_missing", "Say in a sentence why this release is made.", 422)
    found = check_aid_draft(aid)
    against = newest_release(aid)
    report = GateReport(
        clinic=aid.clinic,
        aid=aid,
        number=against.number + 1 if against else 1,
        against=against,
        reason=reason.strip(),
        author=author or aid.edited_by or by,
        requested_by=by,
        requested_at=timezone.now(),
        findings=[_finding(aid, each) for each in found],
    )
    editors = set(aid.editors.all())
    try:
        draft = read_draft(aid)
    except ProblemsFound:
        report.save(force_insert=True)
    else:
        changed = _keep_candidate(report, draft.document, draft.definitions)
        editors |= {editor for questionnaire in changed for editor in questionnaire.editors.all()}
        report.save(force_insert=True)
        if against is not None:
            begin_replay(report, against, people_in_a_part)
    report.editors.set(editors)
    audit.record(aid.clinic, "gate_opened", report, user=by, detail={"number": report.number})
    finish_report(report)
    return report


def newest_release(aid: DecisionAid) -> DecisionAidVersion | None:
    """The release that is used for whoever is planned now."""
    return aid.releases.order_by("-number").first()


def _finding(aid: DecisionAid, found: Found) -> dict[str, Any]:
    problem = found.problem
    return {
        "check": found.check.value,
        "code": str(problem.code),
        "place": problem.place,
        "sentence": problem.sentence,
        "hint": problem.hint,
        "blocks": found.blocks,
        "mends": mends(aid, problem.place),
    }


def _keep_candidate(
    report: GateReport, document: Document, definitions: Mapping[str, Definition]
) -> list[Questionnaire]:
    """Keep what would be published; return the questionnaires of which a new version would be.

    Refused: nothing_changed.
    """
    aid, against = report.aid, report.against
    changed: list[Questionnaire] = []
    pins: dict[str, tuple[int, Definition]] = {}
    for name, questionnaire in questionnaires_of(aid).items():
        published = published_as_drafted(questionnaire)
        if published is None:
            changed.append(questionnaire)
            latest = questionnaire.versions.order_by("-number").first()
            number = latest.number + 1 if latest else 1
        else:
            number = published.number
        written = definition_document(definitions[name])
        report.questionnaires[name] = {
            "questionnaire": questionnaire.pk,
            "version": number,
            "document": written,
            "sha256": sha256_of(written),
            "texts": questionnaires_translating.texts_to_carry(questionnaire),
            "author": (questionnaire.edited_by or report.author).pk,
            "new": published is None,
        }
        pins[name] = number, definitions[name]
    report.texts = texts_to_carry(aid)
    if against is not None and not changed and is_carried(aid, against):
        said = sha256_of(pin_release(document, against.number, pins))
        if said == against.sha256:
            raise Refused(
                "nothing_changed", f"The draft says exactly what release {against.number} says already."
            )
    report.document = pin_release(document, report.number, pins)
    report.release_sha256 = sha256_of(report.document)
    return changed


# ── The replay ──────────────────────────────────────────────────────────────────────────────────────────


def replay_here(report: GateReport) -> None:
    """Do what is left of the replay in this process."""
    for part_id in waiting_parts(report):
        rescore_part(part_id)
    finish_report(report)


def waiting_parts(report: GateReport) -> list[UUID]:
    """The ids of the parts that a worker can be rung for."""
    parts = RescoringPart.objects.filter(rescoring__gate=report, status=RescoringPart.Status.WAITING)
    return list(parts.values_list("pk", flat=True))


def replay_again(report: GateReport, by: User) -> None:
    """Let the parts that failed be tried again. Refused: not_permitted."""
    require(by, report.clinic, PASS_GATE)
    failed = RescoringPart.objects.filter(rescoring__gate=report, status=RescoringPart.Status.FAILED)
    failed.update(status=RescoringPart.Status.WAITING, attempts=0, failure="", due_at=timezone.now())


def finish_report(report: GateReport) -> bool:
    """Close a report whose replay is complete by its hash; whoever comes second changes nothing."""
    parts = RescoringPart.objects.filter(rescoring__gate=report)
    if report.sha256 or parts.exclude(status=RescoringPart.Status.DONE).exists():
        return bool(report.sha256)
    counts = Counts()
    people: set[str] = set()
    digests: list[str] = []
    for part in parts.order_by("number").iterator(chunk_size=10):
        counts.add(part.counts)
        people.update(change["id"] for change in changes_in(part))
        digests.append(sha256_of(part.changes))
    report.replay = {**vars(counts), "changed": len(people)}
    report.sha256 = _hash_of(report, digests)
    done = GateReport.objects.filter(pk=report.pk, sha256="").update(
        replay=report.replay, sha256=report.sha256
    )
    if not done:
        report.refresh_from_db(fields=["replay", "sha256"])
    return True


def finish_reports() -> int:
    """Close every report whose replay is complete; return how many there were."""
    left = RescoringPart.objects.filter(rescoring__gate=OuterRef("pk")).exclude(
        status=RescoringPart.Status.DONE
    )
    reports = GateReport.objects.filter(~Exists(left), sha256="")
    return sum(finish_report(report) for report in reports)


def _hash_of(report: GateReport, changes: list[str]) -> str:
    """Over what would be published, what was found of it, and whom it changes."""
    return sha256_of(
        {
            "aid": report.aid_id,
            "against": report.against.sha256 if report.against else None,
            "number": report.number,
            "reason": report.reason,
            "author": report.author_id,
            "release": report.release_sha256,
            "questionnaires": {
                name: {key: kept[key] for key in ("version", "sha256", "texts", "author")}
                for name, kept in report.questionnaires.items()
            },
            "texts": report.texts,
            "findings": report.findings,
            "until": report.requested_at.isoformat(),
            "replay": report.replay,
            "changes": changes,
        }
    )


def changes_in(part: RescoringPart) -> Iterator[dict[str, Any]]:
    """What changes for the people of one part: id (a consultation's), option, from, to, rules."""
    return (json.loads(line) for line in part.changes)


def changes_of(report: GateReport) -> Iterator[dict[str, Any]]:
    """Everything that changes for somebody, in a fixed order."""
    parts = RescoringPart.objects.filter(rescoring__gate=report).order_by("number")
    for part in parts.iterator(chunk_size=10):
        yield from changes_in(part)


# ── The signature ───────────────────────────────────────────────────────────────────────────────────────


def state_of(report: GateReport) -> GateReport.State:
    """How far a report has come."""
    states = GateReport.State
    if report.release_id is not None:
        return states.PUBLISHED
    if report.withdrawn_at is not None:
        return states.WITHDRAWN
    newest = newest_release(report.aid)
    if (newest.pk if newest else None) != report.against_id:
        return states.OUTDATED
    if not report.sha256:
        failed = RescoringPart.objects.filter(rescoring__gate=report, status=RescoringPart.Status.FAILED)
        return states.FAILED if failed.exists() else states.REPLAYING
    if report.blocks:
        return states.BLOCKED
    if report.approver_id is None:
        return states.CLEAN
    return states.SCHEDULED if report.publish_at is not None else states.APPROVED


def demand_state(report: GateReport, *states: GateReport.State) -> None:
    """Refuse a report that is by now in none of the states, with a code that says in which it is."""
    report.refresh_from_db(
        fields=["release", "withdrawn_at", "sha256", "approver", "approved_at", "publish_at"]
    )
    state = state_of(report)
    if state not in states:
        raise _refusals()[state]


def _refusals() -> dict[GateReport.State, Refused]:
    states = GateReport.State
    return {
        states.REPLAYING: Refused("gate_not_ready", "The replay of everybody's answers is not complete yet."),
        states.FAILED: Refused("gate_failed", "The replay failed in part. Let it be tried again."),
        states.BLOCKED: Refused("gate_blocked", "The report lists problems. Mend each, and check again."),
        states.OUTDATED: Refused(
            "gate_outdated", "Another release was published since this was checked. Check the draft again."
        ),
        states.CLEAN: Refused("not_approved", "A second person has to approve this first."),
        states.APPROVED: Refused("already_approved", "This was approved already."),
        states.SCHEDULED: Refused("already_approved", "This was approved, and is published at its time."),
        states.PUBLISHED: Refused("already_published", "This was published already."),
        states.WITHDRAWN: Refused("gate_withdrawn", "This was withdrawn. Check the draft again."),
    }


@transaction.atomic
def approve_report(report: GateReport, by: User, sha256: str) -> None:
    """Sign the hash of a clean report: the second person's word for exactly what was checked.

    Refused: not_permitted, author_is_approver, hash_differs, and what `demand_state` refuses.
    """
    require_signature(report, by)
    demand_state(report, GateReport.State.CLEAN)
    if sha256 != report.sha256:
        raise Refused(
            "hash_differs",
            "The hash is not that of this report. Look at the report again, and sign what it shows.",
            HTTPStatus.UNPROCESSABLE_ENTITY,
        )
    now = timezone.now()
    free = GateReport.objects.filter(
        pk=report.pk, sha256=sha256, approver=None, release=None, withdrawn_at=None
    )
    if not free.update(approver=by, approved_at=now):
        raise StaleState("report")
    report.approver, report.approved_at = by, now
    audit.record(report.clinic, "gate_approved", report, user=by, detail={"sha256": sha256})


def require_signature(report: GateReport, approver: User) -> None:
    """Refuse unless every author and the approver have their roles, and the approver wrote none of it.

    Refused: not_permitted, author_is_approver.
    """
    authors = User.objects.filter(
        pk__in={report.author_id, *(kept["author"] for kept in report.questionnaires.values() if kept["new"])}
    )
    for author in authors:
        require_author_and_approver(report.clinic, author, approver, report.editors.all())


@transaction.atomic
def withdraw_report(report: GateReport, by: User) -> None:
    """Take a report back that was not published yet. Refused: not_permitted, already_published."""
    require(by, report.clinic, PASS_GATE)
    free = GateReport.objects.filter(pk=report.pk, release=None, withdrawn_at=None)
    if not free.update(withdrawn_at=timezone.now()):
        demand_state(report)
    report.refresh_from_db(fields=["withdrawn_at"])
    audit.record(report.clinic, "gate_withdrawn", report, user=by)
