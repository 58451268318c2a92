"""Times an act, and prepares a clinic in a database of its own to time acts in."""

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

import django
from django.core.management import call_command

T = TypeVar("T")


@dataclass(frozen=True)
class Measured:
    """In ms: the median and the 95th percentile by the clock, and the median that this process computed."""

    median: float
    late: float
    computed: float


def measure(name: str, act: Callable[[T], object], inputs: Iterable[T]) -> Measured:
    """Run `act` for each input; print the first time, the median and the 95th percentile, in ms.

    By the clock on the wall, and as the median of what this process computed, which others beside it on the
    machine hardly change; what a database server or a worker computed is not in it.
    """
    times, computed = [], []
    for item in inputs:
        began, busy = time.perf_counter(), time.process_time()
        act(item)
        times.append((time.perf_counter() - began) * 1000)
        computed.append((time.process_time() - busy) * 1000)
    first, *rest = times
    measured = Measured(
        statistics.median(rest), statistics.quantiles(rest, n=20)[-1], statistics.median(computed[1:])
    )
    sys.stdout.write(
        f"{name:<44} first {first:8.1f} ms   median {measured.median:8.1f} ms   "
        f"p95 {measured.late:8.1f} ms   "
        f"CPU {measured.computed:7.1f} ms   n {len(rest)}\n"
    )
    sys.stdout.flush()
    return measured


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
