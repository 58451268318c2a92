"""Staff of a real clinic need a second factor, and whoever is idle is signed out."""

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from config.demonstration import Cast
from questionnaires.models import Clinic
from tests.cast import signed_in


@pytest.fixture
def real(clinic: Clinic) -> Clinic:
    """The same clinic, for real people."""
    Clinic.objects.filter(pk=clinic.pk).update(is_demonstration=False)
    return clinic


def give_factor(user: Any, kind: str = "totp") -> None:
    Authenticator.objects.create(user=user, type=kind, data={})


def later(client: Client, name: str, seconds: float) -> None:
    """Move one of the session's times back."""
    session = client.session
    session[name] -= seconds
    session.save()


# ── The second factor ───────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("path", ["/worklist/", "/administration/", "/tokens/", "/measures/"])
def test_without_a_second_factor_every_page_leads_to_where_one_is_set_up(
    real: Clinic, cast: Cast, path: str
) -> None:
    for user in (cast.surgeon, cast.administrator):
        answer = signed_in(user).get(path)
        assert (answer.status_code, answer.headers.get("Location")) == (302, "/accounts/2fa/")


def test_a_program_is_told_with_a_code(real: Clinic, cast: Cast) -> None:
    answer = signed_in(cast.surgeon).get("/api/v1/consultations/")
    assert (answer.status_code, answer.headers["Content-Type"]) == (403, "application/problem+json")
    assert answer.json()["code"] == "second_factor_required"


def test_nothing_is_done_without_one(real: Clinic, cast: Cast) -> None:
    answer = signed_in(cast.surgeon).post("/api/v1/consultations/", {}, content_type="application/json")
    assert answer.json()["code"] == "second_factor_required"


@pytest.mark.parametrize("kind", ["totp", "webauthn"])
def test_with_one_the_doors_are_open_at_once(real: Clinic, cast: Cast, kind: str) -> None:
    client = signed_in(cast.surgeon)
    assert client.get("/worklist/").status_code == 302
    give_factor(cast.surgeon, kind)
    assert client.get("/worklist/").status_code == 200


def test_recovery_codes_alone_are_no_second_factor(real: Clinic, cast: Cast) -> None:
    give_factor(cast.surgeon, "recovery_codes")
    assert signed_in(cast.surgeon).get("/worklist/").status_code == 302


def test_whoever_gives_it_up_is_kept_out_within_a_minute(real: Clinic, cast: Cast) -> None:
    give_factor(cast.surgeon)
    client = signed_in(cast.surgeon)
    Authenticator.objects.all().delete()
    later(client, "seen_at", 61)
    assert client.get("/worklist/").status_code == 302


def test_the_page_that_sets_one_up_is_open(real: Clinic, cast: Cast) -> None:
    assert signed_in(cast.surgeon).get("/accounts/2fa/").status_code == 200


def test_a_demonstration_clinic_does_without_and_says_so(cast: Cast) -> None:
    page = signed_in(cast.surgeon).get("/worklist/")
    assert page.status_code == 200
    assert "no second factor is asked for here" in page.content.decode()


def test_whoever_also_works_in_a_real_clinic_needs_one(real: Clinic, cast: Cast, other_cast: Cast) -> None:
    cast.surgeon.memberships.create(clinic=other_cast.clinic, role="surgeon")
    assert signed_in(cast.surgeon).get("/worklist/").status_code == 302


def test_whoever_belongs_to_no_clinic_needs_one(real: Clinic, cast: Cast) -> None:
    cast.surgeon.memberships.all().delete()
    assert signed_in(cast.surgeon).get("/worklist/").status_code == 302


# ── Idle and old sessions ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("name", "seconds", "stays"),
    [
        ("seen_at", 15 * 60 - 5, True),
        ("seen_at", 15 * 60 + 1, False),
        ("signed_in_at", 12 * 3600 - 5, True),
        ("signed_in_at", 12 * 3600 + 1, False),
    ],
)
def test_a_session_ends_when_it_was_idle_or_is_old(
    cast: Cast, name: str, seconds: float, stays: bool
) -> None:
    client = signed_in(cast.surgeon)
    later(client, name, seconds)
    assert (client.get("/worklist/").status_code == 200) is stays
    if not stays:
        assert "_auth_user_id" not in client.session
        assert client.get("/api/v1/consultations/").status_code == 401


def test_being_there_keeps_it_and_is_noted_once_a_minute(cast: Cast) -> None:
    client = signed_in(cast.surgeon)
    for _ in range(3):
        later(client, "seen_at", 14 * 60)
        before = client.session["seen_at"]
        assert client.get("/worklist/").status_code == 200
        assert client.session["seen_at"] > before
    noted = client.session["seen_at"]
    client.get("/worklist/")
    assert client.session["seen_at"] == noted


def test_a_page_that_looks_again_by_itself_is_nobody_there(cast: Cast) -> None:
    client = signed_in(cast.surgeon)
    later(client, "seen_at", 14 * 60)
    before = client.session["seen_at"]
    assert client.get("/worklist/", headers={"Candor-Poll": "1"}).status_code == 200
    assert client.session["seen_at"] == before
