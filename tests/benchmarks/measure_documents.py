"""Measures documents through the real queue, database and store: how soon, and how many a second."""

# Beside others on the machine the rate says little: the processor time a document takes is printed with it.

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from config.broker import embedded_broker
from config.tether import tethered
from tests.benchmarks.measuring import measure, migrated_database
from tests.benchmarks.submissions import filled_form, send
from tests.processes import PAUSE, wait_until

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from decision_aid.models import Summary

SUBMISSIONS = int(os.environ.get("CANDOR_BENCH_SUBMISSIONS", "60"))
ONE_BY_ONE = 20
WARMING = 20
PATIENCE = 150  # seconds
RESULT = Path("out/bench/documents.json")


def main() -> None:
    """Submit synthetic patients one by one to one idle worker, then all at once to two."""
    # Models can be imported only when Django has been set up.
    from config.demonstration import open_clinic, publish_pack
    from decision_aid.models import Summary
    from decision_aid.packs import read_pack
    from questionnaires.models import QuestionnaireResponse

    cast = open_clinic("bench", "Bench Clinic", "a password of the bench")
    release = publish_pack(cast, read_pack("spine"))

    def filled(number: int) -> QuestionnaireResponse:
        return filled_form(cast, release, number)

    def submit_and_wait(response: QuestionnaireResponse) -> None:
        send(response)
        wait_until(lambda: not Summary.objects.exclude(status=Summary.Status.READY).exists())

    with worker(concurrency=1):
        submit_and_wait(filled(0))
        waited = measure(
            "from submission to both PDFs, one worker", submit_and_wait, map(filled, range(1, ONE_BY_ONE + 2))
        )

    waiting = [filled(number) for number in range(ONE_BY_ONE + 2, ONE_BY_ONE + 2 + SUBMISSIONS)]
    for response in waiting:
        send(response)
    ready = Summary.objects.filter(
        assessment__consultation__response__in=waiting, status=Summary.Status.READY
    )
    with worker(concurrency=2) as process:
        wait_for(ready, WARMING)
        began, computed = ready.count(), seconds_computed_by(process)
        started = time.perf_counter()
        wait_for(ready, 2 * SUBMISSIONS)
        seconds, made = time.perf_counter() - started, 2 * SUBMISSIONS - began
        computed = seconds_computed_by(process) - computed
    figures = {
        "submission_to_both_median_ms": round(waited.median, 1),
        "submission_to_both_p95_ms": round(waited.late, 1),
        "documents": made,
        "documents_a_second": round(made / seconds, 1),
        "processor_ms_a_document": round(1000 * computed / made, 1),
        "documents_a_second_of_two_whole_processors": round(2 * made / computed, 1),
        "load": [round(value, 1) for value in os.getloadavg()],
        "processors": os.cpu_count(),
    }
    for name, figure in figures.items():
        sys.stdout.write(f"{name.replace('_', ' '):<44} {figure}\n")
    RESULT.parent.mkdir(parents=True, exist_ok=True)
    RESULT.write_text(json.dumps(figures, indent=1) + "\n")


def wait_for(documents: "QuerySet[Summary]", count: int) -> None:
    """Wait until so many are ready, asking seldom enough not to be in the workers' way."""
    deadline = time.monotonic() + PATIENCE
    while documents.count() < count:
        if time.monotonic() > deadline:
            sys.exit(f"only {documents.count()} of {count} documents were ready after {PATIENCE} s")
        PAUSE.wait(0.2)


def seconds_computed_by(process: "subprocess.Popen[bytes]") -> float:
    """The processor time of a worker and its pool until now, as Linux counts it."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
    ticks = 0
    for pid in (str(process.pid), *children):
        # After the name in brackets: utime, stime, and those of children that ended, from the 12th on.
        after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
        ticks += sum(map(int, after_name[11:15]))
    return ticks / os.sysconf("SC_CLK_TCK")


@contextmanager
def worker(concurrency: int) -> "Iterator[subprocess.Popen[bytes]]":
    """A Celery worker like the one in production, idle when the block begins."""
    log = Path(os.environ["CANDOR_VAR"]) / f"worker-{concurrency}.log"
    options = ["--concurrency", str(concurrency), "--loglevel", "INFO"]
    with log.open("wb") as output:
        process = subprocess.Popen(
            tethered([sys.executable, "-m", "celery", "-A", "config", "worker", *options]),
            env=os.environ | {"LOG_LEVEL": "INFO"},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
    try:
        wait_until(lambda: " ready." in log.read_text(errors="replace") or process.poll() is not None)
        yield process
    finally:
        process.terminate()
        process.wait(60)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder, embedded_broker(Path(folder)) as url:
        os.environ["CANDOR_BROKER_URL"] = url
        with migrated_database():
            main()
