"""A draft is proved before it is released: what blocks is a problem, the rest a remark."""

from html import unescape

import pytest

from config.demonstration import Cast
from decision_aid.models import DecisionAid, DecisionAidVersion, ScoringRule, Source
from decision_aid.services.publishing import problems_of_aid, publish_aid, remarks_on_aid
from questionnaires.definition.problems import ProblemsFound
from tests.admin_forms import check
from tests.cast import signed_in


@pytest.fixture
def aid(release: DecisionAidVersion) -> DecisionAid:
    return release.aid


def test_a_rule_that_can_never_hold_keeps_it_from_being_released(aid: DecisionAid, cast: Cast) -> None:
    rule = ScoringRule.objects.get(option__aid=aid, code="tubular_leg_pain")
    ScoringRule.objects.filter(pk=rule.pk).update(condition="%limb_pain_nrs > 7 and %limb_pain_nrs < 7")
    (problem,) = (each for each in problems_of_aid(aid) if each.code == "never_holds")
    assert problem.place.endswith("/condition")
    assert problem.hint.startswith('For example: {"limb_pain_nrs":')
    with pytest.raises(ProblemsFound) as found:
        publish_aid(aid, cast.author, cast.approver, "Try.")
    assert problem in found.value.problems


def test_a_question_that_nothing_uses_is_a_remark(aid: DecisionAid) -> None:
    assert problems_of_aid(aid) == ()
    remarks = remarks_on_aid(aid)
    assert {remark.code for remark in remarks} <= {
        "question_unused",
        "placeholder_left",
        "criterion_open",
    }
    assert not [remark for remark in remarks if "value_" in remark.sentence]


def test_what_cannot_be_read_has_no_remarks(aid: DecisionAid) -> None:
    ScoringRule.objects.filter(option__aid=aid, code="tubular_leg_pain").update(condition="%")
    assert problems_of_aid(aid) != ()
    assert remarks_on_aid(aid) == ()


def test_the_page_on_which_it_is_approved_shows_the_remarks(aid: DecisionAid, cast: Cast) -> None:
    Source.objects.filter(aid=aid).update(checked=True)
    page = check(signed_in(cast.approver), aid)
    remarks = remarks_on_aid(aid)
    assert remarks
    for remark in remarks:
        assert remark.sentence in unescape(page.content.decode())
    assert "worth knowing" in page.content.decode()
