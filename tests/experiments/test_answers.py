"""Answers are what the rows say, and their intervals are those of seeds and of images."""

import itertools

from aehelpers import data
from aehelpers.experiments import answers, plan, results
import numpy as np
import pytest

TRUTH = data.load("mnist")[1][1]


@pytest.fixture(scope="module")
def rows():
    """Rows of made-up accuracies, where the ladder names a class more correctly than other arms."""
    random, made = np.random.default_rng(0), []
    every = itertools.product(plan.DATA, plan.ARMS, plan.IMAGE_BY_IMAGE, plan.TEST_SEEDS)
    for name, arm, labels, seed in every:
        correct = random.random(10_000) < 0.7
        if arm == "ladder":
            correct[TRUTH == 3] = True
        row = dict(data=name, arm=arm, labels=labels, seed=seed, settings={})
        made.append(row | dict(accuracy=float(correct.mean()), correct=results.pack(correct)))
    return made


@pytest.fixture(scope="module", autouse=True)
def _tuned():
    """Validation accuracies that choose a ladder and a network."""
    best = {"ladder": 0.9, "convolutional, moved": 0.8, "deep network": 0.7, "agreement": 0.6}
    with pytest.MonkeyPatch.context() as patch:
        one = lambda _, arm: {labels: [({}, best.get(arm, 0.5))] for labels in plan.TUNED}  # noqa: E731
        patch.setattr(plan, "tuned", one)
        yield


@pytest.fixture(scope="module")
def found(rows):
    return answers.answers(rows)


def test_each_comparison_has_its_answer(found):
    assert [one.comparison for one in found] == plan.COMPARISONS
    first, _, second, _, _, _, decoder, *_ = found
    assert (first.arm, first.control) == ("ladder", "convolutional, moved")
    assert (second.arm, second.control) == ("ladder", "deep network")
    gain = 0.3 * np.mean(TRUTH == 3)
    for one in (first, second, decoder):
        assert one.survives
        assert one.gain.low < gain < one.gain.high
        assert one.gain_over_images.low < one.gain.mean < one.gain_over_images.high
        np.testing.assert_allclose(one.gain_over_images.mean, one.gain.mean)
    assert not any(one.survives for one in found if "ladder" not in (one.arm, one.control))


def test_the_accuracy_of_each_class_is_told(rows):
    classes = answers.class_accuracies(rows, "mnist", "ladder", 100)
    assert len(classes) == 10
    assert classes[3].mean == 1
    assert all(0.65 < part.mean < 0.75 for digit, part in enumerate(classes) if digit != 3)
    assert all(part.n == len(plan.TEST_SEEDS) for part in classes)


def test_pairs_are_made_of_the_seeds_that_both_have(rows, found, monkeypatch):
    monkeypatch.setattr(plan, "COMPARISONS", plan.COMPARISONS[2:3])
    fewer = [row for row in rows if row["arm"] != "deep network" or row["seed"] < 205]
    whole, part = found[2].gain, answers.answers(fewer)[0].gain
    assert (whole.n, part.n) == (10, 5)
    assert part.low < 0.3 * np.mean(TRUTH == 3) < part.high


def test_a_run_that_is_there_twice_counts_neither_twice_nor_silently(rows):
    with pytest.raises(ValueError, match="expected each once"):
        answers.answers(rows + rows)


def test_a_table_tells_the_answers_and_what_longer_controls_change(rows, found):
    network = [row for row in rows if row["arm"] == "convolutional, moved"]
    longer = [
        row | {"accuracy": row["accuracy"] + 0.01} for row in network if row["data"] == "mnist"
    ]
    first, second, *_ = answers.table(found, rows, longer).rows
    gain = found[0].gain
    later = gain._replace(mean=gain.mean - 0.01, low=gain.low - 0.01, high=gain.high - 0.01)
    told = [results.points(one) for one in (gain, found[0].gain_over_images, later)]
    names = ["unlabeled images: digits", "ladder - convolutional, moved"]
    assert first == [*names, told[0], "yes", *told[1:]]
    assert (second[0], second[5]) == ("unlabeled images: clothes", "")


def test_arms_are_drawn_with_their_runs_and_the_mean_of_these():
    runs = {"few": (0.5, 0.7), "many": (0.9, 0.9)}
    row = dict(data="mnist", labels=100, seed=0, settings={})
    arms = {arm: [row | dict(arm=arm, accuracy=one) for one in of] for arm, of in runs.items()}
    figure = answers.accuracies(arms, "Labels", {"some": ["few"], "more": ["many"]})
    assert "few (some) ≈ 60.0 %" in figure.alt
    assert "many (more) ≈ 90.0 %" in figure.alt
    with pytest.raises(ValueError, match=r"arms\['few'\] has length 1"):
        answers.accuracies({"few": arms["few"][:1]}, "Labels")
