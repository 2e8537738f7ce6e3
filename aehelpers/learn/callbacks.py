"""A callback that records the outputs of a network for a few images while it trains.

A wrong argument raises TypeError or ValueError.
"""

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
