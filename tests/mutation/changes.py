"""Small mistakes that somebody could make in a module, each as one change of its syntax tree."""

import ast
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeAlias

Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef

_COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
_OPERATORS: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Div,
    ast.Mod: ast.Div,
    ast.Pow: ast.Mult,
    ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd,
    ast.BitXor: ast.BitAnd,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
}
_SELF_NEGATING = (ast.Eq, ast.NotEq, ast.Is, ast.IsNot, ast.In, ast.NotIn)
_ONLY_FOR_READERS = {"annotation", "returns", "decorator_list", "type_comment"}


@dataclass(frozen=True, eq=False)
class Change:
    """One change: in `slot` of `node` (at `index` where that is a list) stands `new` instead of `old`.

    `old` or `new` is None where there is nothing. `function` is the outermost function whose body holds the
    change, None for what is done when the module is imported. The lines are those of the statement's part.
    """

    operator: str
    node: ast.AST
    slot: str
    index: int | None
    old: ast.AST | None
    new: ast.AST | None
    first_line: int
    last_line: int
    function: Function | None

    @contextmanager
    def made(self) -> Iterator[None]:
        """Within it, the tree is changed."""
        before = getattr(self.node, self.slot)
        if self.index is None:
            after: object = self.new
        else:
            instead = [] if self.new is None else [self.new]
            after = [*before[: self.index], *instead, *before[self.index + 1 :]]
        setattr(self.node, self.slot, after)
        try:
            yield
        finally:
            setattr(self.node, self.slot, before)

    def __str__(self) -> str:
        words = [" ".join(ast.unparse(part).split()) if part else "nothing" for part in (self.old, self.new)]
        return f"{self.operator}: {_cut(words[0])}  →  {_cut(words[1])}"


def changes_of(tree: ast.Module) -> list[Change]:
    """Every change of the module, in the order of its text."""
    return list(_Search().of_children(tree))


def _cut(words: str) -> str:
    return words if len(words) <= 90 else f"{words[:89]}…"


class _Search:
    """Walks a tree and remembers in which function and on which lines it is."""

    def __init__(self) -> None:
        self.function: Function | None = None
        self.lines = (0, 0)

    def of_children(self, node: ast.AST) -> Iterator[Change]:
        for slot, value in ast.iter_fields(node):
            if slot in _ONLY_FOR_READERS:
                continue
            for index, child in enumerate(value) if isinstance(value, list) else [(None, value)]:
                if isinstance(child, ast.AST):
                    yield from self.of(child, node, slot, index)

    def of(self, node: ast.AST, owner: ast.AST, slot: str, index: int | None) -> Iterator[Change]:
        if _is_only_for_readers(node) or _is_type_of_cast(owner, slot, index):
            return
        outer_function, outer_lines = self.function, self.lines
        if isinstance(node, ast.expr | ast.stmt):
            self.lines = _lines(node, within=outer_lines if isinstance(node, ast.expr) else None)
        for operator, new in _instead(node, owner, slot):
            if new is not None:
                ast.fix_missing_locations(ast.copy_location(new, node))
            yield Change(operator, owner, slot, index, node, new, *self.lines, self.function)
        if isinstance(node, Function) and self.function is None:
            yield from self.of_children(node.args)
            self.function = node
            for position, statement in enumerate(node.body):
                yield from self.of(statement, node, "body", position)
        else:
            yield from self.of_children(node)
        self.function, self.lines = outer_function, outer_lines


def _lines(node: ast.expr | ast.stmt, within: tuple[int, int] | None) -> tuple[int, int]:
    """The lines on which the node is done: of a compound statement those of its head."""
    last = node.end_lineno or node.lineno
    if within is not None:
        return min(node.lineno, within[0]) if within[0] else node.lineno, max(last, within[1])
    body = getattr(node, "body", None)
    if isinstance(body, list):
        return node.lineno, max(node.lineno, body[0].lineno - 1)
    if isinstance(node, ast.Match):
        return node.lineno, node.subject.end_lineno or node.lineno
    return node.lineno, last


def _is_only_for_readers(node: ast.AST) -> bool:
    """Imports, names of types, documentation: what no test of behaviour can tell apart."""
    match node:
        case ast.Import() | ast.ImportFrom() | ast.Expr(value=ast.Constant()):
            return True
        case ast.AnnAssign(annotation=ast.Name(id="TypeAlias")):
            return True
        case ast.Assign(targets=[ast.Name(id="__all__" | "__slots__")]):
            return True
        case ast.Assign(value=ast.Call(func=ast.Name(id="TypeVar"))):
            return True
        case ast.If(test=ast.Name(id="TYPE_CHECKING")):
            return True
        case _:
            return False


def _is_type_of_cast(owner: ast.AST, slot: str, index: int | None) -> bool:
    match owner:
        case ast.Call(func=ast.Name(id="cast")):
            return slot == "args" and index == 0
        case _:
            return False


def _instead(node: ast.AST, owner: ast.AST, slot: str) -> Iterator[tuple[str, ast.AST | None]]:
    """What could stand in the node's place by mistake, each with the name of the mistake."""
    if isinstance(node, ast.expr):
        yield from _expression_instead(node, owner, slot)
        if slot in {"test", "ifs", "guard"} and _needs_negation(node):
            yield "negated", ast.UnaryOp(ast.Not(), node)
        if _is_argument(owner, slot, node):
            yield "argument lost", ast.Constant(None)
        if _is_value(owner, slot) and not _is_none(node):
            yield "value lost", ast.Constant(None)
    elif isinstance(node, ast.keyword) and node.arg:
        yield "argument left out", None
    elif isinstance(node, ast.match_case) and isinstance(owner, ast.Match) and len(owner.cases) > 1:
        yield "case left out", None
    elif isinstance(node, ast.stmt):
        yield from _statement_instead(node)


def _expression_instead(node: ast.expr, owner: ast.AST, slot: str) -> Iterator[tuple[str, ast.AST | None]]:
    match node:
        case ast.Compare(left=left, ops=ops, comparators=comparators):
            for position, op in enumerate(ops):
                others = [*ops[:position], _COMPARISONS[type(op)](), *ops[position + 1 :]]
                yield "comparison", ast.Compare(left, others, comparators)
        case ast.BoolOp(op=op, values=values):
            yield "and, or", ast.BoolOp(ast.Or() if isinstance(op, ast.And) else ast.And(), values)
        case ast.UnaryOp(operand=operand):
            yield "sign or not", operand
        case ast.BinOp(left=left, op=op, right=right):
            yield "operator", ast.BinOp(left, _OPERATORS[type(op)](), right)
        case ast.Lambda(args=args, body=body) if not _is_none(body):
            yield "lambda", ast.Lambda(args, ast.Constant(None))
        case ast.Constant(value=bool() as truth):
            yield "constant", ast.Constant(not truth)
        case ast.Constant(value=int() as number):
            yield "constant", ast.Constant(number + 1)
        case ast.Constant(value=str() as text) if not isinstance(owner, ast.JoinedStr) and slot != "type":
            yield "text", ast.Constant(f"XX{text}XX")
        case _:
            pass


def _statement_instead(node: ast.stmt) -> Iterator[tuple[str, ast.AST | None]]:
    match node:
        case ast.AugAssign(target=target, op=op, value=value):
            yield "operator", ast.AugAssign(target, _OPERATORS[type(op)](), value)
        case ast.Expr() | ast.Raise():
            yield "statement left out", ast.Pass()
        case ast.Break():
            yield "loop", ast.Continue()
        case ast.Continue():
            yield "loop", ast.Break()
        case _:
            pass


def _needs_negation(node: ast.expr) -> bool:
    """Whether no other change turns the condition round."""
    match node:
        case ast.UnaryOp(op=ast.Not()):
            return False
        case ast.Compare(ops=[op]):
            return not isinstance(op, _SELF_NEGATING)
        case _:
            return True


def _is_argument(owner: ast.AST, slot: str, node: ast.expr) -> bool:
    return (
        isinstance(owner, ast.Call)
        and slot == "args"
        and not isinstance(node, ast.Starred)
        and not _is_none(node)
    )


def _is_value(owner: ast.AST, slot: str) -> bool:
    return slot == "value" and isinstance(owner, ast.Return | ast.Assign | ast.AnnAssign)


def _is_none(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value is None
