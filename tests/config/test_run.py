"""`make run`, from nothing to two addresses and back."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.processes import wait_until
from tests.service import Service

pytestmark = [pytest.mark.worker, pytest.mark.embedded]


@pytest.fixture(scope="module")
def var(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("run") / "var"


@pytest.fixture
def service(var: Path) -> Iterator[Service]:
    service = Service(var)
    yield service
    if service.process.poll() is None:
        service.stop(signal.SIGTERM)


def test_it_comes_up_from_nothing_stays_up_and_stops_every_child(service: Service) -> None:
    printed = service.wait_until_up()
    for address in ("/l/", "/worklist/", "/administration/", "/api/v1/docs/"):
        assert f"http://127.0.0.1:{service.port}{address}" in printed
    assert service.status() == "ready"

    victims = {part: service.running(part) for part in ("valkey-server", "celery", "gunicorn", "sweep")}
    for victim in set[int]().union(*victims.values()):
        os.kill(victim, signal.SIGKILL)
    for part, killed in victims.items():
        service.wait_until_replaced(part, killed)
    wait_until(lambda: service.status() == "ready", 60, "ready again")
    assert service.stop() == 0


def test_it_keeps_what_is_there_and_leaves_nothing_when_it_is_killed(service: Service, var: Path) -> None:
    password = (var / "demonstration.json").read_text()
    service.wait_until_up()
    assert (var / "demonstration.json").read_text() == password
    assert service.status() == "ready"
    assert service.stop(signal.SIGKILL) == -signal.SIGKILL
