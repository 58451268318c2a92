"""A small form with one question of every kind, for tests that need no surgery."""

from typing import Any

from questionnaires.definition.reading import read_definition
from questionnaires.definition.schema import Definition

DOCUMENT: dict[str, Any] = {
    "code": "every_kind",
    "audience": "patient",
    "title": "A short form",
    "language": "en",
    "intro": "One question of every kind.",
    "consent": {"title": "Before you start", "text": ["Your answers go to the clinic.", "You may stop."]},
    "sections": [
        {
            "code": "first",
            "title": "First things",
            "intro": "Two short ones.",
            "questions": [
                {
                    "code": "age_years",
                    "type": "integer",
                    "text": "How old are you?",
                    "help": "In full years.",
                    "why": "Age changes what is likely.",
                    "required": True,
                    "range": [18, 110],
                    "unit": "a",
                },
                {
                    "code": "smokes",
                    "type": "boolean",
                    "text": "Do you smoke?",
                    "required": True,
                    "unsure": True,
                    "private": True,
                },
                {
                    "code": "cigarettes",
                    "type": "integer",
                    "text": "How many a day?",
                    "required": True,
                    "range": [0, 200],
                    "shown_when": "%smokes",
                },
            ],
        },
        {
            "code": "second",
            "title": "The rest",
            "questions": [
                {
                    "code": "pain",
                    "type": "integer",
                    "text": "How bad is it?",
                    "required": True,
                    "range": [0, 10],
                    "widget": "rating",
                    "low_label": "None",
                    "high_label": "Worst",
                },
                {
                    "code": "weight_kg",
                    "type": "decimal",
                    "text": "How much do you weigh?",
                    "unsure": True,
                    "range": [25, 350],
                    "unit": "kg",
                },
                {
                    "code": "tried",
                    "type": "codes",
                    "text": "What have you tried?",
                    "required": True,
                    "options": [
                        {"code": "exercise", "label": "Exercise"},
                        {"code": "tablets", "label": "Tablets", "help": "Any kind"},
                        {"code": "none_of_these", "label": "Nothing yet", "exclusive": True},
                    ],
                },
                {
                    "code": "areas",
                    "type": "codes",
                    "text": "Where is it?",
                    "widget": "body_map",
                    "options": [
                        {"code": "low_back", "label": "Low back"},
                        {"code": "left_leg", "label": "Left leg"},
                    ],
                },
                {
                    "code": "work",
                    "type": "code",
                    "text": "What work do you do?",
                    "required": True,
                    "options": [{"code": "desk", "label": "Desk"}, {"code": "manual", "label": "Manual"}],
                },
                {
                    "code": "height_cm",
                    "type": "decimal",
                    "text": "How tall are you?",
                    "range": [100, 250],
                    "unit": "cm",
                    "shown_when": "%work = 'manual'",
                },
                {
                    "code": "fell_on",
                    "type": "date",
                    "text": "When did you fall?",
                    "unsure": True,
                    "shown_when": "%work = 'manual'",
                },
                {"code": "wish", "type": "text", "text": "What would you like to ask?"},
            ],
        },
    ],
}


def a_definition() -> Definition:
    return read_definition(DOCUMENT)
