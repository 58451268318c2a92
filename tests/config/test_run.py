"""`make run`, from nothing to two addresses and back."""

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from tests.processes import ROOT, wait_until

pytestmark = pytest.mark.worker


class Service:
    """A supervisor in a folder of its own, on a port that was free."""

    def __init__(self, var: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.port = probe.getsockname()[1]
        self.printed = var.with_suffix(".printed")
        settings = {"DATABASE_URL", "REDIS_URL", "PUBLIC_URL", "SECRET_KEY", "DJANGO_SETTINGS_MODULE"}
        environment = {name: value for name, value in os.environ.items() if name not in settings}
        with self.printed.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "config.supervisor"],
                cwd=ROOT,
                env={**environment, "PORT": str(self.port), "CANDOR_VAR": str(var)},
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def wait_until_up(self) -> str:
        wait_until(
            lambda: self.process.poll() is not None or "Ctrl-C" in self.printed.read_text(), 240, "the start"
        )
        assert self.process.poll() is None, self.printed.read_text()
        return self.printed.read_text()

    def status(self) -> str:
        try:
            with urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=20) as answer:
                return str(json.load(answer)["status"])
        except URLError:
            return "away"

    def descendants(self) -> dict[int, str]:
        listing = subprocess.run(
            ["ps", "-ww", "-eo", "pid=,ppid=,args="], capture_output=True, text=True, check=True
        )
        rows = [line.split(None, 2) for line in listing.stdout.splitlines()]
        family = {self.process.pid}
        while grown := {int(pid) for pid, parent, _ in rows if int(parent) in family} - family:
            family |= grown
        return {int(pid): what for pid, _, what in rows if int(pid) in family - {self.process.pid}}

    def running(self, part: str) -> set[int]:
        """Return the processes of a part, which may just be starting again."""

        def found() -> set[int]:
            return {pid for pid, what in self.descendants().items() if part in what}

        wait_until(found, 60, f"a running {part}")
        return found()

    def stop(self, how: int = signal.SIGINT) -> int:
        family = self.descendants()
        self.process.send_signal(how)
        status = self.process.wait(60)
        wait_until(
            lambda: not [pid for pid in family if Path(f"/proc/{pid}/exe").exists()], 30, "the end of all"
        )
        return status


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

    for part in ("valkey-server", "celery", "gunicorn", "sweep"):
        victims = service.running(part)
        for victim in victims:
            os.kill(victim, signal.SIGKILL)
        assert not service.running(part) & victims
    wait_until(lambda: service.status() == "ready", 60, "ready again")
    assert service.stop() == 0


def test_it_keeps_what_is_there_and_leaves_nothing_when_it_is_killed(service: Service, var: Path) -> None:
    password = (var / "demonstration.json").read_text()
    service.wait_until_up()
    assert (var / "demonstration.json").read_text() == password
    assert service.status() == "ready"
    assert service.stop(signal.SIGKILL) == -signal.SIGKILL
