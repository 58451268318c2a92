from dataclasses import replace

import pytest

from decision_aid.scoring import check_warning_signs, read_ruleset
from decision_aid.scoring.conditions import Condition
from decision_aid.scoring.warning_signs import look_for
from questionnaires.definition.facts import Facts, read_facts
from tests.decision_aid.scoring.rulesets import Document, report_on, small_document

RULESET = read_ruleset(small_document())


def signs_that_hold(facts: Document) -> list[str]:
    return [sign.id for sign in check_warning_signs(RULESET, read_facts(facts, RULESET.types))]


@pytest.mark.parametrize(
    ("facts", "pathway", "holding"),
    [
        ({}, "routine", []),
        ({"saddle_numbness": False, "fever": False}, "routine", []),
        ({"fever": True, "pain": 0}, "routine", []),
        ({"fever": True}, "routine", []),
        ({"fever": True, "pain": 1}, "urgent", ["fever"]),
        ({"saddle_numbness": True}, "emergency", ["cauda"]),
        ({"saddle_numbness": True, "fever": True, "pain": 10}, "emergency", ["cauda", "fever"]),
    ],
)
def test_the_most_urgent_sign_that_holds_sets_the_pathway(
    facts: Document, pathway: str, holding: list[str]
) -> None:
    assert report_on(small_document(), facts)["pathway"] == pathway
    assert signs_that_hold(facts) == holding


def test_the_report_names_every_sign_with_what_it_holds_and_reads() -> None:
    assert report_on(small_document(), {"fever": False})["warning_signs"] == [
        {"id": "cauda", "urgency": "emergency", "holds": None, "facts": ["saddle_numbness"]},
        {"id": "fever", "urgency": "urgent", "holds": False, "facts": ["pain", "fever"]},
    ]


def with_condition(condition: str) -> Document:
    document = small_document()
    document["warning_signs"][0]["condition"] = condition
    return document


def test_a_sign_that_asks_for_an_answers_absence_never_falls_silent_for_want_of_an_answer() -> None:
    document = with_condition("%fever.exists() and %fever")
    assert report_on(document, {})["warning_signs"][0]["holds"] is None
    assert report_on(document, {"fever": False})["warning_signs"][0]["holds"] is False
    assert report_on(document, {"fever": True})["warning_signs"][0]["holds"] is True


def test_a_sign_that_holds_by_what_is_known_holds_though_other_answers_are_missing() -> None:
    document = with_condition("%saddle_numbness or %fever.empty().not() and %fever")
    assert report_on(document, {"saddle_numbness": True})["warning_signs"][0]["holds"] is True


class Broken(Condition):
    """A condition whose evaluation fails, which none should."""

    def alarms(self, values: Facts) -> bool | None:
        raise ArithmeticError("a fault in the engine")


def test_should_evaluating_ever_fail_the_advice_is_shown() -> None:
    sign = RULESET.warning_signs[0]
    condition = Broken(sign.condition.expression, sign.condition.facts, sign.condition.triable)
    (found,) = look_for([replace(sign, condition=condition)], {})
    assert found.holds is True
