"""The methods measure what their settings say, alone or in a group."""

from aehelpers import data, learn
from aehelpers.experiments import convolutional, dense, encoders, methods, plan, shallow
from aehelpers.experiments.design import ENCODER, Trial
from aehelpers.experiments.split import N_VALIDATION, Task, split
from aehelpers.learn.memory import keras
import numpy as np
import pytest

TASK = Task("mnist", 100, 3, "validation")
SMALL = dict(
    encoder=None,
    trained="all",
    noise=0.0,
    dropout=0.0,
    updates=30,
    batch_size=20,
    learning_rate=0.003,
)


def score(classes):
    return np.mean(classes == split(TASK).scored_labels)


def test_a_trial_scored_on_validation_images_sees_none_of_them():
    images = split(TASK)
    assert (len(images.images), len(images.scored_images)) == (50_000, N_VALIDATION)
    seen = {image.tobytes() for image in images.images}
    # A few images stand in MNIST twice; not one in a thousand.
    assert sum(image.tobytes() in seen for image in images.scored_images) < 10
    assert np.bincount(images.known).tolist() == [10] * 10
    test = split(TASK._replace(scored_on="test"))
    np.testing.assert_array_equal(test.scored_labels, data.load("mnist")[1][1])
    assert len(test.images) == 60_000


def test_networks_that_train_together_are_as_if_they_trained_alone():
    changes = ({}, {"learning_rate": 0.01}, {"noise": 1.0}, {"dropout": 0.5})
    settings = [SMALL | change for change in changes]
    together = dense.classify([TASK] * len(changes), settings)
    alone = [dense.classify([TASK], [one])[0] for one in settings[:2]]
    assert np.mean(np.array(together[:2]) == alone) > 0.998
    assert max(np.mean(together[0] == other) for other in together[1:]) < 0.95


def test_an_update_is_that_of_keras():
    random = np.random.default_rng(0)
    x, y = random.random((1, 12, 6), np.float32), random.integers(0, 3, (1, 12))
    start = dense._random(0, (6, 5, 3))
    network = dense.Networks((1, 6, 5, 3), ("relu", "linear"))
    layers = [tuple(part[None] for part in layer) for layer in start]
    one = np.ones(1, np.float32)
    trained = network.train(
        layers,
        lambda rows: x[:, rows[0]],
        y,
        [0],
        0.01 * one,
        0 * one,
        0 * one,
        updates=5,
        batch_size=12,
    )
    model = keras.Sequential([keras.layers.Dense(5, "relu"), keras.layers.Dense(3, "softmax")])
    model.build((None, 6))
    model.set_weights([part for layer in start for part in layer])
    decay = keras.optimizers.schedules.CosineDecay(0.01, 5)
    model.compile(keras.optimizers.Adam(decay), "sparse_categorical_crossentropy")
    model.fit(x[0], y[0], batch_size=12, epochs=5, shuffle=False, verbose=0)
    found = [part[0] for layer in trained for part in layer]
    for mine, expected in zip(found, model.get_weights()):
        np.testing.assert_allclose(mine, expected, atol=1e-5)


def test_what_is_frozen_does_not_change(monkeypatch):
    start = encoders_without_training(monkeypatch)
    settings = SMALL | {"encoder": {"model": ENCODER, "epochs": 1}}
    kept = []
    outputs = dense._outputs
    monkeypatch.setattr(
        dense, "_outputs", lambda layers, *rest: kept.append(layers) or outputs(layers, *rest)
    )
    last = dense._start(TASK, settings["encoder"])[-1][0]
    for trained in ("head", "head, then all", "all"):
        dense.classify([TASK], [settings | {"trained": trained}])
        layers = kept[-1]  # those that are scored
        assert np.array_equal(layers[0][0][0], start[0][0]) == (trained == "head")
        assert not np.array_equal(layers[-1][0][0], last)


def encoders_without_training(monkeypatch):
    start = dense._random(9, (784, *ENCODER["hidden_sizes"], ENCODER["code_size"]))
    monkeypatch.setattr(encoders, "weights", lambda *_: start)
    return start


@pytest.mark.parametrize("features", [None, {"components": 16, "of": "all"}])
def test_logistic_regression_learns(features):
    assert score(shallow.logistic(TASK, features, 100.0)) > 0.6


def test_a_group_of_trials_says_of_each_image_of_each_whether_it_was_right():
    settings = [{"features": None, "n": n, "scored_on": "validation"} for n in (1, 3)]
    trials = [Trial("mnist", "nearest neighbours", 100, 0, one) for one in settings]
    trials.append(trials[0]._replace(seed=1))
    measured = methods.measure(trials)
    assert len(measured) == 3
    assert all(0.5 < correct.mean() < 0.9 for correct in measured)
    np.testing.assert_array_equal(measured[1], methods.measure(trials[1:2])[0])


def test_every_method_of_the_plan_is_there():
    assert {arm.method for arm in plan.ARMS.values()} == set(methods.METHODS)


def test_images_are_moved_in_training_only_and_about_their_middle(monkeypatch):
    images = data.scale(data.load("mnist")[1][0][:20])[..., None]
    moved = convolutional.Moved()
    np.testing.assert_array_equal(moved(images), images)
    shown = moved(images, training=True).numpy()
    assert not np.isclose(shown, images).all(axis=(1, 2, 3)).any()
    np.testing.assert_allclose(shown.sum(axis=(1, 2)), images.sum(axis=(1, 2)), rtol=0.3)
    for name in ("SHIFT", "ANGLE", "ZOOM"):
        monkeypatch.setattr(convolutional, name, 0.0)
    np.testing.assert_allclose(moved(images, training=True), images, atol=1e-4)


@pytest.mark.parametrize(("noise", "moved"), [(None, True), (0.5, False)])
def test_a_convolutional_network_learns_from_random_weights_or_from_denoising(
    monkeypatch, noise, moved
):
    monkeypatch.setitem(convolutional.PRETRAINING, "updates", 20)
    settings = dict(dropout=0.3, learning_rate=0.003, updates=60, batch_size=50)
    assert score(convolutional.classify(TASK, noise=noise, moved=moved, **settings)) > 0.4


def test_an_encoder_makes_as_many_updates_with_fewer_images(monkeypatch):
    asked = []

    def train_bank(recipes, images, *_, **__):
        asked.append((len(images), recipes["autoencoder"].epochs))
        return {"autoencoder": learn.build_autoencoder()}

    monkeypatch.setattr(learn, "train_bank", train_bank)
    settings = plan.CODES[0] | {"epochs": 5}
    for unlabeled in (None, 10_000, 300):
        encoders.weights(Task("mnist", 100, 987, "test", unlabeled), settings)
    assert asked == [(60_000, 5), (10_000, 30), (300, 1_000)]
