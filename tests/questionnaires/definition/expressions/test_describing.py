import os
from pathlib import Path

import pytest

from questionnaires.definition.expressions import OPERATIONS, parse
from questionnaires.definition.expressions.describing import operations_in_markdown

PAGE = Path(__file__).resolve().parents[4] / "docs" / "conditions.md"
BEGINNING, END = "<!-- operations -->\n", "\n<!-- end of operations -->"


def test_the_page_on_conditions_has_the_table_of_the_code() -> None:
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGINNING)
    written, _, after = rest.partition(END)
    if os.environ.get("CANDOR_WRITE_DOCS"):
        PAGE.write_text(f"{before}{BEGINNING}{operations_in_markdown()}{END}{after}", encoding="utf-8")
    else:
        assert written == operations_in_markdown()
    assert after


@pytest.mark.parametrize("key", OPERATIONS)
def test_every_operation_is_written_as_its_row_says(key: str) -> None:
    spelling = OPERATIONS[key].spelling.replace("places", "1").replace("condition", "true")
    values = {"a": "1", "b": "2"}
    if OPERATIONS[key].takes.startswith("condition") and not key.startswith("iif"):
        values = {"a": "true", "b": "false"}
    written = "".join(values.get(part, part) for part in _words(spelling))
    parse(f"({written}).exists()" if key != "combine" else f"({written}).count() = 2", {})


def _words(spelling: str) -> list[str]:
    """The spelling in parts, so that a letter in a word is not taken for an operand."""
    parts: list[str] = []
    for character in spelling:
        if parts and parts[-1][-1].isalpha() and character.isalpha():
            parts[-1] += character
        else:
            parts.append(character)
    return parts
