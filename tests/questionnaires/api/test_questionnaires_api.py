"""Programs read the published questionnaires of their clinics."""

import pytest
from django.test import Client

from config.demonstration import Cast
from decision_aid.models import DecisionAidVersion
from tests.api_calls import get, problem, read, send
from tests.cast import signed_in


def test_the_list_holds_those_of_the_clinic_only(
    surgeon_client: Client, release: DecisionAidVersion, other_release: DecisionAidVersion
) -> None:
    listed = read(get(surgeon_client, "questionnaires/"))["results"]
    assert {row["id"] for row in listed} == {release.intake_id, release.findings_id}
    assert {row["code"] for row in listed} == {"spine_intake", "spine_findings"}


def test_one_holds_its_whole_definition_and_its_hash(
    surgeon_client: Client, release: DecisionAidVersion
) -> None:
    shown = read(get(surgeon_client, f"questionnaires/{release.intake_id}/"))
    assert shown["document"] == release.intake.document
    assert (shown["number"], shown["sha256"]) == (1, release.intake.sha256)
    assert set(shown) == {"id", "code", "number", "sha256", "published_at", "document"}


def test_another_clinics_does_not_exist(surgeon_client: Client, other_release: DecisionAidVersion) -> None:
    problem(get(surgeon_client, f"questionnaires/{other_release.intake_id}/"), 404, "not_found")


@pytest.mark.parametrize("key", ["0", "-1", "9" * 30, "x", "%00", "NaN"])
def test_an_id_that_is_none_does_not_exist(surgeon_client: Client, key: str) -> None:
    problem(get(surgeon_client, f"questionnaires/{key}/"), 404, "not_found")


def test_every_role_of_the_clinic_reads(cast: Cast, release: DecisionAidVersion) -> None:
    for role in ("administrator", "author", "approver", "surgeon", "coordinator"):
        client = signed_in(getattr(cast, role))
        assert len(read(get(client, "questionnaires/"))["results"]) == 2


def test_nobody_reads_without_signing_in(release: DecisionAidVersion) -> None:
    response = get(Client(), "questionnaires/")
    problem(response, 401, "not_authenticated")
    assert response.headers["WWW-Authenticate"] == "Bearer"


def test_somebody_whose_account_is_inactive_is_not_signed_in(cast: Cast) -> None:
    client = signed_in(cast.surgeon)
    cast.surgeon.is_active = False
    cast.surgeon.save()
    problem(get(client, "questionnaires/"), 401, "not_authenticated")


def test_nobody_writes(surgeon_client: Client) -> None:
    problem(send(surgeon_client, "questionnaires/", {}), 405, "method_not_allowed")
