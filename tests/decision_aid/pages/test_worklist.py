"""The worklist: who sees whom, in which order, and by which filters."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from config.demonstration import Cast, bring_to_stage, fill_in
from decision_aid.models import Consultation, DecisionAidVersion
from questionnaires.models import AuditEvent, Membership, Patient, Role, User
from tests.cast import new_patient, new_visit, signed_in
from tests.decision_aid.pages.conftest import Golden, text_of

ADDRESS = "/worklist/"
TRANSACTION = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")


def planned(release: DecisionAidVersion, cast: Cast, number: str, days: int = 3) -> Consultation:
    consultation = new_visit(release, new_patient(cast.clinic, number), cast).consultation
    when = timezone.now() + timedelta(days=days)
    Consultation.objects.filter(pk=consultation.pk).update(scheduled_at=when)
    return Consultation.objects.get(pk=consultation.pk)


def shown(response: Any) -> list[str]:
    return [consultation.patient.number for consultation, _ in response.context["rows"]]


def test_open_emergencies_come_first_then_open_alerts_then_appointments(
    release: DecisionAidVersion, cast: Cast, golden: Golden
) -> None:
    planned(release, cast, "later", days=9)
    planned(release, cast, "sooner", days=1)
    urgent, emergency = planned(release, cast, "urgent", 20), planned(release, cast, "emergency", 30)
    fill_in(urgent.response, golden("typical_disc") | {"fever_or_chills": True})
    fill_in(emergency.response, golden("disc_cauda_equina"))

    assert shown(signed_in(cast.surgeon).get(ADDRESS)) == ["emergency", "urgent", "sooner", "later"]


def test_it_says_who_when_and_at_which_stage(consultation: Consultation, surgeon: User) -> None:
    said = text_of(signed_in(surgeon).get(ADDRESS))

    for words in ("Zażółć, Siân", "28 Feb 1970", "T-1", "Nadia Okafor", "Invited"):
        assert words in said


@pytest.mark.parametrize("stage", ["answering", "submitted", "signed", "released"])
def test_the_filter_by_stage_shows_that_stage_only(
    release: DecisionAidVersion, cast: Cast, golden: Golden, stage: str
) -> None:
    planned(release, cast, "invited")
    bring_to_stage(planned(release, cast, "wanted"), golden("typical_disc"), stage)

    assert shown(signed_in(cast.surgeon).get(ADDRESS, {"stage": stage})) == ["wanted"]


def test_mine_leaves_out_the_other_surgeons_patients(release: DecisionAidVersion, cast: Cast) -> None:
    colleague = User.objects.create_user("colleague@northfield.example", "x")
    Membership.objects.create(user=colleague, clinic=cast.clinic, role=Role.SURGEON)
    planned(release, cast, "hers")

    assert shown(signed_in(colleague).get(ADDRESS, {"whose": "mine"})) == []
    assert shown(signed_in(colleague).get(ADDRESS)) == ["hers"]
    assert shown(signed_in(cast.surgeon).get(ADDRESS, {"whose": "mine"})) == ["hers"]


@pytest.mark.parametrize("words", ["T-1", "t-1", "Siân", "zażółć", "Siân Zażółć", "  T-1  "])
def test_a_search_finds_by_name_or_number(consultation: Consultation, surgeon: User, words: str) -> None:
    if words == "zażółć" and connection.vendor == "sqlite":
        words = "Zażółć"  # SQLite folds the case of ASCII letters only
    assert shown(signed_in(surgeon).post(ADDRESS, {"search": words})) == ["T-1"]


@pytest.mark.parametrize("words", ["T-2", "%", "Siân nobody", "🦴", "x" * 100])
def test_a_search_that_fits_nobody_says_so(consultation: Consultation, surgeon: User, words: str) -> None:
    response = signed_in(surgeon).post(ADDRESS, {"search": words})

    assert shown(response) == []
    assert "Nothing fits." in text_of(response)


def test_a_search_in_the_address_is_not_answered(consultation: Consultation, surgeon: User) -> None:
    assert shown(signed_in(surgeon).get(ADDRESS, {"search": "nobody"})) == ["T-1"]


@pytest.mark.parametrize(
    "sent", [{"stage": "x"}, {"page": "0"}, {"page": "NaN"}, {"whose": "__all__"}, {"past": "7"}]
)
def test_a_filter_that_is_not_understood_filters_nothing(
    consultation: Consultation, surgeon: User, sent: dict[str, str]
) -> None:
    assert shown(signed_in(surgeon).get(ADDRESS, sent)) == ["T-1"]


def test_what_is_past_and_released_is_shown_only_when_asked_for(
    release: DecisionAidVersion, cast: Cast, golden: Golden
) -> None:
    bring_to_stage(planned(release, cast, "done", days=-2), golden("typical_disc"), "released")
    planned(release, cast, "overdue", days=-1)
    surgeon = signed_in(cast.surgeon)

    assert shown(surgeon.get(ADDRESS)) == ["overdue"]
    assert shown(surgeon.get(ADDRESS, {"past": "True"})) == ["done", "overdue"]
    assert shown(surgeon.post(ADDRESS, {"search": "done"})) == ["done"]


def test_another_clinics_patients_are_not_there(consultation: Consultation, stranger: User) -> None:
    assert shown(signed_in(stranger).get(ADDRESS)) == []
    assert shown(signed_in(stranger).post(ADDRESS, {"search": "T-1"})) == []


def test_the_coordinator_sees_it_too(consultation: Consultation, coordinator: User) -> None:
    assert shown(signed_in(coordinator).get(ADDRESS)) == ["T-1"]


@pytest.mark.parametrize("role", ["author", "approver", "administrator"])
def test_who_has_no_clinical_role_is_told_and_sees_nobody(
    consultation: Consultation, cast: Cast, role: str
) -> None:
    response = signed_in(getattr(cast, role)).get(ADDRESS)

    assert response.status_code == 403
    assert "surgeons and coordinators" in text_of(response)
    assert "T-1" not in text_of(response)


def test_who_is_not_signed_in_is_led_to_sign_in(consultation: Consultation) -> None:
    response = Client().get(ADDRESS)

    assert response.status_code == 302
    assert response["Location"] == f"{reverse('account_login')}?next={ADDRESS}"


def test_a_look_is_audited_and_kept_out_of_caches(consultation: Consultation, surgeon: User) -> None:
    response = signed_in(surgeon).get(ADDRESS)

    event = AuditEvent.objects.get(action="worklist_viewed")
    assert (event.user, event.clinic, event.detail) == (surgeon, consultation.clinic, {"consultations": 1})
    assert "no-store" in response["Cache-Control"]


def test_pages_follow_each_other_without_a_name_in_an_address(
    release: DecisionAidVersion, cast: Cast
) -> None:
    for number in range(27):
        planned(release, cast, f"P-{number:02}")
    surgeon = signed_in(cast.surgeon)

    first, second = surgeon.get(ADDRESS), surgeon.get(ADDRESS, {"page": "2"})
    assert [len(shown(first)), len(shown(second))] == [25, 2]
    searched = surgeon.post(ADDRESS, {"search": "P-", "page": "2"})
    assert len(shown(searched)) == 2
    assert "search=" not in searched.content.decode()


def test_the_number_of_queries_does_not_grow_with_the_patients(
    release: DecisionAidVersion, cast: Cast
) -> None:
    surgeon = signed_in(cast.surgeon)
    counts = []
    for number in range(6):
        planned(release, cast, f"P-{number}")
        with CaptureQueriesContext(connection) as queries:
            surgeon.get(ADDRESS)
        counts.append(sum(not query["sql"].startswith(TRANSACTION) for query in queries))

    assert counts[-1] == counts[1] <= 12
    assert Patient.objects.count() == 6
