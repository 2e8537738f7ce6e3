"""The exercises: what is right, and which mistake it is."""

from aehelpers.exercises.checks import (
    Verdict,
    accuracy_function,
    autoencoder_parts,
    classifier_on_encoder,
    constant_accuracy,
    denoising_pair,
    frozen_encoder,
    half_gain,
    identity_by_hand,
    linear_floor,
    missing_control,
    parameter_count,
    reconstruction_loss,
    relative_error,
)
