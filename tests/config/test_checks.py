"""The system checks of the settings."""

from collections.abc import Mapping
from typing import Any

import pytest
from django.conf import settings
from django.core.checks import run_checks
from django.test import override_settings

from config.checks import FLOORS, QUEUE, SQLITE, below_floor, check_database, check_queue, check_versions

TRANSPORT: dict[str, Any] = settings.CELERY_BROKER_TRANSPORT_OPTIONS
RETRIES: dict[str, Any] = settings.CELERY_TASK_PUBLISH_RETRY_POLICY


def without(options: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {key: value for key, value in options.items() if key != name}


def test_the_settings_as_they_are_pass() -> None:
    assert [*check_queue(), *check_database(), *check_versions()] == []


def test_manage_py_check_runs_them() -> None:
    with override_settings(CELERY_TASK_ACKS_LATE=False):
        assert "candor.E001" in [message.id for message in run_checks()]


VIOLATIONS: list[tuple[str, dict[str, Any]]] = [
    ("candor.E001", {"CELERY_TASK_ACKS_LATE": False}),
    ("candor.E002", {"CELERY_TASK_REJECT_ON_WORKER_LOST": False}),
    ("candor.E003", {"CELERY_WORKER_PREFETCH_MULTIPLIER": 4}),
    ("candor.E003", {"CELERY_WORKER_PREFETCH_MULTIPLIER": 0}),
    ("candor.E004", {"CELERY_TASK_IGNORE_RESULT": False}),
    ("candor.E004", {"CELERY_RESULT_BACKEND": "redis://127.0.0.1/1"}),
    ("candor.E005", {"CELERY_TASK_SERIALIZER": "pickle"}),
    ("candor.E005", {"CELERY_ACCEPT_CONTENT": ["json", "pickle"]}),
    ("candor.E006", {"CELERY_TASK_SOFT_TIME_LIMIT": None}),
    ("candor.E006", {"CELERY_TASK_SOFT_TIME_LIMIT": 0}),
    ("candor.E006", {"CELERY_TASK_SOFT_TIME_LIMIT": settings.CELERY_TASK_TIME_LIMIT}),
    ("candor.E006", {"CELERY_TASK_TIME_LIMIT": settings.CELERY_VISIBILITY_TIMEOUT / 2}),
    ("candor.E007", {"CELERY_BROKER_TRANSPORT_OPTIONS": {**TRANSPORT, "visibility_timeout": 600}}),
    ("candor.E007", {"CELERY_BROKER_TRANSPORT_OPTIONS": without(TRANSPORT, "visibility_timeout")}),
    ("candor.E007", {"CELERY_RESULT_BACKEND_TRANSPORT_OPTIONS": {}}),
    ("candor.E007", {"CELERY_VISIBILITY_TIMEOUT": 3600}),
    ("candor.E008", {"CELERY_BROKER_TRANSPORT_OPTIONS": without(TRANSPORT, "socket_timeout")}),
    ("candor.E008", {"CELERY_BROKER_TRANSPORT_OPTIONS": {**TRANSPORT, "socket_timeout": 0}}),
    ("candor.E008", {"CELERY_BROKER_TRANSPORT_OPTIONS": {**TRANSPORT, "socket_timeout": 40}}),
    ("candor.E008", {"CELERY_BROKER_TRANSPORT_OPTIONS": {**TRANSPORT, "socket_connect_timeout": None}}),
    ("candor.E009", {"CELERY_TASK_PUBLISH_RETRY_POLICY": {**RETRIES, "max_retries": 3}}),
    ("candor.E009", {"CELERY_TASK_PUBLISH_RETRY_POLICY": {**RETRIES, "max_retries": None}}),
    ("candor.E009", {"CELERY_TASK_PUBLISH_RETRY_POLICY": {**RETRIES, "interval_max": 5}}),
    ("candor.E009", {"CELERY_TASK_PUBLISH_RETRY_POLICY": {}}),
    ("candor.E010", {"CELERY_TASK_ALWAYS_EAGER": True}),
    ("candor.E011", {"CELERY_BROKER_URL": "memory://"}),
    ("candor.E011", {"CELERY_BROKER_URL": "filesystem://"}),
    ("candor.E012", {"CELERY_BROKER_CONNECTION_MAX_RETRIES": 100}),
]


@pytest.mark.parametrize(("number", "change"), VIOLATIONS, ids=str)
def test_each_violated_setting_of_the_queue_is_an_error(number: str, change: dict[str, Any]) -> None:
    with override_settings(**change):
        found = check_queue()
    assert number in [message.id for message in found]
    assert all(message.is_serious() and message.hint for message in found)


def test_a_setting_that_is_left_out_is_an_error_as_one_that_is_wrong() -> None:
    with override_settings():
        for name in [name for name in dir(settings) if name.startswith("CELERY_")]:
            delattr(settings, name)
        found = {message.id for message in check_queue()}
    # Celery's own defaults: not eager, and JSON.
    assert {f"candor.E{item.number:03}" for item in QUEUE} - found == {"candor.E005", "candor.E010"}


PRAGMAS = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
GOOD = {"transaction_mode": "IMMEDIATE", "timeout": 10, "init_command": PRAGMAS}
POSTGRESQL_ENGINE = "django.db.backends.postgresql"
SQLITE_ENGINE = "django.db.backends.sqlite3"


def database(options: Mapping[str, Any]) -> dict[str, Any]:
    return {"default": {"ENGINE": SQLITE_ENGINE, "NAME": "x", "OPTIONS": dict(options)}}


@pytest.mark.parametrize(
    ("number", "options"),
    [
        ("candor.E021", {**GOOD, "transaction_mode": "DEFERRED"}),
        ("candor.E021", without(GOOD, "transaction_mode")),
        ("candor.E022", {**GOOD, "timeout": 0}),
        ("candor.E022", without(GOOD, "timeout")),
        ("candor.E023", {**GOOD, "init_command": PRAGMAS.replace("WAL", "DELETE")}),
        (
            "candor.E024",
            {**GOOD, "init_command": PRAGMAS.replace("=ON", "=OFF")},
        ),
        ("candor.E025", {**GOOD, "init_command": PRAGMAS.replace("FULL", "NORMAL")}),
    ],
    ids=str,
)
def test_each_violated_option_of_sqlite_is_an_error(
    number: str, options: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(settings, "DATABASES", database(options))
    assert [message.id for message in check_database()] == [number]


def test_sqlite_without_any_option_breaks_every_requirement(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "DATABASES", {"default": {"ENGINE": SQLITE_ENGINE, "NAME": "x"}})
    assert [message.id for message in check_database()] == [f"candor.E{item.number:03}" for item in SQLITE]


def test_the_options_of_sqlite_are_not_asked_of_postgresql(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "DATABASES", {"default": {"ENGINE": POSTGRESQL_ENGINE, "NAME": "x"}})
    assert check_database() == []


@pytest.mark.parametrize(
    ("name", "installed", "number"),
    [
        ("django", "5.2.18", "candor.E031"),
        ("django", "5.2.9", "candor.E031"),
        ("djangorestframework", "3.17.1", "candor.E032"),
        ("celery", "5.6.3", "candor.E033"),
        ("kombu", "5.6.2", "candor.E034"),
    ],
)
def test_a_release_with_known_holes_is_an_error(name: str, installed: str, number: str) -> None:
    floors = {package: floor for package, (_, floor) in FLOORS.items()}
    assert below_floor(floors) == []
    assert [message.id for message in below_floor({**floors, name: installed})] == [number]
