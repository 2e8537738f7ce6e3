"""Old names of notebooks lead to the new ones."""

import contextlib

from playwright.sync_api import expect
import pytest

from tests.page_checks import in_chromium
from tests.website.conftest import served
from tools.notebooks import FOLDER
from website.finish import finish
from website.moved import MOVED, lead_on

HEAD = '<html lang="en"><head><meta charset="utf-8"></head><body>'


@pytest.fixture
def site(tmp_path):
    """Return the folder of a site whose appendix has moved, below the root of its server."""
    folder = tmp_path / "a site" / "notebooks"
    (folder / "solutions").mkdir(parents=True)
    for name in MOVED.values():
        (folder / f"{name}.html").write_text(f"{HEAD}<h1>{name}</h1>", encoding="utf-8")
    finish(folder.parent)
    lead_on(folder.parent)
    return folder.parent


@in_chromium
@pytest.mark.parametrize("from_disk", [False, True], ids=["served", "from disk"])
def test_an_old_name_leads_on(site, browser, from_disk):
    with served(site.parent) as root, contextlib.closing(browser.new_page()) as page:
        start = f"{site.as_uri()}/" if from_disk else f"{root}a%20site/"
        for old, new in MOVED.items():
            page.goto(f"{start}notebooks/{old}.html")
            expect(page.locator("h1")).to_have_text(new)
            assert page.url == f"{start}notebooks/{new}.html"


def test_a_page_says_where_it_is_now(site):
    for old, new in MOVED.items():
        text = (site / "notebooks" / f"{old}.html").read_text(encoding="utf-8")
        name = new.rpartition("/")[2]
        assert f'<link rel="canonical" href="{name}.html">' in text
        assert f'<a href="{name}.html">' in text
        assert "default-src 'none'" in text


def test_a_page_of_that_name_stays_what_it_is(tmp_path):
    (tmp_path / "notebooks").mkdir()
    for name in ("old", "new"):
        (tmp_path / "notebooks" / f"{name}.html").write_text(name, encoding="utf-8")
    lead_on(tmp_path, {"old": "new", "other": "missing"})
    assert {p.name: p.read_text(encoding="utf-8") for p in tmp_path.rglob("*.html")} == {
        "old.html": "old",
        "new.html": "new",
    }


def test_each_name_is_of_a_notebook():
    for old, new in MOVED.items():
        assert (FOLDER / f"{old}.ipynb").exists() or (FOLDER / f"{new}.ipynb").exists()
