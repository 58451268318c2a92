"""The inspection itself: it sees what is wrong, also inside a fold and on a page without scripts."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.journeys.accessibility import Inspector

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

NAMELESS = "<main><h1>Form</h1><details><summary>More</summary><input name='nameless'></details></main>"


@pytest.mark.parametrize("javascript", [True, False], ids=["with scripts", "without scripts"])
def test_it_finds_a_field_without_a_name_inside_a_fold(
    page_at: Callable[..., Page], javascript: bool
) -> None:
    inspector = Inspector(page_at)
    page = page_at(360, javascript=javascript)
    page.goto("/livez")
    page.set_content(f"<!doctype html><html lang='en'><title>Form</title><body>{NAMELESS}</body></html>")
    look = inspector.inspect if javascript else inspector.inspect_copy
    look(page, "form")
    look(page, "form")
    labels = [one for one in inspector.violations if one.startswith("form: label (critical)")]
    assert len(labels) == 1
