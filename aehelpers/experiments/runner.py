"""Measure the trials of a plan, here or in other processes, and save each row at once.

A trial that has a row is not measured again. Trials go to other processes by joblib, on this
machine or, through a Dask scheduler, on a cluster. With more than one process, this one trains
nothing and needs no TensorFlow. All functions raise TypeError or ValueError if an argument is not
as described.
"""

from collections.abc import Callable
import contextlib
import functools
import os
from pathlib import Path
import sys
import time

from aehelpers import arguments as arg
from aehelpers import files
from aehelpers.experiments import design, machine, plan, results
from aehelpers.experiments.design import EXPERIMENTS, Trial
import filelock
import joblib
from joblib.externals.loky import get_reusable_executor
import threadpoolctl
from tqdm import tqdm

NAMES = (*EXPERIMENTS, *plan.PLANS)
QUICK = "quick"  # a few short trials, to try it out
PLANS = plan.PLANS | {QUICK: plan.quick}
NAME = arg.one_of(*NAMES, QUICK)
ONE_THREAD = dict.fromkeys(("TF_NUM_INTRAOP_THREADS", "TF_NUM_INTEROP_THREADS"), "1")
# TensorFlow's own allocator: it needs more memory than notebooks have, and a fifth less time.
OWN_MEMORY = {"TF_ONEDNN_USE_SYSTEM_ALLOCATOR": "0"}


@arg.checked(experiment=NAME, trial=arg.sequence(length=len(Trial._fields)))
def measure(experiment, trial):
    """Measure one trial, here and now.

    Parameters
    ----------
    experiment : str
        One of `NAMES`, or `QUICK`.
    trial : Trial
        Or a list of its fields, as JSON makes one of it.

    Returns
    -------
    dict
        Its row: the trial, what was measured, the seconds it took, the machine and the versions.
    """
    return measure_group(experiment, [trial])[0]


@arg.checked(experiment=NAME, trials=arg.sequence(fewest=1))
def measure_group(experiment, trials):
    """Measure trials that share work, as `measure` does it; return their rows."""
    # One thread on the CPU: the sums are then added in one order, whatever else runs. That has
    # an effect only before TensorFlow starts, as in the processes that `execute` uses.
    if "tensorflow" not in sys.modules:
        os.environ.update(ONE_THREAD | OWN_MEMORY, CUDA_VISIBLE_DEVICES="")
    trials = [Trial(*trial) for trial in trials]
    started = time.perf_counter()
    with threadpoolctl.threadpool_limits(1):
        measured = _measured(experiment, trials)
    seconds = round((time.perf_counter() - started) / len(trials), 1)
    ending = {"seconds": seconds} | machine.description()
    if experiment in PLANS:
        ending["plan"] = plan.digest()
    return [trial._asdict() | found | ending for trial, found in zip(trials, measured)]


def _measured(experiment, trials):
    """Return what is measured of each trial, as dicts."""
    if experiment in PLANS:
        from aehelpers.experiments import methods

        measured = []
        for correct, trial in zip(methods.measure(trials), trials):
            measured.append({"accuracy": float(correct.mean())})
            if experiment == "comparison" and trial.labels in plan.IMAGE_BY_IMAGE:
                measured[-1]["correct"] = results.pack(correct)  # for intervals over images
        return measured
    from aehelpers.experiments import trials as functions

    function = getattr(functions, EXPERIMENTS[experiment][0])
    return [function(one.data, one.labels, one.seed, one.settings) for one in trials]


@arg.checked(name=str, trials=arg.sequence(Trial), folder=Path, measure_each=Callable)
def complete(name, trials, folder, measure_each):
    """Measure the trials that have no row in a file yet; keep each row as soon as it is there.

    Parameters
    ----------
    name : str
        Of the file.
    trials : list of Trial
        Rows that belong to one of them are kept; others are dropped.
    folder : pathlib.Path
    measure_each : callable
        From a list of trials to an iterable of lists of their rows, in any order.

    Returns
    -------
    list of dict
        The rows of all trials.
    """
    missing = {results.identity(trial._asdict()): trial for trial in trials}
    there = results.read(name, folder) if (folder / f"{name}.json").exists() else []
    rows = [row for row in there if missing.pop(results.identity(row), None)]
    if len(rows) < len(there):
        results.write(name, rows, folder)
    with tqdm(total=len(missing), desc=f"{name} ({len(rows)} kept)", smoothing=0) as progress:
        for measured in measure_each(list(missing.values())):
            rows += measured
            results.write(name, rows, folder)
            progress.update(len(measured))
    return rows


@arg.checked(names=arg.sequence(NAME), folder=Path, jobs=arg.integer(1), dask=arg.optional(str))
def execute(names, folder, jobs, dask=None):
    """Complete the rows of some experiments.

    Parameters
    ----------
    names : sequence of str
        Some of `NAMES`, or `QUICK`.
    folder : pathlib.Path
        Rows that are there and belong to the plan are kept; others are dropped.
    jobs : int
        The number of processes.
    dask : str, optional
        The address of a Dask scheduler, whose workers then do the work.
    """
    # A cache of its own, so that no autoencoder is reused that a notebook trained on a GPU or with
    # more threads.
    cache = os.environ.setdefault("AEHELPERS_CACHE", str(folder.resolve() / ".cache"))
    one = measure_group
    if dask is not None:
        # A process for each trial: the threads of Dask's workers draw from Python's random numbers
        # too, at moments that nobody can foresee, and Keras would then begin with other weights.
        one = functools.partial(machine.in_fresh_process, measure_group, AEHELPERS_CACHE=cache)
    with _alone_in(folder), _workers(jobs, dask):
        for name in names:
            done, planned = None, _planned(name)
            while planned != done:  # what was measured can make more of it worth measuring
                complete(name, planned, folder, functools.partial(_in_parallel, one, name))
                done, planned = planned, _planned(name)


def _planned(name):
    return PLANS[name]() if name in PLANS else design.plan(name)


@arg.checked(name=NAME)
def planned_groups(name):
    """Return lists of an experiment's trials: of those that `measure_group` measures at once."""
    return _grouped(name, _planned(name))


def _grouped(name, trials):
    groups = {}
    for trial in trials:
        shared = plan.group_of(trial) if name in PLANS else trial
        groups.setdefault(str(shared), []).append(trial)
    return list(groups.values())


def _in_parallel(function, name, trials):
    """Return a generator of lists: the rows of a group of trials, as soon as they are there."""
    parallel = joblib.Parallel(return_as="generator_unordered", batch_size=1)
    return parallel(joblib.delayed(function)(name, group) for group in _grouped(name, trials))


@contextlib.contextmanager
def _alone_in(folder):
    """Wait until no other process writes there; remove what a killed one left."""
    folder.mkdir(parents=True, exist_ok=True)
    lock = filelock.FileLock(folder / ".lock")
    try:
        held = lock.acquire(timeout=0)
    except filelock.Timeout:
        print(f"Another process is writing in {folder}. Waiting until it ends ...", flush=True)
        held = lock.acquire()
    with held:
        leftover = f"*{files.UNFINISHED}"
        for path in [*folder.glob(leftover), *folder.glob(f".cache/{leftover}")]:
            path.unlink()
        yield


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
