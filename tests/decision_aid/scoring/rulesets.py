"""A small decision aid for tests, and ways to change it."""

from collections.abc import Mapping
from copy import deepcopy
from datetime import date
from typing import Any

from decision_aid.scoring import RuleSet, read_ruleset, score
from questionnaires.definition.facts import FactValue, read_facts
from questionnaires.definition.problems import Problem, ProblemsFound
from tests.sentences import well_said

AS_OF = date(2026, 3, 1)

# A document is whatever JSON holds; tests reach into it by keys that they know to be there.
Document = dict[str, Any]

FACTS = [
    {"code": "age_years", "type": "integer", "range": [18, 110], "unit": "a", "from": "patient"},
    {"code": "pain", "type": "integer", "range": [0, 10], "from": "patient"},
    {"code": "symptom_weeks", "type": "integer", "range": [0, 2600], "unit": "wk", "from": "patient"},
    {"code": "smoking", "type": "code", "values": ["never", "former", "current"], "from": "patient"},
    {"code": "height_cm", "type": "decimal", "range": [100, 250], "unit": "cm", "from": "patient"},
    {"code": "weight_kg", "type": "decimal", "range": [25, 350], "unit": "kg", "from": "patient"},
    {"code": "walk", "type": "integer", "range": [0, 10], "from": "patient"},
    {"code": "lift", "type": "integer", "range": [0, 10], "from": "patient"},
    {"code": "sit", "type": "integer", "range": [0, 10], "from": "patient"},
    {"code": "diabetes", "type": "boolean", "from": "patient"},
    {"code": "insulin", "type": "boolean", "from": "patient"},
    {"code": "dependent", "type": "boolean", "from": "patient"},
    {"code": "infection", "type": "boolean", "from": "patient"},
    {"code": "saddle_numbness", "type": "boolean", "from": "patient"},
    {"code": "fever", "type": "boolean", "from": "patient"},
    {"code": "note", "type": "text", "from": "patient"},
    {"code": "imaging", "type": "codes", "values": ["hernia", "stenosis", "slip"], "from": "clinician"},
]

SCALES = [
    {
        "id": "bmi",
        "title": "Body mass index",
        "meaning": "Weight for height",
        "method": "expression",
        "expression": "%weight_kg / ((%height_cm / 100) * (%height_cm / 100))",
        "round": 1,
        "bands": [
            {"id": "under", "title": "Under", "below": 18.5},
            {"id": "normal", "title": "Normal", "from": 18.5, "below": 25},
            {"id": "over", "title": "Over", "from": 25, "below": 30},
            {"id": "obese", "title": "Obese", "from": 30},
        ],
        "sources": ["trial-a"],
    },
    {
        "id": "ability",
        "title": "What you can do",
        "meaning": "0 unable, 10 as before",
        "method": "mean",
        "items": ["walk", "lift", "sit"],
        "missing": {"prorate_from": 2},
        "round": 1,
        "sources": ["trial-a"],
    },
    {
        "id": "frailty",
        "title": "Frailty",
        "meaning": "How many of three",
        "method": "count_true",
        "items": ["diabetes", "%diabetes and %insulin", "dependent"],
        "bands": [
            {"id": "none", "title": "None", "from": 0, "below": 1},
            {"id": "some", "title": "Some", "from": 1, "below": 4},
        ],
        "sources": ["trial-a"],
    },
]

SIGNS = [
    {
        "id": "cauda",
        "urgency": "emergency",
        "title": "Pressed nerves",
        "condition": "%saddle_numbness",
        "patient": "Go to an emergency department now.",
        "clinician": "Image today.",
        "sources": ["guide-a"],
    },
    {
        "id": "fever",
        "urgency": "urgent",
        "title": "Fever",
        "condition": "%fever and %pain >= 1",
        "patient": "Call the clinic today.",
        "clinician": "Look for an infection.",
        "sources": ["guide-a"],
    },
]


def rule(rule_id: str, kind: str, condition: str, points: float | None = None, **more: object) -> Document:
    given: Document = {"points": points} if points is not None else {}
    return {
        "id": rule_id,
        "kind": kind,
        "condition": condition,
        "reason": f"Because of {rule_id}.",
        "patient_reason": f"Because of {rule_id}, you see.",
        "sources": ["trial-a"],
        **given,
        **more,
    }


def figure(outcome: str, **more: object) -> Document:
    return {
        "outcome": outcome,
        "status": "auto",
        "comparator": "exercise",
        "horizon": "1 year",
        "kind": "mean_difference",
        "value": -1.5,
        "low": -2.5,
        "high": -0.5,
        "unit": "points of 10",
        "favours": "option",
        "certainty": "moderate",
        "participants": 400,
        "studies": 3,
        "sources": ["trial-a"],
        **more,
    }


def nothing_known(outcome: str) -> Document:
    return {
        "outcome": outcome,
        "status": "not_enough_evidence",
        "reason": "Nobody has measured it.",
        "patient_reason": "Nobody has measured it yet.",
    }


WHO = "Adults under 70 with a hernia"

KEYHOLE: Document = {
    "id": "keyhole",
    "approach": "minimally_invasive",
    "region": "low_back",
    "compares_with": "exercise",
    "title": "Keyhole surgery",
    "patient_title": "Surgery through a small cut",
    "summary": "A small operation.",
    "what_happens": "You sleep; the surgeon works.",
    "rules": [
        rule("hernia_seen", "required", "%imaging contains 'hernia'"),
        rule("infected", "excludes", "%infection"),
        rule("strong_pain", "points", "%pain >= 7", 2),
        rule("some_pain", "points", "%pain >= 4 and %pain < 7", 1),
        rule("long_wait", "points", "%symptom_weeks >= 12", 1),
        rule("smoker", "points", "%smoking = 'current'", -2, modifiable=True),
        rule("heavy", "points", "%bmi >= 30", -1, modifiable=True),
    ],
    "estimates": [
        figure("pain", population="%imaging contains 'hernia' and %age_years < 70", population_text=WHO),
        nothing_known("walking"),
    ],
}

EXERCISE: Document = {
    "id": "exercise",
    "approach": "non_operative",
    "region": "any",
    "compares_with": None,
    "title": "Exercise",
    "patient_title": "Guided exercise",
    "summary": "No operation.",
    "what_happens": "You train.",
    "rules": [rule("can_wait", "points", "%symptom_weeks < 12", 3)],
    "estimates": [nothing_known("pain"), nothing_known("walking")],
}

DOCUMENT: Document = {
    "aid": "small",
    "version": 3,
    "language": "en",
    "title": "A small aid",
    "index_decision": "Which?",
    "condition_text": "A sore back.",
    "about": {
        "authors": [{"name": "Nobody"}],
        "funding": "None.",
        "evidence_selection": "By hand.",
        "update_policy": "Yearly.",
        "next_review": "2027-01-01",
        "people_it_is_for": "Adults.",
        "weights_note": "Expert draft.",
    },
    "questionnaires": {"intake": {"code": "small_intake", "version": 1, "sha256": "0" * 64}},
    "facts": FACTS,
    "bands": [
        {"candidacy": "unlikely", "below": 0},
        {"candidacy": "possible", "from": 0, "below": 3},
        {"candidacy": "likely", "from": 3},
    ],
    "scales": SCALES,
    "warning_signs": SIGNS,
    "outcomes": [
        {"id": "pain", "asks": "pain", "patient": "Pain"},
        {"id": "walking", "asks": "walking", "patient": "Walking"},
    ],
    "options": [KEYHOLE, EXERCISE],
    "modifiers": [
        {
            "fact": "smoking",
            "condition": "%smoking = 'current'",
            "advice": "Offer help to stop.",
            "patient_advice": "Stopping helps.",
            "sources": ["guide-a"],
        }
    ],
    "sources": [
        {
            "id": "trial-a",
            "first_author": "Ämter",
            "title": "A trial",
            "year": 2020,
            "doi": "10.1000/a",
            "pmid": "1",
            "url": "https://example.org/a",
            "citable": True,
            "check_primary": False,
        },
        {"id": "trial-b", "first_author": "Béla", "year": 2021, "citable": True, "check_primary": True},
        {"id": "trial-c", "first_author": "Cho", "year": 2022, "citable": False, "check_primary": False},
        {"id": "guide-a", "title": "A guideline", "citable": True, "check_primary": False},
    ],
    "golden_cases": [],
}


def small_document() -> Document:
    """The small aid's document, a copy that a test may change."""
    return deepcopy(DOCUMENT)


def document_with_rules(*rules: Document, **more: object) -> Document:
    """The small aid with these rules for its first option."""
    document = small_document()
    document["options"][0]["rules"] = list(rules)
    return {**document, **more}


def report_on(document: Document, facts: Mapping[str, object]) -> Document:
    """The report of a person with these JSON facts."""
    ruleset = read_ruleset(document)
    return dict(score(ruleset, read_facts(facts, ruleset.types), AS_OF).document)


def report_of(ruleset: RuleSet, facts: Mapping[str, FactValue]) -> Document:
    return dict(score(ruleset, facts, AS_OF).document)


def keyhole(report: Document) -> Document:
    option: Document = report["options"][0]
    return option


def problems_in(document: object) -> tuple[Problem, ...]:
    """What is wrong with a document; none where it can be read."""
    try:
        read_ruleset(document)
    except ProblemsFound as found:
        return well_said(found.problems)
    return ()


def found_in(document: object) -> set[tuple[str, str]]:
    """The codes and places of what is wrong with a document."""
    return {(str(problem.code), problem.place) for problem in problems_in(document)}
