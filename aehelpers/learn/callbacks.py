"""Callbacks that keep what a network makes of a few images while it trains.

A wrong argument raises TypeError or ValueError.
"""

import time

from aehelpers import arguments as arg
from aehelpers.learn.memory import keras
import numpy as np


class Snapshots(keras.callbacks.Callback):
    """Keeps what the model makes of a few images after chosen numbers of updates.

    Parameters
    ----------
    images : numpy.ndarray of float32, shape (n, m), 0 to 1
    updates : sequence of int
        Numbers of updates of the weights; 0 is before training. Numbers that the training
        does not reach are left out.

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
    """Keeps what the model makes of a few images at chosen times, and ends the training then.

    The clock starts where the training does, so compilation counts; it stands still while the
    outputs are computed. For each time it keeps the state after the first update that ends then
    or later. Times that pass during the very first update, which compiles, keep the first weights.

    Parameters
    ----------
    images : numpy.ndarray of float32, shape (n, m), 0 to 1
    seconds : sequence of float, above 0 and increasing
        The training ends at the last of them.

    Attributes
    ----------
    outputs : dict of float to numpy.ndarray
        For each number of seconds that was reached, the model's outputs for `images`.
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
