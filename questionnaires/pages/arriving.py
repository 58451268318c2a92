"""From the link to the first question: the exchange, the birth date, the agreement; and the way out."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from questionnaires.models import Invitation, QuestionnaireResponse
from questionnaires.pages.forms import BirthDateForm, ConsentForm
from questionnaires.pages.visits import (
    Step,
    consent_is_missing,
    for_visit,
    private_page,
    refusal,
    visit_ended,
)
from questionnaires.services.answering import give_consent, set_answered_by
from questionnaires.services.inviting import confirm_birth_date, find_invitation
from questionnaires.services.refusals import Refused
from questionnaires.services.visiting import (
    begin_visit,
    confirm_visit,
    end_visit,
    invitation_of_visit,
    response_of_visit,
)

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
                return redirect("visit")
    context = {"form": form, "tries_left": _tries_left(invitation), "tries": settings.BIRTH_DATE_TRIES}
    return render(request, "questionnaires/birth_date.html", context, status=status)


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
    end_visit(request.session)
    response = render(request, "questionnaires/left.html")
    response["Clear-Site-Data"] = '"cache", "storage"'
    return response


def _tries_left(invitation: Invitation) -> int:
    return settings.BIRTH_DATE_TRIES - invitation.birth_date_tries
