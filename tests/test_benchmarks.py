"""The benchmarks: what is counted is counted right, and ratios come from the rows."""

import contextlib
import json
import shutil

import pytest

from benchmarks import common, growth, limit, notebooks, recipes, slider_latency

NAMES = ["notebooks", "recipes", "limit", "growth", "waiting", "slider_latency"]
PUBLISHED = [name for name in NAMES if common.path_of(name).exists()]


def row(what, seconds, mse, seed=0, data="mnist"):
    return {
        "data": data,
        "what": what,
        "seed": seed,
        "seconds": seconds,
        "mse": mse,
        "peak_gb": 1.0,
    }


def test_operations_of_a_small_network_counted_by_hand():
    # 3-2-3, 5 images. Forward 3 * 2 + 2 * 3 products; gradients of the weights the same; of the
    # layers' inputs only in the second layer. Each product comes with an addition.
    assert limit.operations(5, [3, 2, 3]) == 5 * 2 * ((6 + 6) + (6 + 6) + 6)


def test_the_sizes_are_those_of_the_network_that_is_trained():
    from aehelpers.learn import models

    sizes = limit.layer_sizes(limit.HIDDEN, limit.CODE)
    model = models.build_autoencoder(limit.CODE, limit.HIDDEN)
    assert sizes == [784, *(layer.units for layer in model.layers[1:])]


def test_the_dispatch_is_that_of_as_many_layers_with_one_unit_each():
    sizes = limit.layer_sizes(limit.HIDDEN, limit.CODE)
    assert [layer.units for layer in limit.smallest_network().layers] == [1] * len(sizes[1:])


def test_the_limit_is_told_of_an_epoch_and_of_an_update():
    update = {"batch": 256, "gflop_per_s": 186, "least_ms": 8.0, "ms": [12.0, 13.0, 11.2]}
    parts = {"input pipeline": 0.2, "optimizer update": 2.0, "loss and gradients": 9.0}
    rows = [update | parts | {"dispatch": 1.0, "times_the_least": [1.5, 1.625, 1.4]}]
    epoch, _, header, line = limit.report(rows).splitlines()
    # 1,146,880 weights without biases, of which 401,408 lead to the first layer.
    gflop = 60_000 * 2 * (3 * 1_146_880 - 401_408) / 1e9
    assert f"has {gflop:,.0f} GFLOP: at 186 GFLOP/s, at least {gflop / 186:.1f} s" in epoch
    expected = "256 8.0 12.0 (11.2 to 13.0) 1.50 (1.40 to 1.62) 0.2 2.0 9.0 1.0"
    assert " ".join(line.split()) == expected
    assert header.endswith("dispatch")


def test_a_rate_is_plausible():
    assert 1e8 < limit.matrix_rate(size=256) < 1e14


def test_a_ratio_counts_only_where_the_loss_is_reached():
    rows = [row("article", 50.0, 0.0115), row("same layers", 5.0, 0.0110)]
    rows += [row("article", 60.0, 0.0100, seed=1), row("same layers", 5.0, 0.0110, seed=1)]
    assert recipes.ratios(rows, "mnist", "same layers") == [10.0, None]
    assert "not reached" in recipes.report(rows)
    assert "10.0 (10.0 to 10.0)" in recipes.report(rows[:2])


def test_a_training_in_its_own_process_makes_a_row():
    made = recipes.in_own_process("mnist", "own layers", seed=0, updates=20)
    assert made["updates"] == 20
    assert 0 < made["mse"] < 0.2
    assert made["seconds"] > 0
    assert 0.3 < made["peak_gb"] < 1.2


def test_a_failed_process_says_why():
    with pytest.raises(RuntimeError, match="expected one of mnist, fashion_mnist"):
        recipes.in_own_process("minst", "own layers", seed=0, updates=20)


def test_what_is_finished_is_not_trained_again(tmp_path, monkeypatch):
    monkeypatch.setattr(common, "FOLDER", tmp_path)
    calls = []

    def pretend(name, what, seed, updates=0):
        calls.append((name, what, seed))
        if len(calls) == 5:
            raise KeyboardInterrupt
        return row(what, 10.0, 0.01, seed, name)

    monkeypatch.setattr(recipes, "in_own_process", pretend)
    with pytest.raises(KeyboardInterrupt):
        recipes.measure(1)
    rows = recipes.measure(1)
    assert len(rows) == 9
    assert len(calls) == 10  # the fifth was not finished, and came once more
    assert list(tmp_path.iterdir()) == []


def test_a_notebook_is_measured_again_when_something_changed(tmp_path, monkeypatch):
    monkeypatch.setattr(common, "FOLDER", tmp_path)
    monkeypatch.setattr(notebooks.heads, "write", lambda: None)
    measured = []

    def pretend(path, cores):
        measured.append(path.stem)
        row = {"notebook": path.stem, "code": common.fingerprint(path, "*.py")}
        return row | {"cores": len(cores), "seconds": 1.0, "peak_gb": 1.0}

    def run(*chosen):
        measured.clear()
        notebooks.main(chosen)
        return set(measured)

    monkeypatch.setattr(notebooks, "measure", pretend)
    every = {path.stem for path in common.NOTEBOOKS.glob("[0-9]*.ipynb")}
    assert run() == every
    assert run() == set()
    assert run(common.NOTEBOOKS / "02_autoencoder.ipynb") == {"02_autoencoder"}
    assert len(common.load("notebooks")) == 2 * len(every)
    with monkeypatch.context() as patch:
        patch.setattr(common, "machine", lambda: {"processor": "another"})
        assert run() == every
    monkeypatch.setattr(common, "PACKAGE", tmp_path)  # other modules
    assert run() == every


def test_sliders_are_measured_again_when_something_changed(tmp_path, monkeypatch):
    monkeypatch.setattr(common, "FOLDER", tmp_path)
    monkeypatch.setattr(slider_latency, "lab", contextlib.nullcontext)
    browser = tmp_path / "browser"
    monkeypatch.setattr(slider_latency, "chromium", lambda: str(browser))
    measured = []

    def update_browser(version):
        browser.write_text(f"#!/bin/sh\necho Chromium {version}\n", encoding="utf-8")
        browser.chmod(0o755)

    def pretend(running, name):
        measured.append(name)
        times = dict.fromkeys(("median_ms", "p95_ms", "largest_ms", "burst_ms"), 1.0)
        return [{"slider": "k", "kernel": kernel, "steps": 60} | times for kernel in "ib"]

    def run(*chosen):
        measured.clear()
        slider_latency.main(chosen)
        return measured

    monkeypatch.setattr(slider_latency, "measure_notebook", pretend)
    update_browser(1)
    assert run() == slider_latency.NOTEBOOKS
    assert run() == []
    assert run("02_autoencoder") == ["02_autoencoder"]
    assert len(common.load("slider_latency")) == 2 * len(slider_latency.NOTEBOOKS)
    update_browser(2)
    assert run() == slider_latency.NOTEBOOKS
    scripts = tmp_path / "package"
    shutil.copytree(common.PACKAGE, scripts, ignore=shutil.ignore_patterns("datasets"))
    monkeypatch.setattr(common, "PACKAGE", scripts)
    assert run() == []
    with open(scripts / "widgets.js", "a", encoding="utf-8") as file:
        file.write("// another script")
    assert run() == slider_latency.NOTEBOOKS


def test_the_growth_is_a_figure_with_words():
    rows = [
        {"varied": "images", **growth.USUAL, "images": n, "seconds": n / 10_000, "peak_gb": 1.0}
        for n in growth.VALUES["images"]
    ]
    assert "60,000: ≈ 6.0" in growth.figure(rows).alt
    assert "images = 60,000" in growth.report(rows)


def test_a_file_of_results_says_how_and_where_it_was_made(tmp_path, monkeypatch):
    monkeypatch.setattr(common, "FOLDER", tmp_path)
    common.save("some", "python -m some", [{"a": 1}, {"a": 2}])
    saved = json.loads((tmp_path / "bench_some.json").read_text(encoding="utf-8"))
    assert saved["command"] == "python -m some"
    assert {"processor", "cores", "memory_gb", "python", "tensorflow"} <= set(saved["machine"])
    assert common.load("some") == [{"a": 1}, {"a": 2}]
    assert [path.name for path in tmp_path.iterdir()] == ["bench_some.json"]


@pytest.mark.parametrize("name", PUBLISHED)
def test_what_is_published_has_its_command_and_its_machine(name):
    saved = json.loads(common.path_of(name).read_text(encoding="utf-8"))
    assert saved["command"] == f"python -m benchmarks.{name}"
    assert saved["machine"]["cores"] >= 1
    assert saved["rows"]


def test_tables_align():
    text = common.table("title", ["name", "n"], [["a", "1"], ["bbbbb", "22"]])
    assert text.splitlines() == ["title", "name    n", "a       1", "bbbbb  22"]
