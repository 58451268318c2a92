"""What each part of a condition can be, and what may be combined with what, known before any answer is."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from questionnaires.definition.facts import FactKind, FactType, FactValue, listed, shortened
from questionnaires.definition.problems import Problem, ProblemsFound, did_you_mean

from .lexing import place_of, refused
from .limits import ExpressionProblem
from .nodes import NUMBERS, Element, Node, ValueType

ELEMENTS = {
    FactKind.BOOLEAN: Element.BOOLEAN,
    FactKind.INTEGER: Element.INTEGER,
    FactKind.DECIMAL: Element.DECIMAL,
    FactKind.CODE: Element.TEXT,
    FactKind.CODES: Element.TEXT,
    FactKind.TEXT: Element.TEXT,
    FactKind.DATE: Element.DATE,
}


LONGEST_WORDS = 40

BOOLEAN = ValueType(Element.BOOLEAN)
INTEGER = ValueType(Element.INTEGER)
DECIMAL = ValueType(Element.DECIMAL)
NOTHING = ValueType(Element.NOTHING)
MISTAKE = ValueType(Element.MISTAKE)


@dataclass(frozen=True, slots=True)
class Constant:
    """A literal that a part's value may be, and its place in the text."""

    value: FactValue
    position: int


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a condition as far as it has been read.

    Its text is that of `source` from its position, counted from 1, to `end`. `reads`: whether it depends on a
    fact. `facts` and `constants`: the facts and literals of which its value is one, or is made, unchanged.
    """

    node: Node
    type: ValueType
    position: int
    source: str
    end: int
    reads: bool
    facts: tuple[str, ...] = ()
    constants: tuple[Constant, ...] = ()

    @property
    def words(self) -> str:
        """Its text, as a sentence can name it."""
        return shortened(self.source[self.position - 1 : self.end], LONGEST_WORDS)


TypingRule: TypeAlias = Callable[[Sequence[Part]], ValueType]


def type_of_fact(fact_type: FactType) -> ValueType:
    """What the value of a fact of this type can be."""
    codes = fact_type.values if fact_type.kind in (FactKind.CODE, FactKind.CODES) else None
    return ValueType(ELEMENTS[fact_type.kind], fact_type.kind is FactKind.CODES, codes)


def description(part: Part) -> str:
    """The part and what it is, as a sentence names it."""
    if part.type.many:
        several = "several codes" if part.type.codes is not None else "a collection of several values"
        return f"{part.words} is {several}"
    kind = "a code" if part.type.codes is not None else str(part.type.element)
    return f"{part.words} is {kind}"


def conditions(parts: Sequence[Part]) -> ValueType:
    """Conditions give a condition: and, or, xor, implies, not()."""
    for part in parts:
        if part.type.many or part.type.element not in (Element.BOOLEAN, Element.NOTHING):
            hint = "Compare it with something, as in %x = 'a' or %n > 3."
            raise _mismatch(part, f"{description(part)}, but a condition is needed here.", hint)
    return BOOLEAN


def equals(parts: Sequence[Part]) -> ValueType:
    """Two single values of one sort give a condition: = and !=."""
    left, right = parts
    for part in parts:
        if part.type.many:
            hint = (
                f"Write “{part.words} contains 'a'” to ask for one code, or ~ to compare whole collections."
            )
            raise _mismatch(part, f"{description(part)}, which = and != cannot compare.", hint)
    _check_alike(left, right)
    return BOOLEAN


def equivalent(parts: Sequence[Part]) -> ValueType:
    """Two values or collections of one sort give a condition: ~."""
    left, right = parts
    _check_alike(left, right)
    return BOOLEAN


def ordered(parts: Sequence[Part]) -> ValueType:
    """Two numbers, two dates or two texts give a condition: < <= > >=."""
    left, right = parts
    for part in parts:
        if part.type.many:
            raise _mismatch(part, f"{description(part)}, which has no place in an order.")
        if part.type.codes is not None or part.type.element is Element.BOOLEAN:
            hint = "Write = to compare it, or “in ('a' | 'b')” for one of several."
            raise _mismatch(part, f"{description(part)}, which is neither more nor less than another.", hint)
    _check_alike(left, right)
    return BOOLEAN


def added(parts: Sequence[Part]) -> ValueType:
    """Numbers give a number, whole ones a whole one: + - * mod, and a sign."""
    _check_numbers(parts)
    if all(part.type.is_nothing for part in parts):
        return NOTHING
    elements = {part.type.element for part in parts} - {Element.NOTHING}
    return INTEGER if elements == {Element.INTEGER} else DECIMAL


def divided(parts: Sequence[Part]) -> ValueType:
    """Numbers give a decimal number: /."""
    _check_numbers(parts)
    return DECIMAL


def divided_whole(parts: Sequence[Part]) -> ValueType:
    """Numbers give a whole number: div."""
    _check_numbers(parts)
    return INTEGER


def rounded(parts: Sequence[Part]) -> ValueType:
    """A number, and perhaps how many decimal places, give a decimal number: round()."""
    _check_numbers(parts)
    for part in parts[1:]:
        if part.type.element is Element.DECIMAL:
            raise _mismatch(part, f"{description(part)}, but decimal places are counted in whole numbers.")
    return DECIMAL


def united(parts: Sequence[Part]) -> ValueType:
    """Values or collections of one sort give a collection: |."""
    return replace(combined(parts), merged=any(part.facts for part in parts))


def combined(parts: Sequence[Part]) -> ValueType:
    """Values or collections of one sort give a collection, repeated values kept: combine()."""
    one = _one_of(parts)
    return one if one.is_nothing else replace(one, many=True)


def member(parts: Sequence[Part]) -> ValueType:
    """A value and a collection of the same sort give a condition: in."""
    item, collection = parts
    if item.type.many:
        raise _mismatch(item, f"{description(item)}, but only one value can be looked for.")
    _check_alike(item, collection)
    return BOOLEAN


def container(parts: Sequence[Part]) -> ValueType:
    """A collection and a value of the same sort give a condition: contains."""
    collection, item = parts
    return member((item, collection))


def asked(parts: Sequence[Part]) -> ValueType:
    """Anything gives a condition: exists() and empty()."""
    return BOOLEAN


def counted(parts: Sequence[Part]) -> ValueType:
    """Anything gives a whole number: count()."""
    return INTEGER


def summed(parts: Sequence[Part]) -> ValueType:
    """Numbers give their sum: sum()."""
    (part,) = parts
    _check_several_numbers(part)
    return ValueType(part.type.element)


def averaged(parts: Sequence[Part]) -> ValueType:
    """Numbers give a decimal number: avg()."""
    (part,) = parts
    _check_several_numbers(part)
    return NOTHING if part.type.is_nothing else DECIMAL


def extreme(parts: Sequence[Part]) -> ValueType:
    """Numbers or dates give one of them: min() and max()."""
    (part,) = parts
    if part.type.element not in NUMBERS | {Element.DATE, Element.NOTHING}:
        raise _mismatch(part, f"{description(part)}, which has no least and no greatest.")
    return ValueType(part.type.element)


def chosen(parts: Sequence[Part]) -> ValueType:
    """A condition and one or two values of one sort give such a value: iif()."""
    conditions(parts[:1])
    branches = parts[1:]
    if len({part.type.many for part in branches if not part.type.is_nothing}) > 1:
        sentence = "One result is a collection and the other a single value; both must be the same."
        raise _mismatch(branches[-1], sentence)
    return _one_of(branches)


def _mismatch(part: Part, sentence: str, hint: str = "") -> ProblemsFound:
    return refused(ExpressionProblem.TYPE_MISMATCH, part.position, sentence, hint)


def _check_numbers(parts: Sequence[Part]) -> None:
    for part in parts:
        if part.type.many or part.type.element not in NUMBERS | {Element.NOTHING}:
            raise _mismatch(part, f"{description(part)}, but a number is needed here.")


def _check_several_numbers(part: Part) -> None:
    if part.type.element not in NUMBERS | {Element.NOTHING}:
        raise _mismatch(part, f"{description(part)}, but numbers are needed here.")
    if part.type.merged:
        sentence = f"In {part.words} two equal answers count once, which makes their sum and average wrong."
        raise _mismatch(part, sentence, "Write %a.combine(%b) instead of (%a | %b).")


def _check_alike(left: Part, right: Part) -> None:
    """Refuse a comparison that means nothing, or that a misspelt value makes always false."""
    _check_sort(left, right)
    problems = [*_values_outside(left, right), *_values_outside(right, left)]
    if problems:
        raise ProblemsFound(problems)
    ours, theirs = left.type.codes, right.type.codes
    if ours is not None and theirs is not None and not set(ours) & set(theirs):
        sentence = f"{left.words} and {right.words} have no value in common, so they are never equal."
        raise _mismatch(right, sentence)


def _check_sort(left: Part, right: Part) -> None:
    one, other = left.type.element, right.type.element
    if Element.NOTHING not in (one, other) and one is not other and not {one, other} <= NUMBERS:
        raise _mismatch(right, f"{description(left)} and {description(right)}: they are of different sorts.")


def _values_outside(coded: Part, written: Part) -> Iterator[Problem]:
    """A problem for each literal of `written` that the codes of `coded` do not include."""
    codes = coded.type.codes
    if codes is None:
        return
    for constant in written.constants:
        if isinstance(constant.value, str) and constant.value not in codes:
            yield Problem(
                ExpressionProblem.UNKNOWN_VALUE,
                place_of(constant.position),
                f"'{constant.value}' is no value of {coded.words}, which can be {listed(codes)}.",
                did_you_mean(constant.value, codes, "'{}'"),
            )


def _one_of(parts: Sequence[Part]) -> ValueType:
    """What a value that comes from one of the parts can be."""
    known = [part for part in parts if not part.type.is_nothing]
    if not known:
        return NOTHING
    for part in known[1:]:
        _check_sort(known[0], part)
    elements = {part.type.element for part in known}
    element = Element.DECIMAL if len(elements) > 1 else known[0].type.element
    return ValueType(element, known[0].type.many, _codes_of(known))


def _codes_of(parts: Sequence[Part]) -> tuple[str, ...] | None:
    """The only values of the parts together, where a coded fact is among them and none is free text."""
    if all(part.type.codes is None for part in parts):
        return None
    codes: dict[str, None] = {}
    for part in parts:
        if part.type.codes is not None:
            codes.update(dict.fromkeys(part.type.codes))
        elif part.facts:
            return None
        codes.update({constant.value: None for constant in part.constants if isinstance(constant.value, str)})
    return tuple(codes)
