"""The loss and the accuracy are what one computes by hand, also where the last chunk is short."""

from aehelpers import learn
import numpy as np
import pytest

from tests.learn.common import few_images, small_model

IMAGES = few_images(1_100)
CLEAN = IMAGES / np.float32(255)


def test_the_loss_is_the_mean_over_images_and_pixels():
    model = small_model()
    by_hand = np.mean((np.asarray(model(CLEAN)) - CLEAN) ** 2)
    assert learn.reconstruction_loss(model, IMAGES) == pytest.approx(by_hand, rel=1e-5)


def test_the_accuracy_is_the_share_of_images_whose_most_probable_class_is_the_label():
    classifier = learn.build_classifier()
    labels = np.asarray(classifier(CLEAN)).argmax(axis=1)
    labels[-11:] = (labels[-11:] + 1) % 10
    assert learn.accuracy(classifier, IMAGES, labels) == 1 - 11 / 1_100
