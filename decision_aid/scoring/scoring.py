"""From a release and one person's facts to a report that can explain itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from decision_aid.scoring.arithmetic import score_arithmetic
from decision_aid.scoring.candidacy import Person, Standing, standing
from decision_aid.scoring.estimates import estimate_document
from decision_aid.scoring.explanation import Change, decisive_facts, smallest_changes
from decision_aid.scoring.ruleset import Option, RuleKind, RuleSet
from decision_aid.scoring.scales import scale_document
from decision_aid.scoring.warning_signs import look_for, pathway_of
from questionnaires.definition.digest import json_number, sha256_of
from questionnaires.definition.facts import Facts, fact_document, facts_document

ENGINE_VERSION = "1.0"
NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Report:
    """One assessment. `document` is JSON-ready and satisfies the report's schema."""

    document: Mapping[str, object]

    @property
    def sha256(self) -> str:
        """Over the canonical JSON of the document without its own `report_sha256`."""
        return str(self.document["report_sha256"])


def score(ruleset: RuleSet, facts: Facts, as_of: date) -> Report:
    """Assess one person under one release, as of that day.

    The same three give the same bytes. `facts` are those `read_facts` gives; ValueError for one that the
    release does not know.
    """
    strangers = sorted(facts.keys() - ruleset.types.keys())
    if strangers:
        raise ValueError(f"this release knows no fact named {', '.join(strangers)}")
    with score_arithmetic():
        return _report(ruleset, facts, as_of)


def _report(ruleset: RuleSet, facts: Facts, as_of: date) -> Report:
    person = Person(ruleset, facts)
    signs = look_for(ruleset.warning_signs, person.values)
    release = ruleset.release
    document: dict[str, object] = {
        "release": {"aid": release.aid, "version": release.version, "sha256": release.sha256},
        "engine_version": ENGINE_VERSION,
        "as_of": as_of.isoformat(),
        "review_overdue": ruleset.next_review is not None and as_of > ruleset.next_review,
        "facts_sha256": sha256_of(facts_document(facts)),
        "pathway": pathway_of(signs).value,
        "warning_signs": [
            {"id": fired.id, "urgency": fired.urgency.value, "holds": fired.holds, "facts": list(sign.facts)}
            for fired, sign in zip(signs, ruleset.warning_signs, strict=True)
        ],
        "scales": _scales_document(person),
        "options": [_option_document(person, option) for option in ruleset.options],
        "modifiable": [
            {
                "fact": modifier.fact,
                "advice": modifier.advice,
                "patient_advice": modifier.patient_advice,
                "sources": list(modifier.sources),
            }
            for modifier in ruleset.modifiers
            if modifier.condition.holds(person.values)
        ],
    }
    document["report_sha256"] = sha256_of(document)
    return Report(document)


def _scales_document(person: Person) -> dict[str, object]:
    scales = {scale.id: scale for scale in person.ruleset.scales}
    return {
        scale_id: scale_document(scales[scale_id], person.scale_results[scale_id])
        for scale_id in person.ruleset.scale_order
    }


def _option_document(person: Person, option: Option) -> dict[str, object]:
    now = standing(option, person.ruleset.bands, person.values)
    return {
        "id": option.id,
        "approach": option.approach.value,
        "candidacy": now.candidacy.value,
        "points": [json_number(now.low), json_number(now.high)],
        "decisive": list(decisive_facts(person, option, now)),
        "ledger": _ledger(option, now),
        "changes": [_change_document(change) for change in smallest_changes(person, option, now)],
        "estimates": [
            estimate_document(estimate, person.ruleset.sources, person.values)
            for estimate in option.estimates
        ],
    }


def _ledger(option: Option, now: Standing) -> list[dict[str, object]]:
    return [
        {
            "rule": rule.id,
            "kind": rule.kind.value,
            "holds": held,
            "points": json_number(rule.points if held and rule.kind is RuleKind.POINTS else NOTHING),
            "facts": list(rule.facts),
            "reason": rule.reason,
            "patient_reason": rule.patient_reason,
            "sources": list(rule.sources),
        }
        for rule, held in zip(option.rules, now.holds, strict=True)
    ]


def _change_document(change: Change) -> dict[str, object]:
    return {
        "fact": change.fact,
        "from": fact_document(change.was),
        "to": fact_document(change.to),
        "candidacy": change.candidacy.value,
    }
