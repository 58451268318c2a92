"""What a browser tells of a broken Content-Security-Policy comes into the log without what anybody typed."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

pytestmark = pytest.mark.django_db

TOLD = {
    "effective-directive": "script-src-elem",
    "blocked-uri": "https://evil.example/steal.js?who=Anna",
    "document-uri": "https://forms.example/l/secret-of-a-link/",
}


@pytest.fixture(autouse=True)
def nobody_told_before(db: None) -> None:
    cache.clear()


def tell(body: bytes | Mapping[str, Any]) -> Any:
    sent = body if isinstance(body, bytes) else json.dumps({"csp-report": body}).encode()
    client = Client(enforce_csrf_checks=True)
    return client.post(reverse("policy_reports"), sent, content_type="application/csp-report")


def test_it_says_what_was_refused_where_without_a_secret(caplog: pytest.LogCaptureFixture) -> None:
    assert tell(TOLD).status_code == 204
    (line,) = [each.getMessage() for each in caplog.records if each.name == "config.policy_reports"]
    assert line.endswith("script-src refused https://evil.example on /l/<str:token>/.")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"blocked-uri": "inline"}, "script-src refused inline on"),
        ({"blocked-uri": ""}, "something without an origin"),
        ({"blocked-uri": "Müller, Anna"}, "something without an origin"),
        ({"effective-directive": "Anna"}, "a directive that is not ours"),
        ({"effective-directive": "style-src-attr"}, "style-src refused"),
        ({"document-uri": "https://forms.example/Anna/"}, "no page of ours"),
        ({"document-uri": ""}, "no page of ours"),
    ],
)
def test_what_it_does_not_know_it_does_not_repeat(
    changed: dict[str, str], said: str, caplog: pytest.LogCaptureFixture
) -> None:
    assert tell(TOLD | changed).status_code == 204
    assert said in caplog.text
    assert "Anna" not in caplog.text


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b"\xff\xfe",
        b'{"csp-report": null}',
        b'{"csp-report": {}}',
        b'{"csp-report": "x"}',
        b"[" * 9_000,
        json.dumps({"csp-report": TOLD | {"blocked-uri": "x" * 20_000}}).encode(),
        json.dumps({"csp-report": TOLD | {"blocked-uri": "https://[::1"}}).encode(),
    ],
    ids=lambda body: body[:30].decode("latin1"),
)
def test_what_is_no_report_is_refused(body: bytes, caplog: pytest.LogCaptureFixture) -> None:
    assert tell(body).status_code == 400
    assert "refused" not in caplog.text


def test_nobody_fills_the_log() -> None:
    assert [tell(TOLD).status_code for _ in range(101)] == [204] * 100 + [429]


def test_it_is_told_by_post_alone() -> None:
    assert Client().get(reverse("policy_reports")).status_code == 405


def test_every_policy_names_it() -> None:
    assert "report-uri /policy-reports/" in Client().get("/livez")["Content-Security-Policy"]
