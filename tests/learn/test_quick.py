"""A training of few updates begins well and makes large steps."""

from aehelpers import learn
from aehelpers.learn.memory import keras
import numpy as np
import pytest

from tests.learn.common import few_images, fit, small_model


def test_the_quick_optimizer_warms_up_and_cools_down():
    optimizer = learn.quick_adam(0.01, 200)
    assert optimizer.beta_2 == 0.95
    schedule = optimizer._learning_rate
    rates = np.array([float(schedule(step)) for step in range(201)])
    assert rates[0] == pytest.approx(0.001)
    assert rates.argmax() == 20
    assert rates.max() == pytest.approx(0.01)
    assert rates[200] == pytest.approx(0, abs=1e-9)
    assert (np.diff(rates[:21]) > 0).all()
    assert (np.diff(rates[20:]) < 0).all()


def test_the_quick_optimizer_learns_more_in_few_updates_than_plain_adam():
    losses = {}
    for name, optimizer in {"quick": learn.quick_adam(0.02, 60), "plain": "adam"}.items():
        model = small_model()
        model.compile(optimizer, "mse", jit_compile=False)
        fit(model, few_images(), epochs=1, updates_per_epoch=60, validation_fraction=0)
        losses[name] = learn.reconstruction_loss(model, few_images(seed=1))
    assert losses["quick"] < 0.7 * losses["plain"]


@pytest.mark.parametrize("activation", [None, "relu", "sigmoid"])
def test_an_autoencoder_can_start_at_the_mean_image(activation):
    autoencoder = learn.build_autoencoder(4, (), "elu", None, activation)
    images = np.clip(few_images(500), 10, 240)
    learn.start_at_mean(autoencoder, images)
    black = keras.ops.zeros((1, 784))  # its code is 0, so only the biases of the last layer count
    np.testing.assert_allclose(autoencoder(black)[0], images.mean(axis=0) / 255, atol=1e-5)


def test_pixels_that_are_always_black_keep_a_finite_bias_under_a_sigmoid():
    autoencoder = learn.build_autoencoder(4, (), "elu", None, "sigmoid")
    learn.start_at_mean(autoencoder, np.zeros((3, 784), np.uint8))
    np.testing.assert_allclose(autoencoder(keras.ops.zeros((1, 784)))[0], 0.005, atol=1e-6)
