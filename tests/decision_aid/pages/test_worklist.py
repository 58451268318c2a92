"""The worklist: who sees whom, in which order, and by which filters."""

from datetime import timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from config.demonstration import Cast, bring_to_stage, fill_in
from decision_aid.models import Alert, Consultation, DecisionAidVersion
from decision_aid.pages.worklist import MOST_PINNED
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
    rows = [*response.context["pinned"], *response.context["rows"]]
    return [consultation.patient.number for consultation in rows]


def test_open_emergencies_come_first_then_open_alerts_then_appointments(
    release: DecisionAidVersion, cast: Cast, golden: Golden
) -> None:
    planned(release, cast, "later", days=9)
    planned(release, cast, "sooner", days=1)
    urgent, emergency = planned(release, cast, "urgent", 20), planned(release, cast, "emergency", 30)
    fill_in(urgent.response, golden("typical_disc") | {"fever_or_chills": True})
    fill_in(emergency.response, golden("disc_cauda_equina"))

    assert shown(signed_in(cast.surgeon).get(ADDRESS)) == ["emergency", "urgent", "sooner", "later"]


def test_ones_own_emergency_is_pinned_however_many_warnings_of_others_are_older(
    release: DecisionAidVersion, cast: Cast, golden: Golden
) -> None:
    colleague = User.objects.create_user("colleague@northfield.example", "x")
    Membership.objects.create(user=colleague, clinic=cast.clinic, role=Role.SURGEON)
    others, own = planned(release, cast, "others"), planned(release, cast, "own", days=40)
    raised = [
        Alert(
            clinic=cast.clinic, consultation=others, sign=f"sign_{number}", title="A sign",
            urgency="emergency", raised_at=timezone.now(),
        )
        for number in range(MOST_PINNED)
    ]  # fmt: skip
    Alert.objects.bulk_create(raised)
    Consultation.objects.filter(pk=own.pk).update(surgeon=colleague)
    fill_in(own.response, golden("disc_cauda_equina"))

    response = signed_in(colleague).get(ADDRESS, {"whose": "mine"})
    assert [one.patient.number for one in response.context["pinned"]] == ["own"]


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


@pytest.mark.parametrize(
    "words", ["T-1", "t-1", "Siân", "zażółć", "ZAŻÓŁĆ", "zazolc", "SIAN zaż", "Siân Zażółć", "  T-1  ", ""]
)
def test_a_search_finds_by_name_or_number_without_case_or_marks(
    consultation: Consultation, surgeon: User, words: str
) -> None:
    assert shown(signed_in(surgeon).post(ADDRESS, {"search": words})) == ["T-1"]


@pytest.mark.parametrize("words", ["T-2", "%", "Siân nobody", "🦴", "x" * 100])
def test_a_search_that_fits_nobody_says_so(consultation: Consultation, surgeon: User, words: str) -> None:
    response = signed_in(surgeon).post(ADDRESS, {"search": words})

    assert shown(response) == []
    assert "Nothing fits." in text_of(response)


def test_a_search_in_the_address_is_not_answered(consultation: Consultation, surgeon: User) -> None:
    assert shown(signed_in(surgeon).get(ADDRESS, {"search": "nobody"})) == ["T-1"]


@pytest.mark.parametrize(
    "sent",
    [
        {"stage": "x"}, {"after": "0"}, {"after": "NaN.NaN"}, {"before": f"{10**40}.{UUID(int=0)}"},
        {"whose": "__all__"}, {"when": "7"}, {"day": "2026-02-30"}, {"option": "½ \x00"}, {"urgency": "🦴"},
    ],
)  # fmt: skip
def test_a_filter_that_is_not_understood_filters_nothing(
    consultation: Consultation, surgeon: User, sent: dict[str, str]
) -> None:
    assert shown(signed_in(surgeon).get(ADDRESS, sent)) == ["T-1"]


def test_what_was_before_today_is_shown_only_when_asked_for_newest_first(
    release: DecisionAidVersion, cast: Cast
) -> None:
    planned(release, cast, "done", days=-2)
    planned(release, cast, "overdue", days=-1)
    planned(release, cast, "soon", days=1)
    surgeon = signed_in(cast.surgeon)

    assert shown(surgeon.get(ADDRESS)) == ["soon"]
    assert shown(surgeon.get(ADDRESS, {"when": "past"})) == ["overdue", "done"]
    assert shown(surgeon.get(ADDRESS, {"when": "all"})) == ["done", "overdue", "soon"]
    assert shown(surgeon.post(ADDRESS, {"search": "done"})) == ["done"]


def test_an_open_warning_stays_pinned_whenever_the_appointment_was(
    release: DecisionAidVersion, cast: Cast, golden: Golden
) -> None:
    past = planned(release, cast, "past", days=-30)
    fill_in(past.response, golden("disc_cauda_equina"))
    planned(release, cast, "soon", days=1)
    surgeon = signed_in(cast.surgeon)

    assert shown(surgeon.get(ADDRESS)) == ["past", "soon"]
    for urgency, numbers in (("emergency", ["past"]), ("urgent", []), ("any", ["past"])):
        assert shown(surgeon.get(ADDRESS, {"urgency": urgency})) == numbers


def test_a_clinic_day_is_prepared_by_its_date_and_by_what_is_not_complete(
    release: DecisionAidVersion, cast: Cast, golden: Golden
) -> None:
    for number, stage in (("none", "invited"), ("half", "answering"), ("sent", "submitted")):
        bring_to_stage(planned(release, cast, number, days=2), golden("typical_disc"), stage)
    planned(release, cast, "other day", days=3)
    day = (timezone.now() + timedelta(days=2)).astimezone(ZoneInfo(cast.clinic.time_zone)).date()
    office = signed_in(cast.coordinator)

    response = office.get(ADDRESS, {"day": day.isoformat(), "stage": "incomplete"})
    assert sorted(shown(response)) == ["half", "none"]
    counts = {code: count for code, _, count in response.context["counts"]}
    assert counts == {
        "incomplete": 2, "invited": 1, "answering": 1, "submitted": 1, "signed": 0, "released": 0,
    }  # fmt: skip
    assert response.context["total"] == 3


def test_the_filter_by_treatment_shows_its_candidates_overrides_included(
    release: DecisionAidVersion, cast: Cast, golden: Golden
) -> None:
    examined = planned(release, cast, "disc")
    bring_to_stage(examined, golden("typical_disc"), "findings")
    planned(release, cast, "unknown")
    surgeon = signed_in(cast.surgeon)

    for option, numbers in (("tubular_microdiscectomy", ["disc"]), ("acdf", []), ("tubular", []), ("", None)):
        found = shown(surgeon.get(ADDRESS, {"option": option}))
        assert found == (numbers if numbers is not None else ["disc", "unknown"])
    sent = {
        "option": "tubular_microdiscectomy", "candidacy": "unlikely", "reason": "imaging", "words": "Far.",
    }  # fmt: skip
    surgeon.post(reverse("override", args=[examined.assessments.latest("number").pk]), sent)
    assert shown(surgeon.get(ADDRESS, {"option": "tubular_microdiscectomy"})) == []


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


def test_pages_follow_each_other_both_ways_without_a_name_in_an_address(
    release: DecisionAidVersion, cast: Cast
) -> None:
    same_time = timezone.now() + timedelta(days=1)
    for number in range(52):
        planned(release, cast, f"P-{number:02}")
    Consultation.objects.update(scheduled_at=same_time)
    surgeon = signed_in(cast.surgeon)

    first = surgeon.get(ADDRESS)
    second = surgeon.get(ADDRESS, {"after": first.context["stretch"].after})
    third = surgeon.get(ADDRESS, {"after": second.context["stretch"].after})
    assert [len(shown(page)) for page in (first, second, third)] == [25, 25, 2]
    assert len({*shown(first), *shown(second), *shown(third)}) == 52
    assert (first.context["stretch"].before, third.context["stretch"].after) == ("", "")
    back = surgeon.get(ADDRESS, {"before": third.context["stretch"].before})
    assert shown(back) == shown(second)
    assert shown(surgeon.get(ADDRESS, {"before": back.context["stretch"].before})) == shown(first)
    searched = surgeon.post(ADDRESS, {"search": "P-", "after": first.context["stretch"].after})
    assert shown(searched) == shown(second)
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

    assert counts[-1] == counts[1] == 10
    assert Patient.objects.count() == 6
