"""Pinning a decision aid to exact questionnaires: the one document that a release consists of."""

from collections.abc import Iterator, Mapping
from typing import Any

from questionnaires.definition.digest import sha256_of

Document = Mapping[str, Any]

# A fact that both people may give is listed once, as the patient's.
_ROLES = {"intake": "patient", "findings": "clinician"}


def pin_release(aid: Document, number: int, pins: Mapping[str, tuple[int, Document]]) -> dict[str, Any]:
    """Return the ruleset document of release `number`.

    `aid` is a ruleset document without pins; `pins` gives, for "intake" and "findings", the version number
    and the canonical definition document of the questionnaire.
    """
    return dict(aid) | {
        "version": number,
        "questionnaires": {
            name: {"code": document["code"], "version": version, "sha256": sha256_of(document)}
            for name, (version, document) in pins.items()
        },
        "facts": list(_facts(pins)),
    }


def _facts(pins: Mapping[str, tuple[int, Document]]) -> Iterator[dict[str, Any]]:
    seen: set[str] = set()
    for name, role in _ROLES.items():
        for section in pins[name][1]["sections"]:
            for question in section["questions"]:
                if question["code"] not in seen:
                    seen.add(question["code"])
                    yield _fact(question) | {"from": role}


def _fact(question: Document) -> dict[str, Any]:
    fact: dict[str, Any] = {"code": question["code"], "type": question["type"]}
    for key in ("range", "unit"):
        if key in question:
            fact[key] = question[key]
    if options := question.get("options"):
        fact["values"] = [option["code"] for option in options]
    return fact
