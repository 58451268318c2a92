"""A visitor with plain HTTP and a cookie jar: opens pages, sends their forms, downloads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http.client import HTTPResponse
from urllib.error import HTTPError
from urllib.parse import urlencode, urljoin, urlsplit
from urllib.request import HTTPCookieProcessor, Request, build_opener


@dataclass
class Form:
    """A form of a page: where it is sent, and what it would send if nobody touched it."""

    action: str
    method: str
    fields: list[tuple[str, str]] = field(default_factory=list)

    def names(self) -> set[str]:
        return {name for name, _ in self.fields}


@dataclass
class Link:
    """A link of a page with its words."""

    address: str
    words: str = ""


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.links: list[Link] = []
        self.heading = ""
        self.inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in ("a", "h1", "form", "textarea"):
            self.inside.append(tag)
        if tag == "a":
            self.links.append(Link(given.get("href", "")))
        if tag == "form":
            self.forms.append(Form(given.get("action", ""), given.get("method", "get")))
        if tag in ("input", "textarea") and "form" in self.inside and "name" in given:
            ticked = given.get("type") not in ("radio", "checkbox") or "checked" in given
            # A box that is not ticked sends nothing, but it tells that the form has this name.
            self.forms[-1].fields.append((given["name"], given.get("value", "") if ticked else UNTICKED))

    def handle_endtag(self, tag: str) -> None:
        if tag in self.inside:
            self.inside.remove(tag)

    def handle_data(self, data: str) -> None:
        if "a" in self.inside:
            self.links[-1].words += data
        if "h1" in self.inside:
            self.heading += data
        if "textarea" in self.inside:
            name, text = self.forms[-1].fields.pop()
            self.forms[-1].fields.append((name, text + data))


UNTICKED = "\N{BALLOT BOX}"


class Page:
    """What an address answered."""

    def __init__(self, answer: HTTPResponse | HTTPError) -> None:
        self.status: int = answer.status or 0
        self.address: str = answer.url or ""
        self.path = urlsplit(self.address).path
        self.content_type = answer.headers.get_content_type()
        self.body = answer.read()
        self._read = _Reader()
        if self.content_type == "text/html":
            self._read.feed(self.body.decode())

    @property
    def heading(self) -> str:
        return " ".join(self._read.heading.split())

    @property
    def text(self) -> str:
        return self.body.decode()

    def link(self, words: str) -> str | None:
        """The address of the first link with these words in it; None if there is none."""
        return next((link.address for link in self._read.links if words in link.words), None)

    def form(self, holding: str) -> Form:
        """The form that has a field of this name."""
        return next(form for form in self._read.forms if holding in form.names())

    def form_to(self, ending: str) -> Form:
        """The form that is sent to an address with this ending."""
        return next(form for form in self._read.forms if urlsplit(form.action).path.endswith(ending))


class Visitor:
    """Somebody with a cookie jar at one service."""

    def __init__(self, service: str) -> None:
        self.service = service
        self._opener = build_opener(HTTPCookieProcessor())

    def open(self, address: str) -> Page:
        return self._ask(Request(urljoin(self.service, address)))  # noqa: S310 - our own service

    def send(self, page: Page, form: Form, values: Mapping[str, str | Sequence[str]] | None = None) -> Page:
        """Send a form of a page as it stands, except for these values."""
        given = values or {}
        fields = [(name, value) for name, value in form.fields if name not in given and value != UNTICKED]
        for name, value in given.items():
            fields += [(name, one) for one in ([value] if isinstance(value, str) else value)]
        headers = {"Origin": self.service, "Referer": page.address}
        address, body = urljoin(page.address, form.action), urlencode(fields).encode()
        return self._ask(Request(address, body, headers, method=form.method.upper()))  # noqa: S310 - the same

    def _ask(self, request: Request) -> Page:
        try:
            with self._opener.open(request, timeout=30) as answer:
                return Page(answer)
        except HTTPError as refusal:
            with refusal:
                return Page(refusal)
