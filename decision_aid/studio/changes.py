"""What changed: any two versions of a draft compared in words, and every edit with who, when and why."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from decision_aid.models import AidEdit, DecisionAid
from decision_aid.services.drafting import aid_document
from decision_aid.studio.access import for_office
from decision_aid.studio.outline import questionnaire_or_404
from decision_aid.studio.rules import aid_or_404
from decision_aid.studio.vocabulary import Vocabulary
from questionnaires.definition.differences import Difference, differences, in_words
from questionnaires.definition.problems import ProblemsFound
from questionnaires.definition.reading import definition_document, read_definition
from questionnaires.models import Questionnaire, User
from questionnaires.services.drafting import questionnaire_document

DRAFT = "draft"
MOST_EDITS = 100
PINNED = ("version", "questionnaires", "facts")
"""What a release has beside what its draft says."""


@dataclass(frozen=True)
class Stand:
    """One state of a draft: its key in the address, what it is called, and what is known of its making."""

    key: str
    title: str
    document: Mapping[str, Any]
    vocabulary: Vocabulary
    author: str = ""
    approver: str = ""
    at: datetime | None = None
    reason: str = ""


@for_office
@require_safe
def questionnaire_changes(request: HttpRequest, user: User, questionnaire_id: int) -> HttpResponse:
    """Two versions of a questionnaire, or its draft and a version."""
    questionnaire = questionnaire_or_404(user, questionnaire_id)
    context = _compared(request, _stands_of_questionnaire(questionnaire))
    context |= {
        "questionnaire": questionnaire,
        "edits": questionnaire.edits.select_related("by")[:MOST_EDITS],
    }
    return render(request, "studio/changes.html", context)


@for_office
@require_safe
def aid_changes(request: HttpRequest, user: User, aid_id: int) -> HttpResponse:
    """Two releases of a decision aid, or its draft and a release."""
    aid = aid_or_404(user, aid_id)
    context = _compared(request, _stands_of_aid(aid))
    edits = AidEdit.objects.filter(aid=aid).select_related("by")
    context |= {"aid": aid, "edits": edits[:MOST_EDITS]}
    return render(request, "studio/changes.html", context)


def _stands_of_questionnaire(questionnaire: Questionnaire) -> list[Stand]:
    draft = questionnaire_document(questionnaire)
    edited_by = str(questionnaire.edited_by or "")
    stands = [Stand(DRAFT, "the draft", _as_published(draft), Vocabulary([draft]), author=edited_by)]
    stands.extend(
        Stand(
            str(version.number),
            f"version {version.number}",
            version.document,
            Vocabulary([version.document]),
            str(version.author),
            str(version.approver),
            version.published_at,
            str(getattr(version, "reason", "")),
        )
        for version in questionnaire.versions.select_related("author", "approver")
    )
    return stands


def _as_published(draft: dict[str, Any]) -> Mapping[str, Any]:
    """The draft as it would be published, so that spelling alone is no difference; else as it stands."""
    try:
        return definition_document(read_definition(draft))
    except ProblemsFound:
        return draft


def _stands_of_aid(aid: DecisionAid) -> list[Stand]:
    draft = aid_document(aid)
    stands = [Stand(DRAFT, "the draft", draft, Vocabulary.of_aid(aid), author=str(aid.edited_by or ""))]
    releases = aid.releases.select_related("author", "approver", "intake", "findings")
    for release in releases:
        document = {key: value for key, value in release.document.items() if key not in PINNED}
        scales = {row["id"]: row["title"] for row in document.get("scales", ())}
        vocabulary = Vocabulary([release.intake.document, release.findings.document], scales)
        stands.append(
            Stand(
                str(release.number),
                f"release {release.number}",
                document,
                vocabulary,
                str(release.author),
                str(release.approver),
                release.published_at,
                release.reason,
            )
        )
    return stands


def _compared(request: HttpRequest, stands: list[Stand]) -> dict[str, Any]:
    """The two stands that were asked for: else the draft and what was published last."""
    by_key = {stand.key: stand for stand in stands}
    after = by_key.get(request.GET.get("after", DRAFT), stands[0])
    newest = stands[1] if len(stands) > 1 else None
    before = by_key.get(request.GET.get("before", ""), newest)
    context: dict[str, Any] = {"stands": stands, "before": before, "after": after}
    if before is not None:
        found = differences(before.document, after.document)
        context["told"] = [_told(difference, before, after) for difference in found]
    return context


def _told(difference: Difference, before: Stand, after: Stand) -> str:
    """One difference, its conditions in the newer questions' words, or the older's where they are gone."""

    def said(condition: str) -> str:
        words = after.vocabulary.said(condition)
        return before.vocabulary.said(condition) if words == f"“{condition}”" else words

    return in_words(difference, said)
