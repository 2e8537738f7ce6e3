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
import numpy as np
import pytest

from tests.conftest import PATIENCE

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


def kinds(trainer):
    """Return which widgets there are to try the network with."""
    return [type(widget).__name__ for widget in trainer.results.children]


@pytest.mark.parametrize(
    ("k", "sigma", "found", "rest"),
    [(2, 0.5, ["Draw", "Map", "Spoil"], 0), (32, 1, ["Draw", "Spoil"], math.inf)],
)
def test_a_training_is_reported_and_below_are_the_widgets_that_fit_its_network(
    few, monkeypatch, k, sigma, found, rest
):
    monkeypatch.setattr(train, "REST", rest)
    trainer, heard = widgets.Train(k, sigma, "fashion_mnist"), []
    progress = trainer.progress
    progress.observe(lambda change: heard.append(change.new), "updates")
    assert trainer.autoencoder is None
    assert not trainer.results.children
    trained(trainer)
    assert ready(trainer)
    assert kinds(trainer) == found
    assert progress.updates == progress.n_updates == 2 * progress.n_epochs
    assert heard == ([progress.n_updates] if rest else [*range(1, progress.n_updates + 1)])
    assert len(progress.loss) == len(progress.validation_loss) == progress.n_epochs
    assert progress.validation_loss[-1] < progress.validation_loss[0]
    assert f"Trained with {progress.n_updates} updates" in progress.message
    assert f"{min(progress.validation_loss):.4f}" in progress.message
    assert not progress.running
    assert networks.from_keras(trainer.autoencoder).code_size == k

    images = np.frombuffer(progress.images, np.uint8).reshape(3, 8, 784)  # of what is kept
    tests = data.load("mnist")[1][0][:8].reshape(8, 784)
    np.testing.assert_array_equal(images[0], tests)
    noisy = data.add_noise(data.scale(tests), sigma, seed=0)
    outputs = np.asarray(trainer.autoencoder(noisy))
    np.testing.assert_allclose(images[2], 255 * outputs, atol=0.51)


def test_each_data_set_can_be_chosen_and_its_map_knows_its_classes(monkeypatch):
    assert set(train.DATASETS.values()) == set(data.CLASS_NAMES)
    full = data.load("letters")
    monkeypatch.setattr(data, "load", lambda name: tuple((x[:600], y[:600]) for x, y in full))
    trainer = widgets.Train(2, 0, "letters")
    trained(trainer)
    assert kinds(trainer) == ["Draw", "Map"]
    shown = trainer.results.children[1]
    assert shown.names == list(data.class_names("letters"))
    assert shown.labels == full[1][1][:400].tolist()


def test_a_second_press_stops_the_network_is_kept_and_memory_is_freed(few, monkeypatch):
    trainer = widgets.Train()
    started, released = [], []
    monkeypatch.setattr(
        learn, "release", lambda model: (released.append(model), memory.release(model))
    )

    def press():
        started.append(trainer._thread)
        assert trainer.button.description == "Stop"
        assert trainer.k.disabled
        assert trainer.sigma.disabled
        assert trainer.dataset.disabled
        assert trainer.autoencoder is None
        assert not trainer.results.children
        if len(started) == 3:
            trainer.button.click()
            trainer.button.click()

    AtUpdate(monkeypatch, press)
    trained(trainer)
    assert len(set(started)) == 1
    assert "Stopped after 4 of 20 updates" in trainer.progress.message
    assert kinds(trainer) == ["Draw"]
    assert ready(trainer)
    assert released == [trainer.autoencoder]
    assert trainer.autoencoder.optimizer is None
    (drawn,) = trainer.results.children
    trained(trainer)  # the fourth press of all
    assert trainer.progress.updates == 20
    assert released[1:] == [trainer.autoencoder]
    assert drawn.comm is None  # closed, so the page forgets it too


def test_another_widget_takes_over_and_the_earlier_one_says_so(few, monkeypatch):
    """It is pressed while the first one trains; then one is made, as when a cell is run again."""
    first, second = widgets.Train(), widgets.Train()
    act = {first: lambda: pressed(second), second: widgets.Train}
    acted, said = {}, []
    second.progress.observe(lambda change: said.append(change.new), "message")

    def take_over():
        (trains,) = (one for one in act if one._thread is threading.current_thread())
        if trains not in acted:
            acted[trains] = act[trains]()

    with monkeypatch.context() as patch:
        AtUpdate(patch, take_over)
        trained(first)
        acted[first].join(PATIENCE)
    for taken in (first, second):
        message = taken.progress.message
        assert re.match("Another training widget has taken over. Stopped after [12] of 20", message)
        assert taken.autoencoder is not None
        assert ready(taken)
    assert said[:2] == [train.WAITING, "The network is being trained."]
    AtUpdate(monkeypatch, first.stop)
    trained(first)  # what stopped it before is forgotten
    assert first.progress.message.startswith("Stopped after 2 of 20 updates")


def test_an_error_is_said_and_shown_and_everything_can_be_used_again(monkeypatch, tmp_path):
    trainer = widgets.Train()
    with monkeypatch.context() as patch:
        patch.setattr(data, "FOLDER", tmp_path)
        trained(trainer)
    message = trainer.progress.message
    assert message.startswith("The training ended with an error: ")
    assert "Restore it with `git checkout" in message
    assert ready(trainer)
    (shown_below,) = trainer.errors.outputs
    assert shown_below["name"] == "stderr"
    assert "Traceback" in shown_below["text"]
    assert "Restore it with" in shown_below["text"]
    monkeypatch.setattr(data, "load", first_images)
    trained(trainer)
    assert trainer.autoencoder is not None
    assert not trainer.errors.outputs


def test_a_training_goes_on_when_its_page_is_closed(few, monkeypatch):
    trainer = widgets.Train()
    AtUpdate(monkeypatch, trainer.close)
    trained(trainer)
    assert trainer.autoencoder is not None


def test_only_the_widget_that_trains_imports_tensorflow_and_a_program_ends_meanwhile():
    code = (
        "import sys, threading; from aehelpers import widgets\n"
        "print('Train' in dir(widgets), 'tensorflow' in sys.modules)\n"
        "print(widgets.Train.__name__, 'tensorflow' in sys.modules)\n"
        "trainer, begun, never = widgets.Train(), threading.Event(), threading.Event()\n"
        "train_on = lambda change: (begun.set(), never.wait())\n"
        "trainer.progress.observe(train_on, 'seconds_left')\n"
        "trainer.button.click(); begun.wait(); print(trainer._thread.is_alive())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, encoding="utf-8", timeout=PATIENCE
    )
    said = ["True", "False", "Train", "True", "True"]
    assert (done.returncode, done.stdout.split()) == (0, said), done.stderr
    with pytest.raises(AttributeError, match="no attribute 'Trian'"):
        _ = widgets.Trian


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


def test_in_a_kernel_nothing_is_trained_until_one_presses_and_an_interrupt_stops_it(kernel):
    manager, client = kernel

    def run(code):
        """Return the texts that a cell prints, as one, and what it displays."""
        said = []
        reply = client.execute_interactive(code, timeout=PATIENCE, output_hook=said.append)
        assert reply["content"]["status"] == "ok", reply["content"]
        texts = "".join(message["content"].get("text", "") for message in said)
        displayed = [one["content"]["data"] for one in said if one["msg_type"] == "display_data"]
        return texts, displayed

    _, (still, _) = run(FEW + WAITING + "trainer")
    assert "Run this cell to train." in still["text/html"]
    assert "Run this cell to train." in still["text/plain"]
    run("trainer.button.click(); thread = trainer._thread")
    while "_stop_all" not in run("print(get_ipython().kernel.saved_sigint_handler)")[0]:
        pass
    manager.interrupt_kernel()
    run("thread.join()")
    said_of_it, _ = run("print(trainer.progress.message)")
    assert re.match("Stopped after [12] of 20 updates", said_of_it)
    manager.interrupt_kernel()  # without a training, it changes nothing
    run("learn.fit = fit; trainer.button.click(); trainer._thread.join()")
    assert "Trained with 20 updates" in run("print(trainer.progress.message)")[0]
