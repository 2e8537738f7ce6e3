"""The experiments behind the published measurements: planned, measured, kept, and read again."""

from aehelpers.experiments import results
from aehelpers.experiments.design import Trial
from aehelpers.experiments.plan import ARMS, tested
from aehelpers.experiments.runner import measure
