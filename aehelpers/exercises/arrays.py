"""Exercises whose answer is several arrays: the weights of a network, or its training data.

Arguments that the course provides are checked: a wrong one raises TypeError or ValueError. The
learner's answer may be anything.
"""

from aehelpers import arguments as arg
from aehelpers import data
from aehelpers.exercises import verdict
from aehelpers.exercises.verdict import Mistake, same
import numpy as np

SHAPES = {"W1": (3, 3), "b1": (3,), "W2": (3, 3), "b2": (3,)}
EXACT = 1e-6  # the tolerance for weights, which may be float32
MOST_DEVIATIONS = 5  # standard errors; chance exceeds them less than once in a million times
SIGMA = arg.number(0, data.LARGEST_SIGMA, open_ends=True)
TRANSPOSED = (
    "your W2 is the transpose of W1. That undoes it only if its columns have length 1 and right "
    "angles. Try np.linalg.inv(W1)."
)
OVERWRITTEN = (
    "Not yet: you wrote the noise into the clean images themselves. Run the cell that makes them "
    "again, then compute a new array, without out= and without operators such as +=."
)


@verdict.exercise(
    "choose W1, for example 2 * np.eye(3), and think about what undoes it.",
    "a list of four arrays: [W1, b1, W2, b2]",
)
def identity_by_hand(weights):
    """Judge the weights of an autoencoder with m = k = 3 that copies, with W1 not the identity.

    Parameters
    ----------
    weights : object
        The learner's: [W1, b1, W2, b2], shapes (3, 3), (3,), (3, 3), (3,), such that
        (X @ W1 + b1) @ W2 + b2 is X for every X of shape (n, 3).

    Returns
    -------
    Verdict
    """
    W1, b1, W2, b2 = _weights(weights)
    if np.linalg.matrix_rank(W1) < 3:
        raise Mistake("your W1 is not invertible, so nothing can undo it. Choose another W1.")
    identity, reciprocal = np.eye(3), same(W1 * W2, np.ones((3, 3)))
    nearly = np.allclose(W1 @ W2, identity, atol=0.1)
    if not same(W1 @ W2, identity, EXACT):
        verdict.refuse(
            (same(W2, W1), "your W2 is W1 again. It has to undo W1: try np.linalg.inv(W1)."),
            (same(W2, W1.T), TRANSPOSED),
            (reciprocal, "your W2 is 1 / W1, number by number. Invert it: np.linalg.inv(W1)."),
            (nearly, "W2 nearly undoes W1. Do not round it: take np.linalg.inv(W1)."),
            (True, "W1 @ W2 is not the identity. W2 has to undo W1: try np.linalg.inv(W1)."),
        )
    pairs = [
        (np.zeros(3), "W2 turns b1 into b1 @ W2, and nothing takes it away. Let b2 do it."),
        (-b1, "your b2 is -b1, but W2 turns b1 into b1 @ W2. Take -b1 @ W2."),
        (b1 @ W2, "your b2 has the wrong sign. Take -b1 @ W2."),
        (-W2 @ b1, "your b2 is -W2 @ b1, as for columns. Inputs are rows here: take -b1 @ W2."),
    ]
    other = "the biases do not cancel. b2 has to be -b1 @ W2."
    verdict.compare(b2, -b1 @ W2, pairs, other, EXACT)
    if same(W1, identity):
        raise Mistake("it copies, but W1 is the identity. Choose another invertible W1.")
    return "it copies, and its code is not the input."


def _weights(weights):
    """Return W1, b1, W2, b2 as arrays of floats, for m = k = 3."""
    listed = isinstance(weights, (list, tuple, np.ndarray))
    verdict.expect(listed and len(weights) == len(SHAPES), weights)
    arrays = [verdict.as_array(part, name).astype(float) for name, part in zip(SHAPES, weights)]
    for array, (name, shape) in zip(arrays, SHAPES.items()):
        if array.shape != shape:
            hint = "m = k = 3, with a column for each unit. The order is W1, b1, W2, b2."
            raise Mistake(f"{name} has the shape {array.shape}, not {shape}: {hint}")
    return arrays


@arg.checked(clean=arg.array(arg.FLOATS, "n", "m"), sigma=SIGMA)
def denoising_pair(inputs, targets, clean, sigma):
    """Judge the two arrays that a denoising autoencoder is trained with.

    Random quantities are judged with a margin of 5 standard errors, so chance alone makes a
    right answer fail less than once in 100,000 times.

    Parameters
    ----------
    inputs, targets : object
        The learner's: `clean` plus noise from N(0, sigma^2), not clipped; and `clean`.
    clean : numpy.ndarray of float, shape (n, m), 0 to 1
        At least two images and 1,000 pixels in all.
    sigma : float, above 0
        The standard deviation of the noise, in units of a pixel.

    Returns
    -------
    Verdict
    """
    shared = isinstance(inputs, np.ndarray) and np.may_share_memory(clean, inputs)
    if shared and (clean.min() < 0 or clean.max() > 1):  # they are no longer pixels
        return verdict.Verdict("wrong", OVERWRITTEN)
    arg.scaled_pixels().check("clean", clean, {})
    if len(clean) < 2 or clean.size < 1000:
        few = f"clean has shape {clean.shape}"
        raise ValueError(f"{few}; expected at least 2 images and 1,000 pixels in all")
    return _judge_pair(inputs, targets, clean.astype(float), sigma)


@verdict.exercise(
    "for the input use data.add_noise, or x plus sigma times standard normal numbers.",
    "two arrays of the shape of the clean images: noisy inputs and clean targets",
    n_answers=2,
)
def _judge_pair(inputs, targets, clean, sigma):
    x, target = _pixels("your input", inputs, clean), _pixels("your target", targets, clean)
    if not np.allclose(target, clean, atol=1e-6):
        noisy, swapped = np.array_equal(target, x), np.allclose(x, clean, atol=1e-6)
        verdict.refuse(
            (noisy, "your target is the noisy image. The noise belongs into the input only."),
            (swapped, "the noise is in your target. Swap the two: noisy input, clean target."),
            (True, "your target is not the clean image. Take the images as they are."),
        )
    _judge_noise(x, clean)
    _judge_distribution(x - clean, sigma)
    return "noisy input, clean target, nothing clipped."


def _pixels(subject, answer, clean):
    """Return an answer as a float array of pixels with the shape of `clean`."""
    array = verdict.as_array(answer, subject)
    if array.shape != clean.shape:
        raise Mistake(f"{subject} has the shape {array.shape}. It should be {clean.shape}.")
    if np.abs(array - 255 * clean).mean() < np.abs(array - clean).mean():
        raise Mistake(f"{subject} has pixels from 0 to 255. Scale them to 0..1 first.")
    return array.astype(float)


def _judge_noise(x, clean):
    """Raise if there is no noise, or if pixels were changed in any way but by adding it."""
    noise = x - clean
    untouched, black = np.isclose(noise, 0, atol=1e-6), clean == 0
    salt_and_pepper = np.isin(x, (0, 1))[x != clean].all()
    low, high = (np.sum(x == end) > 1 for end in (0, 1))  # chance never hits a number twice
    inside = x.min() >= 0 and x.max() <= 1
    constant, repeated = (np.allclose(noise, part, atol=1e-5) for part in (noise[:, :1], noise[:1]))
    scaled = inside and not (low or high)
    contrast = clean - clean.mean()
    margin = MOST_DEVIATIONS * x.std() * np.linalg.norm(contrast)
    unrelated = abs(np.sum(x * contrast)) < margin < np.sum(contrast**2) / 2
    times = black.any() and untouched[black].all()
    verdict.refuse(
        (untouched.all(), "there is no noise in your input. Use data.add_noise."),
        (salt_and_pepper, "you set some pixels to 0 or 1. Add a normal number to every pixel."),
        (scaled, "you scaled the noisy pixels to 0..1. Leave them as they are."),
        (inside, "you clipped the noise. Let pixels leave the range from 0 to 1."),
        (low and x.min() == 0, "you clipped the noise at 0. Let pixels become negative."),
        (high and x.max() == 1, "you clipped the noise at 1. Let pixels become larger."),
        (constant, "each image has one number of noise. Draw a number for each pixel."),
        (repeated, "every image has the same noise. Draw new numbers for each image."),
        (untouched.all(axis=1).any(), "some images have no noise. Add noise to all of them."),
        (times, "you multiplied by the noise: black pixels have none. Add it."),
        (unrelated, "your input is noise alone. Add the clean images to it."),
    )


def _judge_distribution(noise, sigma):
    """Raise unless the noise has the moments of N(0, sigma^2), within some standard errors."""
    n, mean, deviation = noise.size, noise.mean(), noise.std()
    wide, squared, root = (
        abs(deviation / expected - 1) > MOST_DEVIATIONS / np.sqrt(2 * n)
        for expected in (sigma, sigma**2, np.sqrt(sigma))
    )
    found = f"your noise has the standard deviation {deviation:.2f}"
    wanted = f"It should be {sigma:g}."
    shifted = abs(mean) > MOST_DEVIATIONS * max(deviation, sigma) / np.sqrt(n)
    excess = np.mean((noise / deviation) ** 4) - 3  # 0 for a normal distribution
    kind = "uniform" if abs(excess + 1.2) < 0.1 else "not normal"
    heavy = abs(excess) > MOST_DEVIATIONS * np.sqrt(24 / n)
    verdict.refuse(
        (shifted, f"your noise has the mean {mean:.2f}. It should be 0 on average."),
        (wide and not squared, f"{found}: sigma squared, which is the variance. {wanted}"),
        (wide and not root, f"{found}: the root of sigma. {wanted}"),
        (wide, f"{found}. {wanted}"),
        (heavy, f"your noise is {kind}. Draw it from a normal distribution."),
    )
