"""A bank of trained autoencoders: trained once while the learner watches, then kept in a cache.

A wrong argument raises TypeError or ValueError.
"""

import json
import time
from typing import NamedTuple

from aehelpers import arguments as arg
from aehelpers.data import SEED, SIGMA
from aehelpers.learn import cache, models, quick
from aehelpers.learn.memory import device, keras, release, tf
from aehelpers.learn.progress import Bar
from aehelpers.learn.training import fit
import numpy as np

BATCH_SIZE = 256
VERSIONS = [keras.__version__, tf.__version__, np.__version__]
TRAINING = 1  # increase it when `fit` or `_Training.train` changes the weights that training gives


class Recipe(NamedTuple):
    """How one autoencoder is built and trained.

    Attributes
    ----------
    model : dict
        The arguments of `build_autoencoder`.
    epochs : int
    learning_rate : float
        The peak learning rate of Adam; it decays to 0 along a cosine.
    noise : float
        sigma of the noise added to the inputs, as in `fit`.
    quick : bool
        Whether to start at the mean image (`start_at_mean`) and to use `quick_adam`: about half
        the epochs are then enough.
    """

    model: dict
    epochs: int
    learning_rate: float
    noise: float = 0.0
    quick: bool = False


RECIPE = dict(model=dict, epochs=arg.integer(1), learning_rate=quick.RATE, noise=SIGMA, quick=bool)


def _recipe():
    """Accept a `Recipe` with valid entries, including the arguments of its model."""
    fields = arg.entries(**RECIPE)
    recipe = arg.instance(Recipe, "a Recipe")

    def check(name, value, sizes):
        recipe.check(name, value, sizes)
        fields.check(name, value._asdict(), sizes)
        known = models.build_autoencoder.kinds
        arg.sequence(arg.one_of(*known)).check(f"{name}['model']", list(value.model), sizes)
        for argument, given in value.model.items():
            known[argument].check(f"{name}['model'][{argument!r}]", given, sizes)

    return arg.Kind(check, (*recipe.wrong, Recipe({}, 0, 0.1), Recipe({"codesize": 4}, 1, 0.1)))


class _Bank(dict):
    """A dict of trained models that lists its names when asked for one it lacks.

    A cell run on another notebook's kernel finds the variable, but not its own models.
    """

    def __missing__(self, name):
        said = arg.wrong_choice("name", name, self)
        end = "" if said.endswith("?") else "."
        raise KeyError(
            f"{said}{end} If this notebook trains it, run the cell with `learn.train_bank` first."
        )


@arg.checked(
    recipes=arg.mapping(_recipe()), images=arg.pixels(models.INPUT_SIZE), seed=SEED, show=bool
)
def train_bank(recipes, images, seed=0, show=True):
    """Return a trained autoencoder for each recipe, from the cache or trained now.

    One progress bar covers all models to train. An interrupt (the stop button) ends training; the
    models finished so far stay in the cache.

    Parameters
    ----------
    recipes : dict of name to Recipe
    images : numpy.ndarray of uint8, shape (n, 784)
    seed : int
        Determines the initial weights, the held-out images, the order of the others, and the noise.
    show : bool
        Whether to show the progress bar and to print a summary at the end.

    Returns
    -------
    dict of name to keras.Model
        In the order of the recipes; an unknown name raises a KeyError that lists the known ones.

    Raises
    ------
    KeyboardInterrupt
        If training is interrupted, so that no cell goes on with an incomplete bank.
    """
    updates = max(1, int(0.9 * len(images)) // BATCH_SIZE)  # per epoch: `fit` holds out a tenth
    for name, recipe in recipes.items():
        if recipe.quick and recipe.epochs * updates < quick.FEWEST_UPDATES:
            raise ValueError(
                f"recipes[{name!r}] is quick and makes {recipe.epochs * updates} updates of "
                f"{len(images)} images; expected at least {quick.FEWEST_UPDATES}"
            )
    started = time.perf_counter()
    content = cache.content_of(images)
    trainings = {
        name: _Training(recipe, content, updates, seed) for name, recipe in recipes.items()
    }
    missing = [name for name, training in trainings.items() if not training.read()]
    n_updates = updates * sum(recipes[name].epochs for name in missing)
    text = "Progress bar over all models, live while the cell runs."
    bars = [Bar(n_updates, text)] if show else []
    n_cached, n_trained, unwritable = len(recipes) - len(missing), 0, None
    try:
        for name in missing:
            for bar in bars:
                bar.bar.set_description(f"{n_trained + 1} of {len(missing)}: {name}, on {device()}")
            trainings[name].train(images, bars)
            unwritable = trainings[name].write() or unwritable
            n_trained += 1
    except KeyboardInterrupt:
        if show:
            ready = f"{n_cached + n_trained} of {len(recipes)} models"
            print(f"Interrupted with {ready}. Run it again for the rest.")
        raise
    finally:
        for bar in bars:
            bar.hide()
    if unwritable:
        print(
            f"The cache {cache.folder()} cannot be written ({unwritable}). The course works "
            "without it, but will train these models again."
        )
    if show:
        models_ready = "1 model" if len(recipes) == 1 else f"{len(recipes)} models"
        print(f"{models_ready}: {n_cached} from the cache, {len(missing)} trained now")
        print(f"{time.perf_counter() - started:.1f} s on {device()}")
    return _Bank((name, training.model) for name, training in trainings.items())


class _Training:
    """One model of a bank: built, then either read from the cache or trained.

    Its key is made from the very objects that training uses, so it covers everything that
    determines the weights.
    """

    def __init__(self, recipe, content, updates_per_epoch, seed):
        keras.utils.set_random_seed(int(seed))  # Keras accepts no NumPy numbers
        self.model, self.quick = models.build_autoencoder(**recipe.model), recipe.quick
        n_updates = recipe.epochs * updates_per_epoch
        if recipe.quick:
            self.optimizer = quick.quick_adam(recipe.learning_rate, n_updates)
        else:
            decay = keras.optimizers.schedules.CosineDecay(recipe.learning_rate, n_updates)
            self.optimizer = keras.optimizers.Adam(decay)
        self.settings = dict(
            epochs=recipe.epochs,
            noise=recipe.noise,
            batch_size=BATCH_SIZE,
            updates_per_epoch=updates_per_epoch,
            seed=seed,
        )
        optimizer = keras.saving.serialize_keras_object(self.optimizer)
        del optimizer["config"]["name"]  # Keras numbers optimizers in it
        self.key = cache.key_of(
            {
                "architecture": json.loads(self.model.to_json()),
                "optimizer": optimizer,
                "settings": self.settings,
                "starts at the mean": recipe.quick,
                "training": TRAINING,
                "images": content,
                "versions": VERSIONS,
            }
        )

    def read(self):
        """Load the weights from the cache; return whether they were found."""
        weights = cache.read(self.key)
        if weights is not None:
            self.model.set_weights(weights)
        return weights is not None

    def train(self, images, callbacks):
        """Train the model."""
        if self.quick:
            quick.start_at_mean(self.model, images)
        # XLA would speed up 800 updates by about a tenth, but take 0.13 GB more memory.
        self.model.compile(self.optimizer, "mse", jit_compile=False)
        try:
            fit(self.model, images, **self.settings, show=False, callbacks=callbacks)
        finally:
            release(self.model)
            self.model.optimizer = self.optimizer = None  # twice as large as the weights
            self.model.compiled = False  # so that who trains it further is told to compile it

    def write(self):
        """Store the weights in the cache; return why that failed, or None."""
        try:
            cache.write(self.key, self.model.get_weights())
        except OSError as error:
            return error.strerror
        return None
