"""A condition's tree as one Python function of the facts."""

import operator
from collections.abc import Callable, Mapping

from questionnaires.definition.facts import Facts

from .meanings import Evaluate, Step, Value
from .nodes import Apply, Empty, Fact, Literal, Node
from .operations import OPERATIONS

_COMPARISONS: Mapping[str, Callable[..., bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def compiled(node: Node) -> Evaluate:
    """The function that gives the tree's value.

    A long chain such as `a + b + c …` becomes one loop: the calls go only as deep as the text is nested.
    """
    steps: list[Step] = []
    while isinstance(node, Apply):
        shortcut = _comparison_with_literal(node)
        if shortcut:
            return _in_turn(shortcut, steps[::-1])
        operation = OPERATIONS[node.operation]
        steps.append(operation.meaning(node.types, [compiled(operand) for operand in node.operands[1:]]))
        node = node.operands[0]
    return _in_turn(_leaf(node), steps[::-1])


def _leaf(node: Literal | Fact | Empty) -> Evaluate:
    match node:
        case Fact(code):
            return lambda facts: facts.get(code)
        case Empty():
            return lambda facts: None
        case _:
            value = node.value
            return lambda facts: value


def _in_turn(first: Evaluate, steps: list[Step]) -> Evaluate:
    if not steps:
        return first
    if len(steps) == 1:
        (step,) = steps
        return lambda facts: step(first(facts), facts)

    def evaluate(facts: Facts) -> Value:
        value = first(facts)
        for step in steps:
            value = step(value, facts)
        return value

    return evaluate


def _comparison_with_literal(node: Apply) -> Evaluate | None:
    """The same as the table's meaning with fewer calls, for what most conditions are made of."""
    compare = _COMPARISONS.get(node.operation)
    match node.operands:
        case (Fact(code), Literal(literal)) if compare:

            def evaluate(facts: Facts) -> Value:
                value = facts.get(code)
                return None if value is None else compare(value, literal)

            return evaluate
        case _:
            return None
