"""Open tasks: a small design of the learner's own, which is measured on digits.

The check answers with what it measured, and with a hint.
"""

from aehelpers import arguments as arg
from aehelpers import data, learn, theory
from aehelpers.exercises import verdict
from aehelpers.exercises.networks import M, dense_layers, ends_of
from aehelpers.exercises.verdict import Mistake
import numpy as np

WIDEST_CODE = 64  # of `small_autoencoder`
GOAL, LARGEST_CODE = 0.9, 12  # of `small_code`
LABELED, ASKED, NEIGHBOURS = 4_000, 2_000, 3
SIGMA, MOST_WEIGHTS = 1.0, 150_000  # of `small_denoiser`
N_CLASSES, GUESSED, ALONE, TOO_GOOD = 10, 0.2, 0.78, 0.99  # of `few_labels`


@arg.checked(images=arg.pixels(M), most_weights=arg.integer(1), goal=arg.number(0, 1))
@verdict.exercise(
    "design an autoencoder, train it with learn.fit, and put it in the place of None.",
    "a trained Keras model that goes from 784 pixels to 784",
)
def small_autoencoder(answer, images, most_weights, goal):
    """Judge an autoencoder of the learner's own design by its size and its loss.

    Parameters
    ----------
    answer : object
        The learner's: a trained Keras model of Dense layers, the narrowest of at most 64 units.
    images : numpy.ndarray of uint8, shape (n, 784)
        Images that it was not trained on.
    most_weights : int, at least 1
        How many weights and biases it may have.
    goal : float, 0 to 1
        The reconstruction loss on `images` that it should reach.

    Returns
    -------
    Verdict
    """
    start, end = ends_of(answer, "autoencoder")
    k = min([layer.units for layer in dense_layers(answer)], default=M)
    n = answer.count_params()
    size = f"{n:,} weights and biases"
    verdict.refuse(
        (start != M or end != M, f"it goes from {start} to {end} numbers, not from {M} to {M}."),
        (k > WIDEST_CODE, f"its narrowest layer has {k} units. Let its code be {WIDEST_CODE}."),
        (
            n > most_weights,
            f"it has {size}, {n - most_weights:,} too many. Each unit between {M} pixels and the "
            f"next layer costs {M} weights and a bias, so leave out units or a layer.",
        ),
    )
    loss, black = learn.reconstruction_loss(answer, images), float(np.mean((images / 255) ** 2))
    reached = f"with {size} its loss is {loss:.4f}"
    missed = f"{reached}, and should be {goal} at most."
    rate = "a larger learning rate such as keras.optimizers.Adam(0.003)."
    verdict.refuse(
        (loss > black, f"{reached}, more than that of a black image. Is it trained?"),
        (loss > goal and n < 0.8 * most_weights, f"{missed} You have weights left for more units."),
        (loss > goal, f"{missed} Train it for longer, or with {rate}"),
    )
    return f"{reached}, and its code has {k} numbers."


@verdict.exercise(
    "write a function that turns images into codes, for example those of PCA.",
    "a function of images, shape (n, 784), that returns their codes, shape (n, k)",
)
def small_code(function):
    """Judge a code by what the nearest neighbours read from it.

    The first 4,000 training images have their labels; the next 2,000 are named by the 3 nearest.

    Parameters
    ----------
    function : object
        The learner's: function(images) turns images (n, 784), floats from 0 to 1, into codes
        (n, k), from which 90 % are read, with k no larger than 12.

    Returns
    -------
    Verdict
    """
    verdict.expect(callable(function), function)
    from sklearn.neighbors import KNeighborsClassifier  # 60 MB that the other exercises save

    (images, labels), _ = data.load("mnist")
    known, asked = (
        data.scale(part).reshape(-1, 784) for part in (images[:LABELED], images[LABELED:][:ASKED])
    )
    codes, others = _codes(function, known), _codes(function, asked)
    reader = KNeighborsClassifier(NEIGHBOURS, algorithm="brute").fit(codes, labels[:LABELED])
    share, k = reader.score(others, labels[LABELED:][:ASKED]), codes.shape[1]
    measured = f"with k = {k} the neighbours read {100 * share:.1f} %"
    if share < GOAL:
        more = "Try a few more numbers" if k < LARGEST_CODE else "Train longer"
        raise Mistake(f"{measured}, and the goal is 90. {more}, or a network in place of PCA.")
    if k > LARGEST_CODE:
        raise Mistake(f"{measured}, but {LARGEST_CODE} numbers are enough. Make the code smaller.")
    return f"{measured}. Does it work with one number less?"


def _codes(function, images):
    """Return what the learner's function makes of images, as floats of shape (n, k)."""
    codes = verdict.as_array(function(images.copy()), "your code")
    if codes.ndim != 2 or len(codes) != len(images):
        shape = f"({len(images)}, k)"
        raise Mistake(f"your code has the shape {codes.shape}. It should be {shape}.")
    return codes.astype(float)


@verdict.exercise(
    "build a narrow network with learn.build_autoencoder, and train it with noise = 1.0.",
    "a trained Keras model from 784 pixels to 784",
)
def small_denoiser(answer):
    """Judge a denoiser with few weights by its error at sigma = 1, on 2,000 test images.

    Parameters
    ----------
    answer : object
        The learner's: a Keras model with at most 150,000 weights and biases, and less error than
        the best affine denoiser, which has 615,440.

    Returns
    -------
    Verdict
    """
    start, end = ends_of(answer, "denoiser")
    if (start, end) != (M, M):
        raise Mistake(f"it goes from {start} to {end} numbers, not from {M} to {M}.")
    (training, _), (test, _) = data.load("mnist")
    pca = theory.principal_components(training.reshape(-1, 784))
    W, b = theory.best_affine_denoiser(pca, SIGMA)
    clean = data.scale(test[:ASKED]).reshape(-1, 784)
    noisy = data.add_noise(clean, SIGMA, seed=0)
    affine = np.mean((noisy @ W + b - clean) ** 2)
    error = np.mean((np.asarray(answer(noisy)) - clean) ** 2)
    n_weights = answer.count_params()
    measured = f"MSE {error:.4f} with {n_weights:,} numbers"
    verdict.refuse(
        (n_weights > MOST_WEIGHTS, f"{measured}, but {MOST_WEIGHTS:,} are allowed. Narrow it."),
        (error > 0.06, f"{measured}: no better than a mean image. Was it trained with noise?"),
        (error >= affine, f"{measured}; affine has {affine:.4f}. Train longer, or shape it anew."),
    )
    return f"{measured}, and the best affine denoiser has {affine:.4f} with 615,440."


@arg.checked(goal=arg.number(0, 1))
@verdict.exercise(
    "train with 100 labels and all images, and hand over what names an image.",
    "a function of images, shape (n, 784), that returns their digits or ten probabilities each",
)
def few_labels(function, goal):
    """Judge what was learned from 100 labels and many images by the test images it names.

    Parameters
    ----------
    function : object
        The learner's: function(images) turns images (n, 784), floats from 0 to 1, into digits
        (n,) or probabilities (n, 10). A Keras classifier is such a function.
    goal : float, 0 to 1
        The share of the test images that it should name.

    Returns
    -------
    Verdict
    """
    verdict.expect(callable(function), function)
    _, (images, labels) = data.load("mnist")
    images = images.reshape(-1, M)
    named = np.concatenate([_named(function, part) for part in np.split(images, 10)])
    share = np.mean(named == labels)
    measured = f"it names {100 * share:.1f} % of the test images"
    verdict.refuse(
        (share < GUESSED, f"{measured}, hardly more than a guess. Is it trained?"),
        (
            share < min(goal, ALONE),
            f"{measured}. Labeled images alone give as much: use the others too, for example by an "
            "encoder that was pretrained with noise.",
        ),
        (
            share < goal,
            f"{measured}, and the goal is {100 * goal:.0f}. Spread labels to neighbours, or ask "
            "a network to answer alike with noise and without (learn.Agreement, learn.fit_both).",
        ),
        (share > TOO_GOOD, f"{measured}, suspiciously many. Did it see other labels?"),
    )
    return f"{measured}, and the goal was {100 * goal:.0f}."


def _named(function, images):
    """Return which digit the learner's function finds in each of these images."""
    found = verdict.as_array(function(data.scale(images)), "what it returns")
    n = len(images)
    if found.shape == (n, N_CLASSES):
        return found.argmax(axis=1)
    if found.shape != (n,):
        raise Mistake(f"for {n} images it returns the shape {found.shape}. Expected is ({n},).")
    return found
