"""What differs between two documents: nothing where nothing does, and a sentence for whatever does."""

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from questionnaires.definition.differences import DifferenceKind, differences, in_words, sentences
from questionnaires.definition.reading import readable_types

DOCUMENT: dict[str, Any] = {
    "code": "intake",
    "title": "Before your visit",
    "sections": [
        {
            "code": "about",
            "title": "About you",
            "questions": [
                {"code": "age", "text": "How old are you?", "type": "integer", "range": [18, 110]},
                {
                    "code": "side",
                    "text": "Which side?",
                    "options": [{"code": "left", "label": "Left"}, {"code": "right", "label": "Right"}],
                },
            ],
        },
        {"code": "pain", "title": "Your pain", "questions": [{"code": "nrs", "text": "How bad is it?"}]},
    ],
    "options": [
        {
            "id": "wait",
            "title": "Wait",
            "rules": [{"id": "conservative_care", "condition": "%weeks >= 6", "points": 2, "sources": ["a"]}],
        }
    ],
}

CONDITION_CHANGED = (
    "Rule “conservative_care” of the treatment “Wait” now holds when “%weeks >= 8”; "
    "before, when “%weeks >= 6”."
)

names = st.sampled_from("abc")
values = st.sampled_from([None, True, False, 0, 1, -2, "", "ß", "≥ 4", [], [1], [2, 1]])
fields = st.dictionaries(st.sampled_from(["text", "points", "required", "condition"]), values, max_size=2)
questions = st.dictionaries(names, fields, max_size=2)
sections = st.dictionaries(names, st.tuples(questions, values), max_size=2)


def document_of(sections: dict[str, Any]) -> dict[str, Any]:
    return {
        "code": "intake",
        "sections": [
            {
                "code": code,
                "title": title,
                "questions": [{"code": name, **fields} for name, fields in questions.items()],
            }
            for code, (questions, title) in sections.items()
        ],
    }


documents = st.builds(document_of, sections)


def changed(place: str, value: Any) -> dict[str, Any]:
    document: Any = copy.deepcopy(DOCUMENT)
    *path, last = place.split("/")
    inner = document
    for step in path:
        inner = inner[int(step)] if step.isdigit() else inner[step]
    inner[int(last) if last.isdigit() else last] = value
    return dict(document)


@given(documents)
def test_a_document_does_not_differ_from_itself_in_another_order_of_keys(document: dict[str, Any]) -> None:
    other = dict(reversed(copy.deepcopy(document).items()))
    assert differences(document, other) == ()
    assert sentences(document, other) == ()


def normal(value: Any) -> Any:
    if isinstance(value, dict):
        return {
            key: said
            for key, part in value.items()
            if (said := normal(part)) not in ("None", "''", "[]", "{}")
        }
    return [normal(part) for part in value] if isinstance(value, list) and value else repr(value)


@given(documents, documents)
def test_whatever_differs_is_said(before: dict[str, Any], after: dict[str, Any]) -> None:
    assert bool(differences(before, after)) == (normal(before) != normal(after))


@given(documents, documents)
def test_the_other_way_round_the_same_differs(before: dict[str, Any], after: dict[str, Any]) -> None:
    there = differences(before, after)
    back = [one.swapped() for one in differences(after, before)]
    assert len(there) == len(back)
    assert all(one in back for one in there)


@given(documents, documents)
def test_every_sentence_names_the_thing(before: dict[str, Any], after: dict[str, Any]) -> None:
    for difference in differences(before, after):
        words = in_words(difference)
        assert words.endswith(".")
        assert words == words.strip()
        if difference.within:
            assert (difference.within[-1].title or difference.within[-1].name) in words


@pytest.mark.parametrize(
    ("after", "words"),
    [
        (
            changed("sections/0/questions/0/text", "Your age?"),
            "Question “Your age?”: the wording is now “Your age?”; it was “How old are you?”.",
        ),
        (
            changed("sections/0/questions/0/required", True),
            "Question “How old are you?”: must be answered: now yes, was no.",
        ),
        (
            changed("sections/0/questions/0/help", "In full years."),
            "Question “How old are you?”: the help is now “In full years.”; there was none before.",
        ),
        (
            changed("sections/0/questions/1/options/1/label", "On the right"),
            (
                "Answer “On the right” of the question “Which side?”: the label is now “On the right”; "
                "it was “Right”."
            ),
        ),
        (
            changed("options/0/rules/0/condition", "%weeks >= 8"),
            CONDITION_CHANGED,
        ),
        (
            changed("options/0/rules/0/points", -1),
            "Rule “conservative_care” of the treatment “Wait”: the points are now -1; it was 2.",
        ),
        (changed("options/0/rules", []), "Rule “conservative_care” of the treatment “Wait” was taken out."),
        (
            changed("title", "Before you come"),
            "“title” is now “Before you come”; it was “Before your visit”.",
        ),
    ],
)
def test_a_change_is_said(after: dict[str, Any], words: str) -> None:
    assert sentences(DOCUMENT, after) == (words,)


def test_of_a_long_condition_only_the_part_that_differs_is_told() -> None:
    words = {"%a": "care lasted 6 weeks, or the leg is weak, or the foot drops", "%b": ""}
    words["%b"] = words["%a"].replace("6", "8")
    before, after = ({"rules": [{"id": "care", "condition": condition}]} for condition in words)
    [told] = sentences(before, after, words.__getitem__)
    rest = "before, when care lasted 6 weeks, and the rest as it was."
    assert told == f"Rule “care” now holds when care lasted 8 weeks; {rest}"


def test_a_condition_that_differs_in_more_than_a_part_is_told_whole() -> None:
    words = {"%a": "pain, or fever", "%b": "pain, and fever", "%c": "pain, or fever, or weakness"}
    for condition in ("%b", "%c"):
        before, after = ({"rules": [{"id": "r", "condition": each}]} for each in ("%a", condition))
        assert sentences(before, after, words.__getitem__) == (
            f"Rule “r” now holds when {words[condition]}; before, when pain, or fever.",
        )


def test_a_new_rule_says_when_it_holds() -> None:
    after = copy.deepcopy(DOCUMENT)
    after["options"][0]["rules"].append({"id": "new", "reason": "Pain", "condition": "%nrs > 3"})
    told = sentences(DOCUMENT, after, lambda condition: "the pain is over 3")
    assert told == ("Rule “Pain” of the treatment “Wait” is new. It holds when the pain is over 3.",)


def test_a_question_that_went_to_another_section_has_moved() -> None:
    after = copy.deepcopy(DOCUMENT)
    question = after["sections"][0]["questions"].pop(0)
    after["sections"][1]["questions"].append({**question, "unit": "a"})
    assert sentences(DOCUMENT, after) == (
        "Question “How old are you?” moved from “About you” to “Your pain”.",
        "Question “How old are you?”: the unit is now “a”; there was none before.",
    )


def test_of_an_order_the_fewest_that_moved_are_named() -> None:
    before = {"questions": [{"code": code} for code in "abcde"]}
    after = {"questions": [{"code": code} for code in "eabcd"]}
    assert sentences(before, after) == ("The questions are in another order; moved: “e”.",)
    assert differences(before, after)[0].kind is DifferenceKind.REORDERED


def test_two_entries_of_one_name_are_told_apart() -> None:
    before = {"questions": [{"code": "a", "text": "One"}, {"code": "a", "text": "Two"}]}
    after = {"questions": [{"code": "a", "text": "One"}, {"code": "a", "text": "Three"}]}
    assert sentences(before, after) == ("Question “Three”: the wording is now “Three”; it was “Two”.",)


@pytest.mark.parametrize(
    ("key", "before", "after", "words"),
    [
        ("help", "In full years.", None, "the help was taken out; it was “In full years.”"),
        ("range", [0, 10], [0, None], "the range is now 0, none; it was 0, 10"),
        ("codes", {"x": 1}, {"x": 2}, "“codes, x” is now 2; it was 1"),
        ("missing", "refuse", {"prorate_from": 1}, "“missing” is now prorate from: 1; it was “refuse”"),
        ("missing", {"if": True}, "refuse", "“missing” is now “refuse”; it was if: yes"),
        ("sources", ["a"], [], "the sources were taken out; it was “a”"),
    ],
)
def test_a_value_of_any_sort_is_said(key: str, before: Any, after: Any, words: str) -> None:
    was, now = ({"questions": [{"code": "q", key: value}]} for value in (before, after))
    assert sentences(was, now) == (f"Question “q”: {words}.",)


def test_a_difference_seen_from_the_other_side() -> None:
    [there], [back] = differences({"title": "A"}, {"title": "B"}), differences({"title": "B"}, {"title": "A"})
    assert there.swapped() == back


def test_readable_questions_make_their_facts_whatever_else_is_wrong() -> None:
    questions = [{"code": "age", "type": "integer", "text": "How old?"}, {"code": "pain", "type": "number"}]
    document = {"code": "q", "sections": [{"code": "s", "questions": questions}]}
    assert list(readable_types(document)) == ["age"]
