"""Seconds and peak memory of each notebook, in a fresh kernel and with an empty cache.

usage: python -m benchmarks.notebooks [NOTEBOOK ...]        (Linux)

It measures the notebooks whose code, or the package's, or the machine is another than when they
were measured last, and those that are named in any case; the figures of the others are kept.

Each notebook runs on all cores, one after the other, and once more pinned to one core; there as
many run at a time as there are cores, each on its own. The peak is that of the kernel's process:
the largest resident memory, all of Python, TensorFlow and the pictures included. What was measured
is kept in results/bench_notebooks.json and written into the README and the notebooks' heads.
"""

from concurrent.futures import ThreadPoolExecutor
import os
from pathlib import Path
import queue
import re
import sys
import tempfile
import time

from jupyter_client.manager import KernelManager
from nbclient import NotebookClient
import nbformat

from benchmarks import common
from scripts import heads

COMMAND = "python -m benchmarks.notebooks"


def measure(path: Path, cores: list[int]) -> dict:
    """Run a notebook on some cores; return its seconds and peak memory (GB, 10^9 bytes)."""
    notebook = nbformat.read(path, as_version=4)
    manager = KernelManager(kernel_name="python3")
    resources = {"metadata": {"path": str(path.parent)}}
    client = NotebookClient(notebook, km=manager, resources=resources)
    with tempfile.TemporaryDirectory() as cache:
        started = time.perf_counter()
        with client.setup_kernel(env=os.environ | {"AEHELPERS_CACHE": cache}):
            # Before anything starts threads: those of TensorFlow inherit it.
            os.sched_setaffinity(manager.provisioner.pid, cores)
            for number, cell in enumerate(notebook.cells):
                client.execute_cell(cell, number)
            status = Path(f"/proc/{manager.provisioner.pid}/status").read_text(encoding="utf-8")
        seconds = time.perf_counter() - started
        manager.shutdown_kernel(now=True)
    kilobytes = int(re.search(r"VmHWM:\s+(\d+) kB", status)[1])
    return {
        "notebook": path.stem,
        "code": common.fingerprint(path, "*.py"),
        "cores": len(cores),
        "seconds": round(seconds, 1),
        "peak_gb": round(kilobytes * 1024 / 1e9, 3),
    }


def measure_all(paths: list[Path]) -> list[dict]:
    """Measure notebooks on all cores, then on one core each, side by side."""
    cores = sorted(os.sched_getaffinity(0))
    rows = []

    def keep(row):
        rows.append(row)
        print(f"measured {row['notebook']} on {row['cores']}", flush=True)

    for path in paths:
        keep(measure(path, cores))

    free = queue.SimpleQueue()
    for core in cores:
        free.put(core)

    def on_one(path):
        core = free.get()
        try:
            return measure(path, [core])
        finally:
            free.put(core)

    with ThreadPoolExecutor(len(cores)) as pool:
        for row in pool.map(on_one, paths):
            keep(row)
    return rows


def report(rows: list[dict]) -> str:
    """Return the table."""
    lines = [
        [row["notebook"], str(row["cores"]), f"{row['seconds']:.0f}", f"{row['peak_gb']:.2f}"]
        for row in rows
    ]
    title = "Each notebook in a fresh kernel, with nothing in the cache"
    return common.table(title, ["notebook", "cores", "seconds", "peak GB"], lines)


def main(chosen=()):
    every = sorted(common.NOTEBOOKS.glob("[0-9]*.ipynb"))
    asked = {path.stem for path in chosen}
    codes = {p.stem: common.fingerprint(p, "*.py") for p in every if p.stem not in asked}
    kept = common.kept_rows("notebooks", codes)
    known = {row["notebook"] for row in kept}
    rows = kept + measure_all([path for path in every if path.stem not in known])
    rows.sort(key=lambda row: (row["notebook"], -row["cores"]))
    common.save("notebooks", COMMAND, rows)
    heads.write()
    print(report(rows), flush=True)


if __name__ == "__main__":
    main([Path(name).resolve() for name in sys.argv[1:]])
