"""The rules of the house that no linter knows."""

import ast
import re

from tests.architecture.source import PRODUCT, ROOT, called, imported, modules

DRAWERS = {"utils", "util", "helpers", "helper", "common", "misc"}
VAGUE = re.compile(r"^_?(handle|process)_")


def test_every_module_says_in_one_sentence_what_it_holds() -> None:
    # A module of tests need not: its tests are the sentences.
    sentences = {
        path: len(re.findall(r"[.!?](?=\s+[A-Z]|$)", ast.get_docstring(tree) or ""))
        for path, tree in modules(*PRODUCT, "tests")
        if tree.body
    }
    wanted = {path: {1} if not path.startswith("tests/") else {0, 1} for path in sentences}
    assert {path: number for path, number in sentences.items() if number not in wanted[path]} == {}


def test_no_module_is_a_drawer() -> None:
    for path, _ in modules(*PRODUCT, "tests"):
        assert not DRAWERS & set(re.split(r"[/._]", path)), path


def test_functions_are_named_for_what_they_do() -> None:
    for path, tree in modules(*PRODUCT):
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                assert not VAGUE.match(node.name), f"{path}: {node.name}"


def test_tests_are_sentences_without_docstrings() -> None:
    for path, tree in modules("tests"):
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
                assert ast.get_docstring(node) is None, f"{path}: {node.name}"


def test_no_test_sleeps() -> None:
    for path, tree in modules("tests"):
        assert "sleep" not in {name for name, _ in called(tree)}, path


def test_no_secret_is_a_uuid() -> None:
    for path, tree in modules(*PRODUCT):
        identities = {
            part
            for node in ast.walk(tree)
            if isinstance(node, ast.Assign | ast.AnnAssign)
            and [target.id for target in ast.walk(node) if isinstance(target, ast.Name)][:1] == ["id"]
            for part in ast.walk(node)
        }
        for node in ast.walk(tree):
            named = (
                node.attr
                if isinstance(node, ast.Attribute)
                else node.id
                if isinstance(node, ast.Name)
                else ""
            )
            if named in {"uuid1", "uuid4"}:
                assert node in identities, (
                    f"{path}: a UUID names a row; what opens a door comes from `secrets`"
                )


def test_serializers_list_their_fields() -> None:
    for path, tree in modules(*PRODUCT):
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef) and node.name == "Meta":
                names = {
                    target.id: statement.value
                    for statement in node.body
                    if isinstance(statement, ast.Assign)
                    for target in statement.targets
                    if isinstance(target, ast.Name)
                }
                assert "exclude" not in names, path
                fields = names.get("fields")
                assert not (isinstance(fields, ast.Constant) and fields.value == "__all__"), path


def test_no_query_takes_its_keys_from_a_request() -> None:
    verbs = {"filter", "exclude", "get", "annotate", "order_by", "values", "create", "update"}
    for path, tree in modules(*PRODUCT):
        for name, call in called(tree):
            if name in verbs:
                spread = [word.value for word in call.keywords if word.arg is None]
                assert not any("request" in ast.unparse(value) for value in spread), path


def test_the_product_does_not_read_beside_itself() -> None:
    for path, tree in modules(*PRODUCT):
        words = [
            node.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        ]
        assert not any("../shared" in word or "/shared/" in word for word in words), path
        assert not any(name.split(".")[0] in {"tests", "pytest"} for name in imported(tree)), path


def test_no_file_is_empty_but_for_packages() -> None:
    for package in PRODUCT:
        for path in (ROOT / package).rglob("*.py"):
            assert path.name == "__init__.py" or path.read_text().strip(), path
