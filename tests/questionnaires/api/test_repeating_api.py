"""A request that is sent again with its key is done once, and answered as before."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from config.demonstration import Cast
from decision_aid.models import Assessment, Consultation, Review
from questionnaires.models import Invitation, KeptAnswer, Patient, User
from questionnaires.services.repeating import forget_answers
from tests.api_calls import Body, problem, read, send
from tests.cast import signed_in


@pytest.fixture
def asked(consultation: Consultation) -> Body:
    return {"consultation": str(consultation.pk), "channel": "letter"}


def links(consultation: Consultation) -> int:
    return Invitation.objects.filter(response=consultation.response_id).count()


def test_it_is_done_once(surgeon_client: Client, consultation: Consultation, asked: Body) -> None:
    before = links(consultation)
    first = read(send(surgeon_client, "invitations/", asked, idempotency_key="a-key"), 201)
    second = read(send(surgeon_client, "invitations/", asked, idempotency_key="a-key"), 201)
    assert second == first
    assert first["address"].startswith("http")
    assert links(consultation) == before + 1


def test_it_is_told_again_where_its_job_is(surgeon_client: Client, assessment: Assessment) -> None:
    wanted = {"assessment": str(assessment.pk), "audience": "surgeon"}
    first, second = (send(surgeon_client, "summaries/", wanted, idempotency_key="k") for _ in range(2))
    assert read(second, 202) == read(first, 202)
    assert second.headers["Location"] == first.headers["Location"]


def test_no_table_holds_the_secret_that_it_answered(surgeon_client: Client, asked: Body) -> None:
    made = read(send(surgeon_client, "invitations/", asked, idempotency_key="a-key"), 201)
    secret = made["address"].rstrip("/").rpartition("/")[2]
    kept = str(KeptAnswer.objects.values().get())
    assert secret not in kept
    assert "a-key" not in kept


def test_without_a_key_it_is_done_again(
    surgeon_client: Client, consultation: Consultation, asked: Body
) -> None:
    before = links(consultation)
    for _ in range(2):
        read(send(surgeon_client, "invitations/", asked), 201)
    assert links(consultation) == before + 2


def test_another_body_is_refused_the_same_key(surgeon_client: Client, asked: Body) -> None:
    read(send(surgeon_client, "invitations/", asked, idempotency_key="k"), 201)
    other = send(surgeon_client, "invitations/", asked | {"channel": "link"}, idempotency_key="k")
    problem(other, 422, "idempotency_key_reused")
    elsewhere = send(surgeon_client, "consultations/", asked, idempotency_key="k")
    problem(elsewhere, 422, "idempotency_key_reused")


def test_a_key_is_its_callers_own(
    surgeon_client: Client, coordinator: User, consultation: Consultation, asked: Body
) -> None:
    first = read(send(surgeon_client, "invitations/", asked, idempotency_key="k"), 201)
    second = read(send(signed_in(coordinator), "invitations/", asked, idempotency_key="k"), 201)
    assert first["address"] != second["address"]


@pytest.mark.parametrize("key", ["", "k" * 256])
def test_a_key_has_a_length(surgeon_client: Client, asked: Body, key: str) -> None:
    problem(send(surgeon_client, "invitations/", asked, idempotency_key=key), 400, "idempotency_key_unusable")


def test_a_refusal_is_not_kept(surgeon_client: Client, assessment: Assessment) -> None:
    body = {"assessment": str(assessment.pk), "act": "released"}
    problem(send(surgeon_client, "reviews/", body, idempotency_key="k"), 409, "not_signed")
    read(send(surgeon_client, "reviews/", body | {"act": "signed"}, idempotency_key="other"), 201)
    read(send(surgeon_client, "reviews/", body, idempotency_key="k"), 201)
    assert Review.objects.filter(assessment=assessment, act="released").count() == 1


def test_signing_again_is_no_conflict(surgeon_client: Client, assessment: Assessment) -> None:
    body = {"assessment": str(assessment.pk), "act": "signed"}
    answers = [read(send(surgeon_client, "reviews/", body, idempotency_key="k"), 201) for _ in range(3)]
    assert answers[0] == answers[1] == answers[2]
    assert Review.objects.filter(assessment=assessment, act="signed").count() == 1


def test_a_figure_is_answered_the_same(surgeon_client: Client, coordinator: User, cast: Cast) -> None:
    body = {
        "clinic": cast.clinic.slug,
        "number": "Ż-1",
        "given_name": "Ω",
        "family_name": "Zażółć",
        "birth_date": "1970-02-28",
    }
    client = signed_in(coordinator)
    answers = [read(send(client, "patients/", body, idempotency_key="k"), 201) for _ in range(2)]
    assert answers[0] == answers[1]
    assert Patient.objects.filter(number="Ż-1").count() == 1


def test_after_a_day_it_is_forgotten(surgeon_client: Client, consultation: Consultation, asked: Body) -> None:
    before = links(consultation)
    read(send(surgeon_client, "invitations/", asked, idempotency_key="k"), 201)
    forget_answers()
    assert KeptAnswer.objects.count() == 1
    KeptAnswer.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    read(send(surgeon_client, "invitations/", asked, idempotency_key="k"), 201)
    assert links(consultation) == before + 2
    forget_answers(timezone.now() + timedelta(hours=24, seconds=1))
    assert not KeptAnswer.objects.exists()
