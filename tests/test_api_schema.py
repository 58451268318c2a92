"""Every call that the OpenAPI document allows, by everybody: answered as it says, with nothing of others."""

import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest
from django.conf import settings as django_settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf import PdfReader
from pytest_django.plugin import DjangoDbBlocker
from schemathesis import Case, Config, GenerationMode, Response
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.openapi import from_wsgi
from schemathesis.schemas import APIOperation, BaseSchema
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from decision_aid.packs import Pack
from tests.cast import Rows, signed_in
from tests.twins import Twins, two_clinics

# CANDOR_EXAMPLES=500 for the long run; without it, the same calls each time.
CALLS = int(os.environ.get("CANDOR_EXAMPLES", "4"))
SCENARIOS = int(os.environ.get("CANDOR_EXAMPLES", "14"))
STEPS = 10
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
CALLERS = (
    "anonymous", "surgeon", "a surgeon's browser", "author", "approver", "administrator", "coordinator",
    "stranger",
)  # fmt: skip
RESOURCES = (
    "aid-drafts", "alerts", "assess", "assessments", "audit", "caller", "consultations", "events", "gates",
    "golden-cases", "invitations", "memberships", "patients", "questionnaire-drafts", "questionnaires",
    "releases", "rescorings", "responses", "reviews", "summaries", "webhooks", "wishes",
)  # fmt: skip
# What a parameter or a field of this name is the key of.
KEY_OF = {
    "patient": "patients", "consultation": "consultations", "assessment": "assessments",
    "release": "releases", "against": "releases", "aid": "aid-drafts", "version": "questionnaires",
    "surgeon": "users", "user": "users", "clinic": "clinics",
}  # fmt: skip


Operation = APIOperation[Any, Any, Any, Any]
Call = Case[Any]


def so_often(times: int) -> settings:
    return settings(
        max_examples=times,
        stateful_step_count=STEPS,
        derandomize="CANDOR_EXAMPLES" not in os.environ,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )


# ── Who calls ───────────────────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Caller:
    """Somebody with a token, with a session, or with neither; and what they may never see."""

    name: str
    headers: Mapping[str, str]
    cookies: Mapping[str, str]
    never: frozenset[str]

    def ask(self, case: Call) -> Response:
        """Make the call; the answer keeps what the document says, and the other clinic's secrets."""
        response = case.call(headers=dict(self.headers), cookies=dict(self.cookies))
        case.validate_response(response, checks=CHECKS)
        asked = f"{response.request.url} {response.request.body!r} {response.request.headers}".lower()
        seen = said(response).lower()
        leaked = {mark for mark in self.never if mark.lower() in seen and mark.lower() not in asked}
        assert not leaked, f"{self.name} was told {leaked} by {case.method} {case.path}"
        return response


def said(response: Response) -> str:
    """Every header and every byte of the body, and of a PDF its words."""
    body = response.content.decode("utf-8", "replace")
    if response.content.startswith(b"%PDF"):
        body += "".join(page.extract_text() for page in PdfReader(BytesIO(response.content)).pages)
    return f"{response.headers} {body}"


@pytest.fixture(scope="module")
def db(
    published_rows: Rows, django_db_blocker: DjangoDbBlocker, place: Path, spine_pack: Pack
) -> Iterator[Twins]:
    """The database with two clinics for the whole module, whose connection no request closes."""
    with ExitStack() as afterwards:
        for end in (request_started, request_finished):
            end.disconnect(close_old_connections)
            afterwards.callback(end.connect, close_old_connections)
        afterwards.enter_context(django_db_blocker.unblock())
        yield afterwards.enter_context(two_clinics(published_rows, spine_pack, place / "twins"))


@pytest.fixture(scope="module")
def callers(db: Twins) -> list[Caller]:
    at_home, elsewhere = frozenset(db.home.marks), frozenset(db.elsewhere.marks)
    forms = "a" * 32  # the token of Django's forms is any 32 letters that cookie and header agree on
    browser = signed_in(db.home.cast.surgeon).cookies[django_settings.SESSION_COOKIE_NAME].value
    session = {django_settings.SESSION_COOKIE_NAME: browser, django_settings.CSRF_COOKIE_NAME: forms}
    tokens = {name: Caller(name, bearing(secret), {}, elsewhere) for name, secret in db.home.secrets.items()}
    everybody = tokens | {
        "anonymous": Caller("anonymous", {}, {}, at_home | elsewhere),
        "a surgeon's browser": Caller("a surgeon's browser", {"X-CSRFToken": forms}, session, elsewhere),
        "stranger": Caller("stranger", bearing(db.elsewhere.secrets["surgeon"]), {}, at_home),
    }
    return [everybody[name] for name in CALLERS]


def bearing(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}


# ── What is called ──────────────────────────────────────────────────────────────────────────────────────


class AnsweredWhole:
    """The application as a server runs it: what is sent is read to its end and closed."""

    def __init__(self) -> None:
        self.application = WSGIHandler()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        answer = self.application(environ, start_response)
        try:
            return [b"".join(answer)]
        finally:
            answer.close()


@pytest.fixture(scope="module")
def api(db: Twins) -> BaseSchema:
    """The OpenAPI document as a program fetches it, and the application behind it."""
    api = from_wsgi(
        "/api/v1/schema/?format=json",
        AnsweredWhole(),
        config=Config(),
        headers=bearing(db.home.secrets["surgeon"]),
    )
    api.config.generation.update(with_security_parameters=False)
    api.config.analysis.constants.enabled = False  # what is called is made of the document alone
    return api


@pytest.fixture
def _settings(settings: Any, db: Twins, caplog: pytest.LogCaptureFixture) -> None:
    """Let a defect end the test with its own traceback, rather than as a page of status 500."""
    caplog.set_level("ERROR", "django.request")  # thousands are refused here
    settings.DEBUG_PROPAGATE_EXCEPTIONS, settings.MEDIA_ROOT = True, db.files


@contextmanager
def undone() -> Iterator[None]:
    """Whatever is done inside is not done afterwards."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def calls_of(operation: Operation, twins: Twins) -> st.SearchStrategy[Call]:
    """Calls as the document allows and as it does not, most of them about records that there are."""
    as_allowed = operation.as_strategy(generation_mode=GenerationMode.POSITIVE)
    otherwise = operation.as_strategy(generation_mode=GenerationMode.NEGATIVE)
    resource = resource_of(operation.path)

    def keys(name: str) -> list[Any]:
        return [*twins.home.keys[name][:3], *twins.elsewhere.keys[name][:3]]

    @st.composite
    def calls(draw: st.DrawFn) -> Call:
        case = draw(as_allowed | otherwise)
        if "id" in case.path_parameters and draw(st.sampled_from([True, True, True, False])):
            case.path_parameters["id"] = draw(st.sampled_from(keys(resource)))
        for sent in [part for part in (case.query, case.body) if isinstance(part, dict)]:
            for name in KEY_OF:
                if name in sent and draw(st.sampled_from([True, True, False])):
                    sent[name] = in_json(draw(st.sampled_from(keys(KEY_OF[name]))))
        return case

    return calls()


def in_json(key: Any) -> Any:
    """A key as JSON has it."""
    return key if isinstance(key, int) else str(key)


def resource_of(path: str) -> str:
    return path.split("/")[3]


def everything(api: BaseSchema) -> list[Operation]:
    return [result.ok() for result in api.get_all_operations() if isinstance(result, Ok)]


def operations_of(api: BaseSchema, resource: str) -> list[Operation]:
    return [operation for operation in everything(api) if resource_of(operation.path) == resource]


def is_for(caller: Caller, operation: Operation) -> bool:
    """Whether a role of the caller's may call this at all."""
    answer = operation.Case(path_parameters={"id": 0}).call(
        headers=dict(caller.headers), cookies=dict(caller.cookies)
    )
    return answer.status_code != HTTPStatus.FORBIDDEN


# ── Everything, by everybody ────────────────────────────────────────────────────────────────────────────


def test_no_resource_is_left_out(api: BaseSchema) -> None:
    assert {resource_of(operation.path) for operation in everything(api)} == set(RESOURCES)


@pytest.mark.usefixtures("_settings")
@pytest.mark.parametrize(("name", "resources"), [
    ("surgeon", ("patients", "consultations", "responses", "alerts", "wishes", "reviews", "memberships")),
    ("author", ("aid-drafts", "questionnaire-drafts", "gates", "golden-cases")),
    ("administrator", ("webhooks", "audit", "events")),
])  # fmt: skip
def test_what_nobody_else_may_see_is_there_to_be_seen(
    api: BaseSchema, db: Twins, callers: list[Caller], name: str, resources: tuple[str, ...]
) -> None:
    (caller,) = (one for one in callers if one.name == name)
    for resource in resources:
        with undone():
            seen = said(caller.ask(api[f"/api/v1/{resource}/"]["GET"].Case()))
        assert any(mark in seen for mark in db.home.words), resource


@pytest.mark.usefixtures("_settings")
@pytest.mark.parametrize("resource", RESOURCES)
def test_every_call_is_answered_as_documented(
    api: BaseSchema, db: Twins, callers: list[Caller], resource: str
) -> None:
    answered: dict[str, set[int]] = {}
    for operation in operations_of(api, resource):

        @so_often(CALLS)
        @given(case=calls_of(operation, db))
        def everybody_asks(case: Call) -> None:
            for caller in callers:
                with undone():
                    response = caller.ask(case)
                answered.setdefault(case.operation.label, set()).add(response.status_code)

        everybody_asks()
    for label, statuses in answered.items():
        assert 401 in statuses
        assert any(status < 300 for status in statuses) or not label.startswith("GET"), label


# ── One call after the other ────────────────────────────────────────────────────────────────────────────


@pytest.mark.usefixtures("_settings")
@pytest.mark.parametrize("name", [name for name in CALLERS if name != "anonymous"])
def test_every_answer_leads_on(api: BaseSchema, db: Twins, callers: list[Caller], name: str) -> None:
    caller = next(one for one in callers if one.name == name)
    known = db.elsewhere if name == "stranger" else db.home
    followed: list[str] = []
    allowed = {operation.label for operation in everything(api) if is_for(caller, operation)}

    class Program(api.include(lambda seen: seen.operation.label in allowed).as_state_machine()):  # type: ignore[misc]  # the class is made of the document
        """A program that calls what the answers to its calls let it call."""

        def setup(self) -> None:
            self.scenario = undone()
            self.scenario.__enter__()

        def teardown(self) -> None:
            self.scenario.__exit__(None, None, None)

        def before_call(self, case: Call) -> None:
            for name in ("clinic", "surgeon", "release", "version", "aid"):
                if isinstance(case.body, dict) and name in case.body:
                    case.body[name] = known.keys[KEY_OF[name]][0]

        def call(self, case: Call, **_: Any) -> Response:
            response = caller.ask(case)
            if response.status_code < 300 and case.path_parameters:
                followed.append(case.operation.label)
            return response

        def validate_response(self, response: Response, case: Call, **_: Any) -> None:
            """`ask` has done so."""

    Program.run(settings=so_often(SCENARIOS))
    assert followed
