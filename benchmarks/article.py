"""The autoencoder of the article's demonstration against the course's recipe.

usage: python -m benchmarks.article        (Linux; 7 minutes)

Each training has a process of its own. The article's settings are exact: float64 images given to
Keras as they are, ReLU everywhere, Adam, batch 2,048, 20 epochs, the accuracy as a metric, early
stopping. Its time is that of its autoencoder alone, to its own final test MSE; its demonstration
goes on to train two classifiers. A repetition of the course counts where its test MSE is at most
that of the article's code in the same repetition. All seconds are from the images in memory to the
trained network, with building and compiling. What Keras prints is switched off for all.
"""

import json
import sys
import time

from benchmarks import common

COMMAND = "python -m benchmarks.article"
TITLES = {"mnist": "MNIST digits", "fashion_mnist": "Fashion-MNIST"}
REPETITIONS = 3
WHO = ("article", "course, the article's layers", "course, layers 784-64-784")


def runs(repetitions: int = REPETITIONS) -> list[dict]:
    """Return what is to be trained: the three of a repetition one after the other."""
    return [
        {"data": name, "who": who, "seed": seed}
        for seed in range(repetitions)
        for name in TITLES
        for who in WHO
    ]


def train(run: dict) -> dict:
    """Train one of them in this process; return seconds, test MSE and peak memory."""
    from benchmarks import recipes

    if run["who"] == "article":
        return _article(run["data"], run["seed"])
    own = run["who"] == WHO[2]
    recipe = recipes.OWN_LAYERS if own else recipes.ARTICLE_LAYERS
    return recipes.train(run["data"], recipe, run["seed"])


def _article(name: str, seed: int, epochs: int = 20) -> dict:
    from aehelpers import models, training
    from aehelpers.backend import keras

    from benchmarks import recipes

    keras.utils.set_random_seed(seed)
    images, test_images = recipes.flat_images(name)
    x_train, x_test = images / 255.0, test_images / 255.0
    started = time.perf_counter()
    autoencoder = models.build_autoencoder()
    autoencoder.compile(optimizer="adam", loss="mse", metrics=["accuracy"])
    stopping = keras.callbacks.EarlyStopping(patience=10, restore_best_weights=True)
    autoencoder.fit(
        x_train,
        x_train,
        epochs=epochs,
        batch_size=2048,
        validation_data=(x_test, x_test),
        callbacks=[stopping],
        verbose=0,
    )
    seconds = time.perf_counter() - started
    return {
        "seconds": round(seconds, 2),
        "mse": round(training.reconstruction_loss(autoencoder, test_images), 6),
        "peak_gb": common.peak_gb(),
    }


def tables(rows: list[dict]) -> str:
    """Return a table for each data set."""
    texts = []
    for name in dict.fromkeys(row["data"] for row in rows):
        groups = {
            who: [row for row in rows if row["data"] == name and row["who"] == who] for who in WHO
        }
        title = f"The article's autoencoder against the course, {TITLES[name]}: median (range)"
        texts.append(common.comparison(title, groups))
    return "\n\n".join(texts)


def main() -> None:
    rows = common.collect(
        "article", COMMAND, runs(), lambda run: common.in_own_process("benchmarks.article", run)
    )
    print(f"\n{tables(rows)}\n")


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(json.dumps(train(json.loads(sys.argv[1]))))
    else:
        main()
