"""Inviting a patient: by e-mail, on the letter, on a tablet; again, and not any more."""

import logging
from http import HTTPStatus
from uuid import UUID

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from decision_aid.models import Consultation
from decision_aid.pages.clinicians import consultation_or_404, for_clinicians
from decision_aid.services.lettering import letter_pdf
from decision_aid.services.permissions import INVITE_PATIENTS
from decision_aid.summaries import RenderingError
from questionnaires.models import Invitation, Message, User
from questionnaires.services.codes import tell_code
from questionnaires.services.inviting import (
    invite,
    invite_by_mail,
    invite_on_tablet,
    link_address,
    revoke_all,
)
from questionnaires.services.permissions import require
from questionnaires.services.qr import qr_svg
from questionnaires.services.refusals import Refused
from questionnaires.services.visiting import begin_tablet_visit
from questionnaires.tasks import nudge_mail

log = logging.getLogger(__name__)


@for_clinicians
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, user: User, consultation_id: UUID) -> HttpResponse:
    """Show how a patient was invited, and do what the button says; a secret is shown once."""
    consultation = consultation_or_404(user, consultation_id)
    if request.method != "POST":
        return _page(request, consultation)
    try:
        require(user, consultation.clinic, INVITE_PATIENTS)
        return _act(request, user, consultation)
    except Refused as refused:
        return _page(request, consultation, refused.sentence, refused.status)


@for_clinicians
def letter(request: HttpRequest, user: User, consultation_id: UUID) -> HttpResponse:
    """Make a link and the letter that brings it: a PDF for the printer, kept nowhere.

    Where the letter cannot be made, the link is shown instead, because older links have already stopped.
    """
    consultation = consultation_or_404(user, consultation_id)
    if request.method != "POST":
        return redirect("invitation", consultation.pk)
    try:
        require(user, consultation.clinic, INVITE_PATIENTS)
        row, token = invite(consultation.response, user, Invitation.Channel.LETTER)
    except Refused as refused:
        return _page(request, consultation, refused.sentence, refused.status)
    address = link_address(token)
    try:
        pdf = letter_pdf(consultation, row, address)
    except RenderingError:
        log.exception("a letter could not be rendered")
        return _shown_once(request, consultation, row, address, no_letter=True)
    answer = HttpResponse(pdf, content_type="application/pdf")
    answer["Content-Disposition"] = 'inline; filename="candor-letter.pdf"'
    answer["X-Content-Type-Options"] = "nosniff"
    return answer


def _shown_once(
    request: HttpRequest,
    consultation: Consultation,
    row: Invitation,
    address: str,
    *,
    no_letter: bool = False,
) -> HttpResponse:
    context = {
        "consultation": consultation,
        "invitation": row,
        "address": address,
        "qr": qr_svg(address),
        "no_letter": no_letter,
    }
    return render(request, "decision_aid/new_link.html", context)


def _act(request: HttpRequest, user: User, consultation: Consultation) -> HttpResponse:
    response = consultation.response
    match request.POST.get("act"):
        case "email":
            nudge_mail([invite_by_mail(response, user)])
            messages.success(request, f"The invitation is on its way to {consultation.patient.email}.")
        case "screen":
            row, token = invite(response, user)
            return _shown_once(request, consultation, row, link_address(token))
        case "tablet":
            row = invite_on_tablet(response, user)
            logout(request)  # the patient holds this tablet next
            begin_tablet_visit(request.session, row)
            return redirect("birth_date")
        case "code":
            context = {"consultation": consultation, "digits": tell_code(response, user)}
            return render(request, "decision_aid/told_code.html", context)
        case "revoke":
            revoke_all(response, user)
            messages.success(request, "Every link of this patient has stopped working.")
        case _:
            raise Refused(
                "unknown_act", "Choose one of the buttons of this page.", HTTPStatus.UNPROCESSABLE_ENTITY
            )
    return redirect("invitation", consultation.pk)


def _page(
    request: HttpRequest, consultation: Consultation, refused: str = "", status: int = HTTPStatus.OK
) -> HttpResponse:
    links = Invitation.objects.filter(response=consultation.response_id).order_by("-created_at")
    mail = Message.objects.filter(response=consultation.response_id).exclude(kind=Message.Kind.CODE)
    context = {
        "consultation": consultation,
        "patient": consultation.patient,
        "links": links.select_related("created_by")[:20],
        "mail": mail.order_by("due_at")[:20],
        "now": timezone.now(),
        "refused": refused,
    }
    return render(request, "decision_aid/invitation.html", context, status=status)
