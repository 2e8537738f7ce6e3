"""TensorFlow and Keras, imported once, quietly, with memory growth on every GPU, and kept small.

TensorFlow's C++ code writes start-up lines to file descriptor 2. In a notebook they would
become part of a cell's output. So that descriptor points elsewhere while TensorFlow is
imported and used for the first time. Python's warnings are left alone.
"""

import contextlib
import ctypes
import os
import sys
import tempfile


@contextlib.contextmanager
def _standard_error_kept_back():
    """Keep back what is written to file descriptor 2; show it if the block fails."""
    sys.stderr.flush()
    with tempfile.TemporaryFile() as kept:
        original = os.dup(2)
        os.dup2(kept.fileno(), 2)
        try:
            yield
        except BaseException:
            kept.seek(0)
            os.write(original, kept.read())
            raise
        finally:
            os.dup2(original, 2)
            os.close(original)


def _keep_memory_together():
    """Let the C library of Linux return memory that trainings have freed.

    By default each thread of TensorFlow has a region of its own, and freed arrays leave holes
    there. With few regions, and large arrays in mappings of their own, the process stays smaller:
    by a tenth after five trainings of a network with 1.6 million weights.
    """
    arenas, mapped_from = -8, -3  # M_ARENA_MAX and M_MMAP_THRESHOLD of malloc.h
    with contextlib.suppress(OSError, AttributeError):  # another C library: nothing to set
        libc = ctypes.CDLL(None)
        libc.mallopt(arenas, 2)
        libc.mallopt(mapped_from, 4 * 2**20)


if sys.platform == "linux":
    _keep_memory_together()

# 2 drops the information lines and warnings of TensorFlow's C++ code for good, and keeps its
# errors. On some processors a training in 64 bits writes the same warning thirty times.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
os.environ.setdefault("KERAS_BACKEND", "tensorflow")

with _standard_error_kept_back():
    import keras
    import tensorflow as tf

    if keras.backend.backend() != "tensorflow":
        raise RuntimeError(
            f"Keras runs on {keras.backend.backend()}, the course needs TensorFlow: restart "
            "with the environment variable KERAS_BACKEND=tensorflow"
        )
    GPUS = tf.config.list_physical_devices("GPU")
    for gpu in GPUS:
        # It cannot be changed once a learner's own code has used the GPU: then it stays as it is.
        with contextlib.suppress(RuntimeError):
            tf.config.experimental.set_memory_growth(gpu, True)
    tf.zeros(1)  # the first operation sets up the devices and writes the last lines


def give_back_freed_memory():
    """Let the C library of Linux hand freed memory back to the system; elsewhere do nothing."""
    if sys.platform == "linux":
        with contextlib.suppress(AttributeError):  # another C library
            ctypes.CDLL(None).malloc_trim(0)


def device():
    """Return in a few words what Keras trains on, such as ``"CPU, 2 cores"``."""
    if GPUS:
        details = tf.config.experimental.get_device_details(GPUS[0])
        return f"GPU, {details.get('device_name', GPUS[0].name)}"
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"CPU, {cores} core{'s' if cores > 1 else ''}"
