"""Who may see and who may change a draft in the studio, and why they say they change it."""

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.cache import never_cache

from decision_aid.models import DecisionAid
from questionnaires.models import Clinic, Questionnaire, Role, User
from questionnaires.selectors import clinics_of
from questionnaires.services.permissions import has_role

OFFICE = (Role.ADMINISTRATOR, Role.AUTHOR, Role.APPROVER)

P = ParamSpec("P")
Page = Callable[Concatenate[HttpRequest, P], HttpResponseBase]
OfficePage = Callable[Concatenate[HttpRequest, User, P], HttpResponseBase]


def for_office(page: OfficePage[P]) -> Page[P]:
    """Give the page its signed-in member of the office; others are refused. Kept out of every cache."""

    @wraps(page)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
        if not isinstance(request.user, User):  # login_required let nobody else in
            raise Http404
        if not clinics_of(request.user, *OFFICE).exists():
            return render(request, "studio/no_office.html", status=HTTPStatus.FORBIDDEN)
        return page(request, request.user, *args, **kwargs)

    return never_cache(login_required(guarded))


def questionnaires_for(user: User) -> QuerySet[Questionnaire]:
    """The drafts of questionnaires that a member of the office may see."""
    return Questionnaire.objects.filter(clinic__in=clinics_of(user, *OFFICE)).select_related("clinic")


def aids_for(user: User) -> QuerySet[DecisionAid]:
    """The drafts of decision aids that a member of the office may see."""
    found = DecisionAid.objects.filter(clinic__in=clinics_of(user, *OFFICE))
    return found.select_related("clinic", "intake", "findings")


def aid_with(questionnaire: Questionnaire) -> DecisionAid | None:
    """The decision aid that asks by this questionnaire; None where none does."""
    asks = Q(intake=questionnaire) | Q(findings=questionnaire)
    return DecisionAid.objects.filter(asks, clinic=questionnaire.clinic).order_by("pk").first()


def may_write(user: User, clinic: Clinic) -> bool:
    """Whether the user may change the clinic's drafts."""
    return has_role(user, clinic, Role.AUTHOR)


def require_writer(user: User, clinic: Clinic) -> None:
    """Let nobody but the clinic's authors send a form. Raises PermissionDenied."""
    if not may_write(user, clinic):
        raise PermissionDenied


def kept_reason(request: HttpRequest, draft: Questionnaire | DecisionAid) -> str:
    """Why the user said they were changing this draft: people make several changes for one reason."""
    return str(request.session.get(_key(draft), ""))


def keep_reason(request: HttpRequest, draft: Questionnaire | DecisionAid) -> str:
    """The reason given with this request, kept for the next change."""
    reason = request.POST.get("because", "").strip()[:1000]
    request.session[_key(draft)] = reason
    return reason


def _key(draft: Questionnaire | DecisionAid) -> str:
    return f"why {draft._meta.label} {draft.pk}"
