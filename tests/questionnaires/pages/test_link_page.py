from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from questionnaires.models import Invitation
from questionnaires.services.inviting import invite
from tests.questionnaires.pages.browsing import text_of
from tests.questionnaires.pages.conftest import Asked

AGENTS = ("Mozilla/5.0", "SafeLinks scanner", "curl/8", "", "Googlebot/2.1", "Outlook-iOS")


def test_looking_at_a_link_twenty_times_starts_nothing_and_names_nobody(asked: Asked) -> None:
    for number in range(20):
        client = Client(HTTP_USER_AGENT=AGENTS[number % len(AGENTS)])
        page = client.get(f"/l/{asked.token}/")
        assert page.status_code == 200
        assert settings.SESSION_COOKIE_NAME not in page.cookies
        words = page.content.decode()
        person = asked.response.patient
        for secret in (person.given_name, person.family_name, person.number, person.email, asked.token):
            assert secret not in words
        assert asked.response.clinic.name not in words
    assert Client().post(f"/l/{asked.token}/").status_code == 302


def test_the_button_exchanges_the_link_for_an_address_without_it(asked: Asked) -> None:
    client = Client()
    answer = client.post(f"/l/{asked.token}/")
    assert (answer.status_code, answer["Location"]) == (302, reverse("birth_date"))
    assert answer.cookies[settings.SESSION_COOKIE_NAME]["httponly"]
    assert asked.token not in client.get(reverse("birth_date")).content.decode()


def test_head_changes_nothing(asked: Asked) -> None:
    assert settings.SESSION_COOKIE_NAME not in Client().head(f"/l/{asked.token}/").cookies


@pytest.mark.parametrize("token", ["x", "a" * 32, "ü", "' OR 1=1 --"])
@pytest.mark.django_db
def test_an_unknown_link_is_told_so(token: str) -> None:
    page = Client().get(reverse("link", kwargs={"token": token}))
    assert page.status_code == 404
    assert "We do not know this link" in text_of(page)
    assert settings.SESSION_COOKIE_NAME not in page.cookies


def test_a_link_works_until_it_expires_and_not_a_second_longer(asked: Asked) -> None:
    invitations = Invitation.objects.filter(response=asked.response)
    invitations.update(expires_at=timezone.now() + timedelta(minutes=1))
    assert Client().get(f"/l/{asked.token}/").status_code == 200
    invitations.update(expires_at=timezone.now())
    page = Client().post(f"/l/{asked.token}/")
    assert page.status_code == 410
    assert "This link has run out" in text_of(page)
    assert settings.SESSION_COOKIE_NAME not in page.cookies


def test_a_newer_link_ends_the_older_one(asked: Asked) -> None:
    invite(asked.response, None)
    page = Client().post(f"/l/{asked.token}/")
    assert page.status_code == 410
    assert "There is a newer link" in text_of(page)


def test_a_newer_link_ends_a_visit_by_the_older_one(asked: Asked, visitor: Client) -> None:
    assert visitor.get(reverse("visit")).status_code == 200
    invite(asked.response, None)
    for address in (
        reverse("visit"),
        reverse("question", kwargs={"code": "age_years"}),
        reverse("check_answers"),
    ):
        page = visitor.get(address)
        assert page.status_code == 403
        assert "Please open your link again" in text_of(page)
