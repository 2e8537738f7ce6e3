"""Exercises whose answer is a number, several numbers, or a letter.

Arguments that the course provides are checked: a wrong one raises TypeError or ValueError. The
learner's answer may be anything.
"""

import itertools

from aehelpers import arguments as arg
from aehelpers import data, theory
from aehelpers.exercises import verdict
from aehelpers.exercises.verdict import Mistake
import numpy as np

BAG = data.class_names("fashion_mnist").index("Bag")
LOSSES = arg.sequence(arg.number(0, theory.LARGEST), "n", fewest=1)
MEANS = arg.sequence(arg.number(0, theory.LARGEST, open_ends=True), "n")


@arg.checked(labels=arg.array(arg.INTEGERS, "n"))
@verdict.exercise(
    "the number of test labels that are 8 (Bag), divided by the number of test labels."
)
def constant_accuracy(answer, labels):
    """Judge the accuracy of the classifier that always answers Bag.

    Parameters
    ----------
    answer : object
        The learner's: the fraction of labels that are 8, from 0 to 1.
    labels : numpy.ndarray of int, shape (n,)
        The labels that the classifier is evaluated on.

    Returns
    -------
    Verdict
    """
    n, bags = len(labels), np.sum(labels == BAG)
    share, value = bags / n, verdict.as_array(answer)
    if value.dtype == bool and value.shape == labels.shape:
        raise Mistake("you have True or False for each image. Take the mean of them.")
    number = verdict.as_number(answer)
    pairs = [
        (bags, "you counted the bags. Divide by the number of labels."),
        (100 * share, "that is a percentage. Give the share, from 0 to 1."),
        (bags / data.N_TRAINING, "you divided by the 60,000 training labels. Take len(y_test)."),
        (1 - share, "you took the images that are not bags. Compare with == 8."),
        (n - bags, "you counted the images that are not bags. Take the mean of == 8."),
        (100 * (1 - share), "that is the percentage of wrong answers. Give the share."),
        (labels.mean(), "you averaged the labels themselves. Compare them with 8 first."),
        (BAG, "that is the number of the class. Compute how often it is right."),
        (n, "that is the number of labels. Count those that are 8, and divide by it."),
    ]
    inside = 0 <= number <= 1
    found = "that is not the share of bags" if inside else "an accuracy lies between 0 and 1"
    verdict.compare(number, share, pairs, f"{found}. Take the mean of y_test == 8.")
    if all(np.sum(labels == label) == bags for label in range(10)):
        return "the ten classes are equally frequent, so any constant answer gives the same."
    return "that is the share of bags among these labels."


@arg.checked(losses=LOSSES, squared_pixels=MEANS)
@verdict.exercise(
    "divide the loss of each digit by the mean of its squared pixels.", "one number for each digit"
)
def relative_error(answer, losses, squared_pixels):
    """Judge losses divided by the mean of the squared pixels.

    Parameters
    ----------
    answer : object
        The learner's: one quotient for each digit.
    losses : sequence of float, at least 0
        The reconstruction loss of each digit.
    squared_pixels : sequence of float, above 0
        The mean of the squared pixels of each digit.

    Returns
    -------
    Verdict
    """
    losses, pixels = np.array(losses, float), np.array(squared_pixels, float)
    value, right = verdict.as_array(answer), losses / pixels
    divide = "Divide losses by squared pixels, digit by digit."
    pairs = [
        (losses * pixels, f"you multiplied. {divide}"),
        (pixels / losses, f"your quotient is upside down. {divide}"),
        (100 * right, "those are percentages. Leave out the factor 100."),
        (losses, f"those are the losses, not yet divided. {divide}"),
        (pixels, f"those are the squared pixels alone. {divide}"),
        (losses - pixels, f"you subtracted. {divide}"),
        (pixels - losses, f"you subtracted. {divide}"),
        (1 - right, "you subtracted the quotients from 1. Leave that out."),
        (np.sqrt(right), "you took the root of the quotients. Leave the root out."),
        (losses / pixels**2, "you squared twice: the pixels are squared already."),
        (losses / pixels.mean(), "you divided all by one mean. Take each digit's own."),
        (losses / losses.sum(), f"you divided by the sum of the losses. {divide}"),
        (losses[:, None] / pixels, "you divided each by each. Both need one dimension."),
        (losses.sum() / pixels.sum(), f"that is one number for all digits. {divide}"),
        (right.mean(), "that is the mean of the quotients. Keep all of them."),
    ]
    other = f"the shape of your answer is {value.shape}. Give {len(right)}, one for each digit."
    if value.shape == right.shape:
        other = "those are other numbers. Try np.divide with losses and squared pixels."
    verdict.compare(value, right, pairs, other)
    return f"by this measure the easiest digit is {np.argmin(right)}."


@arg.checked(pca=theory.COMPONENTS, k=arg.integer(1, "m - 1"))
@verdict.exercise("add up the eigenvalues that are not kept, and divide by m.")
def linear_floor(answer, pca, k):
    """Judge the smallest loss that a linear autoencoder with k code units can have.

    Parameters
    ----------
    answer : object
        The learner's: the sum of the discarded eigenvalues over m, as in `theory.linear_floor`.
    pca : theory.PCA
    k : int, 1 to m - 1

    Returns
    -------
    Verdict
    """
    values, m, floor = pca.eigenvalues, len(pca.mean), theory.linear_floor(pca, k)
    kept, lost = values[:k], values[k:]
    over_m, which = f"Divide by m = {m}.", f"The lost ones are pca.eigenvalues[{k}:]."
    if verdict.same(verdict.as_array(answer), lost):
        raise Mistake(f"those are the lost eigenvalues. Add them up and divide by m = {m}.")
    pairs = [
        (lost.sum(), f"the loss is a mean over pixels. {over_m}"),
        (kept.sum() / m, f"you added up what is kept. {which}"),
        (kept.sum(), f"you added up what is kept. {which} {over_m}"),
        (values[k - 1 :].sum() / m, f"you began one too early, Python counts from 0. {which}"),
        (values[k + 1 :].sum() / m, f"you began one too late, Python counts from 0. {which}"),
        (lost.mean(), f"you divided by the {m - k} lost ones. {over_m}"),
        (lost.sum() / k, f"you divided by k. Divide by the m = {m} pixels."),
        (np.sqrt(lost).sum() / m, "you took roots. Add up the eigenvalues: they are variances."),
        (np.sqrt(floor), "you took the root at the end. Leave it out: the loss is squared."),
        (np.square(lost).sum() / m, "you squared them. Leave the square out."),
        (lost.sum() / values.sum(), f"that is a share. {over_m}"),
        (kept.sum() / values.sum(), f"that is the share that is kept. {which}"),
        (values.sum() / m, f"you added up all eigenvalues. {which}"),
        (values[-k:].sum() / m, f"you took the last {k}. {which}"),
        (values[:-k].sum() / m, f"you left out the last {k}. Leave out the first {k}."),
        (values[k] / m, f"that is a single eigenvalue over m. Add up all lost ones. {which}"),
        (values[k], f"that is a single eigenvalue. Add up all lost ones. {which}"),
    ]
    other = f"that is not the floor. {which} Divide their sum by m = {m}."
    verdict.compare(verdict.as_number(answer), floor, pairs, other)
    return "the sum of what is lost, over m."


@arg.checked(sigma=arg.number(0, data.LARGEST_SIGMA, open_ends=True))
@verdict.exercise("solve lambda / (lambda + sigma**2) = 1/2 for lambda.")
def half_gain(answer, sigma):
    """Judge the eigenvalue at which the gain of the best affine denoiser is 1/2: sigma^2.

    Parameters
    ----------
    answer : object
        The learner's answer.
    sigma : float, above 0
        The standard deviation of the noise, in units of a pixel.

    Returns
    -------
    Verdict
    """
    number, sigma = verdict.as_number(answer), float(sigma)
    known = {
        "sigma, not squared": sigma,
        "2 * sigma**2": 2 * sigma**2,
        "sigma**2 / 2": sigma**2 / 2,
        "1 / sigma**2": 1 / sigma**2,
        "1 / sigma": 1 / sigma,
        "sigma / 2": sigma / 2,
        "2 * sigma": 2 * sigma,
        "sigma**2 with the wrong sign": -(sigma**2),
        "the root of sigma": np.sqrt(sigma),
        "the gain itself": 1 / 2,
    }
    # With sigma = 0.5, several of them are the same number; the message names them all.
    named = [words for words, candidate in known.items() if verdict.same(number, candidate)]
    multiply = "Multiply both sides of the equation by 2 * (lambda + sigma**2)."
    pairs = [(number, f"that is {', or '.join(named)}. {multiply}")] if named else []
    verdict.compare(number, sigma**2, pairs, f"that is another number. {multiply}")
    return "where the images vary exactly as much as the noise."


@arg.checked(sizes=arg.sequence(arg.integer(1), fewest=2))
@verdict.exercise("a layer with a inputs and b units has a * b weights, and some biases.")
def parameter_count(answer, sizes):
    """Judge the number of weights and biases in a network of dense layers.

    Parameters
    ----------
    answer : object
        The learner's answer.
    sizes : sequence of int, each at least 1
        The number of inputs, then of units in each layer, such as (784, 128, 64, 10).

    Returns
    -------
    Verdict
    """
    sizes = [int(size) for size in sizes]
    layers = list(itertools.pairwise(sizes))
    weights, biases = sum(a * b for a, b in layers), sum(sizes[1:])
    count, sums = weights + biases, sum(a + b for a, b in layers)
    first, last = ((a + 1) * b for a, b in (layers[0], layers[-1]))
    if isinstance(answer, tuple) and all(isinstance(part, int) for part in answer):
        raise Mistake("a comma makes two numbers of it. Write 1_000 instead of 1,000.")
    pairs = [
        (weights, "you left out the biases. Add one for each unit."),
        (weights + len(layers), "you took one bias for each layer. Add one for each unit."),
        (weights + sum(sizes), "inputs have no biases. Add one for each unit of each layer."),
        (weights + sum(sizes[:-1]), "you took a bias for each input. Add one for each unit."),
        (count - first, "you left out the first layer. Its inputs have weights too."),
        (count - last, "you left out the last layer. Add its weights and biases."),
        (sum(sizes), "you counted the inputs and units. Count the weights between them."),
        (biases, "those are the units, one bias each. Add a * b weights for each layer."),
        (sums, "you added a and b. Multiply them: a * b weights."),
        (sums + biases, "you added a and b. Multiply them: a * b weights."),
        (np.prod(sizes, dtype=float), "you multiplied all sizes. Add up a * b of each layer."),
    ]
    in_words = ", ".join(f"{a} to {b}" for a, b in layers)
    other = f"there are {len(layers)} layers: {in_words}. Add them up."
    verdict.compare(verdict.as_number(answer), count, pairs, other, tolerance=0)
    return "each layer has a * b weights and b biases."


@verdict.exercise('"a", "b" or "c".', '"a", "b" or "c", with quotation marks')
def missing_control(answer):
    """Judge which control a claim about pretraining lacks: "c", both of "a" and "b".

    Parameters
    ----------
    answer : object
        The learner's: "a", "b" or "c"; capitals and spaces do not matter.

    Returns
    -------
    Verdict
    """
    letter = _letter(answer)
    both = set("ab") <= set(letter) <= set("ab ,;+&and")
    verdict.refuse(
        (letter == "a", "those controls are missing, but one run proves little. Look at b too."),
        (letter == "b", "seeds are missing, but the networks also differ in depth. Look at a too."),
        (both, 'you name both, and that is one of the answers. Write "c".'),
    )
    _expect(letter == "c", answer)
    return "one difference at a time, and more than one run."


@verdict.exercise('"a", "b" or "c".', '"a", "b" or "c", with quotation marks')
def strongest_control(answer):
    """Judge what to ask of a gain that is put down to unlabeled images: "b", the best without.

    Parameters
    ----------
    answer : object
        The learner's: "a", "b" or "c"; capitals and spaces do not matter.

    Returns
    -------
    Verdict
    """
    letter = _letter(answer)
    verdict.refuse(
        (letter == "a", "a larger network may be better still, but the control stays as weak."),
        (letter == "c", "with 100 labels both networks can name all their training images."),
    )
    _expect(letter == "b", answer)
    return "a gain counts from the best that can be had without the new ingredient."


def _letter(answer):
    """Return the letter that an answer consists of, without what stands around it."""
    verdict.expect(isinstance(answer, str), answer)
    return answer.strip().strip("().").lower()


def _expect(right, answer):
    """Raise Misfit for an answer that is neither right nor a mistake that was named."""
    if not right:
        raise verdict.Misfit(f"{arg.shown(answer)} is not one of the three")
