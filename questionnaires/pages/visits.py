"""Who may see a patient's page, how it must be treated on the way, and the page of every refusal."""

from collections.abc import Callable
from enum import IntEnum
from functools import wraps
from http import HTTPStatus
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.gzip import gzip_page

from questionnaires.models import QuestionnaireResponse
from questionnaires.pages.forms import BirthDateForm
from questionnaires.services.reading_back import (
    DEVICE_DAYS,
    is_blank,
    is_known_device,
    is_reader,
    know_device,
    let_read_back,
)
from questionnaires.services.refusals import Refused
from questionnaires.services.visiting import (
    end_visit,
    invitation_of_visit,
    is_locked,
    is_on_tablet,
    note_visit,
    response_of_visit,
)

P = ParamSpec("P")
Page = Callable[Concatenate[HttpRequest, P], HttpResponse]  # as Django calls it
VisitPage = Callable[Concatenate[HttpRequest, QuestionnaireResponse, P], HttpResponse]


FORGET = '"cache", "cookies", "storage"'  # what a browser is asked to clear


class Step(IntEnum):
    """How far a visit must have come for a page to be shown."""

    CONFIRMED = 1  # the birth date matched
    CONSENTED = 2  # and the person agreed, where the form asks them to
    SUBMITTED = 3  # and the answers were sent


def private_page(page: Page[P]) -> Page[P]:
    """Keep the page out of every cache and every search index, and make it small on the way.

    Django pads what it squeezes at random and masks each form's proof anew, against guessing from sizes.
    """

    @wraps(page)
    def private(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        response = page(request, *args, **kwargs)
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return gzip_page(never_cache(private))


def for_visit(step: Step) -> Callable[[VisitPage[P]], Page[P]]:
    """Give the page the response of this visit; whoever has not come that far is led to where they are."""

    def guard(page: VisitPage[P]) -> Page[P]:
        @wraps(page)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            response = response_of_visit(request.session)
            if response is None:
                if invitation_of_visit(request.session) is None:
                    return visit_ended(request)
                return visit_locked(request) if is_locked(request.session) else redirect("birth_date")
            note_visit(request.session)
            is_submitted = response.status == QuestionnaireResponse.Status.SUBMITTED
            if is_submitted and step is Step.CONSENTED:
                return redirect("thank_you")
            if step is Step.SUBMITTED and not is_submitted:
                return redirect("visit")
            if step is Step.CONSENTED and consent_is_missing(response):
                return redirect("consent")
            answer = page(request, response, *args, **kwargs)
            if is_on_tablet(request.session):
                return on_tablet(request, answer, is_over=is_submitted)
            if request.method == "POST":
                note_beginning(request, answer, response)
            return answer

        return private_page(guarded)

    return guard


def note_beginning(request: HttpRequest, answer: HttpResponse, response: QuestionnaireResponse) -> None:
    """Let whoever began the form read it back; everybody else needs a code from then on."""
    if is_reader(request.session, response):
        return
    response.refresh_from_db(fields=["status", "revision", "consented_at"])
    if not is_blank(response):
        let_read_back(request.session, response)
        remember_browser(request, answer, response)


def remember_browser(request: HttpRequest, answer: HttpResponse, response: QuestionnaireResponse) -> None:
    """Let the person go on in this browser without a code, until the form is sent or they leave it."""
    if is_known_device(response, request.COOKIES.get(settings.DEVICE_COOKIE_NAME, "")):
        return
    answer.set_cookie(
        settings.DEVICE_COOKIE_NAME,
        know_device(response),
        max_age=DEVICE_DAYS * 24 * 60 * 60,
        secure=settings.OVER_TLS,
        httponly=True,
        samesite="Lax",
    )


def on_tablet(request: HttpRequest, answer: HttpResponse, *, is_over: bool) -> HttpResponse:
    """After the last page nothing is left on the clinic's tablet to go back to."""
    if is_over:
        end_visit(request.session)
        answer["Clear-Site-Data"] = FORGET
    return answer


def consent_is_missing(response: QuestionnaireResponse) -> bool:
    """Whether the form asks for an agreement that was not given yet."""
    return response.version.definition.consent is not None and response.consented_at is None


def visit_ended(request: HttpRequest) -> HttpResponse:
    """Say that the visit is over and how to go on; what was just sent stays on the page."""
    context = {"sent": what_was_sent(request), "address": request.path}
    return render(request, "questionnaires/visit_ended.html", context, status=HTTPStatus.FORBIDDEN)


def visit_locked(
    request: HttpRequest, form: BirthDateForm | None = None, status: int = HTTPStatus.FORBIDDEN
) -> HttpResponse:
    """Ask for the birth date in place of the page; what was just sent stays on it and is saved afterwards."""
    match = request.resolver_match
    asked = match.kwargs.get("code", "") if match else ""
    invitation = invitation_of_visit(request.session)
    context = {
        "form": form or BirthDateForm(),
        "sent": what_was_sent(request),
        "asked": request.POST.get("asked", asked),
        "then": request.GET.get("then", ""),
        "tries": settings.BIRTH_DATE_TRIES,
        "tries_left": settings.BIRTH_DATE_TRIES - (invitation.birth_date_tries if invitation else 0),
    }
    return render(request, "questionnaires/visit_locked.html", context, status=status)


def what_was_sent(request: HttpRequest) -> list[tuple[str, str]]:
    """The fields of an answer that met a closed visit, in order; none where no answer was sent."""
    if request.method != "POST" or "revision" not in request.POST:
        return []
    ours = {"csrfmiddlewaretoken", "asked", *BirthDateForm.base_fields}
    return [(name, value) for name, values in request.POST.lists() if name not in ours for value in values]


def refusal(request: HttpRequest, refused: Refused, *, title: str) -> HttpResponse:
    """Say what a service refused, in its own sentence; names nobody."""
    context = {"title": title, "sentence": refused.sentence}
    return render(request, "questionnaires/refused.html", context, status=refused.status)
