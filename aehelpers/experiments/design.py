"""What is measured for notebooks 6 and 9: arms, their settings, and plans.

One seed of one arm is a *trial*. This module says which trials there are, and trains nothing.
Its functions raise TypeError or ValueError if an argument is not as described.
"""

from typing import NamedTuple

from aehelpers import arguments as arg
from aehelpers.data import N_TRAINING

DATA = ("mnist", "fashion_mnist")
MNIST = ("mnist",)
SEEDS = (0, 1, 2, 3, 4)
NO_LABELS, ALL_LABELS = (0,), (N_TRAINING,)

# The arguments of `learn.build_autoencoder`.
MODEL = ("code_size", "hidden_sizes", "hidden_activation", "code_activation", "output_activation")
ENCODER = dict(zip(MODEL, (64, [512, 256, 128], "elu", None, "sigmoid")))
ARTICLE_MODEL = dict(zip(MODEL, (64, [512, 256, 128], "relu", "relu", "relu")))

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

    def changed(self, **settings):
        """Return this trial with other values of some settings, or with more of them."""
        return self._replace(settings=self.settings | settings)


# In the order in which they are measured: the name of a function in `trials`; the settings of each
# arm; data sets, numbers of labels and seeds.
EXPERIMENTS = {
    "demonstration": ("demonstrate", DEMONSTRATION, DATA, ALL_LABELS, SEEDS),
    "choices": ("reconstruct", CHOICES, MNIST, NO_LABELS, (0, 1, 2)),
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
    return [
        Trial(data, arm, labels, seed, settings)
        for seed in seeds
        for data in all_data
        for labels in all_labels
        for arm, settings in arms.items()
    ]
