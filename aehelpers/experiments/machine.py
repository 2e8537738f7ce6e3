"""A description of this machine, peak memory, and calls in a fresh Python process.

It does not import TensorFlow.
"""

from collections.abc import Callable
import contextlib
from importlib import metadata
import json
import os
from pathlib import Path
import platform
import re
import subprocess
import sys

from aehelpers import arguments as arg
import joblib


def description():
    """Return what a measurement depends on beside its settings.

    Returns
    -------
    dict
        ``machine``: processor, cores that this process may use, memory in units of 10^9 bytes
        (None on Windows) and operating system. ``versions``: of Python and of the packages that
        compute.
    """
    memory = None
    if hasattr(os, "sysconf"):
        memory = round(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 1e9, 1)
    machine = {"processor": _processor(), "cores": joblib.cpu_count(), "memory_gb": memory}
    machine["system"] = f"{platform.system()} {platform.machine()}"
    versions = {name: metadata.version(name) for name in ("keras", "numpy", "scikit-learn")}
    versions["python"] = platform.python_version()
    try:
        versions["tensorflow"] = metadata.version("tensorflow-cpu")
    except metadata.PackageNotFoundError:  # so it is called on other systems, and with CUDA
        versions["tensorflow"] = metadata.version("tensorflow")
    return {"machine": machine, "versions": versions}


def _processor():
    """Return the name of the processor as Linux tells it, or as Python does elsewhere."""
    with contextlib.suppress(OSError):
        cpuinfo = Path("/proc/cpuinfo").read_text(encoding="utf-8")
        if named := re.search(r"^model name\s*:\s*(.+)$", cpuinfo, re.MULTILINE):
            return named[1]
    return platform.processor() or platform.machine()


@arg.checked(pid=arg.optional(arg.integer(1)))
def peak_memory(pid=None):
    """Return the largest resident memory that a process had so far, in bytes.

    Parameters
    ----------
    pid : int, optional
        The number of the process; this one by default.

    Raises
    ------
    RuntimeError
        On systems other than Linux, where it is not read.
    """
    if not sys.platform.startswith("linux"):
        raise RuntimeError("Peak memory is read from /proc, which only Linux has.")
    status = Path(f"/proc/{pid or 'self'}/status").read_text(encoding="utf-8")
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) * 1024


@arg.checked(function=Callable)
def in_fresh_process(function, *given, **environment):
    """Return what a function returns in a Python process of its own.

    Parameters
    ----------
    function : callable
        Of a module that can be imported.
    *given
        Its arguments; they and what it returns go through JSON.
    **environment : str
        Variables that the process has beside those of this one.

    Raises
    ------
    RuntimeError
        If the process fails; with the end of what it printed.
    """
    code = (
        "import importlib, json, sys; sys.path, module, name, given = json.load(sys.stdin)\n"
        "print(json.dumps(getattr(importlib.import_module(module), name)(*given)))"
    )
    command, names = [sys.executable, "-c", code], [function.__module__, function.__name__]
    settings = dict(capture_output=True, encoding="utf-8", env=os.environ | environment)
    done = subprocess.run(command, input=json.dumps([sys.path, *names, given]), **settings)
    if done.returncode != 0:
        raise RuntimeError(f"{function.__name__} failed: {done.stderr[-2000:]}")
    return json.loads(done.stdout.splitlines()[-1])
