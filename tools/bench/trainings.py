"""The article's code and a well-known tutorial against the course: seconds to the same loss.

Each training runs in a process of its own, one after the other. It is measured in seconds (of
`fit`, compilation included; for the course's trainings also of what comes right before it), test
MSE and the peak memory of its process. The course's trainings have a number of updates that is
fixed before they begin. (Their settings were tried out on the same images, with the test MSE in
view, so a small difference in MSE means nothing.) One counts only where its test MSE is not larger
than that of the code it is compared with, with the same seed.
"""

import time

from aehelpers.experiments import machine, results

from tools import reports
from tools.bench import fingerprint_with, make_trial

REPETITIONS = 3
SAME_TIME = "tutorial's layers, its time"

# The course's trainings: layers, and how many updates of which size.
LAYERS = {
    "same layers": dict(hidden=(512, 256, 128), updates=200, batch_size=64, rate=0.003),
    "own layers": dict(hidden=(), updates=160, batch_size=128, rate=0.02),
    "tutorial's layers": dict(hidden=(), updates=1000, batch_size=128, rate=0.015),
}


def plan():
    """Return three trials of each training that is compared."""
    code = fingerprint_with(__file__)
    return [
        make_trial(arm, code, data, seed)
        for seed in range(REPETITIONS)
        for data, arm in reports.COMPARED_WITH
    ]


def measure(trial):
    """Return seconds, test MSE and peak memory of one training, and how many updates it made."""
    name, arm, _, seed, _ = trial
    updates = updates_in_time(name, seed) if arm == SAME_TIME else 0
    return machine.in_fresh_process(train, name, arm, seed, updates)


def updates_in_time(name, seed):
    """Return how many updates fit into the time of the tutorial, from the time of each."""
    rows = results.select(reports.stored("trainings"), data=name, seed=seed)
    seconds = {row["arm"]: row["seconds"] for row in rows}
    usual = LAYERS["tutorial's layers"]["updates"]
    return int(usual * seconds["tutorial"] / seconds["tutorial's layers"])


def article(keras, data, name):
    """Train as the article's code does: float64 images, test images for early stopping."""
    (x_train, _), (x_test, _) = data.load(name)
    x_train, x_test = (images.reshape(-1, 784) / 255 for images in (x_train, x_test))
    inputs = x = keras.Input((784,))
    for size in (512, 256, 128, 64, 128, 256, 512, 784):
        x = keras.layers.Dense(size, "relu")(x)
    model = keras.Model(inputs, x)
    model.compile("adam", "mse", metrics=["accuracy"])
    stop = keras.callbacks.EarlyStopping(patience=10, restore_best_weights=True)
    settings = dict(epochs=20, batch_size=2048, callbacks=[stop], verbose=0)
    started = time.perf_counter()
    model.fit(x_train, x_train, validation_data=(x_test, x_test), **settings)
    return time.perf_counter() - started, model


def tutorial(keras, data, name):
    """Train as part 1 of TensorFlow's "Intro to Autoencoders": one Dense layer each way."""
    (x_train, _), (x_test, _) = data.load(name)
    x_train, x_test = (images.astype("float32") / 255 for images in (x_train, x_test))
    layers = keras.layers
    model = keras.Sequential(
        [
            keras.Input((28, 28)),
            layers.Flatten(),
            layers.Dense(64, "relu"),
            layers.Dense(784, "sigmoid"),
            layers.Reshape((28, 28)),
        ]
    )
    model.compile("adam", "mse")
    started = time.perf_counter()
    model.fit(x_train, x_train, validation_data=(x_test, x_test), epochs=10, verbose=0)
    return time.perf_counter() - started, model


def course(name, arm, updates, seed):
    """Train one of the course's networks with `learn.fit` and `learn.quick_adam`."""
    from aehelpers import data, learn

    chosen = LAYERS[arm]
    images = data.load(name)[0][0].reshape(-1, learn.INPUT_SIZE)
    model = learn.build_autoencoder(
        hidden_sizes=chosen["hidden"],
        hidden_activation="selu",
        code_activation=None,
        output_activation="sigmoid",
    )
    started = time.perf_counter()
    learn.start_at_mean(model, images)
    optimizer = learn.quick_adam(chosen["rate"], updates)
    model.compile(optimizer, "mse", jit_compile=updates >= learn.XLA_PAYS_FROM)
    settings = dict(batch_size=chosen["batch_size"], validation_fraction=0, show=False)
    learn.fit(model, images, epochs=1, updates_per_epoch=updates, seed=seed, **settings)
    return time.perf_counter() - started, model


def train(name, arm, seed, updates=0):
    """Train once, in this process, and measure it; 0 stands for the usual number of updates."""
    from aehelpers import data
    from aehelpers.learn.memory import keras
    import numpy as np

    keras.utils.set_random_seed(seed)
    if arm in ("article", "tutorial"):
        seconds, model = {"article": article, "tutorial": tutorial}[arm](keras, data, name)
    else:
        layers = arm.removesuffix(", its time")
        seconds, model = course(name, layers, updates or LAYERS[layers]["updates"], seed)
    peak = machine.peak_memory()
    squares = 0.0
    test = data.load(name)[1][0]
    for part in np.split(data.scale(test), 10):
        inputs = part.reshape(-1, *model.input_shape[1:])
        squares += float(np.square(model(inputs).numpy() - inputs).sum())
    return {
        "updates": updates,
        "seconds": round(seconds, 2),
        "mse": round(squares / test.size, 5),
        "peak_gb": round(peak / 1e9, 3),
    }
