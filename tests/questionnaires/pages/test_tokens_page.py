"""Staff make and end tokens on a page, after saying once more who they are."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from config.demonstration import Cast
from questionnaires.models import ApiToken, Role, User
from questionnaires.services.tokens import find_token, issue_token, open_system
from tests.cast import PASSWORD, signed_in

NEW = {"holder": "me", "name": "Rota", "scopes": ["care.read"], "days": "7"}


def entered(user: User) -> Client:
    """A browser in which this member has just given their password again."""
    client = signed_in(user)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return client


def test_it_asks_for_the_password_of_whoever_did_not_just_give_it(surgeon: User) -> None:
    answer = signed_in(surgeon).post("/tokens/new/", NEW)
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith(reverse("account_reauthenticate"))
    assert not ApiToken.objects.exists()


def test_it_shows_the_secret_once(surgeon: User) -> None:
    client = entered(surgeon)
    page = client.post("/tokens/new/", NEW)
    found = re.search(r"candor_[\w-]{43}", page.content.decode())
    assert found is not None
    token = find_token(found[0])
    assert token is not None
    assert (token.user, token.scopes) == (surgeon, ["care.read"])
    listed = client.get("/tokens/").content.decode()
    assert "Rota" in listed
    assert found[0] not in listed
    assert "no-store" in page.headers["Cache-Control"]


@pytest.mark.parametrize(
    "changed", [{"name": ""}, {"scopes": []}, {"scopes": ["audit.read"]}, {"days": "9999"}, {"holder": "7"}]
)
def test_it_makes_none_from_what_was_not_offered(surgeon: User, changed: dict[str, object]) -> None:
    page = entered(surgeon).post("/tokens/new/", NEW | changed)
    assert page.status_code == 422
    assert 'class="error-summary"' in page.content.decode()
    assert not ApiToken.objects.exists()


def test_an_administrator_opens_a_system_and_gives_it_a_token(cast: Cast) -> None:
    client = entered(cast.administrator)
    form = {"name": "Planning", "clinic": str(cast.clinic.pk), "role": "coordinator"}
    assert client.post("/tokens/new-system/", form).headers["Location"] == "/tokens/new/"
    system = User.objects.get(first_name="Planning")
    page = client.post("/tokens/new/", NEW | {"holder": str(system.pk), "scopes": ["care.write"]})
    assert page.status_code == 200
    assert ApiToken.objects.get().user == system


def test_a_system_is_refused_what_only_a_person_may_have(cast: Cast) -> None:
    system = open_system(cast.clinic, "Planning", [Role.SURGEON], cast.administrator)
    wanted = {"holder": str(system.pk), "scopes": ["drafts.write"]}
    page = entered(cast.administrator).post("/tokens/new/", NEW | wanted)
    assert page.status_code == 422
    assert not ApiToken.objects.exists()


def test_nobody_else_opens_a_system(surgeon: User) -> None:
    assert entered(surgeon).get("/tokens/new-system/").status_code == 404


def test_it_ends_a_token_of_ones_own(surgeon: User) -> None:
    token, secret = issue_token(surgeon, "Rota", ["care.read"], 7, surgeon)
    client = signed_in(surgeon)
    assert client.get(f"/tokens/{token.pk}/end/").status_code == 302
    assert find_token(secret)
    client.post(f"/tokens/{token.pk}/end/")
    assert find_token(secret) is None
    assert "Ended on" in client.get("/tokens/").content.decode()


def test_it_ends_no_token_of_another(surgeon: User, cast: Cast, stranger: User) -> None:
    token, secret = issue_token(surgeon, "Rota", ["care.read"], 7, surgeon)
    for other in (stranger, cast.author):
        assert signed_in(other).post(f"/tokens/{token.pk}/end/").status_code == 404
    assert find_token(secret)
