"""Authors read a draft whole, and replace it on top of what they have read."""

import copy
from typing import Any

import pytest
from django.test import Client

from config.demonstration import Cast
from decision_aid.models import AidEdit, DecisionAidVersion
from decision_aid.services.drafting import aid_document
from questionnaires.models import AuditEvent, QuestionnaireEdit
from questionnaires.services.drafting import questionnaire_document
from tests.api_calls import Answer, Body, codes_of, get, problem, put, read
from tests.cast import signed_in


@pytest.fixture
def client(cast: Cast) -> Client:
    return signed_in(cast.author)


@pytest.fixture(params=["questionnaire-drafts", "aid-drafts"])
def address(request: pytest.FixtureRequest, release: DecisionAidVersion) -> str:
    key = release.intake.questionnaire_id if request.param.startswith("q") else release.aid_id
    return f"{request.param}/{key}/"


@pytest.fixture
def intake(release: DecisionAidVersion) -> str:
    return f"questionnaire-drafts/{release.intake.questionnaire_id}/"


@pytest.fixture
def aid(release: DecisionAidVersion) -> str:
    return f"aid-drafts/{release.aid_id}/"


WHY = "reason=Patients+asked+what+it+means."


def replace(client: Client, address: str, document: Any, query: str = WHY, **headers: str) -> Answer:
    return put(client, f"{address}?{query}", document, **headers)


def drafted(client: Client, address: str) -> tuple[Any, str]:
    answer = get(client, address)
    return read(answer), answer.headers["ETag"]


def test_what_was_read_and_sent_back_is_the_same(client: Client, address: str) -> None:
    document, tag = drafted(client, address)
    answer = replace(client, address, document, if_match=tag)
    assert read(answer) == document
    assert answer.headers["ETag"] == tag
    assert drafted(client, address) == (document, tag)


def test_a_question_is_reworded(client: Client, intake: str, cast: Cast, release: DecisionAidVersion) -> None:
    document, tag = drafted(client, intake)
    document["sections"][0]["questions"][0]["text"] = "Zażółć gęślą jaźń?"
    changed = replace(client, intake, document, if_match=tag)
    assert changed.headers["ETag"] != tag
    draft = release.intake.questionnaire
    draft.refresh_from_db()
    assert questionnaire_document(draft) == document
    assert (draft.edited_by, list(draft.editors.all())) == (cast.author, [cast.author])
    assert AuditEvent.objects.get(action="draft_edited").user == cast.author


def test_what_changed_is_kept_in_words_with_whoever_changed_it_and_why(
    client: Client, intake: str, cast: Cast, release: DecisionAidVersion
) -> None:
    document, tag = drafted(client, intake)
    before, document["title"] = document["title"], "Your back"
    read(replace(client, intake, document, if_match=tag))
    edit = QuestionnaireEdit.objects.get(questionnaire=release.intake.questionnaire)
    assert (edit.by, edit.reason) == (cast.author, "Patients asked what it means.")
    assert edit.sentences == [f"“title” is now “Your back”; it was “{before}”."]


def test_what_changed_of_an_aid_is_kept_as_well(
    client: Client, aid: str, cast: Cast, release: DecisionAidVersion
) -> None:
    document, tag = drafted(client, aid)
    before, document["title"] = document["title"], "Spine"
    read(replace(client, aid, document, if_match=tag))
    edit = AidEdit.objects.get(aid=release.aid)
    assert (edit.by, edit.reason) == (cast.author, "Patients asked what it means.")
    assert edit.sentences == [f"“title” is now “Spine”; it was “{before}”."]


@pytest.mark.parametrize("query", ["", "reason=", "reason=+%09"])
def test_without_a_reason_nothing_is_replaced(client: Client, address: str, query: str) -> None:
    document, tag = drafted(client, address)
    changed = document | {"title": "Spine"}
    problem(replace(client, address, changed, query, if_match=tag), 422, "reason_missing")
    assert drafted(client, address) == (document, tag)


@pytest.mark.parametrize("reason", ["a%00b", "x" * 1001])
def test_a_reason_that_cannot_be_kept_is_refused(client: Client, address: str, reason: str) -> None:
    document, tag = drafted(client, address)
    refused = problem(replace(client, address, document, f"reason={reason}", if_match=tag), 400, "invalid")
    assert [*codes_of(refused)] == ["reason"]


def test_a_reason_is_for_replacing_only(client: Client, address: str) -> None:
    problem(get(client, address, reason="To see."), 400, "unknown_parameter")


def test_a_rule_is_given_other_points(client: Client, aid: str, release: DecisionAidVersion) -> None:
    document, tag = drafted(client, aid)
    option = next(one for one in document["options"] if any(r["kind"] == "points" for r in one["rules"]))
    rule = next(rule for rule in option["rules"] if rule["kind"] == "points")
    rule["points"] += 1
    read(replace(client, aid, document, if_match=tag))
    release.aid.refresh_from_db()
    assert aid_document(release.aid) == document
    assert read(get(client, f"{aid}problems/")) is not None
    release.refresh_from_db()
    assert release.document["options"] != document["options"]


def test_the_second_of_two_who_read_the_same_is_refused(client: Client, intake: str) -> None:
    document, tag = drafted(client, intake)
    mine, theirs = copy.deepcopy(document), copy.deepcopy(document)
    mine["title"], theirs["title"] = "Mine", "Theirs"
    read(replace(client, intake, theirs, if_match=tag))
    problem(replace(client, intake, mine, if_match=tag), 412, "draft_changed")
    assert drafted(client, intake)[0]["title"] == "Theirs"


@pytest.mark.parametrize("tag", ["*", '"x"', 'W/"0"', "0" * 64])
def test_another_tag_is_refused(client: Client, address: str, tag: str) -> None:
    document, _ = drafted(client, address)
    problem(replace(client, address, document, if_match=tag), 412, "draft_changed")


def test_without_a_tag_nothing_is_replaced(client: Client, address: str) -> None:
    document, _ = drafted(client, address)
    problem(replace(client, address, document), 428, "condition_missing")


@pytest.mark.parametrize("document", [[], "x", 1, None, True])
def test_a_draft_is_an_object(client: Client, address: str, document: Any) -> None:
    tag = drafted(client, address)[1]
    assert replace(client, address, document, if_match=tag).status_code in {400, 422}


def test_an_empty_document_is_another_draft(client: Client, address: str) -> None:
    tag = drafted(client, address)[1]
    problem(replace(client, address, {}, if_match=tag), 422, "other_code")


def test_every_problem_is_pointed_at_and_nothing_changed(client: Client, intake: str) -> None:
    document, tag = drafted(client, intake)
    broken = copy.deepcopy(document)
    broken["sections"][0]["questions"][0]["type"] = "colour"
    broken["sections"][1]["title"] = 7
    broken["nonsense"] = {}
    codes = codes_of(problem(replace(client, intake, broken, if_match=tag), 422, "problems_found"))
    assert len(codes) >= 3
    assert any(place.startswith("sections/0/") for place in codes), codes
    assert drafted(client, intake) == (document, tag)


def test_a_rule_that_cannot_be_read_is_pointed_at(client: Client, aid: str) -> None:
    document, tag = drafted(client, aid)
    broken: Body = copy.deepcopy(document)
    broken["options"][0]["rules"][0]["condition"] = "%age_years >"
    codes = codes_of(problem(replace(client, aid, broken, if_match=tag), 422, "problems_found"))
    assert "syntax_error" in codes.values()
    assert drafted(client, aid) == (document, tag)


def test_the_character_0_is_refused(client: Client, intake: str) -> None:
    document, tag = drafted(client, intake)
    problem(replace(client, intake, document | {"title": "a\0"}, if_match=tag), 422, "not_text")


@pytest.mark.parametrize("role", ["approver", "administrator"])
def test_others_of_the_office_read_and_do_not_write(cast: Cast, address: str, role: str) -> None:
    client = signed_in(getattr(cast, role))
    document, tag = drafted(client, address)
    problem(replace(client, address, document, if_match=tag), 403, "permission_denied")


def test_another_clinics_draft_is_not_there(other_cast: Cast, address: str) -> None:
    client = signed_in(other_cast.author)
    problem(get(client, address), 404, "not_found")
    problem(replace(client, address, {}, if_match='"x"'), 404, "not_found")
    assert address.split("/")[1] not in [
        str(row["id"]) for row in read(get(client, address.split("/")[0] + "/"))["results"]
    ]


def test_golden_cases_are_found_by_code(client: Client, release: DecisionAidVersion) -> None:
    found = read(get(client, "golden-cases/", code="typical_disc", aid=str(release.aid_id)))["results"]
    assert [case["code"] for case in found] == ["typical_disc"]
    assert found[0]["facts"]
