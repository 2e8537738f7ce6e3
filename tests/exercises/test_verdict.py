"""Whatever an answer is, there is a verdict, and it is a friendly sentence."""

from aehelpers import exercises
from aehelpers.exercises import verdict
from aehelpers.learn.memory import keras
from IPython.lib.pretty import pretty
import numpy as np
import pytest

from tests.calls import ANSWERS, AUTOENCODER, CLASSIFIER, JUDGES, RIGHT, SCALED, refused
from tests.exercises.common import broken, says, stack


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


NONSENSE = ["text", "\n" * 1000, -3, True, np.nan, 10**400, 1j, {}, object()]
NONSENSE += [Nonsense(), np.zeros((2, 3, 4)), [np.full((3, 3), 1e200)] * 4, broken, unprintable]
NONSENSE += [lambda *arguments: "text", lambda *arguments: np.nan, lambda *arguments: {}]
NONSENSE += [keras.Sequential([keras.layers.Dense(3)]), stack(5, (3, None)), [AUTOENCODER] * 3]
NONSENSE += [keras.Model, keras.Model(AUTOENCODER.input, AUTOENCODER.input), np.array(None)]


def said_to(judge, answer):
    given = RIGHT[judge]
    return judge(**{name: answer if (judge, name) in ANSWERS else given[name] for name in given})


@pytest.mark.parametrize("judge", JUDGES)
def test_nonsense_gets_a_friendly_answer_and_no_answer_a_hint(judge):
    for answer in NONSENSE:
        says(said_to(judge, answer), "wrong")
    for answer in (None, ..., [], ["a", None, 3], (..., 2)):
        says(said_to(judge, answer), "open")


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        ("x", "'x'"),
        (np.float32(0.5), "0.5"),
        (AUTOENCODER, "a Keras model"),
        (keras.Model, "a class"),
        (print, "a function"),
        ((1, 2), "a tuple of length 2"),
        ({}, "of type dict"),
        (np.eye(3), "an array of float64 with shape (3, 3)"),
    ],
)
def test_an_answer_is_described(answer, words):
    assert verdict.described(answer) == words


def test_the_first_pair_that_fits_is_named():
    with pytest.raises(verdict.Mistake, match="b"):
        verdict.refuse((False, "a"), (True, "b"), (True, "c"))


@pytest.mark.parametrize(
    ("value", "sentence"),
    [(3, "a"), (2.00001, "b"), (2.001, "other"), (1.015, "that is close"), (1.025, "other")],
)
def test_a_value_is_compared_with_mistakes_and_with_the_right_one(value, sentence):
    with pytest.raises(verdict.Mistake, match=f"^{sentence}"):
        verdict.compare(value, 1, [(3, "a"), (2, "b"), (2, "c")], "other")
    verdict.compare(value, value * 1.00001, [(value, "a")], "other")


def test_arguments_may_have_names_and_must_be_there():
    says(exercises.half_gain(sigma=0.5, answer=0.25), "right")
    with pytest.raises(TypeError, match="sigma"):
        exercises.half_gain(0.25)


def test_a_notebook_shows_the_sentence():
    right = exercises.half_gain(0.25, sigma=0.5)
    assert repr(right) == pretty(right) == right.sentence
    assert right.sentence == "Right: where the images vary exactly as much as the noise."
    assert exercises.Verdict("wrong", "2 < 3")._repr_html_() == "<p>2 &lt; 3</p>"


test_wrong_arguments = refused(
    [
        (exercises.relative_error, dict(squared_pixels=[1, 2]), "squared_pixels has length 2"),
        (exercises.relative_error, dict(losses=[-1]), r"losses\[0\] is -1"),
        (exercises.relative_error, dict(squared_pixels=[0]), r"squared_pixels\[0\] is 0"),
        (exercises.linear_floor, dict(k=0), "k is 0"),
        (exercises.linear_floor, dict(k=784), "k is 784.* from 1 to 783"),
        (exercises.half_gain, dict(sigma=0), "sigma is 0"),
        (exercises.parameter_count, dict(sizes=[3]), "sizes has length 1"),
        (exercises.parameter_count, dict(sizes=[3, 0]), r"sizes\[1\] is 0"),
        (exercises.denoising_pair, dict(sigma=0), "sigma is 0"),
        (exercises.denoising_pair, dict(clean=np.zeros((1, 1000))), r"shape \(1, 1000\); .* 2 im"),
        (exercises.denoising_pair, dict(clean=SCALED[:, :9]), r"clean has shape \(60, 9\)"),
        (exercises.denoising_pair, dict(clean=2 * SCALED), "clean goes from 0 to 2"),
        (exercises.autoencoder_parts, dict(code_size=784), "code_size is 784"),
        (exercises.classifier_on_encoder, dict(autoencoder=CLASSIFIER), "'essence'"),
    ]
)
