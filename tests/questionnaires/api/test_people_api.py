"""Programs register patients, and learn who works where and who they are themselves."""

from base64 import b64encode
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from config.demonstration import Cast
from questionnaires.models import AuditEvent, Patient, User
from questionnaires.services.tokens import issue_token
from tests.api_calls import Body, codes_of, get, problem, read, send
from tests.cast import new_patient, signed_in


@pytest.fixture
def client(coordinator: User) -> Client:
    return signed_in(coordinator)


@pytest.fixture
def person(cast: Cast) -> Body:
    return {
        "clinic": cast.clinic.slug,
        "number": "P-7",
        "given_name": "Siân",
        "family_name": "Zażółć",
        "birth_date": "1970-02-28",
    }


def test_a_patient_is_registered_and_found_by_number(client: Client, person: Body) -> None:
    made = read(send(client, "patients/", person | {"email": "s@patients.example"}), 201)
    assert read(get(client, "patients/", number="P-7"))["results"] == [made]
    assert read(get(client, f"patients/{made['id']}/")) == made
    assert read(get(client, "patients/", number="P-8"))["results"] == []
    row = Patient.objects.get(pk=made["id"])
    assert (row.phone, row.email, row.search) == ("", "s@patients.example", "p-7 sian zazolc")
    assert AuditEvent.objects.filter(action="patient_registered", record_id=made["id"]).count() == 1


def test_a_number_is_given_once(client: Client, person: Body) -> None:
    read(send(client, "patients/", person), 201)
    problem(send(client, "patients/", person | {"given_name": "Other"}), 409, "number_taken")


@pytest.mark.parametrize(
    ("changed", "wrong"),
    [
        ({"number": ""}, "number"),
        ({"number": "x" * 41}, "number"),
        ({"given_name": "a\0"}, "given_name"),
        ({"birth_date": "1970-02-30"}, "birth_date"),
        ({"birth_date": None}, "birth_date"),
        ({"email": "x"}, "email"),
        ({"sex": "f"}, "sex"),
    ],
)
def test_what_is_wrong_is_pointed_at(client: Client, person: Body, changed: Body, wrong: str) -> None:
    assert set(codes_of(problem(send(client, "patients/", person | changed), 400, "invalid"))) == {wrong}


def test_nobody_is_born_tomorrow(client: Client, person: Body) -> None:
    problem(send(client, "patients/", person | {"birth_date": "9999-12-31"}), 422, "not_born")


def test_nobody_is_registered_in_another_clinic(client: Client, person: Body, other_cast: Cast) -> None:
    problem(send(client, "patients/", person | {"clinic": other_cast.clinic.slug}), 404, "not_found")


def test_an_administrator_registers_and_reads_patients_too(cast: Cast, person: Body) -> None:
    administrator = signed_in(cast.administrator)
    made = read(send(administrator, "patients/", person), 201)
    assert read(get(administrator, "patients/"))["results"] == [made]


def test_patients_come_in_pages_that_hold_each_once(client: Client, cast: Cast) -> None:
    for number in range(5):
        new_patient(cast.clinic, f"Q-{number}")
    found, address = [], "patients/?limit=2"
    while address:
        page = read(client.get(f"/api/v1/{address}"))
        found += [row["number"] for row in page["results"]]
        address = (page["next"] or "").partition("/api/v1/")[2]
    assert found == [f"Q-{number}" for number in range(5)]


@pytest.mark.parametrize(
    "query", ["Number=1", "number=1&number=2", "page=1", "offset=3", "number__gt=0", "%00=1"]
)
def test_a_query_that_nothing_reads_is_refused(client: Client, query: str) -> None:
    document = problem(client.get(f"/api/v1/patients/?{query}"), 400, "unknown_parameter")
    assert len(document["errors"]) == 1
    assert "parameter" in document["errors"][0]


@pytest.mark.parametrize("query", ["patient=x", "patient=", "status=closed", "status=%00"])
def test_a_query_that_cannot_be_read_is_refused(client: Client, query: str) -> None:
    problem(client.get(f"/api/v1/responses/?{query}"), 400, "invalid")


@pytest.mark.parametrize("address", ["patients/{}/?x=1", "caller/?x=1", "schema/?x=1"])
def test_no_address_takes_a_parameter_that_it_does_not_read(client: Client, cast: Cast, address: str) -> None:
    patient = new_patient(cast.clinic, "Q-1")
    problem(client.get(f"/api/v1/{address.format(patient.pk)}"), 400, "unknown_parameter")


@pytest.mark.parametrize("address", ["nowhere/", "patients/1.5/", "patients/a/b/", "patients/%00%ff.x/"])
def test_where_no_route_leads_a_program_is_told_so(client: Client, address: str) -> None:
    for browser in (client, Client()):
        problem(browser.get(f"/api/v1/{address}"), 404, "not_found")


def test_a_cursor_that_is_none_is_not_found(client: Client) -> None:
    problem(get(client, "patients/", cursor="x"), 404, "not_found")


@pytest.mark.parametrize("resource", ["responses", "memberships"])
@pytest.mark.parametrize("position", ["p=x", "p=%00", "p=1e99", "p=2026-02-30T00:00:00Z"])
def test_a_cursor_that_somebody_made_up_is_not_found(client: Client, resource: str, position: str) -> None:
    cursor = b64encode(position.encode()).decode()
    problem(get(client, f"{resource}/", cursor=cursor), 404, "not_found")


@pytest.mark.parametrize("limit", ["0", "-1", "201", "x", "", "1" * 50, "2.5"])
def test_a_limit_that_cannot_be_kept_is_refused(client: Client, limit: str) -> None:
    refused = problem(get(client, "patients/", limit=limit), 400, "invalid")
    assert [entry.get("parameter") for entry in refused["errors"]] == ["limit"]


def test_the_staff_of_ones_own_clinics_are_listed(client: Client, cast: Cast, other_cast: Cast) -> None:
    listed = read(get(client, "memberships/", role="surgeon"))["results"]
    assert [(row["user"], row["name"]) for row in listed] == [(cast.surgeon.pk, str(cast.surgeon))]
    everybody = {row["user"] for row in read(get(client, "memberships/", limit="200"))["results"]}
    assert not everybody & {other_cast.surgeon.pk, other_cast.author.pk}


def test_a_caller_learns_who_it_is(surgeon: User, cast: Cast) -> None:
    shown = read(get(signed_in(surgeon), "caller/"))
    assert (shown["id"], shown["token"]) == (surgeon.pk, None)
    assert shown["roles"] == [{"clinic": cast.clinic.slug, "role": "surgeon"}]
    assert {"care.read", "review"} < set(shown["scopes"])
    token, secret = issue_token(surgeon, "script", ["care.read"], 1, surgeon)
    shown = read(get(Client(headers={"authorization": f"Bearer {secret}"}), "caller/"))
    assert shown["scopes"] == ["care.read"]
    assert shown["token"]["id"] == str(token.pk)
    assert secret not in str(shown)


def test_who_calls_too_often_is_told_when_to_come_back(client: Client, settings: Any) -> None:
    settings.API_CALLS_A_MINUTE = 2
    cache.clear()
    for _ in range(2):
        read(get(client, "caller/"))
    refused = get(client, "caller/")
    problem(refused, 429, "throttled")
    assert 0 < int(refused.headers["Retry-After"]) <= 60
    cache.clear()
