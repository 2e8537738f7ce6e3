"""Widgets whose kernel is gone: in a notebook that was saved and is reopened, in one left open."""

import base64
import json

from aehelpers import widgets
import nbformat
import pytest

from tools.lab import browser_page, chromium, lab

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(chromium() is None, reason="no Chromium on this machine"),
]
STATE = "application/vnd.jupyter.widget-state+json"
OTHER_IMAGES = (
    "Other images need a kernel, and none runs here. The sliders still work; "
    "run this cell in a notebook to get other images."
)
# One of each: an explorer, one with a choice, a question and its answer, a training that shows its
# progress.
CELLS = [
    """import numpy as np
from aehelpers import learn, widgets
def make(dataset="one", draw=0):
    pages = np.zeros((3, 2, 28, 28), np.uint8) + np.uint8([[[[0]]], [[[90]]], [[[180]]]])
    return {"panels": [widgets.Panel("Levels", pages + np.uint8(draw), ("k",))]}
widgets.Explorer("Alone", {"k": [1, 2, 4]}, start={"k": 2}, **make())""",
    """two = {"One": "one", "Two": "two"}
widgets.Chooser("With a choice", {"k": [1, 2, 4]}, {"k": 2}, make, two)""",
    """question = widgets.Guess("How much?", ["little", "much"])
question""",
    """question.answer("much", because="It is a lot.")""",
    """network = learn.build_autoencoder(4, ())
network.compile("sgd", "mse")
learn.fit(network, np.zeros((32, 784), np.uint8), epochs=1, batch_size=16);""",
]


@pytest.fixture(scope="module")
def jupyter():
    with lab() as running:
        write_settings(running, "@jupyterlab/docmanager-extension", {"autosave": False})
        yield running


@pytest.fixture
def page():
    """Yield a page; at the end, fail on JavaScript errors and on errors in the console."""
    errors = []
    with browser_page() as page:
        page.on("console", lambda m: errors.append(m.text) if m.type == "error" else None)
        page.errors = errors
        yield page
    assert errors == []


def write_settings(jupyter, extension, settings):
    """Write settings of a person, which count from the next opened page on."""
    folder = jupyter.course.parent / "settings" / extension
    folder.mkdir(parents=True)
    (folder / "plugin.jupyterlab-settings").write_text(json.dumps(settings), encoding="utf-8")


def write_notebook(jupyter, name, sources=CELLS):
    cells = [nbformat.v4.new_code_cell(source) for source in sources]
    notebook = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata["kernelspec"] = {"display_name": "Python 3 (ipykernel)", "name": "python3"}
    (jupyter.folder / name).write_text(nbformat.writes(notebook), encoding="utf-8")


def save(page, jupyter, name):
    """Save with the keyboard, whatever has the focus; return the state of widgets in the file."""
    with page.expect_response(lambda a: a.request.method == "PUT" and name in a.url):
        page.keyboard.press("Control+s")
    notebook = json.loads((jupyter.folder / name).read_text(encoding="utf-8"))
    return notebook["metadata"].get("widgets", {}).get(STATE, {}).get("state", {})


def shut_down(page, jupyter):
    headers = {"Authorization": f"token {jupyter.token}"}
    for session in jupyter.ask(page, "api/sessions").json():
        page.request.delete(f"{jupyter.address}/api/sessions/{session['id']}", headers=headers)


def move(page, number, key, state):
    """Move the slider of an explorer, and wait until its picture has followed."""
    explorer = page.locator(".ae-explorer").nth(number)
    handle = page.locator(".ae-slider input").nth(number)  # each of these explorers has one slider
    handle.scroll_into_view_if_needed()
    handle.focus()
    page.keyboard.press(key)
    page.wait_for_function(
        "([root, state]) => root.dataset.state === state", arg=[explorer.element_handle(), state]
    )
    return explorer.locator("canvas").first.evaluate(
        "canvas => canvas.getContext('2d').getImageData(0, 0, 1, 1).data[0]"
    )


def shown(page, text):
    """Return whether a text is to be seen anywhere in the page."""
    found = page.get_by_text(text).evaluate_all("all => all.map(one => one.checkVisibility())")
    return any(found)


def press_other_images(page):
    page.get_by_role("button", name="Other images").click()
    page.get_by_role("status").get_by_text(OTHER_IMAGES).wait_for()


def test_a_notebook_saved_and_reopened_without_its_kernel_works_as_far_as_it_can(jupyter, page):
    name = "reopened.ipynb"
    write_notebook(jupyter, name)
    jupyter.open(page, name)
    assert jupyter.run_all(page) == []
    page.get_by_label("much").check()
    assert move(page, 0, "ArrowRight", "2") == 180
    first = save(page, jupyter, name)
    for _ in range(2):  # saved without a kernel, a notebook keeps its widgets for the next time
        shut_down(page, jupyter)
        jupyter.open(page, name)
        page.get_by_label("much").wait_for()
        assert page.get_by_label("much").is_checked()
        assert move(page, 0, "ArrowLeft", "1") == 90
        assert move(page, 1, "ArrowLeft", "0") == 0
        press_other_images(page)
        page.get_by_label("little").check()
        page.get_by_text("What happened: much. It is a lot.").wait_for()
        for text in ("model not found", "A still picture", "live while the cell runs"):
            assert not shown(page, text)
        assert page.locator(".ae-still").count() == len(CELLS)
        assert save(page, jupyter, name).keys() == first.keys()


TOUCHED = [
    """from aehelpers import data, networks, theory, widgets
images, labels = (part[:50] for part in data.load("mnist")[1])
images = images.reshape(-1, 784)
pca = theory.principal_components(images)
two = {"k = 2": networks.pca(pca, 2)}
widgets.Draw(two, images)""",
    "widgets.Map(two, images, labels, data.class_names('mnist'))",
    "widgets.Morph(two, images)",
    "widgets.Spoil(two, images, pca)",
]
# What each widget shows.
SHOWN = """all => all.map(widget =>
    [...widget.querySelectorAll('canvas')].map(canvas => canvas.toDataURL()).join())"""


def use(page):
    """Move something in each of four widgets; return which of them then show something else."""
    every = page.locator(".ae-networked")
    before = every.evaluate_all(SHOWN)
    for canvas in (".ae-pad", ".ae-map"):
        for one in page.locator(f"canvas{canvas}").all():
            one.scroll_into_view_if_needed()
            box = one.bounding_box()
            page.mouse.move(box["x"] + 90, box["y"] + 60)
            page.mouse.down()
            page.mouse.move(box["x"] + 130, box["y"] + 100, steps=5)
            page.mouse.up()
    slider = page.get_by_role("slider", name="way from one image to the other")
    slider.focus()
    page.keyboard.press("ArrowLeft")
    return [a != b for a, b in zip(before, every.evaluate_all(SHOWN))]


def test_networks_in_the_page_answer_also_after_the_kernel_is_gone(jupyter, page):
    name = "touch.ipynb"
    write_notebook(jupyter, name, TOUCHED)
    jupyter.open(page, name)
    assert jupyter.run_all(page) == []
    for _ in range(2):
        assert use(page) == [True] * 4
        assert not shown(page, "model not found")
        assert not shown(page, "Run this cell to")
        save(page, jupyter, name)
        shut_down(page, jupyter)
        jupyter.open(page, name)
        page.locator("canvas.ae-pad").nth(1).wait_for()


def test_keys_pressed_on_a_canvas_are_not_commands_of_jupyterlab(jupyter, page):
    name = "keys.ipynb"
    write_notebook(jupyter, name, TOUCHED)
    jupyter.open(page, name)
    assert jupyter.run_all(page) == []
    page.locator("canvas.ae-map").click()
    place = page.locator(".ae-place").text_content()
    for key in ("ArrowRight", "ArrowUp", "d", "d", "x", "a"):
        page.keyboard.press(key)
    assert page.locator(".ae-place").text_content() != place
    assert page.locator(".jp-CodeCell").count() == len(TOUCHED)
    assert len(save(page, jupyter, name)) >= len(TOUCHED)


DIE = """import os
from aehelpers.learn.memory import keras
class Die(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        os._exit(1)
learn.fit(network, np.zeros((32, 784), np.uint8), epochs=1, callbacks=[Die()])"""


def test_a_notebook_left_open_says_what_needs_the_kernel_that_is_gone(jupyter, page):
    name = "left_open.ipynb"
    write_notebook(jupyter, name)
    jupyter.open(page, name)
    assert jupyter.run_all(page) == []
    page.get_by_role("menuitem", name="Kernel", exact=True).click()
    page.get_by_role("menuitem", name="Restart Kernel…").click()
    page.get_by_role("button", name="Confirm Kernel Restart").click()
    check_lost(page)

    assert jupyter.run_all(page) == []
    page.get_by_role("button", name="Other images").click()
    page.locator(".ae-explorer[data-edition='2']").wait_for()
    page.get_by_label("much").check()
    said = ["", "", "The answer below is open now."]
    assert page.locator(".ae-status").all_text_contents() == said
    last = page.locator(".jp-CodeCell").last
    last.locator(".cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(DIE)
    page.keyboard.press("Control+Enter")
    page.get_by_text("appears to have died").wait_for()
    page.get_by_role("button", name="Ok", exact=True).click()
    check_lost(page)
    words = "box => getComputedStyle(box, '::after').content"
    bar = page.locator(".ae-training")
    assert bar.is_visible()
    assert bar.evaluate(words) == '"The kernel that trained is gone. Run this cell again."'


def editions(page):
    """Return how often each explorer was filled with images."""
    return page.locator(".ae-explorer").evaluate_all("all => all.map(one => one.dataset.edition)")


def check_lost(page):
    page.locator(".ae-live.jupyter-widgets-disconnected").first.wait_for(state="attached")
    assert move(page, 1, "ArrowRight", "2") >= 180
    before = editions(page)
    press_other_images(page)
    assert editions(page) == before
    page.get_by_label("little").check()
    page.get_by_text("What happened: much. It is a lot.").wait_for()


def test_a_notebook_of_the_course_saved_and_reopened(jupyter, page):
    name = "01_unlabeled_data.ipynb"
    jupyter.open(page, name)
    assert jupyter.run_all(page) == []
    question = page.locator("fieldset.ae-guess").first
    question.locator("input").nth(1).check()
    explorer = page.locator(".ae-explorer")
    save(page, jupyter, name)
    shut_down(page, jupyter)
    jupyter.open(page, name)
    explorer.wait_for()
    assert question.locator("input").nth(1).is_checked()
    state = int(explorer.get_attribute("data-state"))
    move(page, 0, "ArrowRight", f"{state + 1}")
    assert not shown(page, "model not found")
    assert not shown(page, "A still picture")


def test_a_notebook_saved_without_the_state_of_its_widgets_shows_what_stands_in_their_stead(
    jupyter, page
):
    write_settings(jupyter, "@jupyter-widgets/jupyterlab-manager", {"saveState": False})
    name = "stateless.ipynb"
    write_notebook(jupyter, name)
    jupyter.open(page, name)
    assert jupyter.run_all(page) == []
    assert save(page, jupyter, name) == {}
    shut_down(page, jupyter)
    jupyter.open(page, name)
    # JupyterLab looks for each lost widget, and says in the console that it is not there.
    page.wait_for_function(
        "n => [...document.querySelectorAll('.jp-OutputArea-output')]"
        ".filter(output => output.textContent.includes('model not found')).length === n",
        arg=len(CELLS),
    )
    page.errors.clear()
    assert not shown(page, "model not found")
    for still in page.locator(".ae-still").all():
        assert still.is_visible()
    assert shown(page, "Guess first, or open.")
    assert shown(page, "autoencoder trained for 1 epoch")
    assert jupyter.run_all(page) == []
    assert move(page, 0, "ArrowRight", "2") == 180
    assert not any(still.is_visible() for still in page.locator(".ae-still").all())


# --- explorer.js on a page of its own ---

MOUNT = """async ([source, place]) => {
    const { default: widget } = await import(`data:text/javascript;base64,${source}`);
    const size = {width: 1, height: 1, images: 1, zoom: 2};
    const panels = [{label: 'Level', ...size, sliders: [], offset: 0}];
    const spec = {title: 'Level', names: ['k'], values: [['1']], sizes: [1], panels};
    const values = {spec, atlas: new Uint8Array(1), edition: 1, indices: [0]};
    const el = document.createElement('div');
    widget.render({ model: { get: name => values[name], on: () => {} }, el });
    document.querySelector(place).append(el);
}"""


def mount(page, place, html):
    page.set_content(html)
    source = base64.b64encode(widgets.Explorer._esm.encode()).decode("ascii")
    page.evaluate(MOUNT, [source, place])
    page.get_by_role("group", name="Level").wait_for()


def test_an_explorer_taken_out_of_the_page_is_no_error(page):
    mount(page, ".widget-vbox", "<div class='widget-vbox'></div><button>Other images</button>")
    page.locator(".widget-vbox").evaluate("box => box.remove()")
    page.get_by_role("button").click()
    page.wait_for_function("() => new Promise(done => setTimeout(() => done(true)))")


def test_in_other_front_ends_the_live_view_hides_the_still_picture_above_it(page):
    stills = "<p class='ae-still'>of another</p><p class='ae-still'>of this one</p>"
    mount(
        page, ".widget-vbox", f"{stills}<div class='widget-vbox'></div><p class='ae-still'>next</p>"
    )
    assert [still.is_visible() for still in page.locator(".ae-still").all()] == [True, False, True]
