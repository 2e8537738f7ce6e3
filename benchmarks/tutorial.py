"""TensorFlow's tutorial "Intro to Autoencoders", its first network, against the course's recipe.

usage: python -m benchmarks.tutorial        (Linux; 2 minutes)

The network is written from the tutorial's settings: Flatten, Dense 64 with ReLU, Dense 784 with
sigmoid, Adam, mean squared error, 10 epochs of batch 32, Fashion-MNIST in float32. The course has
layers of the same sizes; its code has no activation. It is asked twice: how long to the tutorial's
MSE, and what MSE in about its time. Seconds and processes are as in `benchmarks.article`.
"""

import json
import sys
import time

from benchmarks import common

COMMAND = "python -m benchmarks.tutorial"
WHO = ("tutorial", "course, quick", "course, long")
REPETITIONS = 2


def runs() -> list[dict]:
    """Return what is to be trained; the long training once, since it costs half a minute."""
    repeated = [{"who": who, "seed": seed} for seed in range(REPETITIONS) for who in WHO[:2]]
    return [*repeated, {"who": WHO[2], "seed": 0}]


def train(run: dict) -> dict:
    """Train one of them in this process; return seconds, test MSE and peak memory."""
    from benchmarks import recipes

    if run["who"] == "tutorial":
        return _tutorial(run["seed"])
    recipe = recipes.TUTORIAL_TIME if run["who"] == WHO[2] else recipes.TUTORIAL_LAYERS
    return recipes.train("fashion_mnist", recipe, run["seed"])


def _tutorial(seed: int, epochs: int = 10) -> dict:
    from aehelpers import data
    from aehelpers.backend import keras

    keras.utils.set_random_seed(seed)
    (images, _), (test_images, _) = data.load("fashion_mnist")
    x_train, x_test = data.scale(images), data.scale(test_images)
    started = time.perf_counter()
    autoencoder = keras.Sequential(
        [
            keras.Input((28, 28)),
            keras.layers.Flatten(),
            keras.layers.Dense(64, "relu"),
            keras.layers.Dense(784, "sigmoid"),
            keras.layers.Reshape((28, 28)),
        ]
    )
    autoencoder.compile(optimizer="adam", loss="mse")
    autoencoder.fit(
        x_train,
        x_train,
        epochs=epochs,
        shuffle=True,
        validation_data=(x_test, x_test),
        verbose=0,
    )
    seconds = time.perf_counter() - started
    mse = autoencoder.evaluate(x_test, x_test, batch_size=1000, verbose=0)
    return {"seconds": round(seconds, 2), "mse": round(mse, 6), "peak_gb": common.peak_gb()}


def tables(rows: list[dict]) -> str:
    """Return a table of the two repeated trainings, and a sentence on the long one."""
    groups = {who: [row for row in rows if row["who"] == who] for who in WHO}
    (long,) = groups.pop(WHO[2])
    rival = next(row for row in groups["tutorial"] if row["seed"] == long["seed"])
    title = "The tutorial's autoencoder against the course, Fashion-MNIST: median (range)"
    return (
        f"{common.comparison(title, groups)}\n"
        f"In {long['seconds'] / rival['seconds']:.2f} times the tutorial's time the course reaches "
        f"a test MSE of {long['mse']:.4f}, {long['mse'] / rival['mse']:.2f} times the tutorial's."
    )


def main() -> None:
    rows = common.collect(
        "tutorial", COMMAND, runs(), lambda run: common.in_own_process("benchmarks.tutorial", run)
    )
    print(f"\n{tables(rows)}\n")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps(train(json.loads(sys.argv[1]))))
    else:
        main()
