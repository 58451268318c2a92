"""Reads and evaluates whatever a coverage-guided fuzzer thinks of as a condition, and says what that cost."""

import json
import re
import sys
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["questionnaires.definition"]):
    from questionnaires.definition.expressions import OPERATIONS, evaluate_together, parse
    from questionnaires.definition.facts import FactValue
    from questionnaires.definition.problems import ProblemsFound

from tests.questionnaires.definition.generated import TYPES

OUT = Path(__file__).resolve().parents[2] / "out" / "fuzzing"
WARM = 5_000  # inputs after which caches are full and memory is compared
FACTS: dict[str, FactValue] = {
    "age": 40, "pain": 0, "weight": Decimal("72.5"), "diabetes": False, "side": "left", "areas": ("neck",),
}  # fmt: skip
WORDS = [
    *sorted({operation.name for operation in OPERATIONS.values()} | {f"%{code}" for code in TYPES}),
    *(
        "(",
        ")",
        "((",
        "))",
        ",",
        ".",
        "()",
        "{}",
        "'",
        "'left'",
        "'neck'",
        "0",
        "1",
        "-1",
        "2.5",
        "9999999999",
    ),
    *("true", "false", "@2026-01-31", ".exists()", ".count()", ".sum()", ".not()", ".round(1)", "iif("),
]
# Conditions, numbers and values that have the right type most of the time; the first of each ends a branch.
PHRASES = {
    "C": [
        *("%diabetes", "%numb", "true", "{}", "C and C", "C or C", "C xor C", "C implies C", "(C)"),
        *("C.not()", "N = N", "N != N", "N < N", "N >= N", "N ~ N", "V.exists()", "N.empty()"),
        *("%side = V", "%smoking = V", "%side in (V | V)", "%areas contains 'neck'", "V in %areas"),
        *("%areas ~ ('neck' | 'low_back')", "%words ~ V", "%seen_on < @2026-01-31", "(C) = (C)"),
        *("iif(C, C, C)", "iif(C, C)"),
    ],
    "N": [
        *("1", "0", "2.5", "%age", "%pain", "%weight", "%free_number", "%day", "{}", "9999999999999999999"),
        *("(N + N)", "(N - N)", "(N * N)", "(N / N)", "(N div N)", "(N mod N)", "-N", "N.abs()"),
        *("N.round(2)", "N.combine(N).sum()", "N.combine(N).avg()", "(N | N).count()", "iif(C, N, N)"),
        *("N.combine(N).max()", "%areas.count()", "1e3", "0.1"),
    ],
    "V": ["'left'", "'neck'", "'never'", "%side", "%smoking", "%words", "''", "'\\u0041'", "{}", "%areas"],
}
DEEPEST = 40
SEEDS = [
    "%pain >= 4 and %age < 65 or %diabetes.not() implies %areas contains 'neck'",
    "iif(%side = 'left', 1, 0) + iif(%smoking in ('current' | 'former'), 0.5, -1) > (2 * %pain - 3) mod 4",
    "%areas.count() > 1 xor %words ~ 'yes' and %seen_on <= @2026-01-31",
    "%weight.combine(%age).avg().round(1) != %weight div 2 / {}",
]


class Costs:
    """How many inputs were read, how many were conditions, the slowest one, and the memory in use."""

    def __init__(self) -> None:
        self.began = time.monotonic()
        self.inputs = self.conditions = self.warm_memory = self.memory = 0
        self.slowest, self.slowest_text = 0.0, ""

    def count(self, text: str, seconds: float, *, is_condition: bool) -> None:
        self.inputs += 1
        self.conditions += is_condition
        if seconds > self.slowest and self.inputs > WARM:
            self.slowest, self.slowest_text = seconds, text
        if self.inputs == WARM:
            self.warm_memory = _memory_mb()
        if self.inputs % 1_000 == 0:
            self.memory = _memory_mb()
            self.keep()

    def keep(self) -> None:
        """Written now and then: when its time is over, the fuzzer ends the process."""
        document = {
            "seconds": round(time.monotonic() - self.began),
            "inputs": self.inputs,
            "conditions": self.conditions,
            "slowest ms": round(self.slowest * 1000, 1),
            "slowest text": self.slowest_text,
            f"MB after {WARM} inputs": self.warm_memory,
            "MB at the end": self.memory,
        }
        (OUT / "costs.json").write_text(json.dumps(document, indent=1))


def _memory_mb() -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    (line,) = (line for line in lines if line.startswith("VmRSS:"))
    return int(line.split()[1]) // 1024


def text_of(data: bytes) -> str:
    """The bytes as text; or, after a first byte that no text has, as choices of words or phrases."""
    if data[:1] >= b"\xfc":
        return _phrase("C", iter(data[1:]), 0)
    if data[:1] >= b"\xf8":
        return " ".join(WORDS[byte % len(WORDS)] for byte in data[1:])
    return data.decode("utf-8", "surrogateescape")


def _phrase(sort: str, choices: Iterator[int], depth: int) -> str:
    phrases = PHRASES[sort]
    chosen = phrases[next(choices, 0) % len(phrases)] if depth < DEEPEST else phrases[0]
    return re.sub("[CNV]", lambda found: _phrase(found[0], choices, depth + 1), chosen)


def try_one(data: bytes, costs: Costs) -> None:
    """Anything but an expression or a list of problems is a crash; so is what reads back as another."""
    text = text_of(data)
    began = time.process_time()
    try:
        expression = parse(text, TYPES)
    except ProblemsFound as found:
        if not found.problems:
            raise AssertionError(text) from found
        costs.count(text, time.process_time() - began, is_condition=False)
        return
    alone = [expression.evaluate(facts) for facts in ({}, FACTS)]
    costs.count(text, time.process_time() - began, is_condition=True)
    if costs.conditions % 10:
        return  # making a function of it takes longer than all the rest
    together = evaluate_together([expression])
    assert [together(facts)[0] for facts in ({}, FACTS)] == alone, text
    assert parse(expression.text, TYPES) == expression, text


def main() -> None:
    """Fuzz until the time is over that the command names, or an input is found that should not be."""
    corpus = OUT / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(SEEDS):
        (corpus / f"seed-{number}").write_text(seed)
        (corpus / f"phrases-{number}").write_bytes(b"\xff" + bytes(range(number * 9, number * 9 + 60)))
        (corpus / f"words-{number}").write_bytes(b"\xf8" + bytes(range(number * 16, number * 16 + 48)))
    (OUT / "words").write_text("".join(f'"{word}"\n' for word in WORDS))
    costs = Costs()
    atheris.Setup(
        [
            *sys.argv,
            f"-dict={OUT / 'words'}",
            f"-artifact_prefix={OUT}/",
            "-max_len=4200",
            "-timeout=10",
            "-rss_limit_mb=2048",
            str(corpus),
        ],
        lambda data: try_one(data, costs),
    )
    atheris.Fuzz()


if __name__ == "__main__":
    main()
