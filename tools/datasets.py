"""Build aehelpers/datasets/*.npz from the IDX files of MNIST and Fashion-MNIST.

usage: python -m tools.datasets FOLDER

FOLDER holds mnist/ and fashion_mnist/, each with the four gzip-compressed IDX files
under the names that their authors gave them. Every file is checked against the SHA-256
of its uncompressed bytes before anything is written. The digest that
`aehelpers.data` expects of the finished archive is printed at the end.
"""

import gzip
import hashlib
from pathlib import Path
import sys

from aehelpers import files
import numpy as np

from tools import ROOT

TARGET = ROOT / "aehelpers" / "datasets"

FILES = {
    "x_train": "train-images-idx3-ubyte",
    "y_train": "train-labels-idx1-ubyte",
    "x_test": "t10k-images-idx3-ubyte",
    "y_test": "t10k-labels-idx1-ubyte",
}

SHA256 = {
    "mnist/train-images-idx3-ubyte": "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    "mnist/train-labels-idx1-ubyte": "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    "mnist/t10k-images-idx3-ubyte": "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    "mnist/t10k-labels-idx1-ubyte": "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
    "fashion_mnist/train-images-idx3-ubyte": "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
    "fashion_mnist/train-labels-idx1-ubyte": "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
    "fashion_mnist/t10k-images-idx3-ubyte": "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
    "fashion_mnist/t10k-labels-idx1-ubyte": "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
}


def read_idx(path, expected_sha256):
    """Return the uint8 array of one gzip-compressed IDX file, or raise ValueError.

    The format: two zero bytes, the type (8: unsigned byte), the number of dimensions,
    each dimension as a big-endian 32-bit integer, then the bytes in C order.
    """
    raw = gzip.decompress(path.read_bytes())
    found = hashlib.sha256(raw).hexdigest()
    if found != expected_sha256:
        raise ValueError(f"{path}: SHA-256 is {found}, expected {expected_sha256}")
    n_dimensions = raw[3]
    shape = np.frombuffer(raw, ">u4", count=n_dimensions, offset=4)
    return np.frombuffer(raw, np.uint8, offset=4 + 4 * n_dimensions).reshape(shape)


def build(folder, name):
    """Write TARGET/name.npz from the four IDX files in folder/name; return its SHA-256."""
    arrays = {
        key: read_idx(folder / name / f"{file}.gz", SHA256[f"{name}/{file}"])
        for key, file in FILES.items()
    }
    return files.write_arrays(TARGET / f"{name}.npz", arrays)


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    for name in ("mnist", "fashion_mnist"):
        print(f"{name}.npz: {build(Path(sys.argv[1]), name)}")
