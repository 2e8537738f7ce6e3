"""Encoders that a trial starts from: pretrained on all its images without labels, or random.

Trained weights are kept in the cache, so that all trials of one seed share them.
"""

import functools
import json

from aehelpers import learn
from aehelpers.data import scale
from aehelpers.experiments.split import split
from aehelpers.learn.evaluate import chunks
import numpy as np


def pretrained(name, seed, scored_on, settings):
    """Return a function from uint8 images (n, 784) to the codes of a pretrained autoencoder.

    Parameters
    ----------
    name, seed, scored_on
        As in `split`.
    settings : dict
        Those of a `learn.Recipe`.
    """
    encoder = learn.encoder_of(autoencoder(name, seed, scored_on, json.dumps(settings)))

    def encode(images):
        return np.concatenate([np.asarray(encoder(scale(chunk))) for chunk in chunks(images)])

    return encode


@functools.lru_cache(maxsize=20)
def autoencoder(name, seed, scored_on, settings):
    """Return the trained autoencoder; `settings` is JSON."""
    recipe = learn.Recipe(**json.loads(settings))
    images = split(name, 1, seed, scored_on).images
    return learn.train_bank({"autoencoder": recipe}, images, seed, show=False)["autoencoder"]


def weights(name, seed, scored_on, settings):
    """Return the encoder's weights and biases, layer by layer, as NumPy arrays."""
    model = learn.encoder_of(autoencoder(name, seed, scored_on, json.dumps(settings)))
    arrays = model.get_weights()
    return list(zip(arrays[::2], arrays[1::2]))
