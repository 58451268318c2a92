"""The gate says whom a draft changes in the words of the draft."""

from collections.abc import Callable
from typing import Any

import pytest

from config.demonstration import Cast
from decision_aid.models import DecisionAidVersion, GateReport, ScoringRule, WarningSign
from decision_aid.services.gate import open_gate, replay_here
from tests.admin_forms import address
from tests.cast import signed_in
from tests.decision_aid.stored_answers import store_answers


@pytest.fixture
def report(release: DecisionAidVersion, cast: Cast, golden: Callable[[str], dict[str, Any]]) -> GateReport:
    """Three months are thirteen weeks now, and no sign is an emergency any more."""
    twelve_weeks = {"smoking": "current", "symptom_weeks": 30, "conservative_weeks": 12}
    people = [golden("typical_disc") | twelve_weeks] * 2 + [golden("disc_cauda_equina")]
    store_answers(release, cast, people)
    rule = ScoringRule.objects.filter(option__aid=release.aid, code="tubular_three_months")
    rule.update(condition="%conservative_weeks >= 13", reason="Thirteen weeks of other care.")
    WarningSign.objects.filter(aid=release.aid).update(urgency="urgent")
    report = open_gate(release.aid, cast.author, "Weeks are counted.")
    replay_here(report)
    return report


def test_it_names_options_bands_and_pathways_and_gives_the_reasons(report: GateReport, cast: Cast) -> None:
    page = signed_in(cast.approver).get(address(report))
    first, second = page.context["moves"]
    assert first[:3] == ("Tubular microdiscectomy", "Likely candidate", "Possible candidate")
    assert (first.people, first.rules) == (2, [("tubular_three_months", "Thirteen weeks of other care.", 2)])
    assert second[:3] == ("Pathway", "Needs care today", "Needs a clinician within days")
    assert ("cauda_equina", "Possible cauda equina syndrome", 1) in second.rules
    assert second.people == 1
    text = page.content.decode()
    assert "3 people were scored again" in text
    assert "3 of them would be told something else" in text
    assert len({person.consultation for person in page.context["people"]}) == 3
