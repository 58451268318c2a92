"""What a clinic must fill in before it uses an aid on people: texts that only keep a place."""

from collections.abc import Iterator, Mapping
from enum import StrEnum

from questionnaires.definition.problems import Problem

PLACEHOLDER = "[Placeholder"


class PlaceholderProblem(StrEnum):
    """What keeps an aid from being released to people."""

    PLACEHOLDER_LEFT = "placeholder_left"


def placeholders_in(document: object, place: str = "") -> Iterator[Problem]:
    """A problem for each text of a JSON-ready document that holds a placeholder, in its order."""
    if isinstance(document, str) and PLACEHOLDER in document:
        sentence = f"“{document[document.index(PLACEHOLDER) :]}” still has to be filled in."
        hint = "Name your own people, interests and funding; only a demonstration clinic may leave them open."
        yield Problem(PlaceholderProblem.PLACEHOLDER_LEFT, place, sentence, hint)
    elif isinstance(document, Mapping):
        for key, part in document.items():
            yield from placeholders_in(part, f"{place}/{key}" if place else str(key))
    elif isinstance(document, list | tuple):
        for position, part in enumerate(document):
            yield from placeholders_in(part, f"{place}/{position}")
