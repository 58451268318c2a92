"""The operation table in words, for the administrator's help and the documentation."""

from .operations import OPERATIONS, Operation

_HEADINGS = ("write", "it takes", "it gives", "what it says", "where an answer is unknown")


def operations_in_markdown() -> str:
    """Every operation as a row of a Markdown table, what binds loosest first."""
    rows = [_HEADINGS, ("---",) * len(_HEADINGS), *(_row(operation) for operation in OPERATIONS.values())]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in rows)


def _row(operation: Operation) -> tuple[str, ...]:
    spelling = f"`{_escaped(operation.spelling)}`"
    words = (operation.takes, operation.gives, operation.help, operation.on_empty)
    return (spelling, *(_escaped(word) for word in words))


def _escaped(text: str) -> str:
    """Markdown ends a cell at every bar, even in code."""
    return text.replace("|", "\\|")
