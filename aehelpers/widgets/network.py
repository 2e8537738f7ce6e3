"""Networks of dense layers in the form in which a browser computes with them.

A wrong argument raises TypeError or ValueError.
"""

from aehelpers import arguments as arg
from aehelpers.learn.memory import keras
from aehelpers.learn.models import MODEL
import numpy as np

ACTIVATIONS = ("linear", "relu", "elu", "selu", "sigmoid", "softmax")  # network.js has each of them
MOST_WEIGHTS = 2_000_000  # 4 MB in a page


@arg.checked(network=MODEL)
def export(network):
    """Return the layers of a network, and its weights in 16 bits.

    Parameters
    ----------
    network : keras.Model
        Dense layers one after the other, also inside models that it is made of, with the
        activations linear, ReLU, ELU, SELU, sigmoid or softmax.

    Returns
    -------
    layers : list of dict
        For each layer its ``name``, and its numbers of ``inputs`` and ``units``, and its
        ``activation``.
    weights : bytes
        For each layer its kernel, row by row, and its biases, as little-endian float16.
    """
    dense = list(_dense_layers(network))
    n_weights = sum(layer.kernel.shape[0] * layer.units + layer.units for layer in dense)
    if n_weights > MOST_WEIGHTS:
        raise ValueError(
            f"network has {n_weights:,} weights; expected at most {MOST_WEIGHTS:,} for a page"
        )
    layers, weights = [], []
    for layer in dense:
        activation = getattr(layer.activation, "__name__", str(layer.activation))
        arg.one_of(*ACTIVATIONS).check(f"the activation of layer {layer.name}", activation, {})
        inputs, units = layer.kernel.shape
        layers.append(dict(name=layer.name, inputs=inputs, units=units, activation=activation))
        biases = layer.bias if layer.use_bias else np.zeros(units)
        for part in (layer.kernel, biases):
            with np.errstate(over="ignore"):  # an overflow becomes infinity, which is refused below
                numbers = np.asarray(part).astype("<f2")
            if not np.isfinite(numbers).all():
                raise ValueError(
                    f"layer {layer.name} has weights that are NaN or too large for 16 bits; "
                    "expected numbers from -65504 to 65504"
                )
            weights.append(numbers.tobytes())
    return layers, b"".join(weights)


def _dense_layers(network):
    """Yield the Dense layers of a network in their order; nothing else may be in it."""
    for layer in network.layers:
        if isinstance(layer, keras.Model):
            yield from _dense_layers(layer)
        elif isinstance(layer, keras.layers.Dense):
            yield layer
        elif not isinstance(layer, keras.layers.InputLayer):
            raise ValueError(
                f"layer {layer.name} is a {type(layer).__name__}; expected Dense layers only"
            )
