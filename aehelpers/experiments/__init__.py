"""The experiments behind the published measurements: planned, run, kept, and read again."""

from aehelpers.experiments.runner import classifier, measure
