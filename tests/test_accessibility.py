"""For everyone: each notebook as it is stored, at 200 % zoom, and what widgets tell the blind."""

import base64
import contextlib
import itertools
from pathlib import Path
import re
import time

from aehelpers import show, widgets
from aehelpers.experiments import results
from matplotlib.colors import to_rgb
import numpy as np
from playwright.sync_api import TimeoutError, expect
import pytest

from tests.page_checks import check_accessible
from tools.lab import chromium, headless_browser, lab, watched_page
from tools.notebooks import FOLDER, paths, prose, read

NAMES = [path.relative_to(FOLDER).as_posix() for path in paths()]
MEANINGLESS = {"here", "this", "link", "click here", "this page", "more"}


def in_chromium(test):
    skip = pytest.mark.skipif(chromium() is None, reason="no Chromium on this machine")
    return pytest.mark.browser(skip(test))


# --- The notebooks in JupyterLab ---

# A window of 1200 x 1800 pixels at 200 %, as a page measures it. JupyterLab's file browser takes
# half of it, so the notebook is read with the file browser closed (Ctrl+B).
ZOOMED = {"viewport": {"width": 600, "height": 900}, "device_scale_factor": 2}
SHOWN = ".jp-NotebookPanel:not(.lm-mod-hidden)"

# Whatever reaches beyond the right edge of the cell or output that holds it.
CUT_OFF = """notebook => {
    const boxes = notebook.querySelectorAll('.jp-RenderedMarkdown, .jp-OutputArea-output');
    return [...boxes].flatMap(box => {
        const edge = box.getBoundingClientRect().right + 1;
        return [...box.querySelectorAll('p, li, h1, h2, h3, table, code, img, canvas, mjx-math')]
            .filter(part => part.getBoundingClientRect().right > edge)
            .map(part => part.outerHTML.slice(0, 200));
    });
}"""


# Formulas are typeset, fonts are there, and nothing is cut off: a notebook comes to that when it
# has been laid out without the file browser.
SETTLED = f"""notebook => [...notebook.querySelectorAll('.jp-RenderedMarkdown')].every(text => {{
    const prose = text.cloneNode(true);
    prose.querySelectorAll('code, mjx-container').forEach(part => part.remove());
    return !/[$][^$]+[$]/.test(prose.textContent);
}}) && document.fonts.status === 'loaded' && ({CUT_OFF})(notebook).length === 0"""


@pytest.fixture(scope="module")
def browser():
    with headless_browser() as browser:
        yield browser


def hide_file_browser(page):
    page.keyboard.press("Control+b")
    page.locator("#jp-left-stack").wait_for(state="hidden")


@pytest.fixture(scope="module")
def open_notebook(browser):
    """Yield a function that opens a notebook beside those before it, and returns the page."""
    with lab() as running, watched_page(browser, **ZOOMED) as page:
        running.open(page, NAMES[0])
        running.wait_for_kernel(page)
        hide_file_browser(page)

        def open_(name):
            page.get_by_role("menuitem", name="File", exact=True).click()
            page.locator(".lm-Menu-itemLabel", has_text="Open from Path").click()
            page.locator(".jp-Dialog input").fill(f"notebooks/{name}")
            page.keyboard.press("Enter")
            page.locator(f".lm-TabBar-tab.lm-mod-current[title*='{name}']").wait_for()
            page.locator(f"{SHOWN} .jp-RenderedMarkdown h1").wait_for()
            page.locator("#jp-left-stack").wait_for(state="visible")  # opening a path shows it
            hide_file_browser(page)
            return page

        yield open_


@in_chromium
@pytest.mark.parametrize("name", NAMES)
def test_a_stored_notebook_keeps_nobody_out(open_notebook, name):
    page = open_notebook(name)
    check_accessible(page)
    notebook = page.locator(SHOWN)
    pictures = notebook.locator(".jp-OutputArea-output img")
    for alt in pictures.evaluate_all("all => all.map(image => image.alt)"):
        assert len(alt) > 30
    badges = notebook.locator(".jp-RenderedMarkdown img")
    assert all(badges.evaluate_all("all => all.map(image => image.alt)"))
    levels = notebook.locator(".jp-RenderedMarkdown :is(h1, h2, h3, h4, h5, h6)").evaluate_all(
        "all => all.map(heading => Number(heading.tagName[1]))"
    )
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(level - before <= 1 for before, level in itertools.pairwise(levels))
    with contextlib.suppress(TimeoutError):
        page.wait_for_function(SETTLED, arg=notebook.element_handle())
    assert notebook.evaluate(CUT_OFF) == []


# --- The notebook files ---


@pytest.mark.parametrize("path", paths(), ids=lambda path: path.stem)
def test_link_texts_make_sense_alone(path):
    text = prose(read(path))
    for words in re.findall(r"(?<!!)\[([^\[\]]+)\]\(", text):
        assert words.strip().lower() not in MEANINGLESS, words
        assert not words.startswith(("http", "www")), words
    assert not re.findall(r"(?<![(\[\"])https?://\S+", text)


def test_the_folder_of_the_notebooks_holds_what_is_tested():
    assert len(NAMES) == len(list(Path(FOLDER).rglob("[0-9]*.ipynb")))


# --- Widgets, on a page of their own: no JupyterLab and no kernel ---

MOUNT = """async ([source, place]) => {
    const { default: widget } = await import(`data:text/javascript;base64,${source}`);
    const panels = [
        {label: 'Originals', width: 2, height: 1, images: 2, zoom: 2, sliders: [], offset: 0},
        {label: 'Copies', width: 2, height: 1, images: 2, zoom: 2, sliders: [0], offset: 2,
         captions: [['cat', 'dog'], ['cat', '?'], ['?', '?']]},
    ];
    const spec = {title: 'Pictures', names: ['k'], values: [['10', '20', '1,000']], sizes: [3],
                  panels, readouts: ['MSE 3', 'MSE 2', 'MSE 1'], curve: null};
    const values = {spec, atlas: new Uint8Array(8), edition: 1, indices: [0]};
    const listeners = {};
    const model = {
        get: name => values[name],
        set: (name, value) => { values[name] = value; listeners[`change:${name}`](); },
        on: (event, listener) => (listeners[event] = listener),
        save_changes: () => {},
    };
    window.go = index => model.set('indices', [index]);
    const el = document.createElement('div');
    window.end = widget.render({ model, el });
    document.querySelector(place).append(el);
}"""


@pytest.fixture
def page(browser):
    with watched_page(browser) as page:
        yield page


def mount(page, place, html):
    page.set_content(html)
    source = base64.b64encode(widgets.Explorer._esm.encode()).decode("ascii")
    page.evaluate(MOUNT, [source, place])


@in_chromium
def test_a_slider_has_a_name_and_its_shown_value_and_obeys_the_keyboard(page):
    mount(page, "main", "<main></main>")
    page.get_by_role("group", name="Pictures").wait_for()
    slider = page.get_by_role("slider", name="k", exact=True)
    expect(slider).to_have_attribute("aria-valuetext", "10")
    slider.focus()
    for key, value, readout in (("ArrowRight", "20", "MSE 2"), ("End", "1,000", "MSE 1")):
        page.keyboard.press(key)
        expect(slider).to_have_attribute("aria-valuetext", value)
        expect(page.locator(".ae-value")).to_have_text(value)
        assert page.locator(".ae-readout").text_content() == readout
    page.evaluate("() => go(0)")
    expect(slider).to_have_value("0")
    page.evaluate("() => end()")


@in_chromium
def test_pictures_say_which_state_they_show(page):
    mount(page, "main", "<main></main>")
    page.get_by_role("img", name="Originals, 2 images", exact=True).wait_for()
    page.get_by_role("img", name="Copies, 2 images, k 10, cat, dog", exact=True).wait_for()
    page.evaluate("() => go(2)")
    page.get_by_role("img", name="Copies, 2 images, k 1,000, ?, ?", exact=True).wait_for()


@in_chromium
def test_a_slider_that_is_held_down_does_not_flood_a_listener(page):
    page.clock.install()
    page.clock.pause_at(time.time() + 60)  # from now on, time goes on where this test says so
    mount(page, "main", "<main></main>")
    page.clock.run_for(1000)
    status = page.locator("output")
    assert status.text_content() == "MSE 3"
    status.evaluate(
        "status => { window.said = [];"
        "new MutationObserver(() => said.push(status.textContent))"
        ".observe(status, {childList: true, characterData: true, subtree: true}); }"
    )
    for step in range(1, 31):  # a key that is held down repeats about 30 times a second
        page.evaluate("index => go(index)", step % 2 + 1)
        seen = page.locator(".ae-readout").text_content()
        assert seen == f"MSE {2 - step % 2}"
        page.clock.run_for(30)
    assert page.evaluate("said") == []
    page.clock.run_for(1000)
    assert page.evaluate("said") == ["MSE 2"]


# --- Figures without colours ---

SOME = results.Interval(0.6, 0.55, 0.65, 5)
FIVE = list("abcde")
SERIES = {
    "loss": lambda: show.loss_curves([0.3, 0.2], [0.4, 0.3], "t", best_epoch=2),
    "curves": lambda: show.curves([1, 2], {name: [1, 2] for name in FIVE}, "t", "x", "y"),
    "gains": lambda: show.gains(*np.array([[2.0, 1.0], [0.7, 0.5], [0.6, 0.5]]), "t"),
    "accuracy": lambda: show.accuracy_curve([10, 100], [[0.5, 0.6], [0.7, 0.8]], "t"),
    "rows": lambda: show.interval_rows(
        {"a": SOME, "b": SOME}, "t", "x", {"a": [0.5, 0.7], "b": [0.6]}
    ),
    "groups": lambda: show.interval_rows(
        dict.fromkeys(FIVE, SOME), "t", "x", groups={name: [name] for name in FIVE}
    ),
    "landing": lambda: show.landing([10, 100], [SOME] * 2, [SOME] * 2, (100, 0.7), "t"),
}


def luminance(colour):
    """Return the relative luminance of a colour, 0 to 1 (WCAG 2.2, its definition)."""
    rgb = np.array(to_rgb(colour))
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def contrast(one, other):
    """Return the contrast ratio of two colours, 1 to 21 (WCAG 2.2, its definition)."""
    low, high = sorted([luminance(one), luminance(other)])
    return (high + 0.05) / (low + 0.05)


def looks(ax):
    """Return for each colour of an axes the markers and line styles that are drawn in it."""
    ends = {id(cap) for bar in ax.containers if hasattr(bar, "lines") for cap in bar.lines[1]}
    found = {}
    for line in ax.lines:
        if id(line) not in ends:
            look = (str(line.get_marker()), line.get_linestyle())
            found.setdefault(line.get_color(), set()).add(look)
    return found


@pytest.mark.parametrize("name", SERIES)
def test_series_differ_in_marker_line_style_or_lightness(name):
    for ax in SERIES[name]().axes:
        found = looks(ax)
        assert len(found) >= 2
        for (one, its), (other, others) in itertools.combinations(found.items(), 2):
            assert its.isdisjoint(others) or contrast(one, other) >= 3, (one, other)


def test_the_contrast_of_black_and_white_is_21():
    assert contrast("black", "white") == pytest.approx(21)
    assert contrast("#777777", "white") == pytest.approx(4.48, abs=0.01)
