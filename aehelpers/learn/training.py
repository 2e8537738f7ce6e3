"""Training: one function that fits a model in front of the learner.

Images stay uint8 until the input pipeline scales a batch of them. So all 60,000 take 47 MB;
as float32 they would take 188 MB, as float64 376 MB.
"""

import gc
import html
import signal
import threading
import time
from typing import NamedTuple

from aehelpers import arguments_old as arguments
from aehelpers.data import LARGEST_SEED, LARGEST_SIGMA, scale
from aehelpers.learn.memory import device, give_back_freed_memory, keras, tf
from aehelpers.show import live, plotting
from IPython import get_ipython
from IPython.display import display
import ipywidgets
import numpy as np
from tensorflow.python.framework.func_graph import dismantle_func_graph

REDRAW_SECONDS = 0.1  # the progress bar moves at most this often
VALIDATION_BATCH = 1000
MOST_SECONDS = 1e6  # more than a training of this course will ever take
FEWEST_QUICK_UPDATES = 10  # of which `quick_adam` can make a rise and a fall
XLA_PAYS_FROM = 1000  # updates; a shorter training ends earlier without `jit_compile`
CHUNK = 1000  # images given to a network at once outside a training


class History(NamedTuple):
    """What happened in a training.

    Attributes
    ----------
    loss, validation_loss : numpy.ndarray of float, shape (number of finished epochs,)
        The training loss is the mean over the epoch, while the weights were changing; the
        validation loss is measured after the epoch. Without a validation split it is empty.
    best_epoch : int
        The epoch, counted from 1, whose weights the model has now. Where nothing was held out or
        no epoch was finished: how many were finished; after an interrupt the weights are then
        those of a later update.
    seconds : float
    interrupted : bool
        Whether the learner stopped the training.
    """

    loss: np.ndarray
    validation_loss: np.ndarray
    best_epoch: int
    seconds: float
    interrupted: bool


def fit(
    model,
    images,
    labels=None,
    *,
    epochs,
    noise=0.0,
    batch_size=256,
    updates_per_epoch=None,
    validation_fraction=0.1,
    patience=3,
    seed=0,
    show=True,
    callbacks=(),
):
    """Train a compiled model, show how it goes, and keep the best weights.

    A part of the images is held out and never trained on. After each epoch the loss on it is
    measured; when it has not improved for `patience` epochs the training ends. The model then
    has the weights of the epoch with the smallest validation loss. An interrupt (the stop
    button) ends the training in the same way, as soon as the update it came in is done. It is
    shown; where nothing is to be shown it is passed on, so that no program takes a network that
    was trained halfway for a trained one.

    Parameters
    ----------
    model : keras.Model
        Compiled, with one input of shape (n, m).
    images : numpy.ndarray of uint8, shape (n, m), 0 to 255
        The model gets them as float32 in 0..1.
    labels : numpy.ndarray, shape (n,), optional
        Without labels the target is the input itself, as an autoencoder needs it.
    epochs : int
        The most epochs to train.
    noise : float, at least 0
        sigma: fresh noise from N(0, sigma^2) is added to every pixel of the inputs, at every
        update and in the validation, and nothing is clipped. Targets stay clean.
    batch_size : int
        Images for each update.
    updates_per_epoch : int, optional
        By default as many whole batches as there are images to train on. Another number makes
        epochs longer or shorter, so that trainings on few and on many images can have the same
        number of updates.
    validation_fraction : float in [0, 1)
        The part of the images to hold out. With 0 there is no early stopping, and the last
        weights are kept.
    patience : int
    seed : int
        Chooses the held-out images and the order of the others. The weights are chosen where
        the model is built: call ``keras.utils.set_random_seed`` before.
    show : bool
        Whether to show a progress bar and the loss curve, and to print a line at the end.
    callbacks : sequence of keras.callbacks.Callback

    Returns
    -------
    History

    Raises
    ------
    KeyboardInterrupt
        If it is interrupted and `show` is False. The model has its best weights all the same.
    """
    _check_model("model", model, images)
    if not model.compiled:
        raise ValueError(f"model {model.name!r} is not compiled; call model.compile(...) first")
    if labels is not None:
        _check_labels(labels, images, model)
    elif model.output_shape != model.input_shape:
        raise ValueError(
            f"labels is None, and model has outputs of shape {model.output_shape}; expected "
            f"labels, or outputs of shape {model.input_shape} as an autoencoder has them"
        )
    arguments.whole("epochs", epochs, 1)
    arguments.number("noise", noise, 0, LARGEST_SIGMA)
    arguments.whole("batch_size", batch_size, 1)
    if updates_per_epoch is not None:
        arguments.whole("updates_per_epoch", updates_per_epoch, 1)
    arguments.number("validation_fraction", validation_fraction, 0, 1)
    arguments.whole("patience", patience, 1)
    arguments.whole("seed", seed, 0, LARGEST_SEED)
    n_held_out = round(validation_fraction * len(images))
    if n_held_out == len(images) or (validation_fraction > 0 and n_held_out == 0):
        raise ValueError(
            f"validation_fraction is {validation_fraction}: of {len(images)} images that leaves "
            "a part empty; expected at least one image in each"
        )

    shuffled = np.random.default_rng(seed).permutation(len(images))
    held_out, rows = shuffled[:n_held_out], shuffled[n_held_out:]
    if updates_per_epoch is None:
        updates_per_epoch = max(1, len(rows) // batch_size)
    batch = _batches(images, labels, noise, seed)
    training_set = _endless(batch, rows, batch_size, seed)
    validation_set = None
    if n_held_out:
        # Counted from a number that training never reaches, so that its noise is its own.
        parts = tf.data.Dataset.from_tensor_slices(held_out).batch(VALIDATION_BATCH)
        validation_set = parts.enumerate(start=2**40).map(batch).with_options(_without_autotune())

    watch, stop_button = _Watch(model.name, epochs, updates_per_epoch, show), _StopButton()
    callbacks = [*callbacks, watch, stop_button]
    stopping = None
    if n_held_out:
        stopping = keras.callbacks.EarlyStopping(patience=patience, restore_best_weights=True)
        callbacks.append(stopping)
    try:
        with stop_button:
            try:
                model.fit(
                    training_set,
                    validation_data=validation_set,
                    epochs=epochs,
                    steps_per_epoch=updates_per_epoch,
                    callbacks=callbacks,
                    shuffle=False,  # the pipeline shuffles
                    verbose=0,
                )
            except KeyboardInterrupt:
                stop_button.press()
                if stopping is not None and stopping.best_weights is not None:
                    model.set_weights(stopping.best_weights)
    finally:
        watch.hide()
        model._eval_epoch_iterator = None  # Keras keeps it, and the images, after an interrupt
        del training_set, validation_set, batch
        gc.collect()  # the pipelines hold the images in reference cycles
    interrupted = bool(stop_button.presses)
    if interrupted and not show:
        raise KeyboardInterrupt
    return watch.finish(interrupted)


def _endless(batch, rows, batch_size, seed):
    """Return batches of these rows without end, shuffled anew in each round."""
    # Only indices are shuffled, which is cheap; a whole batch of images is gathered at once.
    order = tf.data.Dataset.from_tensor_slices(rows).shuffle(len(rows), seed=seed).repeat()
    batches = order.batch(batch_size).enumerate().map(batch).prefetch(2)
    return batches.with_options(_without_autotune())


def _without_autotune():
    """Return options that keep TensorFlow from tuning a pipeline in which nothing is left to tune.

    The thread that tunes sleeps for longer and longer, up to many seconds, and a training does not
    end before it wakes.
    """
    options = tf.data.Options()
    options.autotune.enabled = False
    return options


def _batches(images, labels, noise, seed):
    """Return the function that makes a batch of inputs and targets from numbers of images."""
    pixels = tf.constant(images)
    targets = None if labels is None else tf.constant(labels)

    def batch(number, indices):
        clean = tf.cast(tf.gather(pixels, indices), tf.float32) / 255
        inputs = clean
        if noise:
            # Stateless: the noise of a batch depends on the seed and its number alone.
            drawn = tf.random.stateless_normal(tf.shape(clean), seed=[seed, number])
            inputs = clean + noise * drawn
        return inputs, clean if targets is None else tf.gather(targets, indices)

    return batch


def release(model):
    """Give back the memory that TensorFlow keeps for the training of a model.

    TensorFlow makes a graph of each update. The graph holds on to the weights and to all that the
    optimizer keeps of them, three times as much as the weights; and it outlives the model, because
    it is part of a cycle that Python cannot collect. A training can be followed by another one in
    the same memory if this is called in between. The model keeps its weights, and can still be
    used and trained: the next training makes its graph anew.

    Parameters
    ----------
    model : keras.Model
        Changed in place.
    """
    arguments.instance("model", model, keras.Model, "a Keras model")
    variables = list(model.variables)
    if model.optimizer is not None:
        variables += model.optimizer.variables
    handles = {id(variable.handle) for variable in variables}
    model.train_function = model.test_function = model.predict_function = None
    gc.collect()
    for graph in [
        found for found in gc.get_objects() if isinstance(found, tf.__internal__.FuncGraph)
    ]:
        if handles & {id(tensor) for tensor in graph.external_captures}:
            dismantle_func_graph(graph)
            _ = graph.captures  # to read it empties a list that still holds the variables
    give_back_freed_memory()


def quick_adam(learning_rate, n_updates):
    """Return the optimizer for a training of a few hundred updates.

    It is Adam (Kingma and Ba 2015) with two changes. The learning rate rises for the first tenth
    of the updates and then falls to 0 along a half cosine, so that it can be large in between.
    And beta_2 is 0.95: Adam divides each step by the root of a running mean of squared gradients.
    With the usual 0.999 that mean reaches back over about a thousand updates, longer than the
    whole training, and the large gradients of the beginning keep the steps small to its end.

    Parameters
    ----------
    learning_rate : float, above 0 and below 1
        The largest.
    n_updates : int, at least 10
        When the learning rate is back at 0.

    Returns
    -------
    keras.optimizers.Adam
    """
    arguments.number("learning_rate", learning_rate, 0, 1, open_ends=True)
    arguments.whole("n_updates", n_updates, FEWEST_QUICK_UPDATES)
    rising = n_updates // 10
    schedule = keras.optimizers.schedules.CosineDecay(
        learning_rate / 10,
        decay_steps=n_updates - rising,
        warmup_target=learning_rate,
        warmup_steps=rising,
    )
    return keras.optimizers.Adam(schedule, beta_2=0.95)


def start_at_mean(autoencoder, images):
    """Set the biases of the last layer so that an untrained network begins near the mean image.

    Without that, the first updates teach nothing but which pixels are dark on the average. Where
    the weights of the last layer add nothing, its output is then the mean of the images; for a
    sigmoid its least and largest values are 0.005 and 0.995, whose inputs are finite.

    Parameters
    ----------
    autoencoder : keras.Model
        Its last layer is a `keras.layers.Dense` with biases, and its activation linear, ReLU or
        sigmoid. It is changed in place.
    images : numpy.ndarray of uint8, shape (n, m), 0 to 255
    """
    _check_autoencoder(autoencoder, images)
    last = autoencoder.layers[-1]
    with_biases = isinstance(last, keras.layers.Dense) and last.use_bias
    activation = None
    if with_biases:  # an activation can be an object without a name
        activation = getattr(last.activation, "__name__", repr(last.activation))
    if activation not in ("linear", "relu", "sigmoid"):
        raise ValueError(
            f"the last layer of autoencoder is {last!r} with activation {activation}; expected a "
            "Dense layer with biases and activation linear, relu or sigmoid"
        )
    mean = images.mean(axis=0) / 255
    if activation == "sigmoid":
        mean = np.clip(mean, 0.005, 0.995)
        mean = np.log(mean / (1 - mean))
    last.bias.assign(mean)


def reconstruction_loss(autoencoder, images):
    """Return the mean squared error between images and their reconstructions.

    Parameters
    ----------
    autoencoder : keras.Model
    images : numpy.ndarray of uint8, shape (n, m), 0 to 255

    Returns
    -------
    float
        Mean over images and pixels, in units of a pixel in 0..1, squared.
    """
    _check_autoencoder(autoencoder, images)
    squares = 0.0
    for chunk in chunks(images):
        clean = scale(chunk)
        squares += float(np.square(np.asarray(autoencoder(clean)) - clean).sum(dtype=np.float64))
    return squares / images.size


def accuracy(classifier, images, labels):
    """Return the share of images whose most probable class is their label.

    Parameters
    ----------
    classifier : keras.Model
    images : numpy.ndarray of uint8, shape (n, m), 0 to 255
    labels : numpy.ndarray of int, shape (n,)

    Returns
    -------
    float
        0 to 1.
    """
    _check_model("classifier", classifier, images)
    _check_labels(labels, images, classifier)
    predicted = [np.asarray(classifier(scale(chunk))).argmax(axis=1) for chunk in chunks(images)]
    return float(np.mean(np.concatenate(predicted) == labels))


def chunks(images):
    """Return uint8 images (n, m) in parts that are small enough to be computed at once in 2 GB."""
    arguments.pixels("images", images)
    return [images[start : start + CHUNK] for start in range(0, len(images), CHUNK)]


def _check_model(name, model, images):
    """Raise unless it is a Keras model with one input, and the images are what it takes."""
    arguments.instance(name, model, keras.Model, "a Keras model")
    if not isinstance(model.input_shape, tuple) or len(model.input_shape) != 2:
        raise ValueError(f"{name} takes inputs of shape {model.input_shape}; expected (None, m)")
    arguments.pixels("images", images, model.input_shape[1])


def _check_autoencoder(autoencoder, images):
    """Raise unless it is a Keras model that returns pixels for the images."""
    _check_model("autoencoder", autoencoder, images)
    if autoencoder.output_shape != autoencoder.input_shape:
        raise ValueError(
            f"autoencoder has outputs of shape {autoencoder.output_shape}; expected "
            f"{autoencoder.input_shape}, reconstructions of its input"
        )


def _check_labels(labels, images, classifier):
    """Raise unless there is one label for each image, and each is a class of the classifier."""
    arguments.array("labels", labels, {"i": "integers", "u": "integers"}, ("n",))
    arguments.sequence("labels", labels, len(images))
    n_classes = classifier.output_shape[-1]
    if labels.min() < 0 or labels.max() >= n_classes:
        raise ValueError(
            f"labels goes from {labels.min()} to {labels.max()}; expected 0 to {n_classes - 1}, "
            "the classes of the model"
        )


def display_progress(widget, text):
    """Display a widget that is of use only while the cell runs, and a line of text in its stead.

    A script has no place for either, so there it does nothing.
    """
    arguments.instance("widget", widget, ipywidgets.DOMWidget, "a widget")
    arguments.text("text", text)
    if get_ipython():
        widget.add_class("ae-training")
        live.display_live(widget, {"text/html": f"<p>{html.escape(text)}</p>", "text/plain": text})


class _Watch(keras.callbacks.Callback):
    """Records the losses, and shows a progress bar and the loss curve while they come."""

    def __init__(self, name, epochs, updates_per_epoch, show):
        super().__init__()
        self.name, self.show = name, show
        self.loss, self.validation_loss = [], []
        self.started = self.redrawn = time.perf_counter()
        self.updates = 0
        if show:
            n_updates = epochs * updates_per_epoch
            self.bar = ipywidgets.IntProgress(max=n_updates, layout={"width": "60%"})
            self.status = ipywidgets.Label(f"Training on {device()} ...")
            self.curve = ipywidgets.HTML()
            self.box = ipywidgets.VBox([self.bar, self.status, self.curve])
            display_progress(self.box, "Progress bar and loss curve, live while the cell runs.")

    def on_train_batch_end(self, batch, logs=None):
        self.updates += 1
        now = time.perf_counter()
        if self.show and now - self.redrawn > REDRAW_SECONDS:
            self.bar.value, self.redrawn = self.updates, now

    def on_epoch_end(self, epoch, logs=None):
        self.loss.append(logs["loss"])
        self.validation_loss += [logs["val_loss"]] if "val_loss" in logs else []
        if self.show:
            data, _ = self.figure()._repr_mimebundle_()
            self.curve.value = data["text/html"]  # an image widget has no text alternative
            self.status.value = f"Training on {device()}: {self.epochs()}, {self.losses()}"

    def figure(self):
        best = self.best_epoch() if self.validation_loss else None
        return plotting.loss_curves(
            self.loss, self.validation_loss, f"Training the {self.name}", best
        )

    def best_epoch(self):
        if not self.validation_loss:
            return len(self.loss)
        # NaN, from a training that diverged, is never the best.
        return int(np.argmin(np.nan_to_num(self.validation_loss, nan=np.inf))) + 1

    def losses(self):
        words = [f"loss {self.loss[-1]:.4f}"]
        if self.validation_loss:
            least = min(self.validation_loss)
            words.append(f"best validation loss {least:.4f} (epoch {self.best_epoch()})")
        return ", ".join(words)

    def epochs(self):
        return "1 epoch" if len(self.loss) == 1 else f"{len(self.loss)} epochs"

    def hide(self):
        if self.show:
            self.box.layout.display = "none"  # the lasting picture takes its place

    def finish(self, interrupted):
        seconds = time.perf_counter() - self.started
        if self.show:
            end = "interrupted after" if interrupted else "trained for"
            print(f"{self.name} {end} {self.epochs()}, {seconds:.1f} s on {device()}")
            if self.loss:
                print(self.losses())
                if get_ipython():
                    display(self.figure())
        return History(
            np.array(self.loss),
            np.array(self.validation_loss),
            self.best_epoch(),
            seconds,
            interrupted,
        )


class _StopButton(keras.callbacks.Callback):
    """Lets an interrupt wait for the end of the update or validation batch that it came in.

    In the first ones TensorFlow builds graphs, and Keras the variables of the optimizer and of the
    metrics. A model in which they are half built can never be trained again.
    """

    def __enter__(self):
        self.presses = []
        if threading.current_thread() is not threading.main_thread():
            return  # only the main thread is ever interrupted
        handler = signal.getsignal(signal.SIGINT)
        if handler is signal.default_int_handler:  # another one has its reason, and stays
            signal.signal(signal.SIGINT, self.press)
        elif isinstance(getattr(handler, "__self__", None), _StopButton):
            self.presses = handler.__self__.presses  # of the training that this one is inside of

    def __exit__(self, *error):
        if signal.getsignal(signal.SIGINT) == self.press:
            signal.signal(signal.SIGINT, signal.default_int_handler)

    def press(self, *signal_and_frame):
        self.presses.append(signal_and_frame)

    def on_train_batch_end(self, batch, logs=None):
        if self.presses:
            raise KeyboardInterrupt

    def on_test_batch_end(self, batch, logs=None):
        if self.presses:
            raise KeyboardInterrupt


class Snapshots(keras.callbacks.Callback):
    """Keeps what the model makes of a few images after chosen numbers of updates.

    Parameters
    ----------
    images : numpy.ndarray of float32, shape (n, m), 0 to 1
    updates : sequence of int
        Numbers of updates of the weights; 0 is before training. Numbers that the training
        does not reach are left out.

    Attributes
    ----------
    outputs : dict of int to numpy.ndarray
        For each number of updates, the model's outputs for `images`.
    """

    def __init__(self, images, updates):
        super().__init__()
        arguments.scaled_pixels("images", images)
        arguments.sequence("updates", updates)
        for number, update in enumerate(updates):
            arguments.whole(f"updates[{number}]", update, 0)
        self.images, self.wanted = images, frozenset(updates)
        self.outputs = {}
        self.updates = 0

    def on_train_begin(self, logs=None):
        self._keep()

    def on_train_batch_end(self, batch, logs=None):
        self.updates += 1
        self._keep()

    def _keep(self):
        if self.updates in self.wanted:
            self.outputs[self.updates] = np.asarray(self.model(self.images))


class Stopwatch(keras.callbacks.Callback):
    """Keeps what the model makes of a few images at chosen times, and ends the training then.

    The clock starts where the training does, so compilation counts; it stands still while the
    outputs are computed. For each time it keeps the state after the first update that ends then
    or later. Times that pass during the very first update, which compiles, keep the first weights.

    Parameters
    ----------
    images : numpy.ndarray of float32, shape (n, m), 0 to 1
    seconds : sequence of float, above 0 and increasing
        The training ends at the last of them.

    Attributes
    ----------
    outputs : dict of float to numpy.ndarray
        For each number of seconds that was reached, the model's outputs for `images`.
    """

    def __init__(self, images, seconds):
        super().__init__()
        arguments.scaled_pixels("images", images)
        arguments.sequence("seconds", seconds)
        if len(seconds) == 0:
            raise ValueError("seconds is empty; expected at least one number")
        for number, (before, second) in enumerate(zip([0.0, *seconds], seconds)):
            arguments.number(f"seconds[{number}]", second, before, MOST_SECONDS, open_ends=True)
        self.images, self.seconds = images, list(seconds)
        self.outputs = {}

    def on_train_begin(self, logs=None):
        self._left, self._updates = self.seconds, 0
        self._latest = np.asarray(self.model(self.images))
        self._started = time.perf_counter()

    def on_train_batch_end(self, batch, logs=None):
        now = time.perf_counter()
        self._updates += 1
        due = [second for second in self._left if second <= now - self._started]
        if due:
            if self._updates > 1:
                self._latest = np.asarray(self.model(self.images))
            self.outputs |= dict.fromkeys(due, self._latest)
            self._left = self._left[len(due) :]
            self.model.stop_training = not self._left
            self._started += time.perf_counter() - now
