"""A condition or calculation, read once and then evaluated for any number of people."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, NoReturn, cast

from questionnaires.definition.facts import FactKind, Facts, FactTypes, FactValue
from questionnaires.definition.problems import Problem, ProblemsFound

from .compiling import compiled
from .lexing import place_of, refused
from .limits import LONGEST_EXPRESSION, ExpressionProblem
from .nodes import Node
from .parsing import Parser
from .typing_rules import description
from .writing import write

if TYPE_CHECKING:
    import polars as pl


@dataclass(frozen=True, slots=True)
class Expression:
    """A typed expression over facts; two are equal when their canonical text, kind and facts are.

    `literals` holds, for each fact, the values it is compared with directly (`%pain >= 4` gives 4, and
    `%pain + 1 >= 4` gives none). `waits_for_answers` is whether one answer more can only settle what was
    unknown: it is false where exists(), empty() or ~ make something of an answer's absence.
    """

    text: str
    kind: FactKind
    facts: frozenset[str]
    literals: Mapping[str, frozenset[FactValue]] = field(compare=False, repr=False)
    waits_for_answers: bool = field(compare=False, repr=False)
    root: Node = field(compare=False, repr=False)
    _evaluate: Callable[[Facts], FactValue | None] = field(compare=False, repr=False)
    _truth: Callable[[Facts], bool | None] = field(compare=False, repr=False)

    def evaluate(self, facts: Facts) -> FactValue | None:
        """The value for these facts, as `read_facts` gives them; None is the empty collection."""
        return self._evaluate(facts)

    def holds(self, facts: Facts) -> bool | None:
        """Whether the condition holds; None where that is unknown. TypeError for what is no condition."""
        return self._truth(facts)

    def columns(self, frame: "pl.DataFrame") -> "pl.Series":
        """What `evaluate` gives for each row of a frame of facts; null is the empty collection.

        The frame's columns are those of `columns.Cohort`, which is faster for several expressions. Decimals
        come as the nearest floats. Raises TypeError and ValueError for columns that cannot hold the facts.
        """
        # Polars is loaded only where there are many people: importing it takes longer than most scores.
        from .columns import Cohort

        return Cohort(frame).values({self.text: self}).to_series()

    def to_fhirpath(self) -> str:
        """The expression for other systems, over the variables of `exporting.fhirpath_variables`.

        It means to any FHIRPath engine what it means here. Raises ProblemsFound (`too_long`).
        """
        # The questionnaire's schema, of which this needs a word, is itself made with expressions.
        from .exporting import to_fhirpath

        return to_fhirpath(self)


def parse(text: str, types: FactTypes) -> Expression:
    """The expression that the text states over facts of these types.

    Raises ProblemsFound with every `ExpressionProblem`; the place is “character N”, counted from 1.
    """
    _check_length(text)
    parser = Parser(text, types)
    part = parser.read()
    kind = part.type.kind
    if kind is None:
        sentence = f"{description(part)}, so the result would not be one value."
        raise refused(ExpressionProblem.TYPE_MISMATCH, 1, sentence)
    written = write(part.node)
    _check_length(written)
    if written.count("(") > text.count("("):
        Parser(written, types).read()  # so that the canonical text, too, is within the limits
    evaluate = compiled(part.node)
    truth = evaluate if kind is FactKind.BOOLEAN else _refusal(written, kind)
    literals = {fact: frozenset(values) for fact, values in sorted(parser.literals.items())}
    return Expression(
        written,
        kind,
        frozenset(parser.facts),
        MappingProxyType(literals),
        not parser.asks_for_absence,
        part.node,
        cast("Callable[[Facts], FactValue | None]", evaluate),
        cast("Callable[[Facts], bool | None]", truth),
    )


def parse_condition(text: str, types: FactTypes) -> Expression:
    """The same, for an expression that must be true, false or unknown."""
    expression = parse(text, types)
    if expression.kind is not FactKind.BOOLEAN:
        sentence = f"The result is of the type {expression.kind}; a condition must be true or false."
        hint = "Compare it with something, as in %x = 'a' or %n > 3."
        raise ProblemsFound([Problem(ExpressionProblem.NOT_BOOLEAN, place_of(1), sentence, hint)])
    return expression


def _refusal(text: str, kind: FactKind) -> Callable[[Facts], NoReturn]:
    def refuse(facts: Facts) -> NoReturn:
        raise TypeError(f"“{text}” gives {kind}, so it cannot hold")

    return refuse


def _check_length(text: str) -> None:
    length = len(text.encode("utf-8", "surrogatepass"))
    if length > LONGEST_EXPRESSION:
        sentence = f"The condition has {length} bytes; it may have up to {LONGEST_EXPRESSION}."
        raise refused(
            ExpressionProblem.TOO_LONG, LONGEST_EXPRESSION + 1, sentence, "Split it into several rules."
        )
