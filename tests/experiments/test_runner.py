"""Measurements are repeatable, and nothing of what was measured is ever lost."""

import contextlib
import os
import random
import re
import signal
import subprocess
import sys
import time

from aehelpers.experiments import Trial, __main__, plan, results, runner
import pytest

from tests.calls import refused

COMMAND = [sys.executable, "-m", "aehelpers.experiments"]
ROOT = results.FOLDER.parents[1]
FIRST = plan.quick()[0]
QUICK_ARMS = ("logistic regression", "nearest neighbours", "small network")
EXECUTED = dict(names=[], folder=ROOT, jobs=1)
COMPLETED = dict(name="some", folder=ROOT, measure_each=map)


def scores(rows):
    """Return what was measured, without seconds and versions."""
    extra = ("seconds", "machine", "versions")
    return {
        results.identity(row): {key: row[key] for key in row if key not in extra} for row in rows
    }


@pytest.mark.parametrize(
    "arm",
    [pytest.param(arm, marks=pytest.mark.slow) for arm in plan.ARMS if arm not in QUICK_ARMS]
    + list(QUICK_ARMS),
)
def test_a_rerun_is_in_the_published_range(arm):
    experiment = "comparison" if plan.ARMS[arm].labels else "decoders"
    published = results.select(results.read(experiment), data="mnist", arm=arm, labels=100)
    # A typical one: of ten, one may lie outside of the range that is made for 95 in 100.
    typical = sorted(published, key=lambda row: row["accuracy"])[len(published) // 2]
    again = runner.measure(experiment, Trial(*(typical[key] for key in results.IDENTITY)))
    _, low, high, _ = results.range_of_one([row["accuracy"] for row in published])
    assert low <= again["accuracy"] <= high


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ("--help", "demonstration, .*tuning.*--dask"),
        ("comparson", "'comparson'; expected one of .*did you mean 'comparison'"),
        ("--quick tuning", "'tuning'; expected one of quick"),
        ("--jobs 0", "--jobs is 0; expected a whole number from 1"),
        ("--quick --folder aehelpers/published", "--folder is .*expected another one"),
        ("--folder LICENSE", "FileExistsError: .*LICENSE"),
    ],
)
def test_the_command_line_says_what_it_takes(monkeypatch, capsys, options, words):
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(sys, "argv", ["experiments", *options.split()])
    with pytest.raises(SystemExit) as end:
        __main__.main()
    assert bool(end.value.code) == (options != "--help")
    said = "".join(capsys.readouterr()) + str(end.value)
    assert re.search(words, said, re.DOTALL)


test_wrong_calls = refused(
    [
        (runner.measure, dict(experiment="tunning", trial=FIRST), "did you mean 'tuning'"),
        (runner.measure, dict(experiment="tuning", trial=FIRST._asdict()), "trial is {.*sequence"),
        (runner.execute, EXECUTED | dict(names=["comparson"]), "did you mean 'comparison'"),
        (runner.execute, EXECUTED | dict(jobs=0), "jobs is 0; expected a whole number"),
        (runner.complete, COMPLETED | dict(trials=[3]), r"trials\[0\] is 3; expected a Trial"),
    ]
)


def test_what_has_a_row_is_not_measured_again_and_what_is_not_planned_is_dropped(tmp_path):
    trials = [FIRST._replace(seed=seed) for seed in range(4)]
    asked = []

    def measure_each(missing, broken=2):
        asked.append([trial.seed for trial in missing])
        for trial in missing:
            if trial.seed == broken:
                raise KeyboardInterrupt
            yield [trial._asdict() | {"accuracy": trial.seed / 10}]

    results.write("some", [FIRST._replace(arm="old")._asdict()], tmp_path)
    with pytest.raises(KeyboardInterrupt):
        runner.complete("some", trials, tmp_path, measure_each)
    assert [row["seed"] for row in results.read("some", tmp_path)] == [0, 1]
    rows = runner.complete("some", trials, tmp_path, lambda missing: measure_each(missing, None))
    assert asked == [[0, 1, 2, 3], [2, 3]]
    assert rows == results.read("some", tmp_path)
    assert [row["accuracy"] for row in rows] == [0, 0.1, 0.2, 0.3]
    runner.complete("some", trials[:3], tmp_path, iter)  # there is nothing left to measure
    assert results.read("some", tmp_path) == rows[:3]


def test_an_interrupt_keeps_what_is_finished(tmp_path):
    with command(tmp_path) as running:
        wait_for_rows(running, tmp_path, 1)
        running.send_signal(signal.SIGINT)
        _, errors = running.communicate()
    assert running.returncode == 130
    assert "Finished trials are kept" in errors
    assert results.read(runner.QUICK, tmp_path)


@pytest.mark.slow
def test_kills_lose_no_finished_run_and_double_none(tmp_path, monkeypatch):
    monkeypatch.setenv("AEHELPERS_CACHE", str(tmp_path / "cache"))
    folder, moments = tmp_path / "rows", random.Random(2026)
    planned = {results.identity(trial._asdict()) for trial in plan.quick()}
    kept = {}
    for number in range(9):
        if number % 3 == 0:  # in the middle of a training
            kill_itself(folder, "at_update", moments.randint(1, 30))
        elif number % 3 == 1:  # in the middle of writing rows or a trained autoencoder
            kill_itself(folder, "at_file", moments.randint(1, 2))
        else:  # with several processes, after a finished run
            with command(folder) as running:
                wait_for_rows(running, folder, min(len(planned), len(kept) + 1))
                os.killpg(running.pid, signal.SIGKILL)
        rows = rows_of(folder)
        assert len(scores(rows)) == len(rows)
        assert kept.items() <= scores(rows).items()
        kept = scores(rows)
    assert len(kept) >= 3
    subprocess.run([*COMMAND, "--quick", "--folder", folder], check=True, capture_output=True)
    rows = results.read(runner.QUICK, folder)
    assert planned == set(scores(rows))
    assert len(rows) == len(planned)
    assert kept.items() <= scores(rows).items()
    assert not list(folder.glob("*.unfinished"))


@pytest.mark.slow
def test_two_dask_workers_give_the_rows_of_one_process(tmp_path, monkeypatch):
    from distributed import LocalCluster

    arms = ("nearest neighbours", "frozen")
    monkeypatch.setattr(plan, "QUICK", arms)
    monkeypatch.setenv("AEHELPERS_CACHE", str(tmp_path / "cache of a notebook"))
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        monkeypatch.setenv("AEHELPERS_CACHE", str(tmp_path / "cache of Dask"))
        runner.execute([runner.QUICK], tmp_path / "dask", 1, cluster.scheduler_address)
    monkeypatch.setenv("AEHELPERS_CACHE", str(tmp_path / "cache of one"))
    call = (
        "from aehelpers.experiments import plan, runner; from pathlib import Path\n"
        f"plan.QUICK = {arms}\n"
        f"runner.execute([runner.QUICK], Path({str(tmp_path)!r}), 1)"
    )
    subprocess.run([sys.executable, "-c", call], check=True, capture_output=True)
    rows = results.read(runner.QUICK, tmp_path / "dask")
    assert len(rows) == len(arms)
    assert scores(rows) == scores(results.read(runner.QUICK, tmp_path))
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


def rows_of(folder):
    name = runner.QUICK
    return results.read(name, folder) if (folder / f"{name}.json").exists() else []


def kill_itself(folder, moment, n):
    """Run the quick setting in one process, which is killed at its n-th update or file."""
    code = (
        f"from tests import interruptions; interruptions.{moment}({n}, {int(signal.SIGKILL)})\n"
        "from aehelpers.experiments import __main__; __main__.main()"
    )
    arguments = ["--quick", "--jobs", "1", "--folder", folder]
    done = subprocess.run([sys.executable, "-c", code, *arguments], cwd=ROOT, capture_output=True)
    assert done.returncode == -signal.SIGKILL, done.stderr


def wait_for_rows(running, folder, n):
    while len(rows_of(folder)) < n:
        assert running.poll() is None, f"it ended before there were {n} rows"
        time.sleep(0.2)
