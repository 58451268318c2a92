"""Who may know whom."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import PurePath

import pytest

from tests.architecture.source import EDGES, PRODUCT, PURE, ROOT, called, imported, modules

FRAMEWORKS = {"django", "rest_framework", "celery", "kombu", "redis", "psycopg"}


def test_the_import_contracts_are_kept() -> None:
    lint = [str(PurePath(sys.executable).with_name("lint-imports")), "--no-logo", "--no-cache"]
    done = subprocess.run(lint, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("package", PURE)
def test_a_pure_package_loads_no_framework(package: str) -> None:
    names = [path.removesuffix(".py").replace("/", ".") for path, _ in modules(package.replace(".", "/"))]
    assert names
    loads = "\n".join(f"import {name.removesuffix('.__init__')}" for name in names)
    asks = "import sys; print(*sorted({name.partition('.')[0] for name in sys.modules}))"
    done = subprocess.run(
        [sys.executable, "-c", f"{loads}\n{asks}"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert FRAMEWORKS & set(done.stdout.split()) == set()


@pytest.mark.parametrize("package", PURE)
def test_a_pure_package_reads_no_clock_and_draws_no_lots(package: str) -> None:
    for path, tree in modules(package.replace(".", "/")):
        reads = {node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
        assert not reads & {"today", "now", "utcnow", "time_ns", "environ"}, path
        assert not set(imported(tree)) & {"random", "secrets", "uuid", "locale"}, path


def test_services_never_know_the_queue() -> None:
    for path, tree in modules("decision_aid/services", "questionnaires/services"):
        guests = [
            name for name in imported(tree) if name.split(".")[0] in {"celery", "kombu"} or "tasks" in name
        ]
        assert guests == [], path


def test_only_edges_ring_the_queue_and_only_after_commit() -> None:
    for path, tree in modules(*PRODUCT):
        rings = {
            node
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute) and node.attr in {"delay", "apply_async", "send_task"}
        }
        assert rings <= set(run_on_commit(tree)), f"{path} rings before the commit"
        if rings or "delay_on_commit" in {name for name, _ in called(tree)}:
            assert set(PurePath(path).parts) & EDGES, f"{path} is no edge"


def run_on_commit(tree: ast.Module) -> Iterator[ast.AST]:
    for name, call in called(tree):
        if name == "on_commit":
            named = {word.id for word in ast.walk(call) if isinstance(word, ast.Name)}
            yield from ast.walk(call)
            for node in ast.walk(tree):
                if isinstance(node, ast.FunctionDef) and node.name in named:
                    yield from ast.walk(node)


def test_no_message_has_a_time_of_its_own() -> None:
    for path, tree in modules(*PRODUCT):
        for name, call in called(tree):
            if name in {"delay_on_commit", "shared_task", "task", "retry"}:
                assert not {word.arg for word in call.keywords} & {"eta", "countdown", "expires"}, path


def test_nothing_runs_in_an_eager_stand_in() -> None:
    for path, tree in modules(*PRODUCT, "tests"):
        if path.startswith(("tests/config/", "tests/architecture/")):
            continue
        words = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)}
        names = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}
        assert not {"CELERY_TASK_ALWAYS_EAGER", "memory://"} & (words | names), path


def test_the_packages_themselves_load_nothing() -> None:
    for package in ("decision_aid", "questionnaires"):
        assert (ROOT / package / "__init__.py").read_text() == ""
