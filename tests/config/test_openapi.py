"""The API's own description is whole, and shown to those who are signed in."""

from io import StringIO
from typing import Any

import yaml
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from config.demonstration import Cast
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
