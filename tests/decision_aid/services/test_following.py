"""Following a consultation: its stage and its candidates after every act, for its own clinic only."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from config.demonstration import Cast, bring_to_stage
from decision_aid.models import Consultation, DecisionAidVersion
from decision_aid.selectors import followed_consultations
from decision_aid.services.reviewing import override_candidacy
from questionnaires.models import Patient, User
from questionnaires.models.people import folded
from tests.cast import assess_again, fill, new_patient, new_visit

Golden = Callable[[str], dict[str, Any]]


def planned(release: DecisionAidVersion, cast: Cast, number: str, days: int) -> Consultation:
    consultation = new_visit(release, new_patient(cast.clinic, number), cast).consultation
    Consultation.objects.filter(pk=consultation.pk).update(scheduled_at=timezone.now() + timedelta(days))
    return consultation


def test_each_row_says_how_far_it_has_come(release: DecisionAidVersion, cast: Cast, golden: Golden) -> None:
    facts = golden("typical_disc")
    for number, stage in enumerate(("invited", "answering", "submitted", "signed", "released")):
        consultation = planned(release, cast, f"W-{number}", number + 1)
        bring_to_stage(consultation, facts, stage)
    assert [row.stage for row in followed_consultations(cast.surgeon).order_by("scheduled_at")] == [
        "invited", "answering", "submitted", "signed", "released",
    ]  # fmt: skip


def test_a_new_assessment_after_signing_waits_for_review_again(
    release: DecisionAidVersion, cast: Cast, golden: Golden
) -> None:
    consultation = planned(release, cast, "W-1", 1)
    bring_to_stage(consultation, golden("typical_disc"), "signed")
    assert followed_consultations(cast.surgeon).get().stage == "signed"
    assess_again(Consultation.objects.get(pk=consultation.pk), golden("typical_disc"))
    assert followed_consultations(cast.surgeon).get().stage == "submitted"


def test_nobody_sees_another_clinics(release: DecisionAidVersion, cast: Cast, stranger: User) -> None:
    planned(release, cast, "W-1", 1)
    assert list(followed_consultations(stranger)) == []
    for role in ("author", "approver", "administrator"):
        assert list(followed_consultations(getattr(cast, role))) == []
    assert followed_consultations(cast.coordinator).count() == 1


def test_it_costs_one_query_and_counts_what_is_open(
    release: DecisionAidVersion,
    cast: Cast,
    golden: Golden,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    fill(planned(release, cast, "W-1", 1).response, golden("disc_cauda_equina"))
    fill(planned(release, cast, "W-2", 2).response, golden("disc_severe_weakness_early"))
    planned(release, cast, "W-3", 3)
    with django_assert_num_queries(1):
        rows = list(followed_consultations(cast.surgeon).order_by("scheduled_at"))
        assert [str(row.patient) for row in rows] == ["Siân Zażółć"] * 3
    assert [row.open_emergencies >= 1 for row in rows] == [True, False, False]
    assert [row.open_alerts >= 1 for row in rows] == [True, True, False]


def test_the_candidates_are_those_of_the_newest_assessment_with_its_overrides(
    release: DecisionAidVersion, cast: Cast, golden: Golden
) -> None:
    consultation = planned(release, cast, "W-1", 1)
    assert consultation.candidates == ""
    bring_to_stage(consultation, golden("typical_disc"), "findings")
    consultation.refresh_from_db()
    assert " tubular_microdiscectomy " in consultation.candidates
    assert " acdf " not in consultation.candidates

    newest = consultation.assessments.latest("number")
    for option, candidacy in (("tubular_microdiscectomy", "excluded"), ("acdf", "possible")):
        override_candidacy(newest, option, candidacy, "other", "As examined.", cast.surgeon)
    consultation.refresh_from_db()
    assert " tubular_microdiscectomy " not in consultation.candidates
    assert " acdf " in consultation.candidates
    assess_again(Consultation.objects.get(pk=consultation.pk), golden("typical_disc"))
    consultation.refresh_from_db()
    assert " tubular_microdiscectomy " in consultation.candidates


@pytest.mark.parametrize(
    ("words", "search"),
    [
        ("Zażółć GĘŚLĄ", "zazolc gesla"),
        ("Ærøskøbing  ẞ", "aeroskobing ss"),
        ("Đặng Thị Ánh", "dang thi anh"),
        ("İstanbul ılık", "istanbul ilik"),
        ("ΌΜΗΡΟΣ", "ομηροσ"),
        ("", ""),
    ],
)
def test_names_are_searched_by_without_case_or_marks(words: str, search: str) -> None:
    assert folded(words) == search


def test_a_patient_who_is_renamed_is_found_by_the_new_name(patient: Patient) -> None:
    patient.family_name = "Łukasz-Øre"
    patient.save(update_fields=["family_name"])
    assert Patient.objects.get(search__contains="lukasz-ore") == patient
