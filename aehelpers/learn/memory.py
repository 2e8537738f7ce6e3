"""TensorFlow and Keras, imported once and quietly, and kept small in memory.

TensorFlow's C++ code writes start-up messages to file descriptor 2. In a notebook they would
appear in a cell's output. So the descriptor is redirected while TensorFlow is imported and used
for the first time. Python's warnings are not affected.

All private names of TensorFlow and Keras that the course uses are in this file:
`dismantle_func_graph` and `FuncGraph` of TensorFlow 2.21; `_eval_epoch_iterator`,
`_compiled_trainable_state` and `_trainable_variables` of Keras 3.15. If another version lacks one
of them, the course still works, but needs more memory or misses one mistake in an exercise.
"""

import contextlib
import ctypes
import gc
import os
import sys
import tempfile

from aehelpers import arguments as arg


@contextlib.contextmanager
def _standard_error_kept_back():
    """Hold back what is written to file descriptor 2; show it if the block fails."""
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


@contextlib.contextmanager
def _without(module):
    """Keep a module that is not imported yet from being imported.

    Keras imports scikit-learn for `keras.wrappers`, which the course does not use, and with it
    60 MB. The wrappers then say that it is not installed.
    """
    absent = module not in sys.modules
    sys.modules.setdefault(module, None)  # an import of it raises ImportError
    try:
        yield
    finally:
        if absent:
            del sys.modules[module]


def _keep_memory_together():
    """Make the C library of Linux return memory that training has freed.

    By default each thread of TensorFlow has its own memory arena, where freed arrays leave holes.
    With few arenas, and large arrays in mappings of their own, the process stays smaller: by a
    tenth after a network with 1.6 million weights is trained five times.
    """
    arenas, mapped_from = -8, -3  # M_ARENA_MAX and M_MMAP_THRESHOLD of malloc.h
    with contextlib.suppress(OSError, AttributeError):  # another C library: nothing to set
        libc = ctypes.CDLL(None)
        libc.mallopt(arenas, 2)
        libc.mallopt(mapped_from, 4 * 2**20)


if sys.platform == "linux":
    _keep_memory_together()

# 2 turns off the information and warnings of TensorFlow's C++ code for good, but not its errors.
# On some processors, training in 64 bits writes the same warning thirty times.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
os.environ.setdefault("KERAS_BACKEND", "tensorflow")
# TensorFlow's own allocator keeps all memory that it ever needed at once: 100 MB after the noise
# of one network has been drawn.
os.environ.setdefault("TF_ONEDNN_USE_SYSTEM_ALLOCATOR", "1")

with _standard_error_kept_back(), _without("sklearn"):
    import keras
    import tensorflow as tf

    if keras.backend.backend() != "tensorflow":
        raise RuntimeError(
            f"Keras runs on {keras.backend.backend()}, but the course needs TensorFlow: restart "
            "with the environment variable KERAS_BACKEND=tensorflow"
        )
    GPUS = tf.config.list_physical_devices("GPU")
    for gpu in GPUS:
        # Once the learner's own code has used the GPU, this cannot be changed, and stays as it is.
        with contextlib.suppress(RuntimeError):
            tf.config.experimental.set_memory_growth(gpu, True)
    tf.zeros(1)  # the first operation sets up the devices and writes the last messages

try:
    from tensorflow.python.framework.func_graph import FuncGraph, dismantle_func_graph
except ImportError:  # another version of TensorFlow
    FuncGraph = ()  # nothing is a subclass of it


@arg.checked(model=arg.instance(keras.Model, "a Keras model"))
def release(model):
    """Free the memory that TensorFlow keeps for the training of a model.

    TensorFlow builds a graph of the update. The graph holds on to the weights and the state of the
    optimizer, together three times the size of the weights. It outlives the model, because it is
    part of a reference cycle that Python cannot collect. Call this function after training, and
    the next training can use the same memory. The model keeps its weights, and can still be used
    and trained: further training builds a new graph.

    Parameters
    ----------
    model : keras.Model
        Changed in place.
    """
    variables = [*model.variables, *getattr(model.optimizer, "variables", ())]
    handles = {id(variable.handle) for variable in variables}
    model.train_function = model.test_function = model.predict_function = None
    gc.collect()
    for graph in [found for found in gc.get_objects() if issubclass(type(found), FuncGraph)]:
        if handles & {id(tensor) for tensor in graph.external_captures}:
            dismantle_func_graph(graph)
            _ = graph.captures  # reading it empties a list that still holds the variables
    if sys.platform == "linux":
        with contextlib.suppress(AttributeError):  # another C library
            ctypes.CDLL(None).malloc_trim(0)  # returns freed memory to the system


def forget_validation_images(model):
    """Release the validation images, which Keras keeps when training is interrupted."""
    if hasattr(model, "_eval_epoch_iterator"):
        model._eval_epoch_iterator = None
    gc.collect()  # input pipelines hold the images in reference cycles


def device():
    """Return a short name of the device that Keras trains on, such as ``"CPU, 2 cores"``."""
    if GPUS:
        details = tf.config.experimental.get_device_details(GPUS[0])
        return f"GPU, {details.get('device_name', GPUS[0].name)}"
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"CPU, {cores} core{'s' if cores > 1 else ''}"


def learning_when_built(model):
    """Return the weights that the training step kept by Keras was built to update.

    Keras builds a training step at the first batch after ``compile``, and keeps it for batches of
    that size. Freezing a layer later has no effect on it. Private attributes of Keras 3.15 tell
    which weights it updates: what was trainable when the model was compiled, and what the
    optimizer was built for.

    Parameters
    ----------
    model : keras.Model
        Compiled.

    Returns
    -------
    set of int or None
        The `id` of each of these weights. None if no step is kept, or if Keras no longer has these
        attributes.
    """
    if model.run_eagerly or model.train_function is None:
        return None
    try:
        at_compile = model._compiled_trainable_state
        known = {id(weight) for weight in model.optimizer._trainable_variables}
    except AttributeError:
        return None
    frozen = [layer for layer, trainable in at_compile.items() if not trainable]
    return known - {id(weight) for layer in frozen for weight in layer.weights}
