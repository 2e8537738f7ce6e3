"""A bank trains what its cache does not hold, and never trusts a file that is not intact."""

import contextlib
import os
from pathlib import Path

from aehelpers import learn
from aehelpers.learn import bank, memory, quick
from aehelpers.learn import cache as cache_
from aehelpers.learn.models import build_autoencoder
import numpy as np
import pytest

IMAGES = np.random.default_rng(0).integers(0, 256, (400, 784), np.uint8)
RECIPES = {
    f"k = {k}": learn.Recipe(dict(code_size=k, hidden_sizes=(), code_activation=None), 1, 0.01)
    for k in (1, 2, 3)
}


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """An empty cache."""
    monkeypatch.setenv("AEHELPERS_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture
def trained(cache, monkeypatch):
    """The networks that would be trained, in order; their weights only move by one."""
    seen = []

    def fit(model, *_, **__):
        seen.append(model)
        model.set_weights([weight + 1 for weight in model.get_weights()])

    monkeypatch.setattr(bank, "fit", fit)
    monkeypatch.setattr(bank, "release", lambda model: None)  # there is no graph; it takes a while
    return seen


def weights(models):
    return [w for model in models.values() for w in model.get_weights()]


def same(some, others):
    return all(np.array_equal(a, b) for a, b in zip(weights(some), weights(others)))


def test_a_second_bank_comes_from_the_cache_and_is_the_same(trained, capsys):
    first = learn.train_bank(RECIPES, IMAGES)
    assert list(first) == list(RECIPES)
    assert len(trained) == 3
    second = learn.train_bank(RECIPES, IMAGES, seed=np.int64(0))
    assert len(trained) == 3
    assert same(first, second)
    assert not same(first, learn.train_bank(RECIPES, IMAGES, seed=1))
    said = [line for line in capsys.readouterr().out.splitlines() if line.startswith("3 models")]
    assert "0 from the cache, 3 trained now" in said[0]
    assert "3 from the cache, 0 trained now" in said[1]


def test_a_name_that_is_not_in_the_bank_is_answered_with_those_that_are(trained):
    models = learn.train_bank(RECIPES, IMAGES, show=False)
    assert isinstance(models, dict)
    assert models.get("k = 99") is None
    words = "name is 'k = 99'; expected one of k = .* did you mean 'k = .*`learn.train_bank` first"
    with pytest.raises(KeyError, match=words):
        models["k = 99"]
    with pytest.raises(KeyError, match="name is 99; expected one of k = "):
        models[99]


RECIPE = RECIPES["k = 1"]
QUICK = RECIPE._replace(epochs=20, quick=True)


def test_a_model_is_trained_kept_and_asks_to_be_compiled_before_it_is_trained_further(cache):
    recipes = {"k": RECIPES["k = 3"]._replace(epochs=30)}
    now, cached = (learn.train_bank(recipes, IMAGES, show=False) for _ in range(2))
    assert same(now, cached)
    untrained = learn.build_autoencoder(**recipes["k"].model)
    loss, before = (learn.reconstruction_loss(m, IMAGES) for m in (now["k"], untrained))
    assert loss < 0.7 * before
    for model in (now["k"], cached["k"]):
        with pytest.raises(ValueError, match=r"is not compiled; expected model\.compile"):
            learn.fit(model, IMAGES, epochs=1)
    model.compile("adam", "mse", jit_compile=False)
    assert len(learn.fit(model, IMAGES, epochs=1, show=False).loss) == 1


def test_whatever_shapes_a_model_leads_to_another_entry(cache, trained):
    others = [
        RECIPE,
        RECIPE._replace(epochs=2),
        RECIPE._replace(learning_rate=0.02),
        RECIPE._replace(noise=0.5),
        QUICK,
        RECIPE._replace(model=RECIPE.model | {"code_size": 4}),
        RECIPE._replace(model=RECIPE.model | {"hidden_sizes": (9,)}),
        RECIPE._replace(model=RECIPE.model | {"output_activation": "sigmoid"}),
        RECIPE._replace(model=RECIPE.model | {"code_size": np.int64(1)}),  # that is the first
    ]
    learn.train_bank({f"{n}": recipe for n, recipe in enumerate(others[:-1])}, IMAGES)
    learn.train_bank({"k": others[-1]}, IMAGES)
    for images, seed in ((IMAGES[::-1], 0), (IMAGES[1:], 0), (IMAGES, 1)):
        learn.train_bank({"k": RECIPE}, images, seed)
    assert len(trained) == len(list(cache.iterdir())) == 8 + 3


def test_a_quick_recipe_starts_at_the_mean_and_has_an_optimizer_of_its_own(trained, monkeypatch):
    started, decays = [], []
    monkeypatch.setattr(quick, "start_at_mean", lambda model, images: started.append(model))
    fit = bank.fit

    def watched(model, *given, **settings):
        decays.append(model.optimizer.beta_2)
        fit(model, *given, **settings)

    monkeypatch.setattr(bank, "fit", watched)
    learn.train_bank({"usual": RECIPE, "quick": QUICK}, IMAGES)
    assert started == trained[1:]
    assert decays == [0.999, 0.95]


def built_in_another_way(**settings):
    """Its first weights are drawn in another way, which no recipe can say."""
    network = build_autoencoder(**settings)
    network.layers[1].kernel_initializer = memory.keras.initializers.HeNormal()
    return network


built_in_another_way.kinds = build_autoencoder.kinds


@pytest.mark.parametrize(
    ("place", "name", "value"),
    [
        (bank, "VERSIONS", ["another", *bank.VERSIONS[1:]]),
        (bank, "VERSIONS", [*bank.VERSIONS[:-1], "another"]),
        (bank, "TRAINING", 0),
        (bank, "BATCH_SIZE", 128),
        (quick, "quick_adam", lambda rate, n: memory.keras.optimizers.Adam(rate, beta_2=0.9)),
        (bank.models, "build_autoencoder", built_in_another_way),
    ],
)
def test_so_does_whatever_else_the_training_uses(trained, monkeypatch, place, name, value):
    learn.train_bank({"k": QUICK}, IMAGES)
    monkeypatch.setattr(place, name, value)
    learn.train_bank({"k": QUICK}, IMAGES)
    assert len(trained) == 2


@pytest.mark.parametrize("damage", ["cut", "flipped", "empty", "of another model"])
def test_a_damaged_entry_is_trained_again_and_mended(cache, trained, damage):
    first = learn.train_bank({"k": RECIPE}, IMAGES)
    (entry,) = cache.iterdir()
    raw = entry.read_bytes()
    learn.train_bank({"k": RECIPE}, IMAGES, seed=1)
    (other,) = set(cache.iterdir()) - {entry}  # with the same shapes
    middle = len(raw) // 2
    damaged = {
        "cut": raw[:-1000],
        "flipped": raw[:middle] + bytes([raw[middle] ^ 1]) + raw[middle + 1 :],
        "empty": b"",
        "of another model": other.read_bytes(),
    }
    entry.write_bytes(damaged[damage])
    for _ in range(2):
        assert same(first, learn.train_bank({"k": RECIPE}, IMAGES))
        assert len(trained) == 3


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_nothing_unfinished_is_left_or_read(cache, trained, monkeypatch, error):
    def fail(*_):
        raise error

    with monkeypatch.context() as patch, contextlib.suppress(KeyboardInterrupt):
        patch.setattr(os, "replace", fail)
        learn.train_bank(RECIPES, IMAGES)
    assert list(cache.iterdir()) == []
    trained.clear()
    learn.train_bank(RECIPES, IMAGES)
    assert len(trained) == 3


def test_without_a_writable_cache_it_works_and_says_so_once(trained, tmp_path, monkeypatch, capsys):
    (tmp_path / "file").write_text("not a folder", encoding="utf-8")
    monkeypatch.setenv("AEHELPERS_CACHE", str(tmp_path / "file" / "cache"))
    models = learn.train_bank(RECIPES, IMAGES)
    assert len(models) == 3
    assert capsys.readouterr().out.count("cannot be written (Not a directory)") == 1


def test_an_interrupt_keeps_the_models_that_are_finished_and_no_other(
    cache, trained, monkeypatch, capsys
):
    fit = bank.fit

    def interrupted(*given, **settings):
        fit(*given, **settings)
        if len(trained) == 2:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(bank, "fit", interrupted)
        with pytest.raises(KeyboardInterrupt):
            learn.train_bank(RECIPES, IMAGES)
    assert len(list(cache.iterdir())) == 1
    assert "Interrupted with 1 of 3 models" in capsys.readouterr().out
    rest = learn.train_bank(RECIPES, IMAGES)
    assert list(rest) == list(RECIPES)
    assert [model.get_layer("essence").units for model in trained] == [1, 2, 2, 3]


def test_a_wrong_argument_of_the_last_model_is_found_before_the_first_is_trained(trained):
    wrong = RECIPES | {"k = 4": RECIPES["k = 3"]._replace(model={"code_size": 0})}
    with pytest.raises(ValueError, match=r"recipes\['k = 4'\]\['model'\]\['code_size'\] is 0"):
        learn.train_bank(wrong, IMAGES)
    assert not trained


def test_the_cache_is_a_folder_of_the_user_or_the_chosen_one(monkeypatch):
    monkeypatch.setenv("AEHELPERS_CACHE", "/somewhere/else")
    assert cache_.folder() == Path("/somewhere/else")
    monkeypatch.delenv("AEHELPERS_CACHE")
    assert cache_.folder().name == "aehelpers"
