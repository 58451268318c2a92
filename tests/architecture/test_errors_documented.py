"""docs/errors.md lists each code that a refusal or a problem can carry, and no other."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CODE = re.compile(r"^\| `([a-z0-9_]+)` \|", re.MULTILINE)
REFUSALS = {"Refused", "_unprocessable"}


def _trees() -> Iterator[ast.Module]:
    for package in ("questionnaires", "decision_aid"):
        for file in sorted((ROOT / package).rglob("*.py")):
            yield ast.parse(file.read_text())


def refusal_codes(tree: ast.Module) -> set[str]:
    """The constant codes with which a module refuses, including those in a super().__init__ of a refusal."""
    codes = set()
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not node.args:
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        first = node.args[0]
        if name in REFUSALS and isinstance(first, ast.Constant):
            codes.add(str(first.value))
    return codes


def problem_codes(tree: ast.Module) -> set[str]:
    """The members of the enums of problem codes."""
    return {
        statement.value.value
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef) and node.name.endswith("Problem")
        for statement in node.body
        if isinstance(statement, ast.Assign)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    }


def documented() -> set[str]:
    return set(CODE.findall((ROOT / "docs" / "errors.md").read_text()))


# Raised by Django REST Framework, the base class of refusals and the middleware, not by a call in our code.
FROM_ELSEWHERE = {
    "stale_state",
    "second_factor_required",
    "problems_found",
    "not_found",
    "release_gate",
    "throttled",
    "unknown_parameter",
    "invalid",
    "not_authenticated",
    "authentication_failed",
    "permission_denied",
    "method_not_allowed",
    "not_acceptable",
    "parse_error",
    "unsupported_media_type",
}


def test_each_code_is_documented() -> None:
    codes = set().union(*(refusal_codes(tree) | problem_codes(tree) for tree in _trees()))
    assert codes | FROM_ELSEWHERE == documented()
