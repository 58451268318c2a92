"""The queue with its settings: a real broker, a real worker, and neither."""

import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from kombu.exceptions import OperationalError

from config.broker import BrokerServer, client_of
from config.celery import app
from tests.conftest import point_queue_at
from tests.processes import WorkerProcess, wait_until

QUEUE = "candor:celery"


def publish() -> None:
    app.send_task("decision_aid.tasks.sweep_summaries")


def waiting(url: str) -> int:
    with client_of(url) as client:
        return int(client.llen(QUEUE))


def test_a_message_waits_for_a_worker(broker: str) -> None:
    publish()
    assert waiting(broker) == 1


def test_a_message_is_json(broker: str) -> None:
    publish()
    with client_of(broker) as client:
        message = client.lindex(QUEUE, 0)
    assert message is not None
    assert '"content-type": "application/json"' in message


@pytest.mark.worker
@pytest.mark.parametrize("pool", ["prefork", "solo"])
def test_a_worker_takes_what_waits(
    broker: str, celery_worker_process: Callable[..., WorkerProcess], pool: str
) -> None:
    publish()
    worker = celery_worker_process(broker, pool)
    wait_until(lambda: "sweep_summaries" in worker.said and waiting(broker) == 0)


@pytest.mark.worker
def test_a_killed_worker_leaves_no_process(
    broker: str, celery_worker_process: Callable[..., WorkerProcess]
) -> None:
    worker = celery_worker_process(broker)
    wait_until(worker.children)
    children = worker.children()
    worker.kill()
    wait_until(lambda: not any(Path(f"/proc/{child}").exists() for child in children))


def test_publishing_fails_at_once_when_the_broker_is_away(broker_server: BrokerServer) -> None:
    publish()
    broker_server.stop()
    for _ in range(2):
        began = time.monotonic()
        with pytest.raises(OperationalError):
            publish()
        assert time.monotonic() - began < 1


def test_publishing_works_again_when_the_broker_is_back(broker_server: BrokerServer) -> None:
    publish()
    broker_server.stop()
    with pytest.raises(OperationalError):
        publish()
    broker_server.start()
    publish()
    assert waiting(broker_server.url) == 2


@pytest.fixture
def mute_broker() -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"redis://127.0.0.1:{server.getsockname()[1]}/0"


def test_publishing_gives_up_on_a_broker_that_never_answers(mute_broker: str) -> None:
    before = app.conf.broker_url
    point_queue_at(mute_broker)
    began = time.monotonic()
    with pytest.raises(OperationalError):
        publish()
    assert time.monotonic() - began < 3
    point_queue_at(before)
