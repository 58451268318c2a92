"""The surgeon's sheet: everything about one consultation, and what can be done next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_safe

from decision_aid.models import Alert, Assessment, Consultation, Review
from decision_aid.pages.clinicians import consultation_or_404, for_clinicians
from decision_aid.pages.documents import documents_of
from decision_aid.pages.worklist import STAGES
from decision_aid.selectors import current_assessment, summary_inputs
from decision_aid.services.reviewing import OVERRIDES
from decision_aid.summaries import SurgeonDocument, SurgeonOption, surgeon_document, wording
from questionnaires.models import Role, User
from questionnaires.services import audit
from questionnaires.services.permissions import has_role
from questionnaires.services.refusals import Refused

if TYPE_CHECKING:
    from decision_aid.selectors import FollowedConsultation


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


@dataclass(frozen=True)
class OptionRow:
    """An option with what scoring said before, where that differs."""

    option: SurgeonOption
    before: str
    refusal: Refusal | None


@dataclass(frozen=True)
class ComparedRow:
    """What two assessments say of one option."""

    title: str
    before: str
    now: str

    @property
    def changed(self) -> bool:
        return self.before != self.now


BESIDE_NEXT = ("findings", "sign", "release")


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
    with transaction.atomic():
        consultation = consultation_or_404(user, consultation_id)
        context = _context(consultation, user, refusal)
        if refusal and not _has_place(refusal, context):
            context["refusal_without_place"] = refusal
        audit.record(consultation.clinic, "viewed", consultation, user=user)
    return render(request, "decision_aid/sheet.html", context, status=refusal.status if refusal else 200)


def _context(consultation: "FollowedConsultation", user: User, refusal: Refusal | None) -> dict[str, Any]:
    assessment = current_assessment(consultation)
    may_review = has_role(user, consultation.clinic, Role.SURGEON)
    context: dict[str, Any] = {
        "consultation": consultation,
        "stage_words": STAGES[consultation.stage],
        "patient": consultation.patient,
        "clinic": consultation.clinic,
        "assessment": assessment,
        "may_review": may_review,
        "refusals": {refusal.act: refusal} if refusal else {},
    } | documents_of(consultation)
    if assessment is None:
        return context | {"alerts": _alerts(consultation, None, refusal)}
    inputs = summary_inputs(assessment)
    document = surgeon_document(inputs)
    context |= {"document": document, "alerts": _alerts(consultation, document, refusal)}
    reviews = _reviews(consultation, document)
    if document.emergency:
        # Nothing that names an option: not what was overridden before, either.
        acknowledged = [row for row in reviews if row[0].act == Review.Act.ACKNOWLEDGED]
        return context | {"reviews": acknowledged}
    context["reviews"] = reviews
    previous = _previous(assessment)
    before = _candidacies(previous)
    acts = {review.act: review for review, *_ in reviews if review.assessment_id == assessment.pk}
    return context | {
        "answers": (*inputs.intake, *inputs.findings),
        "options": _options(document.options, before, refusal),
        "not_indicated": _options(document.not_indicated, before, refusal),
        "not_indicated_open": refusal is not None
        and refusal.subject in {option.id for option in document.not_indicated},
        "previous": previous,
        "compared": [
            ComparedRow(option.title, before.get(option.id, ""), option.computed_words)
            for option in (*document.options, *document.not_indicated)
        ],
        "candidacies": [(code, wording.SURGEON_CANDIDACY[code]) for code in OVERRIDES],
        "reasons": Review.Reason.choices,
        "signed": acts.get(Review.Act.SIGNED),
        "released": acts.get(Review.Act.RELEASED),
    }


def _has_place(refusal: Refusal, context: Mapping[str, Any]) -> bool:
    """Whether the form of the refused act is on this sheet, so that it can be said there."""
    if refusal.act == "new_link":
        return True
    if refusal.act == "retry":
        return context["assessment"] is not None
    if not context["may_review"]:
        return False
    rows: list[AlertRow | OptionRow] = [
        *context["alerts"],
        *context.get("options", ()),
        *context.get("not_indicated", ()),
    ]
    return any(row.refusal for row in rows) or (refusal.act in BESIDE_NEXT and "options" in context)


def _alerts(
    consultation: Consultation, document: SurgeonDocument | None, refusal: Refusal | None
) -> list[AlertRow]:
    advice = {sign["id"]: sign["clinician"] for sign in consultation.release.document["warning_signs"]}
    answers = {sign.id: sign.answers for sign in document.warning_signs} if document else {}
    alerts = consultation.alerts.select_related("acknowledged_by").order_by("urgency", "raised_at")
    rows = [
        AlertRow(
            alert=alert,
            urgency_words=wording.URGENCY[alert.urgency],
            advice=advice.get(alert.sign, ""),
            answers=answers.get(alert.sign, ()),
            refusal=_refusal_of(refusal, "acknowledge", str(alert.pk)),
        )
        for alert in alerts
    ]
    return sorted(rows, key=lambda row: row.alert.acknowledged_at is not None)


def _options(
    options: Sequence[SurgeonOption], before: Mapping[str, str], refusal: Refusal | None
) -> list[OptionRow]:
    return [
        OptionRow(
            option=option,
            before=words if (words := before.get(option.id, "")) != option.computed_words else "",
            refusal=_refusal_of(refusal, "override", option.id),
        )
        for option in options
    ]


def _refusal_of(refusal: Refusal | None, act: str, subject: str) -> Refusal | None:
    return refusal if refusal and (refusal.act, refusal.subject) == (act, subject) else None


def _previous(assessment: Assessment) -> Assessment | None:
    if assessment.number == 1:
        return None
    return Assessment.objects.filter(
        consultation=assessment.consultation_id, number=assessment.number - 1
    ).first()


def _candidacies(assessment: Assessment | None) -> dict[str, str]:
    """What an assessment said of each option, in words."""
    if assessment is None:
        return {}
    return {
        option["id"]: wording.SURGEON_CANDIDACY[option["candidacy"]]
        for option in assessment.report["options"]
    }


def _reviews(consultation: Consultation, document: SurgeonDocument) -> list[tuple[Review, str, str]]:
    """Every act on every assessment, newest first, with its subject and candidacy in words."""
    titles = {option.id: option.title for option in (*document.options, *document.not_indicated)}
    titles |= {sign["id"]: sign["title"] for sign in consultation.release.document["warning_signs"]}
    reviews = Review.objects.filter(assessment__consultation=consultation).select_related("by", "assessment")
    return [
        (
            review,
            titles.get(review.subject, wording.humanised(review.subject)),
            wording.SURGEON_CANDIDACY.get(review.candidacy, ""),
        )
        for review in reviews.order_by("-at", "-id")
    ]
