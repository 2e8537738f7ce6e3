"""The trials train what their settings say, on the images that they say."""

from aehelpers import data
from aehelpers.experiments import runner as experiments
from aehelpers.experiments import trials
from aehelpers.learn import models, training
from aehelpers.learn.memory import keras
import numpy as np
import pytest

(IMAGES, ALL_LABELS), TEST = trials._load("mnist")
FULL = experiments.FULL


@pytest.fixture
def fits(monkeypatch):
    """Replace training by a list of what it was asked for."""
    calls = []

    def record(model, images, labels=None, **settings):
        encoder = next((layer for layer in model.layers if layer.name == "encoder"), None)
        calls.append(
            {
                "model": model.name,
                "labels": None if labels is None else labels.tolist(),
                "images": images,
                "encoder trains": None if encoder is None else encoder.trainable,
                "trainable": len(model.trainable_variables),
                "rate": float(keras.ops.convert_to_numpy(model.optimizer.learning_rate)),
            }
            | settings
        )
        return training.History(np.zeros(1), np.zeros(0), 1, 0.0, False)

    monkeypatch.setattr(training, "fit", record)
    return calls


@pytest.fixture
def untrained(monkeypatch):
    """Replace pretraining by random weights, and count what was asked for."""
    asked = []

    def build(images, settings, seed):
        asked.append((len(images), settings, seed))
        keras.utils.set_random_seed(7)
        return models.build_autoencoder(**settings["model"])

    monkeypatch.setattr(trials, "_pretrained", build)
    return asked


@pytest.mark.parametrize(
    ("arm", "trains", "pretrained"),
    [
        ("small network", [None], 0),
        ("deep network", [True], 0),
        ("random, frozen", [False], 0),
        ("plain, frozen", [False], 1),
        ("denoising, fine-tuned", [True], 1),
        ("denoising, small rate", [False, True], 1),
    ],
)
def test_the_arms_train_what_their_names_say(fits, untrained, arm, trains, pretrained):
    run = experiments.classifier("mnist", arm, 50, seed=3)
    measured = trials.classify(run.data, run.labels, run.seed, run.settings)
    assert set(measured) == {"accuracy"}
    assert [call["encoder trains"] for call in fits] == trains
    assert [call["trainable"] for call in fits] == [14 if all_ else 6 for all_ in trains]
    assert len(untrained) == pretrained
    assert all(
        n == 60_000 and settings["epochs"] == 10 and seed == 3 for n, settings, seed in untrained
    )
    rates = [stage["learning_rate"] for stage in run.settings["stages"]]
    assert [call["rate"] for call in fits] == pytest.approx(rates)
    if len(rates) == 2:
        assert rates[1] < rates[0] / 5  # it deserves its name


def test_the_labeled_images_are_the_balanced_ones_of_the_seed(fits):
    run = experiments.classifier("mnist", "small network", 100, seed=3)
    trials.classify(run.data, run.labels, run.seed, run.settings)
    (call,) = fits
    expected = data.labeling_order(ALL_LABELS, 3)[:100]
    np.testing.assert_array_equal(call["images"], IMAGES[expected])
    assert np.bincount(call["labels"]).tolist() == [10] * 10


def test_validation_images_are_never_labeled_ones():
    settings = {"scored_on": "validation"}
    labeled, labels, (images, scored) = trials._split("mnist", 1000, 5, settings)
    shuffled = np.random.default_rng(trials.VALIDATION_SEED).permutation(60_000)
    held_out = shuffled[: trials.N_VALIDATION]
    assert not set(labeled) & set(held_out)
    np.testing.assert_array_equal(images, IMAGES[held_out])
    np.testing.assert_array_equal(scored, labels[held_out])
    assert trials._split("mnist", 1000, 5, {"scored_on": "test"})[2] is TEST


@pytest.mark.parametrize(
    ("encoder", "trained"),
    [
        ("none", ["classifier"]),
        ("random", ["classifier"]),
        ("pretrained", ["autoencoder", "classifier"]),
    ],
)
def test_the_demonstration_trains_with_the_articles_settings(fits, encoder, trained):
    settings = experiments.ARTICLE | {"encoder": encoder}
    measured = trials.demonstrate("mnist", 60_000, 1, settings)
    assert set(measured) == ({"accuracy", "mse"} if encoder == "pretrained" else {"accuracy"})
    assert [call["model"] for call in fits] == trained
    for call in fits:
        assert (call["epochs"], call["batch_size"], call["updates_per_epoch"]) == (20, 2048, 30)
        assert (call["patience"], call["rate"]) == (10, pytest.approx(0.001))
    assert fits[-1]["trainable"] == (6 if encoder == "none" else 14)
    assert len(fits[-1]["labels"]) == 60_000


def test_a_dead_pixel_is_one_that_is_never_drawn_though_it_is_used(monkeypatch):
    used = np.flatnonzero(TEST[0].any(axis=0))

    def all_but_two_draw(model, *_):
        weights = [np.zeros_like(weight) for weight in model.get_weights()]
        weights[-1] += 0.5  # the bias of the output
        weights[-1][used[:2]] = -1
        model.set_weights(weights)

    monkeypatch.setattr(trials, "_fit", all_but_two_draw)
    article = experiments.plan("choices", FULL)[0]
    measured = trials.reconstruct(article.data, 0, 0, article.settings)
    assert measured["dead_pixels"] == 2
    drawn = np.full(784, 0.5)
    drawn[used[:2]] = 0
    expected = np.mean((data.scale(TEST[0]) - drawn) ** 2)
    assert measured["mse"] == pytest.approx(expected, rel=1e-4)


def test_labels_spread_as_the_formula_says():
    rng = np.random.default_rng(0)
    n, k, alpha = 30, 4, 0.9
    nearest = np.array([rng.permutation([j for j in range(n) if j != i])[:k] for i in range(n)])
    head = {"neighbours": k, "alpha": alpha, "iterations": 400}
    labeled, labels = np.array([0, 1, 2]), np.array([0, 1, 1])
    scores = trials.spread_labels(trials.Search(None, None, nearest), labeled, labels, head)

    edges = np.zeros((n, n))
    edges[np.arange(n).repeat(k), nearest.ravel()] = 1
    edges = (edges + edges.T) / 2
    degree = edges.sum(axis=1)
    smooth = edges / np.sqrt(np.outer(degree, degree))
    known = np.zeros((n, 10))
    known[labeled, labels] = 1
    limit = (1 - alpha) * np.linalg.inv(np.eye(n) - alpha * smooth) @ known
    np.testing.assert_allclose(scores, limit / limit.sum(axis=1, keepdims=True), atol=1e-6)


def test_labels_stay_in_their_part_of_the_graph():
    nearest = np.array([[1, 2], [0, 2], [0, 1], [4, 5], [3, 5], [3, 4], [7, 8], [6, 8], [6, 7]])
    head = {"neighbours": 2, "alpha": 0.99, "iterations": 50}
    search = trials.Search(None, None, nearest)
    scores = trials.spread_labels(search, np.array([0, 4]), np.array([3, 8]), head)
    assert scores[:6].argmax(axis=1).tolist() == [3, 3, 3, 8, 8, 8]
    np.testing.assert_allclose(scores[:6].sum(axis=1), 1)
    assert not scores[6:].any()  # no label reached them


def test_the_linear_head_beats_guessing_by_far():
    settings = experiments._few("test", None, {"kind": "linear", "C": 100})
    assert 0.6 < trials.label_few("mnist", 100, 0, settings)["accuracy"] < 0.9
