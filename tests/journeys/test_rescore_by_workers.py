"""Everybody scored anew by workers, in parts that may be lost and taken again."""

import base64
import json
from collections.abc import Callable
from copy import deepcopy
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.utils import timezone

from config.broker import client_of
from config.demonstration import Cast
from decision_aid.models import DecisionAidVersion, Rescoring, RescoringPart
from decision_aid.services.rescoring import MOST_ATTEMPTS, begin_rescoring, overdue_parts, rescore_part
from decision_aid.tasks import nudge_parts
from questionnaires.definition.digest import sha256_of
from tests.cast import HOME, assess, assess_again, new_patient, new_visit
from tests.processes import WorkerProcess

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]

QUEUE = "candor:celery"
PEOPLE = 5


@pytest.fixture
def second_release(
    release: DecisionAidVersion, cast: Cast, golden: Callable[[str], dict[str, Any]]
) -> DecisionAidVersion:
    """The same aid, in which smoking weighs nine times as much, and five people who were assessed before."""
    for number in range(PEOPLE):
        facts = {**golden("typical_disc"), "smoking": "current" if number % 2 else "never"}
        consultation = new_visit(release, new_patient(cast.clinic, f"R-{number}"), cast).consultation
        assess(consultation, facts)
        assess_again(consultation, facts)
    document = {**deepcopy(release.document), "version": 2}
    for option in document["options"]:
        for rule in option["rules"]:
            if rule["id"] == "tubular_smoking":
                rule["points"] = -9
    return DecisionAidVersion.objects.create(
        aid=release.aid, number=2, document=document, sha256=sha256_of(document), intake=release.intake,
        findings=release.findings, author=release.author, approver=release.approver, reason="To see.",
        published_at=release.published_at,
    )  # fmt: skip


def rescored(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    call_command("rescore", "--clinic", HOME[0], "--release=2", "--against=1", *arguments)
    return capsys.readouterr().out


def parts_of(rescoring: Rescoring) -> list[RescoringPart]:
    return list(rescoring.parts.all())


def test_workers_find_what_one_process_finds_though_a_part_was_lost(
    broker: str,
    celery_worker_process: Callable[..., WorkerProcess],
    second_release: DecisionAidVersion,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    alone, together = tmp_path / "alone.jsonl", tmp_path / "together.jsonl"
    printed = rescored(capsys, f"--out={alone}")
    assert len(alone.read_text().splitlines()) == PEOPLE // 2, printed

    aid, before = second_release.aid, second_release.aid.releases.get(number=1)
    rescoring = begin_rescoring(aid, second_release, before, people_in_a_part=2)
    assert [part.number for part in parts_of(rescoring)] == [1, 2, 3]
    lost = rescoring.parts.get(number=2)
    nudge_parts([lost.pk])
    with client_of(broker) as client:
        (message,) = client.lrange(QUEUE, 0, -1)
        client.delete(QUEUE)
    body = json.loads(base64.b64decode(json.loads(message)["body"]))
    assert body[:2] == [[str(lost.pk)], {}]  # an id, and nothing of anybody
    # A worker took it and was never heard of again.
    past = timezone.now() - timedelta(seconds=1)
    rescoring.parts.filter(pk=lost.pk).update(status=RescoringPart.Status.RUNNING, attempts=1, due_at=past)

    celery_worker_process(broker)
    assert rescored(capsys, "--workers", f"--out={together}") == printed
    assert together.read_bytes() == alone.read_bytes()
    assert Rescoring.objects.get() == rescoring
    assert [(part.status, part.attempts) for part in parts_of(rescoring)] == [
        ("done", 1),
        ("done", 2),
        ("done", 1),
    ]


def test_a_part_is_done_once_and_given_up_after_some_attempts(
    broker: str, second_release: DecisionAidVersion, capsys: pytest.CaptureFixture[str]
) -> None:
    rescoring = begin_rescoring(second_release.aid, second_release, None, people_in_a_part=4)
    first, second = parts_of(rescoring)
    for _ in range(2):
        rescore_part(first.pk)
    first.refresh_from_db()
    assert (first.status, first.attempts, first.counts["people"], first.changes) == ("done", 1, 4, [])
    past = timezone.now() - timedelta(seconds=1)
    second.attempts, second.due_at = MOST_ATTEMPTS, past
    second.save()
    rescore_part(second.pk)
    assert overdue_parts() == []
    second.refresh_from_db()
    assert (second.status, second.failure) == ("failed", "out_of_attempts")
    # Asked for again, it is tried again; what was done is kept.
    assert begin_rescoring(second_release.aid, second_release, None) == rescoring
    assert overdue_parts() == [second.pk]
    rescore_part(second.pk)
    assert {part.status for part in parts_of(rescoring)} == {"done"}
    assert begin_rescoring(second_release.aid, second_release, None) != rescoring


def test_what_stands_in_the_way_of_a_part_is_kept_on_it(
    broker: str, second_release: DecisionAidVersion
) -> None:
    broken = {**second_release.document, "version": 3, "options": []}
    release = DecisionAidVersion.objects.create(
        aid=second_release.aid, number=3, document=broken, sha256=sha256_of(broken),
        intake=second_release.intake, findings=second_release.findings, author=second_release.author,
        approver=second_release.approver, reason="Not readable.", published_at=second_release.published_at,
    )  # fmt: skip
    (part,) = parts_of(begin_rescoring(release.aid, release, None))
    with pytest.raises(Exception, match="options"):
        rescore_part(part.pk)
    part.refresh_from_db()
    assert (part.status, part.failure, part.attempts) == ("waiting", "ProblemsFound", 1)
