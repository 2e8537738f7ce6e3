"""A right call of each public function of the package, and a test of wrong ones made from it."""

import importlib
import inspect
from pathlib import Path
import pkgutil
import tempfile

import aehelpers
from aehelpers import data, exercises, files, learn, networks, show, theory, widgets
from aehelpers.experiments import answers, design, explorers, machine, plan, results, runner, trials
from aehelpers.experiments.split import split
from aehelpers.learn import memory, progress
from aehelpers.show import figure, live
from aehelpers.widgets import still
import ipywidgets
import numpy as np
from PIL import Image
import pytest

BYTES = np.random.default_rng(0).integers(0, 256, (60, 784), np.uint8)
SCALED = data.scale(BYTES)
LABELS = np.arange(60) % 10
PCA = theory.principal_components(BYTES)
RECIPE = learn.Recipe(dict(code_size=4, hidden_sizes=()), epochs=1, learning_rate=0.001)
AUTOENCODER = learn.build_autoencoder(4, (8,))
AUTOENCODER.compile("sgd", "mse")
CLASSIFIER = learn.build_classifier()
CLASSIFIER.compile("sgd", "sparse_categorical_crossentropy")
SOME = results.Interval(0.5, 0.4, 0.6, 5)
INTERVALS = {"a": SOME, "b": SOME}
PAGES = np.zeros((3, 4, 28, 28), np.uint8)
PANEL = widgets.Panel("p", PAGES, ("k",))
EYE = np.eye(784)[:, :3]
DIGITS = [str(digit) for digit in range(10)]
TEXTS = dict(title="t", xlabel="x", ylabel="y")

ROWS = [
    dict(data="mnist", arm="a", labels=100, seed=seed, settings={}, accuracy=seed / 9)
    for seed in range(3)
]
PICTURES = tempfile.TemporaryDirectory()
Image.new("L", (3, 3)).save(Path(PICTURES.name, "a.png"))
SAVED = Path(PICTURES.name, "kept.npz")
data.load_folder(PICTURES.name).save(SAVED)
JUDGES = [judge for judge in vars(exercises).values() if inspect.isfunction(judge)]
OF_LEARNERS = ("answer", "function", "parts", "weights", "inputs", "targets", "classifier")
ANSWERS = {
    (judge, name)
    for judge in JUDGES
    for name in inspect.signature(judge).parameters
    if name in OF_LEARNERS
}

RIGHT = {
    data.load: dict(name="mnist"),
    data.class_names: dict(name="mnist"),
    data.scale: dict(images=BYTES),
    data.labeling_order: dict(labels=LABELS, seed=0),
    data.add_noise: dict(images=SCALED, sigma=1.0, seed=0),
    data.load_folder: dict(
        path=PICTURES.name, size=(2, 2), colour=False, limit=3, fit="pad", background=0
    ),
    data.load_saved: dict(path=SAVED),
    theory.identity_autoencoder: dict(m=3),
    theory.invertible_autoencoder: dict(m=3, seed=0),
    theory.principal_components: dict(images=BYTES[:, :30]),
    theory.pca_encode: dict(pca=PCA, images=BYTES, k=2),
    theory.pca_reconstruct: dict(pca=PCA, images=BYTES, k=2),
    theory.linear_floor: dict(pca=PCA, k=2),
    theory.denoiser_gains: dict(pca=PCA, sigma=1.0),
    theory.best_affine_denoiser: dict(pca=PCA, sigma=1.0),
    theory.denoising_floor: dict(pca=PCA, sigma=1.0, k=2),
    figure.Figure: dict(height=3.0),
    figure.picture_bundle: dict(png=b"", alt="a", width=8, height=8),
    live.display_live: dict(widget=ipywidgets.Label("l"), still={"text/html": "t"}, metadata={}),
    show.Table: dict(caption="c", headings=["h", "i"], rows=[["a", "1"]]),
    show.as_pictures: dict(images=BYTES),
    show.montage: dict(rows=[BYTES.reshape(-1, 28, 28)], background=255),
    show.image_rows: dict(rows={"a": BYTES[:2]}, title="t", captions=["x", "y"], signed=["a"]),
    show.image_grid: dict(images=BYTES[:2], captions=["x", "y"], title="t", columns=2),
    show.weight_grid: dict(groups={"a": EYE}, title="t", own_scales=True, columns=8),
    show.code_columns: dict(
        images=BYTES[:3], codes=SCALED[:3, :6], reconstructions=BYTES[:3], title="t"
    ),
    show.loss_curves: dict(loss=[2, 1], validation_loss=[2, 1], title="t", best_epoch=1),
    show.updates_curve: dict(updates=[0, 1], losses=[2, 1], title="t"),
    show.curves: dict(x=[1, 2], series={"a": [1, 2]}, xscale="log", yscale="log", **TEXTS),
    show.gains: dict(eigenvalues=EYE[:, 0], measured=EYE[:, 0], exact=EYE[:, 0], title="t"),
    show.accuracy_curve: dict(n_labels=[1, 2], accuracies=np.eye(2), title="t"),
    show.interval_rows: dict(
        intervals=INTERVALS,
        title="t",
        xlabel="x",
        runs={"a": [0.5], "b": [0.5]},
        groups={"g": ["a"]},
        limits=(0, 100),
        log=False,
    ),
    show.interval_curves: dict(
        x=[1, 2], series={"a": [SOME, SOME]}, title="t", xlabel="x", ylabel="y"
    ),
    show.landing: dict(
        x=[1, 2], intervals=[SOME] * 2, ranges=[SOME] * 2, point=(1, 0.5), title="t"
    ),
    show.bars: dict(names=["a"], values=[1.0], title="t", xlabel="x", decimals=2),
    show.scatter: dict(panels={"p": EYE[:60, :2]}, labels=LABELS, class_names=DIGITS, title="t"),
    show.arrows: dict(background=EYE[:, :2], starts=EYE[:9, :2], ends=EYE[:9, :2], **TEXTS),
    show.network_diagram: dict(n_inputs=784, code_size=64, title="t"),
    memory.release: dict(model=AUTOENCODER),
    progress.display_progress: dict(widget=ipywidgets.Label("l"), text="t"),
    learn.build_autoencoder: dict(
        code_size=4,
        hidden_sizes=(8,),
        hidden_activation="relu",
        code_activation=None,
        output_activation="relu",
    ),
    learn.build_classifier: dict(encoder=None, hidden_sizes=(8,), n_classes=10),
    learn.encoder_of: dict(autoencoder=AUTOENCODER),
    learn.decoder_of: dict(autoencoder=AUTOENCODER),
    learn.fit: dict(
        model=AUTOENCODER,
        images=BYTES[:32],
        labels=None,
        epochs=1,
        noise=0.0,
        batch_size=16,
        updates_per_epoch=1,
        validation_fraction=0.5,
        patience=1,
        seed=0,
        show=False,
        callbacks=[],
    ),
    learn.reconstruction_loss: dict(autoencoder=AUTOENCODER, images=BYTES),
    learn.accuracy: dict(classifier=CLASSIFIER, images=BYTES, labels=LABELS),
    learn.Snapshots: dict(images=SCALED, updates=[0, 1]),
    learn.start_at_mean: dict(autoencoder=AUTOENCODER, images=BYTES),
    learn.quick_adam: dict(learning_rate=0.01, n_updates=100),
    learn.train_bank: dict(recipes={"one": RECIPE}, images=BYTES, seed=0, show=False),
    widgets.row: dict(label="l", images=SCALED),
    widgets.Explorer: dict(
        title="t",
        sliders={"k": [1, 2, 3]},
        panels=[PANEL],
        start={"k": 1},
        readouts=np.array(["a", "b", "c"]),
        curve=None,
    ),
    widgets.Chooser: dict(
        title="t",
        sliders={"k": [1, 2, 3]},
        start={"k": 1},
        make=lambda name, draw: {"panels": [PANEL]},
        datasets={"digits": "mnist"},
    ),
    widgets.Draw: dict(autoencoders={"k = 4": AUTOENCODER}, images=BYTES),
    widgets.Map: dict(
        autoencoders={"k = 2": networks.pca(PCA, 2)},
        images=BYTES,
        labels=LABELS,
        class_names=DIGITS,
    ),
    widgets.Morph: dict(autoencoders={"k = 4": AUTOENCODER}, images=BYTES),
    widgets.Spoil: dict(denoisers={"k = 4": AUTOENCODER}, images=BYTES, pca=PCA),
    widgets.Search: dict(
        images=BYTES, spaces={"pixels": SCALED}, captions=[str(label) for label in LABELS]
    ),
    widgets.Intervals: dict(
        title="t",
        xlabel="x",
        sliders={"k": [2, 4]},
        start={"k": 2},
        groups={"g": ["a"]},
        measured=[{"a": (SOME, [0.4, 0.6])}] * 2,
        limits=(0, 100),
    ),
    widgets.Label: dict(images=BYTES, class_names=DIGITS, suggested=LABELS, certainty=SCALED[:, 0]),
    widgets.Train: dict(k=8, sigma=0.5, dataset="mnist"),
    networks.DenseNetwork: dict(layers=networks.pca(PCA, 2).layers),
    networks.from_keras: dict(model=AUTOENCODER),
    networks.pca: dict(pca=PCA, k=2),
    networks.as_autoencoders: dict(argument="a", given={"a": AUTOENCODER}, code_size=4),
    networks.reconstruction_loss: dict(network=networks.pca(PCA, 2), images=BYTES),
    networks.codes_of: dict(network=networks.pca(PCA, 2), images=BYTES),
    networks.read: dict(name="digits, k = 2"),
    widgets.Guess: dict(question="q", options=["a", "b"]),
    exercises.constant_accuracy: dict(answer=0.1, labels=LABELS),
    exercises.accuracy_function: dict(function=lambda p, y: np.mean(p.argmax(axis=1) == y)),
    exercises.reconstruction_loss: dict(function=lambda X, P: np.mean((X - P) ** 2)),
    exercises.autoencoder_parts: dict(parts=(AUTOENCODER,) * 3, code_size=4),
    exercises.small_autoencoder: dict(
        answer=AUTOENCODER, images=BYTES, most_weights=20_000, goal=0.5
    ),
    exercises.relative_error: dict(answer=[0.5], losses=[1.0], squared_pixels=[2.0]),
    exercises.identity_by_hand: dict(weights=[EYE[:3], EYE[0], EYE[:3], EYE[0]]),
    exercises.linear_floor: dict(answer=0.5, pca=PCA, k=2),
    exercises.denoising_pair: dict(inputs=SCALED, targets=SCALED, clean=SCALED, sigma=0.5),
    exercises.small_code: dict(function=lambda images: images[:, ::49]),
    exercises.small_denoiser: dict(answer=AUTOENCODER),
    exercises.few_labels: dict(function=lambda images: images[:, :10], goal=0.5),
    exercises.half_gain: dict(answer=0.5, sigma=1.0),
    exercises.classifier_on_encoder: dict(classifier=CLASSIFIER, autoencoder=AUTOENCODER),
    exercises.frozen_encoder: dict(classifier=CLASSIFIER, encoder=AUTOENCODER),
    exercises.parameter_count: dict(answer=5, sizes=(4, 1)),
    exercises.missing_control: dict(answer="c"),
    exercises.strongest_control: dict(answer="b"),
    design.plan: dict(experiment="choices"),
    results.read: dict(name="choices", folder=results.FOLDER),
    results.interval: dict(values=[0.5, 0.6]),
    results.range_of_one: dict(values=[0.5, 0.6]),
    results.identity: dict(row=ROWS[0]),
    results.select: dict(rows=ROWS, data="mnist", labels=100),
    results.difference: dict(rows=ROWS, controls=ROWS, measured="accuracy"),
    results.points: dict(interval=SOME),
    results.p_value: dict(values=[0.5, 0.6]),
    results.bootstrap: dict(values=[0.5, 0.6], seed=0),
    results.survive: dict(p_values=[0.01, 0.6], level=0.05),
    plan.chosen: dict(data="mnist", name="nearest neighbours", labels=100),
    plan.tested: dict(data="mnist", name="nearest neighbours", labels=100, seed=0),
    runner.planned_groups: dict(name="quick"),
}
# Calls of these train for seconds, start processes or write files, or only explorers make them.
LONG = {files.write_whole, results.write, machine.in_fresh_process, machine.peak_memory}
LONG |= {still.page, runner.complete, runner.execute, runner.measure}
LONG |= {trials.demonstrate, trials.reconstruct, trials.peak_memory, trials.reach}
LONG |= {runner.measure_group, split}
LONG |= {answers.answers, answers.accuracies, answers.class_accuracies, answers.table}
LONG |= {explorers.by_labels, explorers.what_if}
# These check what they are given in a function of their own (tests/learn/test_semisupervised.py).
LONG |= {learn.NoisyClassifier, learn.Ladder, learn.Agreement, learn.fit_both}

# Not declared: the learner's own answers; what is passed on; what a function looks at by itself.
UNDECLARED = {
    *ANSWERS,
    (show.accuracy_curve, "accuracies"),
    (widgets.row, "sliders"),
    (data.scale, "images"),
    (plan.tested, "data"),
    (plan.tested, "name"),
    (plan.tested, "labels"),
    (results.difference, "measured"),
    (results.select, "wanted"),
    (widgets.Chooser, "title"),
    (widgets.Chooser, "sliders"),
    (widgets.Chooser, "start"),
}
MODULES = [
    importlib.import_module(found.name)
    for found in pkgutil.walk_packages(aehelpers.__path__, "aehelpers.")
    if not found.name.endswith("__main__")
]


def refused(rows):
    """Return a test of (function, what is wrong in its call, words of the error)."""

    @pytest.mark.parametrize(("function", "wrong", "words"), rows)
    def test_refused(function, wrong, words):
        with pytest.raises((TypeError, ValueError), match=words) as caught:
            function(**RIGHT.get(function, {}) | wrong)
        assert "expected" in str(caught.value)

    return test_refused
