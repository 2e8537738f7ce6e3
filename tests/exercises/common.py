"""What the tests of the exercises share: what a verdict says, and small data."""

from aehelpers.learn.memory import keras
import pytest

STARTS = {"open": "Open: ", "right": "Right: ", "wrong": "Not yet: "}


def says(verdict, state, words=""):
    """Fail unless a verdict has this state, and a friendly sentence with these words."""
    assert verdict.state == state, verdict
    assert verdict.sentence.startswith(STARTS[state])
    assert words in verdict.sentence
    assert 15 < len(verdict.sentence) < 400
    assert "\n" not in verdict.sentence
    assert "object at 0x" not in verdict.sentence


def judged(right, wrong):
    """Return two tests, of {judge: [right answer]} and of {judge: [(wrong answer, words)]}."""
    answers = [(judge, answer) for judge, answers in right.items() for answer in answers]
    mistakes = [(judge, *mistake) for judge, mistakes in wrong.items() for mistake in mistakes]

    @pytest.mark.parametrize(("judge", "answer"), answers)
    def test_right(judge, answer):
        says(judge(answer), "right")

    @pytest.mark.parametrize(("judge", "answer", "words"), mistakes)
    def test_wrong(judge, answer, words):
        says(judge(answer), "wrong", words)

    return test_right, test_wrong


def stack(n_inputs, *layers):
    """Return a model of Dense layers, each given as (units, activation)."""
    inputs = keras.Input((n_inputs,))
    x = inputs
    for units, activation in layers:
        x = keras.layers.Dense(units, activation)(x)
    return keras.Model(inputs, x)


def broken(*arguments):
    raise ZeroDivisionError("of the learner")
