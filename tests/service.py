"""The whole service, as `make run` starts it, in a folder of its own."""

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from tests.processes import ROOT, wait_until

# Settings that would lead to the database or broker of somebody else.
OF_OTHERS = frozenset({"DATABASE_URL", "REDIS_URL", "PUBLIC_URL", "SECRET_KEY", "DJANGO_SETTINGS_MODULE"})


class Service:
    """A supervisor in a folder of its own, on a port that was free."""

    def __init__(self, var: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.port = probe.getsockname()[1]
        self.printed = var.with_suffix(".printed")
        environment = {name: value for name, value in os.environ.items() if name not in OF_OTHERS}
        with self.printed.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "config.supervisor"],
                cwd=ROOT,
                env={**environment, "PORT": str(self.port), "CANDOR_VAR": str(var)},
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def wait_until_up(self) -> str:
        """Wait for the addresses; return all that was printed."""
        wait_until(
            lambda: self.process.poll() is not None or "Ctrl-C" in self.printed.read_text(), 240, "the start"
        )
        assert self.process.poll() is None, self.printed.read_text()
        return self.printed.read_text()

    def status(self) -> str:
        """What the service says about itself, or `away`."""
        try:
            with urlopen(f"{self.address}/readyz", timeout=20) as answer:  # noqa: S310 - our own address
                return str(json.load(answer)["status"])
        except URLError:
            return "away"

    def descendants(self) -> dict[int, str]:
        """Return the command of each process that it started, directly or not."""
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

    def wait_until_replaced(self, part: str, killed: set[int]) -> None:
        """Wait until a part runs that is none of these processes, which take a moment to be gone."""
        wait_until(lambda: self.running(part) - killed, 60, f"another {part}")

    def stop(self, how: int = signal.SIGINT) -> int:
        """Send a signal and wait until none of its processes is left; return the exit status."""
        family = self.descendants()
        self.process.send_signal(how)
        status = self.process.wait(60)
        wait_until(
            lambda: not [pid for pid in family if Path(f"/proc/{pid}/exe").exists()], 30, "the end of all"
        )
        return status
