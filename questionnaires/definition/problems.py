"""A mistake somebody can put right, said in words they understand."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One mistake: a stable code, the place in what was read, a sentence, and a hint where there is one."""

    code: str
    place: str
    sentence: str
    hint: str = ""

    def __str__(self) -> str:
        words = f"{self.sentence} {self.hint}".rstrip()
        return f"{self.code} at {self.place}: {words}" if self.place else f"{self.code}: {words}"

    def within(self, place: str) -> "Problem":
        """The same problem, seen from the document that holds `place`."""
        return Problem(self.code, f"{place}/{self.place}" if self.place else place, self.sentence, self.hint)


class ProblemsFound(ValueError):
    """Raised by every reader, with all the problems it found, in the order of what was read."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def did_you_mean(name: str, known: Iterable[str], write: str = "{}") -> str:
    """A hint that names the nearest of the `known` names, written as in `write`; empty when none is near."""
    nearest = get_close_matches(name, list(known), n=1)
    return f"Did you mean {write.format(nearest[0])}?" if nearest else ""
