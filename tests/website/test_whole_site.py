"""All pages of the site, with all their widgets; test_site.py has those that are made quickly."""

import pytest

from tests.page_checks import needs_chromium
from tests.website.test_controls import IN_EACH, check
from tests.website.test_site import check_everyone
from tools import ROOT
from tools.notebooks import paths, read
from website import live

pytestmark = pytest.mark.slow
STORED = {path.relative_to(ROOT).with_suffix(".html").as_posix(): read(path) for path in paths()}
ALIVE = ["index.html"]
ALIVE += [name for name, made in STORED.items() if any(map(live.has_widget, live.outputs(made)))]
OTHERS = ["search", "answer", "licence", "speed", "docs/glossary", "docs/references"]
OTHERS += ["docs/teaching", "aehelpers/datasets/README"]
PAGES = ["index.html", *STORED, *(f"{name}.html" for name in OTHERS)]


@IN_EACH
@pytest.mark.parametrize("page", ALIVE)
def test_no_control_is_dead(start, page, whole, tmp_path):
    with start(tmp_path) as tab:
        check(tab, whole, page)


@needs_chromium
@pytest.mark.parametrize("page", PAGES)
def test_nobody_is_kept_out(browser, page, whole):
    check_everyone(browser, whole, page)
