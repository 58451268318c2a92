"""The product's source as trees, for the tests of the architecture."""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PRODUCT = ("config", "decision_aid", "questionnaires")
PURE = (
    "questionnaires.definition",
    "decision_aid.scoring",
    "decision_aid.packs",
    "decision_aid.summaries",
)
EDGES = {"api", "admin", "admin.py", "pages", "studio", "tasks.py", "management"}


def modules(*places: str) -> Iterator[tuple[str, ast.Module]]:
    """Yield the path within the repository and the tree of every module, without migrations."""
    for place in places:
        for path in sorted((ROOT / place).rglob("*.py")):
            if "migrations" not in path.parts:
                yield str(path.relative_to(ROOT)), ast.parse(path.read_text())


def imported(tree: ast.Module) -> Iterator[str]:
    """Yield the dotted name of everything that a module imports, wherever it does."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{name.name}" for name in node.names)


def called(tree: ast.Module) -> Iterator[tuple[str, ast.Call]]:
    """Yield the last name of everything that a module calls, with the call."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Attribute):
                yield node.func.attr, node
            elif isinstance(node.func, ast.Name):
                yield node.func.id, node
