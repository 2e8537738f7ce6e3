"""Measure the trials of `plan`: one function for each method of an arm.

A method takes lists of the arguments of `split` and of settings, one of each for every trial of a
*group*, and returns their accuracies. Trials of one group can share work.
"""

import functools

from aehelpers.data import scale
from aehelpers.experiments import convolutional, dense, shallow
from aehelpers.experiments.plan import ARMS
from aehelpers.experiments.split import split
from aehelpers.learn import semisupervised
from aehelpers.learn.evaluate import chunks
from aehelpers.learn.memory import keras
import numpy as np

SIZES = semisupervised.SIZES
NETWORKS = {
    "noisy": lambda sigma: semisupervised.NoisyClassifier(SIZES, sigma),
    "joint": lambda sigma, weight: semisupervised.JointAutoencoder(SIZES, sigma, weight),
    "gamma": lambda sigma, weight: semisupervised.Ladder(SIZES, sigma, (0, 0, 0, 0, 0, weight)),
    "ladder": lambda sigma: semisupervised.Ladder(SIZES, sigma),
    "agreement": lambda sigma, ramp: semisupervised.Agreement(SIZES, sigma, ramp=ramp),
}


def measure(trials):
    """Return the accuracies of a group of trials, each 0 to 1."""
    givens, settings = [], []
    for trial in trials:
        rest = dict(trial.settings)
        givens.append((trial.data, trial.labels, trial.seed, rest.pop("scored_on")))
        settings.append(rest)
    return METHODS[ARMS[trials[0].arm].method](givens, settings)


def _one_by_one(function):
    """Return a method that measures trial by trial."""

    def measure_each(givens, settings):
        return [function(given, **one) for given, one in zip(givens, settings)]

    return measure_each


def _at_once(kind, given, *, updates, learning_rate, **rest):
    """Return the accuracy of a network that learns from labeled and unlabeled images at once."""
    images, seed = split(*given), given[2]
    keras.utils.set_random_seed(seed)
    classifier = semisupervised.fit_both(
        NETWORKS[kind](**rest),
        images.images[images.labeled],
        images.known,
        images.images,
        updates=updates,
        learning_rate=learning_rate,
        seed=seed,
    )
    predicted = [np.asarray(classifier(scale(chunk))) for chunk in chunks(images.scored_images)]
    return images.score(np.concatenate(predicted).argmax(axis=1))


METHODS = {
    "dense": dense.classify,
    "logistic": _one_by_one(shallow.logistic),
    "neighbours": _one_by_one(shallow.neighbours),
    "spread": _one_by_one(shallow.spread),
    "convolutional": _one_by_one(convolutional.classify),
} | {kind: _one_by_one(functools.partial(_at_once, kind)) for kind in NETWORKS}
