"""The options of a document with their rules and estimates."""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from enum import StrEnum

from decision_aid.scoring.conditions import indirect_facts
from decision_aid.scoring.fields import Fields
from decision_aid.scoring.living_reading import note_living
from decision_aid.scoring.problems import RulesetProblem
from decision_aid.scoring.representatives import representative_values
from decision_aid.scoring.ruleset import (
    Approach,
    Certainty,
    Estimate,
    EstimateKind,
    Favours,
    Option,
    Outcome,
    Rule,
    RuleKind,
    Scale,
)
from decision_aid.scoring.vocabulary import Vocabulary
from questionnaires.definition.digest import json_number
from questionnaires.definition.facts import FactValue
from questionnaires.definition.problems import did_you_mean

NOTHING = Decimal(0)
POINTS_BETWEEN = 9  # the ends of a range, for a fact that rules read through a scale or a calculation
FIGURES = ("value", "low", "high", "with_option", "with_comparator", "denominator")


class EvidenceStatus(StrEnum):
    """What a document says of an outcome: `auto` shows the figure where it may be shown."""

    AUTO = "auto"
    NOT_ENOUGH_EVIDENCE = "not_enough_evidence"
    DOES_NOT_APPLY = "does_not_apply"


def read_options(
    root: Fields, vocabulary: Vocabulary, outcomes: Sequence[Outcome], scales: Sequence[Scale]
) -> tuple[Option, ...]:
    """The options, in the document's order; `scales` are those that rules may read."""
    entries = list(root.entries("options"))
    if not entries:
        root.note(RulesetProblem.MISSING_FIELD, "options", "A decision aid has at least one option.")
    ids = [fields.code("id") for fields in entries]
    rule_ids: set[str] = set()
    options: list[Option] = []
    for position, (fields, option_id) in enumerate(zip(entries, ids, strict=True)):
        if option_id and option_id in ids[:position]:
            fields.note(RulesetProblem.DUPLICATE_ID, "id", f"“{option_id}” is the name of an earlier option.")
        options.append(_option(fields, option_id, ids, rule_ids, vocabulary, outcomes, scales))
    return tuple(options)


def _option(
    fields: Fields,
    option_id: str,
    option_ids: Sequence[str],
    rule_ids: set[str],
    vocabulary: Vocabulary,
    outcomes: Sequence[Outcome],
    scales: Sequence[Scale],
) -> Option:
    compares_with = _option_name(fields, "compares_with", option_ids)
    rules = tuple(_rule(entry, rule_ids, vocabulary) for entry in fields.entries("rules"))
    estimates = _estimates(fields, option_id, option_ids, vocabulary, outcomes)
    for key in ("summary", "what_happens"):
        fields.text(key)
    note_living(fields, vocabulary)
    option = Option(
        id=option_id,
        approach=fields.word("approach", Approach) or Approach.OPEN,
        region=fields.text("region"),
        compares_with=compares_with,
        title=fields.text("title"),
        patient_title=fields.text("patient_title"),
        rules=rules,
        estimates=estimates,
        positions={
            kind: tuple(position for position, rule in enumerate(rules) if rule.kind is kind)
            for kind in RuleKind
        },
        reading=_readers(rules, vocabulary),
        facts_of={
            kind: frozenset().union(*(rule.condition.facts for rule in rules if rule.kind is kind))
            for kind in RuleKind
        },
        representatives=_representatives(rules, vocabulary, scales),
        indirect=indirect_facts([rule.condition for rule in rules]),
    )
    fields.close()
    return option


def _option_name(fields: Fields, key: str, option_ids: Sequence[str]) -> str | None:
    """Another option's id, or None where the document says null."""
    if key not in fields:
        return None
    name = fields.text(key)
    if name and name not in option_ids:
        hint = did_you_mean(name, option_ids)
        fields.note(
            RulesetProblem.UNKNOWN_OPTION, key, f"There is no option “{name}” in this document.", hint
        )
    return name


def _rule(fields: Fields, rule_ids: set[str], vocabulary: Vocabulary) -> Rule:
    rule_id = fields.code("id")
    if rule_id and rule_id in rule_ids:
        fields.note(
            RulesetProblem.DUPLICATE_ID, "id", f"“{rule_id}” is the name of an earlier rule of this aid."
        )
    rule_ids.add(rule_id)
    kind = fields.word("kind", RuleKind)
    condition = vocabulary.condition(fields, "condition")
    rule = Rule(
        id=rule_id,
        kind=kind or RuleKind.POINTS,
        points=_points(fields, rule_id, kind),
        condition=condition,
        facts=vocabulary.in_order(condition.facts),
        reason=_reason(fields, "reason"),
        patient_reason=_reason(fields, "patient_reason"),
        sources=vocabulary.cited(fields),
        modifiable=fields.truth_if_any("modifiable"),
    )
    fields.close()
    return rule


def _points(fields: Fields, rule_id: str, kind: RuleKind | None) -> Decimal:
    points = fields.number_if_any("points")
    if kind is RuleKind.POINTS and not points:
        sentence = f"The rule “{rule_id}” gives points; how many must be said, as a number other than 0."
        fields.note(RulesetProblem.RULE_POINTS_MISSING, "points", sentence)
    elif kind in (RuleKind.REQUIRED, RuleKind.EXCLUDES) and points:
        sentence = f"The rule “{rule_id}” is “{kind.value}”, which adds no points; {points} would be lost."
        fields.note(RulesetProblem.RULE_POINTS_UNUSED, "points", sentence)
    return points or NOTHING


def _reason(fields: Fields, key: str) -> str:
    words = fields.text_if_any(key)
    if not words and fields.raw(key) in (None, ""):
        fields.note(
            RulesetProblem.MISSING_REASON, key, f"“{key}” is missing; nothing is said without a reason."
        )
    return words


def _readers(rules: Sequence[Rule], vocabulary: Vocabulary) -> Mapping[str, tuple[int, ...]]:
    read = frozenset[str]().union(*(rule.facts for rule in rules))
    return {
        fact: tuple(position for position, rule in enumerate(rules) if fact in rule.condition.facts)
        for fact in vocabulary.in_order(read)
    }


def _representatives(
    rules: Sequence[Rule], vocabulary: Vocabulary, scales: Sequence[Scale]
) -> Mapping[str, tuple[FactValue, ...]]:
    """The values of each fact at which these rules can change their minds."""
    conditions = dict.fromkeys(rule.condition for rule in rules)
    expressions = [condition.expression for condition in conditions]
    expressions += [item.expression for scale in scales for item in scale.items]
    literals: dict[str, set[FactValue]] = {}
    for expression in expressions:
        for fact, values in expression.literals.items():
            literals.setdefault(fact, set()).update(values)
    indirect = indirect_facts(conditions)
    read = frozenset[str]().union(*(condition.facts for condition in conditions))
    return {
        fact: representative_values(
            vocabulary.facts[fact], literals.get(fact, ()), between=POINTS_BETWEEN if fact in indirect else 0
        )
        for fact in vocabulary.in_order(read)
    }


def _estimates(
    owner: Fields,
    option_id: str,
    option_ids: Sequence[str],
    vocabulary: Vocabulary,
    outcomes: Sequence[Outcome],
) -> tuple[Estimate, ...]:
    """Exactly one estimate for each outcome, in the outcomes' order."""
    found: dict[str, Estimate] = {}
    names = [outcome.id for outcome in outcomes]
    for fields in owner.entries("estimates"):
        outcome = fields.code("outcome")
        if outcome and outcome not in names:
            sentence = f"There is no outcome “{outcome}” in this document."
            fields.note(RulesetProblem.UNKNOWN_OUTCOME, "outcome", sentence, did_you_mean(outcome, names))
        if outcome and outcome in found:
            sentence = f"“{option_id}” already has an estimate of “{outcome}”; it shows one."
            fields.note(RulesetProblem.DUPLICATE_ESTIMATE, "outcome", sentence)
        found.setdefault(outcome, _estimate(fields, outcome, option_ids, vocabulary))
    for name in names:
        if name not in found:
            sentence = f"“{option_id}” says nothing of “{name}”."
            hint = "Give the figure, or say not_enough_evidence or does_not_apply, and why."
            owner.note(RulesetProblem.MISSING_ESTIMATE, "estimates", sentence, hint)
    return tuple(found[name] for name in names if name in found)


def _estimate(fields: Fields, outcome: str, option_ids: Sequence[str], vocabulary: Vocabulary) -> Estimate:
    status = fields.word("status", EvidenceStatus)
    enough = status not in (EvidenceStatus.NOT_ENOUGH_EVIDENCE, EvidenceStatus.DOES_NOT_APPLY)
    comparator = _option_name(fields, "comparator", option_ids)
    figures = _figures(fields, vocabulary) if enough else _no_figures(fields)
    population = vocabulary.condition_if_any(fields, "population")
    population_text = fields.text_if_any("population_text")
    if population is not None and not population_text:
        sentence = (
            "The population has a condition and no words; a person who is left out must read who was studied."
        )
        fields.note(RulesetProblem.MISSING_REASON, "population_text", sentence)
    reason = fields.text_if_any("reason") if enough else _reason(fields, "reason")
    patient_reason = fields.text_if_any("patient_reason") or reason
    sources = vocabulary.cited(fields) if enough else vocabulary.cited_if_any(fields)
    contrary = _contrary(fields, vocabulary)
    if enough:
        figures = {
            "comparator": comparator,
            **figures,
            "population_text": population_text,
            "reason": reason,
            "patient_reason": patient_reason,
            "sources": list(sources),
        }
        if contrary is not None:
            figures["contrary"] = contrary
    fields.close()
    return Estimate(
        outcome=outcome,
        enough=enough,
        applies=status is not EvidenceStatus.DOES_NOT_APPLY,
        population=population,
        population_text=population_text,
        reason=reason,
        patient_reason=patient_reason,
        comparator=comparator,
        sources=sources,
        unchecked=tuple(
            name for name in sources if name in vocabulary.sources and not vocabulary.sources[name].usable
        ),
        figures=figures,
    )


def _figures(fields: Fields, vocabulary: Vocabulary) -> dict[str, object]:
    """The figures of an estimate, as a report shows them; what is lacking or contradictory is noted."""
    kind = fields.word("kind", EstimateKind)
    favours = fields.word("favours", Favours)
    certainty = fields.word("certainty", Certainty)
    numbers = {key: fields.number_if_any(key) for key in FIGURES}
    horizon, unit = fields.text("horizon"), fields.text_if_any("unit")
    participants, studies = fields.whole_if_any("participants"), fields.whole_if_any("studies")
    for key in _lacking(kind, numbers, unit):
        sentence = f"“{key}” is missing; a figure is shown whole or not at all."
        fields.note(RulesetProblem.ESTIMATE_INCOMPLETE, key, sentence)
    for key, sentence in _contradictions(kind, numbers):
        fields.note(RulesetProblem.ESTIMATE_CONTRADICTORY, key, sentence)
    figures: dict[str, object] = {
        "horizon": horizon,
        "kind": kind.value if kind else "",
        **{key: None if number is None else json_number(number) for key, number in numbers.items()},
        "unit": unit,
        "favours": favours.value if favours else "",
        "certainty": certainty.value if certainty else "",
        "participants": participants,
        "studies": studies,
    }
    return figures


def _lacking(kind: EstimateKind | None, numbers: Mapping[str, Decimal | None], unit: str) -> Iterator[str]:
    """The fields without which a figure of this kind would be a bare or a relative one."""
    match kind:
        case EstimateKind.MEAN_DIFFERENCE:
            needed = ["value", "low", "high"]
        case EstimateKind.RISKS:
            needed = ["with_option", "with_comparator", "denominator"]
        case EstimateKind.ABSOLUTE:
            needed = ["value"]
        case _:
            needed = []
    yield from (key for key in needed if numbers[key] is None)
    if (numbers["low"] is None) != (numbers["high"] is None):
        yield "low" if numbers["low"] is None else "high"
    if kind in (EstimateKind.MEAN_DIFFERENCE, EstimateKind.ABSOLUTE) and not unit:
        yield "unit"


def _contradictions(
    kind: EstimateKind | None, numbers: Mapping[str, Decimal | None]
) -> Iterator[tuple[str, str]]:
    yield from _interval_contradictions(numbers["low"], numbers["high"], numbers["value"])
    denominator = numbers["denominator"]
    if denominator is not None and denominator <= 0:
        yield "denominator", f"People are counted out of a number above 0, not out of {denominator}."
    elif denominator is not None:
        for key in ("with_option", "with_comparator"):
            number = numbers[key]
            if number is not None and not 0 <= number <= denominator:
                yield key, f"{number} people out of {denominator} cannot be."
    if kind is EstimateKind.DIRECTION_ONLY:
        for key, number in numbers.items():
            if number is not None:
                yield key, "An estimate that gives the direction only has no figures."


def _interval_contradictions(
    low: Decimal | None, high: Decimal | None, value: Decimal | None
) -> Iterator[tuple[str, str]]:
    if low is None or high is None:
        return
    if low > high:
        yield "low", f"The interval starts at {low}, above its end {high}."
    elif value is not None and not low <= value <= high:
        yield "value", f"The value {value} lies outside its interval, {low} to {high}."


def _no_figures(fields: Fields) -> dict[str, object]:
    """Nothing to show: figures there would never be seen, and what describes them says nothing."""
    fields.pass_over("kind", "favours", "certainty", "participants", "studies", "unit", "horizon")
    for key in FIGURES:
        if key in fields:
            sentence = "There is a figure, and a status that says that there is none; one of them is wrong."
            fields.note(RulesetProblem.ESTIMATE_CONTRADICTORY, key, sentence)
    return {}


def _contrary(fields: Fields, vocabulary: Vocabulary) -> dict[str, object] | None:
    """What the best evidence against the figure says, with its sources; in plain words too where given."""
    if "contrary" not in fields:
        return None
    contrary = fields.part("contrary")
    words, sources = contrary.text("words"), vocabulary.cited(contrary)
    plain = contrary.text_if_any("patient_words")
    contrary.close()
    said: dict[str, object] = {"sources": list(sources), "words": words}
    return {**said, "patient_words": plain} if plain else said
