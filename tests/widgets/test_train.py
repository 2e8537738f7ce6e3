"""A network is trained in front of the learner: to its end, stopped, with an error, interrupted."""

import math
import re
import subprocess
import sys
import threading

from aehelpers import data, learn, networks, widgets
from aehelpers.learn import memory
from aehelpers.learn.memory import keras
from aehelpers.widgets import train
import nbclient
import nbformat
import numpy as np
from playwright.sync_api import expect
import pytest

from tests.conftest import PATIENCE
from tests.test_reopened import save, shown, shut_down, write_notebook
from tools.lab import browser_page, chromium, lab

FULL = data.load("mnist")


def first_images(name):
    """Return the first images of a data set: enough for the warm-up of the learning rate."""
    assert name in data.CLASS_NAMES
    return tuple((images[:600], labels[:600]) for images, labels in FULL)


@pytest.fixture
def few(monkeypatch):
    monkeypatch.setattr(data, "load", first_images)


class AtUpdate(keras.callbacks.Callback):
    """Call a function after an update, in the thread that trains."""

    def __init__(self, monkeypatch, act):
        super().__init__()
        self.act, fit = act, learn.fit
        monkeypatch.setattr(
            learn,
            "fit",
            lambda *given, callbacks, **named: fit(*given, callbacks=[*callbacks, self], **named),
        )

    def on_train_batch_end(self, batch, logs=None):
        self.act()


def pressed(trainer):
    """Press the button; return the thread that trains."""
    trainer.button.click()
    return trainer._thread


def trained(trainer):
    thread = pressed(trainer)
    thread.join(PATIENCE)
    assert not thread.is_alive()


def ready(trainer):
    """Return whether a learner can choose, and start a training."""
    controls = trainer.k, trainer.sigma, trainer.dataset, trainer.button
    return trainer.button.description == "Train" and not any(c.disabled for c in controls)


@pytest.mark.parametrize(
    ("k", "sigma", "found"),
    [
        (8, 0, ["Draw"]),
        (2, 0, ["Draw", "Map"]),
        (2, 0.5, ["Draw", "Map", "Spoil"]),
        (32, 1, ["Draw", "Spoil"]),
    ],
)
def test_below_a_trained_network_are_the_widgets_that_fit_it(few, k, sigma, found):
    trainer = widgets.Train(k, sigma, "fashion_mnist")
    assert trainer.autoencoder is None
    assert not trainer.results.children
    trained(trainer)
    assert ready(trainer)
    assert [type(widget).__name__ for widget in trainer.results.children] == found
    progress = trainer.progress
    assert progress.updates == progress.n_updates == 2 * progress.n_epochs
    assert len(progress.loss) == len(progress.validation_loss) == progress.n_epochs
    assert progress.validation_loss[-1] < progress.validation_loss[0]
    assert f"Trained with {progress.n_updates} updates" in progress.message
    assert f"{min(progress.validation_loss):.4f}" in progress.message
    assert not progress.running
    assert networks.from_keras(trainer.autoencoder).code_size == k


def test_each_data_set_can_be_chosen_and_its_map_knows_its_classes(monkeypatch):
    assert set(train.DATASETS.values()) == set(data.CLASS_NAMES)
    full = data.load("letters")
    monkeypatch.setattr(data, "load", lambda name: tuple((x[:600], y[:600]) for x, y in full))
    trainer = widgets.Train(2, 0, "letters")
    trained(trainer)
    shown = trainer.results.children[1]
    assert shown.names == list(data.class_names("letters"))
    assert shown.labels == full[1][1][:400].tolist()


def test_the_images_are_those_of_the_network_that_is_kept(few):
    trainer = widgets.Train(8, 0.5)
    trained(trainer)
    images = np.frombuffer(trainer.progress.images, np.uint8).reshape(3, 8, 784)
    tests = data.load("mnist")[1][0][:8].reshape(8, 784)
    np.testing.assert_array_equal(images[0], tests)
    noisy = data.add_noise(data.scale(tests), 0.5, seed=0)
    outputs = np.asarray(trainer.autoencoder(noisy))
    np.testing.assert_allclose(images[2], 255 * outputs, atol=0.51)


@pytest.mark.parametrize(("rest", "heard"), [(0, list(range(1, 21))), (math.inf, [20])])
def test_the_page_hears_of_a_training_after_a_rest(few, monkeypatch, rest, heard):
    monkeypatch.setattr(train, "REST", rest)
    said = []
    trainer = widgets.Train()
    trainer.progress.observe(lambda change: said.append(change.new), "updates")
    trained(trainer)
    assert said == heard


def test_a_second_press_stops_and_the_network_is_kept(few, monkeypatch):
    trainer = widgets.Train()
    started = []

    def press():
        started.append(trainer._thread)
        assert trainer.button.description == "Stop"
        assert trainer.k.disabled
        assert trainer.sigma.disabled
        assert trainer.dataset.disabled
        if len(started) == 3:
            trainer.button.click()
            trainer.button.click()

    AtUpdate(monkeypatch, press)
    trained(trainer)
    assert len(set(started)) == 1
    assert "Stopped after 4 of 20 updates" in trainer.progress.message
    assert trainer.autoencoder is not None
    assert isinstance(trainer.results.children[0], widgets.Draw)
    assert ready(trainer)
    trained(trainer)  # the fourth press of all
    assert trainer.progress.updates == 20


@pytest.mark.parametrize("presses", [False, True])  # a cell run again; another one on the page
def test_another_widget_takes_over_and_the_earlier_one_says_so(few, monkeypatch, presses):
    earlier, later = widgets.Train(), widgets.Train()
    threads, said = [], []
    later.progress.observe(lambda change: said.append(change.new), "message")

    def take_over():
        if earlier._thread is threading.current_thread() and not threads:
            threads.append(pressed(later) if presses else widgets.Train())

    with monkeypatch.context() as patch:
        AtUpdate(patch, take_over)
        trained(earlier)
    message = earlier.progress.message
    assert re.match("Another training widget has taken over. Stopped after [12] of 20", message)
    assert earlier.autoencoder is not None
    assert ready(earlier)
    if presses:
        threads[0].join(PATIENCE)
        assert said[:2] == [train.WAITING, "The network is being trained."]
        assert said[-1].startswith("Trained with 20 updates")
    trained(earlier)  # what stopped it once is forgotten
    assert earlier.progress.message.startswith("Trained with 20 updates")


def test_an_error_is_said_and_shown_and_everything_can_be_used_again(few, monkeypatch):
    trainer = widgets.Train()
    trained(trainer)

    def fail():
        raise ValueError("no more memory <b>")

    with monkeypatch.context() as patch:
        AtUpdate(patch, fail)
        trained(trainer)
    assert ready(trainer)
    assert trainer.progress.message == "The training ended with an error: no more memory <b>"
    (shown_below,) = trainer.errors.outputs
    assert shown_below["name"] == "stderr"
    assert "Traceback" in shown_below["text"]
    assert "ValueError: no more memory" in shown_below["text"]
    assert trainer.autoencoder is None
    assert not trainer.results.children
    trained(trainer)
    assert trainer.autoencoder is not None
    assert not trainer.errors.outputs


def test_a_missing_file_is_said_in_words(monkeypatch, tmp_path):
    monkeypatch.setattr(data, "FOLDER", tmp_path)
    trainer = widgets.Train()
    trained(trainer)
    assert "Restore it with `git checkout" in trainer.progress.message
    assert ready(trainer)


def test_the_memory_of_a_training_is_freed(few, monkeypatch):
    released = []
    monkeypatch.setattr(
        learn, "release", lambda model: (released.append(model), memory.release(model))
    )
    trainer = widgets.Train()
    trained(trainer)
    assert released == [trainer.autoencoder]
    assert trainer.autoencoder.optimizer is None
    drawn = trainer.results.children[0]
    trained(trainer)
    assert drawn not in trainer.results.children
    assert drawn.comm is None  # closed, so the page forgets it too


def test_a_training_goes_on_when_its_page_is_closed(few, monkeypatch):
    trainer = widgets.Train()
    AtUpdate(monkeypatch, trainer.close)
    trained(trainer)
    assert trainer.autoencoder is not None


def test_only_the_widget_that_trains_imports_tensorflow():
    code = (
        "import sys; from aehelpers import widgets\n"
        "print('Train' in dir(widgets), 'tensorflow' in sys.modules)\n"
        "print(widgets.Train.__name__, 'tensorflow' in sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True
    )
    assert done.stdout.split() == ["True", "False", "Train", "True"]
    with pytest.raises(AttributeError, match="no attribute 'Trian'"):
        _ = widgets.Trian


def test_a_program_ends_while_a_network_is_trained():
    code = (
        "import threading; from aehelpers import widgets\n"
        "trainer, begun = widgets.Train(), threading.Event()\n"
        "trainer.progress.observe(lambda change: begun.set(), 'seconds_left')\n"
        "trainer.button.click(); begun.wait(); print(trainer._thread.is_alive())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, encoding="utf-8", timeout=PATIENCE
    )
    assert (done.returncode, done.stdout) == (0, "True\n"), done.stderr


def test_a_notebook_in_which_nobody_presses_runs_through():
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell("from aehelpers import widgets\nwidgets.Train()")]
    )
    nbclient.NotebookClient(notebook, timeout=PATIENCE, kernel_name="python3").execute()
    still, _ = notebook.cells[0].outputs
    assert "Run this cell to train." in still["data"]["text/html"]
    assert "Run this cell to train." in still["data"]["text/plain"]


# --- A real kernel ---

FEW = """
from aehelpers import data, widgets
load = data.load
data.load = lambda name: tuple((images[:600], labels[:600]) for images, labels in load(name))
trainer = widgets.Train()
"""
# A training waits after each update until it is stopped.
WAITING = """
from aehelpers import learn
from aehelpers.learn.memory import keras
fit = learn.fit
class Wait(keras.callbacks.Callback):
    def on_train_batch_end(self, batch, logs=None):
        trainer._stops.wait()
learn.fit = lambda *given, callbacks, **named: fit(*given, callbacks=[*callbacks, Wait()], **named)
"""


def test_an_interrupt_of_an_idle_kernel_stops_the_training_and_nothing_else(kernel):
    manager, client = kernel
    said = []

    def run(code):
        said.clear()
        reply = client.execute_interactive(
            code,
            timeout=PATIENCE,
            output_hook=lambda message: said.append(message["content"].get("text", "")),
        )
        assert reply["content"]["status"] == "ok", reply["content"]
        return "".join(said)

    run(FEW + WAITING)
    run("trainer.button.click(); thread = trainer._thread")
    while "_stop_all" not in run("print(get_ipython().kernel.saved_sigint_handler)"):
        pass
    manager.interrupt_kernel()
    run("thread.join()")
    said_of_it = run("print(trainer.progress.message)")
    assert re.match("Stopped after [12] of 20 updates", said_of_it)
    manager.interrupt_kernel()  # without a training, it changes nothing
    assert run("print(trainer.autoencoder is not None)") == "True\n"
    run("learn.fit = fit; trainer.button.click(); trainer._thread.join()")
    assert "Trained with 20 updates" in run("print(trainer.progress.message)")


# --- JupyterLab ---

LOST = (
    "No kernel runs here any more, so this training has ended. "
    "Run this cell in a notebook to train."
)
ALONE = (
    "Training needs a kernel, and none runs here. Run this cell in a notebook, then press Train."
)


def in_chromium(test):
    skip = pytest.mark.skipif(chromium() is None, reason="no Chromium on this machine")
    return pytest.mark.browser(skip(test))


@in_chromium
def test_a_training_that_was_saved_in_its_middle_offers_no_stop_without_its_kernel():
    name = "middle.ipynb"
    with lab() as jupyter, browser_page() as page:
        write_notebook(jupyter, name, [FEW + WAITING + "trainer"])
        jupyter.open(page, name)
        assert jupyter.run_all(page) == []
        button = page.locator(".ae-controls button")
        button.click()
        page.get_by_text("1 of 20 updates").wait_for()
        expect(button).to_have_text("Stop")
        save(page, jupyter, name)
        shut_down(page, jupyter)
        expect(button).to_be_hidden()  # in the page that was left open
        jupyter.open(page, name)
        page.get_by_role("status").get_by_text(LOST).wait_for()
        expect(button).to_be_hidden()
        expect(page.locator("progress")).to_be_hidden()
        assert jupyter.run_all(page) == []
        expect(button).to_have_text("Train")
        assert not shown(page, LOST)


@in_chromium
def test_a_learner_stops_a_training_finishes_another_and_draws():
    name = "train.ipynb"
    with lab() as jupyter, browser_page() as page:
        write_notebook(jupyter, name, [FEW + "trainer", WAITING, "learn.fit = fit"])
        jupyter.open(page, name)
        assert jupyter.run_all(page) == []
        cells = page.locator(".jp-CodeCell")
        button = page.locator(".ae-controls button")
        message = page.get_by_role("status").filter(has_text="pdates")
        run_cell(page, cells.nth(1))
        button.click()
        expect(button).to_have_text("Stop")
        page.get_by_text("1 of 20 updates").wait_for()
        assert page.locator(".ae-row").count() == 2
        expect(page.get_by_label("data set")).to_be_disabled()
        button.click()
        message.filter(has_text="Stopped after 2 of 20").wait_for()
        expect(button).to_have_text("Train")
        page.locator("canvas.ae-pad").wait_for()

        run_cell(page, cells.nth(2))
        page.get_by_label("k", exact=True).select_option("2")
        button.click()
        message.filter(has_text="Trained with 24 updates").wait_for()
        assert page.locator(".ae-losses circle").count() == 24
        for _ in range(2):
            assert page.locator("canvas.ae-map").count() == 1
            draw(page)
            save(page, jupyter, name)
            shut_down(page, jupyter)
            jupyter.open(page, name)
            page.locator("canvas.ae-map").wait_for()
        page.get_by_role("button", name="Clear").click()  # of Draw, which needs no kernel
        assert not shown(page, ALONE)
        button.click()
        page.get_by_role("status").get_by_text(ALONE).wait_for()
        expect(button).to_have_text("Train")


def run_cell(page, cell):
    """Run a cell with the keyboard, and wait until it is done."""
    cell.locator(".cm-content").click()
    number = cell.locator(".jp-InputArea-prompt").text_content()
    page.keyboard.press("Control+Enter")
    page.wait_for_function(
        "([prompt, before]) => ![before, '[*]:'].includes(prompt.textContent)",
        arg=[cell.locator(".jp-InputArea-prompt").element_handle(), number],
    )


def draw(page):
    """Draw a stroke; the loss of the network follows."""
    pad, loss = page.locator("canvas.ae-pad"), page.locator(".ae-loss").first
    page.get_by_role("button", name="Clear").click()
    before = loss.text_content()
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    page.mouse.move(box["x"] + 90, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + 130, box["y"] + 200, steps=5)
    page.mouse.up()
    assert loss.text_content() != before
