from collections.abc import Sequence
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from decision_aid.scoring import RuleSet
from decision_aid.scoring.cohort import people_frame, score_frame
from questionnaires.definition.facts import Facts
from tests.decision_aid.scoring.rulesets import Document, report_of
from tests.decision_aid.scoring.spine import spine_ruleset
from tests.decision_aid.scoring.strategies import facts_of, tried
from tests.decision_aid.scoring.test_properties import RULESETS, TYPES, every_ruleset


def said_of(report: Document) -> dict[str, object]:
    """What a report and a row of a scored frame both say."""
    said: dict[str, object] = {"pathway": report["pathway"]}
    for name, scale in report["scales"].items():
        said |= {name: scale.get("value"), f"{name}.band": scale.get("band")}
    for option in report["options"]:
        low, high = option["points"]
        said |= {
            f"{option['id']}.candidacy": option["candidacy"],
            f"{option['id']}.low": low,
            f"{option['id']}.high": high,
        }
    return said


def check(ruleset: RuleSet, people: Sequence[Facts]) -> None:
    scored = score_frame(ruleset, people_frame(ruleset.types, people))
    assert scored.height == len(people)
    for row, facts in zip(scored.iter_rows(named=True), people, strict=True):
        assert row == said_of(report_of(ruleset, facts))


@every_ruleset
@given(people=st.lists(facts_of(TYPES), max_size=8))
@tried(40)
def test_a_cohort_is_scored_as_each_person_is(name: str, people: list[Facts]) -> None:
    check(RULESETS[name], people)


@given(data=st.data())
@tried(8)
def test_so_is_a_cohort_of_the_spine_aid(data: Any) -> None:
    check(spine_ruleset(), data.draw(st.lists(facts_of(spine_ruleset().types), min_size=1, max_size=30)))
