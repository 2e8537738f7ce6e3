"""The notebooks in JupyterLab and a real Chromium, as a learner meets them."""

import base64
import json
import re

import numpy as np
from playwright.sync_api import expect
import pytest

from tests.page_checks import check_accessible, violations
from tests.test_accessibility import contrast, hide_file_browser, luminance
from tools.lab import chromium, headless_browser, lab, sliders_of, watched_page

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(chromium() is None, reason="no Chromium on this machine"),
]

WINDOW = {"viewport": {"width": 1280, "height": 1000}}

# Appended to the copy of a notebook: writes what Python says each explorer shows in each state.
FRAMES = """
import itertools
explorers = [value for value in Out.values() if isinstance(value, widgets.Explorer)]
explorers += [value.explorer for value in Out.values() if isinstance(value, widgets.Chooser)]
for number, shown in enumerate(explorers):
    states = itertools.product(*shown.values.values())
    frames = [shown.frame(**dict(zip(shown.values, state))) for state in states]
    np.save(f"frames{number}.npy", np.stack(frames))
"""

# It ends when it is interrupted: no machine is as fast as that.
LONG_TRAINING = 'learn.train_bank({"long": deep._replace(epochs=1_000_000)}, x_train)'

# What the canvases of an explorer hold: width, height and grey bytes of each, as base64.
CANVASES = """root => [...root.querySelectorAll('canvas')].map(canvas => {
    const {width, height} = canvas;
    const rgba = canvas.getContext('2d').getImageData(0, 0, width, height).data;
    let grey = '';
    for (let i = 0; i < rgba.length; i += 4) {
        const same = rgba[i] === rgba[i + 1] && rgba[i] === rgba[i + 2] && rgba[i + 3] === 255;
        grey += String.fromCharCode(same ? rgba[i] : 77);
    }
    return [width, height, btoa(grey)];
})"""


@pytest.fixture(scope="module")
def jupyter():
    with lab() as running:
        yield running


def add_cell(folder, name, source):
    path = folder / name
    notebook = json.loads(path.read_text(encoding="utf-8"))
    cell = {"cell_type": "code", "id": "frames", "metadata": {}, "outputs": []}
    notebook["cells"].append(cell | {"execution_count": None, "source": source})
    path.write_text(json.dumps(notebook), encoding="utf-8")


def shown_frame(explorer):
    """Return what the browser shows, all panels under each other, as `Explorer.frame` does."""
    pages = []
    for width, height, grey in explorer.evaluate(CANVASES):
        pages.append(np.frombuffer(base64.b64decode(grey), np.uint8).reshape(height, width))
    widest = max(page.shape[1] for page in pages)
    return np.vstack(
        [np.pad(p, ((0, 0), (0, widest - p.shape[1])), constant_values=255) for p in pages]
    )


def press(page, explorer, key, times, state):
    """Press a key on the focused slider and wait until the picture shows the given state."""
    for _ in range(times):
        page.keyboard.press(key)
    page.wait_for_function(
        "([root, state]) => root.dataset.state === state", arg=[explorer.element_handle(), state]
    )


# The texts that can be seen in the widgets, each with its colour and what is behind it.
COLOURS = """() => [...document.querySelectorAll('.ae-networked *')]
    .filter(part => part.checkVisibility() && !part.closest('.ae-said'))
    .filter(part => [...part.childNodes].some(node => node.nodeType === 3 && node.data.trim()))
    .map(part => {
        let behind = part;
        const colour = () => getComputedStyle(behind).backgroundColor;
        while (colour() === 'rgba(0, 0, 0, 0)') behind = behind.parentElement;
        return [part.textContent, getComputedStyle(part).color, colour()];
    })"""

# What reaches beyond the output that holds it, or lies on something else.
IN_THE_WAY = """() => [...document.querySelectorAll('.ae-networked')].flatMap(widget => {
    const output = widget.closest('.jp-OutputArea-output').getBoundingClientRect();
    const all = 'canvas, button, select, input, span, figcaption, p:not(.ae-said)';
    const parts = [...widget.querySelectorAll(all)].filter(part => part.checkVisibility());
    const boxes = parts.map(part => part.getBoundingClientRect());
    const wrong = (box, i) =>
        box.left < output.left - 1 || box.right > output.right + 1 ||
        boxes.some((other, j) => j !== i && Math.min(box.right, other.right) >
            Math.max(box.left, other.left) + 1 && Math.min(box.bottom, other.bottom) >
            Math.max(box.top, other.top) + 1);
    return parts.filter((_, i) => wrong(boxes[i], i)).map(part => part.outerHTML.slice(0, 200));
})"""


@pytest.fixture(scope="module")
def browser():
    """Yield one browser for all tests here: a thread can start no second one beside it."""
    with headless_browser() as started:
        yield started


@pytest.fixture(scope="module")
def played(jupyter, browser):
    """Yield a page for mouse and fingers, in which notebook 0 was run."""
    with watched_page(browser, has_touch=True, **WINDOW) as page:
        jupyter.open(page, "00_play.ipynb")
        assert jupyter.run_all(page) == []
        yield page


def test_notebook_0_runs_and_everyone_can_use_it(played):
    expect(played.locator(".ae-networked")).to_have_count(5)
    check_accessible(played)


def test_a_finger_draws_and_drags_the_point_of_a_map(played):
    for canvas, words in ((".ae-pad", ".ae-loss"), (".ae-map", ".ae-place")):
        before = played.locator(words).first.text_content()
        move_finger(played, played.locator(canvas).first)
        expect(played.locator(words).first).not_to_have_text(before)


def move_finger(page, canvas):
    """Move a finger over a canvas, from the left to the right."""
    canvas.scroll_into_view_if_needed()
    box, touch = canvas.bounding_box(), page.context.new_cdp_session(page)
    kinds = ("touchStart", "touchMove", "touchMove", "touchEnd")
    for kind, share in zip(kinds, (0.2, 0.5, 0.8, None)):
        places = share and [{"x": box["x"] + share * box["width"], "y": box["y"] + 80}]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": places or []})


def test_at_200_percent_no_widget_is_cut_off_and_nothing_overlaps(played):
    played.set_viewport_size({"width": 640, "height": 400})  # as a window of 1280 x 800 has it
    hide_file_browser(played)
    played.wait_for_function(f"({IN_THE_WAY})().length === 0")
    played.set_viewport_size(WINDOW["viewport"])


def test_in_the_dark_theme_every_text_can_be_read(played):
    choose_theme(played, "JupyterLab Dark")
    played.locator("body[data-jp-theme-light='false']").wait_for(state="attached")
    found = played.evaluate(COLOURS)
    assert len(found) > 200
    colours = {text: seen(*pair) for text, *pair in found}
    assert {text: pair for text, pair in colours.items() if contrast(*pair) < 4.5} == {}
    assert all(luminance(behind) < 0.2 for _, behind in colours.values())
    assert violations(played) == []
    choose_theme(played, "JupyterLab Light")


def choose_theme(page, name):
    page.get_by_role("menuitem", name="Settings", exact=True).click()
    for word in ("Theme", name):
        page.locator(f".lm-Menu-itemLabel:text-is('{word}')").click()


def seen(colour, behind):
    """Return two colours with parts from 0 to 1: one as it looks on the other, and the other."""
    red, green, blue, *opacity = numbers(colour)
    share = opacity[0] if opacity else 1
    bottom = numbers(behind)
    top = [share * a + (1 - share) * b for a, b in zip((red, green, blue), bottom, strict=True)]
    return [part / 255 for part in top], [part / 255 for part in bottom]


def numbers(colour):
    """Return the numbers in a colour as a browser writes it."""
    return [float(part) for part in re.findall(r"[\d.]+", colour)]


@pytest.mark.parametrize(
    ("name", "n_explorers"),
    [
        ("01_unlabeled_data.ipynb", 1),
        ("02_autoencoder.ipynb", 1),
        ("03_bottleneck.ipynb", 1),
        ("04_denoising.ipynb", 1),
    ],
)
def test_a_notebook_runs_and_its_sliders_show_the_right_pictures(
    jupyter, name, n_explorers, browser
):
    add_cell(jupyter.folder, name, FRAMES)
    with watched_page(browser, **WINDOW) as page:
        jupyter.open(page, name)
        check_pictures_have_text_alternatives(page)  # as stored, before anything is run
        assert jupyter.run_all(page) == []
        expect(page.locator(".ae-explorer[data-state]")).to_have_count(n_explorers)
        check_pictures_have_text_alternatives(page)
        check_accessible(page)
        explorers = page.locator(".ae-explorer")
        for number in range(n_explorers):
            frames = np.load(jupyter.folder / f"frames{number}.npy")
            check_sliders(page, explorers.nth(number), frames)


def test_sliders_answer_while_a_training_runs(jupyter, browser):
    name = "04_denoising.ipynb"
    add_cell(jupyter.folder, name, FRAMES)
    with watched_page(browser, **WINDOW) as page:
        jupyter.open(page, name)
        check_pictures_have_text_alternatives(page)
        assert jupyter.run_all(page) == []
        expect(page.locator(".ae-explorer[data-state]")).to_have_count(1)
        check_pictures_have_text_alternatives(page)
        check_accessible(page)
        frames = np.load(jupyter.folder / "frames0.npy")
        training = page.locator(".jp-CodeCell").last
        editor = training.locator(".cm-content")
        editor.click()
        page.keyboard.press("Control+a")
        page.keyboard.insert_text(LONG_TRAINING)
        expect(editor).to_have_text(LONG_TRAINING)
        page.keyboard.press("Control+Enter")
        training.locator(".widget-hprogress").wait_for()  # it trains now
        check_sliders(page, page.locator(".ae-explorer"), frames)
        assert training.locator(".jp-InputArea-prompt").text_content() == "[*]:"
        jupyter.interrupt(page)
        training.get_by_text("Interrupted with 0 of 1 models").wait_for()


def test_a_notebook_without_sliders_has_its_pictures_described(jupyter, browser):
    with watched_page(browser, **WINDOW) as page:
        jupyter.open(page, "06_code_demonstration.ipynb")
        check_pictures_have_text_alternatives(page)


def check_sliders(page, explorer, frames):
    """Move through every combination of slider values with the arrow keys, and compare."""
    handles = sliders_of(explorer).all()
    sizes = json.loads(explorer.get_attribute("data-sizes"))
    assert np.prod(sizes) == len(frames)
    frames = frames.reshape(*sizes, *frames.shape[1:])
    state = [int(index) for index in explorer.get_attribute("data-state").split()]

    def go(slider, index, presses):
        """Press an arrow key on one slider, and check the picture of the state it leads to."""
        handles[slider].focus()
        key = "ArrowRight" if index > state[slider] else "ArrowLeft"
        state[slider] = index
        press(page, explorer, key, presses, " ".join(map(str, state)))
        np.testing.assert_array_equal(shown_frame(explorer), frames[tuple(state)])

    for slider, size in enumerate(sizes):  # bursts of 100 presses end in the last state
        handles[slider].scroll_into_view_if_needed()
        for index in (0, size - 1, 0):
            if index != state[slider]:
                go(slider, index, presses=100)
    for first in range(sizes[0]):
        if first:
            go(0, first, presses=1)
        for second in range(1, sizes[1]) if len(sizes) == 2 else ():
            go(1, second, presses=1)
        if len(sizes) == 2:
            go(1, 0, presses=100)


def test_guesses_and_controls_are_used_with_the_keyboard_alone(jupyter, browser):
    with watched_page(browser, **WINDOW) as page:
        jupyter.open(page, "03_bottleneck.ipynb")
        assert jupyter.run_all(page) == []
        question = page.locator("fieldset.ae-guess").first
        question.locator("input").first.focus()
        for _ in range(2):  # nothing is chosen at first; the arrow key goes down and chooses
            page.keyboard.press("ArrowDown")
        chosen = question.locator("input:checked").get_attribute("value")
        assert chosen == question.locator("input").nth(2).get_attribute("value")
        others = page.locator("fieldset.ae-guess").nth(1).locator("input:checked")
        assert others.count() == 0  # each question has a choice of its own
        page.locator("details.ae-answer[open]").first.wait_for()
        page.get_by_text(f"You guessed: {chosen}.").wait_for()

        explorer = page.locator(".ae-explorer")
        before, state = shown_frame(explorer), explorer.get_attribute("data-state")
        page.get_by_role("button", name="Other images").focus()
        page.keyboard.press("Enter")
        page.locator(f".ae-explorer[data-edition='2'][data-state='{state}']").wait_for()
        assert (shown_frame(explorer) != before).any()
        data_set = page.locator(".jp-OutputArea-output select:visible").first
        data_set.focus()
        page.keyboard.press("Home")  # the first one is chosen already
        expect(data_set).to_have_attribute("data-lm-suppress-shortcuts", "true")


def check_pictures_have_text_alternatives(page):
    pictures = page.locator(".jp-OutputArea-output img:visible")
    pictures.nth(2).wait_for()  # there are at least three
    for alt in pictures.evaluate_all("images => images.map(image => image.alt)"):
        assert len(alt) > 30
    for label in page.locator("canvas[role=img]").evaluate_all("all => all.map(c => c.ariaLabel)"):
        assert label
