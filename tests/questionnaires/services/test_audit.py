"""A clinic's chain of events shows every later change to it."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from config.demonstration import Cast, bring_to_stage
from decision_aid.models import Consultation, DecisionAidVersion
from questionnaires.models import AuditChain, AuditEvent, Clinic, Patient
from questionnaires.services import audit
from questionnaires.services.audit import first_broken_event
from tests.cast import new_visit

LENGTH = 12


@pytest.fixture
def chain(clinic: Clinic) -> Clinic:
    """A clinic with some events in its chain."""
    before = AuditEvent.objects.filter(clinic=clinic).count()
    for number in range(before, LENGTH):
        audit.record(clinic, "tested", clinic, detail={"number": number})
    assert AuditEvent.objects.filter(clinic=clinic).count() == LENGTH
    return clinic


@contextmanager
def without_triggers() -> Iterator[None]:
    """What somebody with the keys of the database can do: take the triggers away and put them back."""
    table = AuditEvent._meta.db_table
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
            yield
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
            return
        cursor.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [table]
        )
        triggers = dict(cursor.fetchall())
        for name in triggers:
            cursor.execute(f"DROP TRIGGER {name}")
        yield
        for sql in triggers.values():
            cursor.execute(sql)


def change(clinic: Clinic, place: int, /, **values: object) -> None:
    with without_triggers():
        AuditEvent.objects.filter(clinic=clinic, number=place).update(**values)


def test_an_untouched_chain_holds(chain: Clinic) -> None:
    assert first_broken_event(chain) is None


def test_a_clinic_without_events_has_nothing_broken(db: None) -> None:
    assert (
        first_broken_event(Clinic.objects.create(slug="new", name="New", phone="1", emergency_phone="2"))
        is None
    )


def test_numbers_have_no_gap_and_each_repeats_the_hash_before(chain: Clinic) -> None:
    events = list(AuditEvent.objects.filter(clinic=chain))
    assert [event.number for event in events] == list(range(1, LENGTH + 1))
    assert [event.previous_sha256 for event in events] == ["", *(event.sha256 for event in events[:-1])]


@pytest.mark.parametrize("number", [1, 2, LENGTH // 2, LENGTH])
@pytest.mark.parametrize(
    "values",
    [
        {"action": "nothing"},
        {"actor": "patient"},
        {"record_id": "0"},
        {"record": "x"},
        {"detail": {"number": 0, "more": 1}},
        {"user": None},
        {"sha256": "0" * 64},
        {"previous_sha256": "0" * 64},
    ],
)
def test_a_changed_event_is_found(chain: Clinic, number: int, values: dict[str, Any]) -> None:
    event = AuditEvent.objects.get(clinic=chain, number=number)
    if values == {"user": None} and event.user is None:
        values = {"user": AuditEvent.objects.filter(user__isnull=False)[0].user}
    change(chain, number, **values)
    assert first_broken_event(chain) == number


def test_an_event_with_a_new_hash_breaks_the_next_one(chain: Clinic) -> None:
    event = AuditEvent.objects.get(clinic=chain, number=4)
    event.action = "nothing"
    change(chain, 4, action=event.action, sha256=audit.event_sha256(event))
    assert first_broken_event(chain) == 5


@pytest.mark.parametrize("number", [1, 5, LENGTH])
def test_a_deleted_event_is_found(chain: Clinic, number: int) -> None:
    with without_triggers():
        AuditEvent.objects.filter(clinic=chain, number=number)._raw_delete("default")
    assert first_broken_event(chain) == number


def test_two_events_that_were_swapped_are_found(chain: Clinic) -> None:
    change(chain, 3, number=1_000)
    change(chain, 4, number=3)
    change(chain, 1_000, number=4)
    assert first_broken_event(chain) == 3


def test_an_event_that_was_slipped_in_is_found(chain: Clinic) -> None:
    last = AuditEvent.objects.get(clinic=chain, number=LENGTH)
    last.pk = None
    last.number = LENGTH + 1
    last.previous_sha256 = last.sha256
    last.sha256 = audit.event_sha256(last)
    last.save(force_insert=True)
    assert first_broken_event(chain) == LENGTH + 1


def test_a_tail_that_was_cut_off_is_found(chain: Clinic) -> None:
    with without_triggers():
        AuditEvent.objects.filter(clinic=chain, number__gt=LENGTH - 3)._raw_delete("default")
    assert first_broken_event(chain) == LENGTH - 2


def test_one_clinics_chain_says_nothing_of_anothers(chain: Clinic, other_cast: Cast) -> None:
    audit.record(other_cast.clinic, "tested", other_cast.clinic)
    change(chain, 2, action="nothing")
    assert first_broken_event(other_cast.clinic) is None


def test_an_event_is_there_only_with_its_act(chain: Clinic) -> None:
    head = AuditChain.objects.values().get(clinic=chain)
    with transaction.atomic():
        audit.record(chain, "tested", chain)
        transaction.set_rollback(True)
    assert AuditChain.objects.values().get(clinic=chain) == head
    assert first_broken_event(chain) is None


def test_a_number_is_given_once(chain: Clinic) -> None:
    event = AuditEvent.objects.get(clinic=chain, number=3)
    event.pk = None
    with pytest.raises(IntegrityError), transaction.atomic():
        event.save(force_insert=True)


def test_a_whole_journey_leaves_no_word_about_the_person(
    release: DecisionAidVersion, cast: Cast, golden: Callable[[str], dict[str, Any]]
) -> None:
    patient = Patient.objects.create(
        clinic=cast.clinic,
        number="ZZPHI-7f3a-number",
        given_name="ZZPHI-7f3a-given",
        family_name="ZZPHI-7f3a-family",
        birth_date=date(1943, 7, 19),
        email="zzphi-7f3a@patients.example",
        phone="ZZPHI-7f3a-phone",
    )
    visit = new_visit(release, patient, cast)
    facts = golden("disc_severe_weakness_early") | {"reason_for_visit": "ZZPHI-7f3a-words"}
    bring_to_stage(visit.consultation, facts, "released")
    events = AuditEvent.objects.filter(clinic=cast.clinic)
    actions = set(events.values_list("action", flat=True))
    assert actions >= {
        "consultation_planned", "invited", "consented", "answer_saved", "submitted", "assessed",
        "alert_raised", "alert_acknowledged", "assessment_signed", "assessment_released",
    }  # fmt: skip
    written = json.dumps(list(events.values()), default=str).lower()
    for canary in ("zzphi", "1943-07-19", "telephone", visit.token.lower(), "surgeon@", "okafor"):
        assert canary not in written, canary
    assert Consultation.objects.get(pk=visit.consultation.pk).response.answers["reason_for_visit"] == {
        "value": "ZZPHI-7f3a-words"
    }
    assert first_broken_event(cast.clinic) is None
