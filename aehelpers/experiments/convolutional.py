"""Small convolutional networks: a classifier, alone or from the encoder of a denoising autoencoder.

They know what a dense network does not: which pixels are neighbours.
"""

import functools
import math

from aehelpers import learn
from aehelpers.experiments.split import split
from aehelpers.learn.evaluate import most_probable
from aehelpers.learn.memory import keras, tf

FILTERS = (16, 32)
PRETRAINING = dict(updates=1500, batch_size=128, learning_rate=0.001)
# How far an image is moved, turned and scaled at most: pixels, radians, and a factor.
SHIFT, ANGLE, ZOOM = 2.0, math.radians(10), 0.1


class Moved(keras.layers.Layer):
    """In training, shift, turn and scale each image of shape (28, 28, 1) at random."""

    def call(self, images, training=False):
        if not training:
            return images
        n = tf.shape(images)[0]
        angle = tf.random.uniform([n], -ANGLE, ANGLE)
        zoom = tf.random.uniform([n], 1 - ZOOM, 1 + ZOOM)
        right, down = (tf.random.uniform([n], -SHIFT, SHIFT) for _ in range(2))
        cosine, sine, middle = zoom * tf.cos(angle), zoom * tf.sin(angle), 13.5
        zero = tf.zeros_like(angle)
        # A pixel at (x, y) takes its value from (ax + by + c, dx + ey + f); the middle stays.
        transforms = [
            *(cosine, -sine, middle - cosine * middle + sine * middle + right),
            *(sine, cosine, middle - sine * middle - cosine * middle + down),
            *(zero, zero),
        ]
        return keras.ops.image.affine_transform(images, tf.stack(transforms, axis=1))


def classify(task, **settings):
    """Train a classifier on the labeled images of a task; return what it says of those scored.

    Parameters
    ----------
    task : Task
    settings : dict
        ``noise``: of the autoencoder whose encoder it starts from; None for random weights.
        ``moved``: whether every image is shifted, turned and scaled at random in every update.
        ``dropout``, ``learning_rate``, ``updates`` and ``batch_size``.

    Returns
    -------
    numpy.ndarray of int, shape (n_scored,)
    """
    images = split(task)
    keras.utils.set_random_seed(task.seed)
    encoder = _encoder(settings["moved"])
    if settings["noise"] is not None:
        encoder.set_weights(_pretrained(task.without_labels, settings["noise"]))
    x = keras.layers.Dropout(settings["dropout"])(keras.layers.Flatten()(encoder.output))
    x = keras.layers.Dense(128, "relu")(x)
    x = keras.layers.Dropout(settings["dropout"])(x)
    classifier = keras.Model(encoder.input, keras.layers.Dense(task.n_classes, "softmax")(x))
    _train(classifier, images.labeled_images, images.known, task.seed, 0.0, settings)
    return most_probable(classifier, images.scored_images)


@functools.lru_cache(maxsize=20)
def _pretrained(task, noise):
    """Return the weights of the encoder of a denoising autoencoder that saw no labels."""
    keras.utils.set_random_seed(task.seed)
    encoder = _encoder(moved=False)
    x = keras.layers.Conv2DTranspose(FILTERS[0], 3, 2, "same", activation="relu")(encoder.output)
    x = keras.layers.Conv2DTranspose(1, 3, 2, "same", activation="sigmoid")(x)
    autoencoder = keras.Model(encoder.input, keras.layers.Flatten()(x))
    _train(autoencoder, split(task).images, None, task.seed, noise, PRETRAINING)
    return encoder.get_weights()


def _encoder(moved):
    """Return the two convolutions, each with stride 2: 28 x 28 to 7 x 7."""
    inputs = keras.Input((784,))
    x = keras.layers.Reshape((28, 28, 1))(inputs)
    if moved:
        x = Moved()(x)
    for filters in FILTERS:
        x = keras.layers.Conv2D(filters, 3, 2, "same", activation="relu")(x)
    return keras.Model(inputs, x)


def _train(model, images, labels, seed, noise, settings):
    """Train with Adam, whose learning rate falls to 0 along a cosine; keep the last weights."""
    updates, batch_size = settings["updates"], settings["batch_size"]
    decay = keras.optimizers.schedules.CosineDecay(settings["learning_rate"], updates)
    loss = "mse" if labels is None else "sparse_categorical_crossentropy"
    model.compile(keras.optimizers.Adam(decay), loss, jit_compile=False)
    once = dict(epochs=1, updates_per_epoch=updates, validation_fraction=0, show=False)
    learn.fit(model, images, labels, batch_size=batch_size, noise=noise, seed=seed, **once)
    learn.release(model)
