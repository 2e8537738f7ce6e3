"""The course's recipes for a quick training, each fixed before its training begins.

Test images choose nothing: the number of updates is part of a recipe, and the learning rate is
back at 0 with the last of them.
"""

import time
from typing import NamedTuple

from aehelpers import data, models, training
from aehelpers.backend import keras
import numpy as np

from benchmarks import common

MARGIN = 0.005  # a bias for a pixel that is always black or always white would be infinite


class Recipe(NamedTuple):
    """What shapes a quick training, beside the data and the seed.

    Attributes
    ----------
    hidden_sizes : tuple of int
        Units of the encoder's hidden layers; the decoder has them in reverse order.
    learning_rate : float
        The largest, as `training.quick_adam` takes it.
    batch_size, updates : int
    code_size : int
    """

    hidden_sizes: tuple
    learning_rate: float
    batch_size: int
    updates: int
    code_size: int = 64


ARTICLE_LAYERS = Recipe((512, 256, 128), 0.003, batch_size=64, updates=200)
OWN_LAYERS = Recipe((), 0.02, batch_size=128, updates=160)
TUTORIAL_LAYERS = Recipe((), 0.02, batch_size=256, updates=1000)
TUTORIAL_TIME = Recipe((), 0.01, batch_size=256, updates=6000)


def build(recipe: Recipe, images: np.ndarray) -> keras.Model:
    """Return an autoencoder that begins where a training of few updates is short.

    The hidden units are SELU, with weights drawn as LeCun did: mean and variance of a layer's
    outputs then stay near 0 and 1 through all layers (G. Klambauer et al., *Self-Normalizing
    Neural Networks*, 2017). The bias of the sigmoid output is the logit of the mean image, so
    that the first updates need not learn which pixels are mostly black.
    """
    model = models.build_autoencoder(
        recipe.code_size,
        recipe.hidden_sizes,
        hidden_activation="selu",
        code_activation=None,
        output_activation="sigmoid",
    )
    for layer in model.layers[1:]:
        layer.kernel.assign(keras.initializers.LecunNormal()(layer.kernel.shape))
    mean = np.clip(images.mean(axis=0) / 255, MARGIN, 1 - MARGIN)
    model.layers[-1].bias.assign(np.log(mean / (1 - mean)))
    return model


def train(name: str, recipe: Recipe, seed: int) -> dict:
    """Train by a recipe; return seconds, with building and compiling, test MSE and peak memory."""
    images, test_images = flat_images(name)
    keras.utils.set_random_seed(seed)
    started = time.perf_counter()
    model = build(recipe, images)
    optimizer = training.quick_adam(recipe.learning_rate, recipe.updates)
    model.compile(optimizer, "mse", jit_compile=False)  # XLA's compiler takes longer than it saves
    history = training.fit(
        model,
        images,
        epochs=1,
        batch_size=recipe.batch_size,
        updates_per_epoch=recipe.updates,
        validation_fraction=0,
        seed=seed,
        show=False,
    )
    seconds = time.perf_counter() - started
    if history.interrupted:
        raise KeyboardInterrupt
    return {
        "seconds": round(seconds, 2),
        "mse": round(training.reconstruction_loss(model, test_images), 6),
        "peak_gb": common.peak_gb(),
    }


def flat_images(name: str) -> tuple[np.ndarray, np.ndarray]:
    """Return the training and the test images of a data set, uint8, one image a row."""
    (images, _), (test_images, _) = data.load(name)
    return images.reshape(-1, models.INPUT_SIZE), test_images.reshape(-1, models.INPUT_SIZE)
