"""Each widget on a phone, in the light and in the dark: it keeps nobody out."""

import pytest

from tests.page_checks import in_chromium, violations, width
from tests.widgets import test_explorer, test_gallery, test_guess, test_intervals, test_touch
from tests.widgets.common import mount

MADE = test_touch.MADE | {
    "Explorer": test_explorer.small,
    "Guess": lambda: test_guess.QUESTION,
    "Intervals": test_intervals.made,
    "Label": test_gallery.half_labeled,
    "Search": test_gallery.search,
}


@in_chromium
@pytest.mark.parametrize("name", MADE)
def test_everyone_can_use_it(page, name):
    page.set_viewport_size({"width": 390, "height": 844})
    mount(page, MADE[name]())
    for colours in ("light", "dark"):
        page.emulate_media(color_scheme=colours)
        assert violations(page, [".ae-live"]) == []
    assert width(page) <= 390
    for control in page.locator("button, select, input:not([type=checkbox], [type=radio])").all():
        box = control.bounding_box()
        assert min(box["width"], box["height"]) >= 24
