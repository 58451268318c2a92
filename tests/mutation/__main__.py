"""Changes the two pure packages in small ways, one at a time, and counts which changes no test notices."""

import argparse
import importlib
import os
from collections.abc import Sequence
from fnmatch import fnmatch
from random import Random

import pytest

from tests.mutation.trying import (
    OUT,
    PYTEST_OPTIONS,
    TESTS,
    Baseline,
    FirstTry,
    Mutant,
    Results,
    SecondTry,
    modules,
    prepare,
    say,
)

# Loaded once, before any process is forked that would load them again; none is a part of the product.
HEAVY = (
    *(
        "django.db.models",
        "django.test",
        "polars",
        "yaml",
        "jsonschema",
        "fhirpathpy",
        "hypothesis.strategies",
    ),
    *("celery", "kombu", "redis", "playwright.sync_api", "pytest_django.plugin", "xdist.plugin"),
)


def main(arguments: Sequence[str] | None = None) -> None:
    """Try the mutants that are asked for and not yet tried, then say how many were killed."""
    parser = argparse.ArgumentParser(prog="tests.mutation", description=__doc__)
    parser.add_argument("--share", type=float, default=1.0, help="of each module's mutants, from 0 to 1")
    parser.add_argument("--seed", type=int, default=1, help="of the choice of that share")
    parser.add_argument("--only", default="*", help="modules, such as '*/scoring/*.py'")
    parser.add_argument("--survivors", action="store_true", help="try those again that survived")
    parser.add_argument("--anew", type=int, default=10**6, help="at most so many that need a new import")
    parser.add_argument("--report", action="store_true", help="say what is known without trying anything")
    options = parser.parse_args(arguments)
    prepare()
    results = Results(OUT / "results.jsonl")
    wanted = _wanted(options.share, options.seed, options.only)
    if not options.report:
        # In no order, so that a run that is stopped has tried a fair share.
        order = Random(options.seed).sample(wanted, len(wanted))  # noqa: S311 no secret
        again = {"survived"} if options.survivors else set[str]()
        _first_try([each for each in order if results.outcome(each) in {"", *again}], results)
        results = Results(OUT / "results.jsonl")
        later = [each for each in order if results.outcome(each) == "anew"]
        _second_try(later[: options.anew], results)
    _report(wanted, results)


def _wanted(share: float, seed: int, only: str) -> list[Mutant]:
    wanted: list[Mutant] = []
    for path, module in modules().items():
        if fnmatch(path, only):
            # The same share of every module, whichever modules are asked for.
            number = round(len(module.mutants) * share)
            chosen = Random(f"{seed} {path}").sample(range(len(module.mutants)), number)  # noqa: S311 no secret
            wanted += [module.mutants[position] for position in sorted(chosen)]
    return wanted


def _first_try(wanted: Sequence[Mutant], results: Results) -> None:
    if not wanted:
        return
    child = os.fork()
    if child == 0:
        pytest.main([*PYTEST_OPTIONS, *TESTS], plugins=[FirstTry(wanted, results)])
        os._exit(0)
    os.waitpid(child, 0)


def _second_try(wanted: Sequence[Mutant], results: Results) -> None:
    if not wanted:
        return
    for name in HEAVY:
        importlib.import_module(name)
    SecondTry(wanted, results).run(Baseline(()))


def _report(wanted: Sequence[Mutant], results: Results) -> None:
    """A line a module, then the survivors."""
    known = [each for each in wanted if results.outcome(each) in {"killed", "survived"}]
    for path in dict.fromkeys(each.path for each in known):
        say(_figures(path, [each for each in known if each.path == path], results))
    for package in ("questionnaires/definition", "decision_aid/scoring", ""):
        say(_figures(package or "both", [each for each in known if each.path.startswith(package)], results))
    for mutant in known:
        if results.outcome(mutant) == "survived":
            say(f"{mutant.path}:{mutant.line}  {mutant.change}")


def _figures(name: str, mutants: Sequence[Mutant], results: Results) -> str:
    killed = sum(results.outcome(each) == "killed" for each in mutants)
    share = f"{100 * killed / len(mutants):5.1f} %" if mutants else "none"
    return f"{name:60} {killed:5} of {len(mutants):5} killed  {share}"


if __name__ == "__main__":
    main()
