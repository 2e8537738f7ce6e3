"""Callbacks keep what the model makes of a few images at chosen moments."""

import types

from aehelpers import learn
from aehelpers.learn import callbacks, training
from aehelpers.learn.memory import keras
import numpy as np
import pytest

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


class Clock(keras.callbacks.Callback):
    """A clock on which every update takes a quarter of a second, however long it takes here."""

    now = 0.0

    def perf_counter(self):
        return self.now

    def on_train_batch_end(self, batch, logs=None):
        self.now += 0.25


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    time = types.SimpleNamespace(perf_counter=clock.perf_counter)
    for module in (callbacks, training):
        monkeypatch.setattr(module, "time", time)
    return clock


def test_a_stopwatch_keeps_the_states_at_its_times_and_ends_the_training(clock):
    model, images = small_model(), few_images(5).astype(np.float32) / 255
    watch = learn.Stopwatch(images, [0.1, 0.2, 0.5, 0.9, 1.25])
    states = learn.Snapshots(images, [0, 1, 2, 4, 5])
    endless = {"epochs": 1, "updates_per_epoch": 10**6, "validation_fraction": 0}
    history = fit(model, few_images(), callbacks=[clock, states, watch], **endless)
    # The times that pass in the first update keep the first weights.
    updates = {0.1: 0, 0.2: 0, 0.5: 2, 0.9: 4, 1.25: 5}
    assert list(watch.outputs) == list(updates)
    for second, update in updates.items():
        np.testing.assert_array_equal(watch.outputs[second], states.outputs[update])
    assert (watch.outputs[0.5] != watch.outputs[0.2]).any()
    assert int(model.optimizer.iterations) == 5
    assert history.seconds == 1.25


def test_a_stopwatch_stands_still_while_it_computes_outputs(clock):
    images = few_images(5).astype(np.float32) / 255
    watch = learn.Stopwatch(images, [1.0, 2.0, 3.0])

    def slow_model(images):
        clock.now += 1.5
        return images

    watch.set_model(slow_model)
    watch.on_train_begin()
    for seconds in (1.05, 1.05, 0.5):  # with the model's 1.5 s, the third time would have passed
        clock.now += seconds
        watch.on_train_batch_end(0)
    assert list(watch.outputs) == [1.0, 2.0]
