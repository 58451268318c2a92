"""Real worker processes on the tests' own database, files and broker."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO

import pytest

from config.tether import tethered

ROOT = Path(__file__).resolve().parent.parent
PAUSE = threading.Event()  # never set: a wait that ends by its own time


def wait_until(holds: Callable[[], object], within: float = 30.0, what: str = "") -> None:
    """Wait until `holds()` is true; fails the test after `within` seconds."""
    deadline = time.monotonic() + within
    while not holds():
        if time.monotonic() > deadline:
            pytest.fail(f"{what or holds.__qualname__} did not become true within {within:.0f} s")
        PAUSE.wait(0.02)


class WorkerProcess:
    """A Celery worker like the one in production; `pool` is `prefork` as there, or `solo`."""

    def __init__(self, environment: Mapping[str, str], log: Path, pool: str) -> None:
        self.log = log
        self._output: IO[bytes] = log.open("ab")
        options = ["--concurrency", "1", "--loglevel", "INFO", "--pool", pool, "--hostname", f"{log.stem}@%h"]
        self.process = subprocess.Popen(
            tethered([sys.executable, "-m", "celery", "-A", "config", "worker", *options]),
            cwd=ROOT,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=self._output,
            stderr=self._output,
            start_new_session=True,
        )

    @property
    def said(self) -> str:
        """What the worker has logged so far."""
        return self.log.read_text(errors="replace")

    def wait_until_ready(self, within: float = 60.0) -> None:
        """Wait until the worker takes tasks; fails the test with its log if it ends instead."""
        wait_until(
            lambda: " ready." in self.said or self.process.poll() is not None, within, "a worker's start"
        )
        if self.process.poll() is not None:
            pytest.fail(f"The worker ended with status {self.process.returncode}:\n{self.said}")

    def children(self) -> list[int]:
        """Return the process ids of its pool, which is empty for `solo`."""
        listing = subprocess.run(
            ["ps", "-o", "pid=", "--ppid", str(self.process.pid)], capture_output=True, text=True, check=False
        )
        return [int(word) for word in listing.stdout.split()]

    def kill(self) -> None:
        """End the worker and its pool at once, as a lost machine would."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
        self._output.close()

    def stop(self) -> None:
        """Let the worker finish what it does, then end it."""
        self.process.terminate()
        with suppress(subprocess.TimeoutExpired):
            self.process.wait(20)
        self.kill()


def sweep(environment: Mapping[str, str], broker: str) -> str:
    """Let the sweep look once for what the queue has lost; return what it said."""
    done = subprocess.run(
        [sys.executable, "manage.py", "sweep", "--once"],
        cwd=ROOT,
        env={**environment, "CANDOR_BROKER_URL": broker},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout
