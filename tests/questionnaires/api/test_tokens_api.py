"""Programs are let in by a token, as far as its scopes and the roles behind it reach."""

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from config.demonstration import Cast
from decision_aid.models import Consultation
from questionnaires.models import AuditEvent, Membership, QuestionnaireResponse, Role, User
from questionnaires.services.tokens import issue_token, open_system, revoke_token
from tests.api_calls import get, problem, read, send
from tests.cast import signed_in


def with_token(user: User, *scopes: str) -> Client:
    _, secret = issue_token(user, "test", scopes, 1, user)
    return bearing(secret)


def bearing(secret: str) -> Client:
    return Client(headers={"authorization": f"Bearer {secret}"}, enforce_csrf_checks=True)


def test_it_reads_and_writes_without_a_session(surgeon: User, consultation: Consultation) -> None:
    client = with_token(surgeon, "care.read", "care.write")
    assert read(get(client, f"consultations/{consultation.pk}/"))["id"] == str(consultation.pk)
    read(send(client, f"responses/{consultation.response_id}/consent/", {}))
    assert QuestionnaireResponse.objects.get(pk=consultation.response_id).consented_at
    assert AuditEvent.objects.filter(action="consented", user=surgeon).exists()


def test_it_does_no_more_than_its_scopes(surgeon: User, consultation: Consultation) -> None:
    client = with_token(surgeon, "care.read")
    problem(send(client, f"responses/{consultation.response_id}/consent/", {}), 403, "scope_missing")
    problem(get(client, "questionnaires/"), 403, "scope_missing")


def test_it_does_no_more_than_the_roles_left_to_its_holder(surgeon: User, consultation: Consultation) -> None:
    client = with_token(surgeon, "care.read")
    Membership.objects.filter(user=surgeon).update(role=Role.AUTHOR)
    problem(get(client, f"consultations/{consultation.pk}/"), 403, "permission_denied")


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer ", "Bearer x", "Token x", "Basic YTpi", "Bearer \xff x"]
)
def test_another_header_lets_nobody_in_even_with_a_session(surgeon: User, header: str) -> None:
    for client in (Client(), signed_in(surgeon)):
        response = client.get("/api/v1/consultations/", headers={"authorization": header})
        problem(response, 401, "authentication_failed")
        assert response.headers["WWW-Authenticate"] == "Bearer"


def test_it_is_refused_once_it_was_ended(surgeon: User) -> None:
    token, secret = issue_token(surgeon, "test", ["care.read"], 1, surgeon)
    read(get(bearing(secret), "consultations/"))
    revoke_token(token, surgeon)
    problem(get(bearing(secret), "consultations/"), 401, "authentication_failed")


def test_a_system_acts_under_its_own_name(cast: Cast, consultation: Consultation) -> None:
    system = open_system(cast.clinic, "Planning", [Role.COORDINATOR], cast.administrator)
    _, secret = issue_token(system, "planning", ["care.read"], 1, cast.administrator)
    read(get(bearing(secret), f"consultations/{consultation.pk}/"))
    assert AuditEvent.objects.filter(action="consultation_read", user=system).count() == 1


# ── The command ─────────────────────────────────────────────────────────────────────────────────────────


def issued(*arguments: str) -> str:
    out = StringIO()
    call_command("issue_token", *arguments, stdout=out, stderr=StringIO())
    return out.getvalue().strip()


def test_the_command_prints_a_token_that_works(surgeon: User) -> None:
    secret = issued("script", "--by", surgeon.email.upper(), "--scope", "care.read")
    read(get(bearing(secret), "consultations/"))


def test_the_command_opens_a_system(cast: Cast) -> None:
    secret = issued(
        *("planning", "--by", cast.administrator.email, "--scope", "content.read", "--system", "Planning"),
        *("--clinic", cast.clinic.slug, "--role", "coordinator"),
    )
    read(get(bearing(secret), "questionnaires/"))
    assert User.objects.get(first_name="Planning").memberships.get().role == "coordinator"


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"by": "nobody@example.org"}, "nobody@example.org"),
        ({"scope": ["audit.read"]}, "scope_not_held"),
        ({"days": 0}, "lifetime_refused"),
        ({"system": "Planning"}, "--clinic"),
        ({"system": "Planning", "clinic": "nowhere"}, "--clinic"),
    ],
)
def test_the_command_says_why_it_makes_none(surgeon: User, options: dict[str, Any], said: str) -> None:
    chosen = {"by": surgeon.email, "scope": ["care.read"]} | options
    with pytest.raises(CommandError, match=said):
        call_command("issue_token", "script", stdout=StringIO(), stderr=StringIO(), **chosen)
    assert not User.objects.filter(first_name="Planning").exists()
