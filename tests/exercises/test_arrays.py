"""Answers that are several arrays: weights of a network, and what it is trained with."""

from functools import partial

from aehelpers import data, exercises
import numpy as np
import pytest

from tests.exercises.common import judged, says

RNG = np.random.default_rng(0)
CLEAN = np.maximum(0, RNG.random((40, 784), np.float32) - 0.5) * 2
NOISE = RNG.standard_normal(CLEAN.shape, np.float32)
NOISY = CLEAN + 0.5 * NOISE
UNIFORM = RNG.random(CLEAN.shape)
W = np.array([[2.0, 1, 0], [0, 1, 1], [1, 0, 3]])
INVERSE = np.linalg.inv(W)
B = np.array([1.0, -2, 0.5])
EYE, ZERO = np.eye(3), np.zeros(3)


def denoising_pair(answer):
    return exercises.denoising_pair(*answer, CLEAN, 0.5)


noisy_input = partial(exercises.denoising_pair, targets=CLEAN, clean=CLEAN, sigma=0.5)
RIGHT = {
    exercises.identity_by_hand: [
        [2 * EYE, ZERO, EYE / 2, ZERO],
        (W, B, INVERSE, -B @ INVERSE),
        [W.tolist(), [0, 0, 0], INVERSE.tolist(), [0, 0, 0]],
    ],
    denoising_pair: [(NOISY, CLEAN), (CLEAN + np.float64(0.5) * NOISE, CLEAN.astype(float))],
}
WRONG = {
    exercises.identity_by_hand: [
        ([EYE, B, EYE, -B], "W1 is the identity"),
        ([np.ones((3, 3)), ZERO, EYE, ZERO], "not invertible"),
        ([W, ZERO, W, ZERO], "W1 again"),
        ([W, ZERO, W.T, ZERO], "transpose"),
        ([W + 1, ZERO, 1 / (W + 1), ZERO], "number by number"),
        ([W, ZERO, INVERSE.round(2), ZERO], "Do not round"),
        ([W, ZERO, 2 * INVERSE, ZERO], "not the identity"),
        ([W, B, INVERSE, ZERO], "nothing takes it away"),
        ([W, B, INVERSE, -B], "your b2 is -b1"),
        ([W, B, INVERSE, B @ INVERSE], "wrong sign"),
        ([W, B, INVERSE, -INVERSE @ B], "as for columns"),
        ([W, ZERO, INVERSE, B], "biases do not cancel"),
        ([W, INVERSE], "a list of length 2. Give a list of four arrays"),
        ([np.ones((2, 3)), np.zeros(2), np.ones((3, 2)), ZERO], "W1 has the shape (2, 3)"),
        ([W, ZERO, INVERSE, ZERO[:2]], "b2 has the shape (2,), not (3,)"),
        ([W, ZERO, INVERSE * np.nan, ZERO], "W2 holds NaN"),
        ([W, ZERO, "W", ZERO], "W2 is text"),
    ],
    denoising_pair: [
        ((NOISY, NOISY), "target is the noisy image"),
        ((CLEAN, NOISY), "noise is in your target"),
        ((NOISY, CLEAN - 0.5 * NOISE), "not the clean image"),
        ((255 * CLEAN + 0.5 * NOISE, 255 * CLEAN), "your input has pixels from 0 to 255"),
        ((NOISY, np.uint8(255 * CLEAN)), "your target has pixels from 0 to 255"),
        ((NOISY, CLEAN[:3]), "your target has the shape (3, 784). It should be (40, 784)."),
    ],
    noisy_input: [
        (CLEAN, "no noise"),
        (CLEAN[:3], "your input has the shape (3, 784)"),
        (np.clip(NOISY, 0, 1), "clipped the noise. "),
        (np.maximum(NOISY, 0), "clipped the noise at 0"),
        (np.minimum(NOISY, 1), "clipped the noise at 1"),
        ((NOISY - NOISY.min()) / np.ptp(NOISY), "scaled the noisy pixels"),
        (CLEAN * (NOISE > 0), "set some pixels to 0 or 1"),
        (CLEAN + 0.5 * NOISE[:1], "same noise"),
        (CLEAN + 0.5 * NOISE[:, :1], "one number of noise"),
        (CLEAN + 0.5 * NOISE * (np.arange(40) > 9)[:, None], "some images have no"),
        (CLEAN * (1 + 0.5 * NOISE), "multiplied"),
        (0.5 * NOISE, "noise alone"),
        (CLEAN + 0.5 * np.abs(NOISE), "mean 0.40"),
        (CLEAN + 0.25 * NOISE, "standard deviation 0.25: sigma squared"),
        (CLEAN + np.sqrt(0.5) * NOISE, "standard deviation 0.70: the root of sigma"),
        (CLEAN + 0.48 * NOISE, "standard deviation 0.48. It should be 0.5"),
        (CLEAN + np.sqrt(3) * (UNIFORM - 0.5), "uniform"),
        (CLEAN + 0.5 * np.sign(NOISE), "not normal"),
    ],
}


test_right_answers, test_mistakes = judged(RIGHT, WRONG)


@pytest.mark.parametrize("choose", [lambda x: x, lambda x: CLEAN, lambda x: None])
def test_noise_in_the_clean_images_themselves_is_named(choose):
    x = CLEAN.copy()
    x += 0.5 * NOISE
    verdict = exercises.denoising_pair(x, choose(x), x, 0.5)
    says(verdict, "wrong", "into the clean images themselves. Run the cell")


def test_the_exercise_is_open_until_there_are_both_arrays():
    says(denoising_pair((NOISY, None)), "open")
    says(denoising_pair((None, CLEAN)), "open")


def test_noise_that_is_drawn_as_it_should_be_is_right_for_every_seed_and_sigma():
    for seed in range(20):
        for sigma in (0.1, 0.5, 1.0, 10.0):
            noisy = data.add_noise(CLEAN[:2], sigma, seed)
            says(exercises.denoising_pair(noisy, CLEAN[:2], CLEAN[:2], sigma), "right")
