"""System checks of the settings and versions that the service is not safe without."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

from celery import Celery
from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.utils.version import get_version_tuple

LONGEST_WAIT_FOR_THE_BROKER = 2.0  # seconds; a publisher tries twice
LONGEST_WAIT_TO_CONNECT = 1.0
LONGEST_PAUSE_BETWEEN_TRIES = 0.2


@dataclass(frozen=True, slots=True)
class Requirement:
    """One thing that must hold of a configuration, and what to say and do where it does not."""

    number: int
    holds: Callable[[Any], bool]
    says: str
    hint: str

    def error(self) -> Error:
        """Return the message of the check, with the id `candor.E0nn`."""
        return Error(self.says, hint=self.hint, id=f"candor.E{self.number:03}")


def _visibility_agrees(conf: Any) -> bool:
    places = {
        (conf.broker_transport_options or {}).get("visibility_timeout"),
        (conf.result_backend_transport_options or {}).get("visibility_timeout"),
        getattr(settings, "CELERY_VISIBILITY_TIMEOUT", None),
    }
    return None not in places and len(places) == 1


def _limits_are_ordered(conf: Any) -> bool:
    soft, hard = conf.task_soft_time_limit, conf.task_time_limit
    visible = (conf.broker_transport_options or {}).get("visibility_timeout")
    if soft is None or hard is None or visible is None:
        return False
    return bool(0 < soft < hard < visible / 2)


def _waits_are_short(conf: Any) -> bool:
    options = conf.broker_transport_options or {}
    answer, connect = options.get("socket_timeout"), options.get("socket_connect_timeout")
    if answer is None or connect is None:
        return False
    return bool(0 < answer <= LONGEST_WAIT_FOR_THE_BROKER and 0 < connect <= LONGEST_WAIT_TO_CONNECT)


def _publishing_gives_up(conf: Any) -> bool:
    policy = conf.task_publish_retry_policy or {}
    tries, pause = policy.get("max_retries"), policy.get("interval_max")
    return tries in {0, 1} and pause is not None and 0 <= pause <= LONGEST_PAUSE_BETWEEN_TRIES


QUEUE = (
    Requirement(
        1,
        lambda conf: conf.task_acks_late is True,
        "Tasks are acknowledged before they are done.",
        "Set CELERY_TASK_ACKS_LATE = True, or a killed worker loses its task.",
    ),
    Requirement(
        2,
        lambda conf: conf.task_reject_on_worker_lost is True,
        "A task whose process is killed counts as done.",
        "Set CELERY_TASK_REJECT_ON_WORKER_LOST = True.",
    ),
    Requirement(
        3,
        lambda conf: conf.worker_prefetch_multiplier == 1,
        "A worker takes more tasks than it works on.",
        "Set CELERY_WORKER_PREFETCH_MULTIPLIER = 1: with more, a busy worker ends when Redis restarts.",
    ),
    Requirement(
        4,
        lambda conf: conf.task_ignore_result is True and not conf.result_backend,
        "Results are kept in the queue.",
        "Set CELERY_TASK_IGNORE_RESULT = True and no result backend: what happened is on the row.",
    ),
    Requirement(
        5,
        lambda conf: conf.task_serializer == "json" and set(conf.accept_content) == {"json"},
        "Messages may be something else than JSON.",
        'Set CELERY_TASK_SERIALIZER = "json" and CELERY_ACCEPT_CONTENT = ["json"].',
    ),
    Requirement(
        6,
        _limits_are_ordered,
        "A task may still run when its message is given out again.",
        "Keep CELERY_TASK_SOFT_TIME_LIMIT < CELERY_TASK_TIME_LIMIT < half the visibility timeout.",
    ),
    Requirement(
        7,
        _visibility_agrees,
        "The visibility timeout is not the same in its three places; the shortest wins.",
        "Set it in CELERY_BROKER_TRANSPORT_OPTIONS, CELERY_RESULT_BACKEND_TRANSPORT_OPTIONS and"
        " CELERY_VISIBILITY_TIMEOUT.",
    ),
    Requirement(
        8,
        _waits_are_short,
        "A request may hang on a broker that does not answer.",
        "Set socket_timeout (at most 2 s) and socket_connect_timeout (at most 1 s) in"
        " CELERY_BROKER_TRANSPORT_OPTIONS.",
    ),
    Requirement(
        9,
        _publishing_gives_up,
        "A request may retry for long when the broker is away.",
        "Set CELERY_TASK_PUBLISH_RETRY_POLICY with max_retries 1 and interval_max at most 0.2.",
    ),
    Requirement(
        10,
        lambda conf: not conf.task_always_eager,
        "Tasks run inside the request.",
        "Leave CELERY_TASK_ALWAYS_EAGER unset: a stand-in hides what a real worker does.",
    ),
    Requirement(
        11,
        lambda conf: str(conf.broker_url).split("://", 1)[0] in {"redis", "rediss", "redis+socket"},
        "The broker is not a Redis or Valkey server.",
        "Set REDIS_URL to redis://, rediss:// or redis+socket://.",
    ),
    Requirement(
        12,
        lambda conf: conf.broker_connection_max_retries is None,
        "A worker gives up when the broker stays away.",
        "Set CELERY_BROKER_CONNECTION_MAX_RETRIES = None.",
    ),
)


def _pragmas(database: Mapping[str, Any]) -> dict[str, str]:
    found = re.findall(
        r"PRAGMA\s+(\w+)\s*=\s*(\w+)", database["OPTIONS"].get("init_command", ""), re.IGNORECASE
    )
    return {name.lower(): value.upper() for name, value in found}


SQLITE = (
    Requirement(
        21,
        lambda database: database["OPTIONS"].get("transaction_mode") == "IMMEDIATE",
        "SQLite transactions begin deferred.",
        'Set "transaction_mode": "IMMEDIATE" inside OPTIONS: deferred ones fail beside another writer.',
    ),
    Requirement(
        22,
        lambda database: database["OPTIONS"].get("timeout", 0) >= 5,
        "SQLite does not wait for another writer.",
        'Set "timeout": 10 inside OPTIONS.',
    ),
    Requirement(
        23,
        lambda database: _pragmas(database).get("journal_mode") == "WAL",
        "SQLite readers and writers block each other.",
        'Set "PRAGMA journal_mode=WAL" in init_command inside OPTIONS.',
    ),
    Requirement(
        24,
        lambda database: _pragmas(database).get("foreign_keys") == "ON",
        "SQLite does not enforce foreign keys.",
        'Set "PRAGMA foreign_keys=ON" in init_command inside OPTIONS.',
    ),
    Requirement(
        25,
        lambda database: _pragmas(database).get("synchronous") in {"FULL", "EXTRA"},
        "SQLite may lose what it has confirmed.",
        'Set "PRAGMA synchronous=FULL" in init_command inside OPTIONS.',
    ),
)

FLOORS = {
    "django": (31, "5.2.19"),
    "djangorestframework": (32, "3.17.2"),
    "celery": (33, "5.7.0"),
    "kombu": (34, "5.7.0"),
}


def _unmet(requirements: Iterable[Requirement], configuration: object) -> list[CheckMessage]:
    return [requirement.error() for requirement in requirements if not requirement.holds(configuration)]


def check_queue(**_: object) -> list[CheckMessage]:
    """Refuse settings of Celery that lose work, hang a request or leak data."""
    # What counts is what Celery makes of the settings: a misspelt name has no effect.
    reader = Celery("checks", set_as_current=False)
    reader.config_from_object("django.conf:settings", namespace="CELERY")
    return _unmet(QUEUE, reader.conf)


def check_database(**_: object) -> list[CheckMessage]:
    """Refuse SQLite options under which two writers lose each other's work."""
    database = {"OPTIONS": {}, **settings.DATABASES["default"]}
    return _unmet(SQLITE, database) if database["ENGINE"].endswith("sqlite3") else []


def check_versions(**_: object) -> list[CheckMessage]:
    """Refuse releases with known holes."""
    return below_floor({name: version(name) for name in FLOORS})


def below_floor(installed: Mapping[str, str]) -> list[CheckMessage]:
    """Return an error for each package of `installed` (name → version) older than its floor."""
    return [
        Error(
            f"{name} {installed[name]} has known security holes.",
            hint=f"Install {name} {floor} or newer.",
            id=f"candor.E{number:03}",
        )
        for name, (number, floor) in FLOORS.items()
        if get_version_tuple(installed[name]) < get_version_tuple(floor)
    ]
