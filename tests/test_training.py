"""`fit` trains, chooses by held-out images only, and survives the stop button."""

import contextlib
import gc
from pathlib import Path
import re
import signal
import subprocess
import sys
import types

from aehelpers import backend
from aehelpers.learn import models, training
from aehelpers.learn.memory import keras, tf
import numpy as np
import pytest


def few_images(n=200, seed=0):
    """Images that one number describes: the first so many rows are bright."""
    bright_rows = np.random.default_rng(seed).integers(1, 28, size=(n, 1, 1))
    images = np.where(np.arange(28)[:, np.newaxis] < bright_rows, 255, 0)
    return np.broadcast_to(images, (n, 28, 28)).reshape(n, 784).astype(np.uint8)


def small_model(learning_rate=0.01):
    keras.utils.set_random_seed(1)
    model = models.build_autoencoder(8, (32,), "elu", None, "sigmoid")
    model.compile(keras.optimizers.Adam(learning_rate), "mse", jit_compile=False)
    return model


def fit(model, images, labels=None, **settings):
    settings = {"epochs": 3, "batch_size": 20, "show": False} | settings
    return training.fit(model, images, labels, **settings)


def test_it_learns_and_says_how_well():
    model, images = small_model(), few_images()
    history = fit(model, images, epochs=40, patience=40)
    assert history.loss[-1] < 0.2 * history.loss[0]
    assert len(history.loss) == len(history.validation_loss) == 40
    assert not history.interrupted
    held_out = images[held_out_rows()] / np.float32(255)
    by_hand = np.mean((model(held_out).numpy() - held_out) ** 2)
    assert by_hand == pytest.approx(history.validation_loss.min(), rel=1e-3)


def test_the_same_seed_gives_the_same_training():
    first = fit(small_model(), few_images(), seed=5)
    again = fit(small_model(), few_images(), seed=5)
    other = fit(small_model(), few_images(), seed=6)
    assert (first.loss == again.loss).all()
    assert (first.validation_loss == again.validation_loss).all()
    assert (first.loss != other.loss).any()


def held_out_rows():
    """Which of 200 images `fit` holds out with seed 0, as a training without noise shows."""
    recorder = Recorder()
    fit(recorder, few_images(), np.arange(200))
    return recorder.held_out


class Recorder(keras.Model):
    """A model that does not train, and writes down which images it was given."""

    def __init__(self, n_outputs=784):
        inputs = keras.Input((784,))
        super().__init__(inputs, keras.layers.Dense(n_outputs)(inputs), name="recorder")
        self.compile("sgd", "mse")

    def fit(self, training_set, validation_data, epochs, steps_per_epoch, **_):
        batches = iter(training_set)
        rounds = [[next(batches) for _ in range(steps_per_epoch)] for _ in range(epochs)]
        self.batches = [(x.numpy(), y.numpy()) for batch in rounds for x, y in batch]
        self.epochs = [np.concatenate([y for _, y in batch]) for batch in rounds]
        self.held_out, self.validation_inputs = [], []
        if validation_data is not None:
            self.validation_inputs = np.concatenate([x for x, _ in validation_data])
            self.held_out = np.concatenate([y for _, y in validation_data])

    def set_weights(self, weights):
        raise AssertionError("not part of this test")


def test_held_out_images_are_never_trained_on():
    recorder = Recorder(1100)
    fit(recorder, few_images(1100), np.arange(1100), validation_fraction=0.1, batch_size=99)
    assert len(set(recorder.held_out)) == len(recorder.held_out) == 110
    for epoch in recorder.epochs:
        assert len(set(epoch)) == len(epoch) == 990
        assert not set(epoch) & set(recorder.held_out)
    assert (recorder.epochs[0] != recorder.epochs[1]).any()


def test_images_are_scaled_in_the_pipeline_and_stay_with_their_labels():
    recorder, images = Recorder(), few_images(60)
    fit(recorder, images, np.arange(60), validation_fraction=0)
    for x, y in recorder.batches:
        assert x.dtype == np.float32
        np.testing.assert_array_equal(np.rint(x * 255), images[y])


def test_without_labels_the_target_is_the_input():
    recorder = Recorder()
    fit(recorder, few_images(60), validation_fraction=0)
    for x, y in recorder.batches:
        np.testing.assert_array_equal(x, y)


def test_noise_is_fresh_unclipped_and_has_the_right_size():
    recorder, images = Recorder(), few_images(200)
    fit(recorder, images, np.arange(200), noise=0.5, validation_fraction=0.5, epochs=4)
    noise = np.concatenate([x - images[y] / np.float32(255) for x, y in recorder.batches])
    assert noise.mean() == pytest.approx(0, abs=5 * 0.5 / np.sqrt(noise.size))
    assert noise.std() == pytest.approx(0.5, rel=5 / np.sqrt(2 * noise.size))
    assert np.concatenate([x for x, _ in recorder.batches]).min() < -1
    seen = np.concatenate([y for _, y in recorder.batches])
    of_one_image = noise[seen == seen[0]]
    assert len(of_one_image) == 4
    assert len(np.unique(of_one_image[:, 0])) == 4
    in_validation = recorder.validation_inputs - images[recorder.held_out] / np.float32(255)
    assert in_validation.std() == pytest.approx(0.5, rel=0.02)


def test_with_noise_the_target_stays_clean():
    recorder, images = Recorder(), few_images(60)
    fit(recorder, images, noise=1.0, validation_fraction=0)
    for x, y in recorder.batches:
        assert set(np.unique(y)) == {0.0, 1.0}
        assert (x != y).all()


@pytest.mark.parametrize("n_images", [30, 1000])
def test_an_epoch_can_have_a_given_number_of_updates(n_images):
    recorder = Recorder(1000)
    fit(
        recorder,
        few_images(n_images),
        np.arange(n_images),
        validation_fraction=0,
        updates_per_epoch=7,
    )
    counts = np.bincount(recorder.epochs[0], minlength=n_images)
    assert counts.sum() == 7 * 20
    assert counts.max() - counts.min() <= 1


class Spoil(keras.callbacks.Callback):
    """Makes the model worse and worse after the second epoch."""

    def on_epoch_begin(self, epoch, logs=None):
        if epoch >= 2:
            self.model.set_weights([w + 1 for w in self.model.get_weights()])


def test_early_stopping_keeps_the_best_weights():
    model = small_model()
    history = fit(model, few_images(), epochs=30, patience=2, callbacks=[Spoil()])
    assert history.best_epoch == 2
    assert len(history.loss) == 4
    held_out = few_images()[held_out_rows()] / np.float32(255)
    loss = np.mean((model(held_out).numpy() - held_out) ** 2)
    assert loss == pytest.approx(history.validation_loss[1], rel=1e-4)


class Stop(keras.callbacks.Callback):
    """Presses the stop button in the given epoch."""

    def __init__(self, epoch):
        super().__init__()
        self.epoch, self.now = epoch, 0

    def on_epoch_begin(self, epoch, logs=None):
        self.now = epoch + 1

    def on_train_batch_end(self, batch, logs=None):
        if self.now == self.epoch and batch == 3:
            raise KeyboardInterrupt


@pytest.mark.parametrize(("epoch", "finished"), [(1, 0), (3, 2)])
def test_an_interrupt_leaves_model_and_history_usable(capsys, epoch, finished):
    model, images = small_model(), few_images()
    history = fit(model, images, epochs=9, show=True, callbacks=[Stop(epoch)])
    assert history.interrupted
    assert len(history.loss) == len(history.validation_loss) == finished
    assert f"autoencoder interrupted after {finished} epochs" in capsys.readouterr().out
    assert np.isfinite(model(images / np.float32(255))).all()
    again = fit(model, images, epochs=2)
    assert not again.interrupted
    assert len(again.loss) == 2


@pytest.fixture
def stoppable():
    """As in a kernel: an interrupt raises KeyboardInterrupt, also in a suite in the background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    signal.signal(signal.SIGINT, before)


def pressing(method, call):
    """Return the method, with the stop button pressed in the call of this number."""
    calls = []

    def pressed(*arguments, **settings):
        calls.append(method)
        if len(calls) == call:
            signal.raise_signal(signal.SIGINT)
        return method(*arguments, **settings)

    return pressed


@pytest.mark.parametrize(
    ("part", "method", "call"),
    [
        ("loss", "call", 1),
        ("optimizer", "apply", 1),
        ("metric", "update_state", 1),
        ("metric", "result", 1),
        ("loss", "call", 2),  # the graph of the validation
    ],
)
def test_the_stop_button_waits_until_a_graph_is_built(stoppable, part, method, call):
    parts = {
        "loss": keras.losses.MeanSquaredError(),
        "optimizer": keras.optimizers.Adam(),
        "metric": keras.metrics.MeanAbsoluteError(),
    }
    setattr(parts[part], method, pressing(getattr(parts[part], method), call))
    model, images = small_model(), few_images()
    model.compile(parts["optimizer"], parts["loss"], metrics=[parts["metric"]], jit_compile=False)
    stopped = fit(model, images, show=True)
    assert stopped.interrupted
    assert len(stopped.loss) == 0
    again = fit(model, images)
    assert not again.interrupted
    assert len(again.loss) == 3


def test_the_stop_button_in_the_last_moment_is_heard(stoppable):
    last = keras.callbacks.LambdaCallback(
        on_train_end=lambda logs: signal.raise_signal(signal.SIGINT)
    )
    history = fit(small_model(), few_images(), show=True, callbacks=[last])
    assert history.interrupted
    assert len(history.loss) == 3


def test_without_a_show_an_interrupt_is_passed_on_and_the_best_weights_stay(stoppable):
    class PressInTheThirdEpoch(Spoil):
        def on_epoch_end(self, epoch, logs=None):
            if epoch == 2:
                signal.raise_signal(signal.SIGINT)

    model = small_model()
    with pytest.raises(KeyboardInterrupt):
        fit(model, few_images(), epochs=30, callbacks=[PressInTheThirdEpoch()])
    best = fit(small_model(), few_images(), epochs=2).validation_loss[1]
    held_out = few_images()[held_out_rows()] / np.float32(255)
    loss = np.mean((model(held_out).numpy() - held_out) ** 2)
    assert loss == pytest.approx(best, rel=1e-4)


def test_the_stop_button_ends_a_training_inside_another_one_too(stoppable):
    class Probe(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            signal.raise_signal(signal.SIGINT)
            probe.append(fit(small_model(), few_images(), show=True))

    probe = []
    history = fit(small_model(), few_images(), epochs=9, show=True, callbacks=[Probe()])
    assert [inner.interrupted for inner in probe] == [True]
    assert len(probe[0].loss) == 0
    assert history.interrupted
    assert len(history.loss) == 1


@pytest.mark.parametrize("end", [KeyboardInterrupt, RuntimeError])
def test_whatever_ends_a_training_nothing_of_it_stays(monkeypatch, end):
    watches = []

    class Spy(training._Watch):
        def __init__(self, *arguments):
            super().__init__(*arguments)
            watches.append(self)

        def on_epoch_end(self, epoch, logs=None):
            super().on_epoch_end(epoch, logs)
            if epoch == 1:
                raise end

    def images_kept():
        gc.collect()
        tensors = [o for o in gc.get_objects() if isinstance(o, tf.Tensor)]
        return sum(t.shape == (200, 784) and t.dtype == tf.uint8 for t in tensors)

    monkeypatch.setattr(training, "_Watch", Spy)
    before, model = images_kept(), small_model()
    with contextlib.suppress(RuntimeError):
        fit(model, few_images(), show=True)
    assert watches[0].box.layout.display == "none"
    assert images_kept() == before


def test_a_program_keeps_its_own_way_with_interrupts(stoppable):
    heard = []
    signal.signal(signal.SIGINT, lambda number, frame: heard.append(number))
    button = keras.callbacks.LambdaCallback(
        on_train_batch_end=lambda batch, logs: batch or signal.raise_signal(signal.SIGINT)
    )
    history = fit(small_model(), few_images(), callbacks=[button])
    assert heard == [signal.SIGINT] * 3
    assert not history.interrupted
    signal.signal(signal.SIGINT, signal.default_int_handler)


def test_the_summary_is_two_short_lines_and_names_the_device(capsys):
    fit(small_model(), few_images(), show=True)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2
    assert re.fullmatch(r"autoencoder trained for 3 epochs, \d+\.\d s on .*", lines[0])
    assert lines[0].endswith(f" on {training.device()}")
    losses = r"loss 0\.\d{4}, best validation loss 0\.\d{4} \(epoch [123]\)"
    assert re.fullmatch(losses, lines[1])
    assert training.device().startswith(("CPU, ", "GPU, "))


@pytest.mark.parametrize(("cores", "words"), [({0}, "CPU, 1 core"), ({0, 1}, "CPU, 2 cores")])
def test_the_cores_are_counted_in_words(monkeypatch, cores, words):
    monkeypatch.setattr(backend, "GPUS", [])
    monkeypatch.setattr(backend.os, "sched_getaffinity", lambda _: cores, raising=False)
    assert backend.device() == words


def test_progress_is_shown_while_it_trains(monkeypatch):
    watched = []

    class Spy(training._Watch):
        def on_epoch_end(self, epoch, logs=None):
            super().on_epoch_end(epoch, logs)
            watched.append((self.bar.max, len(self.curve.value), self.status.value))

    monkeypatch.setattr(training, "_Watch", Spy)
    fit(small_model(), few_images(), show=True)
    assert [bar for bar, _, _ in watched] == [27, 27, 27]
    assert all(size > 1000 for _, size, _ in watched)
    assert [s.split(": ")[1].split(",")[0] for _, _, s in watched] == [
        "1 epoch",
        "2 epochs",
        "3 epochs",
    ]


def test_snapshots_are_taken_after_the_wanted_updates():
    model = small_model()
    images = few_images(5) / np.float32(255)
    before = model(images).numpy()
    snapshots = training.Snapshots(images, [0, 1, 10, 10_000])
    fit(model, few_images(), epochs=2, validation_fraction=0, callbacks=[snapshots])
    assert list(snapshots.outputs) == [0, 1, 10]
    np.testing.assert_array_equal(snapshots.outputs[0], before)
    assert (snapshots.outputs[1] != before).any()


def test_the_quick_optimizer_warms_up_and_cools_down():
    schedule = training.quick_adam(0.01, 200)._learning_rate
    rates = np.array([float(schedule(step)) for step in range(201)])
    assert rates[0] == pytest.approx(0.001)
    assert rates.argmax() == 20
    assert rates.max() == pytest.approx(0.01)
    assert rates[200] == pytest.approx(0, abs=1e-9)
    assert (np.diff(rates[:21]) > 0).all()
    assert (np.diff(rates[20:]) < 0).all()


def test_the_quick_optimizer_learns_more_in_few_updates_than_plain_adam():
    losses = {}
    for name, optimizer in {"quick": training.quick_adam(0.02, 60), "plain": "adam"}.items():
        model = small_model()
        model.compile(optimizer, "mse", jit_compile=False)
        fit(model, few_images(), epochs=1, updates_per_epoch=60, validation_fraction=0)
        losses[name] = training.reconstruction_loss(model, few_images(seed=1))
    assert losses["quick"] < 0.7 * losses["plain"]


def variables_kept_by_graphs():
    gc.collect()
    tensors = [o for o in gc.get_objects() if isinstance(o, tf.Tensor)]
    return sum(t.dtype == tf.resource and not tf.is_symbolic_tensor(t) for t in tensors)


@pytest.mark.parametrize("released", [True, False])
def test_a_released_model_leaves_no_variables_behind(released):
    """Without a release they stay: where that changes, `release` can go."""
    before = variables_kept_by_graphs()
    model = small_model()
    fit(model, few_images())
    if released:
        training.release(model)
    del model
    assert (variables_kept_by_graphs() == before) == released


def test_a_released_model_can_be_used_and_trained_further():
    model = small_model()
    fit(model, few_images(), epochs=2)
    loss = training.reconstruction_loss(model, few_images())
    iterations = int(model.optimizer.iterations)
    training.release(model)
    assert training.reconstruction_loss(model, few_images()) == loss
    fit(model, few_images(), epochs=2)
    assert training.reconstruction_loss(model, few_images()) < loss
    assert int(model.optimizer.iterations) == 2 * iterations


def test_to_release_one_model_leaves_others_alone():
    one, other = small_model(), small_model()
    for model in (one, other):
        fit(model, few_images(), epochs=1)
    training.release(one)
    step = other.train_function
    fit(other, few_images(), epochs=1)
    assert other.train_function is step


@pytest.mark.parametrize("activation", [None, "relu", "sigmoid"])
def test_an_autoencoder_can_start_at_the_mean_image(activation):
    autoencoder = models.build_autoencoder(4, (), "elu", None, activation)
    images = np.clip(few_images(500), 10, 240)
    training.start_at_mean(autoencoder, images)
    black = keras.ops.zeros((1, 784))  # its code is 0, so only the biases of the last layer count
    np.testing.assert_allclose(autoencoder(black)[0], images.mean(axis=0) / 255, atol=1e-5)


def test_pixels_that_are_always_black_keep_a_finite_bias_under_a_sigmoid():
    autoencoder = models.build_autoencoder(4, (), "elu", None, "sigmoid")
    training.start_at_mean(autoencoder, np.zeros((3, 784), np.uint8))
    np.testing.assert_allclose(autoencoder(keras.ops.zeros((1, 784)))[0], 0.005, atol=1e-6)


class Clock(keras.callbacks.Callback):
    """A clock on which every update takes a quarter of a second, however long it takes here."""

    now = 0.0

    def perf_counter(self):
        return self.now

    def on_train_batch_end(self, batch, logs=None):
        self.now += 0.25


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(training, "time", types.SimpleNamespace(perf_counter=clock.perf_counter))
    return clock


def test_a_stopwatch_keeps_the_states_at_its_times_and_ends_the_training(clock):
    model, images = small_model(), few_images(5).astype(np.float32) / 255
    watch = training.Stopwatch(images, [0.1, 0.2, 0.5, 0.9, 1.25])
    states = training.Snapshots(images, [0, 1, 2, 4, 5])
    endless = {"epochs": 1, "updates_per_epoch": 10**6, "validation_fraction": 0}
    history = fit(model, few_images(), callbacks=[clock, states, watch], **endless)
    # The times that pass in the first update keep the first weights.
    updates = {0.1: 0, 0.2: 0, 0.5: 2, 0.9: 4, 1.25: 5}
    assert list(watch.outputs) == list(updates)
    for second, update in updates.items():
        np.testing.assert_array_equal(watch.outputs[second], states.outputs[update])
    assert (watch.outputs[0.5] != watch.outputs[0.2]).any()
    assert int(model.optimizer.iterations) == 5
    assert history.seconds == 1.25


def test_a_stopwatch_stands_still_while_it_computes_outputs(clock):
    images = few_images(5).astype(np.float32) / 255
    watch = training.Stopwatch(images, [1.0, 2.0, 3.0])

    def slow_model(images):
        clock.now += 1.5
        return images

    watch.set_model(slow_model)
    watch.on_train_begin()
    for _ in range(2):  # with its own 1.5 s counted, the third time would have passed
        clock.now += 1.05
        watch.on_train_batch_end(0)
    assert list(watch.outputs) == [1.0, 2.0]


@pytest.mark.parametrize(
    ("changes", "error", "text"),
    [
        ({"images": few_images().astype(np.float32)}, TypeError, "expected uint8, pixels from 0"),
        ({"images": few_images().reshape(-1, 28, 28)}, ValueError, r"expected \(n, 784\)"),
        ({"images": few_images()[:, :700]}, ValueError, r"\(200, 700\); expected \(n, 784\)"),
        ({"labels": np.zeros(199, int)}, ValueError, "labels has length 199; expected 200"),
        ({"validation_fraction": 1.0}, ValueError, "validation_fraction is 1.0"),
        ({"validation_fraction": -0.1}, ValueError, "validation_fraction is -0.1"),
        ({"noise": -1.0}, ValueError, "noise is -1.0"),
        ({"noise": float("nan")}, ValueError, "noise is nan"),
        ({"validation_fraction": 0.001}, ValueError, "leaves a part empty"),
    ],
)
def test_wrong_calls(changes, error, text):
    arguments = {"images": few_images()} | changes
    with pytest.raises(error, match=text):
        fit(small_model(), **arguments)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="needs Linux to measure it")
def test_training_on_all_images_stays_below_1_1_gb():
    code = (
        "import re\n"
        "from aehelpers import data, models, training\n"
        "(images, _), _ = data.load('mnist')\n"
        "model = models.build_autoencoder()\n"
        "model.compile('adam', 'mse')\n"
        "training.fit(model, images.reshape(-1, 784), epochs=2)\n"
        # Not getrusage: its peak begins with that of the process that started this one.
        "status = open('/proc/self/status', encoding='utf-8').read()\n"
        "print(re.search(r'VmHWM:\\s*(\\d+) kB', status)[1])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True
    )
    kilobytes = int(done.stdout.split()[-1])
    assert kilobytes > 500_000
    assert kilobytes * 1024 < 1.1e9
