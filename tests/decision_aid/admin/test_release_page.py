"""An author edits a decision aid's draft; a second person releases it with a reason."""

import pytest
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db import models
from django.test import Client

from config.demonstration import Cast
from decision_aid.models import DecisionAid, DecisionAidVersion, GoldenCase, ScoringRule, Source
from decision_aid.services.publishing import publish_aid
from tests.admin_forms import address, check, edit, press
from tests.cast import signed_in


def rows_of(aid: DecisionAid, model: type[models.Model]) -> list[object]:
    """The keys of the aid's draft rows of a model."""
    owned = {field.name for field in model._meta.get_fields()}
    path = "aid" if "aid" in owned else "option__aid" if "option" in owned else ""
    return list(model._default_manager.filter(**{path: aid}).values_list("pk", flat=True)) if path else []


@pytest.fixture
def aid(release: DecisionAidVersion) -> DecisionAid:
    return release.aid


@pytest.fixture
def author_client(cast: Cast) -> Client:
    return signed_in(cast.author)


@pytest.fixture
def approver_client(cast: Cast) -> Client:
    return signed_in(cast.approver)


def test_marking_a_source_as_checked_is_a_change_that_is_released(
    author_client: Client, approver_client: Client, cast: Cast, aid: DecisionAid
) -> None:
    DecisionAid.objects.filter(pk=aid.pk).update(edited_by=None)
    source = Source.objects.filter(aid=aid, check_primary=True, checked=False)[0]
    assert edit(author_client, source, checked="on").status_code == 302
    aid.refresh_from_db()
    assert aid.edited_by == cast.author
    page = check(author_client, aid, "The paper was read.")
    report = aid.gate_reports.latest("requested_at")
    assert report.sha256 in page.content.decode()
    assert press(approver_client, report, "approve", sha256=report.sha256).status_code == 302
    assert press(approver_client, report, "publish").status_code == 302
    release = aid.releases.latest("number")
    assert (release.number, release.reason, release.approver) == (2, "The paper was read.", cast.approver)
    assert next(s for s in release.document["sources"] if s["id"] == source.code)["checked"] is True


def test_every_row_of_the_pack_can_be_saved_as_it_is(aid: DecisionAid) -> None:
    refused: dict[str, object] = {}
    for model in admin.site._registry:
        for row in model._default_manager.filter(pk__in=rows_of(aid, model)):
            try:
                row.full_clean()
            except ValidationError as error:
                refused[f"{model.__name__} {row}"] = error.message_dict
    assert refused == {}


def test_a_rule_is_edited_on_the_page_of_its_option(
    author_client: Client, aid: DecisionAid, cast: Cast
) -> None:
    option = aid.options.get(code="tubular_microdiscectomy")
    rule = option.rules.all()[0]
    assert edit(author_client, option, **{"rules-0-reason": "Said better."}).status_code == 302
    rule.refresh_from_db()
    assert rule.reason == "Said better."


def test_a_condition_that_cannot_be_read_is_listed(
    author_client: Client, approver_client: Client, aid: DecisionAid
) -> None:
    rule = ScoringRule.objects.filter(option__aid=aid)[0]
    edit(author_client, rule.option, **{"rules-0-condition": "%no_such_fact > 1"})
    page = check(approver_client, aid)
    assert "unknown_fact: options/0/rules/0/condition" in page.content.decode()
    mend = f"/studio/rules/{rule.pk}/#id_condition"
    assert f'href="{mend}"' in page.content.decode(), "the finding leads to the field that mends it"
    report = aid.gate_reports.latest("requested_at")
    assert press(approver_client, report, "approve", sha256=report.sha256).status_code == 409
    assert aid.releases.count() == 1


def test_a_golden_case_that_fails_keeps_it_from_release(
    author_client: Client, approver_client: Client, aid: DecisionAid
) -> None:
    case = GoldenCase.objects.get(aid=aid, code="typical_disc")
    edit(author_client, case, expected='{"pathway": "emergency"}')
    page = check(approver_client, aid)
    assert "typical_disc" in page.content.decode()
    assert f'href="{address(case)}#id_expected"' in page.content.decode()
    assert aid.releases.count() == 1


def test_whoever_edited_last_is_refused_and_told_why(
    author_client: Client, cast: Cast, aid: DecisionAid
) -> None:
    cast.author.memberships.create(clinic=cast.clinic, role="approver")
    Source.objects.filter(aid=aid).update(checked=True)
    check(author_client, aid)
    report = aid.gate_reports.latest("requested_at")
    page = press(author_client, report, "approve", sha256=report.sha256)
    assert page.status_code == 403
    assert "Whoever wrote a change cannot approve it." in page.content.decode()


def test_a_release_is_shown_and_not_changed(author_client: Client, release: DecisionAidVersion) -> None:
    assert 'name="_save"' not in author_client.get(address(release)).content.decode()
    assert author_client.post(address(release), {"reason": "Another."}).status_code == 403


def test_a_draft_that_was_released_is_not_deleted(author_client: Client, aid: DecisionAid) -> None:
    author_client.post(address(aid, "delete"), {"post": "yes"})
    assert DecisionAid.objects.filter(pk=aid.pk).exists()


def test_a_draft_that_says_nothing_new_is_not_checked(approver_client: Client, aid: DecisionAid) -> None:
    page = check(approver_client, aid)
    assert page.status_code == 409
    assert "exactly what release 1 says" in page.content.decode()


@pytest.mark.parametrize("act", ["", "unpublish"])
def test_a_button_that_is_none_is_refused(approver_client: Client, aid: DecisionAid, act: str) -> None:
    Source.objects.filter(aid=aid).update(checked=True)
    check(approver_client, aid)
    assert press(approver_client, aid.gate_reports.latest("requested_at"), act).status_code == 422


def test_a_release_is_set_to_a_time_and_withdrawn(
    author_client: Client, approver_client: Client, aid: DecisionAid
) -> None:
    Source.objects.filter(aid=aid).update(checked=True)
    check(author_client, aid)
    report = aid.gate_reports.latest("requested_at")
    press(approver_client, report, "approve", sha256=report.sha256)
    assert press(author_client, report, "schedule", at_0="soon", at_1="").status_code == 422
    assert press(author_client, report, "schedule", at_0="2001-01-01", at_1="09:00").status_code == 422
    assert press(author_client, report, "schedule", at_0="2101-01-01", at_1="09:00").status_code == 302
    report.refresh_from_db()
    assert report.publish_at is not None
    assert press(author_client, report, "withdraw").status_code == 302
    assert press(author_client, report, "publish").status_code == 409


def test_an_approver_returns_to_an_earlier_release_with_a_reason(
    approver_client: Client, author_client: Client, cast: Cast, aid: DecisionAid, release: DecisionAidVersion
) -> None:
    Source.objects.filter(aid=aid).update(checked=True)
    publish_aid(aid, cast.author, cast.approver, "The papers were read.")
    page = address(release, "return")
    assert author_client.post(page, {"reason": "Back."}).status_code == 403
    assert approver_client.post(page, {"reason": " "}).status_code == 200
    assert approver_client.post(page, {"reason": "A figure was wrong."}).status_code == 302
    newest = aid.releases.latest("number")
    assert (newest.number, newest.returns_to, newest.reason) == (3, release, "A figure was wrong.")
    # What is used now, by its own number or by that of the first, is nothing to return to.
    for used in (release, newest):
        assert "nothing to return to" in approver_client.get(address(used, "return")).content.decode()
    other = approver_client.get(address(aid.releases.get(number=2), "return")).content.decode()
    assert "Release 3" in other
    assert 'name="reason"' in other
