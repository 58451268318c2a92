"""A browser without scripts: opens pages and sends their forms as they are."""

import re
from html import unescape
from html.parser import HTMLParser
from typing import TYPE_CHECKING

from django.test import Client
from django.urls import reverse

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Page


class _Forms(HTMLParser):
    """Collects what each form of a page would send if nobody touched it."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[list[tuple[str, str]]] = []
        self.textarea: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append([])
        if not self.forms or not found.get("name"):
            return
        if tag == "input":
            if found["type"] in {"radio", "checkbox"} and "checked" not in found:
                return
            self.forms[-1].append((found["name"], found.get("value", "")))
        if tag == "textarea":
            self.textarea = found["name"]
            self.forms[-1].append((found["name"], ""))

    def handle_data(self, data: str) -> None:
        if self.textarea:
            name, text = self.forms[-1].pop()
            self.forms[-1].append((name, text + data))

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self.textarea = None


def text_of(response: "Page") -> str:
    """The page as a reader sees it: no tags, single spaces."""
    body = re.sub(r"(?s)<head>.*?</head>|<[^>]+>", " ", response.content.decode())
    return " ".join(unescape(body).split())


def form_of(response: "Page", holding: str) -> dict[str, list[str]]:
    """What the form with a field of this name would send if nobody touched it."""
    parser = _Forms()
    parser.feed(response.content.decode())
    form = next(form for form in parser.forms if any(name == holding for name, _ in form))
    fields: dict[str, list[str]] = {}
    for name, value in form:
        fields.setdefault(name, []).append(value)
    return fields


def question_url(code: str, then: str = "") -> str:
    return reverse("question", kwargs={"code": code}) + (f"?then={then}" if then else "")


def open_question(client: Client, code: str, then: str = "") -> dict[str, list[str]]:
    """The fields of a question's page as it stands."""
    return form_of(client.get(question_url(code, then)), "revision")


def give(client: Client, code: str, *texts: str, go: str = "on", then: str = "") -> "Page":
    """Open a question, put in these values, and press a button."""
    fields = open_question(client, code, then)
    return client.post(question_url(code), fields | {"answer": list(texts), "go": [go]})


def agree(client: Client, answered_by: str = "patient") -> "Page":
    return client.post(reverse("consent"), {"answered_by": answered_by})
