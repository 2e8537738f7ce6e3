"""The reconstruction loss and the accuracy of a network.

A wrong argument raises TypeError or ValueError.
"""

from aehelpers import arguments as arg
from aehelpers.data import scale
from aehelpers.learn.models import network
import numpy as np

CHUNK = 1000  # images passed to a network at once


@arg.checked(autoencoder=network("m", "m"), images=arg.pixels())
def reconstruction_loss(autoencoder, images):
    """Return the mean squared error between images and their reconstructions.

    Parameters
    ----------
    autoencoder : keras.Model
    images : numpy.ndarray of uint8, shape (n, m), 0 to 255

    Returns
    -------
    float
        Mean over images and pixels, with pixels scaled to 0..1.
    """
    squares = 0.0
    for chunk in chunks(images):
        clean = scale(chunk)
        squares += float(np.square(np.asarray(autoencoder(clean)) - clean).sum(dtype=np.float64))
    return squares / images.size


@arg.checked(
    classifier=network("m", "classes"), images=arg.pixels(), labels=arg.indices("n", "classes")
)
def accuracy(classifier, images, labels):
    """Return the fraction of images whose most probable class is their label.

    Parameters
    ----------
    classifier : keras.Model
    images : numpy.ndarray of uint8, shape (n, m), 0 to 255
    labels : numpy.ndarray of int, shape (n,)

    Returns
    -------
    float
        0 to 1.
    """
    return float(np.mean(most_probable(classifier, images) == labels))


def most_probable(classifier, images):
    """Return the class that a classifier finds most probable for each of uint8 images (n, m)."""
    return outputs(classifier, images).argmax(axis=1)


def outputs(function, images):
    """Return what a function, such as a network, makes of uint8 images (n, m), chunk by chunk."""
    return np.concatenate([np.asarray(function(scale(chunk))) for chunk in chunks(images)])


def chunks(images):
    """Return images (n, m) in chunks small enough to be processed at once in 2 GB."""
    return [images[start : start + CHUNK] for start in range(0, len(images), CHUNK)]
