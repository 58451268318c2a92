"""From the link to the first question: the exchange, the birth date, the agreement; and the way out."""

import re
from http import HTTPStatus

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from questionnaires.models import Invitation, QuestionnaireResponse
from questionnaires.pages.answering import question, question_address
from questionnaires.pages.forms import BirthDateForm, ConsentForm
from questionnaires.pages.visits import (
    FORGET,
    Step,
    consent_is_missing,
    for_visit,
    private_page,
    refusal,
    visit_ended,
    visit_locked,
)
from questionnaires.services.answering import give_consent, set_answered_by
from questionnaires.services.inviting import confirm_birth_date, find_invitation
from questionnaires.services.reading_back import forget_device, is_known_device, let_read_back
from questionnaires.services.refusals import Refused
from questionnaires.services.visiting import (
    begin_visit,
    confirm_visit,
    end_visit,
    invitation_of_visit,
    is_locked,
    is_on_tablet,
    response_awaiting_code,
    response_of_visit,
)

CODE = r"\w{1,80}"
LINK_TITLES = {
    "link_unknown": "We do not know this link",
    "link_expired": "This link has run out",
    "link_revoked": "There is a newer link",
    "link_locked": "This link is locked",
}


@private_page
@require_http_methods(["GET", "HEAD", "POST"])
def link(request: HttpRequest, token: str) -> HttpResponse:
    """Open a link. Looking (mail scanners do) changes nothing and names nobody; the button begins a visit."""
    try:
        invitation = find_invitation(token)
    except Refused as refused:
        return refusal(request, refused, title=LINK_TITLES[refused.code])
    if request.method == "POST":
        begin_visit(request.session, invitation)
        return redirect("birth_date")
    return render(request, "questionnaires/link.html")


@private_page
@sensitive_post_parameters("day", "month", "year")
@require_http_methods(["GET", "HEAD", "POST"])
def birth_date(request: HttpRequest) -> HttpResponse:
    """Ask for the birth date, so that a link in the wrong hands opens nothing."""
    invitation = invitation_of_visit(request.session)
    if invitation is None:
        return visit_ended(request)
    if response_of_visit(request.session) is not None:
        return redirect("visit")
    if response_awaiting_code(request.session) is not None:
        return redirect("code")
    form = BirthDateForm(request.POST if request.method == "POST" else None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                confirm_birth_date(invitation, form.birth_date)
            except Refused as refused:
                if refused.code != "birth_date_wrong":
                    return refusal(request, refused, title=LINK_TITLES[refused.code])
                form.add_error(None, refused.sentence)
                status = refused.status
            else:
                confirm_visit(request.session)
                device = request.COOKIES.get(settings.DEVICE_COOKIE_NAME, "")
                if is_known_device(invitation.response, device):
                    let_read_back(request.session, invitation.response)
                return redirect("visit")
    context = {"form": form, "tries_left": _tries_left(invitation), "tries": settings.BIRTH_DATE_TRIES}
    return render(request, "questionnaires/birth_date.html", context, status=status)


@private_page
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in_again(request: HttpRequest) -> HttpResponse:
    """Open a locked visit by the birth date, and go on with what was sent when it was found locked."""
    invitation = invitation_of_visit(request.session)
    if invitation is None:
        return visit_ended(request)
    if request.method != "POST":
        return redirect("visit")
    if is_locked(request.session):
        form = BirthDateForm(request.POST)
        if not form.is_valid():
            return visit_locked(request, form, status=HTTPStatus.UNPROCESSABLE_ENTITY)
        try:
            confirm_birth_date(invitation, form.birth_date)
        except Refused as refused:
            if refused.code != "birth_date_wrong":
                return refusal(request, refused, title=LINK_TITLES[refused.code])
            form.add_error(None, refused.sentence)
            return visit_locked(request, form, status=refused.status)
        confirm_visit(request.session)
    asked, then = request.POST.get("asked", ""), request.POST.get("then", "")
    if not re.fullmatch(CODE, asked):
        return redirect("visit")
    return (
        question(request, code=asked)
        if "revision" in request.POST
        else redirect(question_address(asked, then))
    )


@for_visit(Step.CONFIRMED)
@require_http_methods(["GET", "HEAD", "POST"])
def consent(request: HttpRequest, response: QuestionnaireResponse) -> HttpResponse:
    """Ask for the agreement to the text of this version, and who gives the answers."""
    if response.status == QuestionnaireResponse.Status.SUBMITTED:
        return redirect("thank_you")
    form = ConsentForm(
        request.POST if request.method == "POST" else None, initial={"answered_by": response.answered_by}
    )
    status = 200
    if request.method == "POST":
        if form.is_valid():
            try:
                set_answered_by(response, form.cleaned_data["answered_by"])
            except Refused:  # sent in another window meanwhile
                return redirect("thank_you")
            give_consent(response)
            return redirect("visit")
        status = 422
    context = {
        "response": response,
        "clinic": response.clinic,
        "consent": response.version.definition.consent,
        "is_missing": consent_is_missing(response),
        "form": form,
    }
    return render(request, "questionnaires/consent.html", context, status=status)


@private_page
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """End the visit and make the browser forget it."""
    was_on_tablet = is_on_tablet(request.session)
    end_visit(request.session)
    forget_device(request.COOKIES.get(settings.DEVICE_COOKIE_NAME, ""))
    response = render(request, "questionnaires/left.html", {"on_tablet": was_on_tablet})
    response.delete_cookie(settings.DEVICE_COOKIE_NAME, samesite="Lax")
    response["Clear-Site-Data"] = FORGET if was_on_tablet else '"cache", "storage"'
    return response


@private_page
@require_http_methods(["GET", "HEAD"])
def tablet_over(request: HttpRequest) -> HttpResponse:
    """Where a tablet of the clinic goes by itself when nobody touches it: nothing is left on it."""
    if is_on_tablet(request.session):
        end_visit(request.session)
    response = render(request, "questionnaires/left.html", {"on_tablet": True})
    response["Clear-Site-Data"] = '"cache", "storage"'
    return response


def _tries_left(invitation: Invitation) -> int:
    return settings.BIRTH_DATE_TRIES - invitation.birth_date_tries
