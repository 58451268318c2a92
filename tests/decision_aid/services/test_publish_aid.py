"""A draft decision aid is released whole, proved by its golden cases, by two people, with a reason."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from config.demonstration import Cast
from decision_aid.models import (
    Consultation,
    DecisionAid,
    DecisionAidVersion,
    GoldenCase,
    Outcome,
    ScoringRule,
    Source,
)
from decision_aid.packs import Pack
from decision_aid.services.drafting import aid_document, load_aid
from decision_aid.services.planning import plan_consultation
from decision_aid.services.publishing import problems_of_aid, publish_aid
from questionnaires.definition.digest import canonical_json, sha256_of
from questionnaires.definition.problems import ProblemsFound
from questionnaires.models import AuditEvent, Question, User
from questionnaires.services.refusals import Refused
from tests.cast import assess

Golden = Callable[[str], dict[str, Any]]


@pytest.fixture
def aid(release: DecisionAidVersion) -> DecisionAid:
    return release.aid


def change(aid: DecisionAid) -> None:
    Source.objects.filter(aid=aid).update(checked=True)


def publish(aid: DecisionAid, cast: Cast) -> DecisionAidVersion:
    return publish_aid(aid, cast.author, cast.approver, "The papers were read.")


def refusal(aid: DecisionAid, author: User, approver: User, reason: str = "Why not.") -> tuple[str, int]:
    with pytest.raises(Refused) as refused:
        publish_aid(aid, author, approver, reason)
    return refused.value.code, refused.value.status


def as_text(documents: object) -> str:
    return canonical_json(documents)


# ── The draft ───────────────────────────────────────────────────────────────────────────────────────────


def test_a_draft_gives_back_the_pack_in_its_order(cast: Cast, spine_pack: Pack) -> None:
    aid = load_aid(cast.clinic, spine_pack, cast.author)
    made, given = aid_document(aid), dict(spine_pack.aid)
    assert set(made) == set(given)
    for key in given:
        assert without_nothing(made[key]) == without_nothing(given[key]), key


def without_nothing(value: Any) -> Any:
    """The value as canonical JSON reads it, without what is empty: an author leaves that out."""
    if isinstance(value, Mapping):
        kept = {key: without_nothing(item) for key, item in value.items()}
        return {key: item for key, item in kept.items() if item not in ("", None, [], False, {})}
    if isinstance(value, list | tuple):
        return [without_nothing(item) for item in value]
    return value


def test_zero_is_kept_and_is_not_nothing(cast: Cast, spine_pack: Pack) -> None:
    aid = load_aid(cast.clinic, spine_pack, cast.author)
    zeros = [
        (option["id"], estimate["outcome"], name)
        for option in aid_document(aid)["options"]
        for estimate in option["estimates"]
        for name in ("value", "low", "high", "with_option", "with_comparator")
        if estimate.get(name) == 0 and estimate.get(name) is not False
    ]
    given: Mapping[str, Any] = spine_pack.aid
    assert zeros == [
        (option["id"], estimate["outcome"], name)
        for option in given["options"]
        for estimate in option["estimates"]
        for name in ("value", "low", "high", "with_option", "with_comparator")
        if estimate.get(name) == 0 and estimate.get(name) is not False
    ]


def test_loading_again_replaces_the_draft_and_leaves_the_release(
    release: DecisionAidVersion, cast: Cast, spine_pack: Pack
) -> None:
    before = DecisionAidVersion.objects.values().get(pk=release.pk)
    again = load_aid(cast.clinic, spine_pack, cast.administrator)
    assert again.pk == release.aid_id
    assert again.edited_by == cast.administrator
    assert DecisionAidVersion.objects.values().get(pk=release.pk) == before
    assert refusal(again, cast.author, cast.approver) == ("nothing_changed", 409)


# ── The release ─────────────────────────────────────────────────────────────────────────────────────────


def test_a_release_pins_its_questionnaires_and_its_hash(release: DecisionAidVersion) -> None:
    assert release.sha256 == sha256_of(release.document)
    pins = release.document["questionnaires"]
    for name, version in (("intake", release.intake), ("findings", release.findings)):
        assert pins[name] == {
            "code": version.questionnaire.code,
            "version": version.number,
            "sha256": version.sha256,
        }


def test_it_is_recorded_with_its_hash_and_its_reason_kept(aid: DecisionAid, cast: Cast) -> None:
    change(aid)
    second = publish_aid(aid, cast.author, cast.approver, "  The papers were read.\n")
    assert (second.number, second.reason) == (2, "The papers were read.")
    event = AuditEvent.objects.get(action="aid_released", record_id=str(second.pk))
    assert event.user == cast.approver
    assert event.detail == {"sha256": second.sha256, "gate": str(second.gate_report.pk)}


def test_questionnaires_that_did_not_change_are_not_published_again(aid: DecisionAid, cast: Cast) -> None:
    change(aid)
    second = publish(aid, cast)
    assert (second.intake.number, second.findings.number) == (1, 1)


def test_a_questionnaire_that_changed_is_published_with_it(aid: DecisionAid, cast: Cast) -> None:
    Question.objects.filter(section__questionnaire=aid.intake, code="age_years").update(text="Your age?")
    second = publish(aid, cast)
    assert (second.intake.number, second.findings.number) == (2, 1)
    assert second.document["questionnaires"]["intake"]["version"] == 2


def test_the_first_release_stays_byte_for_byte(
    release: DecisionAidVersion, aid: DecisionAid, cast: Cast
) -> None:
    before = as_text(release.document), release.sha256
    change(aid)
    publish(aid, cast)
    kept = DecisionAidVersion.objects.get(pk=release.pk)
    assert (as_text(kept.document), kept.sha256) == before


def test_consultations_stay_on_the_release_they_were_planned_with(
    release: DecisionAidVersion, consultation: Consultation, cast: Cast, golden: Golden
) -> None:
    change(release.aid)
    second = publish(release.aid, cast)
    assessment = assess(consultation, golden("typical_disc"))
    assert assessment.release == release
    assert assessment.report["release"] == {"aid": "spine", "version": 1, "sha256": release.sha256}
    later = plan_consultation(second, consultation.patient, cast.surgeon, consultation.scheduled_at)
    assert later.response.version == second.intake
    assert later.release == second


# ── What keeps it from release ──────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("reason", ["", " ", "\n\t"])
def test_it_needs_a_reason(aid: DecisionAid, cast: Cast, reason: str) -> None:
    change(aid)
    assert refusal(aid, cast.author, cast.approver, reason) == ("reason_missing", 422)


def test_nobody_approves_their_own(aid: DecisionAid, cast: Cast) -> None:
    cast.author.memberships.create(clinic=cast.clinic, role="approver")
    change(aid)
    assert refusal(aid, cast.author, cast.author) == ("author_is_approver", 403)


@pytest.mark.parametrize(
    ("author", "approver"), [("approver", "author"), ("surgeon", "approver"), ("author", "administrator")]
)
def test_both_need_their_role(aid: DecisionAid, cast: Cast, author: str, approver: str) -> None:
    change(aid)
    assert refusal(aid, getattr(cast, author), getattr(cast, approver)) == ("not_permitted", 403)


def test_both_need_it_in_this_clinic(aid: DecisionAid, cast: Cast, other_cast: Cast) -> None:
    change(aid)
    assert refusal(aid, other_cast.author, other_cast.approver) == ("not_permitted", 403)


def test_a_draft_that_says_the_same_is_no_release(aid: DecisionAid, cast: Cast) -> None:
    assert refusal(aid, cast.author, cast.approver) == ("nothing_changed", 409)


def problems(aid: DecisionAid, cast: Cast) -> set[str]:
    before = aid.releases.count()
    with pytest.raises(ProblemsFound) as found:
        publish(aid, cast)
    assert problems_of_aid(aid) == found.value.problems
    assert aid.releases.count() == before
    assert all(problem.place and problem.sentence for problem in found.value.problems)
    return {problem.code for problem in found.value.problems}


def test_every_problem_of_the_rules_is_listed(aid: DecisionAid, cast: Cast) -> None:
    first, second = ScoringRule.objects.filter(option__aid=aid, kind="points")[:2]
    ScoringRule.objects.filter(pk=first.pk).update(condition="%shoe_size > 40")
    ScoringRule.objects.filter(pk=second.pk).update(condition="%age_years >")
    Outcome.objects.filter(aid=aid).first().delete()  # type: ignore[union-attr]  # there are seventeen
    assert {"unknown_fact", "syntax_error", "unknown_outcome"} <= problems(aid, cast)


def test_problems_of_its_questionnaires_are_listed_with_their_name(aid: DecisionAid, cast: Cast) -> None:
    Question.objects.filter(section__questionnaire=aid.findings, code="mrc_grade").update(shown_when="%x")
    assert "unknown_fact" in problems(aid, cast)
    assert all(problem.place.startswith("findings/") for problem in problems_of_aid(aid))


def test_a_golden_case_that_fails_keeps_it_from_release(aid: DecisionAid, cast: Cast) -> None:
    case = GoldenCase.objects.get(aid=aid, code="typical_disc")
    case.expected = {"pathway": "emergency", "candidacies": {"tubular_microdiscectomy": "excluded"}}
    case.save()
    assert problems(aid, cast) == {"golden_pathway_differs", "golden_candidacy_differs"}


def test_a_fact_that_rules_read_and_nobody_asks_is_a_problem(aid: DecisionAid, cast: Cast) -> None:
    Question.objects.filter(section__questionnaire=aid.intake, code="limb_pain_nrs").delete()
    assert "unknown_fact" in problems(aid, cast)
