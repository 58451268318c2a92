import pytest

from decision_aid.scoring import read_ruleset
from decision_aid.scoring.comparison import responsible_rules, responsible_signs
from questionnaires.definition.facts import read_facts
from tests.decision_aid.scoring.rulesets import Document, document_with_rules, rule, small_document

PERSON = {"imaging": ["hernia"], "infection": False, "pain": 8, "smoking": "current"}


def responsible(before: Document, after: Document, facts: Document = PERSON) -> tuple[str, ...]:
    one, other = read_ruleset(before), read_ruleset(after)
    return responsible_rules(
        one, other, read_facts(facts, one.types), read_facts(facts, other.types), ["keyhole"]
    )["keyhole"]


def changed(rule_id: str, **more: object) -> Document:
    document = small_document()
    rules = {each["id"]: each for each in document["options"][0]["rules"]}
    rules[rule_id] |= more
    return document


def test_a_rule_with_other_points_is_responsible_where_it_holds() -> None:
    assert responsible(small_document(), changed("smoker", points=-9)) == ("smoker",)
    assert responsible(small_document(), changed("some_pain", points=9)) == ("bands",)  # it does not hold


def test_a_rule_that_holds_in_one_release_only_is_responsible() -> None:
    assert responsible(small_document(), changed("strong_pain", condition="%pain >= 9")) == ("strong_pain",)


def test_a_rule_that_is_unknown_in_one_release_is_responsible() -> None:
    assert responsible(small_document(), changed("infected", condition="%infection or %fever")) == (
        "infected",
    )


def test_a_required_rule_is_responsible_where_it_does_not_hold() -> None:
    other = changed("hernia_seen", condition="%imaging contains 'slip'")
    assert responsible(small_document(), other) == ("hernia_seen",)


def test_rules_that_only_one_release_has_are_responsible() -> None:
    without = small_document()
    without["options"][0]["rules"] = [
        each for each in without["options"][0]["rules"] if each["id"] not in ("smoker", "some_pain")
    ]
    assert responsible(small_document(), without) == ("smoker",)
    assert responsible(without, small_document()) == ("smoker",)


def test_where_the_rules_say_the_same_the_bands_are_responsible() -> None:
    document = small_document()
    document["bands"][1]["below"] = document["bands"][2]["from"] = 1
    assert responsible(small_document(), document) == ("bands",)


def test_a_rule_that_holds_and_was_required_says_nothing() -> None:
    one = document_with_rules(rule("needed", "required", "%pain > 1"), rule("plus", "points", "%pain > 2", 1))
    other = document_with_rules(rule("plus", "points", "%pain > 2", 4))
    assert responsible(one, other) == ("plus",)


def test_an_option_that_a_release_lacks_is_refused() -> None:
    one = read_ruleset(small_document())
    with pytest.raises(KeyError):
        responsible_rules(one, one, {}, {}, ["prayer"])


FEVERISH = {"fever": True, "pain": 8, "saddle_numbness": False}


def signs_between(before: Document, after: Document, facts: Document = FEVERISH) -> tuple[str, ...]:
    one, other = read_ruleset(before), read_ruleset(after)
    return responsible_signs(one, other, read_facts(facts, one.types), read_facts(facts, other.types))


def with_sign(number: int, **more: object) -> Document:
    document = small_document()
    document["warning_signs"][number] |= more
    return document


def test_a_warning_sign_that_holds_in_one_release_only_is_responsible() -> None:
    stricter = with_sign(1, condition="%fever and %pain >= 9")
    assert signs_between(small_document(), stricter) == ("fever",)
    assert signs_between(stricter, small_document()) == ("fever",)


def test_a_warning_sign_with_another_urgency_is_responsible() -> None:
    assert signs_between(small_document(), with_sign(1, urgency="emergency")) == ("fever",)


def test_warning_signs_that_hold_in_both_or_in_neither_are_not() -> None:
    assert signs_between(small_document(), small_document()) == ()
    assert signs_between(small_document(), with_sign(0, urgency="urgent")) == ()
    assert signs_between(small_document(), with_sign(1, urgency="emergency"), {}) == ()
