"""Helpers for the notebooks of *Beyond Labels*.

What learners use, each file or folder importing only those above it:

arguments     what arguments of functions may be, and what a wrong one is told
files         files that are written whole or not at all; those of the package
folder        images from a folder of one's own
data          the three image collections; labels; scaling; noise
theory        what can be computed exactly, without training
networks      networks in NumPy, small enough for a page; those that come with the course
show/         figures and tables in one style, each with a text alternative
learn/        networks and their training, in Keras on TensorFlow
widgets/      train, draw, walk and spoil; images that follow sliders; questions before results
exercises/    what is right in an exercise, and which mistake it is

What made the published measurements; it imports neither widgets/ nor exercises/:

experiments/  planned, run one trial at a time, kept, and read again

datasets/, weights/, published/ and jupyterlab/ hold files that are installed with the package.
Importing `aehelpers` alone imports none of these modules, so it is fast.
"""

__version__ = "0.1.0"
