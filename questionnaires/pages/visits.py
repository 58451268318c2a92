"""Who may see a patient's page, how it must be treated on the way, and the page of every refusal."""

from collections.abc import Callable
from enum import IntEnum
from functools import wraps
from http import HTTPStatus
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from questionnaires.models import QuestionnaireResponse
from questionnaires.services.refusals import Refused
from questionnaires.services.visiting import invitation_of_visit, response_of_visit

P = ParamSpec("P")
Page = Callable[Concatenate[HttpRequest, P], HttpResponse]  # as Django calls it
VisitPage = Callable[Concatenate[HttpRequest, QuestionnaireResponse, P], HttpResponse]


class Step(IntEnum):
    """How far a visit must have come for a page to be shown."""

    CONFIRMED = 1  # the birth date matched
    CONSENTED = 2  # and the person agreed, where the form asks them to
    SUBMITTED = 3  # and the answers were sent


def private_page(page: Page[P]) -> Page[P]:
    """Keep the page out of every cache and every search index."""

    @wraps(page)
    def private(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        response = page(request, *args, **kwargs)
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return never_cache(private)


def for_visit(step: Step) -> Callable[[VisitPage[P]], Page[P]]:
    """Give the page the response of this visit; whoever has not come that far is led to where they are."""

    def guard(page: VisitPage[P]) -> Page[P]:
        @wraps(page)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            response = response_of_visit(request.session)
            if response is None:
                if invitation_of_visit(request.session) is None:
                    return visit_ended(request)
                return redirect("birth_date")
            is_submitted = response.status == QuestionnaireResponse.Status.SUBMITTED
            if is_submitted and step is Step.CONSENTED:
                return redirect("thank_you")
            if step is Step.SUBMITTED and not is_submitted:
                return redirect("visit")
            if step is Step.CONSENTED and consent_is_missing(response):
                return redirect("consent")
            return page(request, response, *args, **kwargs)

        return private_page(guarded)

    return guard


def consent_is_missing(response: QuestionnaireResponse) -> bool:
    """Whether the form asks for an agreement that was not given yet."""
    return response.version.definition.consent is not None and response.consented_at is None


def visit_ended(request: HttpRequest) -> HttpResponse:
    """Say that the visit is over, that nothing is lost, and how to go on."""
    return render(request, "questionnaires/visit_ended.html", status=HTTPStatus.FORBIDDEN)


def refusal(request: HttpRequest, refused: Refused, *, title: str) -> HttpResponse:
    """Say what a service refused, in its own sentence; names nobody."""
    context = {"title": title, "sentence": refused.sentence}
    return render(request, "questionnaires/refused.html", context, status=refused.status)
