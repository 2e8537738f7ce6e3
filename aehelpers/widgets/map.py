"""Map: all codes of two numbers, and what a decoder makes of them.

A wrong argument raises TypeError or ValueError.
"""

from aehelpers import arguments as arg
from aehelpers.networks import INPUT_SIZE, as_autoencoders, codes_of
from aehelpers.show import image_rows
from aehelpers.widgets.network import NetworkWidget
from aehelpers.widgets.script import script
import numpy as np
import traitlets

CELLS = 15  # of the map in each direction; map.js has the same
SHOWN = 400  # images whose codes are drawn
TAIL = 0.5  # percent of the images that may lie beyond each side of the map


class Map(NetworkWidget):
    """A map of all codes with k = 2, and a point to drag over it.

    It needs no kernel: the networks are part of the page. In each cell is what the decoder makes
    of the code in its middle. Over it are the codes of the first 400 images, and beside it what
    the decoder makes of the point, and the images whose codes are nearest.

    Parameters
    ----------
    autoencoders : dict of str to keras.Model or networks.DenseNetwork
        One or two networks of dense layers, from 784 pixels to 784, with a layer ``essence`` of
        two units.
    images : numpy.ndarray of uint8, shape (n, 784)
        Images such as test images. Cells where none of them has its code are hatched.
    labels : numpy.ndarray of int, shape (n,), optional
        The class of each image, only to look at.
    class_names : sequence of str, optional
        Their names, needed with `labels`.
    """

    _esm = script("parts.js", "network.js", "map.js")
    invitation = "Run this cell to move over the map."
    labels = traitlets.List().tag(sync=True)
    names = traitlets.List().tag(sync=True)

    @arg.checked(
        autoencoders=arg.mapping(most=2),
        images=arg.pixels(INPUT_SIZE),
        class_names=arg.sequence(str),
        labels=arg.optional(arg.array(arg.INTEGERS, "n")),
    )
    def __init__(self, autoencoders, images, labels=None, class_names=()):
        if labels is not None:
            arg.indices(len(images), len(class_names)).check("labels", labels, {})
        self._networks = as_autoencoders("autoencoders", autoencoders, code_size=2)
        about = [_extent(codes_of(network, images)) for network in self._networks.values()]
        super().__init__(
            self._networks,
            about,
            images[:SHOWN],
            labels=[] if labels is None else labels[:SHOWN].tolist(),
            names=list(class_names),
        )

    def figure(self):
        """Return what the decoders make of codes from one corner of the map to the other."""
        rows = {}
        for (name, network), known in zip(self._networks.items(), self.networks):
            ends = np.array(known["extent"], np.float32).T
            rows[name] = network.decode(np.linspace(*ends, 8, dtype=np.float32))
        return image_rows(rows, "From the bottom left of the map to its top right")


def _extent(codes):
    """Return the ranges of two numbers, and for each cell of the map whether it holds no code."""
    ends = np.percentile(codes, [TAIL, 100 - TAIL], axis=0)
    counts, *_ = np.histogram2d(*codes.T, CELLS, ends.T)
    rows = counts.T[::-1]  # the largest second number on top
    return {"extent": ends.T.tolist(), "empty": (rows == 0).ravel().tolist()}
