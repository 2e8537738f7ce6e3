"""The page without a kernel in Firefox and in WebKit."""

import json

import pytest

from tests.website.browsers import FIREFOX, WEBKIT, firefox, webkit
from tests.website.common import TRAININGS


def where(found, start):
    skip = pytest.mark.skipif(not found, reason=f"no {start.__name__} on this machine")
    return pytest.param(start, marks=skip, id=start.__name__)


BROWSERS = [where(FIREFOX, firefox), where(WEBKIT, webkit)]


# By how much the grey values of an image differ from means over the pad, at most.
DIFFERENCE = """(() => {
    const bytes = (name, side) =>
        document.querySelector(name).getContext('2d').getImageData(0, 0, side, side).data;
    const pad = bytes('canvas.ae-pad', 280);
    const given = bytes('canvas[aria-label="what the networks get"]', 28);
    const differences = Array.from({length: 784}, (_, i) => {
        let sum = 0;
        for (let j = 0; j < 100; j++) {
            const [x, y] = [10 * (i % 28) + j % 10, 10 * Math.floor(i / 28) + Math.floor(j / 10)];
            sum += pad[4 * (280 * y + x)];
        }
        return Math.abs(given[4 * i] - sum / 100);
    });
    return Math.max(...differences);
})()"""


@pytest.mark.browser
@pytest.mark.parametrize("start", BROWSERS)
def test_networks_get_each_part_of_a_drawing(start, address, tmp_path):
    with start(tmp_path) as tab:
        tab.open(address)
        stills = "document.querySelectorAll('.ae-still:not([hidden])').length"
        tab.wait_until(f"{stills} === {TRAININGS}")
        tab.drag("document.querySelector('canvas.ae-pad')")
        tab.value("document.querySelector('.ae-check input').click()")  # size and place as drawn
        assert tab.value(DIFFERENCE) < 1
        tab.check(address)


@pytest.mark.browser
@pytest.mark.parametrize("start", BROWSERS)
def test_the_site_works_from_disk(start, course, tmp_path):
    with start(tmp_path) as tab:
        tab.open(f"{course.as_uri()}/index.html")
        loss = "document.querySelector('.ae-loss')?.textContent"
        tab.wait_until(f"{loss} !== undefined")
        before = tab.value(loss)
        tab.drag("document.querySelector('canvas.ae-pad')")
        tab.wait_until(f"{loss} !== {json.dumps(before)}")
        assert tab.errors() == []
