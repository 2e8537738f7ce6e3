"""Wrong calls: each public function names the argument, what came, and what is expected."""

import inspect
import math
from pathlib import Path

from aehelpers import data, files, theory, widgets
from aehelpers import exercises as checks
from aehelpers.experiments import results, trials
from aehelpers.experiments import runner as experiments
from aehelpers.learn import bank, models, training
from aehelpers.learn.memory import keras
from aehelpers.show import live, plotting
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
import ipywidgets
import numpy as np
from PIL import Image
import pytest

NAN, INF = math.nan, math.inf
BYTES = np.random.default_rng(0).integers(0, 256, (60, 784), np.uint8)
SCALED = data.scale(BYTES)
LABELS = np.arange(60) % 10
PCA = theory.principal_components(BYTES)
RECIPE = bank.Recipe(dict(code_size=4, hidden_sizes=()), epochs=1, learning_rate=0.001)
AUTOENCODER = models.build_autoencoder(4, (8,))
AUTOENCODER.compile("sgd", "mse")
CLASSIFIER = models.build_classifier()
CLASSIFIER.compile("sgd", "sparse_categorical_crossentropy")
SOME = results.Interval(0.5, 0.4, 0.6, 5)
PAGES = np.zeros((3, 4, 28, 28), np.uint8)
PICTURE = Image.new("RGB", (8, 8))
RUN = experiments.classifier("mnist", "deep network", 100, 0)
ROWS = [RUN._replace(seed=n)._asdict() | {"accuracy": n / 9, "mse": "none"} for n in range(3)]
SEARCH = trials.Search(None, None, np.arange(100).reshape(20, 5) % 20)


def fit(model=AUTOENCODER, images=BYTES, labels=None, **changes):
    settings = dict(epochs=1, batch_size=16, show=False) | changes
    return training.fit(model, images, labels, **settings)


def fit_classes(labels):
    return fit(CLASSIFIER, labels=labels)


def train(**changes):
    return bank.train_bank({"one": RECIPE._replace(**changes)}, BYTES, show=False)


def explore(sliders=None, panels=None, start=None, **others):
    sliders = {"k": [1, 2, 3]} if sliders is None else sliders
    panels = [widgets.Panel("p", PAGES, ("k",))] if panels is None else panels
    return widgets.Explorer("title", sliders, panels, start or {"k": 1}, **others)


def choose(make, datasets=None):
    return widgets.Chooser("t", {"k": [1, 2, 3]}, {"k": 1}, make, datasets or {"a": "mnist"})


def classify(**changes):
    return trials.classify("mnist", 100, 0, RUN.settings | changes)


def demonstrate(**changes):
    settings = experiments.ARTICLE | {"encoder": "random"} | changes
    return trials.demonstrate("mnist", 100, 0, settings)


def label_few(**changes):
    settings = {"features": None, "head": experiments.SPREAD, "scored_on": "test"} | changes
    return trials.label_few("mnist", 100, 0, settings)


# What is called, the kind of error, and words that its message must have.
TABLE = [
    # files
    (lambda: files.write_whole("x", b""), TypeError, "path is 'x'; expected a pathlib.Path"),
    (lambda: files.write_whole(Path("x"), "y"), TypeError, "content is 'y'; expected bytes"),
    # data
    (lambda: data.load("mnits"), ValueError, "name is 'mnits'.*did you mean 'mnist'"),
    (lambda: data.load("Fashion-MNIST"), ValueError, "did you mean 'fashion_mnist'"),
    (lambda: data.load(None), TypeError, "name is None; expected a string"),
    (lambda: data.class_names(3), TypeError, "name is 3; expected a string"),
    (lambda: data.scale(SCALED), TypeError, "images is an array of float32.*expected .* uint8"),
    (lambda: data.scale([1, 2]), TypeError, r"images is \[1, 2\]; expected a NumPy array"),
    (lambda: data.labeling_order([1, 2], 0), TypeError, "labels is .*expected a NumPy array"),
    (lambda: data.labeling_order(LABELS / 2, 0), TypeError, "labels has dtype float64"),
    (lambda: data.labeling_order(LABELS[:0], 0), ValueError, r"labels has shape \(0,\)"),
    (lambda: data.labeling_order(LABELS, -1), ValueError, "seed is -1; expected a whole number"),
    (lambda: data.labeling_order(LABELS, 0.5), TypeError, "seed is 0.5; expected a whole number"),
    (lambda: data.add_noise(BYTES, 1.0, 0), TypeError, "images is .*uint8.*expected floats"),
    (lambda: data.add_noise(SCALED, -1, 0), ValueError, "sigma is -1; expected a number from 0"),
    (lambda: data.add_noise(SCALED, NAN, 0), ValueError, "sigma is nan; expected a number"),
    (lambda: data.add_noise(SCALED, "1", 0), TypeError, "sigma is '1'; expected a number"),
    (lambda: data.add_noise(SCALED * NAN, 1, 0), ValueError, "images holds NaN"),
    # theory
    (lambda: theory.identity_autoencoder(0), ValueError, "m is 0; expected a whole number"),
    (lambda: theory.identity_autoencoder(2.0), TypeError, "m is 2.0; expected a whole number"),
    (lambda: theory.principal_components(BYTES[0]), ValueError, r"images has shape \(784,\)"),
    (lambda: theory.principal_components(SCALED * NAN), ValueError, "images goes from nan"),
    (lambda: theory.pca_encode(PCA, BYTES, 0), ValueError, "k is 0; expected a whole number"),
    (lambda: theory.pca_encode(PCA, BYTES, 785), ValueError, "k is 785.*from 1 to 784"),
    (lambda: theory.pca_encode(BYTES, BYTES, 2), TypeError, "pca is ndarray; expected a PCA"),
    (lambda: theory.pca_reconstruct(PCA, BYTES[:, :9], 2), ValueError, r"expected \(n, 784\)"),
    (lambda: theory.linear_floor(PCA, -1), ValueError, "k is -1; expected a whole number"),
    (lambda: theory.linear_floor(PCA, True), TypeError, "k is True; expected a whole number"),
    (lambda: theory.copying_error(NAN), ValueError, "sigma is nan; expected a number"),
    (lambda: theory.denoiser_gains(PCA, None), TypeError, "sigma is None; expected a number"),
    (lambda: theory.denoising_floor(PCA, 1, k=1.5), TypeError, "k is 1.5; expected a whole"),
    (lambda: theory.principal_angles(np.eye(3), np.eye(4)), ValueError, "b has shape"),
    # models
    (
        lambda: models.build_autoencoder(0),
        ValueError,
        "code_size is 0; expected a whole number from 1 to",
    ),
    (lambda: models.build_autoencoder(-8), ValueError, "code_size is -8"),
    (lambda: models.build_autoencoder(64.0), TypeError, "code_size is 64.0; expected a whole"),
    (lambda: models.build_autoencoder(4, 512), TypeError, "hidden_sizes is 512; expected a tuple"),
    (lambda: models.build_autoencoder(4, (8, 0)), ValueError, r"hidden_sizes\[1\] is 0"),
    (
        lambda: models.build_autoencoder(4, hidden_activation="rleu"),
        ValueError,
        "hidden_activation is 'rleu'.*did you mean 'relu'",
    ),
    (
        lambda: models.build_autoencoder(4, output_activation=1),
        TypeError,
        "output_activation is 1; expected a string",
    ),
    (lambda: models.build_classifier("encoder"), TypeError, "encoder is 'encoder'; expected a K"),
    (
        lambda: models.build_classifier(models.decoder_of(AUTOENCODER)),
        ValueError,
        r"encoder takes inputs of .*\(None, 4\); expected \(None, 784\)",
    ),
    (lambda: models.build_classifier(n_classes=0), ValueError, "n_classes is 0"),
    (lambda: models.encoder_of(None), TypeError, "autoencoder is None; expected a Keras model"),
    (lambda: models.decoder_of(CLASSIFIER), ValueError, "no layer named 'essence'"),
    # training
    (lambda: fit("model"), TypeError, "model is 'model'; expected a Keras model"),
    (lambda: fit(models.build_autoencoder(4, ())), ValueError, "is not compiled"),
    (lambda: fit(images=SCALED), TypeError, "images has dtype float32; expected uint8"),
    (lambda: fit(images=BYTES.tolist()), TypeError, "images is .*expected a NumPy array"),
    (lambda: fit(images=BYTES.reshape(-1, 28, 28)), ValueError, r"\(60, 28, 28\); expected \(n, 7"),
    (lambda: fit(images=BYTES[:0]), ValueError, r"images has shape \(0, 784\)"),
    (lambda: fit(CLASSIFIER), ValueError, "labels is None, and model has outputs"),
    (lambda: fit_classes(LABELS[:59]), ValueError, "labels has length 59; expected 60"),
    (lambda: fit_classes(LABELS + 1), ValueError, "labels goes from 1 to 10; expected 0 to 9"),
    (lambda: fit_classes(LABELS * 1.0), TypeError, "labels has dtype float64; expected integers"),
    (lambda: fit(epochs=0), ValueError, "epochs is 0; expected a whole number from 1"),
    (lambda: fit(epochs=1.5), TypeError, "epochs is 1.5; expected a whole number"),
    (lambda: fit(noise=-0.5), ValueError, "noise is -0.5; expected a number from 0"),
    (lambda: fit(noise=NAN), ValueError, "noise is nan"),
    (lambda: fit(batch_size=0), ValueError, "batch_size is 0"),
    (lambda: fit(updates_per_epoch=-1), ValueError, "updates_per_epoch is -1"),
    (lambda: fit(validation_fraction=1), ValueError, "validation_fraction is 1.*part empty"),
    (lambda: fit(validation_fraction=2), ValueError, "validation_fraction is 2; expected"),
    (lambda: fit(patience=0), ValueError, "patience is 0"),
    (lambda: fit(seed=-1), ValueError, "seed is -1"),
    (lambda: training.accuracy(CLASSIFIER, SCALED, LABELS), TypeError, "images has dtype float32"),
    (lambda: training.accuracy(CLASSIFIER, BYTES, None), TypeError, "labels is None"),
    (lambda: training.reconstruction_loss(CLASSIFIER, BYTES), ValueError, "autoencoder has outp"),
    (lambda: training.Snapshots(BYTES, [0]), TypeError, "images has dtype uint8; expected floats"),
    (lambda: training.Snapshots(SCALED * 255, [0]), ValueError, "images goes from 0 to 255; exp"),
    (lambda: training.Snapshots(SCALED, [0, -1]), ValueError, r"updates\[1\] is -1"),
    (lambda: training.release(None), TypeError, "model is None; expected a Keras model"),
    (lambda: training.start_at_mean(CLASSIFIER, BYTES), ValueError, "autoencoder has outputs of"),
    (lambda: training.start_at_mean(AUTOENCODER, SCALED), TypeError, "images has dtype float32"),
    (
        lambda: training.start_at_mean(
            models.build_autoencoder(4, (), output_activation="tanh"), BYTES
        ),
        ValueError,
        "the last layer of autoencoder is <Dense .* with activation tanh; expected a Dense layer",
    ),
    (
        lambda: training.start_at_mean(
            keras.Sequential([keras.Input((784,)), keras.layers.Activation("sigmoid")]), BYTES
        ),
        ValueError,
        "the last layer of autoencoder is <Activation .* with activation None; expected a Dense",
    ),
    (lambda: training.quick_adam(0, 100), ValueError, "learning_rate is 0; expected a number abo"),
    (lambda: training.quick_adam(0.01, 5), ValueError, "n_updates is 5; expected a whole number"),
    (lambda: training.Stopwatch(SCALED, []), ValueError, "seconds is empty"),
    (
        lambda: training.Stopwatch(SCALED, [2, 1]),
        ValueError,
        r"seconds\[1\] is 1; expected .* above 2",
    ),
    (lambda: training.Stopwatch(SCALED, 8), TypeError, "seconds is 8; expected a sequence"),
    # bank
    (lambda: bank.train_bank({}, BYTES), ValueError, "recipes is empty"),
    (lambda: bank.train_bank([RECIPE], BYTES), TypeError, "recipes is .*expected a dict"),
    (
        lambda: bank.train_bank({"a": 1}, BYTES),
        TypeError,
        r"recipes\['a'\] is 1; expected a Rec",
    ),
    (lambda: bank.train_bank({"a": RECIPE}, SCALED), TypeError, "images has dtype float32"),
    (lambda: train(epochs=0), ValueError, "the epochs of 'one' is 0"),
    (lambda: train(learning_rate=0), ValueError, "the learning_rate of 'one' is 0"),
    (lambda: train(noise=-1), ValueError, "the noise of 'one' is -1"),
    (lambda: train(quick=True), ValueError, "'one'. is quick and makes 1 updates of 60 images"),
    (lambda: train(model={"code_size": 0}), ValueError, "code_size is 0"),
    (lambda: train(quick=3), TypeError, "the quick of 'one' is 3; expected True or False"),
    (lambda: train(model={"codesize": 4}), ValueError, "'codesize'.*did you mean 'code_size'"),
    # results and experiments
    (lambda: results.read(3), TypeError, "name is 3; expected a string"),
    (lambda: results.interval([1.0]), ValueError, "expected at least two"),
    (lambda: results.interval([1.0, INF]), ValueError, r"values is \[1.0, inf\]"),
    (lambda: results.range_of_one("ab"), TypeError, "values is 'ab'; expected a sequence"),
    (lambda: experiments.classifier("mnist", "frozen", 9, 0), ValueError, "arm is 'frozen'"),
    (
        lambda: experiments.classifier("mnist", "denoising frozen", 9, 0),
        ValueError,
        "did you mean 'denoising, frozen'",
    ),
    (lambda: experiments.classifier("minst", "", 9, 0), ValueError, "did you mean 'mnist'"),
    (
        lambda: experiments.classifier("mnist", "deep network", 60_001, 0),
        ValueError,
        "labels is 60001; expected a whole number from 1 to 60000",
    ),
    (lambda: experiments.measure("pretrain", None), ValueError, "did you mean 'pretraining'"),
    (lambda: experiments.measure("pretraining", None), TypeError, "run is None; expected a Run"),
    # plotting
    (lambda: plotting.as_pictures(BYTES[:, :9]), ValueError, r"images has shape \(60, 9\)"),
    (lambda: plotting.as_pictures(BYTES.astype(int)), TypeError, "images has dtype int64"),
    (lambda: plotting.as_pictures("abc"), TypeError, "images has dtype <U3; expected uint8"),
    (lambda: plotting.Table("c", ["h"], []), ValueError, "rows is empty; expected at least one"),
    (lambda: plotting.Table("c", ["h"], [[1]]), TypeError, r"a text in rows\[0\] is 1; expected a"),
    (lambda: plotting.Table("c", ["h"], [["a", "b"]]), ValueError, r"rows\[0\] has length 2; exp"),
    (lambda: plotting.image_rows({}, "t"), ValueError, "rows has 0 entries"),
    (lambda: plotting.image_rows({51 * "a": BYTES[:2]}, "t"), ValueError, "has 51 letters"),
    (
        lambda: plotting.image_rows({"a": BYTES[:2], "b": BYTES[:3]}, "t"),
        ValueError,
        r"rows\['b'\] has 3 images; expected 2",
    ),
    (
        lambda: plotting.image_rows({"a": BYTES[:2]}, "t", ["x"]),
        ValueError,
        "captions has length 1",
    ),
    (lambda: plotting.image_grid(BYTES[:2], ["a"], "t"), ValueError, "captions has length 1"),
    (lambda: plotting.weight_grid({"a": np.eye(3)}, "t"), ValueError, r"groups\['a'\] has shape"),
    (lambda: plotting.loss_curves("abc", [], "t"), TypeError, "loss is 'abc'; expected a sequence"),
    (lambda: plotting.updates_curve([0, 1], [1.0], "t"), ValueError, "losses has length 1"),
    (lambda: plotting.curves([0, 1], {"a": [1, 2]}, "t", "x", "y"), ValueError, r"x is \[0"),
    (lambda: plotting.curves([2, 1], {"a": [1, 2]}, "t", "x", "y"), ValueError, "that increase"),
    (lambda: plotting.accuracy_curve([1], [[0.5]], "t"), ValueError, "accuracies has 1 seed"),
    (lambda: plotting.accuracy_curve([1], [[55.0, 1]], "t"), ValueError, "goes from 1 to 55"),
    (
        lambda: plotting.interval_curves([1], {"a": {"b": [SOME]}}, list("bcdefg"), *"txy"),
        ValueError,
        "names has 6 entries; expected at most 5",
    ),
    (lambda: plotting.bars(["a"], [1], "t", "x", -1), ValueError, "decimals is -1; expected a wh"),
    (lambda: plotting.bars(["a"], [1, 2], "t", "x"), ValueError, "names has length 1; expected 2"),
    (lambda: plotting.interval_rows({"a": SOME}, 3, "x"), TypeError, "title is 3; expected a str"),
    (lambda: plotting.interval_rows({"a": SOME}, "t", "x", line="b"), ValueError, "line is 'b'"),
    (lambda: plotting.landing([1], [SOME], [SOME], (2, 0.5), "t"), ValueError, "point is at 2"),
    (lambda: plotting.network_diagram(784, 0, "t"), ValueError, "code_size is 0"),
    (lambda: plotting.montage([]), ValueError, "rows is empty"),
    # widgets
    (lambda: explore(sliders={}), ValueError, "sliders has 0 entries; expected one or two"),
    (lambda: explore(start={"k": 9}), ValueError, "k is 9; expected one of"),
    (lambda: explore(start={"j": 1}), ValueError, r"the state names \['j'\]"),
    (
        lambda: explore(panels=[widgets.Panel("p", PAGES / 2, ("k",))]),
        TypeError,
        "panel 'p' has float64; expected uint8",
    ),
    (
        lambda: explore(panels=[widgets.Panel("p", {"k": 3}, ("k",))]),
        TypeError,
        r"the value for pictures of panel 'p' is \{'k': 3\}; expected a NumPy array",
    ),
    (
        lambda: explore(panels=[widgets.Panel("p", PAGES, ("k",), captions=["a"])]),
        TypeError,
        r"the value for captions of panel 'p' is \['a'\]; expected a NumPy array",
    ),
    (
        lambda: explore(panels=[widgets.Panel("p", PAGES[:2], ("k",))]),
        ValueError,
        "panel 'p' has pictures of shape",
    ),
    (lambda: explore(panels=[]), ValueError, "panels is empty"),
    (
        lambda: explore(panels=[widgets.Panel("p", PAGES, ("sigma",))]),
        ValueError,
        "panel 'p' names the slider 'sigma'; expected one of k",
    ),
    (lambda: explore(readouts=np.array(["a"])), ValueError, r"readouts has shape \(1,\)"),
    (lambda: widgets.Prediction(1, ["a", "b"]), TypeError, "question is 1; expected a string"),
    (lambda: widgets.Prediction("q", "ab"), TypeError, "options is 'ab'; expected a sequence"),
    (lambda: widgets.Prediction("q", ["a", 2]), TypeError, r"options\[1\] is 2; expected a str"),
    (lambda: widgets.Prediction("q", ["a"]), ValueError, "expected two or more texts, all"),
    (lambda: widgets.Prediction("q", ["a", "a"]), ValueError, "expected two or more texts, all"),
    (
        lambda: widgets.Prediction("q", ["small", "large"]).compare_with("smal"),
        ValueError,
        "outcome is 'smal'.*did you mean 'small'",
    ),
    # results and experiments
    (lambda: results.select(ROWS, lables=100), ValueError, "'lables'.*did you mean 'labels'"),
    (lambda: results.select(ROWS, arm="deep netwrk"), ValueError, "did you mean 'deep network'"),
    (
        lambda: results.select(ROWS, labels=[100]),
        TypeError,
        r"labels is \[100\]; expected a string",
    ),
    (lambda: results.select([{}], labels=1), ValueError, r"rows\[0\] lacks data, arm, labels"),
    (lambda: results.select(ROWS, labels=7), ValueError, "no row has .*7"),
    (lambda: results.difference(ROWS, ROWS, "acuracy"), ValueError, "did you mean 'accuracy'"),
    (lambda: results.difference(ROWS, ROWS, "mse"), TypeError, "mse in rows is 'none'"),
    (lambda: results.difference(ROWS, 3), TypeError, "controls is 3; expected a sequence"),
    (lambda: results.identity({"data": 1}), ValueError, "row lacks arm, labels, seed, settings"),
    (lambda: results.write("x", "y"), TypeError, "rows is 'y'; expected a sequence"),
    (lambda: results.write("x", [{"data": 1}]), ValueError, r"rows\[0\] lacks arm"),
    (lambda: results.write("x", ROWS, 3), TypeError, "folder is 3; expected the path of a folder"),
    (lambda: experiments.n_updates(0), ValueError, "labels is 0; expected a whole number"),
    (lambda: experiments.plan("encoder", experiments.QUICK), ValueError, "mean 'encoders'"),
    (lambda: experiments.plan("encoders", 3), TypeError, "size is 3; expected a Size"),
    (
        lambda: experiments.plan("encoders", experiments.QUICK._replace(seeds=(0.5,))),
        TypeError,
        "size.seeds is 0.5",
    ),
    (
        lambda: experiments.execute(["recipes"], experiments.QUICK, Path("x"), 1),
        ValueError,
        "did you mean 'recipe'",
    ),
    (
        lambda: experiments.execute([], experiments.QUICK, Path("x"), 0),
        ValueError,
        "jobs is 0; expected a whole number",
    ),
    (lambda: experiments.measure("encoders", RUN._asdict()), TypeError, "run is {.*expected a Run"),
    # trials
    (lambda: trials.pretrain("mnits", 0, 0, {}), ValueError, "name is 'mnits'.*mean 'mnist'"),
    (lambda: trials.pretrain("mnist", 0, 0, {}), ValueError, "settings lacks model, epochs"),
    (lambda: trials.classify("mnist", 0, 0, RUN.settings), ValueError, "labels is 0; expected"),
    (lambda: trials.classify("mnist", 9, -1, RUN.settings), ValueError, "seed is -1; expected"),
    (lambda: trials.classify("mnist", 9, 0, None), TypeError, "settings is None; expected a dict"),
    (lambda: classify(stages=3), TypeError, "stages is 3; expected a sequence"),
    (lambda: classify(stages=[{"trained": "all"}]), ValueError, "a stage lacks learning_rate"),
    (lambda: classify(scored_on="tset"), ValueError, "scored_on is 'tset'.*mean 'test'"),
    (lambda: classify(batch_size=0), ValueError, "batch_size is 0; expected a whole number"),
    (lambda: classify(encoder="random"), TypeError, "encoder or features is 'random'; expected"),
    (lambda: demonstrate(encoder="pretraind"), ValueError, "did you mean 'pretrained'"),
    (lambda: demonstrate(learning_rate=NAN), ValueError, "learning_rate is nan; expected a number"),
    (lambda: demonstrate(epochs=1.0), TypeError, "epochs is 1.0; expected a whole number"),
    (
        lambda: trials.reconstruct("mnist", 0, 0, experiments.ARTICLE | {"decay": "linear"}),
        ValueError,
        "decay is 'linear'; expected one of none, cosine",
    ),
    (
        lambda: trials.peak_memory("mnist", 0, 0, experiments.ARTICLE | {"images": "uint"}),
        ValueError,
        "images is 'uint'.*did you mean 'uint8'",
    ),
    (lambda: label_few(head={"kind": "tree"}), ValueError, "kind is 'tree'; expected one of"),
    (lambda: label_few(head={"kind": "linear"}), ValueError, "head lacks C; expected"),
    (lambda: label_few(head=experiments.SPREAD | {"alpha": 2}), ValueError, "alpha is 2; expected"),
    (lambda: label_few(features=3), TypeError, "encoder or features is 3; expected a dict"),
    (
        lambda: trials.spread_labels(SEARCH, np.array([20]), np.array([3]), experiments.SPREAD),
        ValueError,
        "labeled goes from 20 to 20; expected indices from 0 to 19",
    ),
    # what figures and explorers are made of
    (lambda: plotting.Figure(0), ValueError, "height is 0; expected a number above 0"),
    (lambda: plotting.stack_pictures([]), ValueError, "expected at least one, all of the same"),
    (lambda: plotting.draw_marker(PICTURE, 9, 0), ValueError, "x is 9; expected a number from 0"),
    (lambda: choose(3), TypeError, "make is 3; expected a function"),
    (lambda: choose(lambda name, draw: 3), TypeError, "what make returns is 3; expected a dict"),
    (lambda: choose(print, {"a": 1}), TypeError, r"datasets\['a'\] is 1; expected a string"),
    (
        lambda: choose(lambda name, draw: {"panels": [], "readout": 1}),
        ValueError,
        "did you mean 'readouts'",
    ),
]


@pytest.mark.parametrize(("call", "error", "words"), TABLE)
def test_a_wrong_call_says_what_is_wrong(call, error, words):
    with pytest.raises(error, match=words):
        call()


def test_the_table_is_long_enough():
    assert len(TABLE) >= 60


EXAMPLES = 60

# Anything that a learner could give by mistake.
ANYTHING = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 3),
    st.sampled_from([0.0, -1.0, 0.5, NAN, INF, -INF, 1e300, 10**400, -(10**30)]),
    st.sampled_from(["", "mnist", "relu", b"relu"]),
    st.lists(st.integers(-1, 2), max_size=3),
    st.dictionaries(st.sampled_from(["a", 1]), st.integers(0, 2), max_size=2),
    hnp.arrays(
        st.sampled_from([np.uint8, np.int64, np.float32, np.float64, bool, "U1"]),
        st.sampled_from([(), (0,), (3,), (2, 3), (2, 784), (2, 28, 28), (0, 784)]),
    ),
)

EYE = np.eye(784)[:, :3]
INTERVALS = {"a": SOME, "b": SOME}

# A call of each function that works.
RIGHT = {
    data.load: dict(name="mnist"),
    data.class_names: dict(name="mnist"),
    data.scale: dict(images=BYTES),
    data.labeling_order: dict(labels=LABELS, seed=0),
    data.add_noise: dict(images=SCALED, sigma=1.0, seed=0),
    theory.identity_autoencoder: dict(m=3),
    theory.invertible_autoencoder: dict(m=3, seed=0),
    theory.principal_components: dict(images=BYTES[:, :30]),
    theory.pca_encode: dict(pca=PCA, images=BYTES, k=2),
    theory.pca_reconstruct: dict(pca=PCA, images=BYTES, k=2),
    theory.linear_floor: dict(pca=PCA, k=2),
    theory.copying_error: dict(sigma=1.0),
    theory.denoiser_gains: dict(pca=PCA, sigma=1.0),
    theory.best_affine_denoiser: dict(pca=PCA, sigma=1.0),
    theory.denoising_floor: dict(pca=PCA, sigma=1.0, k=2),
    theory.principal_angles: dict(a=EYE, b=EYE),
    models.build_autoencoder: dict(
        code_size=4,
        hidden_sizes=(8,),
        hidden_activation="relu",
        code_activation=None,
        output_activation="relu",
    ),
    models.build_classifier: dict(encoder=None, hidden_sizes=(8,), n_classes=10),
    models.encoder_of: dict(autoencoder=AUTOENCODER),
    models.decoder_of: dict(autoencoder=AUTOENCODER),
    training.fit: dict(
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
    ),
    training.reconstruction_loss: dict(autoencoder=AUTOENCODER, images=BYTES),
    training.accuracy: dict(classifier=CLASSIFIER, images=BYTES, labels=LABELS),
    training.Snapshots: dict(images=SCALED, updates=[0, 1]),
    training.release: dict(model=AUTOENCODER),
    training.start_at_mean: dict(autoencoder=AUTOENCODER, images=BYTES),
    training.quick_adam: dict(learning_rate=0.01, n_updates=100),
    training.Stopwatch: dict(images=SCALED, seconds=[0.5, 1]),
    training.chunks: dict(images=BYTES),
    live.display_live: dict(widget=ipywidgets.Label("l"), still={"text/html": "t"}, metadata={}),
    training.display_progress: dict(widget=ipywidgets.Label("l"), text="t"),
    bank.train_bank: dict(recipes={"one": RECIPE}, images=BYTES, seed=0),
    checks.constant_accuracy: dict(answer=0.1, labels=LABELS),
    checks.accuracy_function: dict(function=lambda p, y: np.mean(p.argmax(axis=1) == y)),
    checks.reconstruction_loss: dict(function=lambda X, P: np.mean((X - P) ** 2)),
    checks.autoencoder_parts: dict(parts=(AUTOENCODER,) * 3, code_size=4),
    checks.relative_error: dict(answer=[0.5], losses=[1.0], squared_pixels=[2.0]),
    checks.identity_by_hand: dict(weights=[EYE[:3], EYE[0], EYE[:3], EYE[0]]),
    checks.linear_floor: dict(answer=0.5, pca=PCA, k=2),
    checks.denoising_pair: dict(inputs=SCALED, targets=SCALED, clean=SCALED, sigma=0.5),
    checks.half_gain: dict(answer=0.5, sigma=1.0),
    checks.classifier_on_encoder: dict(classifier=CLASSIFIER, autoencoder=AUTOENCODER),
    checks.frozen_encoder: dict(classifier=CLASSIFIER, encoder=AUTOENCODER),
    checks.parameter_count: dict(answer=5, sizes=(4, 1)),
    checks.missing_control: dict(answer="c"),
    results.read: dict(name="selection", folder=results.FOLDER),
    results.interval: dict(values=[0.5, 0.6]),
    results.range_of_one: dict(values=[0.5, 0.6]),
    results.identity: dict(row=ROWS[0]),
    results.select: dict(rows=ROWS, data="mnist", labels=100),
    results.difference: dict(rows=ROWS, controls=ROWS, measured="accuracy"),
    experiments.n_updates: dict(labels=9),
    experiments.learning_rate: dict(data="mnist", arm="deep network", labels=9),
    experiments.classifier: dict(
        data="mnist", arm="deep network", labels=9, seed=0, size=experiments.QUICK
    ),
    experiments.plan: dict(experiment="encoders", size=experiments.QUICK),
    trials.spread_labels: dict(
        search=SEARCH, labeled=np.array([1, 2]), labels=np.array([3, 4]), head=experiments.SPREAD
    ),
    plotting.Figure: dict(height=3.0),
    plotting.picture_bundle: dict(png=b"", alt="a", width=8, height=8),
    plotting.draw_marker: dict(picture=PICTURE, x=1, y=1),
    plotting.stack_pictures: dict(pictures=[PICTURE, PICTURE]),
    plotting.panel_page: dict(title="t", panels=[("p", BYTES[:28, :28], ["a", "b"], 2)]),
    plotting.Table: dict(caption="c", headings=["h", "i"], rows=[["a", "1"]]),
    plotting.image_rows: dict(rows={"a": BYTES[:2]}, title="t", captions=["x", "y"]),
    plotting.image_grid: dict(images=BYTES[:2], captions=["x", "y"], title="t", columns=2),
    plotting.weight_grid: dict(groups={"a": EYE}, title="t"),
    plotting.loss_curves: dict(loss=[2, 1], validation_loss=[2, 1], title="t", best_epoch=1),
    plotting.updates_curve: dict(updates=[0, 1], losses=[2, 1], title="t"),
    plotting.curves: dict(
        x=[1, 2], series={"a": [1, 2]}, title="t", xlabel="x", ylabel="y", xscale="log"
    ),
    plotting.gains: dict(eigenvalues=EYE[:, 0], measured=EYE[:, 0], exact=EYE[:, 0], title="t"),
    plotting.accuracy_curve: dict(n_labels=[1, 2], accuracies=np.eye(2), title="t"),
    plotting.interval_curves: dict(
        x=[1, 2],
        panels={"p": {"a": [SOME, SOME]}},
        names=["a"],
        title="t",
        xlabel="x",
        ylabel="y",
        level=0.0,
    ),
    plotting.interval_rows: dict(
        intervals=INTERVALS,
        title="t",
        xlabel="x",
        runs={"a": [0.5], "b": [0.5]},
        line="a",
        limits=(0, 100),
    ),
    plotting.landing: dict(
        x=[1, 2], intervals=[SOME] * 2, ranges=[SOME] * 2, point=(1, 0.5), title="t"
    ),
    plotting.bars: dict(names=["a"], values=[1.0], title="t", xlabel="x", decimals=2),
    plotting.network_diagram: dict(n_inputs=784, code_size=64, title="t"),
    plotting.montage: dict(rows=[BYTES.reshape(-1, 28, 28)], background=255),
    plotting.as_pictures: dict(images=BYTES),
    widgets.Explorer: dict(
        title="t",
        sliders={"k": [1, 2, 3]},
        panels=[widgets.Panel("p", PAGES, ("k",))],
        start={"k": 1},
        readouts=np.array(["a", "b", "c"]),
        curve=None,
    ),
    widgets.Chooser: dict(
        title="t",
        sliders={"k": [1, 2, 3]},
        start={"k": 1},
        make=lambda name, draw: {"panels": [widgets.Panel("p", PAGES, ("k",))]},
        datasets={"digits": "mnist"},
    ),
    widgets.Prediction: dict(question="q", options=["a", "b"]),
}
# Calls of these train for seconds or write files; their wrong calls stand in the table.
LONG = {
    files.write_whole,
    results.write,
    experiments.execute,
    experiments.measure,
    trials.pretrain,
    trials.classify,
    trials.demonstrate,
    trials.reconstruct,
    trials.peak_memory,
    trials.label_few,
}
MODULES = (bank, checks, data, experiments, files, live, models, plotting)
MODULES += (results, theory, training, trials, widgets)
CALLS = pytest.mark.parametrize(
    "function", RIGHT, ids=lambda function: f"{function.__module__}.{function.__name__}"
)


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_each_public_function_is_tried(module):
    public = {
        thing
        for name, thing in vars(module).items()
        if not name.startswith("_")
        and getattr(thing, "__module__", None) == module.__name__
        and callable(thing)
        and not hasattr(thing, "_fields")  # a NamedTuple is checked where it is used
        and inspect.signature(thing).parameters
    }
    assert public <= set(RIGHT) | LONG


@CALLS
def test_the_right_calls_are_right(function):
    quiet = {"show": False} if "show" in inspect.signature(function).parameters else {}
    function(**RIGHT[function], **quiet)


@CALLS
@given(draw=st.data())
@settings(
    max_examples=EXAMPLES,
    derandomize=True,  # a wide search is for the one who changes the package: raise EXAMPLES
)
def test_no_wrong_argument_ends_in_a_traceback_from_the_inside(function, draw):
    """With one argument changed, a call works, or the package says what is wrong with it."""
    wrong = draw.draw(st.sampled_from(sorted(RIGHT[function])), label="argument")
    value = draw.draw(ANYTHING, label="value")
    quiet = {"show": False} if "show" in inspect.signature(function).parameters else {}
    try:
        function(**RIGHT[function] | {wrong: value} | quiet)
    except (TypeError, ValueError) as error:
        complaint = error
    except FileNotFoundError as error:
        complaint = error if function is results.read else None
    else:
        return
    last = complaint.__traceback__
    while last.tb_next is not None:
        last = last.tb_next
    assert "aehelpers" in last.tb_frame.f_code.co_filename, repr(complaint)
    assert "expected" in str(complaint) or "is missing" in str(complaint), repr(complaint)
