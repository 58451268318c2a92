"""What an option is like: the texts on living with it, its recovery timeline and its rehabilitation."""

import re
from enum import StrEnum

from decision_aid.scoring.fields import Fields
from decision_aid.scoring.problems import RulesetProblem
from decision_aid.scoring.vocabulary import Vocabulary

LIVING_WITH = (
    "hospital",
    "first_day",
    "first_weeks",
    "work_and_driving",
    "what_can_go_wrong",
    "if_it_does_not_help",
    "living_with_it",
)
REHABILITATION = ("when", "how", "adds", "patient")
FIGURE = re.compile(r"\d")


class Milestone(StrEnum):
    """The steps of a recovery that every timeline names, in this order."""

    FIRST_WALKING = "first_walking"
    HOME = "home"
    DESK_WORK = "desk_work"
    FULL_ACTIVITY = "full_activity"


def note_living(option: Fields, vocabulary: Vocabulary) -> None:
    """Note what is wrong with an option's `living_with`, `timeline` and `rehabilitation`, where they are.

    What is there is there whole: all texts, all milestones. A figure in a timeline names a source that may
    be shown; else the text sends the person to their surgeon.
    """
    if "living_with" in option:
        texts = option.part("living_with")
        for key in LIVING_WITH:
            texts.text(key)
        texts.close()
    if "timeline" in option:
        _note_timeline(option, vocabulary)
    if "rehabilitation" in option:
        outline = option.part("rehabilitation")
        for key in REHABILITATION:
            outline.text(key)
        vocabulary.cited_if_any(outline)
        outline.close()


def _note_timeline(option: Fields, vocabulary: Vocabulary) -> None:
    found: list[Milestone | None] = []
    for step in option.entries("timeline"):
        found.append(step.word("milestone", Milestone))
        words = step.text("patient")
        sources = vocabulary.cited_if_any(step)
        step.close()
        if not FIGURE.search(words):
            continue
        if not sources:
            sentence = f"“{words}” has a figure and names no source."
            hint = "Name the row of the evidence, or say “Ask your surgeon”."
            step.note(RulesetProblem.UNSOURCED_FIGURE, "sources", sentence, hint)
        for name in sources:
            if name in vocabulary.sources and not vocabulary.sources[name].usable:
                sentence = f"The source “{name}” was not yet checked, so no patient may read its figure."
                step.note(RulesetProblem.UNSOURCED_FIGURE, "sources", sentence)
    if None not in found and found != list(Milestone):
        sentence = f"A timeline has the steps {', '.join(Milestone)}, each once and in this order."
        option.note(RulesetProblem.TIMELINE_INCOMPLETE, "timeline", sentence)
