"""Seconds and peak memory of each notebook, in a fresh kernel and with an empty cache. (Linux)

Each notebook runs on all cores, one after the other, and once more pinned to one core; there as
many run at a time as there are cores, each on its own. The peak is that of the kernel's process:
the largest resident memory, all of Python, TensorFlow and the pictures included.
"""

from concurrent.futures import ThreadPoolExecutor
import functools
import os
import queue
import tempfile
import time

from aehelpers.experiments import machine
from jupyter_client.manager import KernelManager
from nbclient import NotebookClient

from tools.bench import fingerprint, make_trial
from tools.notebooks import FOLDER, chapters, code, read


def cores():
    """Return the numbers of the cores that this process may use."""
    return sorted(os.sched_getaffinity(0))


@functools.cache
def free_cores():
    """Return a queue of the cores that no notebook is on."""
    free = queue.SimpleQueue()
    for core in cores():
        free.put(core)
    return free


def plan():
    """Return a trial of each notebook on all cores, and on one."""
    codes = {p.stem: fingerprint(code(read(p))) for p in chapters()}
    numbers = dict.fromkeys((len(cores()), 1))
    return [make_trial(name, codes[name], cores=n) for n in numbers for name in codes]


def measure_each(measure, trials):
    """Measure on all cores one after the other, then on one core each, side by side."""
    yield from map(measure, [trial for trial in trials if trial.settings["cores"] > 1])
    with ThreadPoolExecutor(len(cores())) as pool:
        yield from pool.map(measure, [trial for trial in trials if trial.settings["cores"] == 1])


def measure(trial):
    """Return the seconds of a notebook, and the peak memory of its kernel (GB, 10^9 bytes)."""
    path = FOLDER / f"{trial.arm}.ipynb"
    if trial.settings["cores"] > 1:
        return run(path, cores())
    core = free_cores().get()
    try:
        return run(path, [core])
    finally:
        free_cores().put(core)


def run(path, on):
    """Run a notebook on these cores, and measure it."""
    notebook = read(path)
    manager = KernelManager(kernel_name="python3")
    resources = {"metadata": {"path": str(path.parent)}}
    client = NotebookClient(notebook, km=manager, resources=resources)
    with tempfile.TemporaryDirectory() as cache:
        started = time.perf_counter()
        with client.setup_kernel(env=os.environ | {"AEHELPERS_CACHE": cache}):
            # Before anything starts threads: those of TensorFlow inherit it.
            os.sched_setaffinity(manager.provisioner.pid, on)
            for number, cell in enumerate(notebook.cells):
                client.execute_cell(cell, number)
            peak = machine.peak_memory(manager.provisioner.pid)
        seconds = time.perf_counter() - started
        manager.shutdown_kernel(now=True)
    return {"seconds": round(seconds, 1), "peak_gb": round(peak / 1e9, 3)}
