"""What makes training work in a few hundred updates: a good start, and large steps.

A wrong argument raises TypeError or ValueError.
"""

from aehelpers import arguments as arg
from aehelpers.learn.memory import keras
from aehelpers.learn.models import network
import numpy as np

FEWEST_UPDATES = 10  # fewer leave `quick_adam` none in which to raise the learning rate
XLA_PAYS_FROM = 1000  # updates; shorter training ends sooner without `jit_compile`
RATE = arg.number(0, 1, open_ends=True)


@arg.checked(learning_rate=RATE, n_updates=arg.integer(FEWEST_UPDATES))
def quick_adam(learning_rate, n_updates):
    """Return an optimizer for training with a few hundred updates.

    It is Adam (Kingma and Ba 2015) with two changes. The learning rate rises during the first tenth
    of the updates and then falls to 0 along a half cosine, so that it can be large in between.
    And beta_2 is 0.95: Adam divides each step by the root of a running mean of squared gradients.
    With the usual 0.999, that mean reaches back over about a thousand updates, longer than the
    whole training, so the large gradients at the start keep the steps small until the end.

    Parameters
    ----------
    learning_rate : float, above 0 and below 1
        The peak learning rate.
    n_updates : int, at least 10
        The number of updates after which the learning rate is 0.

    Returns
    -------
    keras.optimizers.Adam
    """
    rising = n_updates // 10
    schedule = keras.optimizers.schedules.CosineDecay(
        learning_rate / 10,
        decay_steps=n_updates - rising,
        warmup_target=learning_rate,
        warmup_steps=rising,
    )
    return keras.optimizers.Adam(schedule, beta_2=0.95)


@arg.checked(autoencoder=network("m", "m"), images=arg.pixels())
def start_at_mean(autoencoder, images):
    """Set the biases of the last layer so that an untrained network starts near the mean image.

    Otherwise the first updates teach only which pixels are dark on average. Where the weights of
    the last layer contribute nothing, its output is then the mean image; for a sigmoid, the mean
    is clipped to 0.005..0.995, so that the biases are finite.

    Parameters
    ----------
    autoencoder : keras.Model
        Its last layer is a `keras.layers.Dense` with biases, and its activation linear, ReLU or
        sigmoid. It is changed in place.
    images : numpy.ndarray of uint8, shape (n, m), 0 to 255
    """
    last = autoencoder.layers[-1]
    activation = None
    if isinstance(last, keras.layers.Dense) and last.use_bias:  # an activation may have no name
        activation = getattr(last.activation, "__name__", repr(last.activation))
    if activation not in ("linear", "relu", "sigmoid"):
        raise ValueError(
            f"the last layer of autoencoder is {last!r} with activation {activation}; expected a "
            "Dense layer with biases and activation linear, relu or sigmoid"
        )
    mean = images.mean(axis=0) / 255
    if activation == "sigmoid":
        mean = np.clip(mean, 0.005, 0.995)
        mean = np.log(mean / (1 - mean))
    last.bias.assign(mean)
