"""A condition as FHIRPath with the same meaning for any engine, over a QuestionnaireResponse's answers."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import reduce

from questionnaires.definition.facts import CODED, FactKind
from questionnaires.definition.schema import NONE_OF_THESE, Definition, Question

from .expression import Expression
from .lexing import refused
from .limits import ExpressionProblem
from .nodes import Apply, Empty, Fact, Literal, Node, ValueType
from .writing import write

VARIABLE = "http://hl7.org/fhir/uv/sdc/StructureDefinition/variable"
LANGUAGE = "text/fhirpath"
MOST_EXPORTED_NODES = 20_000

NONE_CHOSEN = Literal(NONE_OF_THESE, FactKind.TEXT)


def to_fhirpath(expression: Expression) -> str:
    """The expression as FHIRPath over the variables of `fhirpath_variables`.

    What the specification takes for an empty collection and this language for an unknown answer is asked
    about first: `iif(%areas.exists(), %areas contains 'neck')`. Raises ProblemsFound (`too_long`) where
    choices within choices would make that too long to be read.
    """
    part = _exported(expression.root)
    return write(_without_none(part, many=expression.kind is FactKind.CODES).node)


def fhirpath_variables(definition: Definition) -> list[dict[str, object]]:
    """The SDC `variable` extensions that make each question's answer a variable with the question's code.

    An item's linkId is the question's code. Codes come from value.code, everything else is the value; “none
    of these” stays among the codes, where it says that the question has been answered.
    """
    return [
        {
            "url": VARIABLE,
            "valueExpression": {
                "name": question.code,
                "language": LANGUAGE,
                "expression": _answers(question),
            },
        }
        for question in definition.questions
    ]


def _answers(question: Question) -> str:
    value = "value.code" if question.kind in CODED else "value"
    return f"%resource.repeat(item).where(linkId = '{question.code}').answer.{value}"


@dataclass(frozen=True, slots=True)
class _Exported:
    """A part as exported; `known`: the condition that its value is known, None where it always is."""

    node: Node
    known: "_Exported | None"
    size: int


ZERO = _Exported(Literal(0, FactKind.INTEGER), None, 1)
ALWAYS, NEVER = (_Exported(Literal(value, FactKind.BOOLEAN), None, 1) for value in (True, False))


def _exported(node: Node) -> _Exported:
    chain: list[Apply] = []
    # A long chain such as `a + b + c …` is a loop, so that calls go only as deep as the text is nested.
    while isinstance(node, Apply):
        chain.append(node)
        node = node.operands[0]
    part = _Exported(node, _Exported(_call("exists", node), None, 2) if isinstance(node, Fact) else None, 1)
    for apply in reversed(chain):
        operands = [part, *(_exported(operand) for operand in apply.operands[1:])]
        part = _applied(apply, operands)
    return part


def _applied(node: Apply, operands: list[_Exported]) -> _Exported:
    match node.operation:
        case "exists" | "empty":
            return _asked(node, operands[0])
        case "iif":
            return _choice(node, operands)
        case "in" | "contains":
            position = 1 if node.operation == "in" else 0
            known = _known([operands[position]], [node.types[position]])
            return _guarded(_made(node.operation, *operands), known)
        case "count" | "sum" | "min" | "max" | "avg":
            if node.types[0].is_nothing and node.operation == "sum":
                return _Exported(Empty(), None, 1)  # nothing adds up to nothing here, and to 0 elsewhere
            known = _known(operands, node.types)
            return _guarded(_made(node.operation, *_all_without_none(node, operands)), known)
        case "|" | "combine":
            known = _known(operands, node.types)
            return replace(_made(node.operation, *_all_without_none(node, operands)), known=known)
        case "~":
            return replace(_made(node.operation, *_all_without_none(node, operands)), known=None)
        case _:
            return _as_read_elsewhere(node, operands)


def _as_read_elsewhere(node: Apply, operands: list[_Exported]) -> _Exported:
    """The operation as it is, but for what some engines cannot read."""
    match node.operation:
        case "+ sign":
            return operands[0]
        case "- sign" if not isinstance(operands[0].node, Literal):
            # They refuse a sign before an empty collection, which the specification lets stay empty.
            return _made("-", ZERO, operands[0])
        case "round" if len(operands) == 1:
            return _made("round", operands[0], ZERO)
        case _:
            return _made(node.operation, *operands)


def _made(operation: str, *operands: _Exported) -> _Exported:
    """The operation as FHIRPath has it; one value, known where there is one."""
    node = _call(operation, *(part.node for part in operands))
    size = 1 + sum(part.size for part in operands)
    if size > MOST_EXPORTED_NODES:
        sentence = f"Written for other systems, the condition has more than {MOST_EXPORTED_NODES} parts."
        raise refused(ExpressionProblem.TOO_LONG, 1, sentence, "Use fewer iif() within iif().")
    return _Exported(node, _Exported(_call("exists", node), None, size + 1), size)


def _asked(node: Apply, operand: _Exported) -> _Exported:
    (value_type,) = node.types
    asked = _made("exists", operand)
    if value_type.many:
        asked = operand.known or ALWAYS
    if node.operation == "empty":
        asked = _made("empty", operand) if not value_type.many else _made("not", asked)
    return replace(asked, known=None)


def _choice(node: Apply, operands: list[_Exported]) -> _Exported:
    """Where it is unknown whether the condition holds: what both results agree on; elsewhere the second."""
    criterion, *branches = _all_without_none(node, operands)
    known = [
        NEVER if value_type.is_nothing else part.known or ALWAYS
        for part, value_type in zip(branches, node.types[1:], strict=True)
    ]
    many = any(value_type.many for value_type in node.types[1:])
    made, settled = _made("iif", criterion, *branches), _made("iif", criterion, *known)
    if len(branches) == 1:
        settled = _made("iif", criterion, *known, NEVER)
    elif criterion.known is not None:
        same = _made("~" if many else "=", *branches)
        made = _made("iif", criterion.known, made, _made("iif", same, branches[0]))
        settled = _made("iif", criterion.known, settled, _made("and", same, _made("and", *known)))
    return replace(made, known=settled) if many else made


def _guarded(part: _Exported, known: _Exported | None) -> _Exported:
    """The part where the condition holds, else nothing."""
    return part if known is None else _made("iif", known, part)


def _known(operands: Sequence[_Exported], types: Sequence[ValueType]) -> _Exported | None:
    """The condition that every part's value is known; None where it always is. `{}` adds nothing."""
    asked = [
        part.known
        for part, value_type in zip(operands, types, strict=True)
        if part.known is not None and not value_type.is_nothing
    ]
    return reduce(lambda one, other: _made("and", one, other), asked) if asked else None


def _all_without_none(node: Apply, operands: Sequence[_Exported]) -> list[_Exported]:
    return [_without_none(part, many=one.many) for part, one in zip(operands, node.types, strict=True)]


def _without_none(part: _Exported, *, many: bool) -> _Exported:
    """An answer of several codes without the code that says that none of them was chosen."""
    if not (many and isinstance(part.node, Fact)):
        return part
    chosen = _call("iif", _call("contains", part.node, NONE_CHOSEN), Empty(), part.node)
    return replace(part, node=chosen, size=4)


def _call(operation: str, *operands: Node) -> Apply:
    return Apply(operation, operands, ())
