"""Networks and their training, in Keras on TensorFlow, as notebooks use them."""

from aehelpers.learn.bank import Recipe, train_bank
from aehelpers.learn.callbacks import Snapshots
from aehelpers.learn.evaluate import accuracy, reconstruction_loss
from aehelpers.learn.memory import device, release
from aehelpers.learn.models import (
    INPUT_SIZE,
    build_autoencoder,
    build_classifier,
    decoder_of,
    encoder_of,
)
from aehelpers.learn.progress import display_progress
from aehelpers.learn.quick import XLA_PAYS_FROM, quick_adam, start_at_mean
from aehelpers.learn.semisupervised import Agreement, Ladder, NoisyClassifier, fit_both
from aehelpers.learn.training import History, fit


def __getattr__(name):
    if name == "EncoderTransformer":  # it needs scikit-learn, which the others do not import
        from aehelpers.learn.transformer import EncoderTransformer

        return EncoderTransformer
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__():
    return [*globals(), "EncoderTransformer"]
