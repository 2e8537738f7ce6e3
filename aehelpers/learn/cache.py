"""A cache of trained weights, in files named after everything that determines them.

The name of a file is a key computed from all that determines the weights, so any change to that
leads to another file. The first 32 bytes are the SHA-256 of the key and of the rest, which is a
NumPy archive of the weights. So a damaged, foreign or incomplete file is detected.
"""

import hashlib
import io
import json
import os
from pathlib import Path

from aehelpers import files
import numpy as np
import platformdirs


def folder():
    """Return the folder of the cache: ``AEHELPERS_CACHE``, or the user's cache folder."""
    chosen = os.environ.get("AEHELPERS_CACHE")
    return Path(chosen) if chosen else platformdirs.user_cache_path("aehelpers")


def key_of(determinants):
    """Return the key of the weights that `determinants`, a dict for JSON, determine."""
    # NumPy numbers, such as a k from an array, give the same key as Python's.
    text = json.dumps(determinants, sort_keys=True, default=lambda number: number.item())
    return hashlib.sha256(text.encode()).hexdigest()


def content_of(array):
    """Return what represents the content of an array in a key."""
    return [hashlib.sha256(np.ascontiguousarray(array)).hexdigest(), array.shape, array.dtype.name]


def read(key):
    """Return the weights stored under a key as a list of arrays, or None if none are intact."""
    try:
        raw = _path(key).read_bytes()
    except OSError:  # missing or unreadable
        return None
    digest, archive = raw[:32], raw[32:]
    if digest != _digest(key, archive):
        return None
    with np.load(io.BytesIO(archive), allow_pickle=False) as stored:
        return list(stored.values())


def write(key, weights):
    """Store a list of arrays under a key, whole or not at all.

    Raises
    ------
    OSError
        If the file cannot be written.
    """
    buffer = io.BytesIO()
    np.savez(buffer, *weights)
    archive = buffer.getvalue()
    files.write_whole(_path(key), _digest(key, archive) + archive)


def _path(key):
    return folder() / f"{key}.weights"


def _digest(key, archive):
    return hashlib.sha256(key.encode() + archive).digest()
