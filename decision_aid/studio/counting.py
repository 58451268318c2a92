"""Of how many people each rule of a draft holds, fails or is unknown, and what each answer counts."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from django.core.cache import cache
from django.db.models import Count, Max
from django.utils import timezone

from decision_aid.models import Assessment, DecisionAid
from decision_aid.scoring import RuleSet
from decision_aid.scoring.conditions import Condition
from decision_aid.scoring.ruleset import RuleKind, ScaleMethod
from decision_aid.services.checking import read_draft
from decision_aid.services.rescoring import facts_known_to, newest_assessments, people_assessed
from questionnaires.definition.facts import CODED, FactKind, Facts, FactValue
from questionnaires.definition.problems import ProblemsFound
from questionnaires.models import Question

DAY = 24 * 60 * 60


class Count3(NamedTuple):
    """How many people a condition holds of, fails of, and is unknown of."""

    holds: int
    fails: int
    unknown: int


@dataclass(frozen=True)
class RuleCounts:
    """Of each condition of a draft, by the code of its rule or sign: golden cases, and stored answers."""

    golden: dict[str, Count3]
    stored: dict[str, Count3]
    cases: int
    people: int


def ruleset_of(aid: DecisionAid) -> RuleSet | None:
    """The draft as it is now, read; None where it cannot be read."""
    try:
        return read_draft(aid).ruleset
    except ProblemsFound:
        return None


def counts_of(aid: DecisionAid, ruleset: RuleSet) -> RuleCounts:
    """The counts of every rule and warning sign; kept for as long as neither draft nor answers change."""
    assessed = Assessment.objects.filter(release__aid=aid).aggregate(last=Max("assessed_at"), all=Count("pk"))
    key = f"studio counts {aid.pk} {ruleset.release.sha256} {assessed['all']} {assessed['last']}".replace(
        " ", "-"
    )
    counts: RuleCounts | None = cache.get(key)
    if counts is None:
        counts = _counted(aid, ruleset)
        cache.set(key, counts, DAY)
    return counts


def _counted(aid: DecisionAid, ruleset: RuleSet) -> RuleCounts:
    golden = [case.facts for case in ruleset.golden_cases]
    people = people_assessed(newest_assessments(aid, timezone.now()))
    stored = [facts_known_to(ruleset.types, person.facts) for person in people]
    named = [(sign.id, sign.condition) for sign in ruleset.warning_signs]
    named += [(rule.id, rule.condition) for option in ruleset.options for rule in option.rules]
    names = [name for name, _ in named]
    conditions = [condition for _, condition in named]
    return RuleCounts(
        dict(zip(names, _count(ruleset, conditions, golden), strict=True)),
        dict(zip(names, _count(ruleset, conditions, stored), strict=True)),
        len(golden),
        len(stored),
    )


def _count(ruleset: RuleSet, conditions: Sequence[Condition], people: Sequence[Facts]) -> Iterable[Count3]:
    # Polars is loaded only where there are many people.
    from decision_aid.scoring.cohort import people_frame, truth_frame

    if not people:
        return [Count3(0, 0, 0)] * len(conditions)
    # Rules that say the same share one condition.
    different = list(dict.fromkeys(conditions))
    truths = truth_frame(ruleset, different, people_frame(ruleset.types, people))
    counted = {}
    for condition, column in zip(different, truths.iter_columns(), strict=True):
        unknown, holds = int(column.null_count()), int(column.sum())
        counted[condition] = Count3(holds, len(people) - holds - unknown, unknown)
    return [counted[condition] for condition in conditions]


# ── What an answer counts ───────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Counted:
    """One answer: its words, and what it adds to scores and to options, where that hangs on it alone."""

    words: str
    adds: tuple[str, ...]


def counts_of_answers(aid: DecisionAid, question: Question) -> list[Counted]:
    """For a question to choose from, what each answer counts by itself; [] where the draft cannot be read."""
    if question.kind not in (*CODED, FactKind.BOOLEAN) or question.each_a_fact:
        return []
    ruleset = ruleset_of(aid)
    if ruleset is None or question.code not in ruleset.types:
        return []
    values: list[tuple[str, FactValue]] = [("Yes", True), ("No", False)]
    if question.kind != FactKind.BOOLEAN:
        many = question.kind == FactKind.CODES
        options = [(option.label, option.code) for option in question.options.all()]
        values = [(label, (code,) if many else code) for label, code in options]
    return [Counted(words, tuple(_adds(ruleset, question.code, value))) for words, value in values if words]


def _adds(ruleset: RuleSet, fact: str, value: FactValue) -> Iterator[str]:
    facts = {fact: value}
    for scale in ruleset.scales:
        for item in scale.items:
            if item.facts == {fact} and scale.method is not ScaleMethod.EXPRESSION:
                found = item.value(facts)
                if found is not None and found is not False and found != 0:
                    yield f"{scale.title}: {1 if found is True else found}"
    effects: dict[str, list[str]] = {}
    for option in ruleset.options:
        for rule in option.rules:
            if rule.condition.facts == {fact} and rule.condition.holds(facts) is True:
                effects.setdefault(_effect(rule.kind, rule.points), []).append(option.title)
    yield from (f"{effect}: {', '.join(titles)}" for effect, titles in effects.items())


def _effect(kind: RuleKind, points: Decimal) -> str:
    match kind:
        case RuleKind.REQUIRED:
            return "meets what is required"
        case RuleKind.EXCLUDES:
            return "rules it out"
        case _:
            return f"{points:+f}".replace("-", "\N{MINUS SIGN}")
