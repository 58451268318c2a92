from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Page

from tests.journeys.accessibility import Inspect, Inspector


@pytest.fixture
def inspector(page_at: Callable[..., Page]) -> Iterator[Inspector]:
    inspector = Inspector(page_at)
    yield inspector
    assert not inspector.violations, "\n".join(inspector.violations)


@pytest.fixture
def inspect(inspector: Inspector) -> Inspect:
    """Look whether everybody can use a page: `inspect(page, "worklist")`. After the test: everybody can."""
    return inspector.inspect
