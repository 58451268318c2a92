"""The surgeon's sheet: everything about one consultation, and what can be done next."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from decision_aid.models import Alert, Assessment, Consultation, Review
from decision_aid.pages.candidacies import awaited, listed, option_rows
from decision_aid.pages.clinicians import consultation_or_404, for_clinicians
from decision_aid.pages.comparing import ComparedOption, compared_options
from decision_aid.pages.documents import documents_of
from decision_aid.pages.exercise import exercise_outlines
from decision_aid.selectors import (
    Acts,
    acts_of,
    last_assessment_before,
    newest_assessments,
    summary_inputs,
    told_wishes,
)
from decision_aid.services.reviewing import OVERRIDES, signature_sha256
from decision_aid.summaries import (
    SummaryInputs,
    SurgeonDocument,
    surgeon_document,
    wording,
)
from decision_aid.summaries.changes import RATINGS, ChangeSince, changes_since
from decision_aid.summaries.expectations import expectation_gaps
from decision_aid.summaries.shapes import ScaleView
from questionnaires.models import User
from questionnaires.services import audit
from questionnaires.services.refusals import Refused

if TYPE_CHECKING:
    from decision_aid.selectors import OpenedConsultation


@dataclass(frozen=True)
class Refusal:
    """A refused act, shown beside the act with what the person had typed."""

    act: str
    code: str
    sentence: str
    status: int
    subject: str = ""
    kept: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(
        cls, refused: Refused, act: str, subject: str = "", kept: Mapping[str, str] | None = None
    ) -> "Refusal":
        return cls(act, refused.code, refused.sentence, refused.status, subject, kept or {})


@dataclass(frozen=True)
class AlertRow:
    """An alert with what a clinician should do about it, and the answers that raised it."""

    alert: Alert
    urgency_words: str
    advice: str
    answers: tuple[str, ...]
    refusal: Refusal | None


BESIDE_NEXT = ("findings", "sign", "release", "what_if", "exercise")
BEFORE_SIGNING, AFTER_SIGNING = "override", "addendum"


@gzip_page
@for_clinicians
@require_safe
def sheet(request: HttpRequest, user: User, consultation_id: UUID) -> HttpResponse:
    """Show one consultation."""
    return show_sheet(request, user, consultation_id)


def show_sheet(
    request: HttpRequest, user: User, consultation_id: UUID, refusal: Refusal | None = None
) -> HttpResponse:
    """The sheet, with the refusal of an act where there was one; the look at it is audited."""
    consultation = consultation_or_404(user, consultation_id)
    context = _context(consultation, refusal, request.GET.get("override", ""))
    if refusal and not _has_place(refusal, context):
        context["refusal_without_place"] = refusal
    audit.record(consultation.clinic, "viewed", consultation, user=user)
    return render(request, "decision_aid/sheet.html", context, status=refusal.status if refusal else 200)


def _context(consultation: "OpenedConsultation", refusal: Refusal | None, chosen: str) -> dict[str, Any]:
    assessment, previous = [*newest_assessments(consultation)[:2], None, None][:2]
    acts = acts_of(consultation)
    context: dict[str, Any] = {
        "consultation": consultation,
        "patient": consultation.patient,
        "clinic": consultation.clinic,
        "assessment": assessment,
        "may_review": consultation.may_review,
        "refusals": {refusal.act: refusal} if refusal else {},
    } | documents_of(consultation)
    if assessment is None:
        return context | {"alerts": _alerts(consultation, acts, None, refusal)}
    inputs = summary_inputs(assessment, acts=acts)
    document = surgeon_document(inputs)
    context |= {"document": document, "alerts": _alerts(consultation, acts, document, refusal)}
    reviews = _reviews(consultation, acts, document)
    if document.emergency:
        # Nothing that names an option: not what was overridden before, either.
        acknowledged = [row for row in reviews if row[0].act == Review.Act.ACKNOWLEDGED]
        return context | {"reviews": acknowledged}
    context["reviews"] = reviews
    before = _candidacies(previous)
    last = {review.act: review for review in acts.reviews if review.assessment_id == assessment.pk}
    signed = last.get(Review.Act.SIGNED)
    return context | {
        "told_wishes": told_wishes(consultation),
        "exercise": exercise_outlines(inputs, document),
        "pain_areas": " ".join(_texts(assessment.facts.get("pain_areas"))),
        "pain_words": _pain_words(inputs),
        "scales": _scales(assessment, document),
        "gaps": expectation_gaps(assessment.report, assessment.facts, document),
        "options": (options := option_rows(document.options, before)),
        "listed": listed(options),
        "awaited": awaited(document),
        "not_indicated": option_rows(document.not_indicated, before),
        "previous": previous,
        "compared": _compared(previous, assessment),
        "override": _override_form(document, refusal, chosen),
        "hideable": _hideable(assessment, refusal),
        "signed": signed,
        "signature": signature_sha256(signed, acts.reviews) if signed else "",
        "released": last.get(Review.Act.RELEASED),
    }


def _pain_words(inputs: SummaryInputs) -> list[str]:
    return [one.answer for section in inputs.intake for one in section.answers if one.code == "pain_areas"]


def _texts(value: object) -> list[str]:
    return [str(item) for item in value] if isinstance(value, list) else []


@dataclass(frozen=True)
class ScaleRow:
    """A scale with what has changed since the patient's last form, where there was one."""

    scale: ScaleView
    change: ChangeSince | None


def _scales(assessment: Assessment, document: SurgeonDocument) -> list[ScaleRow]:
    last = last_assessment_before(assessment)
    changes = changes_since(assessment.report, assessment.facts, last.report, last.facts) if last else {}
    rows = [ScaleRow(scale, changes.get(scale.id)) for scale in document.scales]
    ratings = [
        ScaleRow(ScaleView(code, label, f"{changes[code].value} of 10", "", "", (), label), changes[code])
        for code, label in wording.GLANCE
        if code in RATINGS and code in changes
    ]
    return [*rows, *ratings]


def _compared(previous: Assessment | None, assessment: Assessment) -> list[ComparedOption]:
    if previous is None:
        return []
    return compared_options(previous.report, assessment.report, assessment.release.ruleset)


def _override_form(document: SurgeonDocument, refusal: Refusal | None, chosen: str) -> dict[str, Any]:
    """The one form for every treatment, with what was typed where it was refused."""
    refused = refusal if refusal and refusal.act == "override" else None
    kept = refused.kept if refused else {"option": chosen}
    return {
        "options": [(one.id, one.title) for one in (*document.options, *document.not_indicated)],
        "candidacies": [(code, wording.SURGEON_CANDIDACY[code]) for code in OVERRIDES],
        "reasons": Review.Reason.choices,
        "kept": kept,
        "refusal": refused,
        "is_open": bool(refused or chosen),
    }


def _hideable(assessment: Assessment, refusal: Refusal | None) -> dict[str, Any]:
    """What may be kept out of a release, with the reasons typed so far."""
    kept = refusal.kept if refusal and refusal.act == "release" else {}
    ruleset = assessment.release.ruleset

    def rows(of: Iterable[tuple[str, str]], prefix: str) -> list[tuple[str, str, str, bool]]:
        names = ((code, title, f"{prefix}{code}") for code, title in of)
        return [(code, title, kept.get(name, ""), name in kept) for code, title, name in names]

    return {
        "options": rows(((option.id, option.title) for option in ruleset.options), "why-"),
        "outcomes": rows(((outcome.id, outcome.patient) for outcome in ruleset.outcomes), "why-figures-"),
        "is_open": bool(kept),
    }


def _has_place(refusal: Refusal, context: Mapping[str, Any]) -> bool:
    """Whether the form of the refused act is on this sheet, so that it can be said there."""
    if refusal.act == "new_link":
        return True
    if refusal.act == "retry":
        return context["assessment"] is not None
    if not context["may_review"]:
        return False
    if any(row.refusal for row in context["alerts"]):
        return True
    here = AFTER_SIGNING if context.get("signed") else BEFORE_SIGNING
    return refusal.act in (*BESIDE_NEXT, here) and "options" in context


def _alerts(
    consultation: Consultation, acts: Acts, document: SurgeonDocument | None, refusal: Refusal | None
) -> list[AlertRow]:
    advice = {sign["id"]: sign["clinician"] for sign in _signs(consultation)}
    answers = {sign.id: sign.answers for sign in document.warning_signs} if document else {}
    rows = [
        AlertRow(
            alert=alert,
            urgency_words=wording.URGENCY[alert.urgency],
            advice=advice.get(alert.sign, ""),
            answers=answers.get(alert.sign, ()),
            refusal=_refusal_of(refusal, "acknowledge", str(alert.pk)),
        )
        for alert in acts.alerts
    ]
    return sorted(rows, key=lambda row: row.alert.acknowledged_at is not None)


def _signs(consultation: Consultation) -> Sequence[Mapping[str, str]]:
    document: Mapping[str, Any] = consultation.release.ruleset.document
    signs: Sequence[Mapping[str, str]] = document["warning_signs"]
    return signs


def _refusal_of(refusal: Refusal | None, act: str, subject: str) -> Refusal | None:
    return refusal if refusal and (refusal.act, refusal.subject) == (act, subject) else None


def _candidacies(assessment: Assessment | None) -> dict[str, str]:
    """What an assessment said of each option, in words."""
    if assessment is None:
        return {}
    return {
        option["id"]: wording.SURGEON_CANDIDACY[option["candidacy"]]
        for option in assessment.report["options"]
    }


def _reviews(
    consultation: Consultation, acts: Acts, document: SurgeonDocument
) -> list[tuple[Review, str, str]]:
    """Every act on every assessment, newest first, with its subject and candidacy in words."""
    titles = {option.id: option.title for option in (*document.options, *document.not_indicated)}
    titles |= {sign["id"]: sign["title"] for sign in _signs(consultation)}
    return [
        (
            review,
            titles.get(review.subject, wording.humanised(review.subject)),
            wording.SURGEON_CANDIDACY.get(review.candidacy, ""),
        )
        for review in reversed(acts.reviews)
    ]
