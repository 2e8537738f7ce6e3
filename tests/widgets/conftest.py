"""A page for each test, in one browser for each file."""

import pytest

from tools.lab import headless_browser, watched_page


@pytest.fixture(scope="module")
def browser():
    with headless_browser() as browser:
        yield browser


@pytest.fixture
def page(browser):
    with watched_page(browser) as page:
        page.set_viewport_size({"width": 1000, "height": 900})
        yield page
