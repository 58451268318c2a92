"""Which consultation a patient's visit may reach, and how such a page must be treated on the way."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.defaults import page_not_found

from decision_aid.models import Consultation
from decision_aid.selectors import consultation_of_response
from questionnaires.models import Clinic
from questionnaires.services.visiting import invitation_of_visit, response_of_visit

P = ParamSpec("P")
Page = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


@dataclass(frozen=True)
class VisitedConsultation:
    """The one consultation that this visit may reach."""

    consultation: Consultation

    @property
    def clinic(self) -> Clinic:
        return self.consultation.clinic


def for_patients(
    page: Callable[Concatenate[HttpRequest, VisitedConsultation, P], HttpResponseBase],
) -> Page[P]:
    """Give the page the consultation of this visit, and keep it out of every cache.

    Whoever has not come that far is led to where they are, as on every page of the form.
    """

    @wraps(page)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        response = response_of_visit(request.session)
        if response is None:
            if invitation_of_visit(request.session) is None:
                return render(request, "questionnaires/visit_ended.html", status=403)
            return redirect("birth_date")
        consultation = consultation_of_response(response)
        try:
            visited = VisitedConsultation(_found(consultation))
            answer = page(request, visited, *args, **kwargs)
        except Http404 as missing:
            # Answered here, so that “not yet” stays in no cache either.
            answer = page_not_found(request, missing)
        answer["X-Robots-Tag"] = "noindex, nofollow"
        return answer

    return never_cache(guarded)


def _found(consultation: Consultation | None) -> Consultation:
    if consultation is None:
        raise Http404
    return consultation
