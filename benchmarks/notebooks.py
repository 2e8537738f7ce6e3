"""Seconds and peak memory of each notebook, in a fresh kernel and with an empty cache.

usage: python -m benchmarks.notebooks [--cores N] [NOTEBOOK ...]        (Linux)

The peak is that of the kernel's process: the largest resident memory, all of Python, TensorFlow
and the pictures included.
"""

import argparse
import os
from pathlib import Path
import re
import tempfile
import time

from jupyter_client.manager import KernelManager
from nbclient import NotebookClient
import nbformat

FOLDER = Path(__file__).resolve().parents[1] / "notebooks"


def measure(path: Path, cores: int) -> tuple[float, float]:
    """Run a notebook on so many cores; return seconds and peak memory in GB (10^9 bytes)."""
    notebook = nbformat.read(path, as_version=4)
    manager = KernelManager(kernel_name="python3")
    resources = {"metadata": {"path": str(path.parent)}}
    client = NotebookClient(notebook, km=manager, timeout=1200, resources=resources)
    all_cores = os.sched_getaffinity(0)
    os.sched_setaffinity(0, sorted(all_cores)[:cores])  # the kernel inherits it
    try:
        with tempfile.TemporaryDirectory() as cache:
            started = time.perf_counter()
            with client.setup_kernel(env=os.environ | {"AEHELPERS_CACHE": cache}):
                for number, cell in enumerate(notebook.cells):
                    client.execute_cell(cell, number)
                status = Path(f"/proc/{manager.provisioner.pid}/status").read_text()
            seconds = time.perf_counter() - started
    finally:
        os.sched_setaffinity(0, all_cores)
    kilobytes = int(re.search(r"VmHWM:\s+(\d+) kB", status)[1])
    return seconds, kilobytes * 1024 / 1e9


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("notebooks", nargs="*", type=Path)
    parser.add_argument("--cores", type=int, default=len(os.sched_getaffinity(0)))
    chosen = parser.parse_args()
    print(f"{'notebook':28}{'cores':>6}{'seconds':>9}{'peak GB':>9}")
    for path in chosen.notebooks or sorted(FOLDER.glob("*.ipynb")):
        seconds, peak = measure(path.resolve(), chosen.cores)
        print(f"{path.stem:28}{chosen.cores:6}{seconds:9.0f}{peak:9.2f}", flush=True)
