"""What every problem says, whichever mistake it names."""

import re
from collections.abc import Iterable

from questionnaires.definition.problems import Problem

SENTENCE = re.compile(r"\S.*\.", re.DOTALL)
HINT = re.compile(r"(?:[A-Z].*[.?])?", re.DOTALL)


def well_said(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The problems, each of which has a whole sentence, and a hint where it has one."""
    problems = tuple(problems)
    for problem in problems:
        assert isinstance(problem.place, str), problem
        assert SENTENCE.fullmatch(problem.sentence), problem
        assert HINT.fullmatch(problem.hint), problem
        assert not re.search(r"\bNone\b(?! of)", problem.sentence), problem
    return problems
