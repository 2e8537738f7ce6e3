"""Open tasks: what is measured, and what is said about it."""

from aehelpers import data, exercises, learn, theory
import numpy as np
import pytest

from tests.exercises.common import broken, judged, says, stack

TRAINING = data.load("mnist")[0][0].reshape(-1, 784)
PCA = theory.principal_components(TRAINING)


def along(k):
    return lambda images: theory.pca_encode(PCA, images, k)


def overwriting(images):
    images[:] = 0
    return along(16)(images + 1)


test_right, test_wrong = judged(
    {exercises.small_code: [along(12)]},
    {
        exercises.small_code: [
            (along(2), "with k = 2 the neighbours read"),
            (along(40), "12 numbers are enough"),
            (lambda images: images.sum(axis=1), "shape (4000,)"),
            (lambda images: images[:9], "shape (9, 784)"),
            (along, "a function"),
            (broken, "of the learner"),
            ([1.0, 2.0], "a list of length 2"),
            ("PCA", "Give a function"),
        ],
        exercises.small_denoiser: [
            (learn.build_autoencoder(4, ()), "Was it trained with noise?"),
            (learn.build_autoencoder(256, ()), "are allowed"),
            (stack(784, (10, None)), "from 784 to 10 numbers"),
            (3, "your denoiser is 3"),
        ],
    },
)


def test_an_empty_answer_is_open():
    says(exercises.few_labels(None, 0.85), "open", "100 labels")
    says(exercises.small_code(None), "open", "PCA")
    says(exercises.small_denoiser(None), "open", "noise = 1.0")


def test_a_linear_bottleneck_has_no_less_error_than_the_best_linear_denoiser():
    k = 90
    model = learn.build_autoencoder(k, (), code_activation=None, output_activation=None)
    gains, U = theory.denoiser_gains(PCA, 1.0)[:k], PCA.components[:, :k]
    b2 = PCA.mean - (PCA.mean @ (U * gains)) @ U.T
    model.set_weights([U * gains, np.zeros(k), U.T, b2])
    says(exercises.small_denoiser(model), "wrong", "affine has")


def always(value):
    """Return a small autoencoder that gives the same value for every pixel."""
    model = stack(784, (8, None), (784, None))
    first, second, third, _ = model.get_weights()
    model.set_weights([first, second, 0 * third, np.full(784, value, np.float32)])
    return model


@pytest.mark.parametrize(
    ("model", "limits", "state", "words"),
    [
        (always(0.5), (20_000, 0.01), "right", "13,336 weights and biases its loss is 0.0000"),
        (always(0.4), (20_000, 0.02), "right", "its code has 8 numbers"),
        (always(0.4), (20_000, 0.001), "wrong", "weights left"),
        (always(0.4), (13_336, 0.001), "wrong", "longer"),
        (always(0.4), (13_335, 0.02), "wrong", "1 too many"),
        (always(1.5), (20_000, 0.01), "wrong", "Is it trained?"),
        (stack(784, (65, None), (784, None)), (10**6, 1), "wrong", "65 units"),
        (stack(784, (8, None), (10, None)), (10**6, 1), "wrong", "from 784 to 10"),
        (None, (10**6, 1), "open", "design"),
        (3, (10**6, 1), "wrong", "keras.Model"),
    ],
)
def test_a_design_is_measured(model, limits, state, words):
    grey = np.full((5, 784), 128, np.uint8)
    says(exercises.small_autoencoder(model, grey, *limits), state, words)


def naming(share):
    """Return a function that names so many of the test images right, and the others wrong."""
    _, (images, labels) = data.load("mnist")
    known = {bytes(image): label for image, label in zip(images, labels)}

    def name(asked):
        right = [known[bytes(image)] for image in np.rint(255 * asked).astype(np.uint8)]
        wrong = np.arange(len(right)) >= share * len(right)
        return (np.array(right) + wrong) % 10

    return name


@pytest.mark.parametrize(
    ("function", "goal", "state", "words"),
    [
        (naming(0.86), 0.85, "right", "names 86.0 % of the test images, and the goal was 85"),
        (lambda images: np.eye(10)[naming(0.86)(images)], 0.85, "right", "names 86.0 %"),
        (naming(0.84), 0.85, "wrong", "names 84.0 % of the test images, and the goal is 85"),
        (naming(0.75), 0.85, "wrong", "Labeled images alone give as much"),
        (naming(0.75), 0.7, "right", "the goal was 70"),
        (naming(0.1), 0.85, "wrong", "Is it trained?"),
        (naming(1.0), 0.85, "wrong", "Did it see other labels?"),
        (lambda images: images, 0.85, "wrong", "returns the shape (1000, 784)"),
        (lambda images: 3, 0.85, "wrong", "returns the shape ()"),
        (lambda images: "3", 0.85, "wrong", "text"),
        (broken, 0.85, "wrong", "of the learner"),
        (3, 0.85, "wrong", "Give a function"),
    ],
)
def test_what_names_images_is_measured_on_the_test_images(function, goal, state, words):
    says(exercises.few_labels(function, goal), state, words)
