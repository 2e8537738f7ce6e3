"""The exercises: each function judges a learner's answer, and returns a `Verdict`."""

from aehelpers.exercises.answers import (
    constant_accuracy,
    half_gain,
    linear_floor,
    missing_control,
    parameter_count,
    relative_error,
    strongest_control,
)
from aehelpers.exercises.arrays import denoising_pair, identity_by_hand
from aehelpers.exercises.designs import few_labels, small_autoencoder, small_code, small_denoiser
from aehelpers.exercises.functions import accuracy_function, reconstruction_loss
from aehelpers.exercises.networks import autoencoder_parts, classifier_on_encoder, frozen_encoder
from aehelpers.exercises.verdict import Verdict
