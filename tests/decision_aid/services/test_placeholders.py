"""Texts that keep a place for the clinic's own people block a release to real patients, and only there."""

from dataclasses import replace
from typing import Any

import pytest

from config.demonstration import Cast
from decision_aid.models import DecisionAid, DecisionAidVersion
from decision_aid.packs import Pack
from decision_aid.services.drafting import load_aid
from decision_aid.services.placeholders import PLACEHOLDER, placeholders_in
from decision_aid.services.publishing import problems_of_aid, publish_aid, remarks_on_aid
from questionnaires.definition.problems import ProblemsFound
from questionnaires.models import Clinic

LEFT = {
    "about/authors/1/name", "about/authors/1/interests", "about/authors/2/name", "about/authors/2/interests",
    "about/authors/3/name", "about/authors/3/interests", "about/funding",
}  # fmt: skip


@pytest.fixture
def draft(cast: Cast, spine_pack: Pack) -> DecisionAid:
    """The spine aid as it comes; two of its golden cases are enough here."""
    short: dict[str, Any] = dict(spine_pack.aid)
    short["golden_cases"] = short["golden_cases"][:2]
    return load_aid(cast.clinic, replace(spine_pack, aid=short), cast.author)


def in_a_real_clinic(aid: DecisionAid) -> DecisionAid:
    Clinic.objects.filter(pk=aid.clinic_id).update(is_demonstration=False)
    return DecisionAid.objects.select_related("clinic").get(pk=aid.pk)


def test_a_demonstration_may_leave_them_and_is_told(draft: DecisionAid) -> None:
    assert draft.clinic.is_demonstration
    assert problems_of_aid(draft) == ()
    told = {remark.place for remark in remarks_on_aid(draft) if remark.code == "placeholder_left"}
    assert told == LEFT


def test_a_real_clinic_must_fill_in_each_field_first(draft: DecisionAid, cast: Cast) -> None:
    aid = in_a_real_clinic(draft)
    with pytest.raises(ProblemsFound) as found:
        publish_aid(aid, cast.author, cast.approver, "For our patients.")
    assert {(problem.code, problem.place) for problem in found.value.problems} == {
        ("placeholder_left", place) for place in LEFT
    }
    assert "a spine surgeon of the clinic" in found.value.problems[0].sentence
    assert not DecisionAidVersion.objects.filter(aid=aid, reason="For our patients.").exists()


def test_a_real_clinic_that_filled_them_in_may_release(draft: DecisionAid, cast: Cast) -> None:
    aid = in_a_real_clinic(draft)
    people = ("Nadia Okafor, spine surgeon", "Jo Berg, physiotherapist", "Lee Marsh, patient")
    aid.about["authors"][1:] = [{"name": name, "role": "Author", "interests": "None"} for name in people]
    aid.about["funding"] = "The clinic paid for its own version."
    aid.save()
    assert problems_of_aid(aid) == ()
    assert publish_aid(aid, cast.author, cast.approver, "For our patients.").number


def test_a_placeholder_is_found_wherever_it_stands() -> None:
    document = {"a": [{"b": f"x {PLACEHOLDER}: y]"}, "z"], "c": None, "d": 5, "e": ""}
    assert [problem.place for problem in placeholders_in(document)] == ["a/0/b"]
