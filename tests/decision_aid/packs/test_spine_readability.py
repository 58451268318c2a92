"""What patients read in the spine aid is short, and written for a reading age of about eleven."""

import re
import statistics
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import textstat

from decision_aid.packs import read_pack

PACK = read_pack("spine")
AID: Mapping[str, Any] = PACK.aid
QUESTION_WORDS = {"title", "intro", "text", "help", "why", "label", "low_label", "high_label"}
ABOUT = ("funding", "evidence_selection", "update_policy", "people_it_is_for", "weights_note", "readability")
# The Flesch–Kincaid formula is made for sentences. A label or title of fewer words has no grade; instead
# none of its words is long.
SENTENCE = 6  # words
LONGEST_WORD = 4  # syllables, in a label or title
LONGER_WORDS = {"physiotherapy"}  # the name of the profession, known to those who went
LONGEST_TEXT = 60  # words


def of_the_form(value: object, place: str, key: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for name, part in value.items():
            yield from of_the_form(part, f"{place}/{name}", name)
    elif isinstance(value, list):
        for index, part in enumerate(value):
            yield from of_the_form(part, f"{place}/{index}", key)
    elif isinstance(value, str) and key in QUESTION_WORDS:
        yield place, value


def of_an_option(option: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for key in ("patient_title", "summary", "what_happens"):
        yield key, option[key]
    yield from ((f"living_with/{key}", words) for key, words in option["living_with"].items())
    yield from ((f"timeline/{step['milestone']}", step["patient"]) for step in option["timeline"])
    yield "rehabilitation", option["rehabilitation"]["patient"]
    for rule in option["rules"]:
        yield rule["id"], rule["patient_reason"]
    for estimate in option["estimates"]:
        for key in ("patient_reason", "population_text", "unit"):
            if key in estimate:
                yield f"{estimate['outcome']}/{key}", estimate[key]
        if "contrary" in estimate:
            yield f"{estimate['outcome']}/contrary", estimate["contrary"]["patient_words"]


def every_text() -> Iterator[tuple[str, str]]:
    yield from of_the_form(PACK.questionnaires["intake"], "intake")
    yield from ((key, AID[key]) for key in ("title", "index_decision", "condition_text"))
    yield from ((f"about/{key}", AID["about"][key]) for key in ABOUT)
    yield from ((f"sign/{sign['id']}", sign["patient"]) for sign in AID["warning_signs"])
    yield from ((f"outcome/{outcome['id']}", outcome["patient"]) for outcome in AID["outcomes"])
    yield from ((f"modifier/{entry['fact']}", entry["patient_advice"]) for entry in AID["modifiers"])
    for option in AID["options"]:
        yield from ((f"{option['id']}/{place}", text) for place, text in of_an_option(option))


TEXTS = dict(every_text())
SENTENCES = {place: text for place, text in TEXTS.items() if len(text.split()) >= SENTENCE}
LABELS = {place: text for place, text in TEXTS.items() if place not in SENTENCES}
GRADES = {place: textstat.flesch_kincaid_grade(text) for place, text in SENTENCES.items()}


def test_half_of_the_texts_are_read_with_six_years_of_school_or_less(
    capsys: pytest.CaptureFixture[str],
) -> None:
    median, highest = statistics.median(GRADES.values()), max(GRADES.values())
    with capsys.disabled():
        print(f"\n{len(GRADES)} texts for patients: median grade {median:.1f}, highest {highest:.1f}")  # noqa: T201  the level that the aid reports
    assert median <= 6
    assert len(GRADES) > 600
    assert median <= 3
    assert "after three years of school, and none needs more than eight" in AID["about"]["readability"]


def test_no_text_needs_more_than_eight_years_of_school() -> None:
    hard = {place: (round(grade, 1), TEXTS[place]) for place, grade in GRADES.items() if grade > 8}
    assert hard == {}


def test_no_text_is_longer_than_sixty_words() -> None:
    assert {place for place, text in TEXTS.items() if len(text.split()) > LONGEST_TEXT} == set()


def test_no_label_has_a_long_word() -> None:
    words = {
        word.lower() for text in LABELS.values() for word in re.findall(r"[A-Za-z]+", text)
    } - LONGER_WORDS
    assert {word for word in words if textstat.syllable_count(word) > LONGEST_WORD} == set()


@pytest.mark.parametrize(
    ("text", "harder"),
    [
        (
            "We look at your scan. Then we talk.",
            "Radiological assessment precedes consultation, necessarily.",
        ),
        (
            "Your leg hurts.",
            "Your leg hurts because compression of neural structures produces radiculopathy.",
        ),
    ],
)
def test_a_harder_text_has_a_higher_grade(text: str, harder: str) -> None:
    assert textstat.flesch_kincaid_grade(text) < 6 < 8 < textstat.flesch_kincaid_grade(harder)
