"""From a release and one person's facts to a report that can explain itself."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import cast

from decision_aid.scoring.arithmetic import score_arithmetic
from decision_aid.scoring.candidacy import Person, Standing, person_with, standing
from decision_aid.scoring.conditions import Condition, Truth
from decision_aid.scoring.estimates import estimate_document
from decision_aid.scoring.explanation import Change, decisive_facts, smallest_changes
from decision_aid.scoring.printing import Printed, Prints, printed, printed_list, printed_object
from decision_aid.scoring.ruleset import Modifier, Option, Rule, RuleKind, RuleSet, WarningSign
from decision_aid.scoring.scales import scale_document
from decision_aid.scoring.warning_signs import FiredSign, look_for, pathway_of
from questionnaires.definition.digest import json_number, sha256_of
from questionnaires.definition.facts import Facts, fact_document, facts_document

ENGINE_VERSION = "1.2"
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
    person, results = person_with(ruleset, facts)
    signs = look_for(ruleset.warning_signs, person.values)
    scales = {scale.id: scale for scale in ruleset.scales}
    parts = {
        "release": _release(ruleset),
        "engine_version": printed(ENGINE_VERSION),
        "as_of": printed(as_of.isoformat()),
        "review_overdue": printed(ruleset.next_review is not None and as_of > ruleset.next_review),
        "facts_sha256": printed(sha256_of(facts_document(facts))),
        "pathway": printed(pathway_of(signs).value),
        "warning_signs": printed_list(_signs(ruleset, signs)),
        "scales": printed_object(
            {name: printed(scale_document(scales[name], results[name])) for name in ruleset.scale_order}
        ),
        "options": printed_list(_options(person, facts)),
        "modifiable": printed_list(_modifiable(person)),
    }
    report = printed_object(parts)
    document = cast("dict[str, object]", report.value)
    document["report_sha256"] = hashlib.sha256(report.text.encode()).hexdigest()
    return Report(document)


def _release(ruleset: RuleSet) -> Printed:
    return printed(
        {
            "aid": ruleset.release.aid,
            "version": ruleset.release.version,
            "sha256": ruleset.release.sha256,
        }
    )


def _signs(ruleset: RuleSet, signs: Iterable[FiredSign]) -> Iterator[Printed]:
    for fired, sign in zip(signs, ruleset.warning_signs, strict=True):
        yield ruleset.prints.part((sign.id, fired.holds), _sign_document, sign, fired)


def _sign_document(sign: WarningSign, fired: FiredSign) -> dict[str, object]:
    return {
        "id": fired.id,
        "urgency": fired.urgency.value,
        "holds": fired.holds,
        "facts": list(sign.facts),
    }


def _options(person: Person, facts: Facts) -> Iterator[Printed]:
    alike: dict[Condition, Truth] = {}
    for option in person.ruleset.options:
        now = standing(option, person)
        yield printed_object(
            {
                "id": printed(option.id),
                "approach": printed(option.approach.value),
                "candidacy": printed(now.candidacy.value),
                "points": printed([json_number(now.low), json_number(now.high)]),
                "points_exact": printed(
                    person.ruleset.weighing_of(option).is_exact(now.holds, person.values)
                ),
                "decisive": printed(list(decisive_facts(person, option, now))),
                "ledger": printed_list(_ledger(person.ruleset.prints, option, now)),
                "changes": printed_list(
                    printed(_change_document(change))
                    for change in smallest_changes(person, facts, option, now)
                ),
                "estimates": printed_list(_estimates(person, option, alike)),
            }
        )


def _ledger(prints: Prints, option: Option, now: Standing) -> Iterator[Printed]:
    for rule, held in zip(option.rules, now.holds, strict=True):
        yield prints.part((rule.id, "rule", held), _ledger_entry, rule, held)


def _ledger_entry(rule: Rule, held: Truth) -> dict[str, object]:
    return {
        "rule": rule.id,
        "kind": rule.kind.value,
        "holds": held,
        "points": json_number(rule.points if held and rule.kind is RuleKind.POINTS else NOTHING),
        "facts": list(rule.facts),
        "reason": rule.reason,
        "patient_reason": rule.patient_reason,
        "sources": list(rule.sources),
    }


def _estimates(person: Person, option: Option, alike: dict[Condition, Truth]) -> Iterator[Printed]:
    """The option's estimates; `alike` remembers which populations were asked about before."""
    ruleset = person.ruleset
    for estimate in option.estimates:
        like: Truth = True
        if estimate.population is not None:
            if estimate.population not in alike:
                alike[estimate.population] = estimate.population.holds(person.values)
            like = alike[estimate.population]
        key = (option.id, estimate.outcome, like)
        yield ruleset.prints.part(key, estimate_document, estimate, ruleset.sources, like)


def _modifiable(person: Person) -> Iterator[Printed]:
    for position, modifier in enumerate(person.ruleset.modifiers):
        if modifier.condition.holds(person.values):
            yield person.ruleset.prints.part(position, _modifier_document, modifier)


def _modifier_document(modifier: Modifier) -> dict[str, object]:
    return {
        "fact": modifier.fact,
        "advice": modifier.advice,
        "patient_advice": modifier.patient_advice,
        "sources": list(modifier.sources),
    }


def _change_document(change: Change) -> dict[str, object]:
    return {
        "fact": change.fact,
        "from": fact_document(change.was),
        "to": fact_document(change.to),
        "candidacy": change.candidacy.value,
    }
