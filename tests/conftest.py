"""Where the tests run: a database, files, a broker, workers and a browser of their own."""

import os
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from urllib.parse import quote, urlsplit

import kombu.pools
import pytest
from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.core.signals import request_finished, request_started
from django.db import connection
from django.db.backends.base.operations import BaseDatabaseOperations
from django.test.utils import override_settings
from playwright.sync_api import Browser, BrowserContext, Page, Request, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer
from pytest_django.plugin import DjangoDbBlocker

from config.broker import BrokerServer, client_of, embedded_broker
from config.celery import app
from tests.processes import WorkerProcess, wait_until

ON_SERVICES = os.environ.get("CANDOR_TEST_SERVICES") == "1"
IN_CI = os.environ.get("CI") == "true"
CHROMIUM = Path(os.environ.get("CHROMIUM") or "/usr/bin/chromium")

# ── The cast (tests/cast.py): author, approver, surgeon, patient, stranger ──────────────────────────────
pytest_plugins = ["tests.cast"]


# ── Which, and in what order ────────────────────────────────────────────────────────────────────────────


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Begin with what waits for other processes, so that no core idles at the end.

    On services, what starts an embedded service of its own is left out: it was run without them.
    """
    if ON_SERVICES:
        embedded = [item for item in items if item.get_closest_marker("embedded")]
        config.hook.pytest_deselected(items=embedded)
        items[:] = [item for item in items if item not in set(embedded)]
    items.sort(
        key=lambda item: not any(item.iter_markers("worker")) and not any(item.iter_markers("browser"))
    )


# ── Places ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="session", autouse=True)
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """This run's folder for files; the queue leads nowhere until a test asks for a broker."""
    folder = tmp_path_factory.mktemp("candor")
    (folder / "static").mkdir()
    with override_settings(MEDIA_ROOT=folder / "files", STATIC_ROOT=folder / "static"):
        point_queue_at(f"redis+socket://{quote(str(folder / 'nobody-listens.sock'))}")
        yield folder


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None, place: Path) -> None:
    """Keep the test database in a file, where a worker process can open it too."""
    if connection.vendor == "sqlite":
        connection.settings_dict["TEST"]["NAME"] = str(place / "test.sqlite3")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Let the emptying between transactional tests pass what stands in its way.

    SQLite deletes row by row, and triggers refuse to delete frozen rows. PostgreSQL empties by TRUNCATE: it
    fires no row trigger, and waits for whoever is in a transaction, such as a page's last word to the server.
    """
    # On the class: a test with a browser has a connection of its own, as its loop runs in its thread.
    operations = type(connection.ops)
    execute = operations.execute_sql_flush
    triggers: dict[str, str] = {}
    if connection.vendor == "sqlite":
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers.update(cursor.fetchall())

    def execute_undisturbed(self: BaseDatabaseOperations, statements: Iterable[str]) -> None:
        if connection.vendor == "postgresql":
            end_sessions("idle in transaction", "active")
        execute(self, [*(f'DROP TRIGGER "{name}"' for name in triggers), *statements, *triggers.values()])

    operations.execute_sql_flush = execute_undisturbed  # type: ignore[assignment, method-assign] # see above
    yield
    if connection.vendor == "postgresql":
        with django_db_blocker.unblock():
            end_sessions("idle in transaction", "active", "idle")
            connection.close()


def end_sessions(*states: str) -> None:
    """End this database's other sessions: those of a live server's last requests, and of lost workers."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid() AND state = ANY(%s)",
            [list(states)],
        )


# ── The broker ──────────────────────────────────────────────────────────────────────────────────────────


def point_queue_at(url: str) -> None:
    """Let this process publish to another broker."""
    app.conf.update(broker_url=url)
    kombu.pools.reset()
    app.amqp._producer_pool = None  # type: ignore[attr-defined] # not in the stubs
    app._pool = None  # type: ignore[attr-defined] # not in the stubs


@pytest.fixture(scope="session")
def broker_url(place: Path) -> Iterator[str]:
    """The address of a running broker: embedded, or the Redis of REDIS_URL when services are tested."""
    if ON_SERVICES and (url := os.environ.get("REDIS_URL")):
        # Each process of a parallel run has a numbered database of its own on that server.
        worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")
        yield urlsplit(url)._replace(path=f"/{worker}").geturl()
        return
    with embedded_broker(place / "broker") as url:
        yield url


@pytest.fixture
def broker(broker_url: str) -> Iterator[str]:
    """A running broker with an empty queue, to which this process publishes; its address."""
    _empty_queue(broker_url)
    before = app.conf.broker_url
    point_queue_at(broker_url)
    yield broker_url
    point_queue_at(before)
    _empty_queue(broker_url)


@pytest.fixture
def broker_server(tmp_path: Path) -> Iterator[BrokerServer]:
    """A running broker of this test's own, which it may stop and start; this process publishes to it."""
    server = BrokerServer(tmp_path / "broker")
    before = app.conf.broker_url
    server.start()
    point_queue_at(server.url)
    yield server
    point_queue_at(before)
    server.stop()


def _empty_queue(url: str) -> None:
    with client_of(url) as client:
        for key in client.scan_iter(f"{app.conf.broker_transport_options['global_keyprefix']}*"):
            client.delete(key)


# ── Workers ─────────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def worker_environment(transactional_db: None) -> dict[str, str]:
    """What a process needs in order to share this run's database, files and secret."""
    ours = {"REDIS_URL", "CANDOR_BROKER_URL"}
    return {
        **{name: value for name, value in os.environ.items() if name not in ours},
        "CANDOR_VAR": str(Path(settings.MEDIA_ROOT).parent),
        "DATABASE_URL": _database_url(),
        "SECRET_KEY": settings.SECRET_KEY,
    }


def _database_url() -> str:
    database = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{database['NAME']}"
    user = f"{quote(database['USER'])}:{quote(database['PASSWORD'])}"
    return f"postgres://{user}@{database['HOST']}:{database['PORT'] or 5432}/{database['NAME']}"


@pytest.fixture
def celery_worker_process(
    worker_environment: dict[str, str], place: Path, request: pytest.FixtureRequest
) -> Iterator[Callable[..., WorkerProcess]]:
    """Start real workers: `celery_worker_process(broker_url, pool="prefork", wait=True)`."""
    workers: list[WorkerProcess] = []

    def start(broker_url: str, pool: str = "prefork", *, wait: bool = True) -> WorkerProcess:
        log = place / f"{request.node.name.replace('/', '-')[:60]}-{len(workers)}.log"
        worker = WorkerProcess({**worker_environment, "CANDOR_BROKER_URL": broker_url}, log, pool)
        workers.append(worker)
        if wait:
            worker.wait_until_ready()
        return worker

    yield start
    for worker in workers:
        worker.kill()


# ── The browser ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The system's Chromium; skips without one, except in CI."""
    if not CHROMIUM.exists():
        reason = f"There is no Chromium at {CHROMIUM}: install it, or name one in CHROMIUM."
        pytest.fail(reason) if IN_CI else pytest.skip(reason)
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Playwright's loop runs in this thread; Django would take the module's tests for coroutines.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        expect.set_options(timeout=15_000)  # as long as a page's own waiting: a busy machine is no failure
        chromium = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu"]
        )
        yield chromium
        chromium.close()


@pytest.fixture
def all_answered(live_server: LiveServer) -> Iterator[None]:
    """Wait at the end until the live server has answered everything; then the tables can be emptied."""
    open_requests: set[int] = set()

    def is_of_the_server(sender: object) -> bool:
        return isinstance(sender, type) and issubclass(sender, WSGIHandler)

    def begin(sender: object, **more: object) -> None:
        if is_of_the_server(sender):
            open_requests.add(threading.get_ident())

    def end(sender: object, **more: object) -> None:
        if is_of_the_server(sender):
            open_requests.discard(threading.get_ident())

    request_started.connect(begin)
    request_finished.connect(end)
    yield
    wait_until(lambda: not open_requests, what="an answer to every request")
    request_started.disconnect(begin)
    request_finished.disconnect(end)


@pytest.fixture
def page_at(browser: Browser, live_server: LiveServer, all_answered: None) -> Iterator[Callable[..., Page]]:
    """Open pages at the live server: `page_at(360, height=800, javascript=True)`, each with its own cookies.

    After the test: no script failed, nothing broke the Content-Security-Policy, and nobody else was asked.
    """
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def note_stranger(request: Request) -> None:
        address = urlsplit(request.url)
        if (
            address.scheme not in {"data", "blob", "about"}
            and address.netloc != urlsplit(live_server.url).netloc
        ):
            complaints.append(f"asked {address.netloc} for {address.path}")

    def open_page(width: int, height: int = 800, *, javascript: bool = True) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            java_script_enabled=javascript,
            base_url=live_server.url,
        )
        contexts.append(context)
        context.on("request", note_stranger)
        context.on("weberror", lambda error: complaints.append(f"a script failed: {error.error}"))
        context.on(
            "console",
            lambda message: (
                complaints.append(message.text) if "Content Security Policy" in message.text else None
            ),
        )
        page = context.new_page()
        page.set_default_timeout(15_000)
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []
