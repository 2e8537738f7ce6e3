"""Networks that learn from labeled and unlabeled images at once."""

import contextlib

from aehelpers import data
from aehelpers.learn import accuracy, semisupervised
from aehelpers.learn.memory import keras, tf
import numpy as np
import pytest

from tests.calls import refused
from tests.learn.common import few_images

SIZES = (32, 16, 4)
IMAGES = few_images(300)
LABELS = (IMAGES.reshape(-1, 28, 28)[:, :, 0] > 0).sum(axis=1) // 7  # 0 to 3: how far it is bright
LABELED = np.array([np.flatnonzero(label == LABELS)[i] for i in range(3) for label in range(4)])
KINDS = (
    semisupervised.NoisyClassifier,
    semisupervised.JointAutoencoder,
    semisupervised.Ladder,
    semisupervised.Agreement,
)


def made(kind, **settings):
    keras.utils.set_random_seed(0)
    if kind is semisupervised.Ladder:
        settings.setdefault("weights", (10, 1, 1, 1))
    return kind(SIZES, **settings)


def trained(kind, updates, **settings):
    model = made(kind)
    images = IMAGES[LABELED], LABELS[LABELED], IMAGES
    return model, semisupervised.fit_both(model, *images, updates=updates, **settings)


def test_the_classifier_is_the_network_without_noise():
    model, classifier = trained(semisupervised.Agreement, 20)
    logits = model.encode(data.scale(IMAGES), noisy=False)[1]
    expected = tf.nn.softmax(logits).numpy()
    np.testing.assert_allclose(classifier(data.scale(IMAGES)), expected, atol=1e-5)
    assert [layer.units for layer in classifier.layers[1:]] == list(SIZES)


@pytest.mark.parametrize("kind", KINDS)
def test_each_learns_to_name_the_images_and_does_so_again_whether_or_not_one_watches(
    monkeypatch, kind
):
    seen, watched = {}, (IMAGES[:99], LABELS[:99])

    class Spy(semisupervised.Watch):
        def finish(self):
            seen.update(self.percent)
            super().finish()

    monkeypatch.setattr(semisupervised, "Watch", Spy)
    classifier, again = (trained(kind, 130, watched=given)[1] for given in (watched, None))
    assert accuracy(classifier, IMAGES, LABELS) > 0.8
    for mine, other in zip(classifier.get_weights(), again.get_weights()):
        np.testing.assert_array_equal(mine, other)
    assert list(seen) == [11, 22, 32, 43, 54, 65, 76, 87, 98, 108, 119, 130]
    assert seen[130] == 100 * accuracy(classifier, *watched)
    assert len(set(seen.values())) > 1  # it was measured on the way


@pytest.mark.parametrize("watched", [None, (IMAGES, LABELS)])
def test_an_interrupt_ends_training_and_who_watches_keeps_the_network(monkeypatch, watched):
    def press(button, batch, logs=None):
        raise KeyboardInterrupt

    monkeypatch.setattr(semisupervised.progress.StopButton, "on_train_batch_end", press)
    passed_on = pytest.raises(KeyboardInterrupt) if watched is None else contextlib.nullcontext()
    with passed_on:
        _, classifier = trained(semisupervised.Agreement, 9, watched=watched)
        assert classifier.output_shape == (None, 4)


def test_every_layer_is_normalized_and_then_spoiled():
    model, images = made(semisupervised.NoisyClassifier, sigma=0.5), data.scale(IMAGES)
    clean, _, moments = model.encode(images, noisy=False)
    assert [len(mean) for mean, _ in moments] == list(SIZES)
    for z in clean[1:]:
        np.testing.assert_allclose(z.numpy().mean(axis=0), 0, atol=1e-4)
    noise = (model.encode(images, noisy=True)[0][0] - images).numpy()
    assert (noise.mean(), noise.std()) == pytest.approx((0, 0.5), abs=0.01)


def test_the_loss_without_labels_reaches_what_it_should():
    images = tf.constant(data.scale(IMAGES))

    def gradients(model):
        with tf.GradientTape() as tape:
            loss = model.unlabeled_loss(images)
        found = tape.gradient(loss, model.trainable_variables)
        paths = [variable.path for variable in model.trainable_variables]
        return {path for path, one in zip(paths, found) if one is not None}

    assert made(semisupervised.NoisyClassifier).unlabeled_loss(images) == 0
    ladder = made(semisupervised.Ladder)
    assert gradients(ladder) == {variable.path for variable in ladder.trainable_variables}
    # The Gamma-model has no decoder below the classes.
    gamma = made(semisupervised.Ladder, weights=(0, 0, 0, 1))
    assert list(gamma.guesses) == [3]
    assert not gamma.downward


def test_agreement_compares_with_an_answer_that_gets_no_gradient():
    model = made(semisupervised.Agreement, sigma=0.0, sharpness=1.0)
    model.compile(keras.optimizers.Adam())
    model.optimizer.iterations.assign(10_000)
    with tf.GradientTape() as tape:
        loss = model.unlabeled_loss(tf.constant(data.scale(IMAGES)))
    # Without noise both answers are the same, where cross-entropy is smallest.
    for gradient in tape.gradient(loss, model.matrices):
        np.testing.assert_allclose(gradient, 0, atol=1e-5)


def test_a_perfect_guess_costs_nothing():
    a = np.zeros((10, 2), np.float32)
    a[9] = 1  # trusts the noisy value fully
    noisy = np.array([[1.0, -2.0], [0.5, 3.0]], np.float32)
    np.testing.assert_allclose(semisupervised.combine(noisy, 0 * noisy, a), noisy)
    a[9], a[4] = 0, 7  # trusts the mean that it expects
    np.testing.assert_allclose(semisupervised.combine(noisy, 0 * noisy, a), 7)


WRONG = dict(labeled=IMAGES[:8], unlabeled=IMAGES, updates=1, model=made(KINDS[0]))
both = semisupervised.fit_both
test_wrong_calls = refused(
    [
        (KINDS[0], dict(sizes=(4,)), "sizes has length 1; expected at least 2"),
        (semisupervised.Ladder, dict(sigma=-1), "sigma is -1"),
        (both, WRONG | dict(labels=LABELS[:8], model=3), "a network of this module"),
        (both, WRONG | dict(labels=LABELS[:8] + 4), "labels goes from .* expected 0 to 3"),
        (both, WRONG | dict(labels=LABELS[:7]), "labels has shape"),
    ]
)
