"""The API's own description is whole, and shown to those who are signed in."""

from collections.abc import Callable
from io import StringIO
from typing import Any

import pytest
import yaml
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from playwright.sync_api import Page, expect
from pytest_django.live_server_helper import LiveServer

import config.api
from config.demonstration import Cast
from questionnaires.api.asking import Asked
from questionnaires.models import Scope
from tests.cast import signed_in


def document() -> dict[str, Any]:
    out = StringIO()
    call_command("spectacular", "--validate", "--fail-on-warn", stdout=out)
    described: dict[str, Any] = yaml.safe_load(out.getvalue())
    return described


def test_it_is_made_without_a_warning_and_names_every_endpoint() -> None:
    paths = set(document()["paths"])
    for noun in (
        "questionnaires", "responses", "releases", "consultations", "alerts", "assessments", "reviews",
        "summaries", "assess",
    ):  # fmt: skip
        assert f"/api/v1/{noun}/" in paths


def test_every_operation_says_how_it_is_refused() -> None:
    for path, operations in document()["paths"].items():
        for method, operation in operations.items():
            refusals = {"401", "403"} - set(operation["responses"])
            assert not refusals, f"{method} {path}"


def test_it_is_shown_to_those_who_are_signed_in(cast: Cast) -> None:
    for name in ("api-schema", "api-docs"):
        assert Client().get(reverse(name)).status_code == 401
        assert signed_in(cast.author).get(reverse(name)).status_code == 200


def views() -> dict[str, Any]:
    """Every view of the API, by its route."""

    def walk(patterns: Any, before: str) -> Any:
        for entry in patterns:
            if hasattr(entry, "url_patterns"):
                yield from walk(entry.url_patterns, before)
            else:
                yield f"{before}{entry.pattern}", entry.callback.cls

    return dict(walk(config.api.urlpatterns, ""))


def test_every_view_refuses_parameters_that_it_does_not_read() -> None:
    assert {route for route, view in views().items() if not issubclass(view, Asked)} == set()


def test_every_action_of_every_view_has_a_scope() -> None:
    for route, view in views().items():
        policy = getattr(view, "policy", {})
        assert policy or route in {"caller/", "schema/", "docs/"}, route
        assert set(policy.values()) <= set(Scope)


def test_every_act_that_should_happen_once_takes_a_key() -> None:
    paths = document()["paths"]
    for noun in (
        "invitations",
        "reviews",
        "patients",
        "consultations",
        "responses",
        "summaries",
        "rescorings",
    ):
        names = {parameter["name"] for parameter in paths[f"/api/v1/{noun}/"]["post"]["parameters"]}
        assert "Idempotency-Key" in names, noun
    submit = paths["/api/v1/responses/{id}/submit/"]["post"]
    assert "Idempotency-Key" in {parameter["name"] for parameter in submit["parameters"]}


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_its_page_asks_nobody_else(page_at: Callable[..., Page], cast: Cast, live_server: LiveServer) -> None:
    page = page_at(1280)
    session = signed_in(cast.author).cookies["session"].value
    page.context.add_cookies([{"name": "session", "value": session, "url": live_server.url}])
    page.goto("/api/v1/docs/")
    expect(page.locator("[data-path='/api/v1/consultations/']").first).to_be_visible()
