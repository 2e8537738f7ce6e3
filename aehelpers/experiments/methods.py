"""Measure the trials of `plan`: one function for each method of an arm.

A method takes lists of tasks and of settings, one of each for every trial of a *group*, and
returns the classes that it gives the scored images. Trials of one group can share work.
"""

import functools

from aehelpers.experiments import convolutional, dense, shallow
from aehelpers.experiments.plan import ARMS
from aehelpers.experiments.split import Task, split
from aehelpers.learn import semisupervised
from aehelpers.learn.evaluate import most_probable
from aehelpers.learn.memory import keras

NETWORKS = {
    "noisy": semisupervised.NoisyClassifier,
    "joint": semisupervised.JointAutoencoder,
    "gamma": lambda sizes, weight, **rest: semisupervised.Ladder(
        sizes, weights=(*[0] * len(sizes), weight), **rest
    ),
    "ladder": semisupervised.Ladder,
    "agreement": semisupervised.Agreement,
}


def measure(trials):
    """Return, for each trial of a group, which of its scored images are classified correctly.

    Parameters
    ----------
    trials : list of Trial

    Returns
    -------
    list of numpy.ndarray of bool, shape (n_scored,)
    """
    tasks, settings = [], []
    for trial in trials:
        about = {key: trial.settings[key] for key in Task._fields if key in trial.settings}
        tasks.append(Task(trial.data, trial.labels, trial.seed, **about))
        rest = {key: value for key, value in trial.settings.items() if key not in about}
        settings.append(rest)
    predicted = METHODS[ARMS[trials[0].arm].method](tasks, settings)
    return [classes == split(task).scored_labels for classes, task in zip(predicted, tasks)]


def _one_by_one(function):
    """Return a method that measures trial by trial."""

    def measure_each(tasks, settings):
        return [function(task, **one) for task, one in zip(tasks, settings)]

    return measure_each


def _at_once(kind, task, *, updates, learning_rate, **rest):
    """Classify by a network that learns from labeled and unlabeled images at once."""
    images = split(task)
    keras.utils.set_random_seed(task.seed)
    network = NETWORKS[kind](sizes=(*semisupervised.SIZES[:-1], task.n_classes), **rest)
    given = network, images.labeled_images, images.known, images.images
    how = dict(updates=updates, learning_rate=learning_rate, seed=task.seed)
    classifier = semisupervised.fit_both(*given, **how)
    return most_probable(classifier, images.scored_images)


METHODS = {
    "dense": dense.classify,
    "logistic": _one_by_one(shallow.logistic),
    "neighbours": _one_by_one(shallow.neighbours),
    "spread": _one_by_one(shallow.spread),
    "convolutional": _one_by_one(convolutional.classify),
} | {kind: _one_by_one(functools.partial(_at_once, kind)) for kind in NETWORKS}
