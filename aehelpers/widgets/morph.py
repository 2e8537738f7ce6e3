"""Morph: the way from one image to another. A wrong argument raises TypeError or ValueError."""

from aehelpers import arguments as arg
from aehelpers import data
from aehelpers.networks import INPUT_SIZE, as_autoencoders
from aehelpers.show import image_rows
from aehelpers.widgets.network import MOST_IMAGES, NetworkWidget
from aehelpers.widgets.script import script
import numpy as np


class Morph(NetworkWidget):
    """Two images, and a slider from one to the other: in the pixels, and in the code.

    It needs no kernel: the networks are part of the page.

    Parameters
    ----------
    autoencoders : dict of str to keras.Model or networks.DenseNetwork
        One to four networks of dense layers, from 784 pixels to 784, with a layer ``essence``.
    images : numpy.ndarray of uint8, shape (n, 784)
        At least two images, such as test images; the first 200 can be chosen.
    """

    _esm = script("parts.js", "network.js", "morph.js")
    invitation = "Run this cell to choose two images, and to move between them."

    @arg.checked(autoencoders=arg.mapping(most=4), images=arg.pixels(INPUT_SIZE))
    def __init__(self, autoencoders, images):
        if len(images) < 2:
            raise ValueError("images has 1 row; expected at least 2")
        self._networks, self._ends = as_autoencoders("autoencoders", autoencoders), images[:2]
        super().__init__(self._networks, [{}] * len(autoencoders), images[:MOST_IMAGES])

    def figure(self):
        """Return steps from the first image to the second."""
        ends = data.scale(self._ends)
        rows = {"in the pixels": _between(ends)}
        for name, network in self._networks.items():
            rows[name] = network.decode(_between(network.encode(ends)))
        return image_rows(rows, "From one image to another")


def _between(ends):
    return np.linspace(*ends, 8, dtype=np.float32)
