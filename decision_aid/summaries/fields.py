"""Typed reading of the JSON-ready release and report, which were checked when they were made."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from decision_aid.summaries.numbers import MINUS, decimal_of

Row = Mapping[str, object]
HYPHEN_MINUS = re.compile(r"(?<![\w./)\]-])-(?=\d)")


def text(row: Row, name: str) -> str:
    """A text, stripped, a hyphen before a number turned into a minus sign; "" where it is absent."""
    value = row.get(name)
    if not isinstance(value, str):
        return ""
    return HYPHEN_MINUS.sub(MINUS, value.strip()) if "-" in value else value.strip()


def texts(row: Row, name: str) -> tuple[str, ...]:
    """A list of texts; empty where it is absent. A single text counts as a list of one."""
    value = row.get(name)
    if isinstance(value, str):
        return (value.strip(),) if value.strip() else ()
    return tuple(str(item) for item in value) if isinstance(value, list | tuple) else ()


def rows(row: Row, name: str) -> tuple[Row, ...]:
    """A list of objects; empty where it is absent."""
    value = row.get(name)
    return (
        tuple(item for item in value if isinstance(item, Mapping)) if isinstance(value, list | tuple) else ()
    )


def row_of(row: Row, name: str) -> Row:
    """An object; empty where it is absent."""
    value = row.get(name)
    return value if isinstance(value, Mapping) else {}


def number(row: Row, name: str) -> Decimal | None:
    """A finite number; None where it is absent or null."""
    return decimal_of(row.get(name))


def whole(row: Row, name: str) -> int | None:
    """A whole number; None where it is absent or null."""
    value = number(row, name)
    return None if value is None else int(value)
