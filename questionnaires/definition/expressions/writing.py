"""A condition's tree as its one canonical text, which reads back as the same tree."""

from datetime import date
from decimal import Decimal

from .lexing import ESCAPES, PLAIN_NAME, RESERVED_WORDS
from .nodes import Apply, Empty, Fact, Literal, Node
from .operations import CALLED, OPERATIONS, UNION, Form, Operation

_SPELLINGS = {character: f"\\{letter}" for letter, character in ESCAPES.items() if letter not in '"`/'}


def write(node: Node) -> str:
    """The tree as text: one space between operands, parentheses where needed and around a union."""
    return _written(node)[0]


def _written(node: Node) -> tuple[str, int]:
    """The text, and how tightly its outermost operation binds."""
    chain: list[Apply] = []
    while isinstance(node, Apply):
        chain.append(node)
        node = node.operands[0]
    text, precedence = _leaf(node), CALLED
    for apply in reversed(chain):
        operation = OPERATIONS[apply.operation]
        text = _applied(operation, text, precedence, [_written(operand) for operand in apply.operands[1:]])
        precedence = operation.precedence
    return text, precedence


def _applied(operation: Operation, first: str, precedence: int, rest: list[tuple[str, int]]) -> str:
    if operation.form is Form.CALL:
        return f"{operation.name}({', '.join([first, *(text for text, _ in rest)])})"
    if precedence < operation.precedence or operation.precedence < precedence == UNION:
        first = f"({first})"
    if operation.form is Form.SIGN:
        return f"{operation.name}{first}"
    if operation.form is Form.AFTER:
        return f"{first}.{operation.name}({', '.join(text for text, _ in rest)})"
    ((second, second_precedence),) = rest
    # A collection written out reads better in parentheses, although FHIRPath needs none.
    if second_precedence <= operation.precedence or second_precedence == UNION:
        second = f"({second})"
    return f"{first} {operation.name} {second}"


def _leaf(node: Literal | Fact | Empty) -> str:
    match node:
        case Fact(code):
            plain = PLAIN_NAME.fullmatch(code) and code not in RESERVED_WORDS
            return f"%{code}" if plain else f"%`{_escaped(code).replace('`', chr(92) + '`')}`"
        case Empty():
            return "{}"
        case Literal(bool() as value):
            return "true" if value else "false"
        case Literal(str() as value):
            return f"'{_escaped(value)}'"
        case Literal(Decimal() as value):
            return f"{value:f}"
        case Literal(date() as value):
            return f"@{value.isoformat()}"
        case _:
            return str(node.value)


def _escaped(text: str) -> str:
    return "".join(
        _SPELLINGS.get(character)
        or (f"\\u{ord(character):04X}" if ord(character) < 0x20 or ord(character) == 0x7F else character)
        for character in text
    )
