"""Ten thousand events: whatever is done to one of them is named, and eight writers keep one chain."""

from collections.abc import Callable, Iterator
from io import StringIO
from itertools import cycle
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone

from questionnaires.models import AuditChain, AuditEvent, Clinic, Patient, User
from questionnaires.services import audit
from questionnaires.services.audit import Entry, Head, breaks_in_chain, event_sha256, head_of, record_all
from tests.questionnaires.services.test_audit import without_triggers

LENGTH = 10_000


def new_clinic(slug: str) -> Clinic:
    return Clinic.objects.create(slug=slug, name="Long", phone="1", emergency_phone="2")


@pytest.fixture(scope="module")
def db(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[Clinic]:
    """One long chain for the whole module, in a transaction that is rolled back."""
    with django_db_blocker.unblock(), transaction.atomic():  # type: ignore[attr-defined]  # pytest-django's blocker
        clinic = new_clinic("long")
        record_all(clinic, [Entry("tested", clinic, detail={"number": n}) for n in range(1, LENGTH + 1)])
        yield clinic
        transaction.set_rollback(True)


@pytest.fixture
def chain(db: Clinic) -> Iterator[Clinic]:
    """The long chain; what a test does to it is undone."""
    with transaction.atomic():
        yield db
        transaction.set_rollback(True)


def found(chain: Clinic, *anchors: Head) -> list[tuple[str, int]]:
    return [(str(each.code), int(each.place.split("/")[1])) for each in breaks_in_chain(chain, anchors)]


def events(chain: Clinic, *numbers: int) -> list[AuditEvent]:
    return list(AuditEvent.objects.filter(clinic=chain, number__in=numbers).order_by("number"))


def renumber(chain: Clinic, number: int, to: int) -> None:
    AuditEvent.objects.filter(clinic=chain, number=number).update(number=to)


def change(chain: Clinic) -> None:
    AuditEvent.objects.filter(clinic=chain, number=5_000).update(action="nothing")


def change_with_a_new_hash(chain: Clinic) -> None:
    (event,) = events(chain, 5_000)
    event.action = "nothing"
    values = {"action": event.action, "sha256": event_sha256(event)}
    AuditEvent.objects.filter(pk=event.pk).update(**values)


def delete(chain: Clinic) -> None:
    AuditEvent.objects.filter(clinic=chain, number__in=(5_000, 5_001))._raw_delete("default")


def delete_the_first(chain: Clinic) -> None:
    AuditEvent.objects.filter(clinic=chain, number=1)._raw_delete("default")


def delete_and_close_the_gap(chain: Clinic) -> None:
    AuditEvent.objects.filter(clinic=chain, number=9_998)._raw_delete("default")
    renumber(chain, 9_999, 9_998)
    renumber(chain, 10_000, 9_999)


def insert(chain: Clinic) -> None:
    renumber(chain, 10_000, 10_001)
    renumber(chain, 9_999, 10_000)
    (before,) = events(chain, 9_998)
    slipped = AuditEvent(
        clinic=chain, number=9_999, at=before.at, actor="system", action="tested", record="x", record_id="1",
        previous_sha256=before.sha256,
    )  # fmt: skip
    slipped.sha256 = event_sha256(slipped)
    slipped.save(force_insert=True)


def append(chain: Clinic) -> None:
    (last,) = events(chain, LENGTH)
    last.pk, last.number, last.previous_sha256 = None, LENGTH + 1, last.sha256
    last.sha256 = event_sha256(last)
    last.save(force_insert=True)


def swap(chain: Clinic) -> None:
    for number, to in ((300, 20_000), (7_000, 300), (20_000, 7_000)):
        renumber(chain, number, to)


def swap_neighbours(chain: Clinic) -> None:
    for number, to in ((300, 20_000), (301, 300), (20_000, 301)):
        renumber(chain, number, to)


def cut_off(chain: Clinic) -> None:
    AuditEvent.objects.filter(clinic=chain, number__gt=9_990)._raw_delete("default")


def name_another_head(chain: Clinic) -> None:
    AuditChain.objects.filter(clinic=chain).update(sha256="0" * 64)


@pytest.mark.parametrize(
    ("act", "expected"),
    [
        (change, [("event_changed", 5_000)]),
        (change_with_a_new_hash, [("event_out_of_place", 5_001)]),
        (delete, [("event_missing", 5_000)]),
        (delete_the_first, [("event_missing", 1)]),
        (
            delete_and_close_the_gap,
            [("event_moved", 9_998), ("event_moved", 9_999), ("chain_cut_off", 10_000)],
        ),
        (insert, [("event_moved", 10_000), ("event_moved", 10_001), ("event_inserted", 10_001)]),
        (append, [("event_inserted", 10_001)]),
        (swap, [("event_moved", 300), ("event_moved", 7_000)]),
        (swap_neighbours, [("event_moved", 300), ("event_moved", 301)]),
        (cut_off, [("chain_cut_off", 9_991)]),
        (name_another_head, [("chain_head_differs", 10_000)]),
    ],
)
def test_whatever_was_done_is_named(
    chain: Clinic, act: Callable[[Clinic], None], expected: list[tuple[str, int]]
) -> None:
    with without_triggers():
        act(chain)
    assert found(chain) == expected


ANYWHERE = [2 + 4 * (number * 911 % 2_499) for number in range(200)]
"""Numbers from all over the chain, none beside another."""


def test_changes_of_any_field_anywhere_are_each_named(chain: Clinic) -> None:
    values = {
        "at": timezone.now(), "actor": "patient", "user": User.objects.create_user("x@long.example"),
        "action": "nothing", "record": "x", "record_id": "0", "detail": {}, "previous_sha256": "0" * 64,
        "sha256": "0" * 64,
        "patient": Patient.objects.create(clinic=chain, number="A-1", birth_date="1970-01-01"),
    }  # fmt: skip
    with without_triggers():
        for number, (field, value) in zip(ANYWHERE, cycle(values.items()), strict=False):
            AuditEvent.objects.filter(clinic=chain, number=number).update(**{field: value})
    assert found(chain) == [("event_changed", number) for number in sorted(ANYWHERE)]


def test_deletions_anywhere_are_each_named(chain: Clinic) -> None:
    with without_triggers():
        AuditEvent.objects.filter(clinic=chain, number__in=ANYWHERE)._raw_delete("default")
    assert found(chain) == [("event_missing", number) for number in sorted(ANYWHERE)]


def test_swaps_anywhere_are_each_named(chain: Clinic) -> None:
    with without_triggers():
        for one, other in zip(ANYWHERE[::2], ANYWHERE[1::2], strict=True):
            for number, to in ((one, 20_000), (other, one), (20_000, other)):
                renumber(chain, number, to)
    assert found(chain) == [("event_moved", number) for number in sorted(ANYWHERE)]


def test_an_untouched_chain_of_ten_thousand_holds(chain: Clinic) -> None:
    assert found(chain, head_of(chain)) == []


def test_a_chain_cut_off_with_its_head_shows_against_a_head_that_was_kept_elsewhere(chain: Clinic) -> None:
    kept = head_of(chain)
    with without_triggers():
        cut_off(chain)
    (last,) = events(chain, 9_990)
    AuditChain.objects.filter(clinic=chain).update(number=last.number, sha256=last.sha256)
    assert found(chain) == []
    assert found(chain, kept) == [("chain_cut_off", 9_991)]


def test_a_chain_written_anew_to_its_end_shows_against_a_head_that_was_kept_elsewhere(chain: Clinic) -> None:
    kept = head_of(chain)
    with without_triggers():
        AuditEvent.objects.filter(clinic=chain, number__gt=9_990)._raw_delete("default")
        (last,) = events(chain, 9_990)
        AuditChain.objects.filter(clinic=chain).update(number=last.number, sha256=last.sha256)
        record_all(chain, [Entry("forged", chain) for _ in range(12)])
    assert found(chain) == []
    assert found(chain, kept) == [("anchor_differs", 10_000)]


def verified(*arguments: str) -> tuple[int, str, str]:
    out, err = StringIO(), StringIO()
    status = 0
    try:
        call_command("verify_audit", *arguments, stdout=out, stderr=err)
    except SystemExit as left:
        status = int(str(left.code))
    return status, out.getvalue(), err.getvalue()


def test_the_command_says_that_all_holds_or_names_what_does_not(chain: Clinic, tmp_path: Path) -> None:
    assert verified("--clinic=long") == (0, "long: all 10,000 events hold\n", "")
    status, heads, _ = verified("--clinic=long", "--head")
    assert (status, heads) == (0, f"long 10000 {head_of(chain).sha256}\n")
    kept = tmp_path / "heads"
    kept.write_text(heads)
    with without_triggers():
        change(chain)
    status, out, err = verified("--clinic=long", f"--against={kept}")
    assert (status, out) == (1, "")
    assert err == "event_changed: long/5000: Event 5000 was changed after it was written.\n"


@pytest.mark.parametrize("text", ["long", "long ten abc", "long 1 a b"])
def test_a_file_that_holds_no_heads_is_refused(chain: Clinic, tmp_path: Path, text: str) -> None:
    (tmp_path / "heads").write_text(text)
    with pytest.raises(CommandError, match="line 1: not a head"):
        verified(f"--against={tmp_path / 'heads'}")


def test_a_clinic_of_which_a_head_was_kept_and_that_is_gone_is_named(chain: Clinic, tmp_path: Path) -> None:
    (tmp_path / "heads").write_text(f"gone 7 {'0' * 64}\n")
    status, _, err = verified("--clinic=long", f"--against={tmp_path / 'heads'}")
    assert (status, err) == (1, "anchor_differs: gone: there is no such clinic any more.\n")


def test_an_event_says_whom_it_is_about(chain: Clinic) -> None:
    patient = Patient.objects.create(
        clinic=chain, number="A-1", given_name="A", family_name="B", birth_date="1970-01-01"
    )
    event = audit.record(chain, "row_changed", patient)
    assert event.patient_id == patient.pk
    assert audit.record(chain, "row_changed", chain).patient_id is None
    with without_triggers():
        AuditEvent.objects.filter(pk=event.pk).update(patient=None)
    assert found(chain) == [("event_changed", LENGTH + 1)]
