"""Each notebook as it is stored, in a real Chromium: for everyone, and at 200 % zoom."""

import itertools
from pathlib import Path
import re

import nbformat
import pytest

from scripts.run_notebooks import FOLDER, paths
from tests.accessibility import check_accessible
from tests.lab import CHROMIUM_FLAGS, chromium, lab

NAMES = [path.relative_to(FOLDER).as_posix() for path in paths()]
IN_CHROMIUM = [
    pytest.mark.browser,
    pytest.mark.skipif(chromium() is None, reason="no Chromium on this machine"),
]
MEANINGLESS = {"here", "this", "link", "click here", "this page", "more"}


@pytest.fixture(scope="module")
def pages():
    """Open notebooks in one JupyterLab and one browser whose pages are 600 px wide, at 200 %."""
    from playwright.sync_api import sync_playwright

    with lab() as running, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=CHROMIUM_FLAGS)

        def open_(name):
            page = browser.new_page(viewport={"width": 600, "height": 900}, device_scale_factor=2)
            running.open(page, name)
            page.locator(".jp-RenderedMarkdown h1").wait_for()
            return page

        yield open_
        browser.close()


@pytest.mark.parametrize("name", NAMES)
class TestInChromium:
    pytestmark = IN_CHROMIUM

    def test_as_stored_nothing_keeps_people_out(self, pages, name):
        page = pages(name)
        check_accessible(page)
        pictures = page.locator(".jp-OutputArea-output img, .jp-RenderedMarkdown img")
        for alt in pictures.evaluate_all("all => all.map(image => image.alt)"):
            assert len(alt) > 20
        levels = page.locator(".jp-RenderedMarkdown :is(h1, h2, h3, h4)").evaluate_all(
            "all => all.map(heading => Number(heading.tagName[1]))"
        )
        assert levels[0] == 1
        assert all(level - before <= 1 for before, level in itertools.pairwise(levels))
        wide = page.locator(".jp-RenderedMarkdown p, .jp-OutputArea-output img").evaluate_all(
            "all => all.filter(e => e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 0)"
            ".map(e => e.outerHTML.slice(0, 200))"
        )
        assert wide == []
        page.close()


@pytest.mark.parametrize("path", paths(), ids=lambda path: path.stem)
def test_link_texts_make_sense_alone(path):
    notebook = nbformat.read(path, as_version=4)
    text = "\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")
    for words in re.findall(r"(?<!!)\[([^\[\]]+)\]\(", text):
        assert words.strip().lower() not in MEANINGLESS, words
        assert not words.startswith(("http", "www")), words
    assert not re.findall(r"(?<![(\[\"])https?://\S+", text)


def test_the_folder_of_the_notebooks_holds_what_is_tested():
    assert len(NAMES) == len(list(Path(FOLDER).rglob("[0-9]*.ipynb")))
