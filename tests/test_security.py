"""JupyterLab stays private, nothing is unpickled, no cell runs shell commands."""

import ast
from pathlib import Path
import urllib.error
from urllib.parse import urlsplit
import urllib.request

import psutil
import pytest

from tools import notebooks
from tools.lab import START_SECONDS, lab

ROOT = Path(__file__).parents[1]
SOURCES = sorted(
    path for name in ("aehelpers", "tools", "website") for path in (ROOT / name).rglob("*.py")
)
UNPICKLING = {"pickle", "dill", "cloudpickle", "shelve", "marshal"}


def test_make_lab_keeps_the_token_and_listens_on_this_machine_only():
    with lab() as running:
        assert len(running.token) >= 32
        port = urlsplit(running.address).port
        listening = [
            connection.laddr.ip
            for connection in psutil.Process(running.pid).net_connections("tcp")
            if connection.status == psutil.CONN_LISTEN and connection.laddr.port == port
        ]
        assert set(listening) <= {"127.0.0.1", "::1"}
        assert listening
        address = f"{running.address}/api/contents"
        with pytest.raises(urllib.error.HTTPError, match="403"):
            urllib.request.urlopen(address, timeout=START_SECONDS)
        request = f"{address}?token={running.token}"
        with urllib.request.urlopen(request, timeout=START_SECONDS) as answer:
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


@pytest.mark.parametrize("path", notebooks.paths(), ids=lambda path: path.stem)
def test_no_cell_runs_shell_commands_except_the_one_that_installs_the_course_in_colab(path):
    for cell in notebooks.code_cells(notebooks.read(path)):
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
