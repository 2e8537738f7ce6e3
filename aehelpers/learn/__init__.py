"""Networks and their training, in Keras on TensorFlow."""

from aehelpers.learn.bank import Recipe, cache_folder, train_bank
from aehelpers.learn.memory import device, keras, tf
from aehelpers.learn.models import (
    INPUT_SIZE,
    build_autoencoder,
    build_classifier,
    decoder_of,
    encoder_of,
)
from aehelpers.learn.training import (
    XLA_PAYS_FROM,
    History,
    Snapshots,
    Stopwatch,
    accuracy,
    chunks,
    display_progress,
    fit,
    quick_adam,
    reconstruction_loss,
    release,
    start_at_mean,
)
