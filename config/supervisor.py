"""Starts everything that `make run` promises, keeps it running, and stops all of it."""

import asyncio
import errno
import fcntl
import os
import shutil
import signal
import socket
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

from config.broker import BrokerError, BrokerServer, broker_place
from config.tether import tethered

ROOT = Path(__file__).resolve().parent.parent
NEEDED_MB = 200
READY_SECONDS = 90.0
STOP_SECONDS = 20.0
STEADY_SECONDS = 60.0  # a child that lived this long is started again at once
LONGEST_PAUSE = 30.0  # seconds between two starts of a child that keeps ending
LARGEST_LOG = 10_000_000  # bytes; a longer log is set aside at the next start
SIGNS_OF_A_FULL_DISK = ("no space left on device", "disk is full", "disk quota exceeded")


class CannotRunError(Exception):
    """The service cannot run; the message is one sentence for the person at the terminal."""


class StopAskedError(Exception):
    """Somebody asked to stop while the service was still starting."""


@dataclass(frozen=True)
class Child:
    """A process that must always run."""

    name: str
    command: tuple[str, ...]
    folder: Path = ROOT
    files: tuple[int, ...] = ()  # open files that it inherits


def say(sentence: str) -> None:
    """Print a line at once."""
    sys.stdout.write(f"{sentence}\n")
    sys.stdout.flush()


class Supervisor:
    """Runs children in sessions of their own, with their output in log files, until it is asked to stop."""

    def __init__(self, logs: Path, environment: Mapping[str, str]) -> None:
        self.logs = logs
        self.logs.mkdir(parents=True, exist_ok=True)
        self.environment = dict(environment)
        self.stop_asked = asyncio.Event()
        self.hurry_asked = asyncio.Event()

    def ask_to_stop(self) -> None:
        """Stop everything; asked twice, at once."""
        if self.stop_asked.is_set():
            self.hurry_asked.set()
        else:
            say("\nStopping.")
            self.stop_asked.set()

    async def run_step(self, name: str, *command: str) -> str:
        """Run a command to its end and return what it printed; raises CannotRunError with its last words."""
        process = await asyncio.create_subprocess_exec(
            *tethered(list(command)),
            cwd=ROOT,
            env=self.environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,
        )
        talk = asyncio.create_task(process.communicate())
        if await _comes_before(self.stop_asked, talk):
            await self._end(process)
            talk.cancel()
            raise StopAskedError
        printed, complained = (text.decode(errors="replace") for text in await talk)
        if process.returncode == 0:
            return printed
        (self.logs / f"{name}.log").write_text(printed + complained)
        if any(sign in complained.lower() for sign in SIGNS_OF_A_FULL_DISK):
            raise CannotRunError(full_disk(ROOT))
        raise CannotRunError(
            f"The step `{name}` failed: {last_line(complained or printed)} (see {self.logs / name}.log)"
        )

    async def keep_running(self, child: Child, until: asyncio.Event) -> None:
        """Start a child again whenever it ends, however it ends, until the event; then end it."""
        pause = 1.0
        while not until.is_set():
            started = time.monotonic()
            with self._log_of(child).open("ab") as log:
                process = await asyncio.create_subprocess_exec(
                    *tethered(list(child.command)),
                    cwd=child.folder,
                    env=self.environment,
                    stdin=asyncio.subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    pass_fds=child.files,
                    start_new_session=True,
                )
            if await _comes_before(until, asyncio.create_task(process.wait())):
                await self._end(process)
                return
            _kill_group(process.pid)  # what a killed child left behind
            pause = 1.0 if time.monotonic() - started > STEADY_SECONDS else min(2 * pause, LONGEST_PAUSE)
            say(f"The {child.name} ended (status {process.returncode}); it starts again in {pause:.0f} s.")
            with suppress(TimeoutError):
                await asyncio.wait_for(until.wait(), pause)

    async def wait_until_ready(self, address: str) -> None:
        """Wait until the web server can serve; raises CannotRunError with its log's last line."""
        deadline = time.monotonic() + READY_SECONDS
        while not await asyncio.to_thread(_serves, address):
            if self.stop_asked.is_set():
                raise StopAskedError
            if time.monotonic() > deadline:
                log = self.logs / "web server.log"
                said = last_line(log.read_text(errors="replace"))
                raise CannotRunError(f"The web server did not become ready: {said} (see {log})")
            await asyncio.sleep(0.2)

    def _log_of(self, child: Child) -> Path:
        log = self.logs / f"{child.name}.log"
        if log.exists() and log.stat().st_size > LARGEST_LOG:
            log.replace(log.with_suffix(".old.log"))
        return log

    async def _end(self, process: asyncio.subprocess.Process) -> None:
        """Ask a child to end, which lets it finish what it does, then end its whole group."""
        with suppress(ProcessLookupError):
            process.terminate()
        hurry, ended = asyncio.create_task(self.hurry_asked.wait()), asyncio.create_task(process.wait())
        await asyncio.wait({hurry, ended}, timeout=STOP_SECONDS, return_when=asyncio.FIRST_COMPLETED)
        hurry.cancel()
        _kill_group(process.pid)
        await ended


async def _comes_before(event: asyncio.Event, end: "asyncio.Task[Any]") -> bool:
    waiting = asyncio.create_task(event.wait())
    await asyncio.wait({waiting, end}, return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    return not end.done()


def _kill_group(leader: int) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)


def _serves(address: str) -> bool:
    try:
        with urlopen(f"{address}/readyz", timeout=5) as answer:  # noqa: S310 - our own address
            return bool(answer.status == 200)
    except HTTPError as refusal:
        refusal.close()
        return False
    except (OSError, HTTPException):
        return False


def last_line(text: str) -> str:
    """Return the last line that says something."""
    return next((line.strip() for line in reversed(text.split("\n")) if line.strip()), "it said nothing")


def full_disk(place: Path) -> str:
    """Return the sentence for a disk that is full."""
    return f"The disk that holds {place} is full: free some space and run the command again."


def open_port(text: str) -> socket.socket:
    """Listen on a port of 127.0.0.1; raises CannotRunError for one that is none, forbidden or in use.

    The supervisor holds it, so that nobody takes it during a start, and whoever calls while the web server
    restarts waits instead of being refused.
    """
    if not text.isdecimal() or not 0 < int(text) < 65_536:
        raise CannotRunError(f"PORT is {text!r}: give a number from 1 to 65535.")
    try:
        return socket.create_server(("127.0.0.1", int(text)), backlog=256)
    except OSError as error:
        why = "is in use" if error.errno == errno.EADDRINUSE else f"cannot be used ({error.strerror})"
        raise CannotRunError(f"Port {text} {why}: choose another, as in `PORT=8001 make run`.") from error


def demand_room(var: Path, free_mb: int) -> None:
    """Refuse a disk on which the database would soon fail."""
    if free_mb < NEEDED_MB:
        raise CannotRunError(
            f"The disk that holds {var} has {free_mb} MB free and Candor needs {NEEDED_MB} MB."
        )


@contextmanager
def only_here(var: Path) -> Iterator[None]:
    """Hold the folder, so that two services never share one; raises CannotRunError."""
    with (var / "run.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            raise CannotRunError(
                f"Candor already runs from {var} (process {lock.read().strip()}): stop it, or set CANDOR_VAR."
            ) from None
        lock.truncate(0)
        lock.write(f"{os.getpid()}\n")
        lock.flush()
        yield


def children(python: str, listener: int) -> list[Child]:
    """Return the web server, a worker, and the sweep that finds what the queue lost."""
    gunicorn = (python, "-m", "gunicorn", "--config", "python:config.gunicorn", "config.wsgi")
    manage = str(ROOT / "manage.py")
    return [
        Child("web server", (*gunicorn, "--bind", f"fd://{listener}"), files=(listener,)),
        Child(
            "worker",
            (python, "-m", "celery", "-A", "config", "worker", "--concurrency", "1", "--loglevel", "INFO"),
        ),
        Child("sweep", (python, manage, "sweep")),
    ]


async def run(var: Path, listener: socket.socket) -> None:
    """Prepare, start, print the addresses, and keep everything running until somebody asks to stop."""
    port = listener.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    environment = {"PUBLIC_URL": address, **os.environ, "CANDOR_VAR": str(var), "PORT": str(port)}
    supervisor = Supervisor(var / "log", environment)
    for wanted in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(wanted, supervisor.ask_to_stop)
    with suppress(StopAskedError):
        if os.environ.get("REDIS_URL"):
            await run_with_broker(supervisor, listener)
        else:
            await run_with_own_broker(supervisor, listener, var / "broker")


async def run_with_own_broker(supervisor: Supervisor, listener: socket.socket, folder: Path) -> None:
    """Run with the embedded broker, which starts first and stops last."""
    with broker_place(folder) as is_ours:
        if not is_ours:
            raise CannotRunError(f"Another command uses the broker in {folder}: wait until it has ended.")
        server = BrokerServer(folder)
        server.start()  # a first time under our eyes: what is wrong is said here, in one sentence
        server.stop()
        supervisor.environment["CANDOR_BROKER_URL"] = server.url
        done = asyncio.Event()
        child = Child("broker", tuple(server.command), server.folder)
        keeper = asyncio.create_task(supervisor.keep_running(child, until=done))
        try:
            await run_with_broker(supervisor, listener)
        finally:
            done.set()
            await keeper


async def run_with_broker(supervisor: Supervisor, listener: socket.socket) -> None:
    """Prepare the database and the demonstration, then run the children until a stop is asked."""
    python, manage = sys.executable, str(ROOT / "manage.py")
    await supervisor.run_step("migrate", python, manage, "migrate", "--no-input", "--verbosity", "0")
    await supervisor.run_step(
        "collectstatic", python, manage, "collectstatic", "--no-input", "--verbosity", "0"
    )
    addresses = await supervisor.run_step("demonstrate", python, manage, "demonstrate")
    stop = supervisor.stop_asked
    keepers = [
        asyncio.create_task(supervisor.keep_running(child, until=stop))
        for child in children(python, listener.fileno())
    ]
    try:
        await supervisor.wait_until_ready(f"http://127.0.0.1:{listener.getsockname()[1]}")
        say(f"{addresses.rstrip()}\n\nLogs are in {supervisor.logs}. Ctrl-C stops everything.")
        await stop.wait()
    finally:
        stop.set()
        await asyncio.gather(*keepers)


def main() -> int:
    """Run the service; return the exit status. What is wrong is one sentence on standard error."""
    var = Path(os.environ.get("CANDOR_VAR") or ROOT / "var").resolve()
    try:
        var.mkdir(parents=True, exist_ok=True)
        demand_room(var, shutil.disk_usage(var).free // 1_000_000)
        with only_here(var), open_port(os.environ.get("PORT") or "8000") as listener:
            asyncio.run(run(var, listener))
    except (CannotRunError, BrokerError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except OSError as error:
        is_full = error.errno in {errno.ENOSPC, errno.EDQUOT}
        sys.stderr.write(f"{full_disk(var) if is_full else f'Candor cannot run: {error}.'}\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
