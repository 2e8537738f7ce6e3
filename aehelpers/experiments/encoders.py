"""Encoders that a trial starts from, pretrained on all its images without labels.

Trained weights are kept in the cache, so that all trials of one seed share them.
"""

import functools
import json

from aehelpers import learn
from aehelpers.data import scale
from aehelpers.experiments.split import split
from aehelpers.learn.evaluate import chunks
import numpy as np


def encode(task, settings, images):
    """Return the codes of uint8 images (n, 784).

    Parameters
    ----------
    task : Task
        Its images are those of the pretraining.
    settings : dict
        Those of a `learn.Recipe`; and ``pretrained_on``, if the images are another data set's.
    images : numpy.ndarray
    """
    encoder = _encoder(_images_of(task, settings), json.dumps(settings))
    return np.concatenate([np.asarray(encoder(scale(chunk))) for chunk in chunks(images)])


def weights(task, settings):
    """Return the encoder's weights and biases, layer by layer, as NumPy arrays."""
    arrays = _encoder(_images_of(task, settings), json.dumps(settings)).get_weights()
    return list(zip(arrays[::2], arrays[1::2]))


def _images_of(task, settings):
    """Return the task whose images are those of the pretraining."""
    return task.without_labels._replace(data=settings.get("pretrained_on", task.data))


@functools.lru_cache(maxsize=20)
def _encoder(task, settings):
    settings = json.loads(settings)
    settings.pop("pretrained_on", None)
    images = split(task).images
    # Of fewer images each is seen more often, so that there are as many updates.
    settings["epochs"] *= len(split(task._replace(unlabeled=None)).images) // len(images)
    recipes = {"autoencoder": learn.Recipe(**settings)}
    trained = learn.train_bank(recipes, images, task.seed, show=False)
    return learn.encoder_of(trained["autoencoder"])
