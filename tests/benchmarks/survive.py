"""Sends forms while workers and broker of a whole service are killed at random, and counts what is lost."""

import json
import os
import random
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import timedelta
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

from tests.benchmarks.submissions import filled_form, send
from tests.processes import PAUSE
from tests.service import OF_OTHERS, Service

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from decision_aid.models import Summary

SUBMISSIONS = int(os.environ.get("CANDOR_SUBMISSIONS", "1000"))
SEED = int(os.environ.get("CANDOR_SEED", "1"))
# Whether, once the killing is over, a person lets the deadlines of what was interrupted pass at once.
IS_HURRIED = os.environ.get("CANDOR_HURRIED") == "1"
PATIENCE = int(os.environ.get("CANDOR_PATIENCE", "1500"))  # seconds after the last form was sent
VICTIMS = ("celery", "celery", "celery", "valkey", "redis", "sweep")
BETWEEN_KILLS = (0.5, 6.0)  # seconds
AUDIENCES = Counter(("surgeon", "answers"))


@dataclass
class Outcome:
    """What became of the forms; a document is broken when it is not the whole PDF that its row names."""

    submissions: int
    kills: dict[str, int]
    seconds: float = 0.0
    refused: int = 0
    lost: int = 0
    doubled: int = 0
    broken: int = 0

    @property
    def is_well(self) -> bool:
        return not (self.refused or self.lost or self.doubled or self.broken)


@contextmanager
def killing(service: Service, kills: Counter[str]) -> Iterator[None]:
    """End one of the service's processes after another, as a lost machine would, until the block ends."""
    done = threading.Event()
    chance = random.Random(SEED)  # noqa: S311 - which run it is, and no secret

    def kill() -> None:
        while not done.wait(chance.uniform(*BETWEEN_KILLS)):
            wanted = chance.choice(VICTIMS)
            found = sorted(pid for pid, what in service.descendants().items() if wanted in what)
            if found:
                with suppress(ProcessLookupError):
                    os.kill(chance.choice(found), signal.SIGKILL)
                    kills[wanted] += 1

    thread = threading.Thread(target=kill, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def survive(service: Service) -> Outcome:
    """Send the forms to a running service whose database and broker are in CANDOR_VAR."""
    from config.demonstration import open_clinic, publish_pack
    from decision_aid.models import Summary
    from decision_aid.packs import read_pack

    cast = open_clinic("bench", "Bench Clinic", "a password of the bench")
    release = publish_pack(cast, read_pack("spine"))
    kills: Counter[str] = Counter()
    outcome = Outcome(SUBMISSIONS, {})
    sent = []
    began = time.monotonic()
    with killing(service, kills):
        for number in range(SUBMISSIONS):
            response = filled_form(cast, release, number)
            try:
                send(response)
            except Exception as error:
                outcome.refused += 1
                sys.stderr.write(f"form {number}: {error!r}\n")
            sent.append(response.pk)
    asked = Summary.objects.filter(assessment__consultation__clinic=cast.clinic)
    wait_until_made(asked)
    outcome.seconds = round(time.monotonic() - began, 1)
    outcome.kills = dict(kills)
    of_form: dict[object, Counter[str]] = {response: Counter() for response in sent}
    ready = asked.filter(status=Summary.Status.READY)
    for form, audience in ready.values_list("assessment__consultation__response", "audience"):
        of_form[form][audience] += 1
    outcome.lost = sum((AUDIENCES - made).total() for made in of_form.values())
    outcome.doubled = sum((made - AUDIENCES).total() for made in of_form.values()) + made_again(asked)
    outcome.broken = sum(not is_whole(summary) for summary in ready)
    return outcome


def wait_until_made(asked: "QuerySet[Summary]") -> None:
    """Wait until each is ready or failed, but not for ever."""
    from django.utils import timezone

    from decision_aid.models import Summary

    deadline = time.monotonic() + PATIENCE
    unfinished = asked.exclude(status__in=[Summary.Status.READY, Summary.Status.FAILED])
    if IS_HURRIED:
        passed = timezone.now() - timedelta(seconds=1)
        unfinished.update(due_at=passed)
        unfinished.filter(status=Summary.Status.RENDERING).update(claimed_until=passed)
    while (waiting := unfinished.count()) and time.monotonic() < deadline:
        sys.stderr.write(f"{waiting} documents wait\n")
        PAUSE.wait(2)


def made_again(asked: "QuerySet[Summary]") -> int:
    """How many were finished more than once, or left more than one file."""
    from django.conf import settings

    from questionnaires.models import AuditEvent

    keys = {str(summary.pk) for summary in asked}
    made = Counter(AuditEvent.objects.filter(action="summary_ready").values_list("record_id", flat=True))
    folder = Path(settings.MEDIA_ROOT) / "summaries"
    files = {key: len(list((folder / key).glob("*"))) for key in keys}
    return sum(made[key] > 1 or files[key] > 1 for key in keys)


def is_whole(summary: "Summary") -> bool:
    """Whether the file is the PDF that its row names, and every page of it says something."""
    from pypdf import PdfReader

    pdf = Path(summary.file.path).read_bytes()
    if sha256(pdf).hexdigest() != summary.sha256 or len(pdf) != summary.size:
        return False
    return all(page.extract_text().strip() for page in PdfReader(BytesIO(pdf), strict=True).pages)


def main() -> int:
    """Start a service of its own, and print the outcome as JSON."""
    with tempfile.TemporaryDirectory() as folder:
        var = Path(folder) / "var"
        service = Service(var)
        try:
            service.wait_until_up()
            for name in OF_OTHERS:
                os.environ.pop(name, None)
            os.environ |= {"CANDOR_VAR": str(var), "LOG_LEVEL": "CRITICAL"}
            os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
            # Only now is there a place to set it up for.
            import django

            django.setup()
            outcome = survive(service)
        finally:
            service.stop()
    sys.stdout.write(json.dumps(asdict(outcome)) + "\n")
    return 0 if outcome.is_well else 1


if __name__ == "__main__":
    sys.exit(main())
