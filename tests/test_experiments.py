"""The experiments: what is published is what the code says, and nothing of it is ever lost."""

import contextlib
import os
from pathlib import Path
import random
import signal
import subprocess
import sys
import time

from aehelpers.experiments import results
from aehelpers.experiments import runner as experiments
import numpy as np
import pytest

COMMAND = [sys.executable, "-m", "aehelpers.experiments"]
ROOT = Path(results.FOLDER).parents[1]


def scores(rows):
    """Return what was measured, without seconds and versions."""
    extra = ("seconds", "versions")
    return {
        results.identity(row): {key: row[key] for key in row if key not in extra} for row in rows
    }


@pytest.mark.parametrize("name", experiments.EXPERIMENTS)
def test_the_published_rows_are_complete_and_have_the_settings_of_the_code(name):
    runs = experiments.plan(name, experiments.FULL)
    planned = [results.identity(run._asdict()) for run in runs]
    published = [results.identity(row) for row in results.read(name)]
    assert len(set(planned)) == len(planned)
    assert sorted(published) == sorted(planned)


@pytest.mark.parametrize("name", experiments.EXPERIMENTS)
def test_all_published_rows_were_made_with_the_same_versions(name):
    assert len({str(row["versions"]) for row in results.read(name)}) == 1


@pytest.mark.parametrize("arm", experiments.ARMS)
@pytest.mark.parametrize("data", experiments.DATA)
def test_the_learning_rates_are_the_best_on_the_validation_images(data, arm):
    rows = results.select(results.read("selection"), data=data, arm=arm)
    for labels in experiments.SELECTION_LABELS:
        by_rate = {}
        for row in results.select(rows, labels=labels):
            rate = row["settings"]["stages"][-1]["learning_rate"]
            by_rate.setdefault(rate, []).append(row["accuracy"])
        best = max(by_rate, key=lambda rate: np.mean(by_rate[rate]))
        assert experiments.learning_rate(data, arm, labels) == best, by_rate


def test_the_recipe_is_the_best_on_the_validation_images():
    by_arm = {}
    for row in results.read("recipe_selection"):
        by_arm.setdefault(row["arm"], []).append(row["accuracy"])
    best = {
        kind: max((arm for arm in by_arm if kind in arm), key=lambda arm: np.mean(by_arm[arm]))
        for kind in ("noise", "neighbours")
    }
    assert best["noise"] == f"noise {experiments.WIDE_NOISE}, C {experiments.C}"
    assert best["neighbours"] == f"pixels, {experiments.SPREAD['neighbours']} neighbours"


def test_all_arms_of_a_seed_have_the_same_images_and_the_same_pretraining():
    runs = [experiments.classifier("mnist", arm, 100, seed=3) for arm in experiments.ARMS]
    assert {(run.data, run.labels, run.seed) for run in runs} == {("mnist", 100, 3)}
    recipes = {str(run.settings["encoder"]) for run in runs}
    assert len(recipes) == 4  # none, random, plain, denoising
    updates = {stage["updates"] for run in runs for stage in run.settings["stages"]}
    assert updates == {experiments.n_updates(100)}


@pytest.mark.parametrize(
    "arm", ["small network", pytest.param("deep network", marks=pytest.mark.slow)]
)
def test_a_rerun_has_its_mean_inside_the_published_interval(arm):
    published = results.select(results.read("pretraining"), data="mnist", arm=arm, labels=100)
    rerun = [
        experiments.measure("pretraining", experiments.classifier("mnist", arm, 100, row["seed"]))
        for row in published
    ]
    _, low, high, _ = results.interval([row["accuracy"] for row in published])
    assert low <= np.mean([row["accuracy"] for row in rerun]) <= high


@pytest.mark.slow
def test_a_rerun_with_pretraining_is_in_the_published_range():
    arm = "denoising, frozen"
    published = results.select(results.read("pretraining"), data="mnist", arm=arm, labels=100)
    run = experiments.classifier("mnist", arm, 100, seed=0)
    accuracy = experiments.measure("pretraining", run)["accuracy"]
    _, low, high, _ = results.range_of_one([row["accuracy"] for row in published])
    assert low <= accuracy <= high
    assert abs(accuracy - published[0]["accuracy"]) < 0.01  # the same seed


def test_an_unknown_arm_is_refused_by_name():
    with pytest.raises(ValueError, match="arm is 'frozen'; expected one of small network"):
        experiments.classifier("mnist", "frozen", 100, seed=0)


def test_the_help_needs_no_tensorflow():
    listed = [sys.executable, "-X", "importtime", *COMMAND[1:], "--help"]
    done = subprocess.run(listed, capture_output=True, encoding="utf-8", check=True)
    assert "aehelpers.results" in done.stderr
    assert "tensorflow" not in done.stderr
    for word in ("--quick", "--dask", "--jobs", "Finished runs are kept"):
        assert word in done.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["pretrainig"], "there is no experiment 'pretrainig'; expected selection"),
        (["--quick", "selection"], "expected encoders, pretraining"),
        (["--jobs", "0"], "--jobs is 0; expected at least 1"),
        (
            ["--quick", "--folder", "aehelpers/published"],
            "holds the published rows; expected another one",
        ),
        (["--folder", "LICENSE"], "; name another folder with --folder"),
    ],
)
def test_wrong_arguments_are_named(arguments, words):
    done = subprocess.run([*COMMAND, *arguments], capture_output=True, encoding="utf-8", cwd=ROOT)
    assert done.returncode == 2
    assert words in done.stderr


def test_an_interrupt_keeps_what_is_finished(tmp_path):
    with command(tmp_path) as running:
        wait_for_rows(running, tmp_path, 1)
        running.send_signal(signal.SIGINT)
        _, errors = running.communicate()
    assert running.returncode == 130
    assert "Finished runs are kept" in errors
    assert results.read("encoders", tmp_path)


def test_an_interrupt_inside_a_training_makes_no_row(tmp_path, monkeypatch):
    from aehelpers.experiments import trials
    from aehelpers.learn.memory import keras

    class Stop(keras.callbacks.Callback):
        def on_train_batch_end(self, batch, logs=None):
            raise KeyboardInterrupt

    fit = trials.training.fit
    monkeypatch.setattr(
        trials.training, "fit", lambda *a, **settings: fit(*a, callbacks=[Stop()], **settings)
    )
    with pytest.raises(KeyboardInterrupt):
        experiments.execute(["pretraining"], experiments.QUICK, tmp_path, jobs=1)
    assert not (tmp_path / "pretraining.json").exists()


def test_rows_that_are_no_longer_planned_are_dropped(tmp_path):
    plan = experiments.plan("encoders", experiments.QUICK)
    rows = [run._asdict() | {"mse": 0.1} for run in plan]
    results.write("encoders", [*rows, rows[0] | {"arm": "old"}], tmp_path)
    experiments.execute(["encoders"], experiments.QUICK, tmp_path, jobs=1)
    assert {row["arm"] for row in results.read("encoders", tmp_path)} == {"plain", "denoising"}


@pytest.mark.slow
def test_kills_lose_no_finished_run_and_double_none(tmp_path, monkeypatch):
    monkeypatch.setenv("AEHELPERS_CACHE", str(tmp_path / "cache"))
    folder, moments = tmp_path / "rows", random.Random(2026)
    planned = {
        name: {results.identity(run._asdict()) for run in experiments.plan(name, experiments.QUICK)}
        for name in experiments.EXPERIMENTS
        if name in experiments.QUICK_EXPERIMENTS
    }
    n_planned = sum(map(len, planned.values()))
    kept = {name: {} for name in planned}
    for number in range(9):
        if number % 3 == 0:  # in the middle of a training
            kill_itself(folder, "at_update", moments.randint(1, 600))
        elif number % 3 == 1:  # in the middle of writing rows or a trained autoencoder
            kill_itself(folder, "at_file", moments.randint(1, 2))
        else:  # with several processes, after a finished run
            with command(folder) as running:
                n_kept = sum(map(len, kept.values()))
                wait_for_rows(running, folder, min(n_planned, n_kept + 1))
                os.killpg(running.pid, signal.SIGKILL)
        for name in planned:
            rows = rows_of(folder, name)
            assert len(scores(rows)) == len(rows)
            assert kept[name].items() <= scores(rows).items()
            kept[name] = scores(rows)
    assert sum(map(len, kept.values())) >= 3
    subprocess.run([*COMMAND, "--quick", "--folder", folder], check=True, capture_output=True)
    for name in planned:
        rows = results.read(name, folder)
        assert planned[name] == set(scores(rows))
        assert len(rows) == len(planned[name])
        assert kept[name].items() <= scores(rows).items()
    assert not list(folder.glob("*.unfinished"))


@pytest.mark.slow
def test_two_dask_workers_give_the_rows_of_one_process(tmp_path, monkeypatch):
    from distributed import LocalCluster

    arms = ("random, frozen", "denoising, fine-tuned")
    monkeypatch.setattr(experiments, "ARMS", {arm: experiments.ARMS[arm] for arm in arms})
    monkeypatch.setenv("AEHELPERS_CACHE", str(tmp_path / "cache of a notebook"))
    quick, dask = experiments.QUICK, tmp_path / "dask"
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        monkeypatch.setenv("AEHELPERS_CACHE", str(tmp_path / "cache of Dask"))
        experiments.execute(["pretraining"], quick, dask, 1, cluster.scheduler_address)
    monkeypatch.setenv("AEHELPERS_CACHE", str(tmp_path / "cache of one"))
    call = (
        "from aehelpers import experiments; from pathlib import Path\n"
        f"experiments.ARMS = {{arm: experiments.ARMS[arm] for arm in {arms}}}\n"
        f"experiments.execute(['pretraining'], experiments.QUICK, Path({str(tmp_path)!r}), 1)"
    )
    subprocess.run([sys.executable, "-c", call], check=True, capture_output=True)
    rows = results.read("pretraining", dask)
    assert len(rows) == len(arms)
    assert scores(rows) == scores(results.read("pretraining", tmp_path))
    assert list((tmp_path / "cache of Dask").iterdir())
    assert not (tmp_path / "cache of a notebook").exists()


@contextlib.contextmanager
def command(folder):
    """Start the quick setting in a process group of its own; nothing of it outlives the test."""
    running = subprocess.Popen(
        [*COMMAND, "--quick", "--folder", folder],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        start_new_session=True,
        # A shell that runs the suite in the background makes its children deaf to interrupts.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    try:
        yield running
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(running.pid, signal.SIGKILL)
        running.wait()


def rows_of(folder, name):
    return results.read(name, folder) if (folder / f"{name}.json").exists() else []


def kill_itself(folder, moment, n):
    """Run the quick setting in one process, which is killed at its n-th update or file."""
    code = (
        f"from tests import interruptions; interruptions.{moment}({n}, {int(signal.SIGKILL)})\n"
        "from aehelpers import experiments; experiments.main()"
    )
    arguments = ["--quick", "--jobs", "1", "--folder", folder]
    done = subprocess.run([sys.executable, "-c", code, *arguments], cwd=ROOT, capture_output=True)
    assert done.returncode == -signal.SIGKILL, done.stderr


def wait_for_rows(running, folder, n):
    while sum(len(rows_of(folder, name)) for name in experiments.QUICK_EXPERIMENTS) < n:
        assert running.poll() is None, f"it ended before there were {n} rows"
        time.sleep(0.2)
