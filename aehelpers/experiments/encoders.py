"""Encoders that a trial starts from, pretrained on all its images without labels.

Trained weights are kept in the cache, so that all trials of one seed share them.
"""

import functools
import json

from aehelpers import learn
from aehelpers.experiments.split import split
from aehelpers.learn.evaluate import outputs


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
    return outputs(_encoder(task, settings), images)


def weights(task, settings):
    """Return the encoder's weights and biases, layer by layer, as NumPy arrays."""
    arrays = _encoder(task, settings).get_weights()
    return list(zip(arrays[::2], arrays[1::2]))


def _encoder(task, settings):
    pretrained_on = settings.get("pretrained_on", task.data)
    recipe = {key: value for key, value in settings.items() if key != "pretrained_on"}
    return _trained(task.without_labels._replace(data=pretrained_on), json.dumps(recipe))


@functools.lru_cache(maxsize=20)
def _trained(task, recipe):
    """Return the encoder of an autoencoder that was trained on the images of a task."""
    settings, images = json.loads(recipe), split(task).images
    # Of fewer images each is seen more often, so that there are as many updates.
    settings["epochs"] *= len(split(task._replace(unlabeled=None)).images) // len(images)
    recipes = {"autoencoder": learn.Recipe(**settings)}
    trained = learn.train_bank(recipes, images, task.seed, show=False)
    return learn.encoder_of(trained["autoencoder"])
