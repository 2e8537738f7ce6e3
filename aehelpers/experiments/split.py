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


class Task(NamedTuple):
    """What a trial has to learn from, and what it is scored on.

    Attributes
    ----------
    data : str
        The data set.
    labels : int
        How many images have labels.
    seed : int
        Determines which ones, and which images are seen without labels if not all are.
    scored_on : {"test", "validation"}
    unlabeled : int, optional
        How many images may be seen, the labeled ones among them; by default all.
    balanced : bool
        Whether each class has equally many labels; otherwise the images with labels are drawn.
    """

    data: str
    labels: int
    seed: int
    scored_on: str
    unlabeled: int | None = None
    balanced: bool = True

    @property
    def without_labels(self):
        """The same for all tasks that see the same images, so that work on these is shared."""
        return self if self.unlabeled else self._replace(labels=1, balanced=True)

    @property
    def n_classes(self):
        """The number of classes."""
        return len(data.class_names(self.data))


class Split(NamedTuple):
    """The images of one task.

    Attributes
    ----------
    images : numpy.ndarray of uint8, shape (n, 784)
        All that may be used without labels.
    labels : numpy.ndarray of uint8, shape (n,)
        Only those of `labeled` may be used.
    labeled : numpy.ndarray of int, shape (number of labels,)
        Indices of the labeled images.
    scored_images : numpy.ndarray of uint8, shape (n_scored, 784)
    scored_labels : numpy.ndarray of uint8, shape (n_scored,)
    """

    images: np.ndarray
    labels: np.ndarray
    labeled: np.ndarray
    scored_images: np.ndarray
    scored_labels: np.ndarray

    @property
    def labeled_images(self):
        """The labeled images."""
        return self.images[self.labeled]

    @property
    def known(self):
        """Their labels."""
        return self.labels[self.labeled].astype(np.int32)


TASK = arg.entries(
    data=data.NAME,
    labels=arg.integer(1, data.N_TRAINING),
    seed=data.SEED,
    scored_on=arg.one_of("test", "validation"),
    unlabeled=arg.optional(arg.integer(1, data.N_TRAINING)),
    balanced=bool,
)


@arg.checked(task=Task)
def split(task):
    """Return the images of one task, as a `Split`."""
    TASK.check("task", task._asdict(), {})
    return _split(task)


@functools.lru_cache(maxsize=32)
def _split(task):
    images, labels, *scored = _parts(task.data, task.scored_on)
    drawn = np.random.default_rng(task.seed).permutation(len(images))
    order = data.labeling_order(labels, task.seed) if task.balanced else drawn
    labeled = order[: task.labels]
    if task.unlabeled is not None:
        others = drawn[~np.isin(drawn, labeled)]
        seen = np.concatenate([labeled, others])[: task.unlabeled]
        images, labels, labeled = images[seen], labels[seen], np.arange(len(labeled))
    return Split(images, labels, labeled, *scored)


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
