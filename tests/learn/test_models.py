"""The networks are the article's, and their parts share weights."""

from aehelpers import learn
from hypothesis import given, settings
from hypothesis import strategies as st
import numpy as np
import pytest


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
    encoder = ["encoder1", "encoder2", "encoder3"]
    decoder = ["decoder1", "decoder2", "decoder3"]
    names = ["input", *encoder, "essence", *decoder, "reconstructed_input"]
    sizes = [784, 512, 256, 128, 64, 128, 256, 512, 784]
    layers = described(learn.build_autoencoder())
    assert [(name, size) for name, size, _ in layers] == list(zip(names, sizes))
    assert [activation for *_, activation in layers] == [None] + ["relu"] * 8


def test_arguments_reach_the_layers():
    model = learn.build_autoencoder(5, (20, 10), "elu", None, "sigmoid")
    assert [size for _, size, _ in described(model)] == [784, 20, 10, 5, 10, 20, 784]
    activations = [activation for _, _, activation in described(model)]
    assert activations == [None, "elu", "elu", "linear", "elu", "elu", "sigmoid"]


@settings(max_examples=10)
@given(st.integers(1, 40), st.lists(st.integers(1, 30), max_size=3))
def test_encoder_then_decoder_is_the_autoencoder(code_size, hidden_sizes):
    model = learn.build_autoencoder(code_size, hidden_sizes)
    images = np.random.default_rng(0).random((3, 784), np.float32)
    code = learn.encoder_of(model)(images)
    assert code.shape == (3, code_size)
    np.testing.assert_allclose(learn.decoder_of(model)(code), model(images), rtol=1e-5, atol=1e-6)


def test_the_parts_share_their_weights_with_the_whole():
    model = learn.build_autoencoder(4, (8,))
    encoder, decoder = learn.encoder_of(model), learn.decoder_of(model)
    model.set_weights([np.full_like(w, 0.5) for w in model.get_weights()])
    assert all((w == 0.5).all() for part in (encoder, decoder) for w in part.get_weights())
    assert encoder.count_params() + decoder.count_params() == model.count_params()


def test_the_classifier_heads_of_the_article():
    assert [size for _, size, _ in described(learn.build_classifier())] == [784, 128, 64, 10]
    encoder = learn.encoder_of(learn.build_autoencoder())
    deep = learn.build_classifier(encoder)
    assert [size for _, size, _ in described(deep)] == [784, 64, 128, 64, 10]
    assert deep.layers[1] is encoder
    probabilities = deep(np.ones((2, 784), np.float32)).numpy()
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, rtol=1e-5)


@pytest.mark.parametrize("part", [learn.encoder_of, learn.decoder_of])
def test_a_model_without_a_code_layer(part):
    with pytest.raises(ValueError, match="no layer named 'essence', only input, hidden1"):
        part(learn.build_classifier())
