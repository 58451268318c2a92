"""Before a release everything is checked, everybody scored again, and a second person signs it."""

import json
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from config.demonstration import Cast
from decision_aid.models import (
    DecisionAid,
    DecisionAidVersion,
    GateReport,
    GoldenCase,
    ScoringRule,
    Source,
    WarningSign,
)
from decision_aid.services import gate
from decision_aid.services.assessing import assess_consultation
from decision_aid.services.gate import approve_report, changes_of, open_gate, replay_here, state_of
from decision_aid.services.planning import plan_consultation
from decision_aid.services.publishing import publish_due, publish_report, return_to, schedule_report
from questionnaires.models import AuditEvent, Question
from questionnaires.services.drafting import remember_editor
from questionnaires.services.refusals import Refused
from tests.cast import Visit, assess, new_patient
from tests.decision_aid.stored_answers import store_answers

Golden = Callable[[str], dict[str, Any]]
WHY = "The papers were read."


@pytest.fixture
def aid(release: DecisionAidVersion) -> DecisionAid:
    """A draft that says something new."""
    Source.objects.filter(aid=release.aid).update(checked=True)
    return release.aid


@pytest.fixture
def report(aid: DecisionAid, cast: Cast) -> GateReport:
    return open_gate(aid, cast.author, WHY)


@pytest.fixture
def approved(report: GateReport, cast: Cast) -> GateReport:
    approve_report(report, cast.approver, report.sha256)
    return report


def code_of(act: Callable[[], object]) -> str:
    with pytest.raises(Refused) as refused, transaction.atomic():
        act()
    return refused.value.code


def weigh(aid: DecisionAid, rule: str, points: int) -> None:
    ScoringRule.objects.filter(option__aid=aid, code=rule).update(points=points)


# ── What is found ───────────────────────────────────────────────────────────────────────────────────────


def test_of_500_people_it_names_the_37_whom_one_weight_changes_and_by_which_rule(
    release: DecisionAidVersion, cast: Cast, golden: Golden
) -> None:
    smoker = {**golden("typical_disc"), "smoking": "current"}
    others = [
        golden("typical_disc"),
        {**golden("typical_stenosis"), "smoking": "current"},
        {**golden("typical_disc"), "smoking": "former"},
        golden("disc_cauda_equina"),
        {"age_years": 50},
    ]
    people = [
        smoker if number % 13 == 1 and number < 37 * 13 else others[number % 5] for number in range(500)
    ]
    consultations = store_answers(release, cast, people)
    known = {str(one.pk) for one, facts in zip(consultations, people, strict=True) if facts is smoker}
    assert len(known) == 37
    weigh(release.aid, "tubular_smoking", -2)
    began = time.monotonic()
    report = open_gate(release.aid, cast.author, "Smoking matters more.", people_in_a_part=120)
    assert [part.number for part in report.rescoring.parts.all()] == [1, 2, 3, 4, 5]
    assert (state_of(report), report.sha256) == ("replaying", "")
    replay_here(report)
    assert time.monotonic() - began < 60
    changes = list(changes_of(report))
    assert {change["id"] for change in changes} == known
    assert len(changes) == 37
    (change,) = {json.dumps({**change, "id": ""}) for change in changes}
    assert json.loads(change) == {
        "id": "", "option": "tubular_microdiscectomy", "from": "likely", "to": "possible",
        "rules": ["tubular_smoking"],
    }  # fmt: skip
    assert (report.replay["people"], report.replay["changed"]) == (500, 37)
    assert report.replay["changes"] == {"tubular_microdiscectomy likely possible": 37}
    # Golden cases notice the weight too, each with the row that mends it.
    failing = [each for each in report.findings if each["check"] == "golden_cases"]
    assert failing
    assert state_of(report) == "blocked"
    case = GoldenCase.objects.get(pk=failing[0]["mends"]["id"])
    assert failing[0]["mends"] == {"model": "decision_aid.GoldenCase", "id": case.pk, "field": "expected"}
    assert f"“{case.code}”" in failing[0]["sentence"]
    assert "ZZPHI" not in json.dumps([report.findings, report.replay, changes])


def test_it_says_whose_pathway_changes_and_by_which_warning_sign(
    aid: DecisionAid, release: DecisionAidVersion, cast: Cast, golden: Golden
) -> None:
    routine, emergency = golden("typical_disc"), golden("disc_cauda_equina")
    one, other = store_answers(release, cast, [routine, emergency])
    WarningSign.objects.filter(aid=aid).update(urgency="urgent")
    report = open_gate(aid, cast.author, WHY)
    replay_here(report)
    (change,) = (each for each in changes_of(report) if each["option"] == "pathway")
    assert (change["id"], change["from"], change["to"]) == (str(other.pk), "emergency", "urgent")
    assert set(change["rules"]) <= set(WarningSign.objects.filter(aid=aid).values_list("code", flat=True))
    assert change["rules"]
    assert not [each for each in changes_of(report) if each["id"] == str(one.pk)]


def test_a_draft_that_cannot_be_read_lists_every_problem_with_the_row_and_field_that_mend_it(
    aid: DecisionAid, cast: Cast
) -> None:
    first, second = ScoringRule.objects.filter(option__aid=aid, kind="points")[:2]
    ScoringRule.objects.filter(pk=first.pk).update(condition="%shoe_size > 40")
    ScoringRule.objects.filter(pk=second.pk).update(condition="%age_years >")
    report = open_gate(aid, cast.author, WHY)
    assert state_of(report) == "blocked"
    assert report.document is None
    found = [(each["code"], each["mends"]["model"], each["mends"]["id"], each["mends"]["field"])
             for each in report.findings]  # fmt: skip
    assert found == [
        ("unknown_fact", "decision_aid.ScoringRule", first.pk, "condition"),
        ("syntax_error", "decision_aid.ScoringRule", second.pk, "condition"),
    ]


def test_a_question_is_found_by_its_place(aid: DecisionAid, cast: Cast) -> None:
    question = Question.objects.get(section__questionnaire=aid.findings, code="mrc_grade")
    Question.objects.filter(pk=question.pk).update(shown_when="%x")
    (finding,) = open_gate(aid, cast.author, WHY).findings
    assert finding["mends"] == {
        "model": "questionnaires.Question", "id": question.pk, "field": "shown_when",
    }  # fmt: skip


def test_a_declared_language_must_be_whole(aid: DecisionAid, cast: Cast) -> None:
    aid.languages = ["de"]
    aid.save()
    report = open_gate(aid, cast.author, WHY)
    missing = [each for each in report.findings if each["check"] == "texts"]
    assert {each["code"] for each in missing} == {"translation_incomplete"}
    assert len(missing) == 3
    assert state_of(report) == "blocked"


def test_what_keeps_nothing_back_is_listed_too(report: GateReport) -> None:
    assert not report.blocks
    assert {each["check"] for each in report.findings} >= {"placeholders", "fairness"}


# ── The signature ───────────────────────────────────────────────────────────────────────────────────────


def test_a_clean_report_is_signed_by_a_second_person_and_published_as_it_was_signed(
    report: GateReport, cast: Cast
) -> None:
    assert state_of(report) == "clean"
    approve_report(report, cast.approver, report.sha256)
    assert state_of(report) == "approved"
    signed = report.release_sha256
    Source.objects.filter(aid=report.aid).update(title="Somebody went on editing")
    remember_editor(report.aid, cast.author)
    release = publish_report(report, cast.author)
    assert (release.number, release.sha256, release.approver) == (2, signed, cast.approver)
    assert "Somebody went on editing" not in json.dumps(release.document)
    assert report.aid.editors.get() == cast.author, "what was edited since is still somebody's"
    assert state_of(report) == "published"
    actions = (
        AuditEvent.objects.filter(clinic=cast.clinic).order_by("-number").values_list("action", flat=True)
    )
    assert list(actions[:3]) == ["aid_released", "gate_approved", "gate_opened"]


def test_the_author_does_not_approve_nor_does_anybody_who_edited(report: GateReport, cast: Cast) -> None:
    for user in (cast.author, cast.administrator):
        user.memberships.create(clinic=cast.clinic, role="approver")
    report.editors.add(cast.administrator)
    for user in (cast.author, cast.administrator):
        assert code_of(partial(approve_report, report, user, report.sha256)) == "author_is_approver"
    assert GateReport.objects.get(pk=report.pk).approver is None


@pytest.mark.parametrize("who", ["surgeon", "administrator", "coordinator"])
def test_only_an_approver_approves(report: GateReport, cast: Cast, who: str) -> None:
    assert code_of(lambda: approve_report(report, getattr(cast, who), report.sha256)) == "not_permitted"


def test_an_approver_of_another_clinic_approves_nothing(report: GateReport, other_cast: Cast) -> None:
    assert code_of(lambda: approve_report(report, other_cast.approver, report.sha256)) == "not_permitted"


@pytest.mark.parametrize("sha256", ["", "0" * 64, "ä"])
def test_another_hash_is_not_signed(report: GateReport, cast: Cast, sha256: str) -> None:
    assert code_of(lambda: approve_report(report, cast.approver, sha256)) == "hash_differs"


def test_what_was_not_approved_is_not_published(report: GateReport, cast: Cast) -> None:
    assert code_of(lambda: publish_report(report, cast.approver)) == "not_approved"
    assert report.aid.releases.count() == 1


def test_it_is_approved_and_published_once(approved: GateReport, cast: Cast) -> None:
    again = GateReport.objects.get(pk=approved.pk)
    assert code_of(lambda: approve_report(again, cast.approver, again.sha256)) == "already_approved"
    publish_report(approved, cast.approver)
    assert code_of(lambda: publish_report(again, cast.approver)) == "already_published"
    assert approved.aid.releases.count() == 2
    with pytest.raises(DatabaseError, match="never changes"), transaction.atomic():
        GateReport.objects.filter(pk=approved.pk).update(reason="Another.")


def test_a_report_that_was_overtaken_is_neither_approved_nor_published(
    report: GateReport, cast: Cast
) -> None:
    other = open_gate(report.aid, cast.author, "At the same time.")
    approve_report(other, cast.approver, other.sha256)
    publish_report(other, cast.approver)
    assert state_of(report) == "outdated"
    assert code_of(lambda: approve_report(report, cast.approver, report.sha256)) == "gate_outdated"


def test_what_was_withdrawn_is_not_approved(report: GateReport, cast: Cast) -> None:
    gate.withdraw_report(report, cast.author)
    assert code_of(lambda: approve_report(report, cast.approver, report.sha256)) == "gate_withdrawn"


def test_an_approver_whose_role_was_taken_away_has_approved_nothing(approved: GateReport, cast: Cast) -> None:
    cast.approver.memberships.filter(role="approver").delete()
    assert code_of(lambda: publish_report(approved, cast.author)) == "not_permitted"


# ── At a set time ───────────────────────────────────────────────────────────────────────────────────────


def test_it_is_published_when_its_time_has_come_and_not_before(approved: GateReport, cast: Cast) -> None:
    at = timezone.now() + timedelta(days=2)
    schedule_report(approved, cast.author, at)
    assert state_of(approved) == "scheduled"
    assert publish_due(at - timedelta(seconds=1)) == 0
    assert publish_due(at) == 1
    assert publish_due(at) == 0
    assert approved.aid.releases.count() == 2
    event = AuditEvent.objects.filter(action="aid_released").latest("number")
    assert (event.actor, event.user) == ("system", None)


def test_a_time_that_has_passed_is_refused(approved: GateReport, cast: Cast) -> None:
    assert code_of(lambda: schedule_report(approved, cast.author, timezone.now())) == "time_passed"


def test_what_stands_in_the_way_at_that_time_is_kept_and_nothing_is_published(
    approved: GateReport, cast: Cast
) -> None:
    at = timezone.now() + timedelta(days=2)
    schedule_report(approved, cast.author, at)
    cast.approver.memberships.filter(role="approver").delete()
    assert publish_due(at) == 0
    assert publish_due(at) == 0
    assert GateReport.objects.get(pk=approved.pk).failure == "not_permitted"
    assert AuditEvent.objects.filter(action="release_not_published").count() == 1
    assert approved.aid.releases.count() == 1


# ── Those who have begun, and going back ────────────────────────────────────────────────────────────────


def test_an_open_form_finishes_on_its_version_and_the_earlier_release_comes_back_with_a_reason(
    approved: GateReport, release: DecisionAidVersion, visit: Visit, cast: Cast, golden: Golden
) -> None:
    second = publish_report(approved, cast.approver)
    assessment = assess(visit.consultation, golden("typical_disc"))
    assert (assessment.release, visit.consultation.response.version) == (release, release.intake)

    with pytest.raises(Refused) as refused:
        return_to(second, cast.approver, "Back.")
    assert refused.value.code == "already_current"
    assert code_of(lambda: return_to(release, cast.author, "Back.")) == "not_permitted"
    assert code_of(lambda: return_to(release, cast.approver, " ")) == "reason_missing"
    third = return_to(release, cast.approver, "A surgeon reported a wrong figure.")
    assert (third.number, third.returns_to, third.returned_by) == (3, release, cast.approver)
    assert (third.author, third.approver) == (release.author, release.approver)
    assert {**third.document, "version": 1} == release.document
    assert (third.intake, third.findings) == (release.intake, release.findings)
    assert code_of(lambda: return_to(release, cast.approver, "Again.")) == "already_current"
    event = AuditEvent.objects.filter(clinic=cast.clinic).latest("number")
    assert (event.action, event.detail["returns_to"]) == ("aid_returned", 1)
    # The draft still says what it said: it can be published again.
    assert state_of(open_gate(approved.aid, cast.author, "Mended.")) == "replaying"
    # Retired, a release is still read and scored by.
    planned = plan_consultation(second, new_patient(cast.clinic, "T-9"), cast.surgeon, timezone.now())
    assert assess(planned, golden("typical_disc")).release == second
    assert assess_consultation(visit.consultation).report["report_sha256"] == assessment.report_sha256
