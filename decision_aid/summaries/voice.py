"""What the patient said: in their own words, at a glance, what they expect, value and ask."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from decision_aid.summaries import wording
from decision_aid.summaries.fields import rows, text
from decision_aid.summaries.frame import excerpt, one_line, paragraphs
from decision_aid.summaries.knowledge import OWN_QUESTIONS_FACT, Knowledge
from decision_aid.summaries.numbers import exact
from decision_aid.summaries.shapes import Labelled, Rating

OWN_WORDS_LIMIT = 420


def own_words_of(knowledge: Knowledge) -> tuple[Labelled, ...]:
    """Every answer the patient wrote in words, but the questions, which have their own place."""
    written = {text(row, "code") for row in rows(knowledge.release, "facts") if text(row, "type") == "text"}
    return tuple(
        Labelled(answer.question, excerpt(answer.answer, OWN_WORDS_LIMIT))
        for section in knowledge.inputs.intake
        for answer in section.answers
        if answer.code in written and answer.code != OWN_QUESTIONS_FACT and answer.answer.strip()
    )


def facts_shown(facts: Iterable[str]) -> tuple[str, ...]:
    """Those of the facts that documents show, whatever the rules make of them."""
    first = {code for code, _ in wording.GLANCE}
    return tuple(code for code in facts if code in first or code.startswith(("value_", "expected_")))


def glance_of(knowledge: Knowledge) -> tuple[Labelled, ...]:
    """The answers that a surgeon reads first, with short labels; unanswered and “no” are left out."""
    facts = knowledge.inputs.facts
    return tuple(
        Labelled(label, one_line(knowledge.answer(code)))
        for code, label in wording.GLANCE
        if facts.get(code) is not None and facts[code] is not False
    )


def values_of(knowledge: Knowledge) -> tuple[Rating, ...]:
    """What matters to the patient, highest first: every answered fact whose code starts with `value_`."""
    ratings = []
    for code, value in knowledge.inputs.facts.items():
        if code.startswith("value_") and isinstance(value, int | float | Decimal):
            label = wording.VALUES.get(code) or knowledge.question(code)
            position = min(max(float(value) / 10, 0.0), 1.0)
            ratings.append(Rating(code, label, f"{exact(Decimal(str(value)))} out of 10", position))
    return tuple(sorted(ratings, key=lambda rating: -rating.position))


def expectations_of(knowledge: Knowledge) -> tuple[Labelled, ...]:
    """What the patient expects: every answered fact whose code starts with `expected_`."""
    return tuple(
        Labelled(wording.EXPECTATIONS.get(code) or knowledge.question(code), knowledge.answer(code))
        for code, value in knowledge.inputs.facts.items()
        if code.startswith("expected_") and value is not None
    )


def questions_of(knowledge: Knowledge) -> tuple[str, ...]:
    """The patient's own questions, a line each."""
    value = knowledge.inputs.facts.get(OWN_QUESTIONS_FACT)
    return paragraphs(value) if isinstance(value, str) else ()
