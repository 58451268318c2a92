"""Whom a draft changes, in words: options by their titles, bands by their names, rules by their reasons."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import islice
from typing import Any, NamedTuple

from django.utils.translation import gettext as _

from decision_aid.models import GateReport
from decision_aid.services.gate import changes_of
from decision_aid.services.rescoring import PATHWAY
from decision_aid.summaries.wording import SURGEON_CANDIDACY, URGENCY

MOST_SHOWN = 500
Document = dict[str, Any]


class Rule(NamedTuple):
    """A rule or warning sign that moves somebody: its code, its reason, and how many it moves so."""

    code: str
    reason: str
    people: int = 0


class Move(NamedTuple):
    """People who would be told something else of one option, or would take another pathway."""

    option: str
    before: str
    after: str
    rules: list[Rule]
    people: int = 1
    consultation: str = ""


class Words:
    """What the codes of a report mean, as the draft says it, or else the release that is used now."""

    def __init__(self, report: GateReport) -> None:
        self.titles: dict[str, str] = {PATHWAY: _("Pathway")}
        self.reasons: dict[str, str] = {}
        for document in (report.against.document if report.against else None, report.document):
            self._learn(document or {})

    def _learn(self, document: Document) -> None:
        for option in document.get("options", ()):
            self.titles[option["id"]] = option["title"]
            self.reasons |= {rule["id"]: rule["reason"] for rule in option["rules"]}
        self.reasons |= {sign["id"]: sign["title"] for sign in document.get("warning_signs", ())}

    def option(self, code: str) -> str:
        return self.titles.get(code, code)

    def outcome(self, code: str) -> str:
        """A band or a pathway."""
        return SURGEON_CANDIDACY.get(code) or URGENCY.get(code) or code.capitalize()

    def rule(self, code: str, people: int = 0) -> Rule:
        return Rule(code, self.reasons.get(code, ""), people)


def moves_of(report: GateReport) -> list[Move]:
    """How many people move from where to where for each option, most first, with the rules that do it."""
    words = Words(report)
    rules: dict[str, list[Rule]] = defaultdict(list)
    for said, count in report.replay.get("rules", {}).items():
        rule, move = said.split(" ", 1)
        rules[move].append(words.rule(rule, count))
    counted = sorted(report.replay.get("changes", {}).items(), key=lambda each: (-each[1], each[0]))
    moves = []
    for move, count in counted:
        option, before, after = move.split(" ")
        by = sorted(rules[move], key=lambda rule: (-rule.people, rule.code))
        moves.append(Move(words.option(option), words.outcome(before), words.outcome(after), by, count))
    return moves


def people_moved(report: GateReport) -> Iterator[Move]:
    """Each consultation that changes, by its id, up to a number that a page can show."""
    words = Words(report)
    for change in islice(changes_of(report), MOST_SHOWN):
        yield Move(
            words.option(change["option"]),
            words.outcome(change["from"]),
            words.outcome(change["to"]),
            [words.rule(code) for code in change["rules"]],
            consultation=change["id"],
        )
