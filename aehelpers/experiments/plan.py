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

The first four are asked with 100 labels. Each is asked of digits and of clothes, but for the
fourth, which is asked of digits only. That makes nine comparisons (`COMPARISONS`), and Holm's
correction is for these nine. The two arms of each have ten seeds (`TEST_SEEDS`). Everything else
was not asked beforehand and has five of these (`FEWER_SEEDS`).

Around these, with 100 labels: how many unlabeled digits are needed (`unlabeled`), do images of
another kind help (`transfer`), what if the classes are not labeled equally often (`random_labels`),
what if no label but those that one has chooses a setting (`untuned`), which part of the ladder's
decoder helps (`decoders`), and what does its control become with more updates or other numbers of
labels (`agreement`)? And `letters`, a third data set, is looked at once, at the end, with ten.

When the comparison was known, four were added that might contradict it: a control that nobody tuned
(`careless`), the article's own autoencoder, without noise (`plain`), the best controls with three
times their updates (`longer`), and neighbours by principal components (`neighbours`). And one when
the letters were known: there the encoders had had a quarter of the updates (`pretrained_longer`).

Every setting of every arm is chosen for each data set, with 100 and with 10,000 labels: the one
with the highest mean accuracy on 10,000 validation images, over two seeds that the test does not
use. It is the best of a grid (`tuning`), from which a climb goes on to the next larger or smaller
value of each setting until none is better (`climb`). Dense networks may climb to three times their
updates, the most that they get. Networks that take minutes (`SLOW`) climb only along what their
grid varies. With other numbers of labels, the choice of the nearer one is used.
"""

import functools
import hashlib
import itertools
import json
from typing import NamedTuple

from aehelpers import arguments as arg
from aehelpers.data import LARGEST_SEED
from aehelpers.experiments import results
from aehelpers.experiments.design import ENCODER, Trial
import numpy as np

KINDS = {"mnist": "digits", "fashion_mnist": "clothes"}
DATA = tuple(KINDS)
LABELS = (20, 50, 100, 300, 1_000, 3_000, 10_000, 60_000)
SOME_LABELS = (100, 1_000, 10_000)
FEWEST_LABELS = (20, 100, 1_000)
TUNED = (100, 10_000)
TUNING_SEEDS = (100, 101)
TEST_SEEDS = tuple(range(200, 210))
FEWER_SEEDS = TEST_SEEDS[:5]
OTHER = dict(zip(DATA, DATA[::-1]))
CONTROLS_AND_BEST = (
    "logistic regression",
    "deep network",
    "convolutional, moved",
    "fine-tuned",
    "spread over pixels",
    "agreement",
)
# The numbers of labels with which a row keeps which test images were named correctly.
IMAGE_BY_IMAGE = (100, 10_000)
# The values to which a climb may go on. What is not here has no next value.
SCALES = {
    "learning_rate": (0.00003, 0.0001, 0.0003, 0.001, 0.003, 0.01, 0.03),
    "C": (0.01, 0.1, 1.0, 10.0, 100.0, 1000.0, 10_000.0),
    "noise": (0.0, 0.5, 1.0, 1.5, 2.0),
    "dropout": (0.0, 0.3, 0.5, 0.7),
    "sigma": (0.15, 0.3, 0.5, 0.7, 1.0),
    "components": (4, 8, 16, 32, 64, 128, 256),
    "n": (1, 2, 3, 5, 10, 20, 40),
}
# An arm of each method that is tuned, to try them out.
QUICK = (
    "logistic regression",
    "nearest neighbours",
    "small network",
    "frozen",
    "noise in every layer",
    "convolutional",
    "spread over pixels",
    "agreement",
    "ladder",
)
SLOW = ("convolutional", "noisy", "joint", "gamma", "ladder", "agreement")  # methods


class Comparison(NamedTuple):
    """A question about one data set: two groups of arms, of which the best two are compared.

    Attributes
    ----------
    question : str
    data : str
    labels : int
    arms, controls : tuple of str
        Keys of `ARMS`. The best of each is the one with the highest validation accuracy.
    """

    question: str
    data: str
    labels: int
    arms: tuple
    controls: tuple


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
    data : tuple of str
        The data sets.
    """

    method: str
    unlabeled: bool
    neighbours: bool
    grid: dict
    labels: tuple = LABELS
    data: tuple = DATA


def updates(labels):
    """Return how many updates a dense network has in each of its stages, before it climbs."""
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
BOTH = dict(sigma=(0.3, 0.5), updates=(3_000,), learning_rate=(0.002,))


def _dense(encoders, trained, spoiled, unlabeled):
    grid = dict(encoder=encoders, trained=(trained,)) | spoiled | UPDATES
    return Arm("dense", unlabeled, False, grid)


def _logistic(features, unlabeled, labels=LABELS):
    return Arm("logistic", unlabeled, False, dict(features=features, C=PENALTY), labels)


def _convolutional(noise, moved, updates):
    grid = dict(noise=(noise,), moved=(moved,), dropout=(0.3,), updates=(updates,))
    rest = dict(batch_size=(64,), learning_rate=(0.0003, 0.001, 0.003))
    return Arm("convolutional", noise is not None, True, grid | rest, (100,))


ARMS = {
    # Without unlabeled images.
    "logistic regression": _logistic((None,), False),
    "PCA of labeled images": _logistic(components("labeled"), False),
    "nearest neighbours": Arm("neighbours", False, False, dict(features=(None,), n=(1, 3, 5, 10))),
    "small network": _dense((None,), "all", SPOILED, False),
    "deep network": _dense(({"model": ENCODER},), "all", SPOILED, False),
    "noise in every layer": Arm("noisy", False, False, BOTH | dict(updates=(1_000,)), (100,)),
    "convolutional": _convolutional(None, False, 1_000),
    "convolutional, moved": _convolutional(None, True, 2_000),
    # With unlabeled images.
    "PCA of all images": _logistic(components("all"), True),
    "code": _logistic(CODES, True),
    "wide code": _logistic(autoencoders(WIDE), True, FEWEST_LABELS),
    "frozen": _dense(CODES, "head", CLEAN, True),
    "fine-tuned": _dense(CODES, "all", CLEAN, True),
    "small rate": _dense(CODES, "head, then all", CLEAN, True),
    "convolutional, denoising, moved": _convolutional(0.5, True, 2_000),
    "spread over pixels": Arm("spread", True, False, dict(features=(None,), n=(5, 10, 20))),
    "spread over codes": Arm("spread", True, False, dict(features=CODES[1:], n=(10,)), SOME_LABELS),
    "agreement": Arm("agreement", True, False, BOTH | dict(ramp=(600,)), (100,)),
    # It goes on learning for longer, so it gets twice the updates.
    "ladder": Arm("ladder", True, False, BOTH | dict(updates=(6_000,)), (100,), DATA[:1]),
    # With the ladder's settings, outside the comparison: one decoder, and the topmost layer's only.
    "reconstruction at once": Arm("joint", True, False, dict(weight=(1.0,)), ()),
    "gamma": Arm("gamma", True, False, dict(weight=(1.0,)), ()),
}

# Where each arm is measured: data set, arm and number of labels.
PLACES = [(data, name, n) for name, arm in ARMS.items() for data in arm.data for n in arm.labels]


def _arms(unlabeled, neighbours=(False, True)):
    return tuple(
        name
        for name, arm in ARMS.items()
        if arm.unlabeled == unlabeled and arm.neighbours in neighbours
    )


ARTICLE = ("frozen", "fine-tuned", "small rate")
BLIND = _arms(False, (False,))  # controls that do not know which pixels are neighbours
COMPARISONS = [
    Comparison(question, name, labels, arms, controls)
    for question, labels, arms, controls in [
        ("unlabeled images", 100, _arms(True), _arms(False)),
        ("unlabeled images, neighbours unknown", 100, _arms(True, (False,)), BLIND),
        ("the article's way", 100, ARTICLE, BLIND),
        ("a decoder, both jobs at once", 100, ("ladder",), ("agreement",)),
        ("the article's way, many labels", 10_000, ARTICLE, BLIND),
    ]
    for name in DATA
    if any(name in ARMS[arm].data for arm in arms)
]


def tuning():
    """Return the trials in which settings are chosen, those that can share work side by side."""
    return [
        Trial(data, name, labels, seed, settings)
        for data, name, labels in PLACES
        if labels in TUNED
        for alike in _candidates(ARMS[name], labels)
        for seed in TUNING_SEEDS
        for settings in alike
    ]


def quick():
    """Return a short trial of some arms on digits, to see that all of it works."""
    first = {trial.arm: trial for trial in reversed(tuning()) if trial.data == DATA[0]}
    return [first[name]._replace(settings=_short(first[name].settings)) for name in QUICK]


def _short(settings):
    """Return settings with 1 epoch and 20 updates, however deep inside they stand."""
    if not isinstance(settings, dict):
        return settings
    short = {"epochs": 1, "updates": 20}
    return {key: short.get(key, _short(part)) for key, part in settings.items()}


def climb():
    """Return further trials in which settings are chosen: those beside the best so far.

    Those that were measured are among them. To measure the others can make another setting the
    best, with others beside it: the climb is over when all have been measured.
    """
    grid, climbed = _tuning_rows()
    trials = [Trial(*(row[key] for key in results.IDENTITY)) for row in climbed]
    known = {results.identity(row) for row in (*grid, *climbed)}
    tuned_ones = dict.fromkeys((row["data"], row["arm"], row["labels"]) for row in grid)
    beside = [
        Trial(*one, seed, settings)
        for one in tuned_ones
        for settings in _beside(
            chosen(*one) | {"scored_on": "validation"}, one[2], *_varied(one[1])
        )
        for seed in TUNING_SEEDS
    ]
    return trials + [one for one in beside if results.identity(one._asdict()) not in known]


def comparison():
    """Return the trials that are scored on the test images, with the chosen settings."""
    compared = {
        (one.data, best(one.data, group, one.labels), one.labels)
        for one in COMPARISONS
        for group in (one.arms, one.controls)
    }
    return [
        trial._replace(seed=seed)
        for place in PLACES
        for trial in [tested(*place, 0)]
        for seed in (TEST_SEEDS if place in compared else FEWER_SEEDS)
    ]


def unlabeled():
    """Return the trials with few unlabeled digits: how many are needed? All are in `comparison`.

    Pretraining makes as many updates with few images as with all; by epochs it would make five.
    """
    return _around(
        ("PCA of all images", "fine-tuned", "spread over pixels", "agreement"),
        *({"unlabeled": n} for n in (300, 1_000, 3_000, 10_000)),
        data=DATA[:1],
    )


def transfer():
    """Return the trials whose encoders were pretrained on the images of the other data set."""
    return [
        trial.changed(encoder=trial.settings["encoder"] | {"pretrained_on": OTHER[trial.data]})
        for trial in _around(ARTICLE, {})
    ]


def random_labels():
    """Return the trials where images with labels are drawn, and classes have unequally many."""
    return _around(CONTROLS_AND_BEST, {"balanced": False})


def untuned():
    """Return the trials with the settings of the other data set: no label chose them.

    Where the two data sets have the same settings, `comparison` has the trials already.
    """
    trials = [trial._replace(data=OTHER[trial.data]) for trial in _around(CONTROLS_AND_BEST, {})]
    return [trial for trial in trials if trial != tested(*trial[:4])]


def careless():
    """Return the trials of the deep network as one often meets it as a control: tuned by nobody."""
    usual = {"noise": 0.0, "dropout": 0.0, "learning_rate": 0.001, "updates": updates(100)}
    return _around(("deep network",), usual, seeds=TEST_SEEDS)


def plain():
    """Return the trials of the article's way with its own autoencoder, which removes no noise.

    Its settings are those of `tuning` and `climb` that were best without noise.
    """
    trials = []
    for data in DATA:
        tried = [
            (accuracy, name, settings)
            for name in ARTICLE
            for settings, accuracy in tuned(data, name)[100]
            if settings["encoder"]["noise"] == 0
        ]
        _, name, settings = max(tried, key=lambda one: one[0])
        tested_on = settings | {"scored_on": "test"}
        trials += [Trial(data, name, 100, seed, tested_on) for seed in TEST_SEEDS]
    return trials


def longer():
    """Return the trials of the best controls of `COMPARISONS` with three times their updates."""
    best_ones = dict.fromkeys(
        (one.data, best(one.data, one.controls, one.labels), one.labels) for one in COMPARISONS
    )
    trials = [tested(*one, 0) for one in best_ones if not ARMS[one[1]].unlabeled]
    return [
        trial._replace(seed=seed).changed(updates=3 * trial.settings["updates"])
        for trial in trials
        for seed in TEST_SEEDS
    ]


def neighbours():
    """Return the trials of spreading over principal components, and more of those over pixels."""
    principal = {"features": {"components": ENCODER["code_size"], "of": "all"}}
    components = _around(("spread over codes",), principal, seeds=TEST_SEEDS)
    return components + _around(("spread over pixels",), {}, seeds=TEST_SEEDS[len(FEWER_SEEDS) :])


def decoders():
    """Return the trials on digits with less than the decoder of a ladder, at its settings."""
    ladders = _around(("ladder",), {"weight": 1.0}, data=DATA[:1])
    names = ("reconstruction at once", "gamma")
    return [trial._replace(arm=name) for name in names for trial in ladders]


def agreement():
    """Return the trials of agreement on digits with the ladder's updates, and with other labels."""
    longer = _around(("agreement",), {"updates": 6_000}, data=DATA[:1])
    others = _around(("agreement",), {}, data=DATA[:1])
    return longer + [trial._replace(labels=n) for n in (20, 1_000) for trial in others]


def letters():
    """Return the trials on letters, with as many labels a class as 100 digits and their settings.

    They are made when everything else is known, and once. What the digits and clothes taught, and
    what letters may contradict: labels that spread over codes name more of them than the moved
    convolutional network does, and that network more than the article's way, which is ahead of the
    deep network from scratch.
    """
    names = tuple(name for name, arm in ARMS.items() if arm.data == DATA and 100 in arm.labels)
    trials = _around(names, {}, data=DATA[:1], seeds=TEST_SEEDS)
    return [trial._replace(data="letters", labels=260) for trial in trials]


def pretrained_longer():
    """Return trials on letters whose encoders are pretrained for four times as many epochs.

    There are a quarter as many letters as digits, so their encoders then have as many updates.
    """
    trials = []
    for trial in letters():
        key = {"small rate": "encoder", "spread over codes": "features"}.get(trial.arm)
        if key:
            encoder = trial.settings[key]
            longer = encoder | {"epochs": 4 * encoder["epochs"]}
            trials.append(trial.changed(**{key: longer}))
    return trials


def _around(names, *more, data=DATA, seeds=FEWER_SEEDS):
    """Return trials of these arms with 100 labels, the chosen settings and more of them."""
    return [
        trial._replace(seed=seed).changed(**further)
        for name in names
        for kind in data
        for trial in [tested(kind, name, 100, 0)]
        for further in more
        for seed in seeds
    ]


PLANS = {
    function.__name__: function
    for function in (
        tuning,
        climb,
        comparison,
        unlabeled,
        transfer,
        random_labels,
        untuned,
        decoders,
        agreement,
        careless,
        plain,
        longer,
        neighbours,
        letters,
        pretrained_longer,
    )
}


@functools.cache
def digest():
    """Return the SHA-256 of the plan: of all that is tried, and of where it is tested.

    Each row holds that of the plan that it was measured by.
    """
    labels = {name: arm.labels for name, arm in ARMS.items()}
    tested = [DATA, LABELS, TEST_SEEDS, SCALES, SLOW, COMPARISONS, labels]
    return hashlib.sha256(json.dumps([tuning(), tested]).encode()).hexdigest()


def group_of(trial):
    """Return what a trial shares with others that are measured together with it, as text."""
    method, settings = ARMS[trial.arm].method, dict(trial.settings)
    settings.pop("learning_rate", None)
    if method == "spread":  # the graph is the work; without an encoder all seeds have the same
        shared = [settings, "epochs" in (settings["features"] or {}) and trial.seed]
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
    tried, nearest = tuned(data, name), nearest_tuned(labels)
    if nearest not in tried:
        raise ValueError(
            f"labels is {labels}; expected a number near those with which {name!r} was tuned on "
            f"{data}: {', '.join(map(str, sorted(tried))) or 'none yet'}"
        )
    settings, _ = max(tried[nearest], key=lambda pair: pair[1])
    # What grows with the number of labels keeps its ratio to what it is before it climbs.
    growing = [(key, values[0]) for key, values in ARMS[name].grid.items() if callable(values[0])]
    return settings | {
        key: settings[key] * of_labels(labels) // of_labels(nearest) for key, of_labels in growing
    }


@arg.checked(seed=arg.integer(0, LARGEST_SEED))
def tested(data, name, labels, seed):
    """Return the trial of an arm with its chosen settings, scored on the test images.

    Parameters
    ----------
    data, name, labels
        As in `chosen`.
    seed : int
        Determines which images have labels, the initial weights, the order and the noise.

    Returns
    -------
    Trial
    """
    return Trial(data, name, labels, seed, chosen(data, name, labels) | {"scored_on": "test"})


def nearest_tuned(labels):
    """Return the number of labels, of `TUNED`, whose choice is used with this one."""
    return min(TUNED, key=lambda n: max(n / labels, labels / n))


def best(data, names, labels):
    """Return the arm of these that has the highest mean accuracy on the validation images."""
    there = [name for name in names if labels in ARMS[name].labels and data in ARMS[name].data]
    return max(there, key=lambda name: max(accuracy for _, accuracy in tuned(data, name)[labels]))


def tuned(data, name):
    """Return, for each number of labels, pairs of settings and their mean validation accuracy."""
    found = {}
    for row in itertools.chain(*_tuning_rows()):
        if (row["data"], row["arm"]) == (data, name):
            settings = {key: value for key, value in row["settings"].items() if key != "scored_on"}
            trials = found.setdefault(row["labels"], {})
            trials.setdefault(json.dumps(settings), []).append(row["accuracy"])
    return {
        labels: [(json.loads(text), float(np.mean(scores))) for text, scores in trials.items()]
        for labels, trials in found.items()
    }


def _tuning_rows():
    """Return the rows of the grid and those of the climb."""
    paths = [results.FOLDER / f"{name}.json" for name in ("tuning", "climb")]
    return _read(*(path.stat().st_mtime_ns for path in paths))


@functools.lru_cache(maxsize=1)  # for the files as they were written last
def _read(*times):
    return results.read("tuning"), results.read("climb")


def _varied(name):
    """Return the names of the settings along which an arm climbs."""
    grid = ARMS[name].grid
    slow = ARMS[name].method in SLOW
    return [key for key in (*SCALES, "updates") if not slow or len(grid.get(key, ())) > 1]


def _beside(settings, labels, *keys):
    """Return these settings with one of them changed to the value before or after it."""
    alone = settings.get("trained") == "head"  # the head gets codes, which have no noise
    fixed = {"noise"} if alone else {"learning_rate"} if "epochs" in settings else set()
    scales = SCALES | {"updates": (updates(labels), 3 * updates(labels))}
    found = []
    for key, value in settings.items():
        if isinstance(value, dict):
            found += [settings | {key: part} for part in _beside(value, labels, *keys)]
        elif key in keys and key not in fixed and value in scales[key]:
            place = scales[key].index(value)
            values = (*scales[key][max(place - 1, 0) : place], *scales[key][place + 1 : place + 2])
            found += [settings | {key: other} for other in values]
    return found


def _candidates(arm, labels):
    """Return lists of settings: those of a list differ in their learning rate only."""
    grid = {
        key: [value(labels) if callable(value) else value for value in values]
        for key, values in arm.grid.items()
    }
    rates = [{"learning_rate": rate} for rate in grid.pop("learning_rate", ())] or [{}]
    alike = [dict(zip(grid, values)) for values in itertools.product(*grid.values())]
    return [[one | rate | {"scored_on": "validation"} for rate in rates] for one in alike]
