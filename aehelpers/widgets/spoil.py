"""Spoil: an image with noise, and what takes it out.

A wrong argument raises TypeError or ValueError.
"""

from aehelpers import arguments as arg
from aehelpers import data, networks, theory
from aehelpers.networks import INPUT_SIZE, as_autoencoders
from aehelpers.show import image_rows
from aehelpers.widgets.network import MOST_IMAGES, NetworkWidget
from aehelpers.widgets.script import script
import numpy as np
import traitlets

SIGMA = 0.5  # at the beginning, and in the still figure


class Spoil(NetworkWidget):
    """An image to spoil with noise and with black, and what denoisers make of it.

    It needs no kernel: the denoisers are part of the page. Noise of any sigma lies on the whole
    image; brushes add more of it, or black. Beside it are the image as it is, what the best affine
    denoiser for that sigma makes of it, and what the networks make of it, each with its MSE.

    Parameters
    ----------
    denoisers : dict of str to keras.Model or networks.DenseNetwork
        One or two networks of dense layers, from 784 pixels to 784, with a layer ``essence``.
    images : numpy.ndarray of uint8, shape (n, 784)
        Images such as test images; the first 200 can be chosen.
    pca : theory.PCA
        The principal components of the training images, from which the best affine denoiser for
        each sigma is made.
    """

    _esm = script("parts.js", "network.js", "spoil.js")
    invitation = "Run this cell to spoil images yourself."
    variances = traitlets.List().tag(sync=True)
    mean = traitlets.List().tag(sync=True)

    @arg.checked(
        denoisers=arg.mapping(most=2), images=arg.pixels(INPUT_SIZE), pca=theory.COMPONENTS
    )
    def __init__(self, denoisers, images, pca):
        self._networks = as_autoencoders("denoisers", denoisers)
        self._pca, self._first = pca, images[:8]
        varying = int(np.count_nonzero(pca.eigenvalues))
        to_components, _ = networks.pca(pca, varying).layers  # the page turns it round itself
        whole = {"PCA": networks.DenseNetwork([to_components])}
        super().__init__(
            self._networks | whole,
            [{}] * (len(denoisers) + 1),
            images[:MOST_IMAGES],
            variances=pca.eigenvalues[:varying].tolist(),
            mean=pca.mean.tolist(),
        )

    def figure(self):
        """Return what is made of the first images at the sigma of the beginning."""
        noisy = data.add_noise(data.scale(self._first), SIGMA, seed=0)
        W, b = theory.best_affine_denoiser(self._pca, SIGMA)
        rows = {"with noise": noisy, "best affine denoiser": np.float32(noisy @ W + b)}
        rows |= {name: network(noisy) for name, network in self._networks.items()}
        return image_rows(rows, f"What denoisers make of images with noise of sigma {SIGMA}")
