"""Programs open responses, record consent, save answers and submit, on behalf of a patient."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from config.demonstration import Cast, answers_from_facts
from decision_aid.models import Consultation, DecisionAidVersion
from questionnaires.definition.answers import answers_document
from questionnaires.definition.facts import read_facts
from questionnaires.definition.visibility import shown_questions
from questionnaires.models import AuditEvent, Patient, QuestionnaireResponse, User
from tests.api_calls import Body, codes_of, get, problem, read, send
from tests.cast import new_patient, new_visit, signed_in


@pytest.fixture
def address(surgeon_client: Client, consultation: Consultation) -> str:
    """A response of the clinic, agreed to and empty."""
    address = f"responses/{consultation.response_id}/"
    read(send(surgeon_client, f"{address}consent/", {}))
    return address


@pytest.fixture
def every_answer(consultation: Consultation, golden: Callable[[str], dict[str, Any]]) -> Body:
    """What a typical person answers, as the API takes it."""
    definition = consultation.release.intake.definition
    facts = {code: value for code, value in golden("typical_disc").items() if code in definition.types}
    answers = answers_from_facts(definition, read_facts(facts, definition.types))
    shown = shown_questions(definition, answers)
    return answers_document({code: answer for code, answer in answers.items() if code in shown})


def save(client: Client, address: str, revision: object, answers: Body) -> Any:
    return send(client, f"{address}answers/", {"revision": revision, "answers": answers})


def test_a_response_goes_from_opened_to_submitted(
    surgeon_client: Client, consultation: Consultation, address: str, every_answer: Body
) -> None:
    saved = read(save(surgeon_client, address, 0, every_answer))
    assert saved["response"]["revision"] == 1
    assert saved["response"]["answers"] == every_answer
    submitted = read(send(surgeon_client, f"{address}submit/", {}))
    assert (submitted["status"], len(submitted["sha256"])) == ("submitted", 64)
    assert consultation.assessments.count() == 1


def test_one_is_opened_for_a_patient_of_the_clinic(
    surgeon_client: Client, patient: Patient, release: DecisionAidVersion, surgeon: User
) -> None:
    opened = read(
        send(surgeon_client, "responses/", {"patient": str(patient.pk), "version": release.intake_id}), 201
    )
    assert opened["answers"] == {}
    assert (opened["status"], opened["revision"], opened["consented_at"]) == ("open", 0, None)
    assert QuestionnaireResponse.objects.get(pk=opened["id"]).filled_by == surgeon


@pytest.mark.parametrize("foreign", ["patient", "version"])
def test_none_is_opened_across_clinics(
    surgeon_client: Client,
    patient: Patient,
    release: DecisionAidVersion,
    other_cast: Cast,
    other_release: DecisionAidVersion,
    foreign: str,
) -> None:
    body: Body = {"patient": str(patient.pk), "version": release.intake_id}
    others = {
        "patient": str(new_patient(other_cast.clinic, "X-1").pk),
        "version": other_release.intake_id,
    }
    problem(send(surgeon_client, "responses/", body | {foreign: others[foreign]}), 404, "not_found")
    assert not QuestionnaireResponse.objects.exists()


@pytest.mark.parametrize("body", [{}, {"patient": "x", "version": 1}, {"patient": None, "version": None}])
def test_one_is_not_opened_for_nobody(surgeon_client: Client, release: object, body: Body) -> None:
    assert problem(send(surgeon_client, "responses/", body), 400, "invalid")["errors"]


def test_another_clinics_response_does_not_exist(
    surgeon_client: Client, other_release: DecisionAidVersion, other_cast: Cast
) -> None:
    foreign = new_visit(other_release, new_patient(other_cast.clinic, "X-1"), other_cast).consultation
    address = f"responses/{foreign.response_id}/"
    problem(get(surgeon_client, address), 404, "not_found")
    for verb in ("consent", "submit"):
        problem(send(surgeon_client, f"{address}{verb}/", {}), 404, "not_found")
    problem(save(surgeon_client, address, 0, {"age_years": {"value": 50}}), 404, "not_found")
    foreign.response.refresh_from_db()
    assert (foreign.response.consented_at, foreign.response.answers) == (None, {})
    assert read(get(surgeon_client, "responses/"))["results"] == []


def test_one_that_is_none_does_not_exist(surgeon_client: Client, release: object) -> None:
    for key in (str(uuid4()), "x", "0", "%27"):
        problem(get(surgeon_client, f"responses/{key}/"), 404, "not_found")


@pytest.mark.parametrize("role", ["author", "approver", "administrator"])
def test_who_sees_no_patients_sees_no_answers(cast: Cast, consultation: Consultation, role: str) -> None:
    client = signed_in(getattr(cast, role))
    for address in ("responses/", f"responses/{consultation.response_id}/"):
        problem(get(client, address), 403, "permission_denied")


def test_a_patients_visit_opens_nothing_here(consultation: Consultation) -> None:
    problem(get(Client(), f"responses/{consultation.response_id}/"), 401, "not_authenticated")


def test_nothing_is_saved_before_the_consent(surgeon_client: Client, consultation: Consultation) -> None:
    response = save(surgeon_client, f"responses/{consultation.response_id}/", 0, {"age_years": {"value": 50}})
    problem(response, 409, "consent_missing")


def test_a_stale_revision_is_a_conflict(surgeon_client: Client, address: str) -> None:
    read(save(surgeon_client, address, 0, {"age_years": {"value": 50}}))
    problem(save(surgeon_client, address, 0, {"age_years": {"value": 51}}), 409, "stale_revision")
    assert read(get(surgeon_client, address))["answers"] == {"age_years": {"value": 50}}


def test_what_the_answers_fire_is_said_at_once(surgeon_client: Client, address: str) -> None:
    saved = read(save(surgeon_client, address, 0, {"saddle_numbness": {"value": True}}))
    notice = saved["notices"][0]
    assert (notice["code"], notice["urgency"], notice["new"]) == ("cauda_equina", "emergency", True)
    assert notice["title"]
    assert notice["text"]


def test_every_answer_that_is_wrong_is_listed(surgeon_client: Client, address: str) -> None:
    wrong: Body = {
        "age_years": {"value": 17},
        "limb_pain_nrs": {"value": "5"},
        "axial_pain_nrs": {"value": 5.5},
        "smoking": {"value": "sometimes"},
        "weakness": {"unsure": True, "value": "none"},
        "bladder_change": {},
        "shoe_size": {"value": 44},
        "height_cm": {"value": 10**400},
    }
    document = problem(save(surgeon_client, address, 0, wrong), 422, "problems_found")
    codes = codes_of(document)
    assert set(codes) == {f"answers/{code}" for code in wrong}
    assert codes["answers/age_years"] == "out_of_range"
    assert codes["answers/limb_pain_nrs"] == "wrong_type"
    assert codes["answers/smoking"] == "unknown_value"
    assert codes["answers/shoe_size"] == "unknown_question"
    assert read(get(surgeon_client, address))["answers"] == {}


def test_submitting_lists_what_is_still_to_be_answered(surgeon_client: Client, address: str) -> None:
    document = problem(send(surgeon_client, f"{address}submit/", {}), 422, "problems_found")
    assert set(codes_of(document).values()) == {"unanswered"}
    assert "answers/age_years" in codes_of(document)


def test_what_was_submitted_is_refused_a_change(
    surgeon_client: Client, address: str, every_answer: Body
) -> None:
    read(save(surgeon_client, address, 0, every_answer))
    read(send(surgeon_client, f"{address}submit/", {}))
    problem(save(surgeon_client, address, 1, {"age_years": {"value": 50}}), 409, "response_submitted")
    problem(send(surgeon_client, f"{address}submit/", {}), 409, "response_submitted")


@pytest.mark.parametrize(
    "text",
    [
        " ",
        "{",
        "nonsense",
        '{"revision": NaN, "answers": {"age_years": {"value": 50}}}',
        '{"revision": 0, "answers": {"height_cm": {"value": Infinity}}}',
        '{"revision": 0, "answers": {"height_cm": {"value": -Infinity}}}',
        '{"revision": 0, "revision": 1, "answers": {"age_years": {"value": 50}}}',
        '{"revision": 0, "answers": {"age_years": {"value": 50}, "age_years": {"value": 51}}}',
        '{"revision": 0, "answers": {"age_years": {"value": 50, "value": 51}}}',
        b"\xff\xfe",
        "[" * 100_000,
        '{"revision": 0, "answers": {"reason_for_visit": {"value": "\\ud800"}}}',
    ],
)
def test_what_is_not_strict_json_cannot_be_read(
    surgeon_client: Client, address: str, text: str | bytes
) -> None:
    assert problem(send(surgeon_client, f"{address}answers/", text), 400, "parse_error")["errors"]
    assert read(get(surgeon_client, address))["answers"] == {}


def test_more_than_a_megabyte_is_too_large(surgeon_client: Client, address: str) -> None:
    words: Body = {"revision": 0, "answers": {"reason_for_visit": {"value": "x" * 1_000_001}}}
    problem(send(surgeon_client, f"{address}answers/", words), 413, "too_large")


@pytest.mark.parametrize("text", ["", "[]", "null", "0", '"x"', "true"])
def test_json_that_is_no_object_is_invalid(surgeon_client: Client, address: str, text: str) -> None:
    problem(send(surgeon_client, f"{address}answers/", text), 400, "invalid")


@pytest.mark.parametrize(
    "body",
    [
        {"answers": {"age_years": {"value": 50}}},
        {"revision": 0},
        {"revision": -1, "answers": {"age_years": {"value": 50}}},
        {"revision": 0, "answers": {}},
        {"revision": 0, "answers": []},
        {"revision": 0, "answers": {"age_years": 50}},
        {"revision": 0, "answers": {"age_years": {"value": 50}}, "status": "submitted"},
    ],
)
def test_a_field_that_is_missing_wrong_or_unknown_is_invalid(
    surgeon_client: Client, address: str, body: Body
) -> None:
    problem(send(surgeon_client, f"{address}answers/", body), 400, "invalid")


def test_another_media_type_is_refused(surgeon_client: Client, address: str) -> None:
    response = surgeon_client.post(f"/api/v1/{address}answers/", {"revision": "0"})
    problem(response, 415, "unsupported_media_type")


def test_a_change_without_the_token_of_the_session_is_refused(
    surgeon: User, consultation: Consultation
) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(surgeon)
    address = f"responses/{consultation.response_id}/consent/"
    problem(send(client, address, {}), 403, "permission_denied")


def test_the_list_comes_in_pages(surgeon_client: Client, clinic: Any, release: DecisionAidVersion) -> None:
    patient = new_patient(clinic, "L-1")
    made = {
        str(QuestionnaireResponse.objects.create(clinic=clinic, patient=patient, version=release.intake).pk)
        for _ in range(51)
    }
    first = read(get(surgeon_client, "responses/"))
    second = read(surgeon_client.get(first["next"]))
    assert (len(first["results"]), len(second["results"]), second["next"]) == (50, 1, None)
    assert {row["id"] for row in first["results"] + second["results"]} == made


def test_a_page_costs_the_same_however_many_are_on_it(
    surgeon_client: Client,
    clinic: Any,
    release: DecisionAidVersion,
    django_assert_max_num_queries: DjangoAssertNumQueries,
) -> None:
    patient = new_patient(clinic, "L-1")
    for _ in range(20):
        QuestionnaireResponse.objects.create(clinic=clinic, patient=patient, version=release.intake)
    with django_assert_max_num_queries(17):
        read(get(surgeon_client, "responses/"))


@pytest.mark.parametrize(
    "query", ["ordering=patient__family_name", "_connector=OR", "status__x=1", "status=open&status=open"]
)
def test_a_query_chooses_no_lookups(surgeon_client: Client, consultation: Consultation, query: str) -> None:
    document = problem(surgeon_client.get(f"/api/v1/responses/?{query}"), 400, "unknown_parameter")
    assert document["errors"][0]["parameter"] == query.partition("=")[0]


def test_reading_and_changing_are_recorded(
    surgeon_client: Client, surgeon: User, consultation: Consultation, address: str
) -> None:
    read(save(surgeon_client, address, 0, {"age_years": {"value": 50}}))
    read(get(surgeon_client, address))
    events = AuditEvent.objects.filter(record_id=str(consultation.response_id), user=surgeon)
    assert [event.action for event in events] == ["consented", "answer_saved", "response_read"]
