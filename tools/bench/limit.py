"""How far a training is from the time that its matrix products take, and where the rest goes.

The operations of an update are counted: for each image and each weight a multiplication and an
addition on the way forward, the same for the gradient of the weights, and, except in the first
layer, for the gradient of the layer's input. The machine's rate is that of a large product of
float32 matrices. Their quotient is the least time for an update.

What else an update consists of is measured apart: its input pipeline, the optimizer's update, the
loss with its gradients, and the dispatch, which is all that Python, Keras and TensorFlow do for an
update however small its matrices are. These parts overlap: the pipeline works beside the
update, and the optimizer's update has a dispatch of its own. So they don't add up to the update.
"""

import itertools
import time

from aehelpers import data, learn
from aehelpers.learn import training
from aehelpers.learn.memory import keras, tf
import numpy as np

from tools.bench import fingerprint_with, make_trial

HIDDEN, CODE = (512, 256, 128), 64
BATCHES = (256, 1024)
UPDATES = 60
REPETITIONS = 3
MIDDLE = 14 * 28 + 14  # a pixel that is not always black


def plan():
    """Return a trial for each batch size."""
    code = fingerprint_with(__file__)
    return [make_trial(f"batch {batch}", code, batch=batch) for batch in BATCHES]


def measure(trial):
    """Return the machine's rate, the least time of an update, what it takes, and its parts."""
    images = data.load("mnist")[0][0].reshape(-1, learn.INPUT_SIZE)
    batch, rate = trial.settings["batch"], matrix_rate()
    least = operations(batch, layer_sizes(HIDDEN, CODE)) / rate
    taken = [update_seconds(network(), images, batch) for _ in range(REPETITIONS)]
    seconds = parts(images, batch)
    one_pixel = images[:, MIDDLE : MIDDLE + 1]
    seconds["dispatch"] = update_seconds(smallest_network(), one_pixel, batch)
    return {
        "gflop_per_s": round(rate / 1e9),
        "least_ms": round(1e3 * least, 2),
        "ms": [round(1e3 * s, 2) for s in taken],
        "times_the_least": [round(s / least, 3) for s in taken],
    } | {name: round(1e3 * s, 2) for name, s in seconds.items()}


def layer_sizes(hidden, code):
    """Return the numbers of units of an autoencoder from input to output."""
    return [784, *hidden, code, *reversed(hidden), 784]


def operations(batch, sizes):
    """Return the floating-point operations of one update, matrix products only."""
    weights = [a * b for a, b in itertools.pairwise(sizes)]
    return batch * 2 * (3 * sum(weights) - weights[0])


def best_seconds(work, trials):
    """Return the smallest time of several trials."""
    times = []
    for _ in range(trials):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return min(times)


def matrix_rate(size=2048):
    """Return operations per second of a product of two square float32 matrices."""
    A = np.random.default_rng(0).standard_normal((size, size), np.float32)
    return 2 * size**3 / best_seconds(lambda: A @ A, 7)


class Times(keras.callbacks.Callback):
    """The time at the end of each update."""

    def on_train_begin(self, logs=None):
        self.at = []

    def on_train_batch_end(self, batch, logs=None):
        self.at.append(time.perf_counter())


def network():
    """Return the network of the course with the article's layers."""
    return learn.build_autoencoder(CODE, HIDDEN, "elu", None, "sigmoid")


def smallest_network():
    """Return a network with as many layers, of one unit each: next to nothing is computed."""
    layers = len(layer_sizes(HIDDEN, CODE)) - 1
    return keras.Sequential([keras.Input((1,)), *(keras.layers.Dense(1) for _ in range(layers))])


def update_seconds(model, images, batch):
    """Return the median seconds of an update of `learn.fit`, after the first few."""
    model.compile(keras.optimizers.Adam(0.001), "mse")
    times = Times()
    settings = dict(epochs=1, updates_per_epoch=UPDATES, validation_fraction=0, show=False)
    learn.fit(model, images, batch_size=batch, callbacks=[times], **settings)
    return float(np.median(np.diff(times.at)[5:]))


def parts(images, batch):
    """Return seconds of what an update consists of, each measured alone."""
    make = training._batches(images, None, noise=0.0, seed=0)
    pipeline = iter(training._endless(make, np.arange(len(images)), batch, seed=0))
    model = network()
    optimizer = keras.optimizers.Adam(0.001)
    optimizer.build(model.trainable_variables)
    gradients = [tf.random.normal(v.shape) * 1e-3 for v in model.trainable_variables]
    clean = next(pipeline)[0]

    @tf.function
    def apply():
        optimizer.apply_gradients(zip(gradients, model.trainable_variables))

    @tf.function(jit_compile=True)
    def differentiate():
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(model(clean) - clean))
        return tape.gradient(loss, model.trainable_variables)

    works = {
        "input pipeline": lambda: next(pipeline)[0].numpy(),
        "optimizer update": apply,
        "loss and gradients": lambda: [g.numpy() for g in differentiate()],
    }
    seconds = {}
    for name, work in works.items():
        work()  # the first call traces and compiles
        seconds[name] = best_seconds(work, 30)
    return seconds
