"""`fit` trains, chooses by held-out images only, and survives the stop button."""

import contextlib
import gc
import itertools
import re
import signal

from aehelpers import learn
from aehelpers.learn import progress
from aehelpers.learn.memory import keras, tf
import numpy as np
import pytest

from tests.calls import CLASSIFIER, refused
from tests.learn.common import few_images, fit, small_model


def test_it_learns_says_how_well_and_does_so_again_with_the_same_seed():
    model, images = small_model(), few_images()
    history = fit(model, images, epochs=40, patience=40, seed=5)
    assert history.loss[-1] < 0.2 * history.loss[0]
    assert len(history.loss) == len(history.validation_loss) == 40
    assert not history.interrupted
    held_out = images[recorded(seed=5).held_out]
    assert learn.reconstruction_loss(model, held_out) == pytest.approx(
        history.validation_loss.min(), rel=1e-3
    )
    again, other = (fit(small_model(), images, seed=seed) for seed in (5, 6))
    assert (again.loss == history.loss[:3]).all()
    assert (again.validation_loss == history.validation_loss[:3]).all()
    assert (other.loss != again.loss).any()


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


def recorded(n=200, labels=True, **settings):
    """A recorder after its `fit` with so many images; the labels are their numbers."""
    recorder = Recorder(max(784, n))
    fit(recorder, few_images(n), np.arange(n) if labels else None, **settings)
    return recorder


def loss_on_held_out(model):
    """The loss on what `fit` holds out with seed 0, as a training without noise shows."""
    return learn.reconstruction_loss(model, few_images()[recorded().held_out])


def test_held_out_images_are_never_trained_on_and_chosen_by_the_seed():
    recorder = recorded(1100, validation_fraction=0.1, batch_size=99)
    assert len(set(recorder.held_out)) == len(recorder.held_out) == 110
    for epoch in recorder.epochs:
        assert len(set(epoch)) == len(epoch) == 990
        assert not set(epoch) & set(recorder.held_out)
    assert (recorder.epochs[0] != recorder.epochs[1]).any()
    first, again, other = (set(recorded(seed=seed).held_out) for seed in (0, 0, 1))
    assert first == again != other


def test_images_are_scaled_in_the_pipeline_and_stay_with_their_labels_or_themselves():
    images = few_images(60)
    for x, y in recorded(60, validation_fraction=0).batches:
        assert x.dtype == np.float32
        np.testing.assert_array_equal(np.rint(x * 255), images[y])
    for x, y in recorded(60, labels=False, validation_fraction=0).batches:
        np.testing.assert_array_equal(x, y)


def test_noise_is_fresh_unclipped_has_the_right_size_and_spares_the_target():
    images = few_images(200) / np.float32(255)
    recorder = recorded(noise=0.5, validation_fraction=0.5, epochs=4)
    noise = np.concatenate([x - images[y] for x, y in recorder.batches])
    assert noise.mean() == pytest.approx(0, abs=5 * 0.5 / np.sqrt(noise.size))
    assert noise.std() == pytest.approx(0.5, rel=5 / np.sqrt(2 * noise.size))
    assert np.concatenate([x for x, _ in recorder.batches]).min() < -1
    seen = np.concatenate([y for _, y in recorder.batches])
    of_one_image = noise[seen == seen[0]]
    assert len(of_one_image) == 4
    assert len(np.unique(of_one_image[:, 0])) == 4
    in_validation = recorder.validation_inputs - images[recorder.held_out]
    assert in_validation.std() == pytest.approx(0.5, rel=0.02)
    # The validation has noise of its own: the first batch of the training has another one.
    both = slice(min(len(noise), len(in_validation)))
    assert not np.isclose(in_validation[both], noise[both]).all(axis=1).any()
    for x, y in recorded(60, labels=False, noise=1.0, validation_fraction=0).batches:
        assert set(np.unique(y)) == {0.0, 1.0}
        assert (x != y).all()


@pytest.mark.parametrize("n", [30, 1000])
def test_an_epoch_can_have_a_given_number_of_updates(n):
    (epoch,) = recorded(n, validation_fraction=0, updates_per_epoch=7, epochs=1).epochs
    counts = np.bincount(epoch, minlength=n)
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
    assert loss_on_held_out(model) == pytest.approx(history.validation_loss[1], rel=1e-4)


@pytest.mark.parametrize(
    ("validation", "best"), [([0.3, 0.2, 0.4], 2), ([0.3, np.nan], 1), ([np.nan, 0.3], 2), ([], 3)]
)
def test_a_loss_that_is_no_number_is_never_the_best(validation, best):
    assert progress.best_epoch({"loss": [1.0, 1.0, 1.0], "val_loss": validation}) == best


@pytest.fixture
def stoppable():
    """As in a kernel: an interrupt raises KeyboardInterrupt, also in a suite in the background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    signal.signal(signal.SIGINT, before)


def pressing(method, call):
    """Return the method, with the stop button pressed in the call of this number."""
    calls = itertools.count(1)

    def pressed(*arguments, **settings):
        if next(calls) == call:
            press()
        return method(*arguments, **settings)

    return pressed


def press():
    signal.raise_signal(signal.SIGINT)


@pytest.mark.parametrize(
    ("part", "method", "call", "finished"),
    [
        ("callback", "on_train_batch_end", 4, 0),
        ("callback", "on_train_batch_end", 2 * 9 + 4, 2),
        ("callback", "on_train_end", 1, 3),
        ("callback", "on_test_batch_end", 1, 0),
        ("loss", "call", 1, 0),  # while the graph of an update is built
        ("optimizer", "apply", 1, 0),
        ("metric", "update_state", 1, 0),
        ("metric", "result", 1, 0),
        ("loss", "call", 2, 0),  # the graph of the validation
    ],
)
def test_the_stop_button_leaves_model_and_history_usable(
    stoppable, capsys, part, method, call, finished
):
    parts = {
        "callback": keras.callbacks.Callback(),
        "loss": keras.losses.MeanSquaredError(),
        "optimizer": keras.optimizers.Adam(),
        "metric": keras.metrics.MeanAbsoluteError(),
    }
    setattr(parts[part], method, pressing(getattr(parts[part], method), call))
    model, images = small_model(), few_images()
    model.compile(parts["optimizer"], parts["loss"], metrics=[parts["metric"]], jit_compile=False)
    stopped = fit(model, images, show=True, callbacks=[parts["callback"]])
    assert stopped.interrupted
    assert len(stopped.loss) == len(stopped.validation_loss) == finished
    assert f"autoencoder interrupted after {finished} epochs" in capsys.readouterr().out
    assert np.isfinite(model(images / np.float32(255))).all()
    again = fit(model, images)
    assert not again.interrupted
    assert len(again.loss) == 3


def test_without_a_show_an_interrupt_is_passed_on_and_the_best_weights_stay(stoppable):
    class PressInTheThirdEpoch(Spoil):
        def on_epoch_end(self, epoch, logs=None):
            if epoch == 2:
                press()

    model = small_model()
    with pytest.raises(KeyboardInterrupt):
        fit(model, few_images(), epochs=30, callbacks=[PressInTheThirdEpoch()])
    best = fit(small_model(), few_images(), epochs=2).validation_loss[1]
    assert loss_on_held_out(model) == pytest.approx(best, rel=1e-4)


def test_the_stop_button_ends_a_training_inside_another_one_too(stoppable):
    class Probe(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            press()
            probe.append(fit(small_model(), few_images(), show=True))

    probe = []
    history = fit(small_model(), few_images(), epochs=9, show=True, callbacks=[Probe()])
    assert [inner.interrupted for inner in probe] == [True]
    assert len(probe[0].loss) == 0
    assert history.interrupted
    assert len(history.loss) == 1


@pytest.fixture
def watch(monkeypatch):
    """What a learner sees after each epoch, and errors to raise after the second."""
    seen, errors = [], []

    class Spy(progress.BarAndCurve):
        def on_epoch_end(self, epoch, logs=None):
            super().on_epoch_end(epoch, logs)
            seen.append((self.box, self.bar.n, self.bar.total, self.bar.postfix, self.figure.value))
            if len(seen) == 2 and errors:
                raise errors.pop()

    monkeypatch.setattr(progress, "BarAndCurve", Spy)
    return seen, errors


@pytest.mark.parametrize("end", [KeyboardInterrupt, RuntimeError])
def test_whatever_ends_a_training_nothing_of_it_stays(watch, end):
    def images_kept():
        gc.collect()
        tensors = [o for o in gc.get_objects() if issubclass(type(o), tf.Tensor)]
        return sum(t.shape == (200, 784) and t.dtype == tf.uint8 for t in tensors)

    seen, errors = watch
    errors.append(end)
    before, model = images_kept(), small_model()
    with contextlib.suppress(RuntimeError):
        fit(model, few_images(), show=True)
    assert len(seen) == 2
    assert seen[0][0].layout.display == "none"
    assert images_kept() == before


def test_a_program_keeps_its_own_way_with_interrupts(stoppable):
    heard = []
    signal.signal(signal.SIGINT, lambda number, frame: heard.append(number))
    button = keras.callbacks.LambdaCallback(on_train_batch_end=lambda batch, logs: batch or press())
    history = fit(small_model(), few_images(), callbacks=[button])
    assert heard == [signal.SIGINT] * 3
    assert not history.interrupted
    signal.signal(signal.SIGINT, signal.default_int_handler)


def test_a_learner_sees_progress_and_then_two_short_lines(watch, capsys):
    fit(small_model(), few_images(), show=True)
    seen, _ = watch
    assert [(n, total) for _, n, total, _, _ in seen] == [(9, 27), (18, 27), (27, 27)]
    assert [words[-10:] for *_, words, _ in seen] == [f" (epoch {n})" for n in (1, 2, 3)]
    assert all(len(curve) > 1000 for *_, curve in seen)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2
    assert re.fullmatch(r"autoencoder trained for 3 epochs, \d+\.\d s on .*", lines[0])
    assert lines[0].endswith(f" on {learn.device()}")
    losses = r"loss 0\.\d{4}, best validation loss 0\.\d{4} \(epoch [123]\)"
    assert re.fullmatch(losses, lines[1])
    assert learn.device().startswith(("CPU, ", "GPU, "))
    fit(small_model(), few_images(), epochs=1, show=True)
    assert "trained for 1 epoch," in capsys.readouterr().out


test_wrong_calls = refused(
    [
        (learn.fit, dict(labels=np.zeros(31, int)), r"labels has shape \(31,\); expected \(32,\)"),
        (learn.fit, dict(model=CLASSIFIER), "labels is None, and model has outputs of shape"),
        (learn.fit, dict(validation_fraction=1.0), "validation_fraction is 1.0"),
        (learn.fit, dict(validation_fraction=-0.1), "validation_fraction is -0.1"),
        (learn.fit, dict(validation_fraction=0.001), "leaves a part empty"),
        (learn.fit, dict(noise=-1.0), "noise is -1.0"),
    ]
)
