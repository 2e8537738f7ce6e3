"""What is measured for notebooks 6, 7 and 9: arms, their settings, and plans.

One seed of one arm is a *trial*. This module says which trials there are, and trains nothing.
Its functions raise TypeError or ValueError if an argument is not as described.
"""

from typing import NamedTuple

from aehelpers import arguments as arg
from aehelpers.data import LARGEST_SEED, N_TRAINING

DATA = ("mnist", "fashion_mnist")
MNIST = ("mnist",)
SEEDS = (0, 1, 2, 3, 4)
LABELS = (50, 100, 300, 1_000, 3_000, 10_000, N_TRAINING)
NO_LABELS, FEW_LABELS, ALL_LABELS = (0,), (100,), (N_TRAINING,)

# Hyper-parameters are chosen with seeds of their own, at three of the numbers of labels.
SELECTION_SEEDS = (100, 101)
SELECTION_LABELS = (100, 1_000, 10_000)

# The arguments of `learn.build_autoencoder`.
MODEL = ("code_size", "hidden_sizes", "hidden_activation", "code_activation", "output_activation")
ENCODER = dict(zip(MODEL, (64, [512, 256, 128], "elu", None, "sigmoid")))
WIDE_ENCODER = dict(zip(MODEL, (1024, [1024], "relu", "relu", "sigmoid")))
ARTICLE_MODEL = dict(zip(MODEL, (64, [512, 256, 128], "relu", "relu", "relu")))


def _pretrained(model, noise):
    """Return how an encoder begins that is pretrained with this noise."""
    return {"model": model, "pretraining": dict(epochs=10, learning_rate=0.001, noise=noise)}


RANDOM = {"model": ENCODER, "pretraining": None}
PLAIN = _pretrained(ENCODER, 0.0)
DENOISING = _pretrained(ENCODER, 1.0)

# The arms of notebook 5: (how the encoder begins, what each stage trains, rates on MNIST, rates on
# Fashion-MNIST). Rates are learning rates of the last stage, for up to 300, for up to 3,000 and for
# more labels. They were chosen on validation images; a test compares them with published/.
HEAD, ALL, HEAD_THEN_ALL = ("head",), ("all",), ("head", "all")
ARMS = {
    "small network": (None, ALL, (0.001, 0.003, 0.003), (0.003, 0.003, 0.003)),
    "deep network": (RANDOM, ALL, (0.0003, 0.003, 0.003), (0.003, 0.001, 0.003)),
    "random, frozen": (RANDOM, HEAD, (0.003, 0.003, 0.003), (0.001, 0.003, 0.003)),
    "plain, frozen": (PLAIN, HEAD, (0.003, 0.003, 0.003), (0.003, 0.003, 0.003)),
    "plain, fine-tuned": (PLAIN, ALL, (0.001, 0.001, 0.003), (0.0003, 0.001, 0.001)),
    "plain, small rate": (PLAIN, HEAD_THEN_ALL, (0.0003,) * 3, (0.0001, 0.0003, 0.0003)),
    "denoising, frozen": (DENOISING, HEAD, (0.003, 0.003, 0.003), (0.0003, 0.003, 0.003)),
    "denoising, fine-tuned": (DENOISING, ALL, (0.001, 0.003, 0.003), (0.001, 0.001, 0.001)),
    "denoising, small rate": (DENOISING, HEAD_THEN_ALL, (0.0003,) * 3, (0.0003,) * 3),
}
RATES = {(data, arm): row[n] for arm, row in ARMS.items() for n, data in enumerate(DATA, 2)}
CANDIDATE_RATES = (0.0001, 0.0003, 0.001, 0.003)
SMALL_RATES = (0.00001, 0.00003, 0.0001, 0.0003)
HEAD_RATE = 0.003  # of the first stage where there are two

# The article's demonstration: settings of all its networks. 30 updates are one epoch of it.
ARTICLE = dict(learning_rate=0.001, batch_size=2048, updates_per_epoch=30, epochs=20, patience=10)
DEMONSTRATION = {
    "without pretraining": ARTICLE | {"encoder": "none"},
    "with pretraining": ARTICLE | {"encoder": "pretrained"},
    "random weights": ARTICLE | {"encoder": "random"},
}
# Its autoencoder, with one choice changed, and with all five.
ARTICLE_CHOICES = ARTICLE | {"model": ARTICLE_MODEL, "decay": "none"}
SMALL_BATCHES = {"batch_size": 256, "updates_per_epoch": 210}
CHOICES = {
    "article": ARTICLE_CHOICES,
    "batch 256": ARTICLE_CHOICES | SMALL_BATCHES,
    "ELU": ARTICLE_CHOICES | {"model": ARTICLE_MODEL | {"hidden_activation": "elu"}},
    "linear code": ARTICLE_CHOICES | {"model": ARTICLE_MODEL | {"code_activation": None}},
    "sigmoid output": ARTICLE_CHOICES | {"model": ARTICLE_MODEL | {"output_activation": "sigmoid"}},
    "cosine decay": ARTICLE_CHOICES | {"decay": "cosine"},
    "all five": ARTICLE_CHOICES | SMALL_BATCHES | {"model": ENCODER, "decay": "cosine"},
}
# Its autoencoder for two epochs, with two kinds of images.
MEMORY = {
    f"{kind} images": ARTICLE | {"epochs": 2, "images": kind} for kind in ("float64", "uint8")
}


# How far 100 labels go. The noise and the penalty C are chosen for the wide code, the number of
# neighbours for pixels, both on validation images; the other steps take them over.
WIDE_NOISE, C, NEIGHBOURS = 1.0, 1000, 5
CANDIDATE_NOISE, CANDIDATE_C, CANDIDATE_NEIGHBOURS = (0.5, 1.0, 1.5), (10, 100, 1000), (5, 10, 20)


VALIDATION = {"scored_on": "validation"}


def _linear(features, c=C):
    """Return the settings of `trials.label_few` for a linear classifier."""
    return {"features": features, "head": {"kind": "linear", "C": c}, "scored_on": "test"}


def _spread(features, n=NEIGHBOURS):
    """Return the settings of `trials.label_few` for labels that spread."""
    head = {"kind": "neighbours", "neighbours": n, "alpha": 0.99, "iterations": 50}
    return {"features": features, "head": head, "scored_on": "test"}


FEW_CANDIDATES = {
    f"noise {noise}, C {c}": _linear(_pretrained(WIDE_ENCODER, noise), c) | VALIDATION
    for c in CANDIDATE_C
    for noise in CANDIDATE_NOISE  # inside, so that two processes train two autoencoders
} | {f"pixels, {n} neighbours": _spread(None, n) | VALIDATION for n in CANDIDATE_NEIGHBOURS}
FEW = {
    "pixels, linear": _linear(None),
    "code, linear": _linear(DENOISING),
    "wide code, linear": _linear(_pretrained(WIDE_ENCODER, WIDE_NOISE)),
    "pixels, spread": _spread(None),
    "code, spread": _spread(DENOISING),
}


# What makes training fast: the two recipes that the README compares with the article's code, and
# what they consist of. Each ingredient is added to the article's settings and taken from a recipe.
# Where the learning rate decays, the shortest length that reaches the goal counts.
GOAL = 0.0114  # the test MSE with which the article's code ends, the mean of the README's three
ARTICLE_TRAINING = ARTICLE_MODEL | {
    "batch_size": 2048,
    "optimizer": "adam",
    "learning_rate": 0.001,
    "lengths": [3000],
    "start": "zero",
    "goal": GOAL,
}
INGREDIENTS = {
    "small batches": {"batch_size": 64},
    "quick Adam": {"optimizer": "quick", "learning_rate": 0.003, "lengths": [200, 600]},
    "activations": dict(zip(MODEL[2:], ("selu", None, "sigmoid"))),
    "start at the mean": {"start": "mean"},
    "no hidden layers": {"hidden_sizes": []},
}


def _without(recipe, ingredient):
    """Return a recipe with the article's choice in place of one ingredient."""
    return recipe | {key: ARTICLE_TRAINING[key] for key in INGREDIENTS[ingredient]}


_FOUR = list(INGREDIENTS)[:4]
SAME_LAYERS = ARTICLE_TRAINING | {k: v for name in _FOUR for k, v in INGREDIENTS[name].items()}
OWN_LAYERS = SAME_LAYERS | {
    "hidden_sizes": [],
    "batch_size": 128,
    "learning_rate": 0.02,
    "lengths": [160, 480],
}
FAST_TRAINING = (
    {"article": ARTICLE_TRAINING}
    | {f"article + {name}": ARTICLE_TRAINING | part for name, part in INGREDIENTS.items()}
    | {"same layers": SAME_LAYERS, "own layers": OWN_LAYERS}
    | {f"same layers - {name}": _without(SAME_LAYERS, name) for name in _FOUR}
    | {f"own layers - {name}": _without(OWN_LAYERS, name) for name in _FOUR}
)


class Trial(NamedTuple):
    """One seed of one arm: what is measured, and all that shapes it.

    Attributes
    ----------
    data : {"mnist", "fashion_mnist"}
    arm : str
    labels : int
        The number of labeled images. 0 where no labels are used.
    seed : int
        Determines which images are labeled, the initial weights, the order and the noise.
    settings : dict
        The `settings` of the function in `trials` that measures it.
    """

    data: str
    arm: str
    labels: int
    seed: int
    settings: dict


@arg.checked(labels=arg.integer(1, N_TRAINING))
def n_updates(labels):
    """Return how many updates each stage of a classifier has, by its number of labels."""
    return 300 + labels // 16


@arg.checked(data=arg.one_of(*DATA), arm=arg.one_of(*ARMS), labels=arg.integer(1, N_TRAINING))
def learning_rate(data, arm, labels):
    """Return the chosen learning rate of the last stage of an arm; arguments as in `classifier`."""
    few, some, many = RATES[data, arm]
    return few if labels <= 300 else some if labels <= 3_000 else many


@arg.checked(seed=arg.integer(0, LARGEST_SEED))
def classifier(data, arm, labels, seed):
    """Return the published trial of one arm of notebook 5.

    Parameters
    ----------
    data : {"mnist", "fashion_mnist"}
    arm : str
        A key of `ARMS`.
    labels, seed : int

    Returns
    -------
    Trial
    """
    rate = learning_rate(data, arm, labels)
    return Trial(data, arm, labels, seed, _stages(arm, labels, rate))


def _stages(arm, labels, rate):
    """Return the settings of `trials.classify` for one arm."""
    encoder, trained, *_ = ARMS[arm]
    rates = [HEAD_RATE] * (len(trained) - 1) + [rate]
    stages = [
        {"trained": part, "learning_rate": stage_rate, "updates": n_updates(labels)}
        for part, stage_rate in zip(trained, rates)
    ]
    return {"encoder": encoder, "batch_size": 128, "stages": stages, "scored_on": "test"}


def _arms(data, labels):
    """Return all arms of notebook 5, each with its settings."""
    return [(arm, classifier(data, arm, labels, 0).settings) for arm in ARMS]


def _candidates(data, labels):
    """Return all arms of notebook 5 with all learning rates that they are tried with."""
    return [
        (arm, _stages(arm, labels, rate) | VALIDATION)
        for arm, (_, trained, *_) in ARMS.items()
        for rate in (CANDIDATE_RATES if len(trained) == 1 else SMALL_RATES)
    ]


ENCODERS = {  # what the arms of notebook 5 share
    "plain": {"model": ENCODER} | PLAIN["pretraining"],
    "denoising": {"model": ENCODER} | DENOISING["pretraining"],
}
# In the order in which they are measured: the name of a function in `trials`; the settings of each
# arm, or a function from data and labels to pairs of these; data sets, numbers of labels and seeds.
EXPERIMENTS = {
    "selection": ("classify", _candidates, DATA, SELECTION_LABELS, SELECTION_SEEDS),
    "encoders": ("pretrain", ENCODERS, DATA, NO_LABELS, SEEDS),
    "pretraining": ("classify", _arms, DATA, LABELS, SEEDS),
    "demonstration": ("demonstrate", DEMONSTRATION, DATA, ALL_LABELS, SEEDS),
    "choices": ("reconstruct", CHOICES, MNIST, NO_LABELS, (0, 1, 2)),
    "few_labels_selection": ("label_few", FEW_CANDIDATES, MNIST, FEW_LABELS, SELECTION_SEEDS),
    "few_labels": ("label_few", FEW, MNIST, FEW_LABELS, SEEDS),
    "fast_training": ("reach", FAST_TRAINING, MNIST, NO_LABELS, SEEDS),
    "memory": ("peak_memory", MEMORY, MNIST, NO_LABELS, SEEDS),  # last: it needs Linux
}


@arg.checked(experiment=arg.one_of(*EXPERIMENTS))
def plan(experiment):
    """Return the trials of one experiment, in the order in which they are measured.

    Parameters
    ----------
    experiment : str
        A key of `EXPERIMENTS`.

    Returns
    -------
    list of Trial
    """
    _, arms, all_data, all_labels, seeds = EXPERIMENTS[experiment]
    arms_of = arms if callable(arms) else lambda data, labels: arms.items()
    return [
        Trial(data, arm, labels, seed, settings)
        for seed in seeds
        for data in all_data
        for labels in all_labels
        for arm, settings in arms_of(data, labels)
    ]
