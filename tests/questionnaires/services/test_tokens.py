"""Tokens: made for oneself or a system, shown once, ended by time and by hand."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from config.demonstration import Cast
from questionnaires.models import ApiToken, AuditEvent, Role, User
from questionnaires.services.refusals import Refused
from questionnaires.services.tokens import (
    LONGEST_DAYS,
    PREFIX,
    find_token,
    issue_token,
    open_system,
    revoke_token,
    scopes_held,
    secret_hash,
    tokens_for,
)

NOW = datetime(2026, 3, 1, 9, tzinfo=UTC)


def refusal(error: pytest.ExceptionInfo[Refused]) -> tuple[str, int]:
    return error.value.code, error.value.status


@pytest.fixture
def system(cast: Cast) -> User:
    return open_system(cast.clinic, "Theatre planning", [Role.COORDINATOR], cast.administrator)


def test_a_member_makes_a_token_whose_secret_no_table_holds(surgeon: User) -> None:
    token, secret = issue_token(surgeon, " my script ", ["care.read", "review"], 7, surgeon, NOW)
    row = ApiToken.objects.values().get()
    assert token.name == "my script"
    assert secret.startswith(PREFIX)
    assert len(secret) >= len(PREFIX) + 43
    assert secret not in str(row)
    assert row["secret_sha256"] == secret_hash(secret)
    assert row["expires_at"] == NOW + timedelta(days=7)


def test_making_and_ending_one_is_recorded_without_its_secret(surgeon: User, cast: Cast) -> None:
    token, secret = issue_token(surgeon, "script", ["care.read"], 7, surgeon)
    revoke_token(token, cast.administrator)
    events = AuditEvent.objects.filter(record_id=str(token.pk)).order_by("number")
    assert [(event.action, event.user) for event in events] == [
        ("token_issued", surgeon),
        ("token_revoked", cast.administrator),
    ]
    assert secret not in str(list(events.values()))


@pytest.mark.parametrize(("before", "works"), [(timedelta(seconds=1), True), (timedelta(0), False)])
def test_it_works_to_the_second(surgeon: User, before: timedelta, works: bool) -> None:
    _, secret = issue_token(surgeon, "script", ["care.read"], 7, surgeon, NOW)
    assert (find_token(secret, NOW + timedelta(days=7) - before) is not None) is works


@pytest.mark.parametrize("secret", ["", "candor_", "candor_" + "A" * 43, "żółć", "x" * 100_000])
def test_no_other_secret_works(surgeon: User, secret: str) -> None:
    issue_token(surgeon, "script", ["care.read"], 7, surgeon)
    assert find_token(secret) is None


def test_it_works_no_more_once_ended(surgeon: User) -> None:
    token, secret = issue_token(surgeon, "script", ["care.read"], 7, surgeon)
    revoke_token(token, surgeon)
    assert find_token(secret) is None
    revoke_token(token, surgeon)
    assert AuditEvent.objects.filter(action="token_revoked").count() == 1


def test_it_works_no_more_once_the_account_is_inactive(surgeon: User) -> None:
    _, secret = issue_token(surgeon, "script", ["care.read"], 7, surgeon)
    User.objects.filter(pk=surgeon.pk).update(is_active=False)
    assert find_token(secret) is None


def test_its_use_is_noted_to_the_minute(surgeon: User) -> None:
    token, secret = issue_token(surgeon, "script", ["care.read"], 7, surgeon, NOW)
    for seconds in (10, 30, 69, 71):
        find_token(secret, NOW + timedelta(seconds=seconds))
        token.refresh_from_db()
        assert token.used_at == NOW + timedelta(seconds=10 if seconds < 71 else 71)


@pytest.mark.parametrize("days", [-1, 0, LONGEST_DAYS + 1, 10**6])
def test_it_lasts_no_longer_than_a_year(surgeon: User, days: int) -> None:
    with pytest.raises(Refused) as refused:
        issue_token(surgeon, "script", ["care.read"], days, surgeon)
    assert refusal(refused) == ("lifetime_refused", 422)


@pytest.mark.parametrize("name", ["", "  "])
def test_it_has_a_name(surgeon: User, name: str) -> None:
    with pytest.raises(Refused) as refused:
        issue_token(surgeon, name, ["care.read"], 7, surgeon)
    assert refusal(refused) == ("name_missing", 422)


@pytest.mark.parametrize("scopes", [[], ["everything"], ["care.read", ""]])
def test_its_scopes_are_known(surgeon: User, scopes: list[str]) -> None:
    with pytest.raises(Refused) as refused:
        issue_token(surgeon, "script", scopes, 7, surgeon)
    assert refusal(refused) == ("unknown_scope", 422)


@pytest.mark.parametrize("scope", ["drafts.write", "audit.read", "publish"])
def test_it_never_opens_what_the_roles_do_not(surgeon: User, scope: str) -> None:
    with pytest.raises(Refused) as refused:
        issue_token(surgeon, "script", ["care.read", scope], 7, surgeon)
    assert refusal(refused) == ("scope_not_held", 422)


def test_nobody_makes_one_that_acts_as_another_person(cast: Cast) -> None:
    with pytest.raises(Refused) as refused:
        issue_token(cast.surgeon, "script", ["care.read"], 7, cast.administrator)
    assert refusal(refused) == ("not_permitted", 403)


def test_an_administrator_makes_one_for_a_system(cast: Cast, system: User) -> None:
    token, secret = issue_token(system, "planning", ["care.write"], 7, cast.administrator)
    found = find_token(secret)
    assert found is not None
    assert found.user == system
    assert token.created_by == cast.administrator
    assert str(system) == "Theatre planning"


@pytest.mark.parametrize("who", ["surgeon", "coordinator", "author"])
def test_nobody_else_opens_a_system_or_makes_its_tokens(cast: Cast, system: User, who: str) -> None:
    user = getattr(cast, who)
    with pytest.raises(Refused) as refused:
        issue_token(system, "planning", ["care.write"], 7, user)
    assert refusal(refused) == ("not_permitted", 403)
    with pytest.raises(Refused) as refused:
        open_system(cast.clinic, "Mine", [Role.SURGEON], user)
    assert refusal(refused) == ("not_permitted", 403)


def test_an_administrator_of_another_clinic_has_no_say(system: User, other_cast: Cast) -> None:
    token = ApiToken.objects.create(
        user=system, name="x", secret_sha256="1", created_by=system, created_at=NOW, expires_at=NOW
    )
    with pytest.raises(Refused) as refused:
        issue_token(system, "planning", ["care.write"], 7, other_cast.administrator)
    assert refusal(refused) == ("not_permitted", 403)
    with pytest.raises(Refused) as refused:
        revoke_token(token, other_cast.administrator)
    assert refusal(refused) == ("not_permitted", 403)
    assert tokens_for(other_cast.administrator) == []


def test_a_system_never_signs_or_publishes(cast: Cast) -> None:
    system = open_system(cast.clinic, "All of it", list(Role), cast.administrator)
    held = {scope.value for scope in scopes_held(system)}
    assert {"review", "publish"} & held == set()
    assert {"care.write", "drafts.write", "audit.read"} <= held
    with pytest.raises(Refused) as refused:
        issue_token(system, "signing", ["review"], 7, cast.administrator)
    assert refusal(refused) == ("scope_not_held", 422)


@pytest.mark.parametrize(
    ("name", "roles", "code"), [(" ", [Role.AUTHOR], "name_missing"), ("A", [], "no_roles")]
)
def test_a_system_has_a_name_and_a_role(cast: Cast, name: str, roles: list[Role], code: str) -> None:
    with pytest.raises(Refused) as refused:
        open_system(cast.clinic, name, roles, cast.administrator)
    assert refusal(refused) == (code, 422)


def test_a_system_has_no_password(system: User) -> None:
    assert not system.has_usable_password()
    assert not system.check_password("")


def test_one_sees_ones_own_and_those_of_the_clinics_one_administers(cast: Cast, system: User) -> None:
    own, _ = issue_token(cast.surgeon, "script", ["care.read"], 7, cast.surgeon, timezone.now())
    theirs, _ = issue_token(system, "planning", ["care.write"], 7, cast.administrator)
    assert tokens_for(cast.surgeon) == [own]
    assert set(tokens_for(cast.administrator)) == {own, theirs}
    assert tokens_for(cast.author) == []
