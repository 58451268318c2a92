"""Facts from a file or standard input, whatever somebody may put there."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO

from questionnaires.definition.facts import FactTypes, FactValue, load_json, read_facts
from questionnaires.definition.problems import Problem, ProblemsFound

STANDARD_INPUT = "-"
LARGEST = 1_000_000  # bytes of one person's facts; the longest that the spine aid can take is a tenth of it


class InputProblem(StrEnum):
    """What can be wrong with an input before it is read as JSON."""

    NO_SUCH_FILE = "no_such_file"
    CANNOT_READ = "cannot_read"
    TOO_LARGE = "too_large"
    NOT_UTF8 = "not_utf8"


def facts_in_file(name: str, types: FactTypes) -> dict[str, FactValue]:
    """One person's facts from a file, or from standard input where its name is `-`; else ProblemsFound."""
    with _opened(name) as stream:
        return facts_in(stream.read(LARGEST + 1), types)


def lines_in_file(name: str) -> Iterator[bytes]:
    """The lines of a file without their ends, each cut to what `facts_in` refuses as too large."""
    with _opened(name) as stream:
        while line := stream.readline(LARGEST + 1):
            start = line
            while line and not line.endswith(b"\n"):
                line = stream.readline(LARGEST + 1)
            yield start.rstrip(b"\r\n") if start.endswith(b"\n") else start


def facts_in(data: bytes, types: FactTypes) -> dict[str, FactValue]:
    """One person's facts from JSON in UTF-8. Raises ProblemsFound with everything that is wrong."""
    return read_facts(document_in(data), types)


def document_in(data: bytes) -> object:
    """What JSON in UTF-8 says. Raises ProblemsFound with everything that is wrong."""
    if len(data) > LARGEST:
        sentence = f"There is more than {LARGEST:,} bytes here, which is more than one person's facts can be."
        raise ProblemsFound([Problem(InputProblem.TOO_LARGE, "", sentence)])
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        sentence = f"This is not UTF-8: byte {error.start + 1} begins no character."
        raise ProblemsFound([Problem(InputProblem.NOT_UTF8, "", sentence)]) from None
    return load_json(text)


@contextmanager
def _opened(name: str) -> Iterator[BinaryIO]:
    stream = _standard_input() if name == STANDARD_INPUT else _file(name)
    try:
        with stream:
            yield stream
    except OSError as error:
        raise _cannot_read(error) from None


def _standard_input() -> BinaryIO:
    if sys.stdin is None:
        sentence = "There is no standard input to read."
        raise ProblemsFound([Problem(InputProblem.CANNOT_READ, "", sentence)])
    return sys.stdin.buffer


def _file(name: str) -> BinaryIO:
    try:
        return Path(name).open("rb")
    except FileNotFoundError:
        sentence = "There is no such file."
        raise ProblemsFound([Problem(InputProblem.NO_SUCH_FILE, "", sentence)]) from None
    except (OSError, ValueError) as error:
        raise _cannot_read(error) from None


def _cannot_read(error: OSError | ValueError) -> ProblemsFound:
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return ProblemsFound([Problem(InputProblem.CANNOT_READ, "", f"The file cannot be read: {reason}.")])
