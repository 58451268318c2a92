"""What docs/api.md shows works as it is written."""

import re
from pathlib import Path
from typing import Any

import pytest

from questionnaires.models import SCOPE_ROLES, OutboxEvent, Scope
from questionnaires.services.webhooks import signature

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "api.md").read_text()


@pytest.fixture
def is_ours() -> Any:
    found = re.search(r"```python\n(.*?)```", PAGE, re.DOTALL)
    assert found
    names: dict[str, Any] = {}
    exec(found[1], names)  # noqa: S102  the page's own example
    names["time"] = type("Clock", (), {"time": staticmethod(lambda: 1_764_600_100)})
    return names["is_ours"]


def test_the_example_accepts_what_we_sign_and_nothing_else(is_ours: Any) -> None:
    body, at = '{"number":42,"detail":"Zażółć"}'.encode(), 1_764_600_000
    good = signature("k", at, body)
    assert is_ours("k", str(at), good, body)
    assert not is_ours("other", str(at), good, body)
    assert not is_ours("k", str(at + 1), good, body)
    assert not is_ours("k", str(at), good, body + b" ")
    assert not is_ours("k", str(at), "v1=", body)
    old = at - 1000
    assert not is_ours("k", str(old), signature("k", old, body), body)


def test_every_scope_is_listed_with_its_roles() -> None:
    listed: dict[str, set[str]] = {}
    for line in PAGE.splitlines():
        if line.startswith("| `"):
            scopes, roles, *_ = line.strip("| ").split("|")
            for scope in re.findall(r"`([a-z.]+)`", scopes):
                listed[scope] = {role.strip() for role in roles.split(",")}
    everybody = {str(role) for role in SCOPE_ROLES[Scope.CONTENT_READ]}
    held = {scope.value: {role.value for role in roles} for scope, roles in SCOPE_ROLES.items()}
    assert {scope: everybody if roles == {"everybody"} else roles for scope, roles in listed.items()} == held


def test_every_kind_of_event_is_listed() -> None:
    assert {kind for kind in OutboxEvent.Kind.values if f"`{kind}`" not in PAGE} == set()
