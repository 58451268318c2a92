"""Programs score facts without storing anything."""

import json
from collections.abc import Callable
from typing import Any

import jsonschema
import pytest
from django.test import Client

from config.demonstration import Cast
from decision_aid.models import Assessment, DecisionAidVersion
from tests.api_calls import Body, codes_of, problem, read, send
from tests.cast import signed_in
from tests.shared import SHARED

Golden = Callable[[str], dict[str, Any]]


@pytest.fixture
def report_schema() -> Body:
    schema: Body = json.loads((SHARED / "spine" / "report.schema.json").read_text())
    return schema


@pytest.mark.parametrize("case", [None, "typical_disc", "typical_stenosis", "disc_cauda_equina"])
def test_the_report_is_what_the_schema_says(
    surgeon_client: Client,
    release: DecisionAidVersion,
    golden: Golden,
    report_schema: Body,
    case: str | None,
) -> None:
    facts = golden(case) if case else {}
    report = read(send(surgeon_client, "assess/", {"facts": facts, "as_of": "2026-11-23"}))
    jsonschema.validate(report, report_schema)
    assert report["release"] == {"aid": "spine", "version": 1, "sha256": release.sha256}


def test_the_same_facts_get_the_same_bytes(
    surgeon_client: Client, release: DecisionAidVersion, golden: Golden
) -> None:
    body: Body = {"release": release.pk, "facts": golden("typical_disc"), "as_of": "2026-11-23"}
    answers = {send(surgeon_client, "assess/", body).content for _ in range(2)}
    assert len(answers) == 1


def test_nothing_is_stored(surgeon_client: Client, release: DecisionAidVersion, golden: Golden) -> None:
    read(send(surgeon_client, "assess/", {"facts": golden("typical_disc")}))
    assert not Assessment.objects.exists()


@pytest.mark.parametrize("role", ["surgeon", "author", "approver", "administrator"])
def test_who_works_with_rules_may(cast: Cast, release: DecisionAidVersion, role: str) -> None:
    read(send(signed_in(getattr(cast, role)), "assess/", {"facts": {}}))


def test_a_coordinator_may_not(cast: Cast, release: DecisionAidVersion) -> None:
    problem(send(signed_in(cast.coordinator), "assess/", {"facts": {}}), 403, "permission_denied")


def test_nobody_may_without_signing_in(release: DecisionAidVersion) -> None:
    problem(send(Client(), "assess/", {"facts": {}}), 401, "not_authenticated")


def test_another_clinics_release_does_not_exist(
    surgeon_client: Client, other_release: DecisionAidVersion
) -> None:
    problem(send(surgeon_client, "assess/", {"release": other_release.pk, "facts": {}}), 404, "not_found")


def test_every_fact_that_is_wrong_is_listed(surgeon_client: Client, release: DecisionAidVersion) -> None:
    facts = {"age_years": 17, "weight_kg": 10**400, "smoking": "sometimes", "bmi": 22, "fever_or_chills": 1}
    document = problem(send(surgeon_client, "assess/", {"facts": facts}), 422, "problems_found")
    assert codes_of(document) == {
        "facts/age_years": "out_of_range",
        "facts/weight_kg": "out_of_range",
        "facts/smoking": "unknown_value",
        "facts/bmi": "unknown_fact",
        "facts/fever_or_chills": "wrong_type",
    }


def test_unknown_is_left_out_or_null_and_zero_is_neither(
    surgeon_client: Client, release: DecisionAidVersion
) -> None:
    def pseudonym(facts: Body) -> str:
        sent = send(surgeon_client, "assess/", {"facts": facts, "as_of": "2026-11-23"})
        return str(read(sent)["facts_sha256"])

    assert pseudonym({"limb_pain_nrs": None}) == pseudonym({})
    assert pseudonym({"limb_pain_nrs": 0}) != pseudonym({})


@pytest.mark.parametrize(
    "text",
    [
        '{"facts": {"weight_kg": NaN}}',
        '{"facts": {"weight_kg": Infinity}}',
        '{"facts": {"age_years": 50, "age_years": 51}}',
        '{"facts": {}, "facts": {"age_years": 51}}',
        "{'facts': {}}",
    ],
)
def test_what_is_not_strict_json_cannot_be_read(
    surgeon_client: Client, release: DecisionAidVersion, text: str
) -> None:
    assert problem(send(surgeon_client, "assess/", text), 400, "parse_error")["errors"]


@pytest.mark.parametrize(
    "body",
    [{}, {"facts": None}, {"facts": []}, {"facts": {}, "as_of": "2026-02-30"}, {"facts": {}, "store": True}],
)
def test_a_field_that_is_missing_wrong_or_unknown_is_invalid(
    surgeon_client: Client, release: DecisionAidVersion, body: Body
) -> None:
    problem(send(surgeon_client, "assess/", body), 400, "invalid")
