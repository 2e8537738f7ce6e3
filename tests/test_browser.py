"""The notebooks in JupyterLab and a real Chromium, as a learner meets them."""

import base64
import json

import numpy as np
from playwright.sync_api import expect
import pytest

from tests.page_checks import check_accessible
from tools.lab import browser_page, chromium, lab, sliders_of

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(chromium() is None, reason="no Chromium on this machine"),
]

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
LONG_TRAINING = 'learn.train_bank({"long": recipe._replace(epochs=1_000_000)}, x_train)'

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


def test_notebook_0_runs_and_everyone_can_use_it(jupyter):
    with browser_page() as page:
        jupyter.open(page, "00_play.ipynb")
        assert jupyter.run_all(page) == []
        expect(page.locator(".ae-networked")).to_have_count(5)
        check_accessible(page)


@pytest.mark.parametrize(
    ("name", "n_explorers"),
    [
        ("01_unlabeled_data.ipynb", 1),
        ("02_autoencoder.ipynb", 2),
        ("03_bottleneck.ipynb", 1),
        ("04_denoising.ipynb", 1),
    ],
)
def test_a_notebook_runs_and_its_sliders_show_the_right_pictures(jupyter, name, n_explorers):
    add_cell(jupyter.folder, name, FRAMES)
    with browser_page() as page:
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


def test_sliders_answer_while_a_training_runs(jupyter):
    name = "05_pretraining.ipynb"
    add_cell(jupyter.folder, name, FRAMES)
    with browser_page() as page:
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


def test_a_notebook_without_sliders_has_its_pictures_described(jupyter):
    with browser_page() as page:
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


def test_predictions_and_controls_are_used_with_the_keyboard_alone(jupyter):
    with browser_page() as page:
        jupyter.open(page, "03_bottleneck.ipynb")
        assert jupyter.run_all(page) == []
        question = page.locator("fieldset.ae-prediction").first
        question.locator("input").first.focus()
        for _ in range(2):  # nothing is chosen at first; the arrow key goes down and chooses
            page.keyboard.press("ArrowDown")
        chosen = question.locator("input:checked").get_attribute("value")
        assert chosen == question.locator("input").nth(2).get_attribute("value")
        others = page.locator("fieldset.ae-prediction").nth(1).locator("input:checked")
        assert others.count() == 0  # each question has a choice of its own
        result = page.locator(".jp-CodeCell", has_text=".compare_with(").first
        result.locator(".cm-content").click()
        page.keyboard.press("Control+Enter")
        result.get_by_text(f"You guessed: {chosen}.").wait_for()

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
