"""Many people scored by one release and compared with another, in bounded memory, with a way to go on."""

import json
import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from pathlib import Path
from typing import IO, Any

from decision_aid.scoring import RuleSet
from decision_aid.services.rescoring import Counts, Read, changes_among
from questionnaires.definition.problems import Problem, ProblemsFound

PEOPLE_AT_ONCE = 20_000


class RescoringProblem(StrEnum):
    """Why a run is refused."""

    OUT_EXISTS = "out_exists"
    ANOTHER_RUN = "another_run"
    CANNOT_WRITE = "cannot_write"
    PART_FAILED = "part_failed"


@dataclass(kw_only=True)
class Tally(Counts):
    """What was counted so far, and how far the reading is; written after each part, so that a run can go on.

    `run` says what is scored by what, and `until` when the first attempt at it began.
    """

    run: str
    until: str
    written: int = 0  # bytes of the output that belong to what was counted


class Output:
    """A file of changes, and beside it, until the run is complete, how far it is."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.progress = path.with_name(f"{path.name}.progress")

    def tally(self, run: str, until: str) -> Tally:
        """Where an earlier run stopped, or a new beginning.

        Raises ProblemsFound where the file is another run's, or complete.
        """
        if not self.progress.exists():
            if self.path.exists():
                raise _refused(
                    RescoringProblem.OUT_EXISTS,
                    self.path,
                    "There is such a file already; it is not overwritten.",
                )
            return Tally(run=run, until=until)
        said: dict[str, Any] = json.loads(self.progress.read_text("utf-8"))
        for name, value in said.items():
            if isinstance(value, dict):
                said[name] = Counter(value)
        tally = Tally(**said)
        if tally.run != run:
            sentence = (
                "That file belongs to a run over other people or releases; name another, or remove both."
            )
            raise _refused(RescoringProblem.ANOTHER_RUN, self.progress, sentence)
        return tally

    @contextmanager
    def opened(self, tally: Tally) -> Iterator[IO[bytes]]:
        """The file, without what was written after the tally."""
        try:
            self.path.touch()
            with self.path.open("r+b") as out:
                out.truncate(tally.written)
                out.seek(tally.written)
                yield out
        except OSError as error:
            sentence = f"The file cannot be written: {error.strerror or error}."
            raise _refused(RescoringProblem.CANNOT_WRITE, self.path, sentence) from None

    def keep(self, tally: Tally) -> None:
        """Replace the progress in one step, so that it is whole whenever the run is stopped."""
        new = self.progress.with_name(f"{self.progress.name}.new")
        new.write_text(json.dumps(vars(tally)), "utf-8")
        os.replace(new, self.progress)

    def finish(self) -> None:
        self.progress.unlink(missing_ok=True)


def _refused(code: RescoringProblem, path: Path, sentence: str) -> ProblemsFound:
    return ProblemsFound([Problem(code, str(path), sentence)])


def rescore(
    after: RuleSet,
    before: RuleSet | None,
    people: Iterable[Read],
    tally: Tally,
    out: IO[bytes] | None,
    done: Callable[[Tally], None],
) -> None:
    """Score the people that the tally has not counted, adding to it; `done` is called after each part.

    Each change of an option's candidacy becomes a line of JSON: id, option, from, to, rules.
    """
    rest = islice(people, tally.people, None)
    while part := list(islice(rest, PEOPLE_AT_ONCE)):
        read = [person for person in part if not person.problems]
        if read:
            for line in changes_among(after, before, read, tally):
                if out is not None:
                    out.write(f"{line}\n".encode())
        tally.people += len(part)
        tally.refused += len(part) - len(read)
        if out is not None:
            out.flush()
            tally.written = out.tell()
        done(tally)
