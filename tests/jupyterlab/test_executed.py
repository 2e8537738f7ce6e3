"""The notebooks in JupyterLab and a real Chromium, as a learner meets them."""

import base64
import json
import re

import nbformat
import numpy as np
from playwright.sync_api import expect

from tests.jupyterlab.common import WINDOW, press, reopen, save, shown
from tests.page_checks import IN_CHROMIUM, barriers, grave, swipe
from tests.test_accessibility import contrast, luminance
from tools.lab import sliders_of

pytestmark = IN_CHROMIUM

# Appended to the copy of a notebook: writes what Python says its explorer shows in each state.
FRAMES = """
import itertools
(shown,) = [one for one in Out.values() if isinstance(one, (widgets.Explorer, widgets.Chooser))]
shown = getattr(shown, "explorer", shown)
states = itertools.product(*shown.values.values())
np.save("frames.npy", [shown.frame(**dict(zip(shown.values, state))) for state in states])
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


def shown_frame(explorer):
    """Return what the browser shows, all panels under each other, as `Explorer.frame` does."""
    pages = []
    for width, height, grey in explorer.evaluate(CANVASES):
        pages.append(np.frombuffer(base64.b64decode(grey), np.uint8).reshape(height, width))
    widest = max(page.shape[1] for page in pages)
    return np.vstack(
        [np.pad(p, ((0, 0), (0, widest - p.shape[1])), constant_values=255) for p in pages]
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


def test_everyone_can_use_notebook_0(jupyter, page):
    jupyter.open(page, "00_play.ipynb")
    assert jupyter.run_all(page) == []
    expect(page.locator(".ae-networked")).to_have_count(5)
    assert barriers(page) == []
    for canvas, words in ((".ae-pad", ".ae-loss"), (".ae-map", ".ae-place")):
        before = page.locator(words).first.text_content()
        swipe(page, page.locator(canvas).first)
        expect(page.locator(words).first).not_to_have_text(before)

    page.set_viewport_size({"width": 640, "height": 400})  # as a window of 1280 x 800 at 200 %
    page.keyboard.press("Control+b")  # hides the file browser
    page.wait_for_function(f"({IN_THE_WAY})().length === 0")
    page.set_viewport_size(WINDOW)

    choose_theme(page, "JupyterLab Dark")
    page.locator("body[data-jp-theme-light='false']").wait_for(state="attached")
    found = page.evaluate(COLOURS)
    assert len(found) > 200
    colours = {text: seen(*pair) for text, *pair in found}
    assert {text: pair for text, pair in colours.items() if contrast(*pair) < 4.5} == {}
    assert all(luminance(behind) < 0.2 for _, behind in colours.values())
    assert grave(page) == []
    choose_theme(page, "JupyterLab Light")


def choose_theme(page, name):
    page.get_by_role("menuitem", name="Settings", exact=True).click()
    for word in ("Theme", name):
        page.locator(f".lm-Menu-itemLabel:text-is('{word}')").click()


def seen(colour, behind):
    """Return two colours with parts from 0 to 1: one as it looks on the other, and the other."""
    *parts, share = [*numbers(colour), 1][:4]
    bottom = numbers(behind)
    top = [share * a + (1 - share) * b for a, b in zip(parts, bottom, strict=True)]
    return [part / 255 for part in top], [part / 255 for part in bottom]


def numbers(colour):
    """Return the numbers in a colour as a browser writes it."""
    return [float(part) for part in re.findall(r"[\d.]+", colour)]


def run(jupyter, page, name):
    """Run a notebook and look at it; return what its explorer should show in each state."""
    path = jupyter.folder / name
    notebook = nbformat.read(path, as_version=4)
    notebook.cells.append(nbformat.v4.new_code_cell(FRAMES))
    nbformat.write(notebook, path)
    jupyter.open(page, name)
    assert jupyter.run_all(page) == []
    expect(page.locator(".ae-explorer[data-state]")).to_have_count(1)
    pictures = page.locator(".jp-OutputArea-output img:visible")
    pictures.nth(2).wait_for()  # there are at least three
    for alt in pictures.evaluate_all("images => images.map(image => image.alt)"):
        assert len(alt) > 30
    assert all(page.locator("canvas[role=img]").evaluate_all("all => all.map(c => c.ariaLabel)"))
    assert barriers(page) == []
    return np.load(jupyter.folder / "frames.npy")


def test_sliders_show_the_right_pictures_also_after_the_kernel_is_gone(jupyter, page):
    name = "01_unlabeled_data.ipynb"
    check_sliders(page, run(jupyter, page, name))
    question = page.locator("fieldset.ae-guess").first
    question.locator("input").nth(1).check()
    save(page, jupyter, name)
    reopen(page, jupyter, name)
    page.locator(".ae-explorer[data-state]").wait_for()
    assert question.locator("input").nth(1).is_checked()
    check_sliders(page, np.load(jupyter.folder / "frames.npy"))
    assert not shown(page, "model not found")
    assert not shown(page, "A still picture")


def test_sliders_show_the_right_pictures(jupyter, page):
    check_sliders(page, run(jupyter, page, "02_autoencoder.ipynb"))


def test_sliders_answer_while_a_training_runs(jupyter, page):
    frames = run(jupyter, page, "04_denoising.ipynb")
    training = page.locator(".jp-CodeCell").last
    editor = training.locator(".cm-content")
    editor.click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(LONG_TRAINING)
    expect(editor).to_have_text(LONG_TRAINING)
    page.keyboard.press("Control+Enter")
    training.locator(".widget-hprogress").wait_for()  # it trains now
    check_sliders(page, frames)
    assert training.locator(".jp-InputArea-prompt").text_content() == "[*]:"
    jupyter.interrupt(page)
    training.get_by_text("Interrupted with 0 of 1 models").wait_for()


def check_sliders(page, frames):
    """Move through every combination of slider values with the arrow keys, and compare."""
    explorer = page.locator(".ae-explorer")
    handles = sliders_of(explorer).all()
    sizes = json.loads(explorer.get_attribute("data-sizes"))
    assert np.prod(sizes) == len(frames)
    frames = frames.reshape(*sizes, *frames.shape[1:])
    state = [int(index) for index in explorer.get_attribute("data-state").split()]

    def go(slider, index, presses=1):
        """Press an arrow key on one slider, and check the picture of the state it leads to."""
        handles[slider].focus()
        key = "ArrowRight" if index > state[slider] else "ArrowLeft"
        state[slider] = index
        press(page, explorer, key, " ".join(map(str, state)), presses)
        np.testing.assert_array_equal(shown_frame(explorer), frames[tuple(state)])

    for slider, size in enumerate(sizes):  # bursts of 100 presses end in the last state
        handles[slider].scroll_into_view_if_needed()
        for index in (0, size - 1, 0):
            if index != state[slider]:
                go(slider, index, presses=100)
    for first in range(sizes[0]):
        if first:
            go(0, first)
        for second in range(1, sizes[1]) if len(sizes) == 2 else ():
            go(1, second)
        if len(sizes) == 2:
            go(1, 0, presses=100)


def test_sliders_guesses_and_controls_are_used_with_the_keyboard_alone(jupyter, page):
    check_sliders(page, run(jupyter, page, "03_bottleneck.ipynb"))
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
