"""A small questionnaire with each kind of question, to read and to break."""

from copy import deepcopy

from questionnaires.definition.reading import read_definition
from questionnaires.definition.schema import Definition, Question

Document = dict[str, object]

_DOCUMENT: Document = {
    "code": "small_intake",
    "audience": "patient",
    "title": "Before your visit",
    "language": "en",
    "intro": "A few questions.",
    "consent": {"title": "Before you start", "text": ["We keep your answers.", "You can stop."]},
    "sections": [
        {
            "code": "about",
            "title": "About you",
            "questions": [
                {
                    "code": "age",
                    "type": "integer",
                    "text": "How old are you?",
                    "required": True,
                    "range": [18, 110],
                    "unit": "a",
                },
                {
                    "code": "weight",
                    "type": "decimal",
                    "text": "What do you weigh?",
                    "help": "Without shoes.",
                    "why": "For your dose.",
                    "unsure": True,
                    "range": [25, 350.5],
                    "unit": "kg",
                },
                {
                    "code": "diabetes",
                    "type": "boolean",
                    "text": "Do you have diabetes?",
                    "required": True,
                    "unsure": True,
                    "private": True,
                },
                {
                    "code": "insulin",
                    "type": "boolean",
                    "text": "Do you use insulin?",
                    "required": True,
                    "shown_when": "%diabetes",
                },
            ],
        },
        {
            "code": "pain",
            "title": "Your pain",
            "intro": "Think of the last week.",
            "questions": [
                {
                    "code": "pain_now",
                    "type": "integer",
                    "text": "How bad is it?",
                    "required": True,
                    "range": [0, 10],
                    "widget": "rating",
                    "low_label": "No pain",
                    "high_label": "The worst",
                },
                {
                    "code": "areas",
                    "type": "codes",
                    "text": "Where is it?",
                    "widget": "body_map",
                    "options": [
                        {"code": "neck", "label": "Neck"},
                        {"code": "left_leg", "label": "Left leg", "help": "Thigh or calf"},
                        {"code": "none_of_these", "label": "Nowhere here", "exclusive": True},
                    ],
                },
            ],
        },
        {
            "code": "leg",
            "title": "Your leg",
            "shown_when": "%areas contains 'left_leg' and %pain_now >= 4",
            "questions": [
                {
                    "code": "side",
                    "type": "code",
                    "text": "Which side is worse?",
                    "required": True,
                    "private": True,
                    "options": [
                        {"code": "left", "label": "Left"},
                        {"code": "right", "label": "Right"},
                        {"code": "none", "label": "Neither"},
                    ],
                },
                {
                    "code": "tried",
                    "type": "codes",
                    "text": "What have you tried?",
                    "options": [
                        {"code": "tablets", "label": "Tablets"},
                        {"code": "exercise", "label": "Exercise"},
                        {"code": "none", "label": "None of these", "exclusive": True},
                    ],
                },
                {"code": "words", "type": "text", "text": "Anything else?"},
            ],
        },
    ],
}


def document() -> Document:
    """A copy of the questionnaire's document, free to be changed."""
    return deepcopy(_DOCUMENT)


def broken(place: str, value: object) -> Document:
    """The document with `value` at a place such as “sections/0/title”; DELETED takes the key away."""
    changed = document()
    *path, last = place.split("/")
    here: object = changed
    for step in path:
        here = here[int(step)] if isinstance(here, list) else here[step]  # type: ignore[index]  # made above
    key = int(last) if isinstance(here, list) else last
    if value is DELETED:
        del here[key]  # type: ignore[attr-defined]
    else:
        here[key] = value  # type: ignore[index]
    return changed


DELETED = object()


def definition() -> Definition:
    """The questionnaire."""
    return read_definition(document())


def question(code: str) -> Question:
    """One of its questions."""
    return definition().question(code)
