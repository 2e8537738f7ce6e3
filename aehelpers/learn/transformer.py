"""An encoder as a step of a pipeline of scikit-learn.

A wrong argument raises TypeError or ValueError, as in scikit-learn when `fit` is called.
"""

from pathlib import Path

from aehelpers import arguments as arg
from aehelpers.data import SEED
from aehelpers.learn.evaluate import chunks
from aehelpers.learn.memory import keras
from aehelpers.learn.models import UNITS
import numpy as np
from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.utils.validation import check_is_fitted, validate_data

BATCH = 128
WANTED = {
    "encoder": arg.optional(arg.instance((str, Path), "the path of a .keras file, or None")),
    "code_size": UNITS,
    "hidden_size": UNITS,
    "epochs": arg.integer(1),
    "random_state": SEED,
}


class EncoderTransformer(ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseEstimator):
    """Turn rows of numbers, such as pixels from 0 to 1, into their codes.

    Parameters
    ----------
    encoder : str or pathlib.Path, optional
        The file of a trained encoder, as ``encoder.save("encoder.keras")`` writes it. It is used
        as it is, and `fit` only reads it. If it takes images, rows are reshaped for it. Without a
        file, `fit` trains a small autoencoder on what it is given, never on labels.
    code_size, hidden_size, epochs, random_state : int
        The autoencoder that is trained without a file: one hidden layer on each side of the code.

    Attributes
    ----------
    encoder_ : keras.Model
    n_features_in_ : int
    """

    def __init__(self, encoder=None, *, code_size=32, hidden_size=256, epochs=20, random_state=0):
        self.encoder = encoder
        self.code_size = code_size
        self.hidden_size = hidden_size
        self.epochs = epochs
        self.random_state = random_state

    def fit(self, X, y=None):
        """Read the encoder, or train one on X, of shape (n, m); `y` is not used."""
        for name, kind in WANTED.items():
            kind.check(name, getattr(self, name), {})
        X = validate_data(self, X, dtype=np.float32)
        if self.encoder is None:
            self.mean_, self.scale_ = X.mean(axis=0), X.std(axis=0) + np.float32(1e-6)
            self.encoder_ = self._trained((X - self.mean_) / self.scale_)
        else:
            self.mean_, self.scale_ = np.float32(0), np.float32(1)
            self.encoder_ = keras.saving.load_model(self.encoder, compile=False)
            expected = int(np.prod(self.encoder_.input_shape[1:]))
            if expected != X.shape[1]:
                raise ValueError(
                    f"X has {X.shape[1]} features; the encoder {str(self.encoder)!r} expected "
                    f"{expected}"
                )
        self._n_features_out = int(self.encoder_.output_shape[1])
        return self

    def transform(self, X):
        """Return the codes of X, of shape (n, k), as float32."""
        check_is_fitted(self)
        X = (validate_data(self, X, dtype=np.float32, reset=False) - self.mean_) / self.scale_
        X = X.reshape(-1, *self.encoder_.input_shape[1:])
        return np.concatenate([np.asarray(self.encoder_(part)) for part in chunks(X)])

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = ["float32"]  # as the networks compute
        return tags

    def _trained(self, X):
        """Return the encoder of an autoencoder that was trained on X, without global seeds."""
        n, m = X.shape
        seeds = iter(np.random.default_rng(self.random_state).integers(2**31, size=9).tolist())

        def dense(units, activation=None):
            start = keras.initializers.GlorotUniform(next(seeds))
            return keras.layers.Dense(int(units), activation, kernel_initializer=start)

        inputs = keras.Input((m,))
        code = dense(self.code_size)(dense(self.hidden_size, "elu")(inputs))
        outputs = dense(m)(dense(self.hidden_size, "elu")(code))
        model = keras.Model(inputs, outputs)
        model.compile(keras.optimizers.Adam(0.002), "mse", jit_compile=False)
        mixed = X[np.random.default_rng(self.random_state).permutation(n)]
        model.fit(mixed, mixed, BATCH, self.epochs, shuffle=False, verbose=0)
        return keras.Model(inputs, code, name="encoder")
