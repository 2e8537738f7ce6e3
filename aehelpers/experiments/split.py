"""Which images a trial may see, which of them have labels, and which it is scored on.

A wrong argument raises TypeError or ValueError.
"""

import functools
from typing import NamedTuple

from aehelpers import arguments as arg
from aehelpers import data
import numpy as np

# Settings are chosen on so many training images. A trial that is scored on them sees no others of
# them: neither their labels nor, in pretraining or in a graph, their pixels.
N_VALIDATION = 10_000
VALIDATION_SEED = 2026
SCORED_ON = arg.one_of("test", "validation")


class Split(NamedTuple):
    """The images of one trial.

    Attributes
    ----------
    images : numpy.ndarray of uint8, shape (n, 784)
        All that may be used without labels.
    labels : numpy.ndarray of uint8, shape (n,)
        Only those of `labeled` may be used.
    labeled : numpy.ndarray of int, shape (number of labels,)
        Indices of the labeled images, in balance.
    scored_images : numpy.ndarray of uint8, shape (n_scored, 784)
    scored_labels : numpy.ndarray of uint8, shape (n_scored,)
    """

    images: np.ndarray
    labels: np.ndarray
    labeled: np.ndarray
    scored_images: np.ndarray
    scored_labels: np.ndarray

    @property
    def known(self):
        """The labels of the labeled images."""
        return self.labels[self.labeled].astype(np.int32)

    def score(self, predicted):
        """Return the accuracy of predicted classes, 0 to 1."""
        return float(np.mean(predicted == self.scored_labels))


@arg.checked(
    name=data.NAME,
    labels=arg.integer(1, data.N_TRAINING),
    seed=data.SEED,
    scored_on=SCORED_ON,
)
def split(name, labels, seed, scored_on):
    """Return the images of one trial.

    Parameters
    ----------
    name : str
        The data set.
    labels : int
        How many images have labels: the first ones of `data.labeling_order` with this seed.
    seed : int
    scored_on : {"test", "validation"}

    Returns
    -------
    Split
    """
    images, all_labels, *scored = _parts(name, scored_on)
    order = data.labeling_order(all_labels, seed)
    return Split(images, all_labels, order[:labels], *scored)


@functools.cache
def _parts(name, scored_on):
    """Return the images to train on, their labels, and the images and labels for the score."""
    parts = [(images.reshape(len(images), -1), labels) for images, labels in data.load(name)]
    (images, labels), test = parts
    if scored_on == "test":
        return images, labels, *test
    shuffled = np.random.default_rng(VALIDATION_SEED).permutation(len(images))
    held_out, others = shuffled[:N_VALIDATION], shuffled[N_VALIDATION:]
    return images[others], labels[others], images[held_out], labels[held_out]
