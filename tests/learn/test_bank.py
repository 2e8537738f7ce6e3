"""A bank trains what its cache does not hold, and never trusts a file that is not intact."""

import contextlib
import os
from pathlib import Path
import shutil

from aehelpers import data, learn
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


@pytest.fixture(scope="module")
def trained_once(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cache")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AEHELPERS_CACHE", str(folder))
        learn.train_bank(RECIPES, IMAGES)
    return folder


@pytest.fixture
def full_cache(cache, trained_once):
    """A cache that holds the models of all recipes."""
    return shutil.copytree(trained_once, cache)


@pytest.fixture
def trained(monkeypatch):
    """The networks that are really trained, in order."""
    seen = []
    fit = bank.fit

    def spy(model, *rest, **settings):
        seen.append(model)
        return fit(model, *rest, **settings)

    monkeypatch.setattr(bank, "fit", spy)
    return seen


def weights(models):
    return [w for model in models.values() for w in model.get_weights()]


def same(some, others):
    return all(np.array_equal(a, b) for a, b in zip(weights(some), weights(others)))


def test_a_second_bank_comes_from_the_cache_and_is_the_same(cache, trained, capsys):
    first = learn.train_bank(RECIPES, IMAGES)
    assert list(first) == list(RECIPES)
    assert len(trained) == 3
    second = learn.train_bank(RECIPES, IMAGES)
    assert len(trained) == 3
    assert same(first, second)
    said = [line for line in capsys.readouterr().out.splitlines() if line.startswith("3 models")]
    assert "0 from the cache, 3 trained now" in said[0]
    assert "3 from the cache, 0 trained now" in said[1]


def test_a_name_that_is_not_in_the_bank_is_answered_with_those_that_are(cache):
    trained = learn.train_bank(RECIPES, IMAGES, show=False)
    assert isinstance(trained, dict)
    assert trained.get("k = 99") is None
    with pytest.raises(KeyError) as caught:
        trained["k = 99"]
    said = str(caught.value)
    assert "name is 'k = 99'; expected one of k = " in said
    assert "did you mean 'k = " in said
    assert "run the cell with `learn.train_bank` first" in said
    with pytest.raises(KeyError, match="name is 99; expected one of k = "):
        trained[99]


def test_a_model_of_the_bank_asks_to_be_compiled_before_it_is_trained_further(cache):
    trained = learn.train_bank({"k": RECIPE}, IMAGES, show=False)
    cached = learn.train_bank({"k": RECIPE}, IMAGES, show=False)
    for model in (trained["k"], cached["k"]):
        with pytest.raises(ValueError, match=r"is not compiled; expected model\.compile"):
            learn.fit(model, IMAGES, epochs=1)
        model.compile("adam", "mse", jit_compile=False)
        assert len(learn.fit(model, IMAGES, epochs=1, show=False).loss) == 1


def test_the_models_are_trained(cache):
    model = learn.train_bank({"k": RECIPES["k = 3"]._replace(epochs=30)}, IMAGES)["k"]
    untrained = learn.build_autoencoder(**RECIPES["k = 3"].model)
    images = IMAGES / np.float32(255)
    loss, untrained_loss = (np.mean((m(images).numpy() - images) ** 2) for m in (model, untrained))
    assert loss < 0.7 * untrained_loss


def test_the_seed_draws_the_first_weights(cache, monkeypatch):
    monkeypatch.setattr(bank, "fit", lambda *given, **settings: None)
    first, other = (learn.train_bank(RECIPES, IMAGES, seed) for seed in (0, 1))
    assert not same(first, other)


RECIPE = RECIPES["k = 1"]
QUICK = RECIPE._replace(epochs=20, quick=True)


def test_whatever_shapes_a_model_leads_to_another_entry(full_cache, trained):
    others = [
        RECIPE._replace(epochs=2),
        RECIPE._replace(learning_rate=0.02),
        RECIPE._replace(noise=0.5),
        QUICK,
        RECIPE._replace(model=RECIPE.model | {"code_size": 4}),
        RECIPE._replace(model=RECIPE.model | {"hidden_sizes": (9,)}),
        RECIPE._replace(model=RECIPE.model | {"output_activation": "sigmoid"}),
    ]
    learn.train_bank({f"{n}": recipe for n, recipe in enumerate(others)}, IMAGES)
    for images, seed in ((IMAGES[::-1], 0), (IMAGES[1:], 0), (IMAGES, 1)):
        learn.train_bank({"k": RECIPE}, images, seed)
    assert len(trained) == 7 + 3
    assert len(list(full_cache.iterdir())) == 3 + 7 + 3


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
def test_so_does_whatever_else_the_training_uses(cache, trained, monkeypatch, place, name, value):
    learn.train_bank({"k": QUICK}, IMAGES)
    monkeypatch.setattr(place, name, value)
    learn.train_bank({"k": QUICK}, IMAGES)
    assert len(trained) == 2


def cut(path):
    path.write_bytes(path.read_bytes()[:-1000])


def flip(path):
    raw = bytearray(path.read_bytes())
    raw[len(raw) // 2] ^= 1
    path.write_bytes(raw)


@pytest.mark.parametrize("damage", [cut, flip, lambda path: path.write_bytes(b"")])
def test_a_damaged_entry_is_trained_again_and_mended(full_cache, trained, damage):
    first = learn.train_bank(RECIPES, IMAGES)
    victim = sorted(full_cache.iterdir())[0]
    damage(victim)
    second = learn.train_bank(RECIPES, IMAGES)
    assert len(trained) == 1
    assert same(first, second)
    learn.train_bank(RECIPES, IMAGES)
    assert len(trained) == 1


def test_an_entry_of_another_model_is_no_entry_even_with_the_same_shapes(cache, trained):
    learn.train_bank({"k": RECIPE}, IMAGES)
    (entry,) = cache.iterdir()
    learn.train_bank({"k": RECIPE}, IMAGES, seed=1)
    (other,) = set(cache.iterdir()) - {entry}
    shutil.copy(other, entry)
    learn.train_bank({"k": RECIPE}, IMAGES)
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


def test_without_a_writable_cache_it_works_and_says_so_once(tmp_path, monkeypatch, capsys):
    (tmp_path / "file").write_text("not a folder", encoding="utf-8")
    monkeypatch.setenv("AEHELPERS_CACHE", str(tmp_path / "file" / "cache"))
    models = learn.train_bank(RECIPES, IMAGES)
    assert len(models) == 3
    assert capsys.readouterr().out.count("cannot be written (Not a directory)") == 1


def test_a_quick_recipe_has_less_loss_after_half_of_the_epochs(cache):
    images = data.load("mnist")[0][0].reshape(-1, 784)[:3000]
    network = dict(code_size=16, hidden_sizes=(), code_activation=None, output_activation="sigmoid")
    recipes = {
        "usual": learn.Recipe(network, epochs=10, learning_rate=0.003),
        "quick": learn.Recipe(network, epochs=5, learning_rate=0.02, quick=True),
        "usual, larger rate": learn.Recipe(network, epochs=5, learning_rate=0.02),
    }
    models = learn.train_bank(recipes, images)
    losses = {name: learn.reconstruction_loss(m, images) for name, m in models.items()}
    assert losses["quick"] == min(losses.values()), losses


def test_an_interrupt_keeps_the_models_that_are_finished_and_no_other(
    cache, trained, monkeypatch, capsys
):
    class Stop(memory.keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            if len(trained) == 2:
                raise KeyboardInterrupt

    fit = bank.fit
    with monkeypatch.context() as patch:
        patch.setattr(
            bank, "fit", lambda *a, callbacks, **k: fit(*a, callbacks=[*callbacks, Stop()], **k)
        )
        with pytest.raises(KeyboardInterrupt):
            learn.train_bank(RECIPES, IMAGES)
    assert len(list(cache.iterdir())) == 1
    assert "Interrupted with 1 of 3 models" in capsys.readouterr().out
    rest = learn.train_bank(RECIPES, IMAGES)
    assert list(rest) == list(RECIPES)
    assert [model.get_layer("essence").units for model in trained] == [1, 2, 2, 3]


def test_numpy_numbers_are_numbers(cache, trained):
    recipes = {
        f"k = {k}": RECIPES[f"k = {k}"]._replace(model=RECIPES[f"k = {k}"].model | {"code_size": k})
        for k in np.array([1, 2, 3])
    }
    learn.train_bank(recipes, IMAGES, seed=np.int64(0))
    n_trained = len(trained)
    learn.train_bank(RECIPES, IMAGES, seed=0)
    assert len(trained) == n_trained


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
