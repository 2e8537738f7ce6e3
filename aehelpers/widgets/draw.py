"""Draw: an image goes through autoencoders in the page while it is drawn.

A wrong argument raises TypeError or ValueError.
"""

import html

from aehelpers import arguments as arg
from aehelpers import data, learn
from aehelpers.learn.models import INPUT_SIZE, network
from aehelpers.show import display_live, image_rows
from aehelpers.widgets.network import export
from aehelpers.widgets.script import script, style
import anywidget
import numpy as np
import traitlets

MOST_IMAGES = 200  # in the page, to begin from
LEAST_LOSS = 1e-9  # of a network that copies, so that other losses can be divided by it


class Draw(anywidget.AnyWidget):
    """A canvas to draw on, and what autoencoders make of the drawing, at once.

    It needs no kernel: the networks are part of the page. Beside the drawing it shows what the
    networks get; then for each network the code, whose numbers can be changed too, the
    reconstruction, where it errs, and the loss in comparison with that of usual images.

    Parameters
    ----------
    autoencoders : dict of str to keras.Model
        One to three networks of dense layers, from 784 pixels to 784, with a layer ``essence``.
    images : numpy.ndarray of uint8, shape (n, 784)
        At least two images, such as test images. The loss of each network on all of them is what
        counts as usual; the first 200 can be chosen in place of a drawing.
    """

    _esm = script("parts.js", "network.js", "draw.js")
    _css = style("draw.css")
    networks = traitlets.List().tag(sync=True)  # draw.js describes all of these
    weights = traitlets.Bytes().tag(sync=True)
    images = traitlets.Bytes().tag(sync=True)

    @arg.checked(
        autoencoders=arg.mapping(network(INPUT_SIZE, INPUT_SIZE), most=3),
        images=arg.pixels(INPUT_SIZE),
    )
    def __init__(self, autoencoders, images):
        exported = {name: export(autoencoder) for name, autoencoder in autoencoders.items()}
        self._autoencoders, self._first = autoencoders, images[:8]
        super().__init__(
            networks=[
                {"name": name, "layers": layers} | _usual(autoencoders[name], layers, images)
                for name, (layers, _) in exported.items()
            ],
            weights=b"".join(weights for _, weights in exported.values()),
            images=images[:MOST_IMAGES].tobytes(),
        )

    def _ipython_display_(self):
        display_live(self, *self.still())

    def still(self):
        """Return (data, metadata) of a still figure, for readers without a kernel."""
        scaled = data.scale(self._first)
        rows = {"images": scaled}
        rows |= {name: np.asarray(model(scaled)) for name, model in self._autoencoders.items()}
        bundle, metadata = image_rows(rows, "What the networks make of images")._repr_mimebundle_()
        text = "Run this cell to draw an image of your own, and to see what they make of it."
        bundle["text/html"] += f"<p>{html.escape(text)}</p>"
        return bundle, metadata


def _usual(autoencoder, layers, images):
    """Return what is usual for a network: its codes, its loss, and how many layers encode."""
    encoder = learn.encoder_of(autoencoder)
    codes = np.abs(np.asarray(encoder(data.scale(images[:MOST_IMAGES]))))
    return {
        "encodes": [layer["name"] for layer in layers].index("essence") + 1,
        "span": np.maximum(codes.max(axis=0), 1e-3).round(3).tolist(),
        "loss": max(learn.reconstruction_loss(autoencoder, images), LEAST_LOSS),
    }
