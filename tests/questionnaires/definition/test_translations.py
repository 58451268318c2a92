from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from questionnaires.definition.translations import completeness, texts_of, with_texts

KEYS = frozenset({"title", "text", "words"})
DOCUMENT: dict[str, Any] = {
    "title": "Back",
    "sections": [
        {"id": "you", "title": "You", "questions": [{"code": "age", "text": "How old?", "kind": "integer"}]},
        {"id": "pain", "title": " ", "questions": [{"text": "No code", "help": None}]},
    ],
    "words": {"yes": "Yes", "no": "", "several": ["One", "Two"]},
    "release": 3,
}


def test_every_text_has_a_place_made_of_codes_in_the_order_of_the_document() -> None:
    assert list(texts_of(DOCUMENT, KEYS).items()) == [
        ("title", "Back"),
        ("sections/you/title", "You"),
        ("sections/you/questions/age/text", "How old?"),
        ("sections/pain/questions/0/text", "No code"),
        ("words/yes", "Yes"),
        ("words/several/0", "One"),
        ("words/several/1", "Two"),
    ]


def test_a_text_keeps_its_place_when_others_are_moved_or_left_out() -> None:
    moved = deepcopy(DOCUMENT)
    moved["sections"].reverse()
    moved["sections"][0]["questions"].clear()
    assert texts_of(moved, KEYS)["sections/you/questions/age/text"] == "How old?"


@pytest.mark.parametrize("name", ["code", "id", "outcome", "milestone", "fact"])
def test_an_entry_goes_by_whatever_names_it(name: str) -> None:
    assert texts_of({"list": [{name: "first", "text": "Ü"}]}, KEYS) == {"list/first/text": "Ü"}


def test_other_words_stand_in_a_copy_and_the_rest_is_as_it_was() -> None:
    before = deepcopy(DOCUMENT)
    again = with_texts(DOCUMENT, KEYS, {"title": "גב", "words/several/1": "Zwei", "release": "no place"})
    assert (again["title"], again["words"]["several"], again["release"]) == ("גב", ["One", "Zwei"], 3)
    assert again["sections"] == DOCUMENT["sections"]
    assert before == DOCUMENT


@given(st.dictionaries(st.sampled_from(sorted(texts_of(DOCUMENT, KEYS))), st.text(min_size=1)))
def test_what_is_put_in_is_what_is_read(texts: dict[str, str]) -> None:
    said = {place: words for place, words in texts.items() if words.strip()}
    assert texts_of(with_texts(DOCUMENT, KEYS, said), KEYS) == texts_of(DOCUMENT, KEYS) | said


def test_completeness_counts_what_has_words_and_names_what_has_none() -> None:
    texts = texts_of(DOCUMENT, KEYS)
    found = completeness(texts, {"title": "Rücken", "words/yes": "", "elsewhere": "x"}, "de")
    assert (found.language, found.translated, found.total) == ("de", 1, 7)
    assert found.missing == tuple(place for place in texts if place != "title")
    assert not found.is_complete
    assert completeness(texts, texts, "en").is_complete
    assert completeness({}, {}, "en").is_complete
