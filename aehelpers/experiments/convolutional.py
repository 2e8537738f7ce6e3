"""Small convolutional networks: a classifier, alone or from the encoder of a denoising autoencoder.

They know what a dense network does not: which pixels are neighbours.
"""

import functools
import math

from aehelpers import learn
from aehelpers.data import N_TRAINING, scale
from aehelpers.experiments.split import split
from aehelpers.learn.evaluate import chunks
from aehelpers.learn.memory import keras, tf
import numpy as np

FILTERS = (32, 64)
PRETRAINING = dict(updates=1500, batch_size=128, learning_rate=0.001)
# How far an image is moved, turned and scaled at most: pixels, radians, and a factor.
SHIFT, ANGLE, ZOOM = 2.0, math.radians(10), 0.1


def classify(task, **settings):
    """Train a classifier on the labeled images of a task; return its accuracy.

    Parameters
    ----------
    task : Task
    settings : dict
        ``noise``: of the autoencoder whose encoder it starts from; None for random weights.
        ``moved``: whether every image is shifted, turned and scaled at random in every update.
        ``dropout``, ``learning_rate``, ``updates`` and ``batch_size``.

    Returns
    -------
    float
    """
    images = split(task)
    keras.utils.set_random_seed(task.seed)
    encoder = _encoder()
    if settings["noise"] is not None:
        for variable, value in zip(
            encoder.weights, _pretrained(task.without_labels, settings["noise"])
        ):
            variable.assign(value)
    x = keras.layers.Dropout(settings["dropout"])(keras.layers.Flatten()(encoder.output))
    x = keras.layers.Dense(128, "relu")(x)
    x = keras.layers.Dropout(settings["dropout"])(x)
    classifier = keras.Model(encoder.input, keras.layers.Dense(task.n_classes, "softmax")(x))
    pixels, known = scale(images.images[images.labeled]), images.known
    batches = _batches((pixels, known), task.seed, settings["batch_size"])
    if settings["moved"]:
        batches = batches.map(lambda x, y: (_moved(x), y))
    _train(classifier, batches, "sparse_categorical_crossentropy", settings)
    predicted = [np.asarray(classifier(scale(chunk))) for chunk in chunks(images.scored_images)]
    learn.release(classifier)
    return images.score(np.concatenate(predicted).argmax(axis=1))


@functools.lru_cache(maxsize=20)
def _pretrained(task, noise):
    """Return the weights of the encoder of a denoising autoencoder that saw no labels."""
    images = split(task).images
    keras.utils.set_random_seed(task.seed)
    encoder = _encoder()
    x = keras.layers.Conv2DTranspose(FILTERS[0], 3, 2, "same", activation="relu")(encoder.output)
    x = keras.layers.Conv2DTranspose(1, 3, 2, "same", activation="sigmoid")(x)
    autoencoder = keras.Model(encoder.input, keras.layers.Flatten()(x))
    bank = tf.random.normal([2**22])

    def spoil(images):
        clean = tf.cast(images, tf.float32) / 255
        first = tf.random.uniform([], 0, len(bank) - tf.size(clean), tf.int32)
        drawn = tf.reshape(bank[first : first + tf.size(clean)], tf.shape(clean))
        return clean + noise * drawn, clean

    batches = _batches((images,), task.seed, PRETRAINING["batch_size"]).map(spoil)
    _train(autoencoder, batches, "mse", PRETRAINING)
    learn.release(autoencoder)
    return encoder.get_weights()


def _encoder():
    """Return the two convolutions, each with stride 2: 28 x 28 to 7 x 7."""
    inputs = keras.Input((784,))
    x = keras.layers.Reshape((28, 28, 1))(inputs)
    for filters in FILTERS:
        x = keras.layers.Conv2D(filters, 3, 2, "same", activation="relu")(x)
    return keras.Model(inputs, x)


def _batches(arrays, seed, batch_size):
    """Return an endless series of batches, reshuffled in each round."""
    rows = tf.data.Dataset.range(len(arrays[0])).shuffle(N_TRAINING, seed).repeat()
    constants = [tf.constant(array) for array in arrays]

    def gather(indices):
        return tuple(tf.gather(array, indices) for array in constants)

    return rows.batch(batch_size).map(gather)


def _train(model, batches, loss, settings):
    decay = keras.optimizers.schedules.CosineDecay(settings["learning_rate"], settings["updates"])
    model.compile(keras.optimizers.Adam(decay), loss, jit_compile=False)
    model.fit(batches, steps_per_epoch=settings["updates"], shuffle=False, verbose=0)


def _moved(images):
    """Return float images (n, 784), each shifted, turned and scaled at random."""
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
    squares = tf.reshape(images, [-1, 28, 28, 1])
    moved = keras.ops.image.affine_transform(squares, tf.stack(transforms, axis=1))
    return tf.reshape(moved, [-1, 784])
