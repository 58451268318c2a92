"""Who may see a clinician's page, and how it must be treated on the way."""

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Concatenate, ParamSpec
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.cache import never_cache

from decision_aid.models import Consultation
from decision_aid.selectors import followed_consultations
from questionnaires.models import User

if TYPE_CHECKING:
    from decision_aid.selectors import OpenedConsultation

P = ParamSpec("P")
Page = Callable[Concatenate[HttpRequest, P], HttpResponseBase]
ClinicianPage = Callable[Concatenate[HttpRequest, User, P], HttpResponseBase]


def for_clinicians(page: ClinicianPage[P]) -> Page[P]:
    """Give the page its signed-in user, and keep it out of every cache."""

    @wraps(page)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not isinstance(request.user, User):  # login_required let nobody else in
            raise Http404
        return page(request, request.user, *args, **kwargs)

    return never_cache(login_required(guarded))


def consultation_or_404(user: User, consultation_id: UUID) -> "OpenedConsultation":
    """A consultation of the user's clinics with its stage; another clinic's does not exist."""
    try:
        return followed_consultations(user).get(pk=consultation_id)
    except Consultation.DoesNotExist:
        raise Http404 from None
