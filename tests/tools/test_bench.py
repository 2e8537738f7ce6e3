"""The benchmarks: what is counted is counted right, and nothing is measured twice without need."""

import contextlib
import shutil
import sys

from aehelpers import learn
from aehelpers.experiments import results
import pytest

from tools import bench, heads, reports
from tools.bench import __main__, growth, limit, notebooks, slider_latency, trainings, waiting


def rows_of(benchmark, measured, **fields):
    """Return a row for each trial of a benchmark."""
    return [trial._asdict() | measured(trial) for trial in benchmark.plan()]


def training(arm, seconds, mse, seed=0):
    trial = bench.make_trial(arm, "code", seed=seed)
    return trial._asdict() | {"seconds": seconds, "mse": mse, "peak_gb": 1.0}


@pytest.mark.parametrize("name", __main__.BENCHMARKS)
def test_what_is_stored_can_be_told_and_has_its_machine(name):
    rows = reports.stored(name)
    assert repr(getattr(reports, name)(rows)).count("\n") > 2
    for row in rows:
        assert row["settings"]["machine"]["cores"] >= 1
        assert row["settings"]["versions"]["tensorflow"]


def test_operations_are_counted_as_by_hand_and_of_the_layers_that_are_there():
    # 3-2-3, 5 images. Forward 3 * 2 + 2 * 3 products; gradients of the weights the same; of the
    # layers' inputs only in the second layer. Each product comes with an addition.
    assert limit.operations(5, [3, 2, 3]) == 5 * 2 * ((6 + 6) + (6 + 6) + 6)
    sizes = limit.layer_sizes(limit.HIDDEN, limit.CODE)
    assert sizes == [784, *(layer.units for layer in limit.network().layers[1:])]
    assert [layer.units for layer in limit.smallest_network().layers] == [1] * len(sizes[1:])


def test_the_parts_of_an_update_are_measured(monkeypatch):
    monkeypatch.setattr(limit, "UPDATES", 8)
    monkeypatch.setattr(limit, "REPETITIONS", 1)
    measured = limit.measure(limit.plan()[0])
    assert set(reports.PARTS) < set(measured)
    assert measured["times_the_least"][0] > 0.2
    assert measured["gflop_per_s"] > 0
    line = repr(reports.limit(rows_of(limit, lambda trial: measured))).splitlines()[3]
    assert line.startswith("256 ")


def test_a_ratio_counts_only_where_the_loss_is_reached():
    rows = [training("article", 50.0, 0.0115), training("same layers", 5.0, 0.0110)]
    rows += [training("article", 60.0, 0.0100, 1), training("same layers", 5.0, 0.0110, 1)]
    assert reports.times_faster(rows, "mnist", "same layers") == [10.0, None]


def test_the_time_of_the_tutorial_is_filled(tmp_path, monkeypatch):
    monkeypatch.setattr(reports, "FOLDER", tmp_path)
    rows = [training("tutorial", 30.0, 0.01, 1), training("tutorial's layers", 4.0, 0.01, 1)]
    results.write("trainings", rows, tmp_path)
    assert trainings.updates_in_time("mnist", 1) == 7500
    asked = []
    monkeypatch.setattr(trainings.machine, "in_fresh_process", lambda *given: asked.append(given))
    trainings.measure(bench.make_trial(trainings.SAME_TIME, "code", seed=1))
    assert asked == [(trainings.train, "mnist", trainings.SAME_TIME, 1, 7500)]


def test_a_training_in_its_own_process_is_measured():
    made = trainings.machine.in_fresh_process(trainings.train, "mnist", "own layers", 0, 20)
    assert made["updates"] == 20
    assert 0 < made["mse"] < 0.2
    assert made["seconds"] > 0
    assert 0.3 < made["peak_gb"] < 1.2


def test_the_growth_is_told_around_the_usual_point():
    rows = rows_of(growth, lambda trial: {"seconds": 1.0, "peak_gb": 1.0})
    lines = [row[0] for row in reports.growth(rows).rows]
    assert lines[:4] == [f"images = {n}" for n in ("1,000", "4,000", "16,000", "60,000")]
    assert lines[4:] == [
        *(f"code size = {n}" for n in ("4", "64", "512", "2,048")),
        *(f"depth = {n}" for n in range(4)),
    ]
    assert "1,000: ≈ 1" in reports.growth_figure(rows).alt


def test_a_point_of_the_growth_is_trained(monkeypatch):
    fitted = []

    def fit(model, images, **settings):
        fitted.append((len(model.layers), len(images), settings.get("updates_per_epoch")))
        return learn.History([], [], 1, 2.0, False)

    monkeypatch.setattr(learn, "fit", fit)
    assert growth.train(1_000, 4, 2)["seconds"] == 2.0
    assert fitted == [(7, 1_000, 1), (7, 1_000, None)]


@pytest.fixture
def run(tmp_path, monkeypatch):
    """A function that runs a benchmark in another folder and returns the arms it measured."""
    measured = []
    monkeypatch.setattr(reports, "FOLDER", tmp_path / "results")
    monkeypatch.setattr(__main__, "FIGURE", tmp_path / "growth.png")
    monkeypatch.setattr(
        reports, "growth_figure", lambda rows: reports.curves([1, 2], {"a": [1, 2]}, "t", "x", "y")
    )
    monkeypatch.setattr(heads, "write", lambda: None)
    monkeypatch.setattr(notebooks, "cores", lambda: [0, 1])

    def pretend(trial):
        measured.append(trial.arm)
        slider = dict.fromkeys(("median_ms", "p95_ms", "largest_ms", "burst_ms"), 1.0)
        slider |= {"slider": "k", "kernel": "idle", "steps": 60}
        return {"seconds": 1.0, "peak_gb": 1.0, "sliders": [slider]}

    for benchmark in (notebooks, slider_latency, waiting):
        monkeypatch.setattr(benchmark, "measure", pretend)

    def run(*words):
        measured.clear()
        with contextlib.chdir(tmp_path):
            monkeypatch.setattr(sys, "argv", ["bench", *words])
            __main__.main()
        return sorted(set(measured))

    return run


def test_notebooks_are_measured_again_where_something_changed(run, tmp_path, monkeypatch):
    monkeypatch.setattr(__main__, "chromium", lambda: "somewhere")
    every = [path.stem for path in notebooks.chapters()]
    assert run("notebooks") == every
    assert len(reports.stored("notebooks")) == 2 * len(every)
    assert run("notebooks") == []
    assert run("notebooks", "--again", "02_", "03_") == every[2:4]
    assert run("notebooks", "--stored", "--again", "02_") == []
    with monkeypatch.context() as patch:
        patch.setattr(bench.machine, "description", lambda: {"machine": "another"})
        assert run("notebooks") == every
    monkeypatch.setattr(bench, "PACKAGE", tmp_path)  # other modules
    assert run("notebooks") == every
    assert len(reports.stored("notebooks")) == 2 * len(every)


def test_sliders_are_measured_again_where_script_style_or_browser_changed(
    run, tmp_path, monkeypatch
):
    browser, package = tmp_path / "browser", tmp_path / "package"
    shutil.copytree(bench.PACKAGE, package, ignore=shutil.ignore_patterns("datasets"))
    monkeypatch.setattr(bench, "PACKAGE", package)
    for module in (__main__, slider_latency):
        monkeypatch.setattr(module, "chromium", lambda: str(browser))

    def update_browser(version):
        browser.write_text(f"#!/bin/sh\necho Chromium {version}\n", encoding="utf-8")
        browser.chmod(0o755)

    update_browser(1)
    every = [path.stem for path in notebooks.chapters()[1:5]]
    assert run("slider_latency") == every
    assert run("slider_latency") == []
    update_browser(2)
    assert run("slider_latency") == every
    for suffix in ("js", "css"):
        (package / f"more.{suffix}").touch()
        assert run("slider_latency") == every
    (package / "more.txt").touch()
    assert run("slider_latency") == []


def test_each_core_has_one_notebook_at_a_time(monkeypatch):
    monkeypatch.setattr(notebooks, "cores", lambda: [3, 5])
    notebooks.free_cores.cache_clear()
    monkeypatch.setattr(notebooks, "run", lambda path, on: {"on": on})
    trials = notebooks.plan()[::-1]
    used = list(notebooks.measure_each(notebooks.measure, trials))
    half = len(trials) // 2
    assert [row["on"] for row in used[:half]] == [[3, 5]] * half
    assert {tuple(row["on"]) for row in used[half:]} <= {(3,), (5,)}
    assert {notebooks.free_cores().get(), notebooks.free_cores().get()} == {3, 5}
    notebooks.free_cores.cache_clear()


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("grwth", "there is no grwth; expected trainings"),
        ("--help", "--stored"),
        ("waiting", "expected Chromium or Chrome"),
    ],
)
def test_the_command_line_says_what_it_takes_and_needs(run, monkeypatch, capsys, word, said):
    monkeypatch.setattr(__main__, "chromium", lambda: None)
    with pytest.raises(SystemExit) as end:
        run(word)
    assert said in "".join(capsys.readouterr()) + str(end.value)


def test_a_class_of_each_size_has_a_line_for_each_notebook():
    found = dict(first_picture=9.6, seconds=30.2, kernel_mb=640, kernel_after_mb=500, server_mb=90)
    rows = [
        {"arm": f"{n} at once", "settings": settings, "03": found | more}
        for n in (10, 5)
        for settings, more in [({}, {"slider_ms": [9.1, 20.0]}), ({"cache": "filled"}, {})]
    ]
    lines = reports.hub(rows).rows
    assert [line[:4] for line in lines[:2]] == [
        ["5", "empty", "`03`", "10 s"],
        ["5", "filled", "`03`", "10 s"],
    ]
    assert lines[2][4:] == ["30 s", "640 MB", "500 MB", "90 MB", "9.1 and 20.0 ms"]
    assert lines[3][-1] == ""


def test_each_slider_has_a_line_with_milliseconds():
    slider = dict(slider="k", kernel="idle", steps=20, median_ms=9.16, p95_ms=12.0, largest_ms=20.3)
    rows = [{"arm": "03", "sliders": [slider | {"burst_ms": 31.04}]}]
    (line,) = reports.slider_latency(rows).rows
    assert line == ["03", "k", "idle", "20", "9.2", "12.0", "20.3", "31.0"]
