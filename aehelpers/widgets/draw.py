"""Draw: an image goes through autoencoders in the page while it is drawn.

A wrong argument raises TypeError or ValueError.
"""

from aehelpers import arguments as arg
from aehelpers import data
from aehelpers.networks import INPUT_SIZE, as_autoencoders, reconstruction_loss
from aehelpers.show import image_rows
from aehelpers.widgets.network import MOST_IMAGES, NetworkWidget
from aehelpers.widgets.script import script
import numpy as np

BEYOND = 1.2  # how far sliders go, in proportion to usual codes
LEAST_LOSS = 1e-9  # of a network that copies, so that other losses can be divided by it


class Draw(NetworkWidget):
    """A canvas to draw on, and what autoencoders make of the drawing, at once.

    It needs no kernel: the networks are part of the page. Beside the drawing it shows what the
    networks get; then for each network the code, whose numbers can be changed too, the
    reconstruction, where it errs, and the loss in comparison with that of usual images.

    Parameters
    ----------
    autoencoders : dict of str to keras.Model or networks.DenseNetwork
        One to four networks of dense layers, from 784 pixels to 784, with a layer ``essence``.
    images : numpy.ndarray of uint8, shape (n, 784)
        Images such as test images. The loss of each network on all of them is what counts as
        usual; the first 200 can be chosen in place of a drawing.
    """

    _esm = script("parts.js", "network.js", "draw.js")
    invitation = "Run this cell to draw an image of your own, and to see what they make of it."

    @arg.checked(autoencoders=arg.mapping(most=4), images=arg.pixels(INPUT_SIZE))
    def __init__(self, autoencoders, images):
        self._networks, self._first = as_autoencoders("autoencoders", autoencoders), images[:8]
        about = [_usual(network, images) for network in self._networks.values()]
        super().__init__(self._networks, about, images[:MOST_IMAGES])

    def figure(self):
        """Return what the networks make of the first images."""
        scaled = data.scale(self._first)
        rows = {name: network(scaled) for name, network in self._networks.items()}
        return image_rows({"images": scaled} | rows, "What the networks make of images")


def _usual(network, images):
    """Return what is usual for a network: from where to where its codes go, and its loss."""
    codes = network.encode(data.scale(images[:MOST_IMAGES]))
    low, high = BEYOND * codes.min(axis=0).clip(max=0), BEYOND * codes.max(axis=0).clip(min=0)
    if network.layers[network.n_encoding - 1].activation in ("sigmoid", "softmax"):
        low, high = low.clip(0, 1), high.clip(0, 1)
    high = np.maximum(high, low + 1e-3)  # a number that is always 0 has a slider, too
    loss = max(reconstruction_loss(network, images), LEAST_LOSS)
    return {"ranges": np.stack([low, high], axis=1).round(3).tolist(), "loss": loss}
