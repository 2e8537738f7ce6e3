"""A callback keeps what the model makes of a few images after chosen updates."""

from aehelpers import learn
import numpy as np

from tests.learn.common import few_images, fit, small_model


def test_snapshots_are_taken_after_the_wanted_updates():
    model = small_model()
    images = few_images(5) / np.float32(255)
    before = model(images).numpy()
    snapshots = learn.Snapshots(images, [0, 1, 10, 10_000])
    fit(model, few_images(), epochs=2, validation_fraction=0, callbacks=[snapshots])
    assert list(snapshots.outputs) == [0, 1, 10]
    np.testing.assert_array_equal(snapshots.outputs[0], before)
    assert (snapshots.outputs[1] != before).any()
