"""Measure one trial of `design`: train its networks, and score them.

Each function takes ``settings``, a dictionary of all that shapes the trial beside the data, the
number of labels and the seed. The same dictionary is stored with what was measured. All of them
raise TypeError or ValueError, before anything is trained, if an argument is not as described.
"""

import functools
import time

from aehelpers import arguments as arg
from aehelpers import data, learn
from aehelpers.experiments import design, machine
from aehelpers.experiments.split import VALIDATION_SEED
from aehelpers.learn.evaluate import outputs
from aehelpers.learn.memory import keras
import numpy as np

RATE = arg.number(0, 1, open_ends=True)
WHOLE = arg.integer(1)
FIT = ("batch_size", "updates_per_epoch", "epochs", "patience")  # arguments of `learn.fit`
ARTICLE = {"learning_rate": RATE} | dict.fromkeys(FIT, WHOLE)
REACH = {
    "batch_size": WHOLE,
    "optimizer": arg.one_of("adam", "quick"),
    "learning_rate": RATE,
    "lengths": arg.increasing(learn.quick.FEWEST_UPDATES),
    "start": arg.one_of("zero", "mean"),
    "goal": RATE,
}
WATCHED = 1_000  # images that are not trained on, to see whether a goal is reached
EVERY = 10  # updates between two looks at them


def _settings(fewest_labels=0, **entries):
    """Return a decorator that checks the arguments of a trial, with these entries of settings."""
    return arg.checked(
        name=arg.one_of(*design.DATA),
        labels=arg.integer(fewest_labels, data.N_TRAINING),
        seed=arg.integer(0, data.LARGEST_SEED),
        settings=arg.entries(**entries),
    )


@_settings(1, encoder=arg.one_of("none", "random", "pretrained"), **ARTICLE)
def demonstrate(name, labels, seed, settings):
    """Train one of the classifiers of the article's demonstration.

    Parameters
    ----------
    name : str
        The data set.
    labels : int
        How many images have labels: the first ones of `data.labeling_order` with this seed.
    seed : int
    settings : dict
        ``encoder``: ``"none"``, ``"random"`` or ``"pretrained"``. ``learning_rate``,
        ``batch_size``, ``updates_per_epoch``, ``epochs`` and ``patience`` are those of all its
        networks.

    Returns
    -------
    dict
        ``accuracy`` on the test images; where an autoencoder was trained, its ``mse`` on them.
    """
    (images, all_labels), (test_images, test_labels) = _load(name)
    order = data.labeling_order(all_labels, seed)[:labels]
    autoencoder = _autoencoder(seed)
    measured = {}
    if settings["encoder"] == "pretrained":
        _fit_as_article(autoencoder, images, None, seed, settings)
        measured["mse"] = learn.reconstruction_loss(autoencoder, test_images)
    encoder = None if settings["encoder"] == "none" else learn.encoder_of(autoencoder)
    classifier = learn.build_classifier(encoder)
    _fit_as_article(classifier, images[order], all_labels[order], seed, settings)
    return {"accuracy": learn.accuracy(classifier, test_images, test_labels)} | measured


@_settings(model=dict, decay=arg.one_of("none", "cosine"), **ARTICLE)
def reconstruct(name, labels, seed, settings):
    """Train an autoencoder that differs from the article's in one choice.

    Parameters
    ----------
    name, seed
        As in `demonstrate`. `labels` is not used.
    settings : dict
        ``model``, as for `learn.build_autoencoder`, and ``decay`` (``"none"`` or ``"cosine"``);
        the others are those of `demonstrate`.

    Returns
    -------
    dict
        ``mse`` on the test images, and ``dead_pixels``: how many of the 784 outputs are zero for
        every test image, though the pixel itself is not.
    """
    (images, _), (test_images, _) = _load(name)
    autoencoder = _autoencoder(seed, **settings["model"])
    _fit_as_article(autoencoder, images, None, seed, settings)
    used = test_images.any(axis=0)
    drawn = (outputs(autoencoder, test_images) > 0).any(axis=0)
    mse = learn.reconstruction_loss(autoencoder, test_images)
    return {"mse": mse, "dead_pixels": int((used & ~drawn).sum())}


@_settings(images=arg.one_of("float64", "uint8"), **ARTICLE)
def peak_memory(name, labels, seed, settings):
    """Train the article's autoencoder in a process of its own and measure its peak memory.

    Parameters
    ----------
    name, labels, seed
        As in `demonstrate`. `labels` is not used.
    settings : dict
        ``images``: ``"float64"``, scaled as in the article and given to Keras as they are, or
        ``"uint8"``, scaled batch by batch in `learn.fit`. The others as in `demonstrate`.

    Returns
    -------
    dict
        ``peak_mb``: the largest resident memory of the process, TensorFlow included, in units of
        1,000,000 bytes.

    Raises
    ------
    RuntimeError
        On systems other than Linux, where it is not read.
    """
    machine.peak_memory()  # raises at once where it cannot be read
    return {"peak_mb": machine.in_fresh_process(_train_here, name, seed, settings)}


@_settings(**dict.fromkeys(design.MODEL, object), **REACH)
def reach(name, labels, seed, settings):
    """Count the updates that an autoencoder needs to a goal for its loss, on validation images.

    Parameters
    ----------
    name, seed
        As in `demonstrate`. `labels` is not used.
    settings : dict
        The arguments of `learn.build_autoencoder`; ``batch_size``; ``optimizer``: ``"adam"``, or
        ``"quick"`` for `learn.quick_adam`; its ``learning_rate``; ``lengths``: numbers of updates,
        tried one after the other until a training of that length reaches the ``goal``; ``start``:
        ``"zero"``, or ``"mean"`` for `learn.start_at_mean`.

    Returns
    -------
    dict
        ``updates``: how many it made when it reached the goal, or None if the longest training
        ends above it. ``length``: of that training. ``losses``: after every `EVERY` updates of it.
        ``update_ms``: milliseconds for an update, the best of a few repeats. They are the time of
        the processor that this process used, on one core, whatever else runs beside it.
    """
    shuffled = np.random.default_rng(VALIDATION_SEED).permutation(data.N_TRAINING)
    watched, others = (_load(name)[0][0][part] for part in np.split(shuffled, [WATCHED]))
    for length in settings["lengths"]:
        autoencoder = _autoencoder(seed, **{key: settings[key] for key in design.MODEL})
        if settings["start"] == "mean":
            learn.start_at_mean(autoencoder, others)
        watch = _Watch(data.scale(watched), settings["goal"])
        rate, quick = settings["learning_rate"], settings["optimizer"] == "quick"
        optimizer = learn.quick_adam(rate, length) if quick else keras.optimizers.Adam(rate)
        autoencoder.compile(optimizer, "mse", jit_compile=False)
        how = dict(epochs=1, updates_per_epoch=length, validation_fraction=0, seed=seed, show=False)
        learn.fit(autoencoder, others, batch_size=settings["batch_size"], callbacks=[watch], **how)
        if watch.reached is not None:
            break
    return {
        "updates": watch.reached,
        "length": length,
        "losses": [round(loss, 5) for loss in watch.losses],
        "update_ms": round(1e3 * min(watch.seconds[1:6] or watch.seconds), 2),
    }


class _Watch(keras.callbacks.Callback):
    """Note the loss on some images while a network trains, and end its training at a goal.

    It also notes the processor's time for each of the updates since the last look. In the first
    ones, the graph is built.
    """

    def __init__(self, images, goal):
        super().__init__()
        self.images, self.goal = images, goal
        self.reached, self.losses, self.seconds = None, [], []

    def on_train_begin(self, logs=None):
        self._updates, self._clock = 0, time.process_time()

    def on_train_batch_end(self, batch, logs=None):
        self._updates += 1
        if self._updates % EVERY:
            return
        self.seconds.append((time.process_time() - self._clock) / EVERY)
        loss = float(np.mean((self.model(self.images).numpy() - self.images) ** 2))
        self.losses.append(loss)
        if loss <= self.goal:
            self.reached, self.model.stop_training = self._updates, True
        self._clock = time.process_time()


def _train_here(name, seed, settings):
    """Train as `peak_memory` describes it; return the peak memory of this process."""
    autoencoder = _autoencoder(seed)
    if settings["images"] == "uint8":
        _fit_as_article(autoencoder, _load(name)[0][0], None, seed, settings)
    else:
        train, test = (part.reshape(-1, learn.INPUT_SIZE) / 255.0 for part, _ in data.load(name))
        chosen = {key: settings[key] for key in ("epochs", "batch_size")}
        autoencoder.compile("adam", "mse")
        autoencoder.fit(train, train, validation_data=(test, test), verbose=0, **chosen)
    return machine.peak_memory() // 1_000_000


@functools.cache
def _load(name):
    """Return the images as rows of pixels and their labels: those to train on, and for the test."""
    return [(images.reshape(-1, learn.INPUT_SIZE), labels) for images, labels in data.load(name)]


def _autoencoder(seed, **model):
    """Return an autoencoder with initial weights from this seed, and nothing left of the last."""
    keras.backend.clear_session()
    keras.utils.set_random_seed(seed)
    return learn.build_autoencoder(**model)


def _fit_as_article(model, images, labels, seed, settings):
    """Train one network of `demonstrate` or `reconstruct`."""
    rate, how = settings["learning_rate"], {key: settings[key] for key in FIT}
    if settings.get("decay") == "cosine":
        n_updates = settings["epochs"] * settings["updates_per_epoch"]
        rate = keras.optimizers.schedules.CosineDecay(rate, n_updates)
    loss = "mse" if labels is None else "sparse_categorical_crossentropy"
    model.compile(keras.optimizers.Adam(rate), loss)
    learn.fit(model, images, labels, seed=seed, show=False, **how)
