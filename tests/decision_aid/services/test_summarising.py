"""A document is asked for by a row, claimed by one worker, and made once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.base import ContentFile
from django.db import IntegrityError, close_old_connections, connection, transaction
from django.utils import timezone

from config.demonstration import Cast
from decision_aid.models import Assessment, Summary
from decision_aid.services.summarising import (
    claim_summary,
    overdue_summaries,
    put_off,
    render_summary,
    request_assessed,
    retry_summary,
)
from decision_aid.tasks import nudge, nudge_consultation, sweep_summaries
from questionnaires.models import AuditEvent, User
from questionnaires.services.refusals import Refused

PAST = timedelta(seconds=1)


@pytest.fixture
def summary(assessment: Assessment) -> Summary:
    """The copy of the patient's answers, asked for and not made."""
    return Summary.objects.get(assessment=assessment, audience="answers")


@pytest.fixture
def broken_storage(settings: Any, tmp_path: Path) -> Callable[[], None]:
    """Files cannot be written: their folder is a file. The function that it returns mends it."""
    obstacle = tmp_path / "obstacle"
    obstacle.touch()
    settings.MEDIA_ROOT = obstacle

    def mend() -> None:
        settings.MEDIA_ROOT = tmp_path / "mended"

    return mend


def files() -> list[str]:
    root = Path(Summary.file.field.storage.path(""))
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


def change(summary: Summary, **values: object) -> None:
    Summary.objects.filter(pk=summary.pk).update(**values)


# ── Asked for ───────────────────────────────────────────────────────────────────────────────────────────


def test_asking_twice_asks_once(assessment: Assessment) -> None:
    before = list(Summary.objects.values())
    request_assessed(assessment)
    assert list(Summary.objects.values()) == before


def test_the_database_keeps_it_to_one(summary: Summary) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Summary.objects.create(
            clinic=summary.clinic,
            assessment=summary.assessment,
            audience=summary.audience,
            language=summary.language,
            template_version=summary.template_version,
            requested_at=timezone.now(),
            due_at=timezone.now(),
        )


def test_it_is_never_ready_without_a_hashed_file(summary: Summary) -> None:
    for values in ({"sha256": "0" * 64, "size": 1}, {"file": "f.pdf", "size": 1}, {"file": "f.pdf"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            change(summary, status="ready", **values)


# ── Claimed ─────────────────────────────────────────────────────────────────────────────────────────────


def test_a_claimed_one_is_nobody_elses(summary: Summary) -> None:
    claimed = claim_summary(summary.pk)
    assert claimed is not None
    assert (claimed.status, claimed.claim) == ("rendering", 1)
    assert claim_summary(summary.pk) is None
    assert render_summary(summary.pk).status == "left"


def test_what_does_not_exist_is_left(db: None) -> None:
    assert render_summary(uuid4()).status == "left"


def test_when_the_lease_has_run_out_another_worker_takes_it(summary: Summary) -> None:
    claim_summary(summary.pk)
    change(summary, claimed_until=timezone.now() - PAST)
    again = claim_summary(summary.pk)
    assert again is not None
    assert again.claim == 2


@pytest.mark.django_db(transaction=True)
def test_of_twenty_workers_one_gets_it(summary: Summary) -> None:
    def claim() -> bool:
        try:
            return claim_summary(summary.pk) is not None
        finally:
            connection.close()

    with ThreadPoolExecutor(20) as workers:
        claims = list(workers.map(lambda _: claim(), range(20)))
    close_old_connections()
    assert claims.count(True) == 1
    assert Summary.objects.get(pk=summary.pk).claim == 1


# ── Made ────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_row_knows_the_hash_and_size_of_its_file(summary: Summary) -> None:
    assert render_summary(summary.pk).status == "ready"
    summary.refresh_from_db()
    pdf = summary.file.read()
    summary.file.close()
    assert pdf.startswith(b"%PDF-")
    assert (summary.status, summary.sha256, summary.size) == ("ready", sha256(pdf).hexdigest(), len(pdf))
    assert summary.ready_at is not None
    assert summary.claimed_until is None


def test_its_file_says_nothing_about_the_person(summary: Summary) -> None:
    render_summary(summary.pk)
    assert files() == [f"summaries/{summary.pk}/1.pdf"]


def test_the_chain_says_that_it_is_ready(summary: Summary) -> None:
    render_summary(summary.pk)
    event = AuditEvent.objects.get(action="summary_ready")
    assert (event.actor, event.record_id, event.detail) == (
        "system",
        str(summary.pk),
        {"audience": "answers", "attempt": 1},
    )


def test_made_twice_it_is_one_file(summary: Summary) -> None:
    assert [render_summary(summary.pk).status for _ in range(2)] == ["ready", "left"]
    assert len(files()) == 1


def test_made_again_from_the_same_assessment_it_is_the_same_bytes(summary: Summary) -> None:
    render_summary(summary.pk)
    first = Summary.objects.get(pk=summary.pk).sha256
    change(summary, status="requested", file="", sha256="", size=0)
    render_summary(summary.pk)
    assert Summary.objects.get(pk=summary.pk).sha256 == first


def test_a_worker_that_was_overtaken_writes_nothing_and_deletes_its_file(
    summary: Summary, settings: Any
) -> None:
    settings.STORAGES = settings.STORAGES | {
        "default": {"BACKEND": "tests.decision_aid.services.storages.OvertakenStorage"}
    }
    assert render_summary(summary.pk).status == "left"
    summary.refresh_from_db()
    assert (summary.status, summary.claim) == ("ready", 2)
    assert files() == [f"summaries/{summary.pk}/2.pdf"]


def test_the_file_of_a_worker_that_died_is_deleted(summary: Summary) -> None:
    claim_summary(summary.pk)
    summary.file.storage.save(f"summaries/{summary.pk}/1.pdf", ContentFile(b"half a document"))
    change(summary, claimed_until=timezone.now() - PAST)
    render_summary(summary.pk)
    assert files() == [f"summaries/{summary.pk}/2.pdf"]


# ── Failed ──────────────────────────────────────────────────────────────────────────────────────────────


def fail(summary: Summary) -> Summary:
    with pytest.raises(NotADirectoryError):
        render_summary(summary.pk)
    summary.refresh_from_db()
    return summary


def test_after_an_error_it_waits_longer_each_time(
    summary: Summary, broken_storage: Callable[[], None], settings: Any
) -> None:
    waits = []
    for attempt in range(1, settings.SUMMARY_MAX_ATTEMPTS):
        before = timezone.now()
        failed = fail(summary)
        assert (failed.status, failed.claim, failed.failure) == ("requested", attempt, "NotADirectoryError")
        waits.append(round((failed.due_at - before).total_seconds() / settings.SUMMARY_OVERDUE_SECONDS))
    assert waits == [2, 4, 8, 16]


def test_after_the_last_attempt_a_person_must_look(
    summary: Summary, broken_storage: Callable[[], None], settings: Any
) -> None:
    for _ in range(settings.SUMMARY_MAX_ATTEMPTS):
        failed = fail(summary)
    assert (failed.status, failed.failure) == ("failed", "NotADirectoryError")
    broken_storage()
    assert render_summary(summary.pk).status == "left"
    assert files() == []


def test_the_next_attempt_can_succeed(summary: Summary, broken_storage: Callable[[], None]) -> None:
    fail(summary)
    broken_storage()
    assert render_summary(summary.pk).status == "ready"
    summary.refresh_from_db()
    assert (summary.claim, summary.failure) == (2, "")


def test_a_failed_one_gets_its_attempts_back(
    summary: Summary, broken_storage: Callable[[], None], coordinator: User
) -> None:
    change(summary, status="failed", failure="NotADirectoryError", claim=5, attempts=5)
    summary.refresh_from_db()
    retry_summary(summary, coordinator)
    broken_storage()
    assert overdue_summaries() == [summary.pk]
    assert render_summary(summary.pk).status == "ready"
    assert AuditEvent.objects.get(action="summary_retried").user == coordinator


@pytest.mark.parametrize("status", ["requested", "rendering"])
def test_only_a_failed_one_is_tried_again(summary: Summary, surgeon: User, status: str) -> None:
    change(summary, status=status)
    summary.refresh_from_db()
    with pytest.raises(Refused) as refused:
        retry_summary(summary, surgeon)
    assert (refused.value.code, refused.value.status) == ("not_failed", 409)


def test_two_people_who_try_again_try_once(summary: Summary, surgeon: User) -> None:
    change(summary, status="failed")
    one, other = Summary.objects.get(pk=summary.pk), Summary.objects.get(pk=summary.pk)
    retry_summary(one, surgeon)
    with pytest.raises(Refused) as refused:
        retry_summary(other, surgeon)
    assert refused.value.code == "stale_state"


@pytest.mark.parametrize("role", ["author", "approver"])
def test_not_everybody_tries_again(summary: Summary, cast: Cast, stranger: User, role: str) -> None:
    change(summary, status="failed")
    summary.refresh_from_db()
    for user in (getattr(cast, role), stranger):
        with pytest.raises(Refused) as refused:
            retry_summary(summary, user)
        assert refused.value.code == "not_permitted"


# ── Overdue ─────────────────────────────────────────────────────────────────────────────────────────────


def test_what_nobody_finished_in_time_is_overdue(summary: Summary) -> None:
    Summary.objects.update(due_at=timezone.now() + timedelta(minutes=1))
    assert overdue_summaries() == []
    change(summary, due_at=timezone.now() - PAST)
    assert overdue_summaries() == [summary.pk]
    claim_summary(summary.pk)
    assert overdue_summaries() == []
    change(summary, due_at=timezone.now() - PAST)
    assert overdue_summaries() == [summary.pk]


def test_what_the_queue_has_again_is_put_off_until_it_had_time(summary: Summary, settings: Any) -> None:
    change(summary, due_at=timezone.now() - PAST)
    put_off([summary.pk])
    assert overdue_summaries() == []
    summary.refresh_from_db()
    assert summary.due_at - timezone.now() <= timedelta(seconds=settings.SUMMARY_RING_AGAIN_SECONDS)


def test_what_a_worker_has_taken_or_finished_is_not_put_off(summary: Summary) -> None:
    change(summary, due_at=timezone.now() - PAST)
    claim_summary(summary.pk)
    summary.refresh_from_db()
    due_at = summary.due_at
    put_off([summary.pk])
    summary.refresh_from_db()
    assert summary.due_at == due_at


def test_what_is_ready_or_failed_is_never_overdue(summary: Summary) -> None:
    Summary.objects.update(due_at=timezone.now() - PAST, status="failed")
    render_summary(summary.pk)
    assert overdue_summaries() == []


def test_what_worker_after_worker_died_on_is_failed(summary: Summary, settings: Any) -> None:
    Summary.objects.update(due_at=timezone.now() + timedelta(minutes=1))
    change(summary, status="rendering", attempts=settings.SUMMARY_MAX_ATTEMPTS, due_at=timezone.now() - PAST)
    assert overdue_summaries() == []
    summary.refresh_from_db()
    assert (summary.status, summary.failure) == ("failed", "out_of_attempts")


def test_the_longest_overdue_come_first_and_not_too_many(assessment: Assessment) -> None:
    Summary.objects.update(due_at=timezone.now() - PAST)
    oldest = Summary.objects.get(assessment=assessment, audience="surgeon")
    change(oldest, due_at=timezone.now() - timedelta(hours=1))
    assert overdue_summaries(limit=1) == [oldest.pk]


# ── Rung for ────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.django_db(transaction=True)
def test_with_the_queue_down_nobody_gets_an_error_and_nothing_is_lost(
    summary: Summary, caplog: pytest.LogCaptureFixture
) -> None:
    with transaction.atomic():
        nudge([summary.pk])
        nudge_consultation(summary.assessment.consultation)
    Summary.objects.update(due_at=timezone.now() - PAST)
    sweep_summaries()
    assert "Error calling" in caplog.text
    assert set(Summary.objects.values_list("status", flat=True)) == {"requested"}
    assert summary.pk in overdue_summaries()


def test_nothing_is_rung_for_when_nothing_waits(db: None, django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks() as rung:
        nudge([])
    assert rung == []
