"""Dense classifiers, ten at a time: small networks of one shape in one compiled program.

A single small network leaves a processor waiting for Python. Here every weight has a leading axis
over networks, which differ in their labels, initial weights, learning rate, noise and dropout.
"""

import functools
import itertools

from aehelpers.data import scale
from aehelpers.experiments import encoders
from aehelpers.experiments.split import split
from aehelpers.learn.evaluate import outputs
from aehelpers.learn.memory import keras, tf
import numpy as np

HEAD = (128, 64)  # the article's layers between an encoder, or the pixels, and the classes
HEAD_RATE = 0.003  # of the stage that trains the head alone, where another one follows
N_RANDOM = 2**23  # numbers drawn once; every update takes a stretch of them


def classify(tasks, settings):
    """Train one classifier for each task; return the classes that each gives its scored images.

    Parameters
    ----------
    tasks : list of Task
        With the same data set and number of labels.
    settings : list of dict
        ``encoder``: None (the head stands on the pixels), a dict with a ``model`` only (random
        weights), or the settings of a `learn.Recipe` (pretrained). ``trained``: ``"all"``,
        ``"head"``, or ``"head, then all"``. ``learning_rate``. ``noise``: the standard deviation
        of what is added to the pixels. ``dropout``: the share of hidden units left out.
        ``updates`` and ``batch_size``. They may differ in learning rate, noise and dropout, and in
        the noise of the pretraining.

    Returns
    -------
    list of numpy.ndarray of int, shape (n_scored,)
    """
    first, images = settings[0], [split(task) for task in tasks]
    starts = [_start(task, one["encoder"]) for task, one in zip(tasks, settings)]
    layers = [tuple(map(np.stack, zip(*layer))) for layer in zip(*starts)]
    n_encoding = len(layers) - len(HEAD) - 1
    hidden = first["encoder"]["model"]["hidden_activation"] if first["encoder"] else None
    encoding = [*[hidden] * (n_encoding - 1), "linear"][:n_encoding]
    activations = (*encoding, "relu", "relu", "linear")
    known = np.stack([one.known for one in images])
    seeds = [task.seed for task in tasks]
    rates, noise, dropout = (
        np.array([one[key] for one in settings], np.float32)
        for key in ("learning_rate", "noise", "dropout")
    )
    chosen = {key: first[key] for key in ("updates", "batch_size")}

    def pixels(rows):
        return np.stack([scale(one.images[one.labeled[few]]) for one, few in zip(images, rows)])

    def trained(layers, activations, x, rates, noise, dropout):
        shape = (*layers[0][0].shape[:2], *(biases.shape[1] for _, biases in layers))
        network = _networks(shape, activations)
        return network.train(layers, x, known, seeds, rates, noise, dropout, **chosen)

    if first["trained"] != "all":
        encoder, head = layers[:n_encoding], layers[n_encoding:]
        codes = [
            _outputs(encoder, activations, number, one.labeled_images)
            for number, one in enumerate(images)
        ]

        def coded(rows):
            return np.stack([code[few] for code, few in zip(codes, rows)])

        alone = rates if first["trained"] == "head" else np.full_like(rates, HEAD_RATE)
        still = np.zeros_like(rates)
        layers = encoder + trained(head, activations[n_encoding:], coded, alone, still, still)
    if first["trained"] != "head":
        layers = trained(layers, activations, pixels, rates, noise, dropout)
    return [
        _outputs(layers, activations, number, one.scored_images).argmax(axis=1)
        for number, one in enumerate(images)
    ]


class Networks:
    """Dense networks of one shape that train together.

    A layer is a pair of arrays: weights of shape (networks, inputs, units), and biases of shape
    (networks, units).

    Parameters
    ----------
    shape : tuple of int
        The number of networks; then the inputs and the units of every layer.
    activations : tuple of str
        One for each layer. The last layer gives logits.
    """

    def __init__(self, shape, activations):
        n, *self.sizes = shape
        self.activations = activations
        self.variables = [
            tf.Variable(tf.zeros(one))
            for inputs, units in itertools.pairwise(self.sizes)
            for one in ((n, inputs, units), (n, units))
        ]
        self.slots = [[tf.Variable(tf.zeros_like(one)) for one in self.variables] for _ in "mv"]
        self.update = tf.function(self._update, jit_compile=True)

    def train(self, layers, x, y, seeds, rates, noise, dropout, *, updates, batch_size):
        """Train from these layers; return the trained ones.

        Parameters
        ----------
        layers : list of pairs
        x : function
            From indices of images, (networks, batch size), to their float32 inputs
            (networks, batch size, inputs).
        y : numpy.ndarray of int, shape (networks, images)
        seeds : list of int
            Of the order of the images.
        rates, noise, dropout : numpy.ndarray of float32, shape (networks,)
            The learning rates fall to 0 along a half cosine.
        updates, batch_size : int
        """
        for variable, start in zip(self.variables, (part for layer in layers for part in layer)):
            variable.assign(start)
        for slot in (*self.slots[0], *self.slots[1]):
            slot.assign(tf.zeros_like(slot))
        orders = np.stack([_order(seed, y.shape[1], updates * batch_size) for seed in seeds])
        orders = orders.reshape(len(seeds), updates, batch_size)
        random = np.random.default_rng(seeds)
        each, hidden = np.arange(len(seeds))[:, None], sum(self.sizes[1:-1])
        for step in range(updates):
            rows = orders[:, step]
            spoiled = x(rows)
            if noise.any():
                spoiled += noise[:, None, None] * _stretch(_normal(), random, spoiled.shape)
            drawn = _stretch(_uniform(), random, (*rows.shape, hidden))
            kept = (drawn >= dropout[:, None, None]) / (1 - dropout[:, None, None])
            rate = rates * np.float32((1 + np.cos(np.pi * step / updates)) / 2)
            self.update(spoiled, y[each, rows], kept.astype(np.float32), rate, np.float32(step + 1))
        trained = [variable.numpy() for variable in self.variables]
        return list(zip(trained[::2], trained[1::2]))

    def _update(self, x, y, kept, rates, step):
        """Make one update of all networks by Adam (Kingma and Ba 2015), each with its rate."""
        with tf.GradientTape() as tape:
            layers = list(zip(self.variables[::2], self.variables[1::2]))
            logits = _forward(layers, self.activations, x, kept)
            losses = tf.nn.sparse_softmax_cross_entropy_with_logits(y, logits)
            loss = tf.reduce_sum(tf.reduce_mean(losses, axis=1))  # so that none feels the others
        corrected = rates * tf.sqrt(1 - 0.999**step) / (1 - 0.9**step)
        for variable, gradient, m, v in zip(
            self.variables, tape.gradient(loss, self.variables), *self.slots
        ):
            m.assign(0.9 * m + 0.1 * gradient)
            v.assign(0.999 * v + 0.001 * gradient**2)
            rate = tf.reshape(corrected, [-1] + [1] * (len(variable.shape) - 1))
            variable.assign_sub(rate * m / (tf.sqrt(v) + 1e-7))


_networks = functools.lru_cache(maxsize=4)(Networks)  # to compile one takes seconds


def _forward(layers, activations, x, kept=None):
    """Return what the last of these layers computes, with some of the hidden units left out."""
    first = 0
    for number, ((weights, biases), activation) in enumerate(zip(layers, activations)):
        x = keras.activations.get(activation)(x @ weights + biases[:, None])
        if kept is not None and number < len(layers) - 1:
            x *= kept[:, :, first : first + x.shape[2]]
            first += x.shape[2]
    return x


def _outputs(layers, activations, number, images):
    """Return what these layers of one of the networks compute from uint8 images."""
    mine = [tuple(part[number : number + 1] for part in layer) for layer in layers]
    return outputs(lambda x: _forward(mine, activations, x[None])[0], images)


def _start(task, encoder):
    """Return the layers with which one network begins, as pairs of arrays."""
    head_sizes = (*HEAD, task.n_classes)
    if encoder is None:
        return _random(task.seed, (784, *head_sizes))
    sizes = (784, *encoder["model"]["hidden_sizes"], encoder["model"]["code_size"])
    head = _random(task.seed + 1, (sizes[-1], *head_sizes))
    if "epochs" in encoder:
        return encoders.weights(task, encoder) + head
    return _random(task.seed, sizes) + head


def _random(seed, sizes):
    """Return layers with the weights of X. Glorot and Y. Bengio, 2010, and biases of 0."""
    random = np.random.default_rng(seed)
    limits = [(6 / (inputs + units)) ** 0.5 for inputs, units in itertools.pairwise(sizes)]
    return [
        (random.uniform(-limit, limit, shape).astype(np.float32), np.zeros(shape[1], np.float32))
        for limit, shape in zip(limits, itertools.pairwise(sizes))
    ]


def _order(seed, n, length):
    """Return so many indices below n: shuffled, and shuffled again whenever all were used."""
    random = np.random.default_rng(seed)
    rounds = [random.permutation(n) for _ in range(-(-length // n))]
    return np.concatenate(rounds)[:length]


def _stretch(numbers, random, shape):
    """Return a random stretch of these numbers, in this shape."""
    n = int(np.prod(shape))
    first = random.integers(len(numbers) - n)
    return numbers[first : first + n].reshape(shape)


@functools.cache
def _normal():
    return np.random.default_rng(0).standard_normal(N_RANDOM, np.float32)


@functools.cache
def _uniform():
    return np.random.default_rng(1).random(N_RANDOM, np.float32)
