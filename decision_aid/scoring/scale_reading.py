"""The scales of a document, each after those it reads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from graphlib import CycleError, TopologicalSorter

from decision_aid.scoring.bands import Reach, edges_of, note_ends, read_bands
from decision_aid.scoring.conditions import condition_on
from decision_aid.scoring.fields import Fields
from decision_aid.scoring.problems import RulesetProblem
from decision_aid.scoring.ruleset import CountAs, MissingRule, ProrateFrom, Refuse, Scale, ScaleMethod
from decision_aid.scoring.vocabulary import Vocabulary
from questionnaires.definition.expressions import Expression
from questionnaires.definition.facts import NUMBERS, FactKind, FactType, in_words, is_code
from questionnaires.definition.problems import did_you_mean

NOTHING = Decimal(0)
HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class _Draft:
    """A scale as far as it can be read before it is known what the scales it reads stand on."""

    fields: Fields
    id: str
    method: ScaleMethod
    items: tuple[Expression, ...]
    item_facts: tuple[FactType | None, ...]


def read_scales(root: Fields, vocabulary: Vocabulary) -> tuple[Scale, ...]:
    """The scales in an order in which each comes after those it reads; their names then belong to the
    vocabulary.

    Their edges are those of their bands; `with_edges` adds those of the conditions that read them.
    """
    entries = list(root.entries("scales"))
    ids = [_new_id(fields, vocabulary, entries[:position]) for position, fields in enumerate(entries)]
    vocabulary.name_scales(tuple(filter(None, ids)))
    drafts = {
        scale_id: _draft(fields, scale_id, vocabulary)
        for scale_id, fields in zip(ids, entries, strict=True)
        if scale_id
    }
    return tuple(_scale(drafts[scale_id], vocabulary) for scale_id in _ordered(drafts, root))


def with_edges(scale: Scale, expressions: Sequence[Expression]) -> Scale:
    """The scale with the numbers that these expressions compare it with among its edges."""
    compared = {
        Decimal(literal)
        for expression in expressions
        for literal in expression.literals.get(scale.id, frozenset())
        if isinstance(literal, int | Decimal)
    }
    return replace(scale, edges=tuple(sorted(edges_of(scale.bands) | compared)))


def _new_id(fields: Fields, vocabulary: Vocabulary, earlier: Sequence[Fields]) -> str:
    scale_id = fields.code("id")
    if scale_id and scale_id in vocabulary.facts:
        sentence = f"“{scale_id}” is a fact; a scale needs a name of its own."
        fields.note(RulesetProblem.NAME_TAKEN, "id", sentence)
        return ""
    if scale_id and any(other.raw("id") == scale_id for other in earlier):
        fields.note(RulesetProblem.DUPLICATE_ID, "id", f"“{scale_id}” is the name of an earlier scale.")
        return ""
    return scale_id


def _draft(fields: Fields, scale_id: str, vocabulary: Vocabulary) -> _Draft:
    method = fields.word("method", ScaleMethod)
    if method is None:
        fields.pass_over("items", "expression")
        return _Draft(fields, scale_id, ScaleMethod.SUM, (), ())
    if method is ScaleMethod.EXPRESSION:
        text = fields.text("expression")
        expression = vocabulary.expression(text, fields, "expression") if text else None
        if expression is not None and expression.kind not in NUMBERS:
            sentence = "A scale's expression gives a number; this one does not."
            fields.note(RulesetProblem.SCALE_ITEM_UNSUITABLE, "expression", sentence)
        return _Draft(
            fields, scale_id, method, (expression,) if expression else (), (None,) if expression else ()
        )
    if not fields.items("items"):
        sentence = f"The scale “{scale_id}” has no items to take the {method.value.replace('_', ' ')} of."
        fields.note(RulesetProblem.SCALE_WITHOUT_ITEMS, "items", sentence)
    items: list[Expression] = []
    item_facts: list[FactType | None] = []
    for position, item in enumerate(fields.items("items")):
        key = f"items/{position}"
        expression = _item(item, fields, key, vocabulary)
        if expression is not None:
            item_fact = vocabulary.types.get(item) if isinstance(item, str) else None
            _note_unsuitable(method, expression, item_fact, fields, key)
            items.append(expression)
            item_facts.append(item_fact)
    return _Draft(fields, scale_id, method, tuple(items), tuple(item_facts))


def _item(item: object, fields: Fields, key: str, vocabulary: Vocabulary) -> Expression | None:
    """An item is the name of a fact or scale, or an expression."""
    if not isinstance(item, str):
        sentence = f"An item is a fact's name or a condition, not {in_words(item)}."
        fields.note(RulesetProblem.WRONG_TYPE, key, sentence)
        return None
    if not is_code(item):
        return vocabulary.expression(item, fields, key)
    if item not in vocabulary.types:
        sentence = f"There is no fact or scale named “{item}”."
        fields.note(RulesetProblem.UNKNOWN_FACT, key, sentence, did_you_mean(item, vocabulary.types))
        return None
    return vocabulary.expression(f"%`{item}`", fields, key)


def _note_unsuitable(
    method: ScaleMethod, expression: Expression, fact: FactType | None, fields: Fields, key: str
) -> None:
    if method is ScaleMethod.COUNT_TRUE:
        if expression.kind is not FactKind.BOOLEAN:
            sentence = f"“{expression.text}” is not yes or no, so it cannot be counted."
            fields.note(RulesetProblem.SCALE_ITEM_UNSUITABLE, key, sentence)
    elif expression.kind not in NUMBERS:
        sentence = f"“{expression.text}” is not a number, so it cannot be added up."
        fields.note(RulesetProblem.SCALE_ITEM_UNSUITABLE, key, sentence)
    elif method is ScaleMethod.PERCENT_OF_MAXIMUM and (fact is None or not fact.maximum or fact.maximum < 0):
        sentence = f"“{expression.text}” has no largest value above 0, so there is no percentage of it."
        fields.note(RulesetProblem.SCALE_ITEM_UNSUITABLE, key, sentence)


def _ordered(drafts: Mapping[str, _Draft], root: Fields) -> tuple[str, ...]:
    """Each scale after those it reads, otherwise as in the document."""
    graph = {
        scale_id: [other for other in drafts if any(other in item.facts for item in draft.items)]
        for scale_id, draft in drafts.items()
    }
    try:
        return tuple(TopologicalSorter(graph).static_order())
    except CycleError as error:
        circle = " → ".join(reversed(error.args[1]))
        root.note(
            RulesetProblem.CYCLE_OF_SCALES, "scales", f"These scales read one another in a circle: {circle}."
        )
        return tuple(drafts)


def _scale(draft: _Draft, vocabulary: Vocabulary) -> Scale:
    fields = draft.fields
    items = tuple(condition_on(item, vocabulary.types, vocabulary.behind_scales) for item in draft.items)
    behind = frozenset[str]().union(*(item.facts for item in items))
    vocabulary.behind_scales[draft.id] = behind
    maxima = tuple((fact.maximum if fact else None) or NOTHING for fact in draft.item_facts)
    bands = read_bands(fields, "bands", "id")
    missing = _missing_rule(draft, vocabulary)
    fields.text_if_any("unit")
    note_ends(fields, "bands", bands, _reach(draft))
    scale = Scale(
        id=draft.id,
        title=fields.text("title"),
        meaning=fields.text_if_any("meaning"),
        method=draft.method,
        items=items,
        maxima=maxima,
        missing=missing,
        decimals=_decimals(fields),
        bands=bands,
        sources=vocabulary.cited(fields),
        facts=vocabulary.in_order(behind),
        edges=(),
        instrument=fields.code("instrument") if "instrument" in fields else "",
    )
    fields.close()
    return scale


def _missing_rule(draft: _Draft, vocabulary: Vocabulary) -> MissingRule:
    fields = draft.fields
    given = fields.raw("missing")
    if given is None or given == "refuse":
        return Refuse()
    rule = fields.part("missing")
    if not rule.is_object:
        return Refuse()
    if draft.method is ScaleMethod.EXPRESSION:
        sentence = "In an expression no item stands in for another; without an answer it has no value."
        fields.note(
            RulesetProblem.MISSING_RULE_IMPOSSIBLE, "missing", sentence, "Leave it out, or write refuse."
        )
        return Refuse()
    if "prorate_from" in rule:
        at_least = rule.whole("prorate_from")
        rule.close()
        if not 1 <= at_least <= len(draft.items):
            sentence = f"Prorating starts from 1 to {len(draft.items)} answered items, not from {at_least}."
            rule.note(RulesetProblem.MISSING_RULE_IMPOSSIBLE, "prorate_from", sentence)
        return ProrateFrom(max(1, at_least))
    value = rule.number_if_any("count_as")
    source = rule.text("source")
    rule.close()
    if value is None:
        sentence = "A missing item is refused, prorated (prorate_from) or counted as a number (count_as)."
        fields.note(RulesetProblem.MISSING_RULE_IMPOSSIBLE, "missing", sentence)
    if source and source not in vocabulary.sources:
        sentence = f"There is no source “{source}” among this document's sources."
        rule.note(RulesetProblem.UNKNOWN_SOURCE, "source", sentence, did_you_mean(source, vocabulary.sources))
    return CountAs(value or NOTHING, source)


def _decimals(fields: Fields) -> int | None:
    decimals = fields.whole_if_any("round")
    if decimals is not None and not 0 <= decimals <= 9:
        sentence = f"A value is rounded to 0 to 9 places, not to {decimals}."
        fields.note(RulesetProblem.WRONG_TYPE, "round", sentence)
        return 0
    return decimals


def _reach(draft: _Draft) -> Reach:
    """The least and greatest value the scale can take, where its items' ranges tell."""
    count = Decimal(len(draft.items))
    if draft.method is ScaleMethod.COUNT_TRUE:
        return NOTHING, count
    if draft.method is ScaleMethod.PERCENT_OF_MAXIMUM:
        return NOTHING, HUNDRED
    if draft.method is ScaleMethod.EXPRESSION or not draft.items:
        return None, None
    lows = [fact.minimum if fact else None for fact in draft.item_facts]
    highs = [fact.maximum if fact else None for fact in draft.item_facts]
    low, high = _added(lows), _added(highs)
    if draft.method is ScaleMethod.MEAN:
        return (None if low is None else low / count), (None if high is None else high / count)
    return low, high


def _added(ends: Sequence[Decimal | None]) -> Decimal | None:
    known = [end for end in ends if end is not None]
    return sum(known, NOTHING) if len(known) == len(ends) else None
