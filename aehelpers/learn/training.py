"""Training: one function that fits a network while the learner watches.

Images stay uint8 until the input pipeline scales a batch of them. So all 60,000 take 47 MB; they
would take 188 MB as float32, and 376 MB as float64. A wrong argument raises TypeError or
ValueError.
"""

import time
from typing import NamedTuple

from aehelpers import arguments as arg
from aehelpers.data import SEED, SIGMA
from aehelpers.learn import progress
from aehelpers.learn.memory import device, forget_validation_images, keras, tf
from aehelpers.learn.models import network
from IPython import get_ipython
from IPython.display import display
import numpy as np

VALIDATION_BATCH = 1000
COUNT = arg.integer(1)


class History(NamedTuple):
    """The course of one training.

    Attributes
    ----------
    loss, validation_loss : numpy.ndarray of float, shape (number of finished epochs,)
        The training loss is the mean over the epoch, while the weights change; the validation
        loss is measured after the epoch. Without held-out images, `validation_loss` is empty.
    best_epoch : int
        The epoch, counted from 1, whose weights the model has now. If nothing was held out or no
        epoch was finished, it is the number of finished epochs; after an interrupt, the weights
        are then those of a later update.
    seconds : float
    interrupted : bool
        Whether the learner stopped the training.
    """

    loss: np.ndarray
    validation_loss: np.ndarray
    best_epoch: int
    seconds: float
    interrupted: bool


@arg.checked(
    model=network("m", "classes"),
    images=arg.pixels(),
    labels=arg.optional(arg.indices("n", "classes")),
    epochs=COUNT,
    noise=SIGMA,
    batch_size=COUNT,
    updates_per_epoch=arg.optional(COUNT),
    validation_fraction=arg.number(0, 1),
    patience=COUNT,
    seed=SEED,
    show=bool,
    callbacks=arg.sequence(keras.callbacks.Callback),
)
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
    """Train a compiled model, show its progress, and keep the best weights.

    Some of the images are held out and never trained on. After each epoch, the loss on them is
    measured; training ends when this loss has not improved for `patience` epochs. The model then
    has the weights of the epoch with the smallest validation loss. An interrupt (the stop button)
    ends training in the same way, as soon as the current update is done. With `show` it is
    reported; without, KeyboardInterrupt is raised, so that no program mistakes a half-trained
    network for a trained one.

    Parameters
    ----------
    model : keras.Model
        Compiled, with one input of shape (n, m).
    images : numpy.ndarray of uint8, shape (n, m), 0 to 255
        The model receives them as float32 in 0..1.
    labels : numpy.ndarray of int, shape (n,), optional
        Without labels, the targets are the images themselves, as an autoencoder needs.
    epochs : int
        The maximum number of epochs.
    noise : float, at least 0
        sigma: noise from N(0, sigma^2), new in every update and the same in every validation, is
        added to every pixel of the inputs, without clipping. Targets stay clean.
    batch_size : int
        Images for each update.
    updates_per_epoch : int, optional
        By default, how many whole batches the training images make, at least 1. Another number
        makes epochs longer or shorter, so that training on few and on many images can have the
        same number of updates.
    validation_fraction : float in [0, 1)
        The fraction of images to hold out. With 0, there is no early stopping, and the last
        weights are kept.
    patience : int
    seed : int
        Determines the held-out images, the order of the others, and the noise. The initial
        weights are drawn when the model is built: call ``keras.utils.set_random_seed`` first.
    show : bool
        Whether to show a progress bar and the loss curve, and to print a summary at the end.
    callbacks : sequence of keras.callbacks.Callback

    Returns
    -------
    History

    Raises
    ------
    KeyboardInterrupt
        If training is interrupted and `show` is False. The model still has its best weights.
    """
    if not model.compiled:
        raise ValueError(f"model {model.name!r} is not compiled; expected model.compile(...) first")
    if labels is None and model.output_shape != model.input_shape:
        raise ValueError(
            f"labels is None, and model has outputs of shape {model.output_shape}; expected "
            f"labels, or outputs of shape {model.input_shape} as in an autoencoder"
        )
    held_out, rows = _split(len(images), validation_fraction, seed)
    if updates_per_epoch is None:
        updates_per_epoch = max(1, len(rows) // batch_size)
    batch = _batches(images, labels, noise, seed)
    record, stop_button = keras.callbacks.History(), progress.StopButton()
    callbacks = [*callbacks, record, stop_button]
    stopping = keras.callbacks.EarlyStopping(patience=patience, restore_best_weights=True)
    if len(held_out):
        callbacks.append(stopping)
    losses = record.history
    title = f"Training the {model.name}"
    if show:
        bar = progress.BarAndCurve(epochs * updates_per_epoch, losses, title)
        callbacks.append(bar)
    started = time.perf_counter()
    try:
        with stop_button:
            try:
                model.fit(
                    _endless(batch, rows, batch_size, seed),
                    validation_data=_validation(batch, held_out),
                    epochs=epochs,
                    steps_per_epoch=updates_per_epoch,
                    callbacks=callbacks,
                    shuffle=False,  # the pipeline shuffles
                    verbose=0,
                )
            except KeyboardInterrupt:
                stop_button.press()
                if getattr(stopping, "best_weights", None) is not None:
                    model.set_weights(stopping.best_weights)
    finally:
        if show:
            bar.hide()
        del batch
        forget_validation_images(model)
    history = History(
        np.array(losses.get("loss", [])),
        np.array(losses.get("val_loss", [])),
        progress.best_epoch(losses),
        time.perf_counter() - started,
        bool(stop_button.presses),
    )
    if show:
        _say(history, losses, model.name, title)
    elif history.interrupted:
        raise KeyboardInterrupt
    return history


def _split(n, validation_fraction, seed):
    """Return the indices of the held-out images and of the others, in random order."""
    n_held_out = round(validation_fraction * n)
    if n_held_out == n or (validation_fraction > 0 and n_held_out == 0):
        raise ValueError(
            f"validation_fraction is {validation_fraction}: of {n} images that leaves "
            "a part empty; expected at least one image in each"
        )
    return np.split(np.random.default_rng(seed).permutation(n), [n_held_out])


def _say(history, losses, name, title):
    """Print a summary of the training, and display its loss curve."""
    end = "interrupted after" if history.interrupted else "trained for"
    epochs = "1 epoch" if len(history.loss) == 1 else f"{len(history.loss)} epochs"
    print(f"{name} {end} {epochs}, {history.seconds:.1f} s on {device()}")
    if len(history.loss):
        print(progress.losses_in_words(losses))
        if get_ipython():
            display(progress.loss_curve(losses, title))


def _batches(images, labels, noise, seed):
    """Return the function that makes a batch of inputs and targets from indices of images."""
    pixels = tf.constant(images)
    targets = None if labels is None else tf.constant(labels)

    def batch(number, indices):
        clean = tf.cast(tf.gather(pixels, indices), tf.float32) / 255
        inputs = clean
        if noise:
            # Stateless: the noise of a batch depends only on the seed and the number of the batch.
            drawn = tf.random.stateless_normal(tf.shape(clean), seed=[seed, number])
            inputs = clean + noise * drawn
        return inputs, clean if targets is None else tf.gather(targets, indices)

    return batch


def _endless(batch, rows, batch_size, seed):
    """Return an endless series of batches of these rows, reshuffled in each round."""
    # Only indices are shuffled, which is cheap; the images of a batch are gathered at once.
    order = tf.data.Dataset.from_tensor_slices(rows).shuffle(len(rows), seed=seed).repeat()
    batches = order.batch(batch_size).enumerate().map(batch).prefetch(2)
    return batches.with_options(without_autotune())


def _validation(batch, held_out):
    """Return the held-out images in batches, or None if there are none."""
    if not len(held_out):
        return None
    # Numbered from one that training never reaches, so that validation has its own noise.
    parts = tf.data.Dataset.from_tensor_slices(held_out).batch(VALIDATION_BATCH)
    return parts.enumerate(start=2**40).map(batch).with_options(without_autotune())


def without_autotune():
    """Return options that keep TensorFlow from tuning a pipeline that leaves nothing to tune.

    The tuning thread sleeps for longer and longer, up to many seconds, and training does not end
    until it wakes.
    """
    options = tf.data.Options()
    options.autotune.enabled = False
    return options
