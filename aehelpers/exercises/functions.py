"""Exercises whose answer is a function, which is called with small examples.

On each of the first two examples, every known mistake gives a different result, and a function
that makes the mistake gives that result on both. The third example has another shape. The fourth
has as many columns as the arrays of the course.
"""

import itertools
import math
from typing import NamedTuple

from aehelpers import learn
from aehelpers.exercises import verdict
from aehelpers.exercises.verdict import Mistake, same
import numpy as np


class Example(NamedTuple):
    """The arguments that a function is called with, and the results to expect.

    Attributes
    ----------
    arrays : dict of str to numpy.ndarray
        The parameters of the function, and their values.
    right : float
        The right result.
    mistakes : list of (float or numpy.ndarray, str)
        The result of a mistake, and the sentence that names it.
    """

    arrays: dict
    right: float
    mistakes: list


@verdict.exercise(
    "the most probable class is probabilities.argmax(axis=1). Return the share of images for "
    "which it is the label.",
    "a function of probabilities and labels that returns one number",
)
def accuracy_function(function):
    """Judge a function that computes an accuracy.

    Parameters
    ----------
    function : object
        The learner's: function(probabilities, labels), with arrays of shapes (n, classes) and
        (n,), returns the fraction of images whose most probable class is the label.

    Returns
    -------
    Verdict
    """
    otherwise = "it returns another number. Compare probabilities.argmax(axis=1) with the labels."
    _judge(function, ACCURACY, ["the number of images"], otherwise)
    return "the most probable class of each image, compared with its label, and the mean."


@verdict.exercise(
    "square the differences of X and X_prime, and return their mean over images and pixels.",
    "a function of X and X_prime that returns one number",
)
def reconstruction_loss(function):
    """Judge a function that computes the reconstruction loss.

    Parameters
    ----------
    function : object
        The learner's: function(X, X_prime), with float32 arrays of the same shape (n, m),
        returns the mean of (X - X_prime)^2 over all n images and m pixels.

    Returns
    -------
    Verdict
    """
    otherwise = "it returns another number. Square X - X_prime, and take the mean of all squares."
    _judge(function, LOSS, ["the number of images", "the number of pixels"], otherwise)
    return "the mean over images and pixels of the squared difference. No label is needed."


def _judge(function, examples, averaged, otherwise):
    """Raise unless a function returns the right results.

    Parameters
    ----------
    function : object
        The learner's.
    examples : list of Example
        Four, as described at the top of this module.
    averaged : list of str
        Names of the leading dimensions of the first array that the right result averages over.
    otherwise : str
        The sentence for a wrong function that makes no known mistake.
    """
    if not callable(function):
        raise Mistake(f"your answer is {verdict.described(function)}. Write a function: def ...")
    first, second, other, usual = examples
    one, two = (_result(function, example, usual) for example in (first, second))
    for (a, sentence), (b, _) in zip(first.mistakes, second.mistakes):
        verdict.refuse((same(one, a) and same(two, b), sentence))
    verdict.refuse(
        (same(one, two), "it gives the same for other arrays. Use both arguments, nothing else."),
        (one.ndim, f"it returns an array of shape {one.shape}. Return one number."),
    )
    _refuse_fixed_sizes((one, two), examples, averaged)
    verdict.compare(one, first.right, [], otherwise)
    for example in (second, other):
        if not same(_result(function, example, usual), example.right):
            shapes = f"it is right for {_shapes(first)}, and wrong for {_shapes(example)}"
            raise Mistake(f"{shapes}. Take every size from the arrays.")


def _result(function, example, usual):
    """Return the result of a function for copies of the arrays of an example."""
    copies = {name: array.copy() for name, array in example.arrays.items()}
    try:
        result = function(*copies.values())
    except Exception as error:  # from the learner's function, so the learner sees it
        stop, shapes = verdict.message(error), _shapes(example)
        swapped = _is_right(function, reversed(example.arrays.values()), example.right)
        usual_size = _is_right(function, usual.arrays.values(), usual.right)
        fixed = f"it is right for {_shapes(usual)}, and stops for {shapes}"
        verdict.refuse(
            (swapped, "the two arguments are in the other order. Swap them after def."),
            (usual_size, f"{fixed}. Take every size from the arrays."),
            ("bitwise_xor" in stop, "in Python ^ is not a power. Write ** 2 for the square."),
            (True, f"your function stops with {stop} It got arrays of {shapes}: try it with them."),
        )
    for name, array in example.arrays.items():
        if not np.array_equal(array, copies[name]):
            change = f"your function changes {name}, and its caller goes on with the changed array"
            raise Mistake(f"{change}. Compute a new one, without out=, -= and the like.")
    if result is None or result is Ellipsis:
        raise verdict.Open("your function returns nothing yet")
    result = verdict.as_array(result, "what your function returns")
    result = result.reshape(()) if result.size == 1 else result  # it is still one number
    if result.dtype == bool and not result.ndim:
        raise Mistake(f"your function returns {result}. Return one number, a mean.")
    return result


def _is_right(function, arrays, right):
    """Return whether a function runs with copies of arrays, and its result is right."""
    try:
        result = np.asarray(function(*(array.copy() for array in arrays)))
    except Exception:  # from the learner's function, but not the one to show
        return False
    return result.dtype.kind in "iuf" and same(result, right)


def _refuse_fixed_sizes(results, examples, averaged):
    """Raise if a function divides by a fixed number instead of sizes of the arrays."""
    if any(result.ndim or not result for result in results):
        return
    *choices, _ = itertools.product((True, False), repeat=len(averaged))  # the last fixes none
    for fixed in choices:
        divisors = []
        for result, example in zip(results, examples):
            shape = next(iter(example.arrays.values())).shape
            divisors.append(example.right * math.prod(itertools.compress(shape, fixed)) / result)
        divisor = round(divisors[0])
        if divisor > 1 and same(divisors, [divisor] * 2):
            sizes = " and ".join(itertools.compress(averaged, fixed))
            take = f"Take {sizes} from the arrays, which have a `shape`."
            raise Mistake(f"you divide by a fixed number, {divisor:,}. {take}")


def _shapes(example):
    return f"shapes {' and '.join(str(array.shape) for array in example.arrays.values())}"


def _accuracy_example(n, classes, seed):
    """Return an example in which some labels are the most probable class.

    Two labels equal the largest probability of their image, and one is the least probable class,
    so that functions that count these do not return 0.
    """
    rng = np.random.default_rng(seed)
    p = rng.dirichlet(np.full(classes, 0.3), n)
    p[:2] = np.eye(classes)[1]
    y = np.where(np.arange(n) < 0.6 * n, p.argmax(axis=1), rng.integers(classes, size=n))
    y[-1] = p[-1].argmin()
    best, largest = p.argmax(axis=1), p.max(axis=1)
    right = best == y
    over_images = np.mean(np.resize(p.argmax(axis=0), n) == y)  # resized where n is not `classes`
    single, crossed = np.mean(p.argmax() == y), np.mean(best[:, None] == y)
    rounded = np.mean(np.round(p).argmax(axis=1) == y)
    of_the_label = p[np.arange(n), y].mean()
    mistakes = [
        (over_images, "you took the argmax over the images. Take it over the classes: axis=1."),
        (single, "you took one argmax over all images. Take one for each image: axis=1."),
        (crossed, "you compare every image with every label. Both need the shape (n,)."),
        (np.mean(largest == y), "you compare the largest probability. Take its position: argmax."),
        (1 - right.mean(), "that is the share of errors. Use == and not !=."),
        (right.sum(), "you counted the right ones. Divide by the number of images."),
        (100 * right.mean(), "that is a percentage. Leave out the factor 100."),
        (right, "you return True or False for each image. Take the mean of them."),
        (best, "you return the classes. Compare them with the labels."),
        (np.mean(p.argmin(axis=1) == y), "you took the least probable class. Use argmax."),
        (rounded, "you rounded, and the most probable class can have less than 1/2. Leave it out."),
        (largest.mean(), "you averaged the largest probabilities. Compare positions: argmax."),
        (of_the_label, "that is the mean probability of the label. Count how often it wins."),
    ]
    return Example({"probabilities": p, "labels": y}, right.mean(), mistakes)


def _mse(X, P):
    return np.mean(np.square(X - P, dtype=float))


def _loss_example(n, m, seed):
    X, P = np.random.default_rng(seed).random((2, n, m), np.float32)
    squares, mse, difference = np.square(X - P), _mse(X, P), np.mean(X - P)
    total, variance = squares.sum(), np.var(X - P, dtype=float)
    forgot = "you forgot the square: differences of both signs cancel. Square before the mean."
    mistakes = [
        (total / n, "you averaged over images but summed over pixels. Divide by n and by m."),
        (total / m, "you averaged over pixels but summed over images. Divide by n and by m."),
        (total, "you summed over images and pixels. Divide by n and m, or take the mean."),
        (squares.mean(axis=1), "you return one number for each image. Take the mean over all."),
        (squares.mean(axis=0), "you return one number for each pixel. Take the mean over all."),
        (squares.sum(axis=1), "you return one sum for each image. Take the mean over all."),
        (squares, "you return all the squares. Take the mean of them."),
        (X - P, "you return all the differences. Square them, then take the mean."),
        (np.sqrt(mse), "you took the square root. Leave it out."),
        (np.sqrt(total), "that is the root of the sum of squares. Take their mean instead."),
        (100 * mse, "that is 100 times the loss. Leave out the factor 100."),
        (variance, "you took the variance, which subtracts a mean. Take the mean of the squares."),
        (np.abs(X - P).mean(), "you took absolute differences. Square them instead."),
        (difference, forgot),
        (-difference, forgot),
        (difference**2, "you squared the mean. Square every difference first, then take the mean."),
        (mse / 2, "that is half of the loss. Leave out the factor 1/2."),
        (_mse(X, X.mean(axis=0)), "you compare X with its mean image. Compare it with X_prime."),
        (_mse(X, X.mean()), "you compare X with its mean. Compare it with X_prime."),
        (np.mean(X**2 - P**2, dtype=float), "you subtracted squares. Subtract first, then square."),
        (_mse(X, 0), "you used X alone. Subtract X_prime before you square."),
    ]
    return Example({"X": X, "X_prime": P}, mse, mistakes)


# The first two examples have as many images as classes, so that the wrong axis raises no error. The
# seeds are such that no two mistakes give the same result there, and that the right results differ.
ACCURACY = [*map(_accuracy_example, (14, 15, 11, 20), (14, 15, 4, 10), (3336, 3459, 1, 0))]
LOSS = [*map(_loss_example, (4, 7, 5, 20), (6, 5, 3, learn.INPUT_SIZE), range(4))]
