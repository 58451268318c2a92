"""Times scoring by the spine aid: importing, reading, one full report, and a million people as columns."""

import json
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path

import polars as pl

from decision_aid.packs import read_pack, release_document
from decision_aid.scoring import RuleSet, read_ruleset, score
from decision_aid.scoring.cohort import score_frame
from decision_aid.scoring.verification import verify
from questionnaires.definition.facts import FactKind, FactType
from questionnaires.definition.reading import read_definition

COHORT = 1_000_000
ONE_UNKNOWN_IN = 10
ROUNDS = 5
DAY = date(2026, 1, 1)
RESULT = Path("var/benchmarks/scoring.json")

# What is aimed for, where something is: milliseconds, seconds, bytes.
AIMS = {
    "import decision_aid.scoring": ("ms", 100.0),
    "read and compile the ruleset": ("ms", 50.0),
    "one person, full report, median": ("ms", 5.0),
    "one person, full report, slowest case": ("ms", 5.0),
    "a million people in columns": ("s", 1.0),
    "peak memory with a million people": ("GB", 2.0),
}


def main() -> None:
    """Measure, print the table, and write the same as JSON."""
    pack = read_pack("spine")
    document = release_document(pack)
    ruleset = read_ruleset(document)
    definitions = [read_definition(each) for each in pack.questionnaires.values()]
    found: dict[str, float] = {
        "import decision_aid.scoring": statistics.median(import_time() for _ in range(ROUNDS)) * 1e3,
        "read and compile the ruleset": median(lambda: read_ruleset(document)) * 1e3,
        "verify the ruleset": median(lambda: verify(ruleset, definitions)) * 1e3,
    }
    reports = [median(partial(score, ruleset, case.facts, DAY)) for case in ruleset.golden_cases]
    found["one person, full report, median"] = statistics.median(reports) * 1e3
    found["one person, full report, slowest case"] = max(reports) * 1e3
    frame = people(ruleset, COHORT)
    score_frame(ruleset, frame.head(1000))
    cohort = median(lambda: score_frame(ruleset, frame), rounds=3)
    found["a million people in columns"] = cohort
    found["peak memory with a million people"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6
    found["a cohort is faster than one by one"] = statistics.median(reports) * COHORT / cohort
    report(ruleset, found)


def report(ruleset: RuleSet, found: dict[str, float]) -> None:
    rules = sum(len(option.rules) for option in ruleset.options)
    heading = (
        f"{len(ruleset.options)} options, {rules} rules, {len(ruleset.conditions)} different conditions, "
        f"{len(ruleset.types)} facts"
    )
    lines = [heading]
    for name, value in found.items():
        unit, aim = AIMS.get(name, ("ms" if "ruleset" in name else "times", None))
        aimed = "" if aim is None else f"   aim {aim:g} {unit}{'' if value <= aim else ', missed'}"
        lines.append(f"{name:<40} {value:>10.2f} {unit:<5}{aimed}")
    sys.stdout.write("\n".join(lines) + "\n")
    RESULT.parent.mkdir(parents=True, exist_ok=True)
    RESULT.write_text(json.dumps({"rules": rules, "people": COHORT, "found": found}, indent=2) + "\n")


def median(act: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Seconds, of several rounds after a first one that does not count."""
    act()
    times = []
    for _ in range(rounds):
        began = time.perf_counter()
        act()
        times.append(time.perf_counter() - began)
    return statistics.median(times)


def import_time() -> float:
    """Seconds that importing takes in a new process, without the start of Python."""
    program = (
        "import time; t = time.perf_counter(); import decision_aid.scoring; print(time.perf_counter() - t)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return float(done.stdout)


def people(ruleset: RuleSet, count: int) -> pl.DataFrame:
    """Made-up people, the same every time; a tenth of their answers is unknown."""
    columns = []
    for number, (code, fact) in enumerate(ruleset.types.items()):
        if fact.kind in (FactKind.TEXT, FactKind.DATE):
            continue
        known = _drawn(2 * number, ONE_UNKNOWN_IN, count) > 0
        columns.append(
            pl.select(pl.when(known).then(_answers(fact, 2 * number + 1, count))).to_series().alias(code)
        )
    return pl.DataFrame(columns)


def _drawn(seed: int, below: int, count: int) -> pl.Series:
    """Whole numbers from 0 to below this."""
    return pl.select((pl.int_range(count).hash(seed) // 2048) % below).to_series()


def _answers(fact: FactType, seed: int, count: int) -> pl.Series:
    low, high = int(fact.minimum or 0), int(fact.maximum or 100)
    match fact.kind:
        case FactKind.BOOLEAN:
            return _drawn(seed, 10, count) < 3
        case FactKind.INTEGER:
            return (_drawn(seed, high - low + 1, count) + low).cast(pl.Int16())
        case FactKind.DECIMAL:
            tenths = _drawn(seed, (high - low) * 10, count) + low * 10
            return tenths.cast(pl.Float64()) / pl.Series([10.0]).new_from_index(0, count)
        case FactKind.CODE:
            return _drawn(seed, len(fact.values), count).cast(pl.UInt8()).cat.to(pl.Enum(fact.values))
        case _:
            chosen = [[], [fact.values[0]], [fact.values[-1]], list(fact.values[:2]), list(fact.values[1:4])]
            lists = pl.Series(chosen, dtype=pl.List(pl.Enum(fact.values)))
            return lists.gather(_drawn(seed, len(chosen), count))


if __name__ == "__main__":
    main()
