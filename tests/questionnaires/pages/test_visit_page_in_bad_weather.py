"""The list of sections is what a person comes back to: whatever comes along, it is no failure of ours."""

import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from config.demonstration import Cast
from questionnaires.models import Invitation
from questionnaires.services.inviting import revoke
from tests.questionnaires.pages.browsing import form_of, question_url, text_of
from tests.questionnaires.pages.conftest import Asked
from tests.questionnaires.pages.test_locked_visit import let_it_idle

VISIT = reverse("visit")
ODD = ["", "x", "\x00" * 9, "é" * 40, "a" * 4000, "%00", '"', ";=", "-1", "null"]


def test_it_answers_every_method(visitor: Client) -> None:
    assert visitor.head(VISIT).status_code == 200
    for method in ("options", "put", "patch", "delete", "post"):
        assert getattr(visitor, method)(VISIT).status_code == 405
        assert getattr(Client(), method)(VISIT).status_code == 403


@pytest.mark.parametrize("odd", ODD)
@pytest.mark.parametrize("name", ["session", "csrf", "device", "django_language", "messages", "sessionid"])
def test_an_odd_cookie_opens_nothing_and_breaks_nothing(visitor: Client, name: str, odd: str) -> None:
    stranger = Client()
    stranger.cookies[name] = odd
    assert stranger.get(VISIT).status_code == 403
    if name != settings.SESSION_COOKIE_NAME:
        visitor.cookies[name] = odd
        assert visitor.get(VISIT).status_code == 200


@pytest.mark.parametrize(
    "header",
    ["Accept", "Accept-Encoding", "Accept-Language", "If-Modified-Since", "If-None-Match", "Range",
     "HX-Request", "HX-Current-URL", "User-Agent", "Referer", "X-Forwarded-For", "X-Forwarded-Proto"],
)  # fmt: skip
def test_an_odd_header_breaks_nothing(visitor: Client, header: str) -> None:
    for odd in ODD:
        assert visitor.get(VISIT, headers={header: odd}).status_code == 200


def test_it_comes_squeezed_to_whoever_takes_it_so(visitor: Client) -> None:
    plain = visitor.get(VISIT)
    squeezed = visitor.get(VISIT, headers={"Accept-Encoding": "gzip"})
    assert squeezed["Content-Encoding"] == "gzip"
    assert len(squeezed.content) < 0.7 * len(plain.content)
    assert "no-store" in squeezed["Cache-Control"]


def take_the_link(asked: Asked, cast: Cast) -> None:
    revoke(Invitation.objects.get(response=asked.response), cast.coordinator)


def let_the_link_run_out(asked: Asked, cast: Cast) -> None:
    Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))


def lock_the_link(asked: Asked, cast: Cast) -> None:
    Invitation.objects.update(birth_date_tries=settings.BIRTH_DATE_TRIES)


def forget_the_invitation(asked: Asked, cast: Cast) -> None:
    Invitation.objects.all().delete()


def forget_the_session(asked: Asked, cast: Cast) -> None:
    Session.objects.all().delete()


@pytest.mark.parametrize(
    "happens",
    [take_the_link, let_the_link_run_out, lock_the_link, forget_the_invitation, forget_the_session],
)
def test_a_visit_whose_ground_is_gone_says_how_to_go_on(
    asked: Asked, visitor: Client, cast: Cast, happens: Callable[[Asked, Cast], None]
) -> None:
    happens(asked, cast)
    page = visitor.get(VISIT)
    assert page.status_code == 403
    assert "Please open your link again" in text_of(page)


def test_a_visit_lasts_twelve_hours_however_often_somebody_comes(visitor: Client) -> None:
    ends = visitor.session.get_expiry_date()
    assert ends - timezone.now() <= timedelta(hours=12)
    let_it_idle(visitor, 61)
    visitor.get(VISIT)
    assert visitor.session.get_expiry_date() == ends


@contextmanager
def busy_database() -> Iterator[None]:
    """Somebody else writes, and longer than anybody waits."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA busy_timeout = 20")
    writer = sqlite3.connect(connection.settings_dict["NAME"])
    writer.execute("BEGIN IMMEDIATE")
    yield
    writer.close()
    connection.close()


@pytest.mark.django_db(transaction=True)
def test_it_is_shown_while_the_database_is_too_busy_to_note_who_came(visitor: Client) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("PostgreSQL locks rows, and nobody else writes this one.")
    let_it_idle(visitor, 61)
    with busy_database():
        assert visitor.get(VISIT).status_code == 200
    seen = visitor.session["visit_seen"]
    assert visitor.get(VISIT).status_code == 200
    assert visitor.session["visit_seen"] > seen


@pytest.mark.django_db(transaction=True)
def test_it_holds_while_ten_windows_ask_and_answer_at_once(visitor: Client) -> None:
    sent = form_of(visitor.get(question_url("age_years")), "revision") | {"go": ["on"]}
    cookies = {name: cookie.value for name, cookie in visitor.cookies.items()}

    def window(number: int) -> set[int]:
        client = Client()
        for name, value in cookies.items():
            client.cookies[name] = value
        try:
            statuses = set()
            for turn in range(4):
                fields = sent | {"page": [f"{number:08x}"], "answer": [str(20 + 4 * number + turn)]}
                client.post(question_url("age_years"), fields)
                statuses.add(client.get(VISIT).status_code)
            return statuses
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as windows:
        assert set.union(*windows.map(window, range(10))) == {200}
