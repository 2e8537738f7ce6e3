"""One JupyterLab and one Chromium for all files; a page for each test."""

import pytest

from tests.jupyterlab.common import WINDOW, shut_down, write_settings
from tools.lab import headless_browser, lab, watched_page


@pytest.fixture(scope="package")
def jupyter():
    with lab() as running:
        write_settings(running, "@jupyterlab/docmanager-extension", {"autosave": False})
        yield running


@pytest.fixture(scope="package")
def browser():
    """Yield one browser for all tests here: a thread can start no second one beside it."""
    with headless_browser() as started:
        yield started


@pytest.fixture
def page(jupyter, browser):
    """Yield a page for mouse and fingers; then end all kernels, and fail on errors in the page.

    Such are JavaScript errors and errors in the console, which `page.errors` holds.
    """
    with watched_page(browser, has_touch=True, viewport=WINDOW) as page:
        page.errors = []
        page.on("console", lambda m: page.errors.append(m.text) if m.type == "error" else None)
        yield page
        errors = [*page.errors]
        shut_down(page, jupyter)
    assert errors == []
