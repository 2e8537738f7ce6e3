"""What widgets have in common that run networks in the page.

A wrong argument raises TypeError or ValueError.
"""

from aehelpers.widgets.script import style
from aehelpers.widgets.still import LiveWithFigure
import anywidget
import traitlets

MOST_BYTES = 3_000_000  # of one widget; base64 makes 4 MB of them in a notebook
MOST_IMAGES = 200  # in the page, to choose from


class NetworkWidget(LiveWithFigure, anywidget.AnyWidget):
    """A widget whose networks and images are part of the page, so that it needs no kernel."""

    _css = style("touch.css")
    networks = traitlets.List().tag(sync=True)  # draw.js describes all of these
    weights = traitlets.List().tag(sync=True)
    images = traitlets.Bytes().tag(sync=True)

    def __init__(self, networks, about, images, **traits):
        """Take `DenseNetwork` by name, what else the page needs of each, and rows of pixels."""
        # Each by itself, so that a page stores a network of several widgets once.
        weights = list(map(_weights, networks.values()))
        size = sum(map(len, weights)) + images.nbytes
        if size > MOST_BYTES:
            raise ValueError(
                f"the networks and images have {size:,} bytes; expected at most {MOST_BYTES:,} "
                "for a page: show fewer, or smaller ones"
            )
        described = [
            {"name": name, "layers": _layers(network), "encodes": network.n_encoding} | known
            for (name, network), known in zip(networks.items(), about)
        ]
        super().__init__(networks=described, weights=weights, images=images.tobytes(), **traits)


def _layers(network):
    """Return what network.js needs to know of the layers."""
    keys = ("name", "inputs", "units", "activation")
    return [
        dict(zip(keys, (layer.name, *layer.kernel.shape, layer.activation)))
        for layer in network.layers
    ]


def _weights(network):
    """Return for each layer its kernel, row by row, and its biases, as little-endian float16."""
    parts = [part for layer in network.layers for part in (layer.kernel, layer.biases)]
    return b"".join(part.astype("<f2").tobytes() for part in parts)
