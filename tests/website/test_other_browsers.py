"""The page without a kernel in Firefox and in WebKit."""

import json

import pytest

from tests.website.browsers import ARROW_RIGHT, FIREFOX, HOME, WEBKIT, firefox, webkit
from tests.website.common import TRAININGS


def where(found, start):
    skip = pytest.mark.skipif(not found, reason=f"no {start.__name__} on this machine")
    return pytest.param(start, marks=skip, id=start.__name__)


@pytest.fixture(params=[where(FIREFOX, firefox), where(WEBKIT, webkit)])
def tab(request, tmp_path, address):
    """Yield a tab with the page; at the end, fail on errors and on requests to anywhere else."""
    with request.param(tmp_path) as tab:
        tab.open(address)
        stills = "document.querySelectorAll('.ae-still:not([hidden])').length"
        tab.wait_until(f"{stills} === {TRAININGS}")
        yield tab
        tab.check(address)


@pytest.mark.browser
def test_widgets_are_used_with_mouse_and_keys(tab):
    loss = "document.querySelector('.ae-networks .ae-loss').textContent"
    before = tab.value(loss)
    tab.drag("document.querySelector('canvas.ae-pad')")
    tab.wait_until(f"{loss} !== {json.dumps(before)}")
    tab.value("document.querySelector('.ae-slider input').focus()")
    state = "document.querySelector('.ae-explorer').dataset.state"
    for key, index in ((ARROW_RIGHT, "2"), (HOME, "0")):
        tab.press(key)
        tab.wait_until(f"{state} === '{index}'")


@pytest.mark.browser
@pytest.mark.skipif(not FIREFOX, reason="no Firefox on this machine")
def test_the_site_works_from_disk(course, tmp_path):
    with firefox(tmp_path) as tab:
        tab.open(f"{course.as_uri()}/index.html")
        loss = "document.querySelector('.ae-loss')?.textContent"
        tab.wait_until(f"{loss} !== undefined")
        before = tab.value(loss)
        tab.drag("document.querySelector('canvas.ae-pad')")
        tab.wait_until(f"{loss} !== {json.dumps(before)}")
        assert tab.errors() == []
