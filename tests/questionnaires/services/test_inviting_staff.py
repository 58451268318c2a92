"""A colleague is invited by mail, sets a password once, and nobody else can."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from config.demonstration import Cast
from questionnaires.models import AuditEvent, Message, StaffInvitation, User
from questionnaires.services.inviting_staff import LIFE, invite_colleague
from questionnaires.services.mailing import send_message
from questionnaires.services.refusals import Refused
from tests.cast import signed_in

PASSWORD = "a long enough sentence"


@pytest.fixture
def colleague(cast: Cast) -> User:
    user = User.objects.create_user("new.colleague@clinic.example", first_name="Zoë")
    user.memberships.create(clinic=cast.clinic, role="surgeon")
    return user


@pytest.fixture
def path(colleague: User, cast: Cast) -> str:
    """The address in the mail, without the service's own."""
    return sent(invite_colleague(colleague, cast.clinic, cast.administrator))


def sent(message: Message) -> str:
    assert send_message(message.pk) == "sent"
    (path,) = re.findall(r"https?://[^/]+(/join/\S+)", str(mail.outbox[-1].body))
    return str(path)


def answer(path: str, password: str = PASSWORD) -> Any:
    return Client().post(path, {"new_password1": password, "new_password2": password})


def test_the_link_sets_a_password_once_and_looking_uses_nothing(path: str, colleague: User) -> None:
    assert mail.outbox[-1].to == [colleague.email]
    for _ in range(3):
        page = Client().get(path)
        assert page.status_code == 200
        assert "sessionid" not in page.cookies
        assert colleague.email not in page.content.decode()
        assert colleague.first_name not in page.content.decode()
    assert answer(path)["Location"] == "/accounts/login/"
    colleague.refresh_from_db()
    assert colleague.check_password(PASSWORD)
    assert answer(path, "another long sentence").status_code == 410
    colleague.refresh_from_db()
    assert colleague.check_password(PASSWORD)
    joined = AuditEvent.objects.get(action="colleague_joined")
    assert (joined.user, joined.record_id) == (colleague, str(colleague.pk))


def test_no_table_and_no_audit_holds_the_secret(path: str) -> None:
    token = path.split("/")[2]
    rows = [*StaffInvitation.objects.values(), *Message.objects.values(), *AuditEvent.objects.values()]
    assert token not in repr(rows)


@pytest.mark.parametrize("password", ["short", "password1234", "eleven char"])
def test_a_weak_password_is_refused_and_the_link_goes_on_working(path: str, password: str) -> None:
    assert answer(path, password).status_code == 200
    assert answer(path).status_code == 302


def test_it_runs_out(path: str) -> None:
    StaffInvitation.objects.update(expires_at=timezone.now())
    assert answer(path).status_code == 410
    assert timedelta(days=3) == LIFE


def test_a_newer_link_replaces_it(path: str, colleague: User, cast: Cast) -> None:
    newer = sent(invite_colleague(colleague, cast.clinic, cast.administrator))
    assert answer(path).status_code == 410
    assert answer(newer).status_code == 302


def test_an_account_that_was_closed_is_not_joined(path: str, colleague: User) -> None:
    colleague.is_active = False
    colleague.save()
    assert answer(path).status_code == 410


@pytest.mark.parametrize("token", ["x", "../..", "é"])
def test_another_secret_opens_nothing(path: str, token: str) -> None:
    assert Client().get(f"/join/{token}/").status_code in {404, 410}


def test_who_may_not_invite_and_who_is_not_invited(colleague: User, cast: Cast, other_cast: Cast) -> None:
    def code(user: User, by: User) -> str:
        with pytest.raises(Refused) as refused:
            invite_colleague(user, cast.clinic, by)
        return refused.value.code

    assert code(colleague, cast.surgeon) == "not_permitted"
    assert code(colleague, other_cast.administrator) == "not_permitted"
    assert code(other_cast.surgeon, cast.administrator) == "not_a_colleague"
    assert code(cast.surgeon, cast.administrator) == "already_joined"


def test_an_account_made_in_the_administration_is_invited(cast: Cast) -> None:
    page = "/administration/questionnaires/user/add/"
    form = {
        "email": "Fresh@clinic.example", "first_name": "F", "last_name": "R", "is_active": "on",
        "memberships-TOTAL_FORMS": "1", "memberships-INITIAL_FORMS": "0",
        "memberships-0-clinic": str(cast.clinic.pk), "memberships-0-role": "surgeon",
    }  # fmt: skip
    assert signed_in(cast.administrator).post(page, form).status_code == 302
    user = User.objects.get(email="fresh@clinic.example")
    message = Message.objects.get(user=user)
    assert (message.kind, message.clinic) == ("colleague", cast.clinic)
    assert answer(sent(message)).status_code == 302
