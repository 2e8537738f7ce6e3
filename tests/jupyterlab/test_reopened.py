"""Widgets whose kernel is gone: in a notebook that was saved and is reopened, in one left open."""

from tests.jupyterlab.common import (
    CELLS,
    OTHER_IMAGES,
    move,
    reopen,
    run_new,
    save,
    shown,
    write_settings,
)
from tests.page_checks import IN_CHROMIUM, drag

pytestmark = IN_CHROMIUM


def press_other_images(page):
    page.get_by_role("button", name="Other images").click()
    page.get_by_role("status").get_by_text(OTHER_IMAGES).wait_for()


def test_a_notebook_saved_and_reopened_without_its_kernel_works_as_far_as_it_can(jupyter, page):
    name = "reopened.ipynb"
    run_new(page, jupyter, name, CELLS)
    page.get_by_label("much").check()
    assert move(page, 0, "ArrowRight", "2") == 180
    first = save(page, jupyter, name)
    for _ in range(2):  # saved without a kernel, a notebook keeps its widgets for the next time
        reopen(page, jupyter, name)
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
    for canvas in page.locator("canvas:is(.ae-pad, .ae-map)").all():
        drag(page, canvas)
    slider = page.get_by_role("slider", name="way from one image to the other")
    slider.focus()
    page.keyboard.press("ArrowLeft")
    return [a != b for a, b in zip(before, every.evaluate_all(SHOWN))]


def test_networks_in_the_page_answer_with_and_without_kernel_to_keys_of_their_own(jupyter, page):
    name = "touch.ipynb"
    run_new(page, jupyter, name, TOUCHED)
    page.locator("canvas.ae-map").click()
    place = page.locator(".ae-place").text_content()
    for key in ("ArrowRight", "ArrowUp", "d", "d", "x", "a"):  # some are commands of JupyterLab
        page.keyboard.press(key)
    assert page.locator(".ae-place").text_content() != place
    assert page.locator(".jp-CodeCell").count() == len(TOUCHED)
    for _ in range(2):
        assert use(page) == [True] * 4
        assert not shown(page, "model not found")
        assert not shown(page, "Run this cell to")
        assert len(save(page, jupyter, name)) >= len(TOUCHED)
        reopen(page, jupyter, name)
        page.locator("canvas.ae-pad").nth(1).wait_for()


DIE = """import os
from aehelpers.learn.memory import keras
class Die(keras.callbacks.Callback):
    def on_epoch_end(self, epoch, logs=None):
        os._exit(1)
learn.fit(network, np.zeros((32, 784), np.uint8), epochs=1, callbacks=[Die()])"""


def test_a_notebook_left_open_says_what_needs_the_kernel_that_is_gone(jupyter, page):
    run_new(page, jupyter, "left_open.ipynb", CELLS)
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


def test_a_notebook_saved_without_the_state_of_its_widgets_shows_what_stands_in_their_stead(
    jupyter, page
):
    settings = {"saveState": False}
    written = write_settings(jupyter, "@jupyter-widgets/jupyterlab-manager", settings)
    name = "stateless.ipynb"
    run_new(page, jupyter, name, CELLS)
    assert save(page, jupyter, name) == {}
    reopen(page, jupyter, name)
    written.unlink()
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
