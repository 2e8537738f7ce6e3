"""Callbacks that record the outputs of a network for a few images while it trains.

A wrong argument raises TypeError or ValueError.
"""

import time

from aehelpers import arguments as arg
from aehelpers.learn.memory import keras
import numpy as np


class Snapshots(keras.callbacks.Callback):
    """Record the outputs of the model for a few images after given numbers of updates.

    Parameters
    ----------
    images : numpy.ndarray of float32, shape (n, m), 0 to 1
    updates : sequence of int
        Numbers of updates; 0 is before training. Numbers that training does not reach are
        left out.

    Attributes
    ----------
    outputs : dict of int to numpy.ndarray
        For each number of updates, the model's outputs for `images`.
    """

    @arg.checked(images=arg.scaled_pixels(), updates=arg.sequence(arg.integer()))
    def __init__(self, images, updates):
        super().__init__()
        self.images, self.wanted = images, frozenset(updates)
        self.outputs = {}
        self.updates = 0

    def on_train_begin(self, logs=None):
        self._keep()

    def on_train_batch_end(self, batch, logs=None):
        self.updates += 1
        self._keep()

    def _keep(self):
        if self.updates in self.wanted:
            self.outputs[self.updates] = np.asarray(self.model(self.images))


class Stopwatch(keras.callbacks.Callback):
    """Record the outputs of the model for a few images at given times, then end training.

    The clock starts with training, so compilation counts; it stops while outputs are computed. For
    each time, the outputs are those after the first update that ends at that time or later. Times
    that pass during the very first update, which compiles, get the outputs before training.

    Parameters
    ----------
    images : numpy.ndarray of float32, shape (n, m), 0 to 1
    seconds : sequence of float, at least 0.001 and increasing
        Training ends at the last one.

    Attributes
    ----------
    outputs : dict of float to numpy.ndarray
        For each time that was reached, the model's outputs for `images`.
    """

    @arg.checked(images=arg.scaled_pixels(), seconds=arg.increasing(1e-3))
    def __init__(self, images, seconds):
        super().__init__()
        self.images, self.seconds = images, list(seconds)
        self.outputs = {}

    def on_train_begin(self, logs=None):
        self._left, self._updates = self.seconds, 0
        self._latest = np.asarray(self.model(self.images))
        self._started = time.perf_counter()

    def on_train_batch_end(self, batch, logs=None):
        now = time.perf_counter()
        self._updates += 1
        due = [second for second in self._left if second <= now - self._started]
        if due:
            if self._updates > 1:
                self._latest = np.asarray(self.model(self.images))
            self.outputs |= dict.fromkeys(due, self._latest)
            self._left = self._left[len(due) :]
            self.model.stop_training = not self._left
            self._started += time.perf_counter() - now
