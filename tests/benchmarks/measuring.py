"""Times an act, and prepares a clinic in a database of its own to time acts in."""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import django
from django.core.management import call_command

T = TypeVar("T")


def measure(name: str, act: Callable[[T], object], inputs: Iterable[T]) -> None:
    """Run `act` for each input; print the first time, the median and the 95th percentile, in ms."""
    times = []
    for item in inputs:
        began = time.perf_counter()
        act(item)
        times.append((time.perf_counter() - began) * 1000)
    first, *rest = times
    median, late = statistics.median(rest), statistics.quantiles(rest, n=20)[-1]
    sys.stdout.write(
        f"{name:<40} first {first:8.1f} ms   median {median:8.1f} ms   p95 {late:8.1f} ms   n {len(rest)}\n"
    )
    sys.stdout.flush()


@contextmanager
def migrated_database() -> Iterator[None]:
    """Set Django up on the default database in a folder that is thrown away."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["CANDOR_VAR"] = folder
        os.environ["LOG_LEVEL"] = "ERROR"
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
        django.setup()
        call_command("migrate", verbosity=0)
        yield
