"""The trials train what their settings say, on the images that they say."""

from aehelpers import data, learn
from aehelpers.experiments import design, results, trials
import numpy as np
import pytest

from tests.calls import refused

(IMAGES, ALL_LABELS), TEST = trials._load("mnist")
ARTICLE, CHOICE = design.ARTICLE, design.CHOICES["article"]
FAST = design.OWN_LAYERS


@pytest.fixture
def fits(monkeypatch):
    """Replace training by a list of what it was asked for."""
    calls = []

    def record(model, images, labels=None, **settings):
        calls.append(settings | dict(model=model, images=images, labels=labels))
        return learn.History(np.zeros(1), np.zeros(0), 1, 0.0, False)

    monkeypatch.setattr(learn, "fit", record)
    return calls


@pytest.mark.parametrize(
    ("encoder", "trained"),
    [
        ("none", ["classifier"]),
        ("random", ["classifier"]),
        ("pretrained", ["autoencoder", "classifier"]),
    ],
)
def test_the_demonstration_trains_with_the_articles_settings(fits, encoder, trained):
    measured = trials.demonstrate("mnist", 60_000, 1, ARTICLE | {"encoder": encoder})
    assert set(measured) == ({"accuracy", "mse"} if encoder == "pretrained" else {"accuracy"})
    assert [call["model"].name for call in fits] == trained
    expected = dict(epochs=20, batch_size=2048, updates_per_epoch=30, patience=10)
    for call in fits:
        assert call.items() >= expected.items()
        assert float(call["model"].optimizer.learning_rate) == pytest.approx(0.001)
    last, order = fits[-1], data.labeling_order(ALL_LABELS, 1)
    assert len(last["model"].trainable_variables) == (6 if encoder == "none" else 14)
    np.testing.assert_array_equal(last["labels"], ALL_LABELS[order])
    np.testing.assert_array_equal(last["images"], IMAGES[order])


def test_a_dead_pixel_is_one_that_is_never_drawn_though_it_is_used(monkeypatch):
    is_used = TEST[0].any(axis=0)
    black = [*np.flatnonzero(is_used)[:2], *np.flatnonzero(~is_used)[:3]]

    def all_but_five_draw(model, *_, **__):
        weights = [np.zeros_like(weight) for weight in model.get_weights()]
        weights[-1] += 0.5  # the bias of the output
        weights[-1][black] = -1
        model.set_weights(weights)

    monkeypatch.setattr(learn, "fit", all_but_five_draw)
    measured = trials.reconstruct("mnist", 0, 0, CHOICE)
    assert measured["dead_pixels"] == 2
    drawn = np.full(784, 0.5)
    drawn[black] = 0
    expected = np.mean((data.scale(TEST[0]) - drawn) ** 2)
    assert measured["mse"] == pytest.approx(expected, rel=1e-4)


def test_a_goal_is_looked_for_in_longer_and_longer_trainings_and_ends_the_one_that_reaches_it():
    found = trials.reach("mnist", 0, 0, FAST | {"goal": 0.02, "lengths": [10, 80, 100_000]})
    assert (found["length"], found["updates"]) == (80, 10 * len(found["losses"]))
    assert 10 < found["updates"] < 80
    assert found["losses"][-1] <= 0.02 < min(found["losses"][:-1])
    assert 0 < found["update_ms"] < 1_000
    found = trials.reach("mnist", 0, 0, FAST | {"goal": 0.001, "lengths": [10, 20]})
    assert (found["length"], found["updates"], len(found["losses"])) == (20, None, 2)


def test_no_image_on_which_a_goal_is_looked_for_is_trained_on(monkeypatch):
    def fit(model, images, callbacks, **settings):
        (watch,) = callbacks
        watched = {image.tobytes() for image in np.rint(255 * watch.images).astype(np.uint8)}
        assert len(watched) == 1_000 == 60_000 - len(images)
        assert watched < {image.tobytes() for image in IMAGES}  # of the training images
        assert not watched & {image.tobytes() for image in images}
        watch.losses, watch.seconds = [1.0, 1.0], [1.0, 1.0]

    monkeypatch.setattr(learn, "fit", fit)
    assert trials.reach("mnist", 0, 0, FAST)["updates"] is None


def test_a_published_count_of_updates_is_found_again():
    (published, *_) = results.select(results.read("fast_training"), arm="own layers")
    found = trials.reach("mnist", 0, published["seed"], published["settings"])
    assert abs(found["updates"] - published["updates"]) <= 2 * trials.EVERY


def of(settings, **wrong):
    return dict(name="mnist", labels=100, seed=0, settings=settings | wrong)


test_wrong_settings_are_refused_before_anything_is_trained = refused(
    [
        (trials.demonstrate, of({}), "settings lacks encoder, learning_rate"),
        (trials.demonstrate, of(ARTICLE) | {"name": "letters"}, "'letters'; expected one of mnist"),
        (trials.demonstrate, of(ARTICLE, encoder="pretraind"), "did you mean 'pretrained'"),
        (trials.reconstruct, of(CHOICE, decay="linear"), "'decay'.*expected one of none, cosine"),
        (trials.reconstruct, of(CHOICE, learning_rate=np.nan), "'learning_rate'.* is nan"),
        (trials.reconstruct, of(CHOICE, epochs=1.0), "'epochs'.* is 1.0; expected a whole"),
        (trials.peak_memory, of(ARTICLE, images="uint"), "did you mean 'uint8'"),
        (trials.reach, of(FAST, start="mena"), "'start'.*did you mean 'mean'"),
        (trials.reach, of(FAST, lengths=[5]), "'lengths'.*expected numbers that increase, from 10"),
        (trials.reach, of(FAST, goal=0), "'goal'.* is 0; expected"),
    ]
)
