"""JupyterLab stays private, nothing is unpickled, no cell runs shell commands."""

import ast
import contextlib
import json
import os
from pathlib import Path
import signal
import subprocess
import time
import urllib.error
import urllib.request

import nbformat
import psutil
import pytest

ROOT = Path(__file__).parents[1]
NOTEBOOKS = sorted((ROOT / "notebooks").rglob("[0-9]*.ipynb"))
SOURCES = sorted(
    path for name in ("aehelpers", "scripts", "benchmarks") for path in (ROOT / name).glob("*.py")
)
UNPICKLING = {"pickle", "dill", "cloudpickle", "shelve", "marshal"}


@contextlib.contextmanager
def make_lab(folder):
    """Run `make lab` without a browser; yield what the running server says of itself."""
    folders = {f"JUPYTER_{name}_DIR": str(folder / name) for name in ("CONFIG", "RUNTIME")}
    options = "--no-browser --allow-root --ServerApp.port=0"
    process = subprocess.Popen(
        ["make", "lab", f"LAB_OPTIONS={options}"],
        cwd=ROOT,
        env=os.environ | folders,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        end = time.monotonic() + 60
        while not list((folder / "RUNTIME").glob("jpserver-*.json")):
            assert process.poll() is None, "make lab ended"
            assert time.monotonic() < end, "make lab did not start"
            time.sleep(0.1)
        yield json.loads(
            next((folder / "RUNTIME").glob("jpserver-*.json")).read_text(encoding="utf-8")
        )
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(20)


def test_make_lab_keeps_the_token_and_listens_on_this_machine_only(tmp_path):
    with make_lab(tmp_path) as server:
        assert len(server["token"]) >= 32
        listening = [
            connection.laddr.ip
            for connection in psutil.Process(server["pid"]).net_connections("tcp")
            if connection.status == psutil.CONN_LISTEN and connection.laddr.port == server["port"]
        ]
        assert set(listening) <= {"127.0.0.1", "::1"}
        assert listening
        address = f"http://127.0.0.1:{server['port']}{server['base_url']}api/contents"
        with pytest.raises(urllib.error.HTTPError, match="403"):
            urllib.request.urlopen(address, timeout=10)
        with urllib.request.urlopen(f"{address}?token={server['token']}", timeout=10) as answer:
            assert answer.status == 200


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: f"{path.parent.name}.{path.stem}")
def test_no_module_unpickles(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            assert not {alias.name.split(".")[0] for alias in node.names} & UNPICKLING
        elif isinstance(node, ast.ImportFrom):
            assert (node.module or "").split(".")[0] not in UNPICKLING
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            assert (node.value.id, node.attr) != ("joblib", "load")
        elif isinstance(node, ast.keyword) and node.arg == "allow_pickle":
            assert isinstance(node.value, ast.Constant)
            assert node.value.value is False


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_no_cell_runs_shell_commands_except_the_one_that_installs_the_course_in_colab(path):
    cells = nbformat.read(path, as_version=4).cells
    for cell in cells:
        if cell.cell_type != "code":
            continue
        shell = [
            line
            for line in cell.source.splitlines()
            if line.lstrip().startswith(("!", "%%", "%cd", "%pip", "%sx", "%system"))
        ]
        if 'if "google.colab" in sys.modules:' in cell.source:
            assert all(line.startswith("    ") for line in shell)  # nowhere but in Colab
        else:
            assert not shell
            assert "subprocess" not in cell.source
            assert "os.system" not in cell.source
