"""The trials train what their settings say, on the images that they say."""

from aehelpers import data, learn
from aehelpers.experiments import design, results, trials
from aehelpers.learn.memory import keras
import numpy as np
import pytest

from tests.calls import refused

(IMAGES, ALL_LABELS), TEST = trials._load("mnist")
ARTICLE, CHOICE = design.ARTICLE, design.CHOICES["article"]
DEEP = design.classifier("mnist", "deep network", 100, 0).settings
FEW = design.FEW["pixels, spread"]
FAST = design.OWN_LAYERS


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
                "compiled": model.jit_compile,
            }
            | settings
        )
        return learn.History(np.zeros(1), np.zeros(0), 1, 0.0, False)

    monkeypatch.setattr(learn, "fit", record)
    return calls


@pytest.fixture
def banks(monkeypatch):
    """Replace pretraining by random weights, and keep what was asked for."""
    asked = []

    def build(recipes, images, seed, show):
        ((name, recipe),) = recipes.items()
        asked.append((len(images), recipe, seed))
        return {name: learn.build_autoencoder(**recipe.model)}

    monkeypatch.setattr(learn, "train_bank", build)
    return asked


@pytest.mark.parametrize(
    ("arm", "trains", "noise"),
    [
        ("small network", [None], []),
        ("deep network", [True], []),
        ("random, frozen", [False], []),
        ("plain, frozen", [False], [0.0]),
        ("denoising, fine-tuned", [True], [1.0]),
        ("denoising, small rate", [False, True], [1.0]),
    ],
)
def test_the_arms_train_what_their_names_say(fits, banks, arm, trains, noise):
    name, _, labels, seed, settings = design.classifier("mnist", arm, 50, seed=3)
    assert set(trials.classify(name, labels, seed, settings)) == {"accuracy"}
    assert [call["encoder trains"] for call in fits] == trains
    assert [call["trainable"] for call in fits] == [14 if all_ else 6 for all_ in trains]
    recipes = [learn.Recipe(design.ENCODER, 10, 0.001, sigma) for sigma in noise]
    assert banks == [(60_000, recipe, 3) for recipe in recipes]
    rates = [stage["learning_rate"] for stage in settings["stages"]]
    assert [call["rate"] for call in fits] == pytest.approx(rates)
    if len(rates) == 2:
        assert rates[1] < rates[0] / 5  # it deserves its name


def test_the_labeled_images_are_the_balanced_ones_of_the_seed(fits):
    trials.classify("mnist", 100, 3, DEEP | {"encoder": None})
    (call,) = fits
    expected = data.labeling_order(ALL_LABELS, 3)[:100]
    np.testing.assert_array_equal(call["images"], IMAGES[expected])
    assert np.bincount(call["labels"]).tolist() == [10] * 10
    assert (call["epochs"], call["updates_per_epoch"], call["batch_size"]) == (1, 306, 128)
    assert (call["seed"], call["validation_fraction"], call["compiled"]) == (3, 0, False)
    assert not call["show"]  # so an interrupt is no end of a training


def test_validation_images_are_never_labeled_ones():
    labeled, labels, (images, scored) = trials._split("mnist", 1000, 5, "validation")
    held_out = np.random.default_rng(trials.VALIDATION_SEED).permutation(60_000)[:10_000]
    assert not set(labeled) & set(held_out)
    np.testing.assert_array_equal(images, IMAGES[held_out])
    np.testing.assert_array_equal(scored, labels[held_out])
    assert trials._split("mnist", 1000, 5, "test")[2] is TEST


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
    assert [call["model"] for call in fits] == trained
    for call in fits:
        assert (call["epochs"], call["batch_size"], call["updates_per_epoch"]) == (20, 2048, 30)
        assert (call["patience"], call["rate"]) == (10, pytest.approx(0.001))
    assert fits[-1]["trainable"] == (6 if encoder == "none" else 14)
    order = data.labeling_order(ALL_LABELS, 1)
    assert fits[-1]["labels"] == ALL_LABELS[order].tolist()
    np.testing.assert_array_equal(fits[-1]["images"], IMAGES[order])


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


def test_an_edge_counts_half_where_only_one_is_near_the_other(monkeypatch):
    angles = np.array([0, 1, 3, 7]) / 10  # 0 and 1 are each other's nearest; 3 has 1; 7 has 3
    pixels = np.round(100 * np.column_stack([np.cos(angles), np.sin(angles)])).astype(np.uint8)
    monkeypatch.setattr(trials, "_load", lambda name: [(pixels, None), None])
    _, _, edges = trials._neighbours("four", "null", None, 1)
    expected = np.zeros((4, 4))
    expected[[0, 1, 1, 2, 2, 3], [1, 0, 2, 1, 3, 2]] = [1, 1, 0.5, 0.5, 0.5, 0.5]
    np.testing.assert_array_equal(edges.toarray(), expected)


def test_the_linear_head_beats_guessing_by_far():
    settings = design.FEW["pixels, linear"]
    assert 0.6 < trials.label_few("mnist", 100, 0, settings)["accuracy"] < 0.9


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
        (trials.pretrain, of({}), "settings lacks model, epochs"),
        (trials.classify, of(DEEP) | {"name": "letters"}, "'letters'; expected one of mnist, fash"),
        (trials.classify, of(DEEP, stages=3), "'stages'.* is 3; expected a sequence"),
        (trials.classify, of(DEEP, stages=[{"trained": "all"}]), r"\[0\] lacks learning_rate"),
        (trials.classify, of(DEEP, scored_on="tset"), "'scored_on'.* 'tset'.*mean 'test'"),
        (trials.classify, of(DEEP, batch_size=0), "'batch_size'.* is 0; expected a whole"),
        (trials.classify, of(DEEP, encoder="random"), "'encoder'.* is 'random'; expected a dict"),
        (trials.demonstrate, of(ARTICLE, encoder="pretraind"), "did you mean 'pretrained'"),
        (trials.reconstruct, of(CHOICE, decay="linear"), "'decay'.*expected one of none, cosine"),
        (trials.reconstruct, of(CHOICE, learning_rate=np.nan), "'learning_rate'.* is nan"),
        (trials.reconstruct, of(CHOICE, epochs=1.0), "'epochs'.* is 1.0; expected a whole"),
        (trials.peak_memory, of(ARTICLE, images="uint"), "did you mean 'uint8'"),
        (trials.reach, of(FAST, start="mena"), "'start'.*did you mean 'mean'"),
        (trials.reach, of(FAST, lengths=[5]), "'lengths'.*expected numbers that increase, from 10"),
        (trials.reach, of(FAST, goal=0), "'goal'.* is 0; expected"),
        (trials.label_few, of(FEW, head={"kind": "tree"}), "'kind'.* is 'tree'; expected one of"),
        (trials.label_few, of(FEW, head={"kind": "linear"}), "'head'.* lacks C; expected"),
        (trials.label_few, of(FEW, head=FEW["head"] | {"alpha": 2}), "'alpha'.* is 2; expected"),
        (trials.label_few, of(FEW, features=3), "'features'.* is 3; expected a dict"),
    ]
)
