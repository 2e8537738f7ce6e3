"""The experiments behind the published measurements: planned, measured, kept, and read again."""

from aehelpers.experiments import results
from aehelpers.experiments.design import ARMS, EXPERIMENTS, RATES, Trial, classifier, n_updates
from aehelpers.experiments.runner import measure
