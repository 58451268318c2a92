"""What axe-core finds on the pages of a journey: each kind of page once, with every fold open."""

from collections.abc import Callable
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

Inspect = Callable[[Page, str], None]

# Every rule that is on by default, which includes the best practices, and the one of WCAG 2.2 that is not.
OPTIONS = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}
FOLDS = "[...document.querySelectorAll('details')]"


class Inspector:
    """Remembers which kinds of page were inspected and what was found on them."""

    def __init__(self) -> None:
        self.kinds: set[str] = set()
        self.violations: list[str] = []

    def inspect(self, page: Page, kind: str) -> None:
        """Run axe on the page unless one of its kind was inspected before."""
        if kind in self.kinds:
            return
        self.kinds.add(kind)
        were_open = page.evaluate(f"{FOLDS}.map((fold) => fold.open)")
        page.evaluate(f"{FOLDS}.forEach((fold) => {{ fold.open = true; }})")
        found: dict[str, Any] = Axe().run(page, options=OPTIONS).response
        page.evaluate(f"(open) => {FOLDS}.forEach((fold, i) => {{ fold.open = open[i]; }})", were_open)
        self.violations += [
            f"{kind}: {violation['id']} ({violation['impact']}), {violation['help']}: {_nodes(violation)}"
            for violation in found["violations"]
        ]


def _nodes(violation: dict[str, Any]) -> str:
    nodes = violation["nodes"]
    shown = [f"{node['target']} {node['html'][:160]} {node['failureSummary']}" for node in nodes[:3]]
    return " | ".join([f"{len(nodes)} places", *shown])
