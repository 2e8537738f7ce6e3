"""The networks are the article's, and their parts share weights."""

from aehelpers.learn import models
from hypothesis import given, settings
from hypothesis import strategies as st
import numpy as np
import pytest

ARTICLE_LAYERS = [
    ("input", 784, None),
    ("encoder1", 512, "relu"),
    ("encoder2", 256, "relu"),
    ("encoder3", 128, "relu"),
    ("essence", 64, "relu"),
    ("decoder1", 128, "relu"),
    ("decoder2", 256, "relu"),
    ("decoder3", 512, "relu"),
    ("reconstructed_input", 784, "relu"),
]


def described(model):
    return [
        (
            layer.name,
            layer.output.shape[-1],
            getattr(getattr(layer, "activation", None), "__name__", None),
        )
        for layer in model.layers
    ]


def test_the_default_is_the_network_of_the_article():
    assert described(models.build_autoencoder()) == ARTICLE_LAYERS


def test_arguments_reach_the_layers():
    model = models.build_autoencoder(5, (20, 10), "elu", None, "sigmoid")
    assert [size for _, size, _ in described(model)] == [784, 20, 10, 5, 10, 20, 784]
    activations = [activation for _, _, activation in described(model)]
    assert activations == [None, "elu", "elu", "linear", "elu", "elu", "sigmoid"]


@settings(max_examples=10)
@given(st.integers(1, 40), st.lists(st.integers(1, 30), max_size=3))
def test_encoder_then_decoder_is_the_autoencoder(code_size, hidden_sizes):
    model = models.build_autoencoder(code_size, hidden_sizes)
    images = np.random.default_rng(0).random((3, 784), np.float32)
    code = models.encoder_of(model)(images)
    assert code.shape == (3, code_size)
    np.testing.assert_allclose(models.decoder_of(model)(code), model(images), rtol=1e-5, atol=1e-6)


def test_the_parts_share_their_weights_with_the_whole():
    model = models.build_autoencoder(4, (8,))
    encoder, decoder = models.encoder_of(model), models.decoder_of(model)
    model.set_weights([np.full_like(w, 0.5) for w in model.get_weights()])
    assert all((w == 0.5).all() for part in (encoder, decoder) for w in part.get_weights())
    assert encoder.count_params() + decoder.count_params() == model.count_params()


def test_the_classifier_heads_of_the_article():
    assert [size for _, size, _ in described(models.build_classifier())] == [784, 128, 64, 10]
    encoder = models.encoder_of(models.build_autoencoder())
    deep = models.build_classifier(encoder)
    assert [size for _, size, _ in described(deep)] == [784, 64, 128, 64, 10]
    assert deep.layers[1] is encoder
    probabilities = deep(np.ones((2, 784), np.float32)).numpy()
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-5)


@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        ({"code_size": 0}, ValueError),
        ({"code_size": -3}, ValueError),
        ({"code_size": 2.0}, TypeError),
        ({"code_size": True}, TypeError),
        ({"code_size": "64"}, TypeError),
        ({"hidden_sizes": (512, 0)}, ValueError),
        ({"hidden_sizes": (512, None)}, TypeError),
    ],
)
def test_impossible_sizes(arguments, error):
    with pytest.raises(error, match=next(iter(arguments))):
        models.build_autoencoder(**arguments)


@pytest.mark.parametrize("arguments", [{"n_classes": 0}, {"hidden_sizes": (0,)}])
def test_impossible_classifiers(arguments):
    with pytest.raises(ValueError, match=next(iter(arguments))):
        models.build_classifier(**arguments)


@pytest.mark.parametrize("part", [models.encoder_of, models.decoder_of])
def test_a_model_without_a_code_layer(part):
    with pytest.raises(ValueError, match="no layer named 'essence', only input, hidden1"):
        part(models.build_classifier())
