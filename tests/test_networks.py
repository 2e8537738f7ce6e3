"""Networks in NumPy, for pages, and those that come with the course."""

import json

from aehelpers import data, learn, networks, theory
from aehelpers.learn.memory import keras
from aehelpers.networks import ACTIVATIONS, DenseNetwork, Layer
import numpy as np
import pytest
from sklearn.neighbors import KNeighborsClassifier

from tools import pretrain

IMAGES, LABELS = data.load("mnist")[1]
IMAGES = IMAGES.reshape(-1, 784)
RNG = np.random.default_rng(0)


def layer(inputs, units, activation="linear", name="one"):
    return Layer(name, RNG.normal(size=(inputs, units)), RNG.normal(size=units), activation)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_outputs_are_those_of_keras(activation):
    keras.utils.set_random_seed(3)
    inside = keras.Sequential([keras.Input((64,)), keras.layers.Dense(7, activation)])
    inputs = keras.Input((784,))
    hidden = keras.layers.Dense(64, activation, use_bias=False)(inputs)
    outputs = keras.layers.Dense(784, activation, bias_initializer="random_normal")(inside(hidden))
    model = keras.Model(inputs, outputs)
    images = data.scale(IMAGES[:100])
    found = networks.from_keras(model)(images)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, np.asarray(model(images)), atol=2e-3)


def test_an_autoencoder_has_the_two_parts_that_it_has_in_keras():
    model = learn.build_autoencoder(3, (16,), "elu", None, "sigmoid")
    network, images = networks.from_keras(model), data.scale(IMAGES[:20])
    assert (network.shape, network.code_size, network.n_encoding) == ((784, 784), 3, 2)
    codes = np.asarray(learn.encoder_of(model)(images))
    np.testing.assert_allclose(network.encode(images), codes, atol=1e-3)
    decoded = np.asarray(learn.decoder_of(model)(codes))
    np.testing.assert_allclose(network.decode(codes), decoded, atol=1e-3)
    loss = networks.reconstruction_loss(network, IMAGES[:1500])
    assert loss == pytest.approx(learn.reconstruction_loss(model, IMAGES[:1500]), rel=1e-3)


@pytest.mark.parametrize("k", [1, 40])
def test_pca_is_a_network(k):
    pca = theory.principal_components(IMAGES[:3000])
    network = networks.pca(pca, k)
    assert network.code_size == k
    expected = theory.pca_reconstruct(pca, IMAGES[:50], k)
    np.testing.assert_allclose(network(data.scale(IMAGES[:50])), expected, atol=5e-3)


def from_keras(kind, *given, **settings):
    return networks.from_keras(keras.Sequential([keras.Input((4,)), kind(*given, **settings)]))


def dense(kernel, biases):
    return DenseNetwork([Layer("a", kernel, biases, "linear")])


def autoencoder(network, code_size=None):
    return networks.as_autoencoders("given", {"a": network}, code_size)


Dense, Dropout = keras.layers.Dense, keras.layers.Dropout
BIG, ONES = keras.initializers.Constant(1e5), np.ones((2, 2))


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda: from_keras(Dense, 2, "tanh", name="odd"), "activation of layer odd is 'tanh'"),
        (lambda: from_keras(Dropout, 0.5, name="drop"), "layer drop is a Dropout; expected Dense"),
        (
            lambda: from_keras(Dense, 2, bias_initializer=BIG, name="large"),
            "biases of layer large has weights that are too large for 16 bits",
        ),
        (lambda: dense(ONES * np.nan, ONES[0]), "kernel of layer a holds NaN"),
        (lambda: dense(ONES, np.ones(3)), r"biases of layer a has shape \(3,\); expected \(2,\)"),
        (
            lambda: DenseNetwork([layer(4, 3), layer(2, 4, name="two")]),
            "layer two takes 2 numbers; expected 3, what layer one gives",
        ),
        (
            lambda: autoencoder(DenseNetwork([layer(784, 3)])),
            r"given\['a'\] goes from 784 numbers to 3; expected 784 and 784",
        ),
        (
            lambda: autoencoder(DenseNetwork([layer(784, 784)])),
            "has no layer named 'essence', only one",
        ),
        (lambda: autoencoder(learn.build_autoencoder(4, ()), 2), "has a code of 4; expected 2"),
        (lambda: autoencoder(3), r"given\['a'\] is 3; expected a Keras model or a Dense"),
    ],
)
def test_what_is_no_such_network_is_refused_by_name(make, words):
    with pytest.raises((TypeError, ValueError), match=words):
        make()


# --- Networks that come with the course ---


@pytest.mark.parametrize("name", networks.published())
def test_a_published_network_has_the_test_error_that_is_written_beside_it(name):
    about = networks.published()[name]
    clean = data.scale(data.load(about["dataset"])[1][0].reshape(-1, 784))
    noisy = data.add_noise(clean, about["recipe"]["noise"], about["seed"])
    error = np.mean((networks.read(name)(noisy) - clean) ** 2, dtype=np.float64)
    assert error == pytest.approx(about["test_mse"], rel=1e-4)


def test_what_is_written_about_networks_is_what_the_tool_would_write():
    about = networks.published()
    assert about.keys() == pretrain.TRAINED.keys()
    for name, (dataset, recipe) in pretrain.TRAINED.items():
        written = json.loads(json.dumps(recipe._asdict()))
        assert (about[name]["dataset"], about[name]["recipe"]) == (dataset, written)


@pytest.mark.parametrize(
    ("epochs", "more_error"), [(2, 1.5), pytest.param(20, 1.03, marks=pytest.mark.slow)]
)
def test_a_published_network_can_be_trained_again(tmp_path, monkeypatch, epochs, more_error):
    name = "digits, k = 8"
    published, (dataset, recipe) = networks.published()[name], pretrain.TRAINED[name]
    monkeypatch.setenv("AEHELPERS_CACHE", str(tmp_path))
    monkeypatch.setattr(networks, "FOLDER", tmp_path)
    monkeypatch.setitem(pretrain.TRAINED, name, (dataset, recipe._replace(epochs=epochs)))
    about = pretrain.write(name)
    assert about.keys() == published.keys()
    assert (about["file"], about["layers"]) == (published["file"], published["layers"])
    assert about["test_mse"] < more_error * published["test_mse"]
    (tmp_path / "about.json").write_text(json.dumps({name: about}), encoding="utf-8")
    assert networks.read(name).code_size == recipe.model["code_size"]


def test_what_notebook_0_says_of_its_networks_holds():
    (x, y), _ = data.load("mnist")
    judge = KNeighborsClassifier(5).fit(data.scale(x[:10_000].reshape(-1, 784)), y[:10_000])
    clean = data.scale(IMAGES[:2_000])
    errors, kept = {}, {}
    for name in ("digits, k = 2", "digits, k = 8", "digits, k = 32", "clothes, k = 32"):
        copies = networks.read(name)(clean)
        errors[name] = np.mean((copies - clean) ** 2)
        kept[name] = judge.score(copies, LABELS[:2_000])
    assert kept["digits, k = 2"] < 0.75 < 0.8 < kept["digits, k = 8"] < kept["digits, k = 32"]
    assert errors["clothes, k = 32"] > 4 * errors["digits, k = 32"]

    pca = theory.principal_components(x.reshape(-1, 784))
    denoiser = networks.read("digits with noise")
    for sigma in (0, 0.1, 0.25, 0.5, 1, 1.25, 1.5):
        noisy = data.add_noise(clean, sigma, seed=0)
        W, b = theory.best_affine_denoiser(pca, sigma)
        by_network = np.mean((denoiser(noisy) - clean) ** 2)
        by_pca = np.mean((noisy @ W + b - clean) ** 2)
        assert (by_network < by_pca) == (0.25 <= sigma <= 1), sigma


@pytest.mark.parametrize("damage", ["missing", "damaged"])
def test_a_damaged_file_is_named_and_how_to_restore_it(damage, tmp_path, monkeypatch):
    for path in networks.FOLDER.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    monkeypatch.setattr(networks, "FOLDER", tmp_path)
    file = tmp_path / "digits_k_8.npz"
    raw = file.read_bytes()
    file.unlink()
    if damage == "damaged":
        file.write_bytes(raw[:-1] + b"x")
    error = FileNotFoundError if damage == "missing" else OSError
    with pytest.raises(error, match=rf"digits_k_8\.npz is {damage}.*git checkout"):
        networks.read("digits, k = 8")
