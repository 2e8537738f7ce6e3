"""What the tests of trainings share: images that are easily learned, and a small network."""

from aehelpers import learn
from aehelpers.learn.memory import keras
import numpy as np


def few_images(n=200, seed=0):
    """Images that one number describes: the first so many rows are bright."""
    bright_rows = np.random.default_rng(seed).integers(1, 28, size=(n, 1, 1))
    images = np.where(np.arange(28)[:, np.newaxis] < bright_rows, 255, 0)
    return np.broadcast_to(images, (n, 28, 28)).reshape(n, 784).astype(np.uint8)


def small_model(learning_rate=0.01):
    keras.utils.set_random_seed(1)
    model = learn.build_autoencoder(8, (32,), "elu", None, "sigmoid")
    model.compile(keras.optimizers.Adam(learning_rate), "mse", jit_compile=False)
    return model


def fit(model, images, labels=None, **settings):
    settings = {"epochs": 3, "batch_size": 20, "show": False} | settings
    return learn.fit(model, images, labels, **settings)
