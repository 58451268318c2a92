from collections.abc import Iterator

import pytest

from tests.journeys.accessibility import Inspect, Inspector


@pytest.fixture
def inspect() -> Iterator[Inspect]:
    """Inspect a page for everybody's use: `inspect(page, "worklist")`. After the test: nothing was found."""
    inspector = Inspector()
    yield inspector.inspect
    assert inspector.violations == []
