"""The article's code and a well-known tutorial against the course: seconds to the same loss.

usage: python -m benchmarks.recipes [REPETITIONS]        (default: 3)

Each training runs in a process of its own, one after the other, and prints its seconds (of `fit`,
compilation included; for the course's recipes also of what comes right before it), its test MSE
and the peak memory of its process. The course's recipes have a number of updates that is fixed
before the run. (Their settings were tried out on the same images, with the test MSE in view, so a
small difference in MSE means nothing.) A recipe counts only where its test MSE is not larger than
that of the code it is compared with, in the same repetition.
Finished trainings are kept in a file of their own, and an interrupted run goes on.
"""

import json
from pathlib import Path
import re
import subprocess
import sys
import time

from benchmarks import common

COMMAND = "python -m benchmarks.recipes"

# What is compared on each data set: the other's code first, then the course's recipes.
PLAN = {
    "mnist": ["article", "same layers", "own layers"],
    "fashion_mnist": ["article", "same layers", "own layers", "tutorial", "tutorial's layers"],
}
BASES = {
    "same layers": "article",
    "own layers": "article",
    "tutorial's layers": "tutorial",
    "tutorial's layers, its time": "tutorial",
}


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


# The course's recipes: layers, and how many updates of which size.
RECIPES = {
    "same layers": dict(hidden=(512, 256, 128), updates=200, batch_size=64, rate=0.003),
    "own layers": dict(hidden=(), updates=160, batch_size=128, rate=0.02),
    "tutorial's layers": dict(hidden=(), updates=1000, batch_size=128, rate=0.015),
}


def course(keras, data, name, recipe, updates, seed):
    """Train one of the course's recipes with `training.fit` and `training.quick_adam`."""
    from aehelpers.learn import models, training

    chosen = RECIPES[recipe]
    updates = updates or chosen["updates"]
    (x_train, _), _ = data.load(name)
    model = models.build_autoencoder(
        hidden_sizes=chosen["hidden"],
        hidden_activation="selu",
        code_activation=None,
        output_activation="sigmoid",
    )
    images = x_train.reshape(-1, 784)
    started = time.perf_counter()
    training.start_at_mean(model, images)
    optimizer = training.quick_adam(chosen["rate"], updates)
    model.compile(optimizer, "mse", jit_compile=updates >= training.XLA_PAYS_FROM)
    settings = dict(batch_size=chosen["batch_size"], validation_fraction=0, show=False)
    training.fit(model, images, epochs=1, updates_per_epoch=updates, seed=seed, **settings)
    return time.perf_counter() - started, model


def train(name, what, seed, updates):
    """Train once, in this process; print the row that it makes."""
    from aehelpers import data
    from aehelpers.learn.memory import keras
    import numpy as np

    keras.utils.set_random_seed(seed)
    if what in ("article", "tutorial"):
        seconds, model = {"article": article, "tutorial": tutorial}[what](keras, data, name)
    else:
        recipe = what.removesuffix(", its time")
        seconds, model = course(keras, data, name, recipe, updates, seed)
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    peak = int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) * 1024 / 1e9
    squares = 0.0
    test = data.load(name)[1][0]
    for part in np.split(data.scale(test), 10):
        inputs = part.reshape(-1, *model.input_shape[1:])
        squares += float(np.square(model(inputs).numpy() - inputs).sum())
    row = {"data": name, "what": what, "seed": seed, "updates": updates}
    row |= {"seconds": round(seconds, 2), "mse": round(squares / test.size, 5)}
    print(json.dumps(row | {"peak_gb": round(peak, 3)}))


def in_own_process(name, what, seed, updates=0):
    """Return the row of a training in a new process."""
    command = [sys.executable, "-m", "benchmarks.recipes", "--train", name, what]
    done = subprocess.run(
        [*command, str(seed), str(updates)], capture_output=True, encoding="utf-8", cwd=common.ROOT
    )
    if done.returncode != 0:
        raise RuntimeError(f"{what} on {name} failed: {done.stderr[-2000:]}")
    return json.loads(done.stdout.splitlines()[-1])


def measure(repetitions):
    """Return the rows of all trainings; those that an earlier run finished are not run again."""
    so_far = common.path_of("recipes").with_suffix(".rows")
    rows = []
    if so_far.exists():
        rows = [json.loads(line) for line in so_far.read_text(encoding="utf-8").splitlines()]
    finished = {(row["data"], row["what"], row["seed"]): row for row in rows}

    def once(name, what, seed, updates=0):
        if (name, what, seed) not in finished:
            row = in_own_process(name, what, seed, updates)
            with so_far.open("a", encoding="utf-8") as file:
                file.write(json.dumps(row) + "\n")
            finished[name, what, seed] = row
        return finished[name, what, seed]

    for seed in range(repetitions):
        for name, plan in PLAN.items():
            for what in plan:
                once(name, what, seed)
        # As many updates as fit into the time of the tutorial, from the time of each.
        other = once("fashion_mnist", "tutorial", seed)["seconds"]
        own = once("fashion_mnist", "tutorial's layers", seed)["seconds"]
        updates = int(RECIPES["tutorial's layers"]["updates"] * other / own)
        once("fashion_mnist", "tutorial's layers, its time", seed, updates)
    so_far.unlink()
    return list(finished.values())


def ratios(rows, name, what):
    """Return how many times faster a recipe was, for each seed; None where its loss is larger."""
    by_seed = {(row["what"], row["seed"]): row for row in rows if row["data"] == name}
    pairs = [
        (by_seed[BASES[what], seed], row) for (kind, seed), row in by_seed.items() if kind == what
    ]
    return [
        base["seconds"] / row["seconds"] if row["mse"] <= base["mse"] else None
        for base, row in pairs
    ]


def lines_of(rows):
    """Return the header and the lines of the table of all comparisons."""
    lines = []
    for name, what in dict.fromkeys((row["data"], row["what"]) for row in rows):
        own = [row for row in rows if (row["data"], row["what"]) == (name, what)]
        faster = ""
        if what in BASES:
            found = ratios(rows, name, what)
            faster = "not reached" if None in found else common.spread(found)
        lines.append(
            [
                f"{name}: {what}",
                common.spread(row["seconds"] for row in own),
                common.spread((row["mse"] for row in own), 4),
                f"{max(row['peak_gb'] for row in own):.2f}",
                faster,
            ]
        )
    return ["training", "seconds", "test MSE", "peak GB", "times faster"], lines


def report(rows):
    """Return the table of all comparisons."""
    title = "Seconds to the other's own test MSE: median (range)"
    return common.table(title, *lines_of(rows))


def main(repetitions=3):
    rows = measure(repetitions)
    common.save("recipes", COMMAND, rows)
    print(report(rows), flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--train"]:
        train(sys.argv[2], sys.argv[3], int(sys.argv[4]), int(sys.argv[5]))
    else:
        main(*map(int, sys.argv[1:]))
