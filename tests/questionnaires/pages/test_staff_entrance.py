import pytest
from django.template.loader import get_template
from django.test import Client, override_settings
from django.urls import reverse

from questionnaires.models import User
from tests.cast import PASSWORD, signed_in
from tests.questionnaires.pages.browsing import form_of, text_of


def test_a_surgeon_signs_in(surgeon: User) -> None:
    client = Client(enforce_csrf_checks=True)
    page = client.get(reverse("account_login"))
    assert "Patients use the link they were sent." in text_of(page)
    sent = form_of(page, "login") | {"login": [surgeon.email], "password": [PASSWORD]}
    assert client.post(reverse("account_login"), sent)["Location"] == reverse("worklist")


@pytest.mark.parametrize(
    ("email", "password"), [("", ""), ("nobody@example.org", "x"), ("surgeon@northfield.example", "x")]
)
def test_a_refusal_says_the_same_whoever_tries(surgeon: User, email: str, password: str) -> None:
    page = Client().post(reverse("account_login"), {"login": email, "password": password})
    assert page.status_code == 200
    assert "Please check this" in text_of(page)
    assert f'value="{email}"' in page.content.decode() or not email


def test_nobody_signs_up(db: None) -> None:
    assert "form" not in Client().get(reverse("account_signup")).context
    assert reverse("account_signup") not in Client().get(reverse("account_login")).content.decode()


@pytest.mark.parametrize(
    "name",
    [
        "account_logout",
        "account_change_password",
        "mfa_index",
        "account_reauthenticate",
        "account_reset_password",
    ],
)
def test_the_library_s_pages_wear_our_clothes(surgeon: User, name: str) -> None:
    page = signed_in(surgeon).get(reverse(name), follow=True).content.decode()
    assert "candor/candor.css" in page
    assert 'class="site-header"' in page
    assert "style=" not in page


@pytest.mark.parametrize("code", [400, 403, 404, 500])
def test_errors_are_calm_and_say_nothing_about_the_inside(code: int) -> None:
    page = get_template(f"{code}.html").render()
    assert "<h1>" in page
    assert "candor.css" in page


@pytest.mark.django_db
@override_settings(DEBUG=False)
def test_a_page_that_is_not_there_says_what_to_do() -> None:
    page = Client().get("/nowhere/")
    assert page.status_code == 404
    assert "There is no such page" in text_of(page)
