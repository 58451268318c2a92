"""What axe-core finds on the pages of a journey: each kind of page once, with every fold open."""

from collections.abc import Callable
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

Inspect = Callable[[Page, str], None]

# Every rule that is on by default, which includes the best practices, and the one of WCAG 2.2 that is not.
OPTIONS = {
    "resultTypes": ["violations"],
    "rules": {"target-size": {"enabled": True}},
    "preload": False,  # it would write inline styles, which our Content-Security-Policy refuses
}
FOLDS = "[...document.querySelectorAll('details')]"


class Inspector:
    """Remembers which kinds of page were inspected and what was found on them."""

    def __init__(self, page_at: Callable[..., Page]) -> None:
        self._page_at = page_at
        self.kinds: set[str] = set()
        self.violations: list[str] = []

    def inspect(self, page: Page, kind: str) -> None:
        """Run axe on the page unless one of its kind was inspected before."""
        if kind not in self.kinds:
            self.kinds.add(kind)
            page.wait_for_load_state("load")
            were_open = page.evaluate(f"{FOLDS}.map((fold) => fold.open)")
            page.evaluate(f"{FOLDS}.forEach((fold) => {{ fold.open = true; }})")
            self._run_axe(page, kind)
            page.evaluate(f"(open) => {FOLDS}.forEach((fold, i) => {{ fold.open = open[i]; }})", were_open)

    def inspect_copy(self, page: Page, kind: str) -> None:
        """The same for a page without scripts, where axe cannot run: in a copy that runs none of its own."""
        if kind not in self.kinds:
            self.kinds.add(kind)
            size = page.viewport_size or {"width": 1280, "height": 800}
            copy = self._page_at(size["width"], size["height"])
            body = page.content().replace("<noscript>", "<div>").replace("</noscript>", "</div>")
            copy.route("**/*.js", lambda route: route.abort())
            copy.route(
                page.url, lambda route: route.fulfill(body=body, content_type="text/html; charset=utf-8")
            )
            copy.goto(page.url)
            copy.evaluate(f"{FOLDS}.forEach((fold) => {{ fold.open = true; }})")
            self._run_axe(copy, kind)
            copy.close()

    def _run_axe(self, page: Page, kind: str) -> None:
        found: dict[str, Any] = Axe().run(page, options=OPTIONS).response
        self.violations += [
            f"{kind}: {violation['id']} ({violation['impact']}), {violation['help']}: {_nodes(violation)}"
            for violation in found["violations"]
        ]


def _nodes(violation: dict[str, Any]) -> str:
    nodes = violation["nodes"]
    shown = [f"{node['target']} {node['html'][:160]} {node['failureSummary']}" for node in nodes[:3]]
    return " | ".join([f"{len(nodes)} places", *shown])
