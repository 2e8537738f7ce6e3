"""Networks of dense layers in NumPy: small enough for a page, and ready without TensorFlow.

Widgets take networks in this form. `from_keras` brings a trained Keras model into it, `pca` and
`read` make others. A wrong argument raises TypeError or ValueError.
"""

import io
import json
from pathlib import Path
import sys
from typing import NamedTuple

from aehelpers import arguments as arg
from aehelpers import files
from aehelpers.data import scale
from aehelpers.theory import COMPONENTS
import numpy as np

FOLDER = Path(__file__).parent / "weights"
INPUT_SIZE = 784
CODE_LAYER = "essence"
LARGEST = 65504  # of the numbers that 16 bits can hold
SELU = 1.0507009873554805, 1.6732632423543772  # scale and alpha (Klambauer et al. 2017)


def _elu(x, scale=1.0, alpha=1.0):
    return scale * np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0)))


def _softmax(x):
    exponentials = np.exp(x - x.max(axis=1, keepdims=True))
    return exponentials / exponentials.sum(axis=1, keepdims=True)


ACTIVATIONS = {  # network.js has the same
    "linear": lambda x: x,
    "relu": lambda x: np.maximum(x, 0),
    "elu": _elu,
    "selu": lambda x: _elu(x, *SELU),
    "sigmoid": lambda x: 1 / (1 + np.exp(np.minimum(-x, 80))),  # without an overflow
    "softmax": _softmax,
}


class Layer(NamedTuple):
    """A dense layer: activation(x @ kernel + biases).

    Attributes
    ----------
    name : str
    kernel : numpy.ndarray of float, shape (inputs, units)
    biases : numpy.ndarray of float, shape (units,)
    activation : str
        A key of `ACTIVATIONS`.
    """

    name: str
    kernel: np.ndarray
    biases: np.ndarray
    activation: str


class DenseNetwork:
    """Dense layers one after the other; with one named ``essence``, an autoencoder.

    Parameters
    ----------
    layers : sequence of Layer
        Their weights are rounded to 16 bits, as in a page; numbers from -65504 to 65504.

    Attributes
    ----------
    layers : tuple of Layer
        With weights as float32.
    """

    @arg.checked(layers=arg.sequence(Layer, fewest=1))
    def __init__(self, layers):
        self.layers = tuple(map(_rounded, layers))
        for before, after in zip(self.layers, self.layers[1:]):
            if before.kernel.shape[1] != after.kernel.shape[0]:
                raise ValueError(
                    f"layer {after.name} takes {after.kernel.shape[0]} numbers; expected "
                    f"{before.kernel.shape[1]}, what layer {before.name} gives"
                )

    def __call__(self, inputs):
        """Return the outputs (n, outputs) for inputs (n, inputs), as float32."""
        return _forward(self.layers, inputs)

    def encode(self, inputs):
        """Return the codes (n, k) of inputs (n, m), as float32."""
        return _forward(self.layers[: self.n_encoding], inputs)

    def decode(self, codes):
        """Return the reconstructions (n, m) of codes (n, k), as float32."""
        return _forward(self.layers[self.n_encoding :], codes)

    @property
    def shape(self):
        """Numbers of inputs and outputs."""
        return self.layers[0].kernel.shape[0], len(self.layers[-1].biases)

    @property
    def is_autoencoder(self):
        """Whether a layer is named ``essence``; without it there is no code."""
        return any(layer.name == CODE_LAYER for layer in self.layers)

    @property
    def n_encoding(self):
        """How many of the layers are the encoder: up to the one named ``essence``."""
        return [layer.name for layer in self.layers].index(CODE_LAYER) + 1

    @property
    def code_size(self):
        """k, the number of units of the layer ``essence``."""
        return len(self.layers[self.n_encoding - 1].biases)


def _forward(layers, x):
    for layer in layers:
        x = ACTIVATIONS[layer.activation](x.astype(np.float32) @ layer.kernel + layer.biases)
    return x


def _rounded(layer):
    """Return a layer with weights of 16 bits, kept as float32; raise if it is none."""
    sizes = {}
    for part, shape in (("kernel", ("inputs", "units")), ("biases", ("units",))):
        weights = getattr(layer, part)
        arg.array(arg.FLOATS, *shape).check(f"the {part} of layer {layer.name}", weights, sizes)
        if np.abs(weights).max() > LARGEST:
            raise ValueError(
                f"the {part} of layer {layer.name} has weights that are too large for 16 bits; "
                f"expected numbers from -{LARGEST} to {LARGEST}"
            )
    arg.one_of(*ACTIVATIONS).check(f"the activation of layer {layer.name}", layer.activation, {})
    kernel, biases = (w.astype(np.float16).astype(np.float32) for w in layer[1:3])
    return layer._replace(kernel=kernel, biases=biases)


# --- Where networks come from ---


def from_keras(model):
    """Return a Keras model as a `DenseNetwork`.

    Parameters
    ----------
    model : keras.Model
        Dense layers one after the other, also inside models that it is made of, with activations
        of `ACTIVATIONS`.
    """
    if not _is_keras(model):
        raise TypeError(f"model is {arg.shown(model)}; expected a Keras model")
    return DenseNetwork([_layer(layer) for layer in _dense_layers(model)])


def _is_keras(model):
    keras = sys.modules.get("keras")  # whoever has a Keras model has imported it
    return keras is not None and isinstance(model, keras.Model)


def _dense_layers(model):
    """Yield the Dense layers of a Keras model in their order; nothing else may be in it."""
    for layer in model.layers:
        kind = type(layer).__name__
        if _is_keras(layer):
            yield from _dense_layers(layer)
        elif kind == "Dense":
            yield layer
        elif kind != "InputLayer":
            raise ValueError(f"layer {layer.name} is a {kind}; expected Dense layers only")


def _layer(dense):
    """Return a Dense layer of Keras as a `Layer`."""
    kernel = np.asarray(dense.kernel)
    biases = np.asarray(dense.bias) if dense.use_bias else np.zeros(dense.units, kernel.dtype)
    activation = getattr(dense.activation, "__name__", str(dense.activation))
    return Layer(dense.name, kernel, biases, activation)


@arg.checked(pca=COMPONENTS, k=arg.integer(1, "m"))
def pca(pca, k):
    """Return the autoencoder that keeps the first k principal components (`theory`).

    Parameters
    ----------
    pca : theory.PCA
    k : int, 1 to m

    Returns
    -------
    DenseNetwork
        Its outputs are those of `theory.pca_reconstruct`, but for the rounding of the weights.
    """
    components = pca.components[:, :k]
    encoder = Layer(CODE_LAYER, components, -pca.mean @ components, "linear")
    rows = np.ascontiguousarray(components.T)
    return DenseNetwork([encoder, Layer("reconstructed_input", rows, pca.mean, "linear")])


@arg.checked(argument=str, given=arg.mapping(), code_size=arg.optional(arg.integer(1)))
def as_autoencoders(argument, given, code_size=None):
    """Return networks for images as `DenseNetwork`, by name; raise if one of them is not one.

    Parameters
    ----------
    argument : str
        What error messages call `given`.
    given : dict of str to keras.Model or DenseNetwork
        Autoencoders, from 784 pixels to 784.
    code_size : int, optional
        The required number of code units.

    Returns
    -------
    dict of str to DenseNetwork
    """
    found = {}
    for key, network in given.items():
        name = f"{argument}[{key!r}]"
        if _is_keras(network):
            network = from_keras(network)
        arg.instance(DenseNetwork, "a Keras model or a DenseNetwork").check(name, network, {})
        if network.shape != (INPUT_SIZE, INPUT_SIZE):
            raise ValueError(
                f"{name} goes from {network.shape[0]} numbers to {network.shape[1]}; expected "
                f"{INPUT_SIZE} and {INPUT_SIZE}"
            )
        if not network.is_autoencoder:
            layers = ", ".join(layer.name for layer in network.layers)
            raise ValueError(f"{name} has no layer named {CODE_LAYER!r}, only {layers}")
        if code_size not in (None, network.code_size):
            raise ValueError(f"{name} has a code of {network.code_size}; expected {code_size}")
        found[key] = network
    return found


AUTOENCODER = arg.instance(DenseNetwork, "a DenseNetwork")
CHUNK = 1000  # images that a network gets at once, to need little memory


@arg.checked(network=AUTOENCODER, images=arg.pixels())
def codes_of(network, images):
    """Return the codes (n, k) of images (n, m) with pixels from 0 to 255, as float32."""
    return np.concatenate([network.encode(scaled) for scaled in _scaled_chunks(images)])


@arg.checked(network=AUTOENCODER, images=arg.pixels())
def reconstruction_loss(network, images):
    """Return the mean squared error between images and their reconstructions.

    Parameters
    ----------
    network : DenseNetwork
    images : numpy.ndarray of uint8, shape (n, m), 0 to 255

    Returns
    -------
    float
        Mean over images and pixels, with pixels scaled to 0..1.
    """
    errors = (network(scaled) - scaled for scaled in _scaled_chunks(images))
    return sum(float(np.square(part).sum(dtype=np.float64)) for part in errors) / images.size


def _scaled_chunks(images):
    for start in range(0, len(images), CHUNK):
        yield scale(images[start : start + CHUNK])


# --- Networks that come with the course ---


def published():
    """Return what is known of the networks that come with the course.

    Returns
    -------
    dict of str to dict
        By name: the data set, the settings and the seed of the training, the test MSE.
    """
    return json.loads(files.read_installed(FOLDER / "about.json"))


def read(name):
    """Return a network that comes with the course, trained by `python -m tools.pretrain`.

    Parameters
    ----------
    name : str
        One of `published`.

    Returns
    -------
    DenseNetwork

    Raises
    ------
    FileNotFoundError
        If a file is missing.
    OSError
        If the file differs from the published one in any byte.
    """
    about = published()
    arg.one_of(*about).check("name", name, {})
    known = about[name]
    content = files.read_installed(FOLDER / known["file"], known["sha256"])
    with np.load(io.BytesIO(content), allow_pickle=False) as arrays:
        return DenseNetwork(
            [
                Layer(layer, arrays[f"{layer}.kernel"], arrays[f"{layer}.biases"], activation)
                for layer, activation in known["layers"]
            ]
        )
