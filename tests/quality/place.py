"""A service of its own with the demonstration's people, started as `make run` starts it, and its sessions."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPException
from pathlib import Path
from urllib.request import urlopen

ROOT = Path(__file__).resolve().parents[2]
READY_SECONDS = 180.0


@contextmanager
def running_service(var: Path, port: int, *, pseudo_languages: bool = False) -> Iterator[str]:
    """Run everything with data in `var` until the block ends; the address. Django is set up for it after."""
    os.environ |= {
        "CANDOR_VAR": str(var),
        "PORT": str(port),
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "CANDOR_PSEUDO_LANGUAGES": "1" if pseudo_languages else "",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "DJANGO_ALLOW_ASYNC_UNSAFE": "true",  # Playwright's loop runs in this thread
    }
    for name in ("DATABASE_URL", "REDIS_URL", "CANDOR_BROKER_URL"):
        os.environ.pop(name, None)
    var.mkdir(parents=True, exist_ok=True)
    with (var / "service.log").open("wb") as log:
        service = subprocess.Popen(
            [sys.executable, "-m", "config.supervisor"], cwd=ROOT, stdout=log, stderr=log
        )
    try:
        _wait_until_ready(service, f"http://127.0.0.1:{port}/readyz", var / "service.log")
        yield f"http://127.0.0.1:{port}"
    finally:
        service.terminate()
        service.wait(60)


def _wait_until_ready(service: "subprocess.Popen[bytes]", address: str, log: Path) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline and service.poll() is None:
        with suppress(subprocess.TimeoutExpired):
            service.wait(0.5)
        try:
            with urlopen(address, timeout=2):  # noqa: S310 # our own server, over HTTP
                if "Ctrl-C stops everything" in log.read_text(errors="replace"):
                    return
        except (OSError, HTTPException):
            continue
    message = f"the service did not become ready; it said: {log.read_text(errors='replace')[-2000:]}"
    raise RuntimeError(message)
