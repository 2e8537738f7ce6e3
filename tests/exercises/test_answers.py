"""Answers that are a number, one number for each digit, or a letter."""

from functools import partial

from aehelpers import exercises, theory
from aehelpers.learn.memory import keras
import numpy as np

from tests.exercises.common import judged, says

LABELS = np.arange(1000) % 10
LOSSES = np.array([0.007, 0.002, 0.009, 0.007, 0.006, 0.008, 0.007, 0.005, 0.009, 0.005])
SQUARED = np.linspace(0.05, 0.12, 10)
QUOTIENTS = LOSSES / SQUARED
PCA = theory.principal_components(np.random.default_rng(0).integers(0, 256, (90, 30), np.uint8))
VALUES = PCA.eigenvalues
FLOOR = theory.linear_floor(PCA, 10)
COUNT = 784 * 128 + 128 + 128 * 64 + 64 + 64 * 10 + 10


constant_accuracy = partial(exercises.constant_accuracy, labels=LABELS)
relative_error = partial(exercises.relative_error, losses=LOSSES, squared_pixels=SQUARED)
linear_floor = partial(exercises.linear_floor, pca=PCA, k=10)
half_gain = partial(exercises.half_gain, sigma=0.3)
parameter_count = partial(exercises.parameter_count, sizes=(784, 128, 64, 10))
RIGHT = {
    constant_accuracy: [0.1, np.float32(0.1), np.array([0.1]), keras.ops.convert_to_tensor(0.1)],
    relative_error: [QUOTIENTS, list(QUOTIENTS), np.float32(QUOTIENTS)],
    linear_floor: [VALUES[10:].sum() / 30, FLOOR, np.array([FLOOR])],
    half_gain: [0.09, 0.3**2, np.array(0.09), np.array([[0.09]])],
    parameter_count: [COUNT, float(COUNT), np.array([COUNT])],
    exercises.missing_control: ["c", " C ", "(c)"],
    exercises.strongest_control: ["b", "(B)", " b."],
}
WRONG = {
    constant_accuracy: [
        (100, "counted the bags"),
        (10.0, "that is a percentage"),
        (LABELS == 8, "Take the mean"),
        (100 / 60_000, "60,000 training labels"),
        (0.9, "images that are not bags. Compare"),
        (900, "counted the images that are not bags"),
        (90.0, "percentage of wrong answers"),
        (4.5, "averaged the labels"),
        (8, "number of the class"),
        (1000, "number of labels"),
        (0.3, "not the share of bags"),
        (1.5, "between 0 and 1"),
        (-0.1, "between 0 and 1"),
        ("0.1", "text"),
        (True, "your answer is True. Give one number"),
        (np.inf, "is inf. Look for a division by zero. Give one number."),
    ],
    relative_error: [
        (LOSSES * SQUARED, "multiplied"),
        (SQUARED / LOSSES, "upside down"),
        (100 * QUOTIENTS, "percentages"),
        (LOSSES, "not yet divided"),
        (SQUARED, "squared pixels alone"),
        (LOSSES - SQUARED, "subtracted. Divide"),
        (SQUARED - LOSSES, "subtracted. Divide"),
        (1 - QUOTIENTS, "subtracted the quotients from 1"),
        (np.sqrt(QUOTIENTS), "root of the quotients"),
        (LOSSES / SQUARED**2, "squared twice"),
        (LOSSES / SQUARED.mean(), "divided all by one mean"),
        (LOSSES / LOSSES.sum(), "sum of the losses"),
        (LOSSES[:, None] / SQUARED, "divided each by each"),
        (LOSSES.sum() / SQUARED.sum(), "one number for all digits"),
        (QUOTIENTS.mean(), "mean of the quotients"),
        (QUOTIENTS[:9], "shape of your answer is (9,). Give 10, one for each digit"),
        (QUOTIENTS[:, None], "shape of your answer is (10, 1)"),
        (dict(enumerate(QUOTIENTS)), "of type dict. Give one number for each digit."),
        (np.arange(10.0), "other numbers"),
    ],
    linear_floor: [
        (VALUES[10:], "lost eigenvalues. Add them up and divide by m = 30"),
        (VALUES[10:].sum(), "mean over pixels. Divide by m"),
        (VALUES[:10].sum() / 30, "added up what is kept"),
        (VALUES[:10].sum(), "eigenvalues[10:]. Divide by m = 30"),
        (VALUES[9:].sum() / 30, "too early"),
        (VALUES[11:].sum() / 30, "too late"),
        (VALUES[10:].mean(), "divided by the 20 lost ones"),
        (VALUES[10:].sum() / 10, "divided by k"),
        (np.sqrt(VALUES[10:]).sum() / 30, "took roots"),
        (np.sqrt(FLOOR), "root at the end"),
        (np.sum(VALUES[10:] ** 2) / 30, "squared them"),
        (VALUES[10:].sum() / VALUES.sum(), "that is a share"),
        (VALUES[:10].sum() / VALUES.sum(), "share that is kept"),
        (VALUES.sum() / 30, "all eigenvalues"),
        (VALUES[-10:].sum() / 30, "took the last 10"),
        (VALUES[:-10].sum() / 30, "left out the last 10"),
        (VALUES[10] / 30, "single eigenvalue over m"),
        (VALUES[10], "single eigenvalue. Add"),
        (0.5, "not the floor"),
    ],
    half_gain: [
        (0.3, "is sigma, not squared. Multiply"),
        (0.18, "is 2 * sigma**2. "),
        (0.045, "is sigma**2 / 2. "),
        (1 / 0.09, "is 1 / sigma**2. "),
        (1 / 0.3, "is 1 / sigma. "),
        (0.15, "is sigma / 2. "),
        (0.6, "is 2 * sigma. "),
        (-0.09, "wrong sign"),
        (np.sqrt(0.3), "root of sigma"),
        (0.5, "the gain itself"),
        (1j, "is 1j. Give one number."),
        (7, "another number"),
    ],
    parameter_count: [
        (COUNT - 202, "left out the biases"),
        (COUNT - 202 + 3, "one bias for each layer"),
        (COUNT + 784, "inputs have no biases"),
        (COUNT - 202 + 976, "bias for each input"),
        (COUNT - 785 * 128, "first layer"),
        (COUNT - 650, "last layer"),
        (784 + 128 + 64 + 10, "inputs and units"),
        (202, "one bias each"),
        (784 + 128 + 128 + 64 + 64 + 10, "added a and b"),
        (784 + 128 + 128 + 64 + 64 + 10 + 202, "added a and b"),
        (784 * 128 * 64 * 10, "multiplied all sizes"),
        ((109, 386), "comma"),
        (COUNT + 1, "there are 3 layers: 784 to 128, 128 to 64, 64 to 10."),
    ],
    exercises.missing_control: [
        ("a", "one run proves little"),
        ("b", "differ in depth"),
        ("a, b", 'Write "c"'),
        ("d", "'d' is not one of the three"),
        (3, "your answer is 3. Give"),
    ],
    exercises.strongest_control: [
        ("a", "the control stays as weak"),
        ("c", "name all their training images"),
        ("both", "'both' is not one of the three"),
    ],
}


test_right_answers, test_mistakes = judged(RIGHT, WRONG)


def test_where_several_mistakes_give_the_same_number_all_are_named():
    words = "that is sigma, not squared, or 2 * sigma**2, or the gain itself. Multiply"
    says(exercises.half_gain(0.5, 0.5), "wrong", words)
    says(exercises.half_gain(1, sigma=1), "right")


def test_praise_says_what_is_true_of_the_data():
    says(constant_accuracy(0.1), "right", "equally frequent")
    says(exercises.constant_accuracy(0.5, np.array([8, 1])), "right", "share of bags")
    says(relative_error(QUOTIENTS), "right", "easiest digit is 1.")
