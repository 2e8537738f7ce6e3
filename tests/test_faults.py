"""What goes wrong on a real machine: full disks, kills, no network, two at once."""

import os
from pathlib import Path
import signal
import subprocess
import sys

import nbformat
import pytest

from tools import notebooks

ROOT = Path(__file__).parents[1]
TRAIN = """
from aehelpers import learn
import numpy as np
images = np.random.default_rng(0).integers(0, 256, (4000, 784), np.uint8)
recipes = {
    name: learn.Recipe(dict(code_size=size, hidden_sizes=(128,)), epochs=2, learning_rate=0.01)
    for name, size in {"one": 64, "two": 32}.items()
}
models = learn.train_bank(recipes, images)
print(sum(float(w.sum()) for model in models.values() for w in model.get_weights()))
"""


def in_a_namespace(command):
    """Return the command with mounts and a network of its own; only root may do that."""
    return ["unshare", "--mount", "--net", "sh", "-c", f"ip link set lo up && {command}"]


def allowed():
    try:
        return subprocess.run(in_a_namespace("true"), capture_output=True).returncode == 0
    except OSError:
        return False


needs_namespaces = pytest.mark.skipif(
    not allowed(), reason="this user may not mount file systems or cut a network"
)


def python(code, cache, **settings):
    return subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=os.environ | {"AEHELPERS_CACHE": str(cache)},
        stdout=subprocess.PIPE,
        encoding="utf-8",
        **settings,
    )


def finished(process):
    """Return the lines that a process printed; it must have ended well."""
    lines = process.communicate()[0].splitlines()
    assert process.returncode == 0
    return lines


def test_two_at_once_train_the_same_and_kills_leave_nothing_half(tmp_path):
    both = [python(TRAIN, tmp_path / "both") for _ in range(2)]
    one, two = [finished(process)[-1] for process in both]
    assert one == two
    assert len(list((tmp_path / "both").iterdir())) == 2
    # The first update of the second model (the first has 2 epochs of 14); while that is stored.
    for moment, n in (("at_update", 2 * 14 + 1), ("at_file", 1)):
        kill = f"interruptions.{moment}({n}, {int(signal.SIGKILL)})"
        process = python(f"from tests import interruptions\n{kill}\n{TRAIN}", tmp_path / "killed")
        process.communicate()
        assert process.returncode == -signal.SIGKILL
    for cache, found in {"both": "2 from the cache, 0", "killed": "1 from the cache, 1"}.items():
        again = finished(python(TRAIN, tmp_path / cache))
        assert f"{found} trained now" in again[-3]
        assert again[-1] == one


def on_a_small_disk(disk, code):
    """Return what a program prints, and the names of the files it leaves on a disk of 64 kB."""
    disk.mkdir()
    script = disk.with_suffix(".py")
    script.write_text(code, encoding="utf-8")
    command = f"mount -t tmpfs -o size=64k none {disk} && {sys.executable} {script} && ls -A {disk}"
    done = subprocess.run(
        in_a_namespace(command),
        env=os.environ | {"AEHELPERS_CACHE": str(disk)},
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    return done.stdout


@needs_namespaces
def test_a_full_disk_costs_the_cache_entry_and_nothing_else(tmp_path):
    printed = on_a_small_disk(tmp_path / "disk", TRAIN + "print('left:')")
    assert "cannot be written (No space left on device)" in printed
    assert "2 models: 0 from the cache, 2 trained now" in printed
    assert printed.endswith("left:\n")


@needs_namespaces
def test_a_full_disk_leaves_a_results_file_as_it_was(tmp_path):
    code = (
        "from aehelpers.experiments import results\n"
        f"folder = {str(tmp_path / 'disk')!r}\n"
        "row = dict(data='d', arm='a', labels=1, seed=0, settings={}, accuracy=0.5)\n"
        "results.write('some', [row], folder)\n"
        "try:\n"
        "    results.write('some', [row | dict(seed=n) for n in range(5000)], folder)\n"
        "except OSError as error:\n"
        "    print(error.strerror, results.read('some', folder) == [row])\n"
    )
    printed = on_a_small_disk(tmp_path / "disk", code)
    assert printed == "No space left on device True\nsome.json\n"


def run_read_only(path, tmp_path):
    """Return what a notebook prints that can write nothing, has no home and no network."""
    code = (
        "import nbformat, sys\n"
        "from nbclient import NotebookClient\n"
        f"path = {str(path)!r}\n"
        f"where = dict(metadata=dict(path={str(ROOT / 'notebooks')!r}))\n"
        "notebook = nbformat.read(path, as_version=4)\n"
        "NotebookClient(notebook, resources=where).execute()\n"
        "print(''.join(output.text for cell in notebook.cells if cell.cell_type == 'code'\n"
        "              for output in cell.outputs if output.output_type == 'stream'))\n"
    )
    script = tmp_path / "run.py"
    script.write_text(code, encoding="utf-8")
    command = (
        f"mount --bind {ROOT} {ROOT} && mount -o remount,ro,bind {ROOT} && "
        f"! touch {ROOT}/x 2>/dev/null && cd {ROOT}/notebooks && "
        f"{sys.executable} {script}"
    )
    # No file system entry below /dev/null can be made, not even by root.
    environment = {key: os.environ[key] for key in os.environ if key != "AEHELPERS_CACHE"}
    environment |= {"HOME": "/dev/null/home", "JUPYTER_RUNTIME_DIR": str(tmp_path)}
    done = subprocess.run(
        in_a_namespace(command), env=environment, capture_output=True, encoding="utf-8"
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout


@needs_namespaces
def test_a_small_notebook_runs_read_only_without_home_and_without_network(tmp_path):
    data = "from aehelpers import data\nprint(len(data.load('mnist')[0][0]), 'images')"
    cells = [nbformat.v4.new_code_cell(source) for source in (data, TRAIN)]
    path = tmp_path / "small.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    printed = run_read_only(path, tmp_path)
    assert "60000 images" in printed
    assert "cannot be written" in printed
    assert "0 from the cache, 2 trained now" in printed


@needs_namespaces
@pytest.mark.slow  # with nothing in the cache, all networks are trained
@pytest.mark.parametrize("path", notebooks.chapters(), ids=lambda path: path.stem)
def test_a_notebook_runs_read_only_without_home_and_without_network(tmp_path, path):
    printed = run_read_only(path, tmp_path)
    assert ("cannot be written" in printed) == ("train_bank(" in path.read_text(encoding="utf-8"))
