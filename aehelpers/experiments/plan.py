"""The experiment of notebook 7: its questions, its arms, and what is chosen on which images.

This file was committed before any of its trials was scored on test images.

Question 1. With few labels, how much better is the best that uses unlabeled images than the best
that uses none? Both are chosen, from all arms, on validation images.
Question 2. The same among methods that do not know which pixels are neighbours.
Question 3. How much better is the article's way, an encoder pretrained by an autoencoder and
fine-tuned, than the best control of that kind?
Question 4. Does a decoder help where both jobs are learned at once: is the ladder network better
than a network that learns to agree with itself under noise?
Question 5. Does the article's way still help with 10,000 labels?

Around these, with 100 labels: how many unlabeled images are needed (`unlabeled`), do those of
another kind help (`transfer`), what if the classes are not labeled equally often (`random_labels`),
what if no label but those that one has chooses a setting (`untuned`)? And `letters`, a third data
set, is looked at once, when all else is fixed.

Every setting of every arm is chosen for each data set and number of labels: the one with the
highest mean accuracy on 10,000 validation images, over two seeds that the test does not use, from
a grid. Where that is at the end of a grid that could go on, the grid is made longer, before the
test. With 60,000 labels no image is left for that, so the choice for 10,000 is used.
"""

import functools
import hashlib
import itertools
import json
from typing import NamedTuple

from aehelpers import arguments as arg
from aehelpers.experiments import results
from aehelpers.experiments.design import ENCODER, Trial
import numpy as np

DATA = ("mnist", "fashion_mnist")
LABELS = (20, 50, 100, 300, 1_000, 3_000, 10_000, 60_000)
SOME_LABELS = (100, 1_000, 10_000)  # for what takes minutes where others take seconds
FEW_LABELS = (100, 1_000)
FEWEST_LABELS = (20, 100, 1_000)
TUNING_SEEDS = (100, 101)
TEST_SEEDS = tuple(range(200, 210))
MOST_TUNED = 10_000  # labels
OTHER = dict(zip(DATA, DATA[::-1]))
CONTROLS_AND_BEST = (
    "logistic regression",
    "deep network",
    "convolutional, moved",
    "fine-tuned",
    "spread over pixels",
    "ladder",
    "agreement",
)


class Arm(NamedTuple):
    """One way to learn.

    Attributes
    ----------
    method : str
        A key of `methods.METHODS`.
    unlabeled : bool
        Whether it uses unlabeled images.
    neighbours : bool
        Whether it knows which pixels are neighbours.
    grid : dict
        The values to try for each setting. A function takes the number of labels.
    labels : tuple of int
        The numbers of labels at which it is measured.
    """

    method: str
    unlabeled: bool
    neighbours: bool
    grid: dict
    labels: tuple = LABELS


def updates(labels):
    """Return how many updates a dense or convolutional network has in each of its stages."""
    return 400 + labels // 24


def batch_size(labels):
    """Return how many images each of them uses."""
    return 64 if labels <= 1_000 else 128


RATES = (0.0001, 0.0003, 0.001, 0.003)
PENALTY = (0.1, 1.0, 10.0, 100.0, 1000.0)  # C of logistic regression: small is strong
SIGMAS = (0.0, 0.5, 1.0)  # noise of the autoencoder; 0 is the plain one
UPDATES = dict(updates=(updates,), batch_size=(batch_size,), learning_rate=RATES)
SPOILED = dict(noise=(0.0, 0.5, 1.0), dropout=(0.0, 0.3))
CLEAN = dict(noise=(0.0,), dropout=(0.0,))
WIDE = dict(hidden_sizes=[], code_size=512, code_activation="relu", output_activation="sigmoid")


def autoencoders(model):
    """Return the settings of autoencoders, one for each amount of noise."""
    rest = dict(model=model, epochs=5, learning_rate=0.003, quick=True)
    return tuple(rest | {"noise": sigma} for sigma in SIGMAS)


def components(of):
    """Return numbers of principal components, of the labeled or of all images."""
    return tuple({"components": k, "of": of} for k in (8, 16, 32, 64, 128))


CODES = autoencoders(ENCODER)
BOTH = dict(sigma=(0.3, 0.5), updates=(6_000,), learning_rate=(0.002,))


def _dense(encoders, trained, spoiled, unlabeled):
    grid = dict(encoder=encoders, trained=(trained,)) | spoiled | UPDATES
    return Arm("dense", unlabeled, False, grid)


def _convolutional(noise, moved, updates):
    grid = dict(noise=noise, moved=(moved,), dropout=(0.3,), updates=(updates,))
    rest = dict(batch_size=(64,), learning_rate=(0.0003, 0.001, 0.003))
    return Arm("convolutional", noise != (None,), True, grid | rest, SOME_LABELS)


ARMS = {
    # Without unlabeled images.
    "logistic regression": Arm("logistic", False, False, dict(features=(None,), C=PENALTY)),
    "PCA of labeled images": Arm(
        "logistic", False, False, dict(features=components("labeled"), C=PENALTY)
    ),
    "nearest neighbours": Arm("neighbours", False, False, dict(features=(None,), n=(1, 3, 5, 10))),
    "small network": _dense((None,), "all", SPOILED, False),
    "deep network": _dense(({"model": ENCODER},), "all", SPOILED, False),
    "noise in every layer": Arm("noisy", False, False, BOTH | dict(updates=(1_000,)), FEW_LABELS),
    "convolutional": _convolutional((None,), False, 1_000),
    "convolutional, moved": _convolutional((None,), True, 2_000),
    # With unlabeled images.
    "PCA of all images": Arm("logistic", True, False, dict(features=components("all"), C=PENALTY)),
    "code": Arm("logistic", True, False, dict(features=CODES, C=PENALTY)),
    "wide code": Arm(
        "logistic", True, False, dict(features=autoencoders(WIDE), C=PENALTY), FEWEST_LABELS
    ),
    "frozen": _dense(CODES, "head", CLEAN, True),
    "fine-tuned": _dense(CODES, "all", CLEAN, True),
    "small rate": _dense(CODES, "head, then all", CLEAN, True),
    "convolutional, denoising": _convolutional((0.5, 1.0), False, 1_000),
    "convolutional, denoising, moved": _convolutional((0.5, 1.0), True, 2_000),
    "spread over pixels": Arm("spread", True, False, dict(features=(None,), n=(5, 10, 20))),
    "spread over codes": Arm("spread", True, False, dict(features=CODES[1:], n=(10,)), SOME_LABELS),
    "reconstruction at once": Arm("joint", True, False, BOTH | dict(weight=(1.0,)), (100,)),
    "gamma": Arm("gamma", True, False, BOTH | dict(weight=(1.0,)), (100,)),
    "ladder": Arm("ladder", True, False, BOTH, FEW_LABELS),
    "agreement": Arm("agreement", True, False, BOTH | dict(ramp=(1_200,)), FEWEST_LABELS),
}


def tuning():
    """Return the trials in which settings are chosen, those that can share work side by side."""
    return [
        Trial(data, name, labels, seed, settings)
        for data in DATA
        for name, arm in ARMS.items()
        for labels in arm.labels
        if labels <= MOST_TUNED
        for alike in _candidates(arm, labels)
        for seed in TUNING_SEEDS
        for settings in alike
    ]


def comparison():
    """Return the trials that are scored on the test images, with the chosen settings."""
    return [
        Trial(data, name, labels, seed, settings | {"scored_on": "test"})
        for data in DATA
        for name, arm in ARMS.items()
        for labels in arm.labels
        for settings in [chosen(data, name, labels)]
        for seed in TEST_SEEDS
    ]


def unlabeled():
    """Return the trials with few unlabeled images: how many are needed? All are in `comparison`."""
    return _around(
        ("PCA of all images", "fine-tuned", "spread over pixels", "agreement"),
        *({"unlabeled": n} for n in (300, 1_000, 3_000, 10_000)),
    )


def transfer():
    """Return the trials whose encoders were pretrained on the images of the other data set."""
    return [
        trial._replace(settings=trial.settings | {"encoder": trial.settings["encoder"] | other})
        for trial in _around(("frozen", "fine-tuned", "small rate"), {})
        for other in [{"pretrained_on": OTHER[trial.data]}]
    ]


def random_labels():
    """Return the trials where images with labels are drawn, and classes have unequally many."""
    return _around(CONTROLS_AND_BEST, {"balanced": False})


def untuned():
    """Return the trials with the settings of the other data set: no label chose them."""
    return [trial._replace(data=OTHER[trial.data]) for trial in _around(CONTROLS_AND_BEST, {})]


def letters():
    """Return the trials on letters, with as many labels a class as 100 digits and their settings.

    They are made when everything else is known, and once.
    """
    return [
        trial._replace(data="letters", labels=260)
        for trial in _around(tuple(ARMS), {})
        if trial.data == "mnist"
    ]


def _around(names, *more):
    """Return trials of these arms with 100 labels, the chosen settings and more of them."""
    return [
        Trial(data, name, 100, seed, settings | {"scored_on": "test"} | further)
        for data in DATA
        for name in names
        for settings in [chosen(data, name, 100)]
        for further in more
        for seed in TEST_SEEDS
    ]


PLANS = {
    function.__name__: function
    for function in (tuning, comparison, unlabeled, transfer, random_labels, untuned, letters)
}


@functools.cache
def digest():
    """Return the SHA-256 of the plan: of all that is tried, and of where it is tested.

    Each row holds that of the plan that it was measured by.
    """
    tested = [DATA, LABELS, TEST_SEEDS, {name: arm.labels for name, arm in ARMS.items()}]
    return hashlib.sha256(json.dumps([tuning(), tested]).encode()).hexdigest()


def group_of(trial):
    """Return what a trial shares with others that are measured together with it, as text."""
    method, settings = ARMS[trial.arm].method, dict(trial.settings)
    settings.pop("learning_rate", None)
    if method == "spread":  # the graph is the work; that of pixels is the same for all seeds
        shared = [settings, settings["features"] and trial.seed]
    elif method == "dense":
        shared = [trial.labels, settings]
    elif method == "logistic":
        shared = [trial.labels, trial.seed, settings["features"]]
    else:
        shared = [trial.labels, trial.seed, settings, trial.settings.get("learning_rate")]
    return json.dumps([trial.data, trial.arm, *shared], sort_keys=True)


@arg.checked(data=arg.one_of(*DATA), name=arg.one_of(*ARMS), labels=arg.integer(1, 60_000))
def chosen(data, name, labels):
    """Return the settings of an arm that were best on validation images.

    Parameters
    ----------
    data : {"mnist", "fashion_mnist"}
    name : str
        A key of `ARMS`.
    labels : int
    """
    tried = tuned(data, name)
    if min(labels, MOST_TUNED) not in tried:
        raise ValueError(
            f"labels is {labels}; expected one of those with which {name!r} was tuned on {data}: "
            f"{', '.join(map(str, sorted(tried))) or 'none yet'}"
        )
    means = tried[min(labels, MOST_TUNED)]
    settings, _ = max(means, key=lambda pair: pair[1])
    return settings | {key: of_labels(labels) for key, of_labels in _by_labels(ARMS[name])}


def tuned(data, name):
    """Return, for each number of labels, pairs of settings and their mean validation accuracy."""
    found = {}
    for row in _tuning_rows():
        if (row["data"], row["arm"]) == (data, name):
            settings = {key: value for key, value in row["settings"].items() if key != "scored_on"}
            trials = found.setdefault(row["labels"], {})
            trials.setdefault(json.dumps(settings), []).append(row["accuracy"])
    return {
        labels: [(json.loads(text), float(np.mean(scores))) for text, scores in trials.items()]
        for labels, trials in found.items()
    }


@functools.cache
def _tuning_rows():
    return results.read("tuning")


def _candidates(arm, labels):
    """Return lists of settings: those of a list differ in their learning rate only."""
    grid = {
        key: [value(labels) if callable(value) else value for value in values]
        for key, values in arm.grid.items()
    }
    rates = [{"learning_rate": rate} for rate in grid.pop("learning_rate", ())] or [{}]
    alike = [dict(zip(grid, values)) for values in itertools.product(*grid.values())]
    return [[one | rate | {"scored_on": "validation"} for rate in rates] for one in alike]


def _by_labels(arm):
    """Return the settings of an arm that are functions of the number of labels."""
    return [(key, values[0]) for key, values in arm.grid.items() if callable(values[0])]
