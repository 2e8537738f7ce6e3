"""Trials: from a seed and settings to one measured accuracy. They make up published/.

Each function takes `settings`, a dictionary that holds all that shapes the trial beside the
data, the number of labels and the seed. The same dictionary is stored with what was measured.
All of them raise TypeError or ValueError, before anything is trained, if an argument is not as
described.
"""

from collections.abc import Callable
import functools
import json
import math
from pathlib import Path
import re
import subprocess
import sys
from typing import NamedTuple

from aehelpers import arguments_old as arguments
from aehelpers import data
from aehelpers.learn import bank, models, training
from aehelpers.learn.memory import keras, tf
import numpy as np
from scipy import sparse
from sklearn.linear_model import LogisticRegression
from sklearn.neighbors import NearestNeighbors
from sklearn.preprocessing import normalize

# Hyper-parameters are chosen on these images, in runs that never use them as labeled ones. All
# training images are pretrained on and are in the graph of neighbours, without their labels.
N_VALIDATION = 10_000
VALIDATION_SEED = 2026
TENSORFLOW_VERSION = tf.__version__
MOST_NEIGHBOURS = 20


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
        ``model``, ``epochs``, ``learning_rate`` and ``noise``, as in `bank.Recipe`.

    Returns
    -------
    dict
        ``mse``: the reconstruction loss on the clean test images.
    """
    _check_run(name, labels, seed)
    (images, _), (test_images, _) = _load(name)
    autoencoder = _pretrained(images, settings, seed)
    return {"mse": training.reconstruction_loss(autoencoder, test_images)}


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
    _check_run(name, labels, seed, fewest=1)
    arguments.entries("settings", settings, ("encoder", "batch_size", "stages", "scored_on"))
    arguments.sequence("stages", settings["stages"])
    for stage in settings["stages"]:
        arguments.entries("a stage", stage, ("trained", "learning_rate", "updates"))
        arguments.choice("trained", stage["trained"], ("head", "all"))
        _check_rate(stage["learning_rate"])
        arguments.whole("updates", stage["updates"], 1)
    arguments.whole("batch_size", settings["batch_size"], 1)
    labeled, all_labels, scored = _split(name, labels, seed, settings)
    images = _load(name)[0][0]
    keras.backend.clear_session()
    encoder = None
    if settings["encoder"] is not None:
        encoder = _encoder(images, settings["encoder"], seed)
    keras.utils.set_random_seed(seed)
    classifier = models.build_classifier(encoder)
    for stage in settings["stages"]:
        if encoder is not None:
            encoder.trainable = stage["trained"] == "all"
        _train(classifier, images[labeled], all_labels[labeled], seed, stage, settings)
    return {"accuracy": training.accuracy(classifier, *scored)}


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
    _check_run(name, labels, seed, fewest=1)
    _check_article("encoder", settings, ("none", "random", "pretrained"))
    (images, all_labels), (test_images, test_labels) = _load(name)
    order = data.labeling_order(all_labels, seed)[:labels]
    keras.backend.clear_session()
    keras.utils.set_random_seed(seed)
    autoencoder = models.build_autoencoder()
    measured = {}
    if settings["encoder"] == "pretrained":
        _fit(autoencoder, "mse", images, None, seed, settings)
        measured["mse"] = training.reconstruction_loss(autoencoder, test_images)
    encoder = None if settings["encoder"] == "none" else models.encoder_of(autoencoder)
    classifier = models.build_classifier(encoder)
    loss = "sparse_categorical_crossentropy"
    _fit(classifier, loss, images[order], all_labels[order], seed, settings)
    return {"accuracy": training.accuracy(classifier, test_images, test_labels)} | measured


def reconstruct(name, labels, seed, settings):
    """Train an autoencoder that differs from the article's in one choice.

    Parameters
    ----------
    name, seed
        As in `pretrain`. `labels` is not used.
    settings : dict
        ``model``, as for `models.build_autoencoder`, and ``decay`` (``"none"`` or ``"cosine"``);
        the others are those of `demonstrate`.

    Returns
    -------
    dict
        ``mse`` on the test images, and ``dead_pixels``: how many of the 784 outputs are zero for
        every test image, though the pixel itself is not.
    """
    _check_run(name, labels, seed)
    _check_article("decay", settings, ("none", "cosine"))
    arguments.entries("settings", settings, ("model",))
    arguments.instance("model", settings["model"], dict, "arguments of build_autoencoder")
    (images, _), (test_images, _) = _load(name)
    keras.backend.clear_session()
    keras.utils.set_random_seed(seed)
    autoencoder = models.build_autoencoder(**settings["model"])
    _fit(autoencoder, "mse", images, None, seed, settings)
    used, alive = test_images.any(axis=0), np.zeros(test_images.shape[1], bool)
    for chunk in training.chunks(test_images):
        alive |= (np.asarray(autoencoder(data.scale(chunk))) > 0).any(axis=0)
    return {
        "mse": training.reconstruction_loss(autoencoder, test_images),
        "dead_pixels": int((used & ~alive).sum()),
    }


def peak_memory(name, labels, seed, settings):
    """Train the article's autoencoder in a process of its own and measure its peak memory.

    Parameters
    ----------
    name, labels, seed
        As in `pretrain`. `labels` is not used.
    settings : dict
        ``images``: ``"float64"``, scaled as in the article and given to Keras as they are, or
        ``"uint8"``, scaled batch by batch in `training.fit`. The others as in `demonstrate`.

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
    _check_run(name, labels, seed)
    _check_article("images", settings, ("float64", "uint8"))
    if not sys.platform.startswith("linux"):
        raise RuntimeError("Peak memory is read from /proc, which only Linux has.")
    call = f"from aehelpers.experiments import trials; trials._print_peak({name!r}, {seed}, {settings!r})"
    done = subprocess.run([sys.executable, "-c", call], stdout=subprocess.PIPE, check=True)
    return {"peak_mb": int(done.stdout)}


def _print_peak(name, seed, settings):
    """Train as `peak_memory` describes it, and print this process's peak memory."""
    keras.utils.set_random_seed(seed)
    autoencoder = models.build_autoencoder()
    if settings["images"] == "float64":
        (images, _), (test_images, _) = data.load(name)
        images = images.reshape(-1, models.INPUT_SIZE) / 255.0
        test_images = test_images.reshape(-1, models.INPUT_SIZE) / 255.0
        autoencoder.compile("adam", "mse")
        autoencoder.fit(
            images,
            images,
            epochs=settings["epochs"],
            batch_size=settings["batch_size"],
            validation_data=(test_images, test_images),
            verbose=0,
        )
    else:
        (images, _), _ = _load(name)
        _fit(autoencoder, "mse", images, None, seed, settings)
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    kilobytes = int(re.search(r"VmHWM:\s+(\d+) kB", status)[1])
    print(kilobytes * 1024 // 1_000_000)


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
        penalty; or ``{"kind": "neighbours", ...}`` as `spread_labels` takes them.
        ``scored_on``, as in `classify`.

    Returns
    -------
    dict
        ``accuracy``, 0 to 1.
    """
    _check_run(name, labels, seed, fewest=1)
    arguments.entries("settings", settings, ("features", "head", "scored_on"))
    features, head = settings["features"], settings["head"]
    arguments.entries("head", head, ("kind",))
    arguments.choice("kind", head["kind"], ("linear", "neighbours"))
    labeled, all_labels, scored = _split(name, labels, seed, settings)
    if head["kind"] == "linear":
        arguments.entries("head", head, ("C",))
        arguments.number("C", head["C"], 0, math.inf, open_ends=True)
        images = _load(name)[0][0]
        encode = _normalised if features is None else _encode_with(images, features, seed)
        model = LogisticRegression(C=head["C"], max_iter=1000)
        model.fit(encode(images[labeled]), all_labels[labeled])
        return {"accuracy": float(model.score(encode(scored[0]), scored[1]))}
    _check_head(head, MOST_NEIGHBOURS)
    # The pixels of an image do not depend on the seed, so that their neighbours are found once.
    search = _neighbour_search(name, json.dumps(features), None if features is None else seed)
    scores = spread_labels(search, labeled, all_labels[labeled], head)
    _, nearest = search.model.kneighbors(search.encode(scored[0]), head["neighbours"])
    predicted = scores[nearest].sum(axis=1).argmax(axis=1)
    return {"accuracy": float(np.mean(predicted == scored[1]))}


class Search(NamedTuple):
    """The nearest neighbours of all training images among themselves.

    Attributes
    ----------
    encode : callable
        From uint8 images (n, 784) to features of length 1.
    model : sklearn.neighbors.NearestNeighbors
    nearest : numpy.ndarray of int, shape (n, MOST_NEIGHBOURS)
        For each image the indices of the others, nearest first.
    """

    encode: Callable
    model: NearestNeighbors
    nearest: np.ndarray


def spread_labels(search, labeled, labels, head):
    """Spread a few labels along the graph of nearest neighbours.

    The method is that of D. Zhou et al., *Learning with Local and Global Consistency*, 2004: in
    each iteration every image takes the weighted mean of its neighbours' scores, and labeled
    images are reminded of their labels. An edge of the graph has weight 1 where each of two
    images is among the nearest of the other, 1/2 where only one is.

    Parameters
    ----------
    search : Search
    labeled : numpy.ndarray of int, shape (l,)
        The indices of the labeled images.
    labels : numpy.ndarray of int, shape (l,), 0 to 9
    head : dict
        ``neighbours``, ``alpha`` (the weight of the neighbours against the labels, in 0..1) and
        ``iterations``.

    Returns
    -------
    numpy.ndarray of float, shape (n, 10)
        The scores of all training images for each class, at least 0, with unit sum for images
        that any label reached.
    """
    arguments.instance("search", search, Search, "a Search")
    arguments.array("labeled", labeled, {"i": "indices"}, ("l",))
    arguments.array("labels", labels, {"i": "integers", "u": "integers"}, ("l",))
    arguments.sequence("labels", labels, len(labeled))
    if labels.min() < 0 or labels.max() > 9:
        raise ValueError(f"labels goes from {labels.min()} to {labels.max()}; expected 0 to 9")
    n, most = search.nearest.shape
    if labeled.min() < 0 or labeled.max() >= n:
        raise ValueError(
            f"labeled goes from {labeled.min()} to {labeled.max()}; expected indices from 0 to "
            f"{n - 1}"
        )
    _check_head(head, most)
    k = head["neighbours"]
    ends = search.nearest[:, :k].ravel()
    edges = sparse.csr_array((np.ones(n * k), (np.repeat(np.arange(n), k), ends)), shape=(n, n))
    edges = (edges + edges.T) / 2
    scale = sparse.diags_array(1 / np.sqrt(edges.sum(axis=1)))
    smooth = scale @ edges @ scale
    known = np.zeros((n, 10))
    known[labeled, labels] = 1
    scores = known
    for _ in range(head["iterations"]):
        scores = head["alpha"] * (smooth @ scores) + (1 - head["alpha"]) * known
    return scores / np.maximum(scores.sum(axis=1, keepdims=True), np.finfo(float).tiny)


@functools.lru_cache(maxsize=1)  # a second one would not fit into 2 GB
def _neighbour_search(name, features, seed):
    images = _load(name)[0][0]
    features = json.loads(features)
    encode = _normalised if features is None else _encode_with(images, features, seed)
    encoded = encode(images)
    model = NearestNeighbors(algorithm="brute").fit(encoded)
    nearest = model.kneighbors(n_neighbors=MOST_NEIGHBOURS, return_distance=False)
    return Search(encode, model, nearest)


def _encode_with(images, features, seed):
    """Return a function from uint8 images to codes of length 1."""
    encoder = _encoder(images, features, seed)

    def encode(chosen):
        parts = [np.asarray(encoder(data.scale(chunk))) for chunk in training.chunks(chosen)]
        return normalize(np.concatenate(parts))

    return encode


def _normalised(images):
    return normalize(data.scale(images))


def _check_run(name, labels, seed, fewest=0):
    arguments.choice("name", name, data.CLASS_NAMES)
    arguments.whole("labels", labels, fewest, data.N_TRAINING)
    arguments.whole("seed", seed, 0, data.LARGEST_SEED)


def _check_rate(rate):
    arguments.number("learning_rate", rate, 0, 1, open_ends=True)


def _check_article(choice, settings, options):
    """Raise unless the settings are those of the article's networks, with one choice more."""
    wholes = ("batch_size", "updates_per_epoch", "epochs", "patience")
    arguments.entries("settings", settings, (choice, "learning_rate", *wholes))
    arguments.choice(choice, settings[choice], options)
    _check_rate(settings["learning_rate"])
    for name in wholes:
        arguments.whole(name, settings[name], 1)


def _check_head(head, most_neighbours):
    """Raise unless these are arguments of `spread_labels`."""
    arguments.entries("head", head, ("neighbours", "alpha", "iterations"))
    arguments.whole("neighbours", head["neighbours"], 1, most_neighbours)
    arguments.number("alpha", head["alpha"], 0, 1)
    arguments.whole("iterations", head["iterations"], 1)


def _split(name, labels, seed, settings):
    """Return the indices of the labeled images, the labels of all, and the images for the score."""
    arguments.choice("scored_on", settings["scored_on"], ("test", "validation"))
    (images, all_labels), test = _load(name)
    candidates, scored = np.arange(len(images)), test
    if settings["scored_on"] == "validation":
        shuffled = np.random.default_rng(VALIDATION_SEED).permutation(len(images))
        held_out, candidates = shuffled[:N_VALIDATION], shuffled[N_VALIDATION:]
        scored = images[held_out], all_labels[held_out]
    order = data.labeling_order(all_labels[candidates], seed)
    return candidates[order[:labels]], all_labels, scored


@functools.cache
def _load(name):
    (x_train, y_train), (x_test, y_test) = data.load(name)
    size = models.INPUT_SIZE
    return (x_train.reshape(-1, size), y_train), (x_test.reshape(-1, size), y_test)


def _pretrained(images, settings, seed):
    arguments.entries("settings", settings, ("model", "epochs", "learning_rate"))
    for name in settings:
        arguments.choice("a name in settings", name, bank.Recipe._fields)
    recipe = bank.Recipe(**settings)
    return bank.train_bank({"autoencoder": recipe}, images, seed, show=False)["autoencoder"]


def _encoder(images, settings, seed):
    """Return the encoder of a pretrained autoencoder, or of one with random weights."""
    arguments.entries("encoder or features", settings, ("model", "pretraining"))
    arguments.instance("model", settings["model"], dict, "arguments of build_autoencoder")
    if settings["pretraining"] is None:
        keras.utils.set_random_seed(seed)
        return models.encoder_of(models.build_autoencoder(**settings["model"]))
    arguments.instance("pretraining", settings["pretraining"], dict, "a dict, or None")
    recipe = settings["pretraining"] | {"model": settings["model"]}
    return models.encoder_of(_pretrained(images, recipe, seed))


def _train(classifier, images, labels, seed, stage, settings):
    """Train one stage of `classify`; compiling makes a change of `trainable` take effect."""
    n_updates = stage["updates"]
    decay = keras.optimizers.schedules.CosineDecay(stage["learning_rate"], n_updates)
    classifier.compile(
        keras.optimizers.Adam(decay),
        "sparse_categorical_crossentropy",
        jit_compile=n_updates >= training.XLA_PAYS_FROM,
    )
    training.fit(
        classifier,
        images,
        labels,
        epochs=1,
        updates_per_epoch=n_updates,
        batch_size=settings["batch_size"],
        validation_fraction=0,
        seed=seed,
        show=False,
    )


def _fit(model, loss, images, labels, seed, settings):
    """Train one network of `demonstrate` or `reconstruct`."""
    rate = settings["learning_rate"]
    if settings.get("decay") == "cosine":
        n_updates = settings["epochs"] * settings["updates_per_epoch"]
        rate = keras.optimizers.schedules.CosineDecay(rate, n_updates)
    model.compile(keras.optimizers.Adam(rate), loss)
    training.fit(
        model,
        images,
        labels,
        epochs=settings["epochs"],
        batch_size=settings["batch_size"],
        updates_per_epoch=settings["updates_per_epoch"],
        patience=settings["patience"],
        seed=seed,
        show=False,
    )
