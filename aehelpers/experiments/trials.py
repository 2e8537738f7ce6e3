"""Measure one trial: train its networks or classifier, and score them.

Each function takes ``settings``, a dictionary of all that shapes the trial beside the data, the
number of labels and the seed. The same dictionary is stored with what was measured. All of them
raise TypeError or ValueError, before anything is trained, if an argument is not as described.
"""

import functools
import json
import math
import time

from aehelpers import arguments as arg
from aehelpers import data, learn
from aehelpers.experiments import design, machine
from aehelpers.experiments.shallow import spread_along
from aehelpers.experiments.split import N_VALIDATION, VALIDATION_SEED
from aehelpers.learn.evaluate import chunks
from aehelpers.learn.memory import keras
import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import NearestNeighbors
from sklearn.preprocessing import normalize

CosineDecay = keras.optimizers.schedules.CosineDecay

RATE = arg.number(0, 1, open_ends=True)
WHOLE = arg.integer(1)
NOISE = arg.number(0, data.LARGEST_SIGMA)
PRETRAINING = {"epochs": WHOLE, "learning_rate": RATE, "noise": NOISE}
PRETRAINED = arg.entries(model=dict, pretraining=arg.optional(arg.entries(**PRETRAINING)))
ENCODER = arg.optional(PRETRAINED)
STAGE = arg.entries(trained=arg.one_of("head", "all"), learning_rate=RATE, updates=WHOLE)
SCORED_ON = arg.one_of("test", "validation")
FIT = ("batch_size", "updates_per_epoch", "epochs", "patience")  # arguments of `learn.fit`
ARTICLE = {"learning_rate": RATE} | dict.fromkeys(FIT, WHOLE)
HEADS = {
    "linear": {"C": arg.number(0, math.inf, open_ends=True)},
    "neighbours": {"neighbours": WHOLE, "alpha": arg.number(0, 1, True), "iterations": WHOLE},
}
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


@_settings(model=dict, **PRETRAINING)
def pretrain(name, labels, seed, settings):
    """Train an autoencoder on all training images, without labels.

    Parameters
    ----------
    name : str
        The data set.
    labels : int
        Not used: an autoencoder needs none.
    seed : int
    settings : dict
        ``model``, ``epochs``, ``learning_rate`` and ``noise``, as in `learn.Recipe`.

    Returns
    -------
    dict
        ``mse``: the reconstruction loss on the clean test images.
    """
    autoencoder = _pretrained(name, settings["model"], settings, seed)
    return {"mse": learn.reconstruction_loss(autoencoder, _load(name)[1][0])}


@_settings(
    1, encoder=ENCODER, batch_size=WHOLE, stages=arg.sequence(STAGE, fewest=1), scored_on=SCORED_ON
)
def classify(name, labels, seed, settings):
    """Train a classifier on few labels, in one or two stages, and measure its accuracy.

    Parameters
    ----------
    name : str
        The data set.
    labels : int
        How many images have labels: the first ones of `data.labeling_order` with this seed.
    seed : int
    settings : dict
        ``encoder``: None, or a dict of ``model`` and ``pretraining`` (None: random weights).
        ``batch_size``. ``stages``: a list of dicts of ``trained`` (``"head"`` or ``"all"``),
        ``learning_rate`` and ``updates``. ``scored_on``: ``"test"``, or ``"validation"``: on
        training images that then are no candidates for labels.

    Returns
    -------
    dict
        ``accuracy``, 0 to 1.
    """
    labeled, all_labels, scored = _split(name, labels, seed, settings["scored_on"])
    images, known = _load(name)[0][0][labeled], all_labels[labeled]
    chosen = dict(epochs=1, batch_size=settings["batch_size"], validation_fraction=0)
    keras.backend.clear_session()
    encoder = _encoder(name, settings["encoder"], seed)
    keras.utils.set_random_seed(seed)
    classifier = learn.build_classifier(encoder)
    for stage in settings["stages"]:
        if encoder is not None:
            encoder.trainable = stage["trained"] == "all"
        n = stage["updates"]
        rate, compiled = CosineDecay(stage["learning_rate"], n), n >= learn.XLA_PAYS_FROM
        _fit(classifier, images, known, seed, rate, compiled, updates_per_epoch=n, **chosen)
    return {"accuracy": learn.accuracy(classifier, *scored)}


@_settings(1, encoder=arg.one_of("none", "random", "pretrained"), **ARTICLE)
def demonstrate(name, labels, seed, settings):
    """Train one of the classifiers of the article's demonstration.

    Parameters
    ----------
    name, labels, seed
        As in `classify`.
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
    keras.backend.clear_session()
    keras.utils.set_random_seed(seed)
    autoencoder = learn.build_autoencoder()
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
        As in `pretrain`. `labels` is not used.
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
    keras.backend.clear_session()
    keras.utils.set_random_seed(seed)
    autoencoder = learn.build_autoencoder(**settings["model"])
    _fit_as_article(autoencoder, images, None, seed, settings)
    used, alive = test_images.any(axis=0), np.zeros(test_images.shape[1], bool)
    for chunk in chunks(test_images):
        alive |= (np.asarray(autoencoder(data.scale(chunk))) > 0).any(axis=0)
    mse = learn.reconstruction_loss(autoencoder, test_images)
    return {"mse": mse, "dead_pixels": int((used & ~alive).sum())}


@_settings(images=arg.one_of("float64", "uint8"), **ARTICLE)
def peak_memory(name, labels, seed, settings):
    """Train the article's autoencoder in a process of its own and measure its peak memory.

    Parameters
    ----------
    name, labels, seed
        As in `pretrain`. `labels` is not used.
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
        As in `pretrain`. `labels` is not used.
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
        keras.backend.clear_session()
        keras.utils.set_random_seed(seed)
        autoencoder = learn.build_autoencoder(**{key: settings[key] for key in design.MODEL})
        if settings["start"] == "mean":
            learn.start_at_mean(autoencoder, others)
        watch = _Watch(data.scale(watched), settings["goal"])
        rate, optimizer = settings["learning_rate"], keras.optimizers.Adam
        optimizer = (
            optimizer(rate) if settings["optimizer"] == "adam" else learn.quick_adam(rate, length)
        )
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
    keras.utils.set_random_seed(seed)
    autoencoder = learn.build_autoencoder()
    if settings["images"] == "uint8":
        _fit_as_article(autoencoder, _load(name)[0][0], None, seed, settings)
    else:
        train, test = (part.reshape(-1, learn.INPUT_SIZE) / 255.0 for part, _ in data.load(name))
        chosen = {key: settings[key] for key in ("epochs", "batch_size")}
        autoencoder.compile("adam", "mse")
        autoencoder.fit(train, train, validation_data=(test, test), verbose=0, **chosen)
    return machine.peak_memory() // 1_000_000


@_settings(1, features=ENCODER, head=arg.entries(kind=arg.one_of(*HEADS)), scored_on=SCORED_ON)
def label_few(name, labels, seed, settings):
    """Classify with few labels by comparing features, without training a network on labels.

    Parameters
    ----------
    name, labels, seed
        As in `classify`.
    settings : dict
        ``features``: None for the pixels, or a dict of ``model`` and ``pretraining`` for the code
        of a pretrained autoencoder. Each image's features are scaled to length 1. ``head``:
        ``{"kind": "linear", "C": ...}``, logistic regression, where a smaller C is a stronger
        penalty; or ``{"kind": "neighbours", ...}`` with ``neighbours``, how many, ``alpha``, their
        weight against the labels, in 0..1, and ``iterations``. ``scored_on``, as in `classify`.

    Returns
    -------
    dict
        ``accuracy``, 0 to 1.
    """
    features, head = settings["features"], settings["head"]
    arg.entries(**HEADS[head["kind"]]).check("settings['head']", head, {})
    labeled, all_labels, (images, right) = _split(name, labels, seed, settings["scored_on"])
    known = all_labels[labeled]
    if head["kind"] == "linear":
        encode = _unit_features(name, features, seed)
        model = LogisticRegression(C=head["C"], max_iter=1000)
        model.fit(encode(_load(name)[0][0][labeled]), known)
        predicted = model.predict(encode(images))
    else:
        # The pixels of an image do not depend on the seed, so that their graph is made once.
        seed = None if features is None else seed
        encode, search, edges = _neighbours(name, json.dumps(features), seed, head["neighbours"])
        model = spread_along(edges, labeled, known, head["alpha"], head["iterations"])
        nearest = search.kneighbors(encode(images), return_distance=False)
        votes = model.label_distributions_[nearest].sum(axis=1)
        predicted = model.classes_[votes.argmax(axis=1)]
    return {"accuracy": float(np.mean(predicted == right))}


@functools.lru_cache(maxsize=1)  # a second one would not fit into 2 GB
def _neighbours(name, features, seed, n):
    """Return how images become features, the search for their n neighbours, and the graph.

    An edge of the graph has weight 1 where each of two images is among the nearest of the other,
    1/2 where only one is.
    """
    encode = _unit_features(name, json.loads(features), seed)
    search = NearestNeighbors(n_neighbors=n, algorithm="brute").fit(encode(_load(name)[0][0]))
    edges = search.kneighbors_graph()
    return encode, search, (edges + edges.T) / 2


def _unit_features(name, features, seed):
    """Return a function from uint8 images to their pixels or codes, scaled to length 1."""
    if features is None:
        return lambda images: normalize(data.scale(images))
    encoder = _encoder(name, features, seed)

    def encode(images):
        codes = [np.asarray(encoder(data.scale(chunk))) for chunk in chunks(images)]
        return normalize(np.concatenate(codes))

    return encode


def _split(name, labels, seed, scored_on):
    """Return the indices of the labeled images, the labels of all, and the images for the score."""
    (images, all_labels), scored = _load(name)
    candidates = np.arange(len(images))  # of labels; without them, all images are seen
    if scored_on == "validation":
        shuffled = np.random.default_rng(VALIDATION_SEED).permutation(len(images))
        held_out, candidates = shuffled[:N_VALIDATION], shuffled[N_VALIDATION:]
        scored = images[held_out], all_labels[held_out]
    order = data.labeling_order(all_labels[candidates], seed)
    return candidates[order[:labels]], all_labels, scored


@functools.cache
def _load(name):
    """Return the images as rows of pixels and their labels: those to train on, and for the test."""
    return [(images.reshape(-1, learn.INPUT_SIZE), labels) for images, labels in data.load(name)]


def _pretrained(name, model, pretraining, seed):
    """Return an autoencoder trained on all training images, from the cache or trained now."""
    recipe = learn.Recipe(model, *(pretraining[key] for key in PRETRAINING))
    images = _load(name)[0][0]
    return learn.train_bank({"autoencoder": recipe}, images, seed, show=False)["autoencoder"]


def _encoder(name, settings, seed):
    """Return the encoder of a pretrained autoencoder, one with random weights, or None."""
    if settings is None:
        return None
    model, pretraining = settings["model"], settings["pretraining"]
    if pretraining is None:
        keras.utils.set_random_seed(seed)
        return learn.encoder_of(learn.build_autoencoder(**model))
    return learn.encoder_of(_pretrained(name, model, pretraining, seed))


def _fit(model, images, labels, seed, rate, jit_compile="auto", **settings):
    """Compile and train; compiling makes a change of `trainable` take effect."""
    loss = "mse" if labels is None else "sparse_categorical_crossentropy"
    model.compile(keras.optimizers.Adam(rate), loss, jit_compile=jit_compile)
    learn.fit(model, images, labels, seed=seed, show=False, **settings)


def _fit_as_article(model, images, labels, seed, settings):
    """Train one network of `demonstrate` or `reconstruct`."""
    rate = settings["learning_rate"]
    if settings.get("decay") == "cosine":
        rate = CosineDecay(rate, settings["epochs"] * settings["updates_per_epoch"])
    _fit(model, images, labels, seed, rate, **{key: settings[key] for key in FIT})
