"""Calling the API as a program does, and reading what it answers."""

import json
from typing import Any, Protocol

from django.test import Client
from django.utils.datastructures import CaseInsensitiveMapping

Body = dict[str, Any]


class Answer(Protocol):
    """What a client gets back."""

    status_code: int
    content: bytes

    @property
    def headers(self) -> CaseInsensitiveMapping[str]: ...


def send(client: Client, address: str, body: Body | str | bytes, **headers: str) -> Answer:
    """POST a JSON document, or exactly these characters; `idempotency_key="k"` is a header."""
    data = json.dumps(body) if isinstance(body, dict) else body
    return client.post(f"/api/v1/{address}", data, content_type="application/json", headers=headers)


def put(client: Client, address: str, body: Any, **headers: str) -> Answer:
    """PUT a JSON document."""
    data = json.dumps(body)
    return client.put(f"/api/v1/{address}", data, content_type="application/json", headers=headers)


def get(client: Client, address: str, **query: str) -> Answer:
    return client.get(f"/api/v1/{address}", query)


def read(response: Answer, status: int = 200) -> Any:
    """The JSON of an answer with this status."""
    assert response.status_code == status, response.content
    return json.loads(response.content)


def problem(response: Answer, status: int, code: str) -> Body:
    """The problem document of a refusal; fails unless it is one with this status and code."""
    assert response.headers["Content-Type"] == "application/problem+json"
    document: Body = read(response, status)
    assert document["type"].endswith(f"/problems/{code.replace('_', '-')}")
    assert (document["status"], document["code"]) == (status, code)
    assert document["title"]
    assert document["detail"]
    return document


def codes_of(document: Body) -> dict[str, str]:
    """Place and code of each problem in a problem document: the pointer without `#/`, or the parameter."""
    return {
        entry.get("pointer", entry.get("parameter", "")).removeprefix("#/").removeprefix("#"): entry["code"]
        for entry in document["errors"]
    }
