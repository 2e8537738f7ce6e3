"""The networks of the course, in Keras.

Layer names and sizes of `build_autoencoder` and `build_classifier` follow the code
demonstration of Shivam Shinde, *Beyond Labels: The Magic of Autoencoders in Unsupervised
Learning*, Towards AI, 2024. A wrong argument raises TypeError or ValueError.
"""

from aehelpers import arguments as arg
from aehelpers.learn.memory import keras
from aehelpers.networks import CODE_LAYER, INPUT_SIZE

MOST_UNITS = 100_000  # a layer with this many needs more than half a gigabyte in this course
MODEL = arg.instance(keras.Model, "a Keras model")
UNITS = arg.integer(1, MOST_UNITS)
ACTIVATION = arg.optional(
    arg.one_of(
        *("elu", "gelu", "leaky_relu", "linear", "relu"),
        *("selu", "sigmoid", "silu", "softplus", "tanh"),
    )
)


def network(inputs, outputs):
    """Accept a Keras model from (n, inputs) to (n, outputs), both numbers or named sizes."""

    def check(name, value, sizes):
        MODEL.check(name, value, sizes)
        for words, end, wanted in (
            ("takes inputs", "input_shape", inputs),
            ("has outputs", "output_shape", outputs),
        ):
            shape = getattr(value, end, None)
            size = shape[1] if isinstance(shape, tuple) and len(shape) == 2 else None
            expected = sizes.setdefault(wanted, size) if isinstance(wanted, str) else wanted
            if size is None or size != expected:
                expected = wanted if expected is None else expected
                raise ValueError(f"{name} {words} of shape {shape}; expected (None, {expected})")

    images = keras.Sequential([keras.Input((28, 28)), keras.layers.Flatten()])
    return arg.Kind(check, (*MODEL.wrong, images))


@arg.checked(
    code_size=UNITS,
    hidden_sizes=arg.sequence(UNITS),
    hidden_activation=ACTIVATION,
    code_activation=ACTIVATION,
    output_activation=ACTIVATION,
)
def build_autoencoder(
    code_size=64,
    hidden_sizes=(512, 256, 128),
    hidden_activation="relu",
    code_activation="relu",
    output_activation="relu",
):
    """Return an uncompiled autoencoder; by default the article's, 784-512-256-128-64-...-784.

    Parameters
    ----------
    code_size : int, 1 to `MOST_UNITS`
        k, the number of units h1..hk of the layer ``essence``.
    hidden_sizes : sequence of int, each 1 to `MOST_UNITS`
        Units of the hidden layers ``encoder1``, ``encoder2``, ... The decoder has the same
        sizes in reverse order, in ``decoder1``, ``decoder2``, ... Empty for no hidden layers.
    hidden_activation, code_activation, output_activation : str or None
        Names of Keras activations; None is the identity.

    Returns
    -------
    keras.Model
        From float32 (n, 784) to float32 (n, 784). Its input is named ``input``, its last
        layer ``reconstructed_input``. `encoder_of` and `decoder_of` return its two parts.
    """
    inputs = x = keras.Input((INPUT_SIZE,), name="input")
    code_size, *hidden_sizes = map(int, (code_size, *hidden_sizes))  # Keras takes no NumPy numbers
    for number, size in enumerate(hidden_sizes, 1):
        x = keras.layers.Dense(size, hidden_activation, name=f"encoder{number}")(x)
    x = keras.layers.Dense(code_size, code_activation, name=CODE_LAYER)(x)
    for number, size in enumerate(reversed(hidden_sizes), 1):
        x = keras.layers.Dense(size, hidden_activation, name=f"decoder{number}")(x)
    outputs = keras.layers.Dense(INPUT_SIZE, output_activation, name="reconstructed_input")(x)
    return keras.Model(inputs, outputs, name="autoencoder")


@arg.checked(autoencoder=MODEL)
def encoder_of(autoencoder):
    """Return the encoder: the autoencoder with its decoder cut off.

    Parameters
    ----------
    autoencoder : keras.Model
        A model with a layer named ``essence``.

    Returns
    -------
    keras.Model
        From the input (n, m) to the code (n, k). It shares its layers, and so its weights,
        with the autoencoder: training one trains the other.
    """
    return keras.Model(autoencoder.input, _code(autoencoder), name="encoder")


@arg.checked(autoencoder=MODEL)
def decoder_of(autoencoder):
    """Return the decoder, from a code (n, k) to reconstructions (n, m).

    It shares its layers with the autoencoder, and takes the same argument as `encoder_of`.
    """
    return keras.Model(_code(autoencoder), autoencoder.output, name="decoder")


@arg.checked(
    encoder=arg.optional(network(INPUT_SIZE, "k")),
    hidden_sizes=arg.sequence(UNITS),
    n_classes=UNITS,
)
def build_classifier(encoder=None, hidden_sizes=(128, 64), n_classes=10):
    """Return an uncompiled classifier; by default the article's, 784-128-64-10.

    Parameters
    ----------
    encoder : keras.Model or None
        If given, the layers are stacked on its code: encoder-128-64-10. Its weights are
        shared, not copied, and are trained unless ``encoder.trainable`` is False.
    hidden_sizes : sequence of int, each 1 to `MOST_UNITS`
        Units of the hidden layers, with ReLU.
    n_classes : int, 1 to `MOST_UNITS`
        Units of the softmax output.

    Returns
    -------
    keras.Model
        From float32 (n, 784) to float32 (n, n_classes), probabilities that add up to 1.
    """
    inputs = keras.Input((INPUT_SIZE,), name="input")
    x = inputs if encoder is None else encoder(inputs)
    for number, size in enumerate(hidden_sizes, 1):
        x = keras.layers.Dense(int(size), "relu", name=f"hidden{number}")(x)
    outputs = keras.layers.Dense(int(n_classes), "softmax", name="class_probabilities")(x)
    return keras.Model(inputs, outputs, name="classifier")


def _code(autoencoder):
    """Return the output of the layer ``essence``."""
    try:
        return autoencoder.get_layer(CODE_LAYER).output
    except ValueError:
        names = ", ".join(layer.name for layer in autoencoder.layers)
        raise ValueError(
            f"autoencoder has no layer named {CODE_LAYER!r}, only {names}; expected a model from "
            "build_autoencoder, or one whose code layer has that name"
        ) from None
