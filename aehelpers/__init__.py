"""Helpers for the notebooks of *Beyond Labels*.

Each module uses only modules that stand above it in this list:

arguments  checks of arguments, and what they say
files     files that are written whole or not at all
data      the two image collections; labels; scaling (NumPy only)
theory    what can be computed exactly, without training (NumPy only)
plotting  figures: arrays in, a Figure with a text alternative out
live      live widgets in outputs, and what stands in their stead
backend   TensorFlow and Keras, imported once and without start-up lines
models    the networks of the course
training  `fit`: progress bar, live loss curve, early stopping; an optimizer for few updates
bank      several models trained with one progress bar, and kept in a cache
checks    the exercises: what is right, and which mistake it is
results   what is published: rows of measurements, means and intervals (no TensorFlow)
trials    one seed of one experiment, trained and measured
experiments  what is published, run by run: planned, run, kept (`make results`)
widgets   pictures that follow sliders in the browser; questions before results

Importing `aehelpers` imports none of them, so it takes no time.
"""

__version__ = "0.1.0"
