"""Tries changes of the two pure packages: each in a forked process, against the tests that run its lines."""

import ast
import gc
import importlib.machinery
import json
import os
import resource
import signal
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from types import CodeType, FunctionType, ModuleType

import coverage
import pytest
from _pytest.runner import runtestprotocol
from hypothesis import Phase, settings

from tests.mutation.changes import Change, changes_of

ROOT = Path(__file__).resolve().parents[2]
OUT = ROOT / "out" / "mutation"
PACKAGES = ("questionnaires/definition", "decision_aid/scoring")
TESTS = ("tests/questionnaires/definition", "tests/decision_aid/scoring")
PYTEST_OPTIONS = (
    *("-q", "-s", "-p", "no:cacheprovider", "-p", "no:logging", "--hypothesis-profile=mutants"),
    *("-W", "ignore::pytest.PytestAssertRewriteWarning"),  # what is loaded before pytest begins
)
FIRST_TRY, SECOND_TRY = 1.0, 4.0  # seconds of tests, by how long they took unchanged
MOST_FILES = 3  # of tests, in a second try: those that run the change most
CPU_LIMIT, WALL_LIMIT = 20, 90  # seconds over what the tests should take
MEMORY_LIMIT = 6 * 2**30

Key = tuple[str, int]  # of a code object in a module: its qualified name and first line


@dataclass(frozen=True)
class Mutant:
    """One change of one module; `id` stays the same for as long as the module does."""

    id: str
    module: "Module"
    change: Change

    @property
    def path(self) -> str:
        return self.module.path

    @property
    def line(self) -> int:
        return self.change.first_line

    def code(self) -> CodeType:
        """The module's code with the change in it. Raises SyntaxError where that is no Python."""
        with self.change.made():
            code = compile(self.module.tree, self.module.file, "exec", dont_inherit=True)
        assert isinstance(code, CodeType)
        return code


class Module:
    """A module's source as a tree, and the changes of it."""

    def __init__(self, path: Path) -> None:
        self.path = str(path.relative_to(ROOT))
        self.file = str(path)
        source = path.read_bytes()
        self.tree = ast.parse(source)
        digest = sha256(source).hexdigest()[:12]
        self.mutants = [
            Mutant(f"{self.path}:{digest}:{position}", self, change)
            for position, change in enumerate(changes_of(self.tree))
        ]


def modules() -> dict[str, Module]:
    """The modules of both packages, by path."""
    found = [Module(path) for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
    return {module.path: module for module in found}


# ── What became of each ─────────────────────────────────────────────────────────────────────────────────


class Results:
    """What became of each mutant, in a file that a later run goes on with."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.by_id: dict[str, dict[str, object]] = {}
        if path.exists():
            for line in path.read_text().splitlines():
                entry = json.loads(line)
                self.by_id[entry["id"]] = entry

    def keep(self, mutant: Mutant, outcome: str, by: str, seconds: float) -> None:
        entry: dict[str, object] = {
            "id": mutant.id,
            "path": mutant.path,
            "line": mutant.line,
            "change": str(mutant.change),
            "outcome": outcome,
            "by": by,
            "seconds": round(seconds, 2),
        }
        self.by_id[mutant.id] = entry
        with self.path.open("a") as file:
            file.write(json.dumps(entry, ensure_ascii=False) + "\n")

    def outcome(self, mutant: Mutant) -> str:
        return str(self.by_id.get(mutant.id, {}).get("outcome", ""))


# ── In a forked process ─────────────────────────────────────────────────────────────────────────────────


def in_a_fork(act: Callable[[], str], cpu_limit: float, wall_limit: float) -> tuple[str, str]:
    """What `act` gives in a forked process, as ("survived", "") or ("killed", by what)."""
    read_end, write_end = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(read_end)
        _be_quiet_and_bounded(cpu_limit)
        try:
            said = act()
        except BaseException as error:
            said = f"{type(error).__name__} outside of a test"
        os.write(write_end, said.encode()[:4000])
        os._exit(0)
    os.close(write_end)
    ended, status = _wait(child, wall_limit)
    with os.fdopen(read_end, "rb") as pipe:
        said = pipe.read().decode() if ended else ""
    if not ended or (os.WIFSIGNALED(status) and os.WTERMSIG(status) in (signal.SIGXCPU, signal.SIGKILL)):
        return "killed", "no end in time"
    if os.WIFSIGNALED(status):
        return "killed", f"signal {os.WTERMSIG(status)}"
    return ("killed", said) if said else ("survived", "")


def _be_quiet_and_bounded(cpu_limit: float) -> None:
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    seconds = int(cpu_limit) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 5))
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY_LIMIT, MEMORY_LIMIT))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _wait(child: int, wall_limit: float) -> tuple[bool, int]:
    """Whether the child ended by itself in time, and its status; else it is ended."""
    signal.signal(signal.SIGALRM, lambda *_: None)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    deadline = time.monotonic() + wall_limit
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
    try:
        while time.monotonic() < deadline:
            ended, status = os.waitpid(child, os.WNOHANG)
            if ended:
                return True, status
            signal.sigtimedwait({signal.SIGCHLD}, max(0.0, deadline - time.monotonic()))
    finally:
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return False, 0


def first_failure(items: Sequence[pytest.Item]) -> str:
    """The first of the tests that fails; "" where all pass."""
    for item, following in zip(items, [*items[1:], None], strict=True):
        for report in runtestprotocol(item, log=False, nextitem=following):
            if report.failed:
                return item.nodeid
    return ""


# ── The first try: functions changed where they are ─────────────────────────────────────────────────────


class FirstTry:
    """A pytest plugin that runs no tests itself, but tries mutants once the tests have been collected."""

    def __init__(self, wanted: Sequence[Mutant], results: Results) -> None:
        self.wanted = wanted
        self.results = results
        self.killers: dict[str, Counter[str]] = defaultdict(Counter)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        # What is noticed may not hang on chance: tests of generated inputs are left out.
        tests = [item for item in session.items if item.get_closest_marker("hypothesis") is None]
        baseline = Baseline(tests)
        live = _live_functions({mutant.module.file for mutant in self.wanted})
        items = {item.nodeid: item for item in tests}
        gc.freeze()
        for number, mutant in enumerate(self.wanted, 1):
            began = time.monotonic()
            outcome, by = self._try(mutant, baseline, live, items)
            seconds = time.monotonic() - began
            self.results.keep(mutant, outcome, by, seconds)
            say(f"{number}/{len(self.wanted)} {outcome:9} {seconds:5.2f} s  {mutant.path}:{mutant.line}")
        return True

    def _try(
        self,
        mutant: Mutant,
        baseline: "Baseline",
        live: Mapping[tuple[str, Key], Sequence[FunctionType]],
        items: Mapping[str, pytest.Item],
    ) -> tuple[str, str]:
        file = mutant.module.file
        try:
            code = mutant.code()
        except SyntaxError:
            return "no mutant", "no Python"
        statements = _assignments(mutant)
        swaps = [] if statements else _swaps(code, mutant.change, file, live)
        if swaps is None:
            return "anew", ""
        # What is done while importing may be seen by any test that uses the module, or what imports it.
        tests = baseline.tests_on(file, mutant.change) if swaps else baseline.tests_in(file)
        tests = tests or set(baseline.seconds)
        killers = self.killers[f"{mutant.path}:{mutant.change.function and mutant.change.function.name}"]
        order = sorted(tests, key=lambda test: (-killers[test], baseline.seconds[test]))
        first = _within(order, baseline.seconds, FIRST_TRY)
        for chosen in (first, _within(order[len(first) :], baseline.seconds, SECOND_TRY)):

            def act(chosen: Sequence[str] = chosen) -> str:
                for function, changed in swaps:
                    function.__code__ = changed
                _assign_anew(mutant, statements)
                return first_failure([items[test] for test in chosen])

            usual = sum(baseline.seconds[test] for test in chosen)
            outcome, by = in_a_fork(act, CPU_LIMIT + 2 * usual, WALL_LIMIT + 4 * usual)
            if by in items:
                killers[by] += 1
            if outcome == "killed":
                return outcome, by
        return "survived", ""


def _assignments(mutant: Mutant) -> list[ast.stmt]:
    """Of a change in a module's own assignment: that statement and the assignments after it; else none."""
    body = [each for each in mutant.module.tree.body if isinstance(each, ast.Assign | ast.AnnAssign)]
    if mutant.change.function is None:
        for position, statement in enumerate(body):
            if statement.lineno <= mutant.line <= (statement.end_lineno or statement.lineno):
                return list[ast.stmt](body[position:])
    return []


def _assign_anew(mutant: Mutant, statements: list[ast.stmt]) -> None:
    """Do the assignments in their module again, changed, for every module that has taken their names."""
    if not statements:
        return
    theirs = next(vars(each) for each in list(sys.modules.values()) if _comes_from(each, mutant.module.file))
    before = dict(theirs)
    with mutant.change.made():
        code = compile(ast.Module(statements, []), mutant.module.file, "exec", dont_inherit=True)
    exec(code, theirs)  # noqa: S102 the module's own source
    renewed = [(name, old) for name, old in before.items() if theirs.get(name) is not old]
    for other in list(sys.modules.values()):
        for name, old in renewed:
            if name in vars(other) and vars(other)[name] is old:
                setattr(other, name, theirs[name])


def _comes_from(module: ModuleType, file: str) -> bool:
    return getattr(module, "__file__", None) == file


class Baseline:
    """Which tests pass unchanged, how long each takes, and which lines of the packages each runs."""

    def __init__(self, items: Sequence[pytest.Item]) -> None:
        name = _digest_of_everything()
        data, times = OUT / f"{name}.coverage", OUT / f"{name}.json"
        if not times.exists():
            in_a_fork(lambda: _measure(items, data, times), 3600, 3600)
        self.seconds: dict[str, float] = json.loads(times.read_text())
        lines = coverage.CoverageData(str(data))
        lines.read()
        self._tests: dict[str, dict[int, set[str]]] = {}
        for file in lines.measured_files():
            self._tests[file] = {
                line: {test for test in tests if test in self.seconds}
                for line, tests in lines.contexts_by_lineno(file).items()
            }

    def tests_on(self, file: str, change: Change) -> set[str]:
        """The tests that run any line of the change's statement."""
        by_line = self._tests.get(file, {})
        return set().union(
            *(by_line.get(line, set()) for line in range(change.first_line, change.last_line + 1))
        )

    def tests_in(self, file: str) -> set[str]:
        """The tests that run any line of the module."""
        return set().union(*self._tests.get(file, {}).values())


def _measure(items: Sequence[pytest.Item], data: Path, times: Path) -> str:
    tracer = coverage.Coverage(
        data_file=str(data), source=[str(ROOT / package) for package in PACKAGES], config_file=False
    )
    tracer.start()
    seconds: dict[str, float] = {}
    for item, following in zip(items, [*items[1:], None], strict=True):
        tracer.switch_context(item.nodeid)
        began = time.process_time()
        reports = runtestprotocol(item, log=False, nextitem=following)
        if all(report.passed for report in reports):
            seconds[item.nodeid] = round(time.process_time() - began, 4)
    tracer.stop()
    tracer.save()
    times.write_text(json.dumps(seconds))
    return ""


def _digest_of_everything() -> str:
    digest = sha256()
    for folder in (*PACKAGES, *TESTS):
        for path in sorted((ROOT / folder).rglob("*.py")):
            digest.update(str(path).encode())
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _within(tests: Iterable[str], seconds: Mapping[str, float], limit: float) -> list[str]:
    """As many of the tests, in their order, as take no longer than this; at least one."""
    chosen: list[str] = []
    total = 0.0
    for test in tests:
        total += seconds[test]
        if chosen and total > limit:
            break
        chosen.append(test)
    return chosen


def _live_functions(files: set[str]) -> dict[tuple[str, Key], list[FunctionType]]:
    found: dict[tuple[str, Key], list[FunctionType]] = defaultdict(list)
    for thing in gc.get_objects():
        if isinstance(thing, FunctionType) and thing.__code__.co_filename in files:
            found[thing.__code__.co_filename, _key(thing.__code__)].append(thing)
    return found


def _swaps(
    code: CodeType,
    change: Change,
    file: str,
    live: Mapping[tuple[str, Key], Sequence[FunctionType]],
) -> list[tuple[FunctionType, CodeType]] | None:
    """The live functions with their changed code; None where the change is not in functions alone."""
    if change.function is None:
        return None
    last_line = change.function.end_lineno or change.function.lineno
    first_line = min([change.function.lineno, *(each.lineno for each in change.function.decorator_list)])
    codes = [each for each in _codes(code) if first_line <= each.co_firstlineno <= last_line]
    keys = Counter(_key(each) for each in codes)
    swaps: list[tuple[FunctionType, CodeType]] = []
    for each in codes:
        for function in live.get((file, _key(each)), ()):
            if keys[_key(each)] > 1 or len(function.__code__.co_freevars) != len(each.co_freevars):
                return None
            swaps.append((function, each))
    return swaps or None


def _codes(code: CodeType) -> Iterator[CodeType]:
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield constant
            yield from _codes(constant)


def _key(code: CodeType) -> Key:
    return code.co_qualname, code.co_firstlineno


# ── The second try: the module imported anew ────────────────────────────────────────────────────────────


class SecondTry:
    """Tries mutants in processes that import the changed module: those in a class's body, or in a default."""

    def __init__(self, wanted: Sequence[Mutant], results: Results) -> None:
        self.wanted = wanted
        self.results = results

    def run(self, baseline: Baseline) -> None:
        killers: dict[str, Counter[str]] = defaultdict(Counter)
        for number, mutant in enumerate(self.wanted, 1):
            began = time.monotonic()
            file, code = mutant.module.file, mutant.code()
            # What is done while importing may be seen by any test that uses the module.
            tests = baseline.tests_on(file, mutant.change) or baseline.tests_in(file)
            counts = killers[mutant.path]
            order = sorted(tests, key=lambda test: (-counts[test], baseline.seconds[test]))
            files = Counter(_file(test) for test in tests)
            nearest = {_file(by) for by in counts if by} | {file for file, _ in files.most_common(MOST_FILES)}
            chosen = _within([test for test in order if _file(test) in nearest], baseline.seconds, SECOND_TRY)
            usual = sum(baseline.seconds[test] for test in chosen)
            outcome, by = in_a_fork(
                lambda: _tests_with(file, code, chosen),  # noqa: B023 called at once
                CPU_LIMIT + 2 * usual,
                WALL_LIMIT + 4 * usual,
            )
            if "::" in by:
                counts[by] += 1
            seconds = time.monotonic() - began
            self.results.keep(mutant, outcome, by, seconds)
            say(f"{number}/{len(self.wanted)} {outcome:9} {seconds:5.2f} s  {mutant.path}:{mutant.line}")


def _file(test: str) -> str:
    return test.partition("::")[0]


class _Chosen:
    """A pytest plugin that runs these tests in this order, and remembers the first that fails."""

    def __init__(self, tests: Sequence[str]) -> None:
        self.tests = tests
        self.failed = ""

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        items = {item.nodeid: item for item in session.items}
        lost = [test for test in self.tests if test not in items]
        self.failed = (
            f"{lost[0]} (not collected)" if lost else first_failure([items[each] for each in self.tests])
        )
        return True


def _tests_with(file: str, code: CodeType, tests: Sequence[str]) -> str:
    """The first of the tests that fails when the module in this file has this code; "" where all pass."""
    usual = importlib.machinery.SourceFileLoader.get_code

    def get_code(self: importlib.machinery.SourceFileLoader, fullname: str) -> CodeType | None:
        return code if self.get_filename(fullname) == file else usual(self, fullname)

    importlib.machinery.SourceFileLoader.get_code = get_code  # type: ignore[method-assign, assignment]
    chosen = _Chosen(tests)
    files = sorted({_file(test) for test in tests})
    status = pytest.main([*PYTEST_OPTIONS, *files], plugins=[chosen])
    return chosen.failed or (
        "" if status in (pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED) else "importing"
    )


def prepare() -> None:
    """Load what every try needs and no mutant is in, and make generated tests the same each time."""
    OUT.mkdir(parents=True, exist_ok=True)
    settings.register_profile(
        "mutants",
        derandomize=True,
        database=None,
        deadline=None,
        phases=[Phase.explicit, Phase.generate],
    )


def say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()
