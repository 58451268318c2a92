"""The worklist: open emergencies first, then other alerts, then by appointment; one clinic's only."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from config.demonstration import Cast, bring_to_stage
from decision_aid.models import Consultation, DecisionAidVersion
from decision_aid.selectors import worklist
from questionnaires.models import User
from tests.cast import assess_again, fill, new_patient, new_visit

Golden = Callable[[str], dict[str, Any]]


def planned(release: DecisionAidVersion, cast: Cast, number: str, days: int) -> Consultation:
    consultation = new_visit(release, new_patient(cast.clinic, number), cast).consultation
    Consultation.objects.filter(pk=consultation.pk).update(scheduled_at=timezone.now() + timedelta(days))
    return consultation


def test_what_cannot_wait_comes_first(release: DecisionAidVersion, cast: Cast, golden: Golden) -> None:
    later, soon = planned(release, cast, "W-1", 9), planned(release, cast, "W-2", 1)
    urgent, emergency = planned(release, cast, "W-3", 20), planned(release, cast, "W-4", 30)
    fill(urgent.response, golden("disc_severe_weakness_early"))
    fill(emergency.response, golden("disc_cauda_equina"))
    rows = list(worklist(cast.surgeon))
    assert rows == [emergency, urgent, soon, later]
    assert rows[0].open_emergencies >= 1
    assert [row.open_emergencies for row in rows[1:]] == [0, 0, 0]
    assert rows[1].open_alerts >= 1
    assert [row.open_alerts for row in rows[2:]] == [0, 0]


def test_each_row_says_how_far_it_has_come(release: DecisionAidVersion, cast: Cast, golden: Golden) -> None:
    facts = golden("typical_disc")
    for number, stage in enumerate(("invited", "answering", "submitted", "signed", "released")):
        consultation = planned(release, cast, f"W-{number}", number + 1)
        bring_to_stage(consultation, facts, stage)
    assert [row.stage for row in worklist(cast.surgeon)] == [
        "invited", "answering", "submitted", "signed", "released",
    ]  # fmt: skip


def test_a_new_assessment_after_signing_waits_for_review_again(
    release: DecisionAidVersion, cast: Cast, golden: Golden
) -> None:
    consultation = planned(release, cast, "W-1", 1)
    bring_to_stage(consultation, golden("typical_disc"), "signed")
    assert worklist(cast.surgeon).get().stage == "signed"
    assess_again(Consultation.objects.get(pk=consultation.pk), golden("typical_disc"))
    assert worklist(cast.surgeon).get().stage == "submitted"


def test_nobody_sees_another_clinics(release: DecisionAidVersion, cast: Cast, stranger: User) -> None:
    planned(release, cast, "W-1", 1)
    assert list(worklist(stranger)) == []
    for role in ("author", "approver", "administrator"):
        assert list(worklist(getattr(cast, role))) == []
    assert worklist(cast.coordinator).count() == 1


def test_it_costs_one_query(
    release: DecisionAidVersion,
    cast: Cast,
    golden: Golden,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(3):
        fill(planned(release, cast, f"W-{number}", 1).response, golden("disc_severe_weakness_early"))
    with django_assert_num_queries(1):
        shown = [(str(row.patient), str(row.surgeon), row.clinic.name) for row in worklist(cast.surgeon)]
    assert len(shown) == 3
