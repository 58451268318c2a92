"""How long a member of staff stays signed in, and that a second factor is asked for."""

from collections.abc import Callable
from typing import Any

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.signals import user_logged_in
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from questionnaires.models import Membership, User

SIGNED_IN_AT, SEEN_AT, SECOND_FACTOR = "signed_in_at", "seen_at", "second_factor"
HELD, WAIVED, WANTED = "held", "waived", "wanted"
POLL = "Candor-Poll"
SECONDS_BETWEEN_NOTES = 60
OPEN_PATHS = ("/accounts/", "/language/", "/static/", "/livez", "/readyz")
SECOND_FACTORS = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)


def second_factor_of(user: User) -> str:
    """Whether a second factor is held, waived (of people of demonstration clinics only), or wanted."""
    if Authenticator.objects.filter(user=user, type__in=SECOND_FACTORS).exists():
        return HELD
    clinics = set(Membership.objects.filter(user=user).values_list("clinic__is_demonstration", flat=True))
    return WAIVED if clinics == {True} else WANTED


def note_sign_in(request: HttpRequest, user: User, **_: Any) -> None:
    """Receiver of user_logged_in: from now on the times of this session count."""
    now = timezone.now().timestamp()
    request.session[SIGNED_IN_AT] = request.session[SEEN_AT] = now
    request.session[SECOND_FACTOR] = second_factor_of(user)


class StaffSessions:
    """Ends sessions that were idle or are old, and lets nobody past their account without a second factor."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if isinstance(request.user, User):
            if _is_over(request):
                logout(request)
            elif _is_kept_out(request, request.user):
                return _kept_out(request)
        return self.get_response(request)


def _is_over(request: HttpRequest) -> bool:
    """Whether the session was idle for too long, or is too old; sessions of before count from now."""
    now = timezone.now().timestamp()
    seen, since = request.session.get(SEEN_AT, now), request.session.get(SIGNED_IN_AT, now)
    return bool(
        now - seen > settings.STAFF_IDLE_MINUTES * 60 or now - since > settings.STAFF_LONGEST_HOURS * 3600
    )


def _is_kept_out(request: HttpRequest, user: User) -> bool:
    """Note that somebody is there, and whether they still lack a second factor; asked again each minute."""
    now = timezone.now().timestamp()
    session = request.session
    is_due = now - session.get(SEEN_AT, 0) >= SECONDS_BETWEEN_NOTES
    # A page that looks again by itself is nobody who is there.
    if is_due and not (POLL in request.headers and SEEN_AT in session):
        session.setdefault(SIGNED_IN_AT, now)
        session[SEEN_AT] = now
        session[SECOND_FACTOR] = second_factor_of(user)
    elif session.get(SECOND_FACTOR, WANTED) == WANTED:
        session[SECOND_FACTOR] = second_factor_of(user)
    return bool(session[SECOND_FACTOR] == WANTED) and not request.path.startswith(OPEN_PATHS)


def _kept_out(request: HttpRequest) -> HttpResponse:
    sentence = gettext(
        "Your clinic asks for a second factor: set up an authenticator app or a passkey first."
    )
    if request.path.startswith("/api/"):
        problem = {
            "type": "urn:candor:problem:second_factor_required",
            "title": "Forbidden",
            "status": 403,
            "code": "second_factor_required",
            "detail": sentence,
        }
        return JsonResponse(problem, status=403, content_type="application/problem+json")
    messages.warning(request, sentence)
    return redirect(reverse("mfa_index"))


def connect() -> None:
    """Connect the receiver; called once when Django is ready."""
    user_logged_in.connect(note_sign_in, dispatch_uid="note_sign_in")
