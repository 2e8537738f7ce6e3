"""Train: a small autoencoder is trained in front of the learner, who then tries it.

This is the only widget that needs TensorFlow, so `aehelpers.widgets` imports it when it is asked
for. A wrong argument raises TypeError or ValueError.
"""

import html
import signal
import threading
import time
import traceback
import weakref

from aehelpers import arguments as arg
from aehelpers import data, learn, theory
from aehelpers.learn.memory import keras
from aehelpers.networks import INPUT_SIZE
from aehelpers.widgets.draw import Draw
from aehelpers.widgets.map import Map
from aehelpers.widgets.script import script, style
from aehelpers.widgets.spoil import Spoil
from aehelpers.widgets.still import Live, controls
import anywidget
from IPython import get_ipython
import ipywidgets
import numpy as np
import traitlets

KS = 2, 8, 32, 64
SIGMAS = 0.0, 0.5, 1.0
DATASETS = {"MNIST digits": "mnist", "Fashion-MNIST": "fashion_mnist", "letters": "letters"}
BATCH_SIZE = 256
SHOWN = 8  # test images
REST = 0.3  # seconds between two reports to the page
SUCCEEDED = "Another training widget has taken over."
WAITING = "The training of another widget is being stopped."
TURN = threading.Lock()  # whoever holds it trains: Keras fails where two threads build networks


def _choice(*options):
    """Accept one of a few numbers."""

    def another(value, sizes):
        if value not in options:
            listed = ", ".join(f"{option:g}" for option in options)
            return f"is {arg.shown(value)}; expected one of {listed}"

    number = arg.number(min(options), max(options))
    return arg.narrowed(number, another, (options[0] + options[1]) / 2)


class Progress(anywidget.AnyWidget):
    """What a training looks like at present; train.js describes the traits."""

    _esm = script("parts.js", "train.js")
    _css = style("touch.css", "train.css")
    message = traitlets.Unicode("Choose, then press Train.").tag(sync=True)
    running = traitlets.Bool().tag(sync=True)
    updates = traitlets.Int().tag(sync=True)
    n_updates = traitlets.Int().tag(sync=True)
    n_epochs = traitlets.Int().tag(sync=True)
    seconds_left = traitlets.Int(-1).tag(sync=True)
    loss = traitlets.List().tag(sync=True)
    validation_loss = traitlets.List().tag(sync=True)
    rows = traitlets.List().tag(sync=True)
    images = traitlets.Bytes().tag(sync=True)


class Train(Live, ipywidgets.VBox):
    """Choose k, noise and data set, and train a small autoencoder; then draw, walk and spoil.

    The training runs in a thread beside the cells, so the page and the kernel stay responsive. It
    shows how far it is, the losses, and what the network makes of eight test images. The button
    stops it, and so does an interrupt of a kernel that runs no cell. Below appear the widgets that
    fit the network: `Draw`; with k = 2, `Map`; with noise, `Spoil`. Each training starts from new
    random weights. One network is trained at a time: whoever makes a new widget, as when its cell
    is run again, or presses *Train* in another one, stops what still trains.

    Parameters
    ----------
    k : {2, 8, 32, 64}
    sigma : {0, 0.5, 1}
        Of the noise that is added to the inputs, as in `learn.fit`.
    dataset : {"mnist", "fashion_mnist", "letters"}
        All three are what is chosen at the beginning.

    Attributes
    ----------
    autoencoder : keras.Model or None
        The network that was trained last, also if the training was stopped. It is None before,
        while another one is trained, and if there was an error.
    k, sigma, dataset : ipywidgets.Dropdown
    button : ipywidgets.Button
    """

    @arg.checked(k=_choice(*KS), sigma=_choice(*SIGMAS), dataset=data.NAME)
    def __init__(self, k=8, sigma=0.0, dataset="mnist"):
        self.k = _dropdown("k", {str(size): size for size in KS}, k)
        noises = {"none" if level == 0 else f"sigma = {level:g}": level for level in SIGMAS}
        self.sigma = _dropdown("noise", noises, sigma)
        self.dataset = _dropdown("data set", DATASETS, dataset)
        self.button = ipywidgets.Button()
        self.progress, self.errors = Progress(), ipywidgets.Output()
        self.results = ipywidgets.VBox().add_class("ae-results")
        self.autoencoder = None
        self._thread, self._starts, self._stops = None, threading.Lock(), threading.Event()
        self._succeeded = False  # whether another widget has stopped the training
        self._enable(True)
        self.button.on_click(self._press)
        row = controls(self.k, self.sigma, self.dataset, self.button)
        super().__init__([row, self.progress, self.errors, self.results])
        self._take_over()

    def still(self):
        """Return (data, metadata) of what this is for, for readers without a kernel."""
        text = (
            "Choose the size k of the code, the noise and the data set, and train a small "
            "autoencoder while you watch. Run this cell to train."
        )
        return {"text/html": f"<p>{html.escape(text)}</p>", "text/plain": text}, {}

    def stop(self):
        """End the training after its current update; without one, do nothing."""
        self._stops.set()

    def _press(self, button):
        """Start a training, or stop the one that runs. Comes from whichever thread hears pages."""
        with self._starts:
            if self._thread is not None and self._thread.is_alive():
                self.stop()
                return
            self._stops.clear()
            self._succeeded = False
            TRAINING.add(self)
            self._take_over()
            # It dies with the kernel.
            self._thread = threading.Thread(target=self._run, name="Train", daemon=True)
            self._thread.start()

    def _take_over(self):
        """Stop what other widgets train: whoever runs a cell again cannot stop the first."""
        for other in set(TRAINING) - {self}:
            other._succeeded = True
            other.stop()

    def _run(self):
        """Train with what is chosen, and leave the controls usable however that ends."""
        try:
            _hear_interrupts()
            self._enable(False)
            self._clear()
            if TURN.locked():
                self.progress.message = WAITING
            with TURN:
                self._train(self.k.value, self.sigma.value, self.dataset.value)
        except Exception as error:  # there is nobody above in this thread
            self.progress.message = f"The training ended with an error: {error}"
            self.errors.append_stderr(traceback.format_exc())
        finally:
            TRAINING.discard(self)
            with self._starts:  # a press during this comes before or after both lines
                self._thread = None
                self._enable(True)

    def _clear(self):
        """Forget the previous network, also in the page."""
        self.autoencoder, self.errors.outputs = None, ()
        previous, self.results.children = self.results.children, ()
        for widget in previous:
            widget.close()

    def _enable(self, enabled):
        for control in (self.k, self.sigma, self.dataset):
            control.disabled = not enabled
        self.button.description = "Train" if enabled else "Stop"
        self.button.button_style = "primary" if enabled else ""
        self.button.disabled = False
        self.progress.running = not enabled

    def _train(self, k, sigma, dataset):
        self.progress.message = "The network is being trained."
        (images, _), tests = data.load(dataset)
        images = images.reshape(-1, INPUT_SIZE)
        autoencoder, n_epochs, rate = _untrained(k)
        per_epoch = max(1, int(0.9 * len(images)) // BATCH_SIZE)  # `fit` holds out a tenth
        n_updates = n_epochs * per_epoch
        learn.start_at_mean(autoencoder, images)
        autoencoder.compile(learn.quick_adam(rate, n_updates), "mse", jit_compile=False)
        report = Report(self.progress, n_epochs, n_updates, self._stops)
        report.watch(tests[0][:SHOWN].reshape(-1, INPUT_SIZE), sigma)
        try:
            history = learn.fit(
                autoencoder,
                images,
                epochs=n_epochs,
                noise=sigma,
                batch_size=BATCH_SIZE,
                updates_per_epoch=per_epoch,
                patience=n_epochs,  # the learning rate is planned for all of them
                show=False,
                callbacks=[report],
            )
        finally:
            learn.release(autoencoder)
            autoencoder.optimizer = None  # twice as large as the weights
            autoencoder.compiled = False  # so that who trains it further is told to compile it
        report.show(autoencoder)  # with the best weights
        self.button.disabled = True  # what follows takes a few seconds at most
        self.progress.message = "The network is trained. What you can try it with is being made."
        self.results.children = _results(autoencoder, k, sigma, dataset, images, tests)
        self.autoencoder = autoencoder
        summary = _summary(history, report.updates, n_updates)
        stopped = self._succeeded and report.updates < n_updates
        self.progress.message = f"{SUCCEEDED} {summary}" if stopped else summary


def _dropdown(description, options, value):
    looks = dict(layout={"width": "auto"}, style={"description_width": "initial"})
    named = list(options.items())
    return ipywidgets.Dropdown(options=named, value=value, description=description, **looks)


def _untrained(k):
    """Return an autoencoder, for how many epochs to train it, and at which peak learning rate."""
    if k == 2:  # with a sigmoid, the codes fill a square for a map
        return learn.build_autoencoder(k, (128, 32), "elu", "sigmoid", "sigmoid"), 12, 0.005
    return learn.build_autoencoder(k, (128,), "elu", None, "sigmoid"), 10, 0.002


def _results(autoencoder, k, sigma, dataset, images, tests):
    """Return the widgets that fit a trained network."""
    test_images = tests[0].reshape(-1, INPUT_SIZE)
    named = {f"k = {k}, noise {sigma:g}" if sigma else f"k = {k}": autoencoder}
    widgets = [Draw(named, test_images)]
    if k == 2:
        widgets.append(Map(named, test_images, tests[1], data.class_names(dataset)))
    if sigma:
        widgets.append(Spoil(named, test_images, theory.principal_components(images)))
    return widgets


def _summary(history, updates, n_updates):
    """Return what to say at the end."""
    least = history.validation_loss[history.best_epoch - 1]
    begin = f"Trained with {n_updates:,} updates"
    if updates < n_updates:
        begin = f"Stopped after {updates:,} of {n_updates:,} updates"
    return (
        f"{begin}, {history.seconds:.0f} s. The weights with the smallest loss on images that were "
        f"held out are kept: {least:.4f}. Below, try the network."
    )


class Report(keras.callbacks.Callback):
    """Report a training to the page, a few times a second, and end it when that is asked for.

    Parameters
    ----------
    progress : Progress
    n_epochs, n_updates : int
    stops : threading.Event
        Ends the training after the current update when it is set.
    """

    def __init__(self, progress, n_epochs, n_updates, stops):
        super().__init__()
        self.progress, self.stops = progress, stops
        self.updates, self._reported = 0, 0.0
        with progress.hold_sync():
            progress.n_epochs, progress.n_updates, progress.updates = n_epochs, n_updates, 0
            progress.loss, progress.validation_loss, progress.seconds_left = [], [], -1

    def watch(self, images, sigma):
        """Show these images, with noise if sigma is not 0, and what the network makes of them."""
        self.inputs = data.add_noise(data.scale(images), sigma, seed=0)
        rows = {"test images": images}
        if sigma:
            rows["with noise"] = _bytes(self.inputs)
        self._above = b"".join(row.tobytes() for row in rows.values())
        self._names = [*rows, "what the network makes of them"]

    def show(self, model):
        """Show what a model makes of the images now."""
        outputs = _bytes(np.asarray(model(self.inputs)))
        with self.progress.hold_sync():
            self.progress.rows = self._names
            self.progress.images = self._above + outputs.tobytes()
            self.progress.updates = self.updates

    def on_train_begin(self, logs=None):
        self.show(self.model)

    def on_train_batch_end(self, batch, logs=None):
        self.updates += 1
        if self.updates == 1:
            self._started = time.perf_counter()  # the first update compiles
        if self.stops.is_set():
            self.model.stop_training = True
        now = time.perf_counter()
        if now - self._reported < REST:
            return
        self._reported = now
        with self.progress.hold_sync():
            self.show(self.model)
            if self.updates > 1:
                pace = (now - self._started) / (self.updates - 1)
                self.progress.seconds_left = round(pace * (self.progress.n_updates - self.updates))

    def on_epoch_end(self, epoch, logs=None):
        with self.progress.hold_sync():
            self.progress.loss = [*self.progress.loss, logs["loss"]]
            self.progress.validation_loss = [*self.progress.validation_loss, logs["val_loss"]]


def _bytes(pixels):
    """Return pixels from 0 to 1 as bytes; those beyond, which noise makes, are clipped."""
    return np.uint8(np.rint(255 * pixels.clip(0, 1)))


# --- Interrupts ---

TRAINING = weakref.WeakSet()  # each Train while it trains


def _hear_interrupts():
    """Let an interrupt of an idle kernel stop what trains; outside a kernel, do nothing.

    A kernel ignores interrupts while it handles no message, and sets its own handler before and
    after each message. So ours takes the place of the one that ignores, at a moment when that is
    there. It can stay: without a training it ignores interrupts as well.
    """
    kernel = getattr(get_ipython(), "kernel", None)
    if kernel is not None:
        kernel.io_loop.add_callback(_replace_ignoring, kernel.io_loop)  # on the main thread


def _replace_ignoring(loop):
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, _stop_all)
    elif signal.getsignal(signal.SIGINT) is not _stop_all and TRAINING:
        loop.call_later(REST, _replace_ignoring, loop)  # a cell runs; it gets the interrupts


def _stop_all(*signal_and_frame):
    for train in list(TRAINING):
        train.stop()
