"""The many-seed experiments behind published/: what is run, in what order, and how it is kept.

Each run is one seed of one arm. Its row is written as soon as it is finished; a run that has a
row is not run again. Runs go to other processes by joblib, on this machine or, through a Dask
scheduler, on a cluster. With more than one process, this one trains nothing and needs no
TensorFlow.
"""

import argparse
import contextlib
import functools
from importlib import metadata
import json
import os
from pathlib import Path
import subprocess
import sys
import tempfile
import time
from typing import NamedTuple

from aehelpers import arguments_old as arguments
from aehelpers import files
from aehelpers.data import LARGEST_SEED, N_TRAINING
from aehelpers.experiments import results
import filelock
import joblib
from joblib.externals.loky import get_reusable_executor
import threadpoolctl
from tqdm import tqdm

DATA = ("mnist", "fashion_mnist")
SEEDS = (0, 1, 2, 3, 4)
LABELS = (50, 100, 300, 1_000, 3_000, 10_000, N_TRAINING)
BATCH_SIZE = 128

# Hyper-parameters are chosen with seeds of their own, at three of the numbers of labels.
SELECTION_SEEDS = (100, 101)
SELECTION_LABELS = (100, 1_000, 10_000)

ENCODER = {
    "code_size": 64,
    "hidden_sizes": [512, 256, 128],
    "hidden_activation": "elu",
    "code_activation": None,
    "output_activation": "sigmoid",
}
PLAIN = {"epochs": 10, "learning_rate": 0.001, "noise": 0.0}
DENOISING = PLAIN | {"noise": 1.0}

# The arms of notebook 5: how the encoder begins, and what is trained in which stages.
NO_ENCODER = None
RANDOM = {"model": ENCODER, "pretraining": None}
PLAIN_ENCODER = {"model": ENCODER, "pretraining": PLAIN}
DENOISING_ENCODER = {"model": ENCODER, "pretraining": DENOISING}
ARMS = {
    "small network": (NO_ENCODER, ("all",)),
    "deep network": (RANDOM, ("all",)),
    "random, frozen": (RANDOM, ("head",)),
    "plain, frozen": (PLAIN_ENCODER, ("head",)),
    "plain, fine-tuned": (PLAIN_ENCODER, ("all",)),
    "plain, small rate": (PLAIN_ENCODER, ("head", "all")),
    "denoising, frozen": (DENOISING_ENCODER, ("head",)),
    "denoising, fine-tuned": (DENOISING_ENCODER, ("all",)),
    "denoising, small rate": (DENOISING_ENCODER, ("head", "all")),
}
FROM_SCRATCH = "deep network"

# Chosen on validation images: for each data set and arm, the learning rate of its last stage
# with up to 300, with up to 3,000 and with more labels. A test compares them with published/.
RATES = {
    ("mnist", "small network"): (0.001, 0.003, 0.003),
    ("mnist", "deep network"): (0.0003, 0.003, 0.003),
    ("mnist", "random, frozen"): (0.003, 0.003, 0.003),
    ("mnist", "plain, frozen"): (0.003, 0.003, 0.003),
    ("mnist", "plain, fine-tuned"): (0.001, 0.001, 0.003),
    ("mnist", "plain, small rate"): (0.0003, 0.0003, 0.0003),
    ("mnist", "denoising, frozen"): (0.003, 0.003, 0.003),
    ("mnist", "denoising, fine-tuned"): (0.001, 0.003, 0.003),
    ("mnist", "denoising, small rate"): (0.0003, 0.0003, 0.0003),
    ("fashion_mnist", "small network"): (0.003, 0.003, 0.003),
    ("fashion_mnist", "deep network"): (0.003, 0.001, 0.003),
    ("fashion_mnist", "random, frozen"): (0.001, 0.003, 0.003),
    ("fashion_mnist", "plain, frozen"): (0.003, 0.003, 0.003),
    ("fashion_mnist", "plain, fine-tuned"): (0.0003, 0.001, 0.001),
    ("fashion_mnist", "plain, small rate"): (0.0001, 0.0003, 0.0003),
    ("fashion_mnist", "denoising, frozen"): (0.0003, 0.003, 0.003),
    ("fashion_mnist", "denoising, fine-tuned"): (0.001, 0.001, 0.001),
    ("fashion_mnist", "denoising, small rate"): (0.0003, 0.0003, 0.0003),
}
CANDIDATE_RATES = (0.0001, 0.0003, 0.001, 0.003)
SMALL_RATES = (0.00001, 0.00003, 0.0001, 0.0003)
HEAD_RATE = 0.003  # of the first stage where there are two

# The article's demonstration: settings of all its networks. 30 updates are one epoch of it.
ARTICLE = {
    "learning_rate": 0.001,
    "batch_size": 2048,
    "updates_per_epoch": 30,
    "epochs": 20,
    "patience": 10,
}
ARTICLE_ARMS = {
    "without pretraining": "none",
    "with pretraining": "pretrained",
    "random weights": "random",
}
ARTICLE_MODEL = ENCODER | {
    "hidden_activation": "relu",
    "code_activation": "relu",
    "output_activation": "relu",
}
CHOICE_SEEDS = (0, 1, 2)
CHOICES = {
    "article": {},
    "batch 256": {"batch_size": 256, "updates_per_epoch": 210},
    "ELU": {"model": ARTICLE_MODEL | {"hidden_activation": "elu"}},
    "linear code": {"model": ARTICLE_MODEL | {"code_activation": None}},
    "sigmoid output": {"model": ARTICLE_MODEL | {"output_activation": "sigmoid"}},
    "cosine decay": {"decay": "cosine"},
    "all five": {
        "batch_size": 256,
        "updates_per_epoch": 210,
        "model": ENCODER,
        "decay": "cosine",
    },
}

# How far 100 labels go. The noise and the penalty C are chosen for the wide code, the number of
# neighbours for pixels, both on validation images; the other steps take them over.
FEW = 100
WIDE = {
    "code_size": 1024,
    "hidden_sizes": [1024],
    "hidden_activation": "relu",
    "code_activation": "relu",
    "output_activation": "sigmoid",
}
CANDIDATE_NOISE = (0.5, 1.0, 1.5)
CANDIDATE_C = (10, 100, 1000)
CANDIDATE_NEIGHBOURS = (5, 10, 20)
WIDE_NOISE = 1.0
C = 1000
SPREAD = {"kind": "neighbours", "neighbours": 5, "alpha": 0.99, "iterations": 50}


class Run(NamedTuple):
    """One run: what it is trained on, and all that shapes it.

    Attributes
    ----------
    data : {"mnist", "fashion_mnist"}
    arm : str
    labels : int
        The number of labeled images. 0 where no labels are used.
    seed : int
        Of the labeled images, the first weights, the order and the noise.
    settings : dict
        As the trial functions in `aehelpers.trials` take it.
    """

    data: str
    arm: str
    labels: int
    seed: int
    settings: dict


class Size(NamedTuple):
    """How much is run.

    Attributes
    ----------
    data : tuple of str
    seeds, labels : tuple of int
    epochs : int
        Of the pretraining.
    """

    data: tuple
    seeds: tuple
    labels: tuple
    epochs: int


FULL = Size(DATA, SEEDS, LABELS, PLAIN["epochs"])
QUICK = Size(("mnist",), (0,), (50,), 1)


def n_updates(labels):
    """Return how many updates each stage of a classifier has, by its number of labels."""
    arguments.whole("labels", labels, 1, N_TRAINING)
    return 300 + labels // 16


def learning_rate(data, arm, labels):
    """Return the chosen learning rate of the last stage of an arm; arguments as in `classifier`."""
    arguments.choice("data", data, DATA)
    arguments.choice("arm", arm, ARMS)
    arguments.whole("labels", labels, 1, N_TRAINING)
    few, some, many = RATES[data, arm]
    return few if labels <= 300 else some if labels <= 3_000 else many


def classifier(data, arm, labels, seed, size=FULL):
    """Return the published run of one arm of notebook 5.

    Parameters
    ----------
    data : {"mnist", "fashion_mnist"}
    arm : str
        A key of `ARMS`.
    labels, seed : int
    size : Size

    Returns
    -------
    Run

    Raises
    ------
    TypeError, ValueError
        If there is no such data set, arm, number of labels or seed, or `size` is no `Size`.
    """
    rate = learning_rate(data, arm, labels)
    arguments.whole("seed", seed, 0, LARGEST_SEED)
    _check_size(size)
    return Run(data, arm, labels, seed, _settings(arm, labels, rate, "test", size))


def _encoders(size):
    """Plan the pretraining that the arms of notebook 5 share."""
    return [
        Run(data, kind, 0, seed, {"model": ENCODER} | recipe | {"epochs": size.epochs})
        for seed in size.seeds
        for data in size.data
        for kind, recipe in (("plain", PLAIN), ("denoising", DENOISING))
    ]


def _pretraining(size):
    """Plan the grid of notebook 5: all arms, all numbers of labels."""
    return [
        classifier(data, arm, labels, seed, size)
        for seed in size.seeds
        for data in size.data
        for labels in size.labels
        for arm in ARMS
    ]


def _selection(size):
    """Plan the choice of learning rates, on validation images."""
    return [
        Run(data, arm, labels, seed, _settings(arm, labels, rate, "validation", size))
        for seed in SELECTION_SEEDS
        for data in size.data
        for labels in SELECTION_LABELS
        for arm, (_, stages) in ARMS.items()
        for rate in (CANDIDATE_RATES if len(stages) == 1 else SMALL_RATES)
    ]


def _demonstration(size):
    """Plan the article's demonstration, with its control."""
    return [
        Run(data, arm, N_TRAINING, seed, ARTICLE | {"encoder": encoder})
        for seed in size.seeds
        for data in size.data
        for arm, encoder in ARTICLE_ARMS.items()
    ]


def _choices(size):
    """Plan autoencoders that differ from the article's in one choice."""
    article = ARTICLE | {"model": ARTICLE_MODEL, "decay": "none"}
    return [
        Run("mnist", arm, 0, seed, article | changed)
        for seed in CHOICE_SEEDS
        for arm, changed in CHOICES.items()
    ]


def _memory(size):
    """Plan the peak memory of the article's autoencoder, two epochs, with two kinds of images."""
    return [
        Run("mnist", f"{images} images", 0, seed, ARTICLE | {"epochs": 2, "images": images})
        for seed in size.seeds
        for images in ("float64", "uint8")
    ]


def _recipe_selection(size):
    """Plan the choice of noise, penalty and number of neighbours, on validation images."""
    wide = [
        (f"noise {noise}, C {c}", _wide(noise), {"kind": "linear", "C": c})
        for c in CANDIDATE_C
        for noise in CANDIDATE_NOISE  # inside, so that two processes train two autoencoders
    ]
    pixels = [
        (f"pixels, {n} neighbours", None, SPREAD | {"neighbours": n}) for n in CANDIDATE_NEIGHBOURS
    ]
    return [
        Run("mnist", arm, FEW, seed, _few("validation", features, head))
        for seed in SELECTION_SEEDS
        for arm, features, head in wide + pixels
    ]


def _recipe(size):
    """Plan the steps from a linear classifier on pixels to the best recipe for 100 labels."""
    linear = {"kind": "linear", "C": C}
    steps = {
        "pixels, linear": (None, linear),
        "code, linear": (DENOISING_ENCODER, linear),
        "wide code, linear": (_wide(WIDE_NOISE), linear),
        "pixels, spread": (None, SPREAD),
        "code, spread": (DENOISING_ENCODER, SPREAD),
    }
    return [
        Run("mnist", arm, FEW, seed, _few("test", features, head))
        for arm, (features, head) in steps.items()
        for seed in size.seeds
    ]


def _wide(noise):
    return {"model": WIDE, "pretraining": PLAIN | {"noise": noise}}


def _few(scored_on, features, head):
    return {"features": features, "head": head, "scored_on": scored_on}


def _settings(arm, labels, rate, scored_on, size):
    encoder, trained = ARMS[arm]
    if encoder is not None and encoder["pretraining"] is not None:
        encoder = encoder | {"pretraining": encoder["pretraining"] | {"epochs": size.epochs}}
    rates = [HEAD_RATE] * (len(trained) - 1) + [rate]
    stages = [
        {"trained": part, "learning_rate": stage_rate, "updates": n_updates(labels)}
        for part, stage_rate in zip(trained, rates)
    ]
    return {
        "encoder": encoder,
        "batch_size": BATCH_SIZE,
        "stages": stages,
        "scored_on": scored_on,
    }


# In the order in which they are run. Each has a plan and the name of a function in trials.
EXPERIMENTS = {
    "selection": (_selection, "classify"),
    "encoders": (_encoders, "pretrain"),
    "pretraining": (_pretraining, "classify"),
    "demonstration": (_demonstration, "demonstrate"),
    "choices": (_choices, "reconstruct"),
    "recipe_selection": (_recipe_selection, "label_few"),
    "recipe": (_recipe, "label_few"),
    "memory": (_memory, "peak_memory"),  # last: it needs Linux
}
ONE_THREAD = {
    "TF_NUM_INTRAOP_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "1",
    "CUDA_VISIBLE_DEVICES": "",
}
QUICK_EXPERIMENTS = ("encoders", "pretraining")
QUICK_FOLDER = Path("results") / "quick"


def plan(experiment, size):
    """Return the runs of one experiment, in the order in which they are run.

    Parameters
    ----------
    experiment : str
        A key of `EXPERIMENTS`.
    size : Size

    Returns
    -------
    list of Run

    Raises
    ------
    TypeError, ValueError
        If there is no such experiment, or `size` is no `Size`.
    """
    arguments.choice("experiment", experiment, EXPERIMENTS)
    _check_size(size)
    planned, _ = EXPERIMENTS[experiment]
    return planned(size)


def measure(experiment, run):
    """Train one run, here and now.

    Parameters
    ----------
    experiment : str
        A key of `EXPERIMENTS`.
    run : Run

    Returns
    -------
    dict
        Its row: the run, what was measured, the seconds it took and the versions it used.

    Raises
    ------
    TypeError, ValueError
        If there is no such experiment, or it is no run.
    """
    arguments.choice("experiment", experiment, EXPERIMENTS)
    arguments.instance("run", run, Run, "a Run, such as `classifier` returns")
    # One thread on the CPU: the sums are then added in one order, whatever else runs. That has
    # an effect only before TensorFlow starts, as in the processes that `execute` uses.
    if "tensorflow" not in sys.modules:
        os.environ.update(ONE_THREAD)
    from aehelpers.experiments import trials

    _, trial = EXPERIMENTS[experiment]
    started = time.perf_counter()
    with threadpoolctl.threadpool_limits(1):
        measured = getattr(trials, trial)(run.data, run.labels, run.seed, run.settings)
    seconds = round(time.perf_counter() - started, 1)
    versions = {name: metadata.version(name) for name in ("keras", "numpy", "scikit-learn")}
    versions["python"] = ".".join(map(str, sys.version_info[:3]))
    versions["tensorflow"] = trials.TENSORFLOW_VERSION
    return run._asdict() | measured | {"seconds": seconds, "versions": versions}


def _measure_in_own_process(experiment, run, cache):
    """Train one run in a new process; result and other parameters are those of `measure`.

    `cache` is the path of the folder for trained autoencoders, which a worker's own environment
    does not know.

    For workers of Dask: their own threads draw from Python's random numbers too, at moments that
    nobody can foresee, and Keras would then begin with other weights.
    """
    call = (
        "import json, sys; from aehelpers.experiments import runner\n"
        "name, run = json.load(sys.stdin)\n"
        "print(json.dumps(runner.measure(name, runner.Run(*run))))"
    )
    done = subprocess.run(
        [sys.executable, "-c", call],
        input=json.dumps([experiment, run]),
        stdout=subprocess.PIPE,
        encoding="utf-8",
        check=True,
        env=os.environ | {"AEHELPERS_CACHE": cache},
    )
    return json.loads(done.stdout.splitlines()[-1])


def execute(names, size, folder, jobs, dask=None):
    """Run what is not finished yet, and write each row as soon as it is there.

    Parameters
    ----------
    names : sequence of str
        Keys of `EXPERIMENTS`.
    size : Size
    folder : pathlib.Path
        Rows that are there and belong to the plan are kept; others are dropped.
    jobs : int
        The number of processes.
    dask : str, optional
        The address of a Dask scheduler, whose workers then do the work.

    Raises
    ------
    TypeError, ValueError
        If an argument is not as described.
    """
    arguments.sequence("names", names)
    for name in names:
        arguments.choice("a name in names", name, EXPERIMENTS)
    _check_size(size)
    arguments.instance("folder", folder, Path, "a pathlib.Path")
    arguments.whole("jobs", jobs, 1)
    if dask is not None:
        arguments.text("dask", dask)
    folder.mkdir(parents=True, exist_ok=True)
    # Autoencoders that a notebook trained, on other threads or a GPU, are not taken for these.
    cache = os.environ.setdefault("AEHELPERS_CACHE", str(folder.resolve() / ".cache"))
    trained = joblib.delayed(
        measure if dask is None else functools.partial(_measure_in_own_process, cache=cache)
    )
    with _alone_in(folder), _workers(jobs, dask):
        for name in names:
            runs = {results.identity(run._asdict()): run for run in plan(name, size)}
            there = _finished(name, folder)
            rows = [row for row in there if results.identity(row) in runs]
            if len(rows) < len(there):
                results.write(name, rows, folder)
            for row in rows:
                del runs[results.identity(row)]
            progress = tqdm(total=len(runs), desc=f"{name} ({len(rows)} kept)", smoothing=0)
            parallel = joblib.Parallel(return_as="generator_unordered", batch_size=1)
            with progress:
                for row in parallel(trained(name, run) for run in runs.values()):
                    rows.append(row)
                    results.write(name, rows, folder)
                    progress.update()


def _check_size(size):
    arguments.instance("size", size, Size, "a Size, such as FULL")
    for name in ("data", "seeds", "labels"):
        arguments.sequence(f"size.{name}", getattr(size, name))
    for data in size.data:
        arguments.choice("size.data", data, DATA)
    for seed in size.seeds:
        arguments.whole("size.seeds", seed, 0, LARGEST_SEED)
    for labels in size.labels:
        arguments.whole("size.labels", labels, 1, N_TRAINING)
    arguments.whole("size.epochs", size.epochs, 1)


def _finished(name, folder):
    return results.read(name, folder) if (folder / f"{name}.json").exists() else []


@contextlib.contextmanager
def _alone_in(folder):
    """Wait until no other process writes there; remove what a killed one left."""
    lock = filelock.FileLock(folder / ".lock")
    try:
        lock.acquire(timeout=0)
    except filelock.Timeout:
        print(f"Another process is writing in {folder}. Waiting until it ends ...", flush=True)
        lock.acquire()
    try:
        for inside in (folder, folder / ".cache"):
            for leftover in inside.glob(f"*{files.UNFINISHED}"):
                leftover.unlink()
        yield
    finally:
        lock.release()


@contextlib.contextmanager
def _workers(jobs, dask):
    """Let joblib use processes of this machine, or the workers of a Dask scheduler."""
    if dask is None:
        try:
            with joblib.parallel_config(backend="loky", n_jobs=jobs):
                yield
        except BaseException:  # an interrupt, say: do not wait for trainings that nobody needs
            get_reusable_executor().shutdown(wait=False, kill_workers=True)
            raise
        return
    from distributed import Client

    with Client(dask), joblib.parallel_config(backend="dask"):
        yield


def _why_not_writable(folder):
    """Return why no file can be made in this folder, or None if one can."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()  # what counts, whatever the permissions say
    except OSError as error:
        return error.strerror
    return None


def main():
    parser = argparse.ArgumentParser(
        prog="python -m aehelpers.experiments",
        description="Measure what notebooks 5 and 6 publish. Finished runs are kept: stop it "
        "whenever you like, and start it again to go on.",
    )
    parser.add_argument(
        "names",
        nargs="*",
        metavar="EXPERIMENT",
        help=f"which ones to run (default: all of {', '.join(EXPERIMENTS)})",
    )
    parser.add_argument(
        "--quick",
        action="store_true",
        help="a small part in under two minutes, to see that it works; its numbers are not "
        "published ones",
    )
    parser.add_argument(
        "--folder",
        type=Path,
        help="where the rows are kept (default: where the package has the published ones; with "
        "--quick, results/quick below the current folder)",
    )
    parser.add_argument(
        "--jobs",
        type=int,
        default=joblib.cpu_count(),
        help="how many processes; each needs one core and about 1 GB, in memory and recipe up to "
        "2.5 GB (default: the number of cores)",
    )
    parser.add_argument(
        "--dask",
        metavar="ADDRESS",
        help="hand the runs to this Dask scheduler, such as tcp://192.168.0.7:8786 (needs "
        "pip install '.[cluster]')",
    )
    chosen = parser.parse_args()
    size, known = (QUICK, QUICK_EXPERIMENTS) if chosen.quick else (FULL, tuple(EXPERIMENTS))
    for name in chosen.names:
        if name not in known:
            parser.error(f"there is no experiment {name!r}; expected {', '.join(known)}")
    if chosen.jobs < 1:
        parser.error(f"--jobs is {chosen.jobs}; expected at least 1")
    folder = chosen.folder or (QUICK_FOLDER if chosen.quick else results.FOLDER)
    if chosen.quick and folder.resolve() == results.FOLDER.resolve():
        parser.error(f"--folder is {folder}, which holds the published rows; expected another one")
    if reason := _why_not_writable(folder):
        parser.error(f"{folder} cannot be written ({reason}); name another folder with --folder")
    try:
        execute(chosen.names or known, size, folder, chosen.jobs, chosen.dask)
    except (OSError, ImportError) as error:
        sys.exit(f"{type(error).__name__}: {error}\nFinished runs are kept.")
    except KeyboardInterrupt:
        print("\nInterrupted. Finished runs are kept; start it again to go on.", file=sys.stderr)
        sys.exit(130)
