"""Each exercise check accepts a right answer and names each mistake."""

from aehelpers import data, theory
from aehelpers import exercises as checks
from aehelpers.learn import models
from aehelpers.learn.memory import keras
from IPython.lib.pretty import pretty
import numpy as np
import pytest

Dense, Input, Model = keras.layers.Dense, keras.Input, keras.Model
RNG = np.random.default_rng(0)
LABELS = np.arange(1000) % 10
LOSSES = np.array([0.007, 0.002, 0.009, 0.007, 0.006, 0.008, 0.007, 0.005, 0.009, 0.005])
SQUARED = np.linspace(0.05, 0.12, 10)
QUOTIENTS = LOSSES / SQUARED
PCA = theory.principal_components(RNG.integers(0, 256, (90, 30), np.uint8))
VALUES = PCA.eigenvalues
CLEAN = np.maximum(0, RNG.random((40, 784), np.float32) - 0.5) * 2
NOISE = RNG.standard_normal(CLEAN.shape, np.float32)
W = np.array([[2.0, 1, 0], [0, 1, 1], [1, 0, 3]])
INVERSE = np.linalg.inv(W)
B = np.array([1.0, -2, 0.5])
ZERO = np.zeros(3)
SIZES = (784, 128, 64, 10)
COUNT = 784 * 128 + 128 + 128 * 64 + 64 + 64 * 10 + 10


def state(verdict):
    assert verdict.sentence.startswith(
        {"open": "Open:", "right": "Right:", "wrong": "Not yet:"}[verdict.state]
    )
    assert repr(verdict) == verdict.sentence
    assert len(verdict.sentence) < 400
    assert "\n" not in verdict.sentence
    assert "object at 0x" not in verdict.sentence
    return verdict.state


def stack(n_inputs, *layers):
    """Return a model of Dense layers, each given as (units, activation)."""
    inputs = Input((n_inputs,))
    x = inputs
    for units, activation in layers:
        x = Dense(units, activation)(x)
    return Model(inputs, x)


def joined(encoder, decoder):
    inputs = Input((784,))
    return Model(inputs, decoder(encoder(inputs)))


def parts(code=32, hidden="elu", code_activation=None, output="sigmoid", units=128):
    encoder = stack(784, (units, hidden), (code, code_activation))
    decoder = stack(code, (units, hidden), (784, output))
    return encoder, decoder, joined(encoder, decoder)


def chained_parts():
    """Return the parts as one chain of layers, cut at the code."""
    inputs = Input((784,))
    code = Dense(32)(Dense(128, "elu")(inputs))
    outputs = Dense(784, "sigmoid")(Dense(128, "elu")(code))
    return Model(inputs, code), Model(code, outputs), Model(inputs, outputs)


def doubled(encoder, decoder):
    """Return an autoencoder that doubles the code on its way."""
    inputs = Input((784,))
    return Model(inputs, decoder(2 * encoder(inputs)))


ENCODER, DECODER, AUTOENCODER = parts()
PRETRAINED = models.build_autoencoder(8, (16,), "elu", None, "sigmoid")
PART = models.encoder_of(PRETRAINED)


def with_head(bottom, sizes=(128, 64, 10), last="softmax", hidden="relu"):
    inputs = Input((784,))
    x = bottom(inputs)
    for size in sizes[:-1]:
        x = Dense(size, hidden)(x)
    return Model(inputs, Dense(sizes[-1], last)(x))


def random_encoder():
    return models.encoder_of(models.build_autoencoder(8, (16,), "elu", None, "sigmoid"))


def copied_encoder():
    copy = random_encoder()
    copy.set_weights(PART.get_weights())
    return copy


def unit(pixels):
    """Return pixels stretched so that they go from 0 to 1."""
    return (pixels - pixels.min()) / np.ptp(pixels)


def cut_at(name):
    return Model(PRETRAINED.input, PRETRAINED.get_layer(name).output)


def chained_head():
    x = PRETRAINED.get_layer("essence").output
    for size in (128, 64):
        x = Dense(size, "elu")(x)
    return Model(PRETRAINED.input, Dense(10, "softmax")(x))


def sorts_in_place(p, y):
    best = p.argmax(axis=1)
    p.sort(axis=1)
    return np.mean(best == y)


def counts_in_place(p, y):
    y -= p.argmax(axis=1)
    return np.mean(y == 0)


def broken(*arguments):
    raise ZeroDivisionError("of the learner")


# Each check: how it is called with an answer, right answers, and wrong ones with words that name
# the mistake.
TABLE = {
    "constant_accuracy": (
        lambda answer: checks.constant_accuracy(answer, LABELS),
        [
            0.1,
            np.mean(LABELS == 8),
            np.float32(0.1),
            np.array([0.1]),
            keras.ops.convert_to_tensor(0.1),
        ],
        [
            (100, "counted the bags"),
            (10.0, "percentage"),
            (LABELS == 8, "Take the mean"),
            (100 / 60_000, "60,000 training labels"),
            (0.9, "not bags"),
            ("0.1", "text"),
            (8, "number of the class"),
            (4.5, "averaged the labels"),
            (0.3, "not the share of bags"),
        ],
    ),
    "accuracy_function": (
        checks.accuracy_function,
        [
            lambda p, y: np.mean(p.argmax(axis=1) == y),
            lambda p, y: sum(int(np.argmax(row)) == label for row, label in zip(p, y)) / len(y),
            lambda p, y: np.mean(p.argmax(axis=1) == y, keepdims=True),
        ],
        [
            (lambda p, y: np.mean(p.argmax(axis=0) == y), "over the images"),
            (lambda p, y: np.mean(p.max(axis=1) == y), "largest probability"),
            (lambda p, y: np.mean(p.argmax(axis=1) != y), "share of errors"),
            (lambda p, y: np.sum(p.argmax(axis=1) == y), "counted"),
            (lambda p, y: 100 * np.mean(p.argmax(axis=1) == y), "percentage"),
            (lambda p, y: p.argmax(axis=1) == y, "True or False"),
            (lambda p, y: np.mean(p.argmax(axis=1) == y[:, None]), "every image with every"),
            (lambda p, y: p.argmax(axis=1), "return the classes"),
            (lambda p, y: np.mean(np.argmin(p, axis=1) == y), "least probable"),
            (lambda p, y: np.mean(p.argmax() == y), "one argmax over all images"),
            (lambda p, y: np.mean(p.max(axis=1)), "averaged the largest"),
            (lambda p, y: np.mean(p[range(len(y)), y]), "mean probability of the label"),
            (lambda p, y: round(np.mean(p.argmax(axis=1) == y), 2), "do not round"),
            (lambda p, y: np.sum(p.argmax(axis=1) == y) / p.shape[1], "every size from the arrays"),
            (lambda p, y: np.all(p.argmax(axis=1) == y), "returns False"),
            (lambda p, y: np.mean(np.round(p).argmax(axis=1) == y), "you rounded"),
            (lambda p, y: np.mean(p.argmax(axis=1) == y) ** 2, "another number"),
            (lambda p, y: 0.0, "same for other arrays"),
            (lambda p, y: np.sum(p.argmax(axis=1) == y) / 10_000, "a fixed number, 10,000. Take"),
            (lambda p, y: np.mean([np.argmax(p[i, :10]) == y[i] for i in range(20)]), "stops for"),
            (sorts_in_place, "changes probabilities"),
            (counts_in_place, "changes labels"),
            (lambda p: 1, "TypeError"),
            (lambda y, p: np.mean(p.argmax(axis=1) == y), "arguments are swapped"),
            (lambda p, y: 0.7, "same for other arrays"),
            (broken, "ZeroDivisionError: of the learner"),
        ],
    ),
    "reconstruction_loss": (
        checks.reconstruction_loss,
        [
            lambda X, P: np.mean((X - P) ** 2),
            lambda X, P: np.sum((P - X) ** 2) / (X.shape[0] * X.shape[1]),
            lambda X, P: np.mean((X - P) ** 2, keepdims=True),
            lambda X, P: keras.ops.mean(keras.ops.square(X - P)),
        ],
        [
            (lambda X, P: np.sum((X - P) ** 2) / len(X), "summed over pixels"),
            (lambda X, P: np.sum((X - P) ** 2) / X.shape[1], "summed over images"),
            (lambda X, P: np.sum((X - P) ** 2), "summed over images and pixels"),
            (lambda X, P: np.mean((X - P) ** 2, axis=1), "for each image"),
            (lambda X, P: np.mean((X - P) ** 2, axis=0), "for each pixel"),
            (lambda X, P: (X - P) ** 2, "all the squares"),
            (lambda X, P: np.sqrt(np.mean((X - P) ** 2)), "square root"),
            (lambda X, P: np.mean(np.abs(X - P)), "absolute"),
            (lambda X, P: np.mean(X - P), "forgot the square"),
            (lambda X, P: np.mean(X - P) ** 2, "squared the mean"),
            (lambda X, P: np.mean((X - P) ** 2) / 2, "half of the loss"),
            (lambda X, P: np.mean((X - X.mean(axis=0)) ** 2), "mean picture"),
            (lambda X, P: np.mean((X - X.mean()) ** 2), "with its mean. Compare"),
            (lambda X, P: np.mean(X**2 - P**2), "subtracted squares"),
            (lambda X, P: np.linalg.norm(X - P), "root of the sum of squares"),
            (lambda X, P: np.var(X - P), "variance"),
            (lambda X, P: 100 * np.mean((X - P) ** 2), "100 times"),
            (lambda X, P: np.mean(X**2), "X alone"),
            (lambda X, P: np.mean(np.subtract(X, P, out=X) ** 2), "changes X,"),
            (lambda X, P: np.mean(np.subtract(X, P, out=P) ** 2), "changes X_prime,"),
            (lambda X, P: np.sum((X - P) ** 2) / len(X) / 784, "784. Take the number of pixels f"),
            (lambda X, P: np.sum((X - P) ** 2) / 784, "784. Take the number of images and the n"),
            (lambda X, P: np.mean(np.sum((X - P) ** 2, axis=0)) / 256, "number of images from"),
            (lambda X, P: np.sum((X - P) ** 2) / (256 * 784), "fixed number, 200,704. Take"),
            (lambda X, P: np.mean((X - P).reshape(-1, 784) ** 2), "and stops for shapes (4, 6)"),
            (lambda X, P: np.mean((X - X) ** 2), "same for other arrays"),
            (lambda X, P: np.mean((X - P) ^ 2), "not a power"),
            (lambda X, P: np.mean(np.abs(X - P) ** 3), "another number"),
            (lambda X, P: X.mean(axis=0).argmax(axis=1), "AxisError"),
            (
                lambda X, P: np.mean((X - P) ** 2) if X.size != 15 else 0.0,
                "Take every size from the arrays",
            ),
            (broken, "ZeroDivisionError"),
        ],
    ),
    "autoencoder_parts": (
        lambda answer: checks.autoencoder_parts(answer, 32),
        [
            (ENCODER, DECODER, AUTOENCODER),
            [*parts()],
            parts(hidden=keras.activations.elu),
            parts(hidden=keras.layers.ELU()),
            chained_parts(),
        ],
        [
            ((ENCODER, DECODER), "length 2"),
            ((DECODER, ENCODER, AUTOENCODER), "swapped"),
            ((AUTOENCODER, ENCODER, DECODER), "swapped"),
            ((AUTOENCODER, DECODER, AUTOENCODER), "ends with a picture"),
            (AUTOENCODER, "is a Keras model"),
            ((ENCODER.output, DECODER, AUTOENCODER), "of type KerasTensor"),
            ((keras.Sequential([Dense(32)]), DECODER, AUTOENCODER), "no input yet"),
            ((stack(784, (32, None)), DECODER, AUTOENCODER), "no hidden layer"),
            ((stack(784, *[(128, "elu")] * 2, (32, None)), DECODER, AUTOENCODER), "has 3 Dense"),
            ((ENCODER, parts()[1], AUTOENCODER), "layers of its own"),
            ((ENCODER, DECODER, doubled(ENCODER, DECODER)), "does not decode"),
            (parts(code=16), "code has 16 numbers"),
            (parts(code_activation="relu"), "code has the activation relu"),
            (parts(hidden=None), "activation linear"),
            (parts(units=64), "64 units"),
            (parts(output="relu"), "pixels can die"),
            (parts(output=None), "Use a sigmoid: 0 to 1"),
            ((ENCODER, DECODER, joined(parts()[0], DECODER)), "layers of its own"),
            ((ENCODER, stack(784, (128, "elu"), (784, "sigmoid")), AUTOENCODER), "the picture"),
            ((ENCODER, stack(32, (128, "elu"), (100, "sigmoid")), AUTOENCODER), "gives 100"),
            ((ENCODER, DECODER, ENCODER), "from 784 to 32"),
            ((ENCODER, DECODER, "both"), "keras.Model"),
        ],
    ),
    "relative_error": (
        lambda answer: checks.relative_error(answer, LOSSES, SQUARED),
        [QUOTIENTS, list(QUOTIENTS)],
        [
            (LOSSES * SQUARED, "multiplied"),
            (SQUARED / LOSSES, "upside down"),
            (QUOTIENTS.mean(), "mean of the quotients"),
            (LOSSES.sum() / SQUARED.sum(), "one number"),
            (LOSSES, "not yet divided"),
            (100 * QUOTIENTS, "percentages"),
            (QUOTIENTS[:9], "shape"),
            (LOSSES - SQUARED, "subtracted"),
            (np.sqrt(QUOTIENTS), "root of the quotients"),
            (LOSSES / SQUARED.mean(), "divided all by one mean"),
            (LOSSES[:, None] / SQUARED, "divided each by each"),
            (QUOTIENTS[:, None], "shape of your answer is (10, 1)"),
            (dict(enumerate(QUOTIENTS)), "of type dict"),
            (np.arange(10.0), "other numbers"),
        ],
    ),
    "identity_by_hand": (
        checks.identity_by_hand,
        [
            [2 * np.eye(3), ZERO, np.eye(3) / 2, ZERO],
            (W, B, INVERSE, -B @ INVERSE),
            [W.tolist(), [0, 0, 0], INVERSE.tolist(), [0, 0, 0]],
        ],
        [
            ([np.eye(3), ZERO, np.eye(3), ZERO], "W1 is the identity"),
            ([W, ZERO, W.T, ZERO], "transpose"),
            ([W, ZERO, W, ZERO], "W1 again"),
            ([W, B, INVERSE, ZERO], "nothing takes it away"),
            ([W, B, INVERSE, -B], "your b2 is -b1"),
            ([W, B, INVERSE, B @ INVERSE], "wrong sign"),
            ([np.ones((3, 3)), ZERO, np.eye(3), ZERO], "not invertible"),
            ([W, ZERO, 2 * INVERSE, ZERO], "not the identity"),
            ([np.ones((2, 3)), np.zeros(2), np.ones((3, 2)), ZERO], "shape (2, 3)"),
            ([W, INVERSE], "length 2"),
            ([W, INVERSE, ZERO, ZERO], "The order is"),
            ([W, np.zeros((1, 3)), INVERSE, ZERO], "b1 has the shape (1, 3)"),
            ([np.ones((3, 5)), np.zeros(5), np.ones((5, 3)), ZERO], "W1 has the shape (3, 5)"),
            ([W, B, INVERSE, -INVERSE @ B], "as for columns"),
            ([W, ZERO, INVERSE, B], "biases do not cancel"),
            ([W + 1, ZERO, 1 / (W + 1), ZERO], "number by number"),
            ([W, ZERO, INVERSE.round(2), ZERO], "Do not round"),
            ([W, ZERO, INVERSE * np.nan, ZERO], "W2 holds NaN"),
            ([np.eye(3), B, np.eye(3), -B], "W1 is the identity"),
        ],
    ),
    "linear_floor": (
        lambda answer: checks.linear_floor(answer, PCA, 10),
        [VALUES[10:].sum() / 30, theory.linear_floor(PCA, 10), VALUES[10:].sum(keepdims=True) / 30],
        [
            (VALUES[:10].sum() / 30, "what is kept"),
            (VALUES[10:].sum(), "Divide by m"),
            (VALUES[9:].sum() / 30, "too early"),
            (VALUES[11:].sum() / 30, "too late"),
            (VALUES[10:].mean(), "lost ones. Divide by m"),
            (np.sqrt(VALUES[10:]).sum() / 30, "roots"),
            (VALUES[10:].sum() / 10, "divided by k"),
            (VALUES[10:], "lost eigenvalues. Add"),
            (np.sqrt(VALUES[10:].sum() / 30), "root at the end"),
            (VALUES[10:].sum() / VALUES.sum(), "share"),
            (VALUES.sum() / 30, "all eigenvalues"),
            (VALUES[-10:].sum() / 30, "the last 10"),
            (VALUES[10], "single eigenvalue"),
            (f"{VALUES[10:].sum() / 30}", "text"),
            (0.5, "not the floor"),
            (round(theory.linear_floor(PCA, 10), 4), "do not round"),
        ],
    ),
    "denoising_pair": (
        lambda answer: checks.denoising_pair(*answer, CLEAN, 0.5),
        [(CLEAN + 0.5 * NOISE, CLEAN), (CLEAN + np.float64(0.5) * NOISE, CLEAN.astype(float))],
        [
            ((CLEAN + 0.5 * NOISE,) * 2, "target is the noisy image"),
            ((CLEAN, CLEAN + 0.5 * NOISE), "noise is in your target"),
            ((CLEAN, CLEAN), "no noise"),
            ((np.clip(CLEAN + 0.5 * NOISE, 0, 1), CLEAN), "clipped"),
            ((np.maximum(CLEAN + 0.5 * NOISE, 0), CLEAN), "clipped the noise at 0"),
            ((CLEAN + 0.25 * NOISE, CLEAN), "sigma squared"),
            ((CLEAN + 0.9 * NOISE, CLEAN), "standard deviation 0.90"),
            ((CLEAN + 0.5 * NOISE[:1], CLEAN), "same noise"),
            ((CLEAN + 0.5 * NOISE[:, :1], CLEAN), "one number of noise"),
            ((CLEAN + RNG.random(CLEAN.shape), CLEAN), "mean 0.50"),
            ((CLEAN + np.sqrt(3) * (RNG.random(CLEAN.shape) - 0.5), CLEAN), "uniform"),
            ((CLEAN * (1 + 0.5 * NOISE), CLEAN), "multiplied"),
            ((CLEAN * 0.5 * NOISE, CLEAN), "multiplied"),
            ((np.minimum(CLEAN + 0.5 * NOISE, 1), CLEAN), "clipped the noise at 1"),
            ((unit(CLEAN + 0.5 * NOISE), CLEAN), "scaled the noisy pixels"),
            ((CLEAN * (NOISE > 0), CLEAN), "set some pixels to 0 or 1"),
            ((CLEAN + 0.5 * NOISE * (np.arange(40) > 9)[:, None], CLEAN), "some images have no"),
            ((0.5 * NOISE, CLEAN), "noise alone"),
            ((CLEAN + 0.3, CLEAN), "one number of noise"),
            ((CLEAN + 0.5 * NOISE, CLEAN - 0.5 * NOISE), "not the clean image"),
            ((CLEAN + 0.5 * np.abs(NOISE), CLEAN), "mean 0.40"),
            ((CLEAN + 0.5 * np.sign(NOISE), CLEAN), "not normal"),
            ((np.uint8(255 * CLEAN), CLEAN), "0 to 255"),
            ((255 * CLEAN + 0.5 * NOISE, 255 * CLEAN), "0 to 255"),
            ((CLEAN[:3], CLEAN), "shape (3, 784)"),
        ],
    ),
    "half_gain": (
        lambda answer: checks.half_gain(answer, 0.3),
        [0.09, 0.3**2, np.array(0.09), np.array([[0.09]])],
        [
            (0.3, "sigma, not squared"),
            (0.18, "2 * sigma**2"),
            (0.045, "sigma**2 / 2"),
            (1 / 0.09, "1 / sigma**2"),
            (0.5, "the gain itself"),
            (-0.09, "wrong sign"),
            ("0.09", "text"),
            (7, "another number"),
        ],
    ),
    "classifier_on_encoder": (
        lambda answer: checks.classifier_on_encoder(answer, PRETRAINED),
        [with_head(PART), with_head(copied_encoder()), chained_head()],
        [
            (with_head(PRETRAINED), "decoder is still in it"),
            (PRETRAINED, "decoder is still in it"),
            (with_head(random_encoder()), "weights of its own"),
            (with_head(PART, (10,)), "no hidden layers"),
            (PART, "no head"),
            (with_head(PART, last=None), "softmax"),
            (with_head(PART, (128, 64, 12)), "12 outputs"),
            (with_head(PART, (64, 32, 10)), "It should be 128-64-10"),
            (with_head(PART, hidden=None), "no activation"),
            (models.build_classifier(), "does not begin with the encoder"),
            (stack(100, (10, "softmax")), "takes 100 numbers"),
            (with_head(cut_at("encoder1")), "does not begin with the encoder (16-8)"),
            (with_head(cut_at("decoder1")), "decoder is still in it"),
            (with_head(PART, last="sigmoid"), "activation sigmoid"),
            (keras.Sequential([PART, keras.layers.Dropout(0.5)]), "type Dropout"),
            (keras.Model, "the class"),
            ([PART, PART], "a list of length 2"),
        ],
    ),
    "parameter_count": (
        lambda answer: checks.parameter_count(answer, SIZES),
        [COUNT, float(COUNT), np.array([COUNT])],
        [
            (COUNT - 202, "left out the biases"),
            (COUNT - 202 + 3, "one bias for each layer"),
            (COUNT + 784, "inputs have no biases"),
            (COUNT - 785 * 128, "first layer"),
            (COUNT - 650, "last layer"),
            (COUNT - 202 + 976, "bias for each input"),
            (784 + 128 + 128 + 64 + 64 + 10, "added a and b"),
            ("109,386", "text"),
            (sum(SIZES), "inputs and units"),
            (202, "one bias each"),
            (784 * 128 * 64 * 10, "multiplied all sizes"),
            ((109, 386), "comma"),
            (5, "there are 3 layers"),
        ],
    ),
    "missing_control": (
        checks.missing_control,
        ["c", " C ", "(c)"],
        [
            ("a", "one run proves little"),
            ("b", "differ in depth"),
            ("a, b", 'Write "c"'),
            ("d", "not one of the three"),
            (3, "quotation marks"),
        ],
    ),
}
RIGHT = [(name, answer) for name, (_, right, _) in TABLE.items() for answer in right]
WRONG = [(name, *mistake) for name, (_, _, wrong) in TABLE.items() for mistake in wrong]


@pytest.mark.parametrize(("name", "answer"), RIGHT)
def test_a_right_answer_is_right(name, answer):
    verdict = TABLE[name][0](answer)
    assert state(verdict) == "right", verdict


@pytest.mark.parametrize(("name", "answer", "words"), WRONG)
def test_a_mistake_is_named(name, answer, words):
    verdict = TABLE[name][0](answer)
    assert state(verdict) == "wrong"
    assert words in verdict.sentence


class Nonsense:
    def __array__(self, *arguments, **settings):
        raise RuntimeError("no array")

    def __call__(self, *arguments):
        raise RuntimeError("no result")


class Unprintable(Exception):
    def __str__(self):
        raise RuntimeError("no text")


def unprintable(*arguments):
    raise Unprintable


NONSENSE = [
    "text",
    -3,
    np.nan,
    [],
    {},
    Nonsense(),
    object(),
    keras.Sequential([Dense(3)]),
    stack(5, (3, None)),
    np.zeros((2, 3, 4)),
    broken,
    lambda *arguments: "text",
    lambda *arguments: np.nan,
    lambda *arguments: {},
    unprintable,
    True,
    10**400,
    [PRETRAINED] * 3,
    [np.full((3, 3), 1e200)] * 4,
    "\n" * 1000,
    1j,
    ["a", None, 3],
]


@pytest.mark.parametrize("name", [*TABLE, "frozen_encoder"])
@pytest.mark.parametrize("answer", NONSENSE, ids=lambda answer: type(answer).__name__)
def test_nonsense_gets_a_friendly_answer(name, answer):
    if name == "frozen_encoder":
        verdict = checks.frozen_encoder(answer, PART)
    elif name == "denoising_pair":
        verdict = checks.denoising_pair(answer, answer, CLEAN, 0.5)
    else:
        verdict = TABLE[name][0](answer)
    assert state(verdict) in ("wrong", "open")


@pytest.mark.parametrize("name", TABLE)
@pytest.mark.parametrize("answer", [None, ...])
def test_no_answer_is_an_open_exercise_with_a_hint(name, answer):
    if name == "denoising_pair":
        answer = (answer, answer)
    verdict = TABLE[name][0](answer)
    assert state(verdict) == "open"
    assert len(verdict.sentence) > 15


def test_noise_in_the_clean_pictures_themselves_is_named():
    pictures = CLEAN.copy()
    pictures += 0.5 * NOISE
    for target in (pictures, CLEAN, None):
        verdict = checks.denoising_pair(pictures, target, pictures, 0.5)
        assert state(verdict) == "wrong"
        assert "into the clean pictures themselves. Run the cell" in verdict.sentence


@pytest.mark.parametrize("check", [checks.accuracy_function, checks.reconstruction_loss])
def test_a_function_that_returns_nothing_is_an_open_exercise(check):
    assert state(check(lambda a, b: None)) == "open"
    assert state(check(lambda a, b: ...)) == "open"


def classifier_of(encoder):
    classifier = with_head(encoder)
    classifier.compile("adam", "sparse_categorical_crossentropy", jit_compile=False)
    return classifier


def one_step(classifier):
    classifier.train_on_batch(np.zeros((2, 784), np.float32), np.zeros(2, int))


def test_a_frozen_encoder_is_right_and_the_check_trains_nothing():
    encoder = random_encoder()
    encoder.trainable = False
    classifier = classifier_of(encoder)
    before = classifier.get_weights()
    assert state(checks.frozen_encoder(classifier, encoder)) == "right"
    for old, new in zip(before, classifier.get_weights()):
        np.testing.assert_array_equal(old, new)
    one_step(classifier)
    assert state(checks.frozen_encoder(classifier, encoder)) == "right"


def test_freezing_after_compile_works_until_the_first_step():
    """What the docstring says of Keras, and the check's answer, against what happens."""
    encoder = random_encoder()
    classifier = classifier_of(encoder)
    encoder.trainable = False
    assert state(checks.frozen_encoder(classifier, encoder)) == "right"
    before = encoder.get_weights()[0]
    one_step(classifier)
    np.testing.assert_array_equal(encoder.get_weights()[0], before)


def test_freezing_after_a_step_has_no_effect_until_compile():
    encoder = random_encoder()
    classifier = classifier_of(encoder)
    one_step(classifier)
    encoder.trainable = False
    verdict = checks.frozen_encoder(classifier, encoder)
    assert state(verdict) == "wrong"
    assert "no effect until you compile again" in verdict.sentence
    before = encoder.get_weights()[0]
    classifier.train_on_batch(np.ones((2, 784), np.float32), np.zeros(2, int))
    assert (encoder.get_weights()[0] != before).any()  # it moved, as the check said
    classifier.compile("adam", "sparse_categorical_crossentropy", jit_compile=False)
    assert state(checks.frozen_encoder(classifier, encoder)) == "right"


def test_freezing_after_a_step_has_an_effect_on_batches_of_another_size():
    """Why the sentence speaks of batches of that size."""
    encoder = random_encoder()
    classifier = classifier_of(encoder)
    one_step(classifier)
    encoder.trainable = False
    before = encoder.get_weights()[0]
    classifier.train_on_batch(np.ones((3, 784), np.float32), np.zeros(3, int))
    np.testing.assert_array_equal(encoder.get_weights()[0], before)


def test_an_optimizer_that_knew_the_encoder_is_no_mistake():
    encoder = random_encoder()
    classifier = with_head(encoder)
    optimizer = keras.optimizers.Adam()
    classifier.compile(optimizer, "sparse_categorical_crossentropy", jit_compile=False)
    one_step(classifier)
    encoder.trainable = False
    classifier.compile(optimizer, "sparse_categorical_crossentropy", jit_compile=False)
    before = encoder.get_weights()[0]
    classifier.train_on_batch(np.ones((2, 784), np.float32), np.zeros(2, int))
    np.testing.assert_array_equal(encoder.get_weights()[0], before)
    assert state(checks.frozen_encoder(classifier, encoder)) == "right"


def test_a_step_that_is_not_compiled_sees_the_freezing_at_once():
    encoder = random_encoder()
    classifier = with_head(encoder)
    classifier.compile("sgd", "sparse_categorical_crossentropy", run_eagerly=True)
    one_step(classifier)
    encoder.trainable = False
    assert state(checks.frozen_encoder(classifier, encoder)) == "right"
    before = encoder.get_weights()[0]
    classifier.train_on_batch(np.ones((2, 784), np.float32), np.zeros(2, int))
    np.testing.assert_array_equal(encoder.get_weights()[0], before)


def test_a_head_with_a_normalisation_is_no_frozen_head():
    encoder = random_encoder()
    encoder.trainable = False
    inputs = Input((784,))
    x = keras.layers.BatchNormalization()(encoder(inputs))
    classifier = Model(inputs, Dense(10, "softmax")(keras.layers.Dropout(0.5)(x)))
    classifier.compile("adam", "sparse_categorical_crossentropy")
    assert state(checks.frozen_encoder(classifier, encoder)) == "right"


def frozen_part():
    encoder = random_encoder()
    encoder.layers[1].trainable = False
    return classifier_of(encoder), encoder


def frozen_whole():
    encoder = random_encoder()
    classifier = with_head(encoder)
    classifier.trainable = False
    classifier.compile("adam", "sparse_categorical_crossentropy")
    return classifier, encoder


def frozen_head():
    encoder = random_encoder()
    encoder.trainable = False
    classifier = with_head(encoder)
    classifier.layers[-2].trainable = False
    classifier.compile("adam", "sparse_categorical_crossentropy")
    return classifier, encoder


def swapped_freezing():
    encoder = random_encoder()
    classifier = with_head(encoder)
    for layer in classifier.layers[2:]:
        layer.trainable = False
    classifier.compile("adam", "sparse_categorical_crossentropy")
    return classifier, encoder


def frozen_other():
    other = random_encoder()
    other.trainable = False
    return classifier_of(random_encoder()), other


def not_compiled():
    encoder = random_encoder()
    encoder.trainable = False
    return with_head(encoder), encoder


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (swapped_freezing, "other way round"),
        (lambda: ((encoder := random_encoder()) and classifier_of(encoder), encoder), "still lea"),
        (frozen_part, "only a part of the encoder"),
        (frozen_whole, "whole classifier"),
        (frozen_head, "part of the head is frozen too: dense"),
        (frozen_other, "another encoder"),
        (not_compiled, "not compiled"),
    ],
)
def test_what_is_not_frozen_properly_is_named(make, words):
    verdict = checks.frozen_encoder(*make())
    assert state(verdict) == "wrong"
    assert words in verdict.sentence


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda: checks.constant_accuracy(0.1, None), TypeError),
        (lambda: checks.autoencoder_parts(None, 0), ValueError),
        (lambda: checks.relative_error(None, [1.0], [1.0, 2.0]), ValueError),
        (lambda: checks.linear_floor(None, "pca", 3), TypeError),
        (lambda: checks.linear_floor(None, PCA, 30), ValueError),
        (lambda: checks.denoising_pair(None, None, CLEAN, 0), ValueError),
        (lambda: checks.denoising_pair(None, None, CLEAN[:1], 1), ValueError),
        (lambda: checks.half_gain(None, -1), ValueError),
        (lambda: checks.classifier_on_encoder(None, stack(784, (3, None))), ValueError),
        (lambda: checks.frozen_encoder(None, None), TypeError),
        (lambda: checks.parameter_count(None, [3]), ValueError),
    ],
)
def test_what_the_course_hands_over_is_checked_as_everywhere(call, error):
    with pytest.raises(error, match="expected"):
        call()




def test_noise_that_is_drawn_as_it_should_be_is_right_for_every_seed_and_sigma():
    for seed in range(20):
        for sigma in (0.1, 0.5, 1.0, 10.0):
            noisy = data.add_noise(CLEAN[:2], sigma, seed)
            assert state(checks.denoising_pair(noisy, CLEAN[:2], CLEAN[:2], sigma)) == "right"


def test_a_notebook_shows_the_sentence():
    verdict = checks.half_gain(0.25, sigma=0.5)
    assert pretty(verdict) == "Right: where the pictures vary exactly as much as the noise."
    assert checks.Verdict("wrong", "2 < 3")._repr_html_() == "<p>2 &lt; 3</p>"
