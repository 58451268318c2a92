"""Tokens for programs: a member's own, and those of the systems that an administrator looks after."""

from http import HTTPStatus
from uuid import UUID

from allauth.account.decorators import reauthentication_required
from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from questionnaires.models import ONLY_BY_PEOPLE, Role, Scope, User
from questionnaires.selectors import clinics_of
from questionnaires.services.refusals import Refused
from questionnaires.services.tokens import (
    issue_token,
    open_system,
    revoke_token,
    scopes_held,
    systems_of,
    tokens_for,
)

LIFETIMES = ((7, gettext_lazy("a week")), (90, gettext_lazy("90 days")), (365, gettext_lazy("a year")))


class TokenForm(forms.Form):
    """For whom, what it may do, and how long."""

    holder = forms.ChoiceField(label=gettext_lazy("Who uses it"))
    name = forms.CharField(
        label=gettext_lazy("Name"),
        max_length=100,
        help_text=gettext_lazy("What it is for, for example “theatre planning”."),
    )
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("What it may do"), widget=forms.CheckboxSelectMultiple
    )
    days = forms.TypedChoiceField(
        label=gettext_lazy("How long it works"), coerce=int, choices=LIFETIMES, initial=90
    )

    def __init__(self, user: User, data: object = None) -> None:
        super().__init__(data)  # type: ignore[arg-type]  # a QueryDict, or nothing yet
        systems = systems_of(user)
        held = set(scopes_held(user)).union(*(scopes_held(system) for system in systems))
        self.fields["scopes"].choices = [  # type: ignore[attr-defined]  # a field of choices
            (scope.value, f"{scope.value}: {scope.label}") for scope in Scope if scope in held
        ]
        self.holders = {"me": user} | {str(system.pk): system for system in systems}
        names = {"me": gettext("I do: it acts as me")} | {str(one.pk): str(one) for one in systems}
        self.fields["holder"].choices = list(names.items())  # type: ignore[attr-defined]  # a field of choices

    @property
    def chosen(self) -> User:
        return self.holders[self.cleaned_data["holder"]]


class SystemForm(forms.Form):
    """A new account for a program."""

    name = forms.CharField(label=gettext_lazy("Name of the system"), max_length=100)
    clinic = forms.ChoiceField(label=gettext_lazy("Clinic"))
    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=Role.choices, initial=Role.COORDINATOR)

    def __init__(self, user: User, data: object = None) -> None:
        super().__init__(data)  # type: ignore[arg-type]  # a QueryDict, or nothing yet
        self.clinics = {str(clinic.pk): clinic for clinic in clinics_of(user, Role.ADMINISTRATOR)}
        self.fields["clinic"].choices = [(key, str(one)) for key, one in self.clinics.items()]  # type: ignore[attr-defined]  # a field of choices


@never_cache
@login_required
@require_safe
def tokens(request: HttpRequest) -> HttpResponse:
    """Every token that the user may end."""
    return _list(request)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required  # type: ignore[untyped-decorator]  # allauth has no types
def new_token(request: HttpRequest) -> HttpResponse:
    """Make a token and show its secret, this once."""
    user = _member(request)
    form = TokenForm(user, request.POST or None)
    if form.is_valid():
        data = form.cleaned_data
        try:
            token, secret = issue_token(form.chosen, data["name"], data["scopes"], data["days"], user)
        except Refused as refused:
            form.add_error(None, refused.sentence)
        else:
            return render(request, "questionnaires/token_made.html", {"token": token, "secret": secret})
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    context = {"form": form, "only_people": sorted(ONLY_BY_PEOPLE)}
    return render(request, "questionnaires/new_token.html", context, status=status)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required  # type: ignore[untyped-decorator]  # allauth has no types
def new_system(request: HttpRequest) -> HttpResponse:
    """Open an account for a program in a clinic that the user administers."""
    user = _member(request)
    form = SystemForm(user, request.POST or None)
    if not form.clinics:
        raise Http404
    if form.is_valid():
        data = form.cleaned_data
        system = open_system(form.clinics[data["clinic"]], data["name"], [Role(data["role"])], user)
        messages.success(request, gettext("%(system)s can be given tokens now.") % {"system": system})
        return redirect("new_token")
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    return render(request, "questionnaires/new_system.html", {"form": form}, status=status)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def end_token(request: HttpRequest, token_id: UUID) -> HttpResponse:
    """End a token at once."""
    user = _member(request)
    token = next((token for token in tokens_for(user) if token.pk == token_id), None)
    if token is None:
        raise Http404
    if request.method == "POST":
        try:
            revoke_token(token, user)
        except Refused as refused:
            return _list(request, refused)
        messages.success(request, gettext("“%(token)s” has stopped working.") % {"token": token.name})
    return redirect("tokens")


def _list(request: HttpRequest, refused: Refused | None = None) -> HttpResponse:
    user, now = _member(request), timezone.now()
    rows = [(token, token.works_at(now)) for token in tokens_for(user)]
    context = {
        "tokens": rows,
        "administers": clinics_of(user, Role.ADMINISTRATOR).exists(),
        "refused": refused,
    }
    status = refused.status if refused else HTTPStatus.OK
    return render(request, "questionnaires/tokens.html", context, status=status)


def _member(request: HttpRequest) -> User:
    if not isinstance(request.user, User):  # login_required let nobody else in
        raise Http404
    return request.user
