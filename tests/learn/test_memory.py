"""TensorFlow lets go of what is not needed any more."""

import gc
from pathlib import Path
import subprocess
import sys

from aehelpers import learn
from aehelpers.learn import memory
from aehelpers.learn.memory import tf
import pytest

from tests.learn.common import few_images, fit, small_model


@pytest.mark.parametrize(("cores", "words"), [({0}, "CPU, 1 core"), ({0, 1}, "CPU, 2 cores")])
def test_the_cores_are_counted_in_words(monkeypatch, cores, words):
    monkeypatch.setattr(memory, "GPUS", [])
    monkeypatch.setattr(memory.os, "sched_getaffinity", lambda _: cores, raising=False)
    assert memory.device() == words


def printed(code):
    """Return the numbers that a process of its own prints."""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True
    )
    return [int(word) for word in done.stdout.split() if word.isdigit()]


def variables_kept_by_graphs():
    gc.collect()
    tensors = [o for o in gc.get_objects() if issubclass(type(o), tf.Tensor)]
    return sum(t.dtype == tf.resource and not tf.is_symbolic_tensor(t) for t in tensors)


@pytest.mark.parametrize("released", [True, False])
def test_a_released_model_leaves_no_variables_behind(released):
    """Without a release they stay: where that changes, `release` can go."""
    before = variables_kept_by_graphs()
    model = small_model()
    fit(model, few_images())
    if released:
        learn.release(model)
    del model
    assert (variables_kept_by_graphs() == before) == released


def test_a_released_model_can_be_used_and_trained_further():
    model = small_model()
    fit(model, few_images(), epochs=2)
    loss = learn.reconstruction_loss(model, few_images())
    iterations = int(model.optimizer.iterations)
    learn.release(model)
    assert learn.reconstruction_loss(model, few_images()) == loss
    fit(model, few_images(), epochs=2)
    assert learn.reconstruction_loss(model, few_images()) < loss
    assert int(model.optimizer.iterations) == 2 * iterations


def test_to_release_one_model_leaves_others_alone(monkeypatch):
    one, other = small_model(), small_model()
    fit(other, few_images(), epochs=1)
    step, dismantled = other.train_function, []
    monkeypatch.setattr(memory, "dismantle_func_graph", dismantled.append)
    learn.release(one)
    assert dismantled == []
    fit(other, few_images(), epochs=1)
    assert other.train_function is step


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs Linux to measure it")
def test_training_on_all_images_stays_below_1_1_gb():
    code = (
        "from aehelpers import data, learn\n"
        "from aehelpers.experiments import machine\n"
        "(images, _), _ = data.load('mnist')\n"
        "model = learn.build_autoencoder()\n"
        "model.compile('adam', 'mse')\n"
        "learn.fit(model, images.reshape(-1, 784), epochs=1, updates_per_epoch=300)\n"
        "print(machine.peak_memory())\n"
    )
    assert 512e6 < printed(code)[-1] < 1.1e9


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs Linux to measure it")
def test_what_is_not_needed_takes_no_memory():
    """Scikit-learn is not imported before, and a network's goes back to the system afterwards."""
    code = (
        "import gc, psutil, sys\n"
        "from aehelpers import exercises, learn\n"
        "process = psutil.Process()\n"
        "print(process.memory_info().rss)\n"
        "network = learn.NoisyClassifier()\n"  # it draws 34 MB of noise
        "print(process.memory_info().rss)\n"
        "del network; gc.collect()\n"
        "print(process.memory_info().rss)\n"
        "print(int('sklearn' in sys.modules))\n"
        "learn.EncoderTransformer()\n"
        "print(int('sklearn' in sys.modules))\n"
    )
    before, there, after, *imported = printed(code)
    assert imported == [0, 1]
    assert there - before > 30e6
    assert after - before < 15e6
