"""A bank of trained models: trained in front of the learner once, then kept in a cache.

An entry of the cache is one file. Its name is a key made of everything that shapes the model,
so a change of any of these leads to another file. Its first 32 bytes are the SHA-256 of the key
and of the rest, which is a NumPy archive of the weights. So a damaged, foreign or half-written
file is noticed, and the model is trained again.
"""

import hashlib
import inspect
import io
import json
import os
from pathlib import Path
import time
from typing import NamedTuple
import zipfile

from aehelpers import arguments_old as arguments
from aehelpers import files
from aehelpers.data import LARGEST_SEED, LARGEST_SIGMA
from aehelpers.learn import models, training
from aehelpers.learn.memory import device, keras, tf
import ipywidgets
import numpy as np
import platformdirs

BATCH_SIZE = 256


class Recipe(NamedTuple):
    """How one model of a bank is built and trained.

    Attributes
    ----------
    model : dict
        The arguments of `models.build_autoencoder`.
    epochs : int
    learning_rate : float
        Of Adam, at its largest; it sinks to 0 along a cosine.
    noise : float
        sigma of the noise that is added to the inputs, as in `training.fit`.
    quick : bool
        Whether to start at the mean image (`training.start_at_mean`) and to use
        `training.quick_adam`: about half of the epochs are then enough. The measurements of
        notebook 5 were made without.
    """

    model: dict
    epochs: int
    learning_rate: float
    noise: float = 0.0
    quick: bool = False


class _Bank(dict):
    """A dict of trained models that says what it has when it is asked for another name.

    A cell that is run on another notebook's kernel finds the variable, but not its own models.
    """

    def __missing__(self, name):
        said = arguments.wrong_choice("name", name, self)
        end = "" if said.endswith("?") else "."
        raise KeyError(
            f"{said}{end} If this notebook trains it, run the cell with `bank.train_bank` first."
        )


def train_bank(recipes, images, seed=0, show=True):
    """Return a trained autoencoder for each recipe, from the cache or trained now.

    One progress bar covers all of them. An interrupt (the stop button) ends the training; the
    models that are finished stay in the cache.

    Parameters
    ----------
    recipes : dict of name to Recipe
    images : numpy.ndarray of uint8, shape (n, 784)
    seed : int
        Of the first weights, of the held-out images and of the order and the noise.
    show : bool
        Whether to show the progress bar and to print a line at the end.

    Returns
    -------
    dict of name to keras.Model
        In the order of the recipes; it answers an unknown name with those that it has.

    Raises
    ------
    KeyboardInterrupt
        If it is interrupted: a cell that went on would meet a bank with holes.
    """
    arguments.instance("recipes", recipes, dict, "a dict of names and recipes")
    if not recipes:
        raise ValueError("recipes is empty; expected at least one recipe")
    arguments.pixels("images", images, models.INPUT_SIZE)
    arguments.whole("seed", seed, 0, LARGEST_SEED)
    for name, recipe in recipes.items():
        _check_recipe(name, recipe, len(images))
    # All of them before the first training, so that a wrong argument of the last is found now.
    untrained = {n: models.build_autoencoder(**recipe.model) for n, recipe in recipes.items()}
    started = time.perf_counter()
    shared = _shared_key(images, seed)
    progress = _Progress(recipes, len(images), show)
    bank, n_trained = _Bank(), 0
    try:
        for name, recipe in recipes.items():
            progress.begin(name)
            model = untrained[name]
            key = _key(shared, recipe)
            weights = _read(key, model)
            if weights is None:
                weights = _train(recipe, images, seed, progress)
                n_trained += 1
                _write(key, weights, progress)
            model.set_weights(weights)
            bank[name] = model
            progress.end(recipe)
    except KeyboardInterrupt:
        if show:
            finished = f"{len(bank)} of {len(recipes)} models"
            print(f"Interrupted with {finished}. Run it again for the rest.")
        raise
    finally:
        progress.hide()
    if show:
        seconds = time.perf_counter() - started
        models_ready = "1 model" if len(bank) == 1 else f"{len(bank)} models"
        n_cached = len(bank) - n_trained
        print(f"{models_ready}: {n_cached} from the cache, {n_trained} trained now")
        print(f"{seconds:.1f} s on {device()}")
    return bank


def _check_recipe(name, recipe, n_images):
    arguments.text("a name in recipes", name)
    arguments.instance(f"recipes[{name!r}]", recipe, Recipe, "a Recipe")
    arguments.instance(
        f"the model of {name!r}", recipe.model, dict, "arguments of build_autoencoder"
    )
    known = inspect.signature(models.build_autoencoder).parameters
    for argument in recipe.model:
        arguments.choice(f"an argument of the model of {name!r}", argument, known)
    arguments.whole(f"the epochs of {name!r}", recipe.epochs, 1)
    rate = f"the learning_rate of {name!r}"
    arguments.number(rate, recipe.learning_rate, 0, 1, open_ends=True)
    arguments.number(f"the noise of {name!r}", recipe.noise, 0, LARGEST_SIGMA)
    arguments.instance(f"the quick of {name!r}", recipe.quick, bool, "True or False")
    n_updates = recipe.epochs * _updates_per_epoch(n_images)
    if recipe.quick and n_updates < training.FEWEST_QUICK_UPDATES:
        raise ValueError(
            f"recipes[{name!r}] is quick and makes {n_updates} updates of {n_images} images; "
            f"expected at least {training.FEWEST_QUICK_UPDATES}"
        )


def cache_folder():
    """Return the folder of the cache: ``AEHELPERS_CACHE``, or the user's cache folder."""
    chosen = os.environ.get("AEHELPERS_CACHE")
    return Path(chosen) if chosen else platformdirs.user_cache_path("aehelpers")


def _train(recipe, images, seed, progress):
    keras.utils.set_random_seed(int(seed))  # Keras takes no NumPy numbers
    model = models.build_autoencoder(**recipe.model)
    n_updates = recipe.epochs * _updates_per_epoch(len(images))
    if recipe.quick:
        training.start_at_mean(model, images)
        optimizer = training.quick_adam(recipe.learning_rate, n_updates)
    else:
        decay = keras.optimizers.schedules.CosineDecay(recipe.learning_rate, n_updates)
        optimizer = keras.optimizers.Adam(decay)
    # XLA would make 800 updates faster by about a tenth, and take 0.13 GB more memory.
    model.compile(optimizer, "mse", jit_compile=False)
    try:
        training.fit(
            model,
            images,
            epochs=recipe.epochs,
            noise=recipe.noise,
            batch_size=BATCH_SIZE,
            updates_per_epoch=_updates_per_epoch(len(images)),
            seed=seed,
            show=False,
            callbacks=[progress],
        )
    finally:
        training.release(model)
    return model.get_weights()


def _updates_per_epoch(n_images):
    """Return how many whole batches the images that `fit` does not hold out make."""
    return max(1, int(0.9 * n_images) // BATCH_SIZE)


def _shared_key(images, seed):
    """Return what all models of a bank have in common, as far as it shapes them."""
    sources = b"".join(Path(module.__file__).read_bytes() for module in (models, training))
    sources += Path(__file__).read_bytes()
    return {
        "code": hashlib.sha256(sources).hexdigest(),
        "images": hashlib.sha256(np.ascontiguousarray(images)).hexdigest(),
        "shape": images.shape,
        "keras": keras.__version__,
        "tensorflow": tf.__version__,
        "seed": seed,
    }


def _key(shared, recipe):
    # NumPy numbers, such as the k in an array of them, make the key of Python's.
    text = json.dumps(shared | recipe._asdict(), sort_keys=True, default=lambda n: n.item())
    return hashlib.sha256(text.encode()).hexdigest()


def _digest(key, archive):
    return hashlib.sha256(key.encode() + archive).digest()


def _read(key, model):
    """Return the weights under a key, or None where there is no intact entry for this model."""
    try:
        raw = (cache_folder() / f"{key}.weights").read_bytes()
    except OSError:  # not there, or not readable: the same to us
        return None
    digest, archive = raw[:32], raw[32:]
    if digest != _digest(key, archive):
        return None
    try:
        with np.load(io.BytesIO(archive), allow_pickle=False) as stored:
            weights = [stored[f"arr_{number}"] for number in range(len(stored))]
    except (ValueError, KeyError, zipfile.BadZipFile):
        return None
    expected = [weight.shape for weight in model.get_weights()]
    return weights if [weight.shape for weight in weights] == expected else None


def _write(key, weights, progress):
    """Store weights under a key, whole or not at all; say so once where that is impossible."""
    buffer = io.BytesIO()
    np.savez(buffer, *weights)
    archive = buffer.getvalue()
    try:
        files.write_whole(cache_folder() / f"{key}.weights", _digest(key, archive) + archive)
    except OSError as error:
        progress.warn_once(f"The cache {cache_folder()} cannot be written ({error.strerror}).")


class _Progress(keras.callbacks.Callback):
    """One progress bar over the updates of all models of a bank."""

    def __init__(self, recipes, n_images, show):
        super().__init__()
        self.per_epoch = _updates_per_epoch(n_images)
        self.names, self.show, self.warned = list(recipes), show, False
        self.redrawn, self.updates, self.updates_before = 0.0, 0, 0
        if show:
            n_updates = self.per_epoch * sum(recipe.epochs for recipe in recipes.values())
            self.bar = ipywidgets.IntProgress(max=n_updates, layout={"width": "60%"})
            self.status = ipywidgets.Label()
            self.box = ipywidgets.VBox([self.bar, self.status])
            text = "Progress bar over all models, live while the cell runs."
            training.display_progress(self.box, text)

    def begin(self, name):
        self.updates = self.updates_before
        if self.show:
            number = self.names.index(name) + 1
            self.status.value = f"Model {number} of {len(self.names)}: {name}, on {device()}"

    def end(self, recipe):
        self.updates_before += self.per_epoch * recipe.epochs
        if self.show:
            self.bar.value = self.updates_before

    def on_train_batch_end(self, batch, logs=None):
        self.updates += 1
        now = time.perf_counter()
        if self.show and now - self.redrawn > training.REDRAW_SECONDS:
            self.bar.value, self.redrawn = self.updates, now

    def hide(self):
        if self.show:
            self.box.layout.display = "none"

    def warn_once(self, sentence):
        if not self.warned:
            print(f"{sentence} The course works without it, but will train these models again.")
        self.warned = True
