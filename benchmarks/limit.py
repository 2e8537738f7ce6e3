"""How far a training is from the time that its matrix products take, and where the rest goes.

usage: python -m benchmarks.limit

The operations of an update are counted: for each image and each weight a multiplication and an
addition on the way forward, the same for the gradient of the weights, and, except in the first
layer, for the gradient of the layer's input. The machine's rate is that of a large product of
float32 matrices. Their quotient is the least time for an update.
"""

import itertools
import time

from aehelpers import data, models, training
from aehelpers.backend import keras, tf
import numpy as np

from benchmarks import common

COMMAND = "python -m benchmarks.limit"
HIDDEN, CODE = (512, 256, 128), 64
BATCHES = (256, 1024)
UPDATES = 60


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


def update_seconds(images, batch):
    """Return the median seconds of an update of `training.fit`, after the first few."""
    model = models.build_autoencoder(CODE, HIDDEN, "elu", None, "sigmoid")
    model.compile(keras.optimizers.Adam(0.001), "mse")
    times = Times()
    settings = dict(epochs=1, updates_per_epoch=UPDATES, validation_fraction=0, show=False)
    training.fit(model, images, batch_size=batch, callbacks=[times], **settings)
    return float(np.median(np.diff(times.at)[5:]))


def parts(images, batch):
    """Return seconds of what an update consists of, each measured alone."""
    make = training._batches(images, None, noise=0.0, seed=0)
    pipeline = iter(training._endless(make, np.arange(len(images)), batch, seed=0))
    model = models.build_autoencoder(CODE, HIDDEN, "elu", None, "sigmoid")
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


def measure():
    """Return a row for each batch size."""
    images = data.load("mnist")[0][0].reshape(-1, 784)
    rate = matrix_rate()
    rows = []
    for batch in BATCHES:
        least = operations(batch, layer_sizes(HIDDEN, CODE)) / rate
        taken = update_seconds(images, batch)
        row = {"batch": batch, "gflop_per_s": round(rate / 1e9), "least_ms": least, "ms": taken}
        row |= parts(images, batch)
        rows.append(
            {key: round(1e3 * v, 2) if isinstance(v, float) else v for key, v in row.items()}
        )
    return rows


def report(rows):
    """Return the table of least and measured times."""
    names = ["input pipeline", "optimizer update", "loss and gradients"]
    lines = [
        [
            str(row["batch"]),
            f"{row['least_ms']:.1f}",
            f"{row['ms']:.1f}",
            f"{row['ms'] / row['least_ms']:.2f}",
            *(f"{row[name]:.1f}" for name in names),
        ]
        for row in rows
    ]
    title = (
        f"An update of 784-512-256-128-64-…-784 against the least time at "
        f"{rows[0]['gflop_per_s']} GFLOP/s, in ms; its parts, each alone"
    )
    header = ["batch", "least", "update", "times the least", *names]
    return common.table(title, header, lines)


def main():
    rows = measure()
    common.save("limit", COMMAND, rows)
    print(report(rows), flush=True)


if __name__ == "__main__":
    main()
