"""Images as NumPy arrays: three collections of this package, and folders of one's own.

A wrong argument raises TypeError or ValueError.
"""

import io
from pathlib import Path
import string
import tempfile

from aehelpers import arguments as arg
from aehelpers import files
from aehelpers.folder import Folder, load_folder, load_saved  # noqa: F401
import numpy as np
from PIL import Image

CLOTHES = "T-shirt/top, Trouser, Pullover, Dress, Coat, Sandal, Shirt, Sneaker, Bag, Ankle boot"
CLASS_NAMES = {
    "mnist": tuple(string.digits),
    "fashion_mnist": tuple(CLOTHES.split(", ")),
    "letters": tuple(string.ascii_uppercase),
}

# The SHA-256 of each archive, as tools/datasets.py or tools/letters.py prints it.
SHA256 = {
    "mnist": "06af5dfe73b70e3bc1c36439982b18a8d76803db9b544f6fdf838a37fbb01b64",
    "fashion_mnist": "5b6d2c4c694a91887af8ab7d039c04f80af3c29378d731c93a538d2e831aa469",
    "letters": "b9dde8612a8b8a368c920e90c539b9e01448d1466da52d0c3fb0f41454c7e7e4",
}

N_TRAINING = 60_000  # images to train on, each with its label, in MNIST and in Fashion-MNIST
LARGEST_SEED = 2**32 - 1  # the largest that NumPy, Keras and TensorFlow all accept
LARGEST_SIGMA = 1e6  # in units of a pixel; noise far above it would overflow float32

# Kinds of arguments that several modules share.
NAME = arg.one_of(*CLASS_NAMES)
SEED = arg.integer(0, LARGEST_SEED)
SIGMA = arg.number(0, LARGEST_SIGMA)

FOLDER = Path(__file__).parent / "datasets"
_temporary = []  # folders that last as long as the kernel


@arg.checked(name=NAME)
def load(name):
    """Return one data set, in the format of ``keras.datasets.mnist.load_data()``.

    Parameters
    ----------
    name : {"mnist", "fashion_mnist", "letters"}
        Handwritten digits; clothes; printed capitals A to Z, where no typeface of the test images
        is among the training images.

    Returns
    -------
    (x_train, y_train), (x_test, y_test) : tuples of numpy.ndarray
        Images: uint8, shapes (n, 28, 28), 0 (background) to 255. Labels: uint8, shapes (n,), from
        0; `class_names` returns their names.

        ================  ========  =======  =======
        name              training  test     classes
        ================  ========  =======  =======
        "mnist"           60,000    10,000   10
        "fashion_mnist"   60,000    10,000   10
        "letters"         13,572    2,782    26
        ================  ========  =======  =======

    Raises
    ------
    FileNotFoundError
        If the file is missing.
    OSError
        If the file differs from the published one in any byte.
    """
    content = files.read_installed(FOLDER / f"{name}.npz", SHA256[name], "data file")
    with np.load(io.BytesIO(content), allow_pickle=False) as archive:
        return tuple((archive[f"x_{part}"], archive[f"y_{part}"]) for part in ("train", "test"))


@arg.checked(name=NAME)
def class_names(name):
    """Return the names of the classes of a data set, from class 0 on, as a tuple of str."""
    return CLASS_NAMES[name]


def letters_as_files():
    """Write the training images of the letters as PNG files into a temporary folder.

    Returns
    -------
    str
        The path of the folder, with one subfolder for each letter. It is removed when Python ends.
    """
    (images, labels), _ = load("letters")
    _temporary.append(tempfile.TemporaryDirectory(prefix="letters-"))
    root = Path(_temporary[-1].name)
    for name in CLASS_NAMES["letters"]:
        (root / name).mkdir()
    for number, (image, label) in enumerate(zip(images, labels)):
        path = root / CLASS_NAMES["letters"][label] / f"{number:05}.png"
        Image.fromarray(image).save(path, compress_level=1)
    return str(root)


def scale(images):
    """Map pixels from 0..255 to 0..1.

    Parameters
    ----------
    images : numpy.ndarray of uint8, any shape

    Returns
    -------
    numpy.ndarray of float32, the same shape, in [0, 1]
    """
    is_array = isinstance(images, np.ndarray)
    if is_array and images.dtype == np.uint8:
        return images.astype(np.float32) / np.float32(255)
    hint = ""
    is_scaled = is_array and images.dtype.kind == "f" and images.size > 0
    if is_scaled and images.min() >= 0 and images.max() <= 1:
        hint = (
            ". These lie between 0 and 1, so this cell has probably run before: go on with the "
            "next cell, or run the one that loads the images and then this one"
        )
    found = arg.shown(images)
    raise TypeError(f"images is {found}; expected a NumPy array of uint8, pixels 0 to 255{hint}")


@arg.checked(labels=arg.array(arg.INTEGERS, "n"), seed=SEED)
def labeling_order(labels, seed):
    """Return an order in which to label images so that the first n are always balanced.

    For any n, the first n indices contain each class equally often, to within one, until a
    class runs out. A larger set of labels contains every smaller one.

    Parameters
    ----------
    labels : numpy.ndarray of int, shape (n,)
    seed : int
        Determines the order within each class.

    Returns
    -------
    numpy.ndarray of int64, shape (n,)
        A permutation of 0..n-1.
    """
    shuffled = np.random.default_rng(seed).permutation(len(labels))
    turn = np.empty(len(labels), np.int64)  # for each image, how many of its class come before it
    for label in np.unique(labels):
        members = labels[shuffled] == label
        turn[members] = np.arange(members.sum())
    return shuffled[np.argsort(turn, kind="stable")]


@arg.checked(images=arg.array({"f": "floats, such as `scale` returns"}), sigma=SIGMA, seed=SEED)
def add_noise(images, sigma, seed):
    """Add independent noise from N(0, sigma^2) to every pixel, without clipping.

    Clipping to 0..1 would change the noise: its mean would depend on the pixel.

    Parameters
    ----------
    images : numpy.ndarray of float32 or float64, any shape
    sigma : float, at least 0
        The standard deviation, in units of a pixel.
    seed : int
        The same seed draws the same noise; `sigma` only scales it.

    Returns
    -------
    numpy.ndarray of float32, the same shape
    """
    noise = np.random.default_rng(seed).standard_normal(images.shape, dtype=np.float32)
    return images.astype(np.float32) + np.float32(sigma) * noise
