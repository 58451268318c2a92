"""Programs read consultations and assessments, and review them as the surgeon who is signed in."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from config.demonstration import Cast
from decision_aid.models import Alert, Assessment, Consultation, DecisionAidVersion, Review
from questionnaires.models import AuditEvent, Patient, User
from tests.api_calls import Body, codes_of, get, problem, read, send
from tests.cast import assess, fill, new_patient, new_visit, signed_in

Golden = Callable[[str], dict[str, Any]]
FOREIGN = ("consultations", "alerts", "assessments", "reviews", "summaries")


@pytest.fixture
def coordinator_client(coordinator: User) -> Client:
    return signed_in(coordinator)


@pytest.fixture
def foreign(other_cast: Cast, other_release: DecisionAidVersion, golden: Golden) -> dict[str, str]:
    """The ids of another clinic's records, by the endpoint that shows such records."""
    consultation = new_visit(other_release, new_patient(other_cast.clinic, "X-1"), other_cast).consultation
    assessment = assess(consultation, golden("disc_severe_weakness_early"))
    review = Review.objects.create(
        clinic=other_cast.clinic,
        assessment=assessment,
        act="signed",
        by=other_cast.surgeon,
        at=timezone.now(),
    )
    return {
        "consultations": str(consultation.pk),
        "alerts": str(Alert.objects.filter(consultation=consultation).earliest("raised_at").pk),
        "assessments": str(assessment.pk),
        "reviews": str(review.pk),
        "summaries": str(assessment.summaries.earliest("requested_at").pk),
    }


def override_of(assessment: Assessment, /, **changed: str) -> Body:
    return {
        "assessment": str(assessment.pk),
        "act": "overridden",
        "option": assessment.report["options"][0]["id"],
        "candidacy": "unlikely",
        "reason": "imaging",
        "words": "The scan differs.",
    } | changed


# ── Another clinic's records do not exist ───────────────────────────────────────────────────────────────


@pytest.mark.parametrize("kind", FOREIGN)
def test_another_clinics_record_does_not_exist(
    surgeon_client: Client, cast: Cast, foreign: dict[str, str], kind: str
) -> None:
    problem(get(surgeon_client, f"{kind}/{foreign[kind]}/"), 404, "not_found")
    assert read(get(surgeon_client, f"{kind}/"))["results"] == []


def test_nothing_of_another_clinic_is_changed(surgeon_client: Client, foreign: dict[str, str]) -> None:
    before = [list(model._default_manager.values()) for model in (Alert, Review, Assessment)]
    refused = [
        send(surgeon_client, f"alerts/{foreign['alerts']}/acknowledge/", {"action": "Telephoned."}),
        send(surgeon_client, "reviews/", {"assessment": foreign["assessments"], "act": "released"}),
        get(surgeon_client, f"summaries/{foreign['summaries']}/download/"),
    ]
    for response in refused:
        problem(response, 404, "not_found")
    assert [list(model._default_manager.values()) for model in (Alert, Review, Assessment)] == before


@pytest.mark.parametrize("kind", FOREIGN)
@pytest.mark.parametrize("role", ["author", "approver", "administrator"])
def test_the_office_sees_no_patients(cast: Cast, kind: str, role: str) -> None:
    problem(get(signed_in(getattr(cast, role)), f"{kind}/"), 403, "permission_denied")


@pytest.mark.parametrize("kind", [*FOREIGN, "releases"])
def test_nobody_reads_without_signing_in(db: None, kind: str) -> None:
    problem(get(Client(), f"{kind}/"), 401, "not_authenticated")


# ── Consultations ───────────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def plan(patient: Patient, surgeon: User, release: DecisionAidVersion) -> Body:
    return {
        "patient": str(patient.pk),
        "surgeon": surgeon.pk,
        "release": release.pk,
        "scheduled_at": "2030-03-01T09:00:00+01:00",
        "place": "Room 4",
    }


def test_a_coordinator_plans_a_consultation(coordinator_client: Client, plan: Body) -> None:
    planned = read(send(coordinator_client, "consultations/", plan), 201)
    assert planned["scheduled_at"] == "2030-03-01T08:00:00Z"
    consultation = Consultation.objects.get(pk=planned["id"])
    assert (str(consultation.patient_id), consultation.place) == (plan["patient"], "Room 4")
    assert consultation.response.status == "open"
    assert read(get(coordinator_client, f"consultations/{planned['id']}/")) == planned


def test_none_is_planned_with_another_clinics_patient_surgeon_or_release(
    surgeon_client: Client, plan: Body, other_cast: Cast, other_release: DecisionAidVersion
) -> None:
    others = {
        "patient": str(new_patient(other_cast.clinic, "X-1").pk),
        "surgeon": other_cast.surgeon.pk,
        "release": other_release.pk,
    }
    for name, value in others.items():
        problem(send(surgeon_client, "consultations/", plan | {name: value}), 404, "not_found")
    assert not Consultation.objects.exists()


def test_none_is_planned_with_somebody_who_is_no_surgeon(
    surgeon_client: Client, plan: Body, coordinator: User
) -> None:
    problem(send(surgeon_client, "consultations/", plan | {"surgeon": coordinator.pk}), 404, "not_found")


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({"scheduled_at": "soon"}, "scheduled_at"),
        ({"scheduled_at": None}, "scheduled_at"),
        ({"patient": "x"}, "patient"),
        ({"release": "one"}, "release"),
        ({"place": "x" * 201}, "place"),
        ({"clinic": 2}, "clinic"),
    ],
)
def test_a_field_that_is_wrong_is_named(
    surgeon_client: Client, plan: Body, changed: Body, wrong: str
) -> None:
    document = problem(send(surgeon_client, "consultations/", plan | changed), 400, "invalid")
    assert list(codes_of(document)) == [wrong]


# ── Alerts ──────────────────────────────────────────────────────────────────────────────────────────────


def test_an_alert_is_closed_with_what_was_done(
    surgeon_client: Client, surgeon: User, consultation: Consultation, golden: Golden
) -> None:
    fill(consultation.response, golden("disc_cauda_equina"))
    listed = read(get(surgeon_client, "alerts/"))["results"]
    alert = next(row for row in listed if row["sign"] == "cauda_equina")
    assert (alert["urgency"], alert["acknowledged_at"]) == ("emergency", None)
    address = f"alerts/{alert['id']}/acknowledge/"
    closed = read(send(surgeon_client, address, {"action": "Telephoned; sent to hospital."}))
    assert (closed["acknowledged_by"], closed["action"]) == (surgeon.pk, "Telephoned; sent to hospital.")
    problem(send(surgeon_client, address, {"action": "Again."}), 409, "already_closed")


@pytest.mark.parametrize("body", [{}, {"action": ""}, {"action": " "}, {"action": None}, {"words": "Done."}])
def test_an_alert_is_not_closed_without_words(
    surgeon_client: Client, consultation: Consultation, golden: Golden, body: Body
) -> None:
    fill(consultation.response, golden("disc_cauda_equina"))
    alert = Alert.objects.earliest("raised_at")
    problem(send(surgeon_client, f"alerts/{alert.pk}/acknowledge/", body), 400, "invalid")


def test_a_coordinator_closes_no_alert(
    coordinator_client: Client, consultation: Consultation, golden: Golden
) -> None:
    fill(consultation.response, golden("disc_cauda_equina"))
    alert = Alert.objects.earliest("raised_at")
    refused = send(coordinator_client, f"alerts/{alert.pk}/acknowledge/", {"action": "Telephoned."})
    problem(refused, 403, "permission_denied")


# ── Assessments and reviews ─────────────────────────────────────────────────────────────────────────────


def test_an_assessment_is_read_whole_and_the_reading_recorded(
    surgeon_client: Client, surgeon: User, assessment: Assessment
) -> None:
    shown = read(get(surgeon_client, f"assessments/{assessment.pk}/"))
    assert shown["report"] == assessment.report
    assert (shown["facts"], shown["number"]) == (assessment.facts, 1)
    assert AuditEvent.objects.get(action="assessment_read").user == surgeon


def test_a_list_is_recorded_with_how_many_were_shown(
    surgeon_client: Client, surgeon: User, assessment: Assessment
) -> None:
    read(get(surgeon_client, "assessments/"))
    event = AuditEvent.objects.get(action="assessment_listed")
    assert (event.user, event.detail) == (surgeon, {"number": 1})


def test_it_is_overridden_signed_and_released(surgeon_client: Client, assessment: Assessment) -> None:
    override = read(send(surgeon_client, "reviews/", override_of(assessment)), 201)
    assert (override["act"], override["candidacy"]) == ("overridden", "unlikely")
    for act in ("signed", "released"):
        done = read(send(surgeon_client, "reviews/", {"assessment": str(assessment.pk), "act": act}), 201)
        assert done["act"] == act
    listed = read(get(surgeon_client, "reviews/"))["results"]
    assert [row["act"] for row in listed] == ["released", "signed", "overridden"]


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"words": ""}, 400, "invalid"),
        ({"option": "robot"}, 404, "unknown_option"),
        ({"candidacy": "certain"}, 422, "unknown_candidacy"),
        ({"reason": "because"}, 422, "unknown_reason"),
        ({"act": "deleted"}, 400, "invalid"),
        ({"act": "acknowledged"}, 400, "invalid"),
        ({"assessment": str(uuid4())}, 404, "not_found"),
        ({"act": "released"}, 409, "not_signed"),
        ({"by": "1"}, 400, "invalid"),
    ],
)
def test_a_review_that_cannot_be_is_refused(
    surgeon_client: Client, assessment: Assessment, changed: dict[str, str], status: int, code: str
) -> None:
    problem(send(surgeon_client, "reviews/", override_of(assessment, **changed)), status, code)
    assert not Review.objects.exists()


def test_a_signed_assessment_is_refused_another_signature(
    surgeon_client: Client, assessment: Assessment
) -> None:
    body: Body = {"assessment": str(assessment.pk), "act": "signed"}
    read(send(surgeon_client, "reviews/", body), 201)
    problem(send(surgeon_client, "reviews/", body), 409, "already_signed")


def test_a_coordinator_reviews_nothing(coordinator_client: Client, assessment: Assessment) -> None:
    problem(send(coordinator_client, "reviews/", override_of(assessment)), 403, "permission_denied")


def test_reviews_are_never_changed_or_deleted(surgeon_client: Client, assessment: Assessment) -> None:
    made = read(send(surgeon_client, "reviews/", override_of(assessment)), 201)
    for verb in ("put", "patch", "delete"):
        response = getattr(surgeon_client, verb)(
            f"/api/v1/reviews/{made['id']}/", "{}", content_type="application/json"
        )
        problem(response, 405, "method_not_allowed")


def test_pages_cost_the_same_however_many_are_on_them(
    surgeon_client: Client,
    cast: Cast,
    release: DecisionAidVersion,
    golden: Golden,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    for number in range(3):
        consultation = new_visit(release, new_patient(cast.clinic, f"N-{number}"), cast).consultation
        assess(consultation, golden("disc_severe_weakness_early"))
    for kind in ("consultations", "alerts", "assessments", "summaries"):
        with django_assert_max_num_queries(17):
            assert len(read(get(surgeon_client, f"{kind}/"))["results"]) >= 3


def test_consultations_come_by_appointment(
    surgeon_client: Client, cast: Cast, release: DecisionAidVersion
) -> None:
    for number, days in enumerate((5, 1, 3)):
        planned = new_visit(release, new_patient(cast.clinic, f"N-{number}"), cast).consultation
        Consultation.objects.filter(pk=planned.pk).update(scheduled_at=timezone.now() + timedelta(days))
    dates = [row["scheduled_at"] for row in read(get(surgeon_client, "consultations/"))["results"]]
    assert dates == sorted(dates)
