"""What a clinician does on the sheet: each a small form, sent by POST, refused beside where it was sent."""

from collections.abc import Callable, Mapping
from typing import TypeVar
from uuid import UUID

from django.contrib import messages
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from decision_aid.models import Consultation
from decision_aid.pages.clinicians import consultation_or_404, for_clinicians
from decision_aid.pages.sheet import Refusal, show_sheet
from decision_aid.selectors import alerts_for, assessments_for, summaries_for
from decision_aid.services import alerting, golden_cases, reviewing, summarising
from decision_aid.services.permissions import INVITE_PATIENTS
from decision_aid.tasks import nudge_consultation
from questionnaires.models import User
from questionnaires.services.inviting import invite
from questionnaires.services.permissions import require
from questionnaires.services.refusals import Refused

Row = TypeVar("Row", bound=models.Model)
GET_OR_POST = require_http_methods(["GET", "POST"])


@for_clinicians
@GET_OR_POST
def acknowledge(request: HttpRequest, user: User, alert_id: UUID) -> HttpResponse:
    """Close a warning sign with what was done about it."""
    alert = _found(alerts_for(user), alert_id)
    action = request.POST.get("action", "")
    return _act(
        request,
        user,
        alert.consultation,
        lambda: alerting.acknowledge_alert(alert, user, action),
        act="acknowledge",
        subject=str(alert.pk),
        kept={"action": action},
        done=f"The warning “{alert.title}” is closed.",
    )


@for_clinicians
@GET_OR_POST
def override(request: HttpRequest, user: User, assessment_id: UUID) -> HttpResponse:
    """Set an option's candidacy to the surgeon's own judgement."""
    assessment = _found(assessments_for(user), assessment_id)
    sent = {name: request.POST.get(name, "") for name in ("option", "candidacy", "reason", "words")}
    return _act(
        request,
        user,
        assessment.consultation,
        lambda: reviewing.override_candidacy(assessment, **sent, by=user),
        act="override",
        subject=sent["option"],
        kept=sent,
        anchor=f"option-{sent['option']}",
        done="Your judgement is recorded beside what scoring said.",
    )


@for_clinicians
@GET_OR_POST
def confirm_exercise(request: HttpRequest, user: User, assessment_id: UUID) -> HttpResponse:
    """Let the patient read the outlines of exercise that were ticked."""
    assessment = _found(assessments_for(user), assessment_id)
    chosen = request.POST.getlist("option")
    return _act(
        request,
        user,
        assessment.consultation,
        lambda: reviewing.confirm_exercise(assessment, chosen, user),
        act="exercise",
        anchor="exercise",
        done="The patient will read this about exercise after the release.",
    )


@for_clinicians
@GET_OR_POST
def sign(request: HttpRequest, user: User, assessment_id: UUID) -> HttpResponse:
    """Sign an assessment."""
    assessment = _found(assessments_for(user), assessment_id)
    return _act(
        request,
        user,
        assessment.consultation,
        lambda: reviewing.sign_assessment(assessment, user),
        act="sign",
        anchor="next",
        done=f"Assessment {assessment.number} is signed.",
    )


@for_clinicians
@GET_OR_POST
def golden_case(request: HttpRequest, user: User, assessment_id: UUID) -> HttpResponse:
    """Make these answers a golden case of the draft, without what says who gave them."""
    assessment = _found(assessments_for(user), assessment_id)
    return _act(
        request,
        user,
        assessment.consultation,
        lambda: golden_cases.make_golden_case(assessment, user),
        act="golden_case",
        done="A golden case was made of these answers, without words and dates.",
    )


@for_clinicians
@GET_OR_POST
def release(request: HttpRequest, user: User, assessment_id: UUID) -> HttpResponse:
    """Let the patient see the options, without those and the figures that were hidden for a reason."""
    assessment = _found(assessments_for(user), assessment_id)
    hidden_options = request.POST.getlist("hide")
    hidden_outcomes = request.POST.getlist("hide-figures")
    reasons = [f"why-{option}" for option in hidden_options]
    reasons += [f"why-figures-{outcome}" for outcome in hidden_outcomes]
    sent = {name: request.POST.get(name, "") for name in reasons}
    return _act(
        request,
        user,
        assessment.consultation,
        lambda: reviewing.release_assessment(
            assessment,
            user,
            hidden_options={option: sent[f"why-{option}"] for option in hidden_options},
            hidden_outcomes={outcome: sent[f"why-figures-{outcome}"] for outcome in hidden_outcomes},
        ),
        act="release",
        kept=sent,
        anchor="next",
        done="The patient can see the options now.",
    )


@for_clinicians
@GET_OR_POST
def addendum(request: HttpRequest, user: User, assessment_id: UUID) -> HttpResponse:
    """Add words to a signed assessment."""
    assessment = _found(assessments_for(user), assessment_id)
    words = request.POST.get("words", "")
    return _act(
        request,
        user,
        assessment.consultation,
        lambda: reviewing.add_addendum(assessment, words, user),
        act="addendum",
        kept={"words": words},
        anchor="next",
        done="Your addendum stands beside what was signed. Older summaries are superseded.",
    )


@for_clinicians
@GET_OR_POST
def retry_document(request: HttpRequest, user: User, summary_id: UUID) -> HttpResponse:
    """Make a failed document again."""
    summary = _found(summaries_for(user), summary_id)
    return _act(
        request,
        user,
        summary.assessment.consultation,
        lambda: summarising.retry_summary(summary, user),
        act="retry",
        anchor="documents",
        done="The document is being made again.",
    )


@for_clinicians
@sensitive_post_parameters()
@GET_OR_POST
def new_link(request: HttpRequest, user: User, consultation_id: UUID) -> HttpResponse:
    """Make a new link for the patient and show it, this once."""
    consultation = consultation_or_404(user, consultation_id)
    if request.method != "POST":
        return redirect("sheet", consultation.pk)
    try:
        require(user, consultation.clinic, INVITE_PATIENTS)
        invitation, token = invite(consultation.response, user)
    except Refused as refused:
        return show_sheet(request, user, consultation.pk, Refusal.of(refused, "new_link"))
    address = request.build_absolute_uri(reverse("link", args=[token]))
    context = {"consultation": consultation, "invitation": invitation, "address": address}
    return render(request, "decision_aid/new_link.html", context)


def _act(
    request: HttpRequest,
    user: User,
    consultation: Consultation,
    do: Callable[[], object],
    *,
    act: str,
    done: str,
    subject: str = "",
    kept: Mapping[str, str] | None = None,
    anchor: str = "",
) -> HttpResponse:
    """Do it and go back to the sheet; a refusal is shown there with everything that was typed.

    An address of an act that is only opened, as after signing in again, leads to the sheet.
    """
    if request.method == "POST":
        try:
            do()
        except Refused as refused:
            return show_sheet(request, user, consultation.pk, Refusal.of(refused, act, subject, kept))
        nudge_consultation(consultation)
        messages.success(request, done)
    address = reverse("sheet", args=[consultation.pk])
    return redirect(f"{address}#{anchor}" if anchor else address)


def _found(rows: models.QuerySet[Row], key: UUID) -> Row:
    row = rows.filter(pk=key).first()
    if row is None:
        raise Http404
    return row
