"""Many people's facts, one after another, from a file: JSON lines, CSV or Parquet."""

import csv
from collections.abc import Iterator
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path

from decision_aid.management.facts_input import InputProblem, document_in, lines_in_file
from decision_aid.services.rescoring import Read
from questionnaires.definition.facts import FactKind, FactType, FactTypes, read_facts
from questionnaires.definition.problems import Problem, ProblemsFound
from questionnaires.definition.schema import NONE_OF_THESE

ID = "id"
ROWS_AT_ONCE = 20_000


def people_in_file(name: str, types: FactTypes) -> Iterator[Read]:
    """The people of a file, by its ending: `.csv`, `.parquet`, else one JSON object a line.

    A column or name `id` is theirs, and the position where there is none. In CSV an empty cell is unknown,
    several codes are separated by `|`, and `none_of_these` is none of them.
    """
    match Path(name).suffix:
        case ".csv":
            documents = _csv_rows(name, types)
        case ".parquet":
            documents = _parquet_rows(name)
        case _:
            yield from _json_lines(name, types)
            return
    for position, document in enumerate(documents, 1):
        identity = document.pop(ID, None)
        yield _read(str(position) if identity is None else str(identity), document, types)


def _read(identity: str, document: object, types: FactTypes) -> Read:
    try:
        return Read(identity, read_facts(document, types))
    except ProblemsFound as found:
        return Read(identity, {}, found.problems)


def _json_lines(name: str, types: FactTypes) -> Iterator[Read]:
    for position, line in enumerate(lines_in_file(name), 1):
        try:
            document = document_in(line)
        except ProblemsFound as found:
            yield Read(str(position), {}, found.problems)
            continue
        identity = document.pop(ID, None) if isinstance(document, dict) else None
        yield _read(str(position) if identity is None else str(identity), document, types)


def _csv_rows(name: str, types: FactTypes) -> Iterator[dict[str, object]]:
    lines = (line.decode("utf-8-sig", "replace") for line in lines_in_file(name))
    for row in csv.DictReader(lines, restkey=""):
        yield {code: _cell(text, types.get(code)) for code, text in row.items()}


def _cell(text: str | list[str] | None, fact: FactType | None) -> object:
    """A cell as JSON would have it; what cannot be is left for `read_facts` to refuse."""
    if not text or isinstance(text, list):
        return text or None
    match fact.kind if fact else None:
        case FactKind.BOOLEAN:
            return {"true": True, "false": False}.get(text.lower(), text)
        case FactKind.CODES:
            return [] if text == NONE_OF_THESE else text.split("|")
        case FactKind.INTEGER | FactKind.DECIMAL:
            try:
                return Decimal(text)
            except InvalidOperation:
                return text
        case _:
            return text


def _parquet_rows(name: str) -> Iterator[dict[str, object]]:
    # Polars is slow to import, and only a cohort needs it.
    import polars as pl

    try:
        for frame in pl.scan_parquet(name).collect_batches(chunk_size=ROWS_AT_ONCE):
            for row in frame.iter_rows(named=True):
                yield {
                    code: value.isoformat() if isinstance(value, date) else value
                    for code, value in row.items()
                }
    except (OSError, pl.exceptions.PolarsError) as error:
        sentence = f"The file cannot be read: {str(error).splitlines()[0]}."
        raise ProblemsFound([Problem(InputProblem.CANNOT_READ, "", sentence)]) from None
