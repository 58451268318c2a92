import ast

from tests.mutation.changes import changes_of

MODULE = '''
"""What no one runs."""
from typing import cast

MOST: int = 3


def choose(a: "int", b: int = 0, *, strict: bool = True) -> "str":
    """Documentation."""
    if a < b and not strict:
        raise ValueError("no")
    for each in (a, b):
        if each == MOST:
            break
    match a:
        case 0:
            return f"{a} of {b}"
        case _:
            return cast("str", str(a - 1))
'''


def test_each_change_is_a_mistake_that_somebody_could_make() -> None:
    assert [str(change) for change in changes_of(ast.parse(MODULE))] == [
        "constant: 3  →  4",
        "value lost: 3  →  None",
        "constant: True  →  False",
        "constant: 0  →  1",
        "and, or: a < b and (not strict)  →  a < b or not strict",
        "negated: a < b and (not strict)  →  not (a < b and (not strict))",
        "comparison: a < b  →  a <= b",
        "sign or not: not strict  →  strict",
        "statement left out: raise ValueError('no')  →  pass",
        "text: 'no'  →  'XXnoXX'",
        "argument lost: 'no'  →  None",
        "comparison: each == MOST  →  each != MOST",
        "loop: break  →  continue",
        "case left out: case 0: return f'{a} of {b}'  →  nothing",
        "constant: 0  →  1",
        "value lost: f'{a} of {b}'  →  None",
        "case left out: case _: return cast('str', str(a - 1))  →  nothing",
        "value lost: cast('str', str(a - 1))  →  None",
        "argument lost: str(a - 1)  →  None",
        "operator: a - 1  →  a + 1",
        "argument lost: a - 1  →  None",
        "constant: 1  →  2",
    ]


def test_each_change_is_undone() -> None:
    tree = ast.parse(MODULE)
    before = ast.dump(tree)
    texts = set()
    for change in changes_of(tree):
        with change.made():
            texts.add(ast.unparse(tree))
        assert ast.dump(tree) == before
    assert len(texts) == len(changes_of(tree))
