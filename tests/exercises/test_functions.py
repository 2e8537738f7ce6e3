"""Answers that are a function."""

from aehelpers import exercises
from aehelpers.exercises import functions, verdict
from aehelpers.learn.memory import keras
import numpy as np
import pytest

from tests.exercises.common import broken, judged, says


def share(p, y):
    return np.mean(p.argmax(axis=1) == y)


def mse(X, P):
    return np.mean((X - P) ** 2)


def sorts_in_place(p, y):
    best = p.argmax(axis=1)
    p.sort(axis=1)
    return np.mean(best == y)


def counts_in_place(p, y):
    y -= p.argmax(axis=1)
    return np.mean(y == 0)


RIGHT = {
    exercises.accuracy_function: [
        share,
        lambda p, y: sum(int(np.argmax(row)) == label for row, label in zip(p, y)) / len(y),
        lambda p, y: np.mean(p.argmax(axis=1) == y, keepdims=True),
    ],
    exercises.reconstruction_loss: [
        mse,
        lambda X, P: np.sum((P - X) ** 2) / (X.shape[0] * X.shape[1]),
        lambda X, P: np.mean((X - P) ** 2, keepdims=True),
        lambda X, P: keras.ops.mean(keras.ops.square(X - P)),
    ],
}
WRONG = {
    exercises.accuracy_function: [
        (lambda p, y: np.mean(p.argmax(axis=0) == y), "over the images"),
        (lambda p, y: np.mean(p.argmax() == y), "one argmax over all images"),
        (lambda p, y: np.mean(p.argmax(axis=1) == y[:, None]), "every image with every"),
        (lambda p, y: np.mean(p.max(axis=1) == y), "compare the largest probability"),
        (lambda p, y: 1 - share(p, y), "share of errors"),
        (lambda p, y: np.sum(p.argmax(axis=1) == y), "counted"),
        (lambda p, y: 100 * share(p, y), "percentage"),
        (lambda p, y: p.argmax(axis=1) == y, "True or False"),
        (lambda p, y: p.argmax(axis=1), "return the classes"),
        (lambda p, y: np.mean(p.argmin(axis=1) == y), "least probable"),
        (lambda p, y: np.mean(np.round(p).argmax(axis=1) == y), "you rounded"),
        (lambda p, y: np.mean(p.max(axis=1)), "averaged the largest"),
        (lambda p, y: np.mean(p[range(len(y)), y]), "mean probability of the label"),
        (lambda p, y: share(p, y) ** 2, "another number"),
        (lambda p, y: 0.7, "same for other arrays"),
        (lambda p, y: np.all(p.argmax(axis=1) == y), "returns False"),
        (lambda p, y: np.sum(p.argmax(axis=1) == y) / p.shape[1], "wrong for shapes (11, 4) and"),
        (lambda p, y: np.sum(p.argmax(axis=1) == y) / 10_000, "10,000. Take the number of images"),
        (lambda p, y: np.sum(p.argmax(axis=1) == y) / 14, "fixed number, 14. Take"),
        (lambda p, y: np.mean([np.argmax(p[i, :10]) == y[i] for i in range(20)]), "stops for"),
        (sorts_in_place, "changes probabilities"),
        (counts_in_place, "changes labels"),
        (lambda y, p: share(p, y), "in the other order"),
        (lambda p, y: {}, "what your function returns is of type dict. Give a function of prob"),
        (broken, "ZeroDivisionError: of the learner"),
        (0.9, "your answer is 0.9. Write a function"),
    ],
    exercises.reconstruction_loss: [
        (lambda X, P: np.sum((X - P) ** 2) / len(X), "summed over pixels"),
        (lambda X, P: np.sum((X - P) ** 2) / X.shape[1], "summed over images. Divide"),
        (lambda X, P: np.sum((X - P) ** 2), "summed over images and pixels"),
        (lambda X, P: np.mean((X - P) ** 2, axis=1), "one number for each image"),
        (lambda X, P: np.mean((X - P) ** 2, axis=0), "one number for each pixel"),
        (lambda X, P: np.sum((X - P) ** 2, axis=1), "one sum for each image"),
        (lambda X, P: (X - P) ** 2, "all the squares"),
        (lambda X, P: X - P, "all the differences"),
        (lambda X, P: np.sqrt(mse(X, P)), "took the square root"),
        (lambda X, P: np.linalg.norm(X - P), "root of the sum of squares"),
        (lambda X, P: 100 * mse(X, P), "100 times"),
        (lambda X, P: np.var(X - P), "variance"),
        (lambda X, P: np.mean(np.abs(X - P)), "absolute"),
        (lambda X, P: np.mean(X - P), "forgot the square"),
        (lambda X, P: np.mean(P - X), "forgot the square"),
        (lambda X, P: np.mean(X - P) ** 2, "squared the mean"),
        (lambda X, P: mse(X, P) / 2, "half of the loss"),
        (lambda X, P: mse(X, X.mean(axis=0)), "mean image"),
        (lambda X, P: mse(X, X.mean()), "with its mean. Compare"),
        (lambda X, P: np.mean(X**2 - P**2), "subtracted squares"),
        (lambda X, P: np.mean(X**2), "X alone"),
        (lambda X, P: np.mean(np.subtract(X, P, out=X) ** 2), "changes X,"),
        (lambda X, P: np.mean(np.subtract(X, P, out=P) ** 2), "changes X_prime,"),
        (lambda X, P: np.sum((X - P) ** 2) / len(X) / 784, "784. Take the number of pixels f"),
        (lambda X, P: np.sum((X - P) ** 2) / 784, "784. Take the number of images and the n"),
        (lambda X, P: np.mean(np.sum((X - P) ** 2, axis=0)) / 256, "number of images from"),
        (lambda X, P: np.sum((X - P) ** 2) / (256 * 784), "fixed number, 200,704. Take"),
        (lambda X, P: np.mean((X - P).reshape(-1, 784) ** 2), "and stops for shapes (4, 6)"),
        (lambda X, P: mse(X, X), "same for other arrays"),
        (lambda X, P: functions.LOSS[0].mistakes[0][0], "same for other arrays"),
        (lambda X, P: np.mean((X - P) ^ 2), "not a power"),
        (lambda X, P: np.mean(np.abs(X - P) ** 3), "another number"),
        (lambda X, P: np.mean(X - P, axis=0) ** 2, "an array of shape (6,)"),
        (lambda X, P: mse(X, P) if X.size != 15 else 0.0, "right for shapes (4, 6) and (4, 6), a"),
        (lambda X, P: mse(X, P) if X.size != 35 else 0.1, "wrong for shapes (7, 5)"),
    ],
}
test_right_answers, test_mistakes = judged(RIGHT, WRONG)


@pytest.mark.parametrize("judge", RIGHT)
@pytest.mark.parametrize("nothing", [None, ...])
def test_a_function_that_returns_nothing_is_an_open_exercise(judge, nothing):
    says(judge(lambda a, b: nothing), "open", "Open: your function returns nothing yet. ")


@pytest.mark.parametrize("examples", [functions.ACCURACY, functions.LOSS])
@pytest.mark.parametrize("number", [0, 1])
def test_on_the_first_two_examples_no_two_mistakes_give_the_same(examples, number):
    example = examples[number]
    results = [example.right, *(result for result, _ in example.mistakes)]
    for place, one in enumerate(results):
        assert not any(verdict.same(one, other) for other in results[:place])
    assert not verdict.same(examples[0].right, examples[1].right)
