"""Each control of each widget does something on the site, in Chromium, Firefox and WebKit."""

import pytest

from tests.website.browsers import CHROMIUM, FIREFOX, WEBKIT, chromium, firefox, webkit
from tests.website.common import EACH, notebook, own
from tests.website.controls import dead
from website.build import DRAWN

PAGES = ["index.html", *(path.replace(".ipynb", ".html") for path in (DRAWN, EACH))]
IN_EACH = pytest.mark.parametrize(
    "start",
    [
        pytest.param(start, marks=pytest.mark.skipif(not found, reason="not on this machine"))
        for found, start in ((CHROMIUM, chromium), (FIREFOX, firefox), (WEBKIT, webkit))
    ],
    ids=["chromium", "firefox", "webkit"],
)


def check(tab, root, page):
    """Fail unless each control of a page does something, and without a request to others."""
    tab.open(root + page)
    assert dead(tab) == []
    tab.check(root)


@IN_EACH
@pytest.mark.browser
@pytest.mark.parametrize("page", PAGES)
def test_no_control_is_dead(start, page, home, tmp_path):
    with start(tmp_path) as tab:
        check(tab, home, page)


HALF_DEAD = """export default { render({ el }) {
    const add = (tag, more) =>
        el.appendChild(Object.assign(document.createElement(tag), { textContent: tag, ...more }));
    add('button');
    const said = add('p');
    add('button', { onclick: () => (said.textContent += '!'), ariaLabel: 'alive' });
    add('input', { type: 'range', ariaLabel: 'far' });
    add('input', { type: 'range', ariaLabel: 'near', oninput: () => (said.textContent += '?') });
    add('button', { disabled: true, ariaLabel: 'for ever' });
} };"""


@IN_EACH
@pytest.mark.browser
def test_a_dead_control_is_found(start, site, tmp_path):
    with start(tmp_path) as tab:
        tab.open(site(notebook({"a": own(HALF_DEAD)}, "a")))
        found = dead(tab, patience=500)
    assert found == [
        "widget 0: button submit button",
        "widget 0: input range far",
        "widget 0: button submit for ever",
    ]


@IN_EACH
@pytest.mark.browser
def test_an_error_is_found(start, site, tmp_path):
    with start(tmp_path) as tab:
        tab.open(site(notebook({"a": own(HALF_DEAD)}, "a")))
        tab.value("void setTimeout(() => { throw new Error('much too late'); })")
        tab.value("void console.error('a bit late')")
        tab.value("new Promise(done => setTimeout(done))")
        found = " ".join(tab.errors())
    assert "much too late" in found
    assert "a bit late" in found
