"""What a load balancer asks: is the process alive, and can it serve."""

import logging
from functools import cache

from django.db import DEFAULT_DB_ALIAS, Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from kombu.exceptions import OperationalError

from config.celery import app

logger = logging.getLogger(__name__)


class NotMigratedError(Exception):
    """The database is older than the code."""


@never_cache
@require_safe
def livez(request: HttpRequest) -> JsonResponse:
    """Answer 200 while the process can answer at all; no other part is asked."""
    return JsonResponse({"status": "alive"})


@never_cache
@require_safe
def readyz(request: HttpRequest) -> JsonResponse:
    """Answer 200 `ready`, 200 `degraded` or 503 `not ready`.

    Degraded: the broker is away; documents wait and nothing is lost. Why is in the log, not in the answer,
    which anybody may read.
    """
    try:
        _ask_the_database()
    except (Error, NotMigratedError) as error:
        logger.error("Not ready: %s", error)  # noqa: TRY400 - the sentence is enough
        return JsonResponse({"status": "not ready"}, status=503)
    try:
        _ask_the_broker()
    except OperationalError as error:
        logger.warning("Degraded, the broker does not answer: %s", error)
        return JsonResponse({"status": "degraded"})
    return JsonResponse({"status": "ready"})


def _ask_the_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    _demand_migrations(DEFAULT_DB_ALIAS)


@cache  # an exception is not kept, so the question is asked until it has been answered once
def _demand_migrations(alias: str) -> None:
    executor = MigrationExecutor(connection)
    if missing := executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise NotMigratedError(f"{len(missing)} migrations have not been applied to the {alias} database.")


def _ask_the_broker() -> None:
    # A probe waits less than a publisher, or a hung broker would make the web server look dead.
    options = {**app.conf.broker_transport_options, "socket_timeout": 0.5, "socket_connect_timeout": 0.3}
    with app.connection(transport_options=options) as broker:
        broker.ensure_connection(max_retries=1, interval_start=0, interval_step=0)


urlpatterns = [path("livez", livez, name="livez"), path("readyz", readyz, name="readyz")]
