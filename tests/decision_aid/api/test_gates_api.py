"""A release passes its gate over the API: checked, replayed, signed by a second person, published."""

from typing import Any

import pytest
from django.test import Client

from config.demonstration import Cast
from decision_aid.models import DecisionAidVersion, GateReport
from decision_aid.services.gate import replay_here
from questionnaires.models import User
from tests.api_calls import Body, get, problem, put, read, send
from tests.cast import signed_in


@pytest.fixture
def author_client(author: User) -> Client:
    return signed_in(author)


@pytest.fixture
def approver_client(approver: User) -> Client:
    return signed_in(approver)


def changed(client: Client, release: DecisionAidVersion, **values: Any) -> None:
    address = f"aid-drafts/{release.aid_id}/"
    answer = get(client, address)
    document, why = read(answer) | values, "?reason=Newer+evidence."
    read(put(client, address + why, document, if_match=answer.headers["ETag"]))


def opened(client: Client, release: DecisionAidVersion, **headers: str) -> Body:
    body = {"aid": release.aid_id, "reason": "Newer evidence."}
    report: Body = read(send(client, "gates/", body, **headers), 202)
    replay_here(GateReport.objects.get(pk=report["id"]))
    shown: Body = read(get(client, f"gates/{report['id']}/"))
    return shown


def test_it_is_checked_signed_by_another_person_and_published(
    author_client: Client, approver_client: Client, release: DecisionAidVersion, cast: Cast, other_cast: Cast
) -> None:
    changed(author_client, release, title="Żywe nowe")
    report = opened(author_client, release)
    address = f"gates/{report['id']}/"
    assert (report["state"], report["number"], report["author"]) == ("clean", 2, cast.author.pk)
    assert read(get(approver_client, f"{address}changes/")) == []

    signature = {"sha256": report["sha256"]}
    problem(send(approver_client, f"{address}publish/", {}), 409, "release_gate")
    problem(send(author_client, f"{address}approve/", signature), 403, "author_is_approver")
    problem(send(approver_client, f"{address}approve/", {"sha256": "0" * 64}), 422, "hash_differs")
    stranger = signed_in(other_cast.approver)
    problem(get(stranger, address), 404, "not_found")
    problem(send(stranger, f"{address}approve/", signature), 404, "not_found")
    problem(send(stranger, "gates/", {"aid": release.aid_id, "reason": "x"}), 404, "not_found")

    signed = read(send(approver_client, f"{address}approve/", signature))
    assert (signed["state"], signed["approver"]) == ("approved", cast.approver.pk)
    published = read(send(approver_client, f"{address}publish/", {}))
    assert published["state"] == "published"

    newest = read(get(author_client, "releases/"))["results"][0]
    assert (newest["id"], newest["number"], newest["reason"]) == (published["release"], 2, "Newer evidence.")
    problem(send(approver_client, f"{address}publish/", {}), 409, "already_published")

    restored = f"releases/{release.pk}/restore/"
    again = read(send(approver_client, restored, {"reason": "It was better."}), 201)
    assert again["number"] == 3
    problem(send(author_client, restored, {"reason": "Mine."}), 403, "not_permitted")


def test_what_blocks_is_listed_until_it_is_mended(
    author_client: Client, approver_client: Client, release: DecisionAidVersion
) -> None:
    draft = read(get(author_client, f"aid-drafts/{release.aid_id}/"))
    cases = draft["golden_cases"]
    cases[0]["expected"] = (
        {"pathway": "emergency"} if cases[0]["expected"].get("pathway") != "emergency" else {}
    )
    changed(author_client, release, golden_cases=cases)
    report = opened(author_client, release)
    assert report["state"] == "blocked"
    refused = problem(send(approver_client, f"gates/{report['id']}/publish/", {}), 409, "release_gate")
    assert refused["type"].endswith("/problems/release-gate")
    blocking = [finding for finding in report["findings"] if finding["blocks"]]
    assert [entry["code"] for entry in refused["errors"]] == [finding["code"] for finding in blocking]
    assert all(entry["pointer"].startswith("#") for entry in refused["errors"])


def test_it_is_withdrawn_or_set_for_a_time(
    author_client: Client, approver_client: Client, release: DecisionAidVersion
) -> None:
    changed(author_client, release, title="Another")
    report = opened(author_client, release, idempotency_key="gate")
    address = f"gates/{report['id']}/"
    read(send(approver_client, f"{address}approve/", {"sha256": report["sha256"]}))
    passed = send(approver_client, f"{address}publish/", {"at": "2000-01-01T00:00:00Z"})
    problem(passed, 422, "time_passed")
    assert (
        read(send(approver_client, f"{address}publish/", {"at": "2999-01-01T00:00:00Z"}))["state"]
        == "scheduled"
    )
    assert read(send(author_client, f"{address}withdraw/", {}))["state"] == "withdrawn"
    problem(send(approver_client, f"{address}publish/", {}), 409, "gate_withdrawn")


def test_nothing_changed_opens_no_gate(author_client: Client, release: DecisionAidVersion) -> None:
    body = {"aid": release.aid_id, "reason": "Again."}
    problem(send(author_client, "gates/", body), 409, "nothing_changed")
