"""What the benchmarks share: the machine in words, tables, and files of results."""

from collections.abc import Iterable
import hashlib
import importlib.metadata
import json
import os
from pathlib import Path
import platform
import statistics

from aehelpers import files
import nbformat

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "results"
NOTEBOOKS = ROOT / "notebooks"
PACKAGE = ROOT / "aehelpers"


def machine() -> dict:
    """Return what the numbers depend on: processor, memory, system and versions."""
    details = {"processor": platform.processor() or platform.machine()}
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        names = [
            line
            for line in cpuinfo.read_text(encoding="utf-8").splitlines()
            if line.startswith("model name")
        ]
        if names:
            details["processor"] = names[0].split(":", 1)[1].strip()
    details["cores"] = len(os.sched_getaffinity(0))
    details["memory_gb"] = round(os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 1e9, 1)
    details["system"] = f"{platform.system()} {platform.machine()}"
    details["python"] = platform.python_version()
    for name in ("keras", "numpy"):
        details[name] = importlib.metadata.version(name)
    for name in ("tensorflow-cpu", "tensorflow"):
        try:
            details["tensorflow"] = importlib.metadata.version(name)
            break
        except importlib.metadata.PackageNotFoundError:
            continue
    return details


def path_of(name: str) -> Path:
    """Return the path of the results of a benchmark."""
    return FOLDER / f"bench_{name}.json"


def save(name: str, command: str, rows: list[dict]) -> None:
    """Write results/bench_NAME.json with the command and the machine, whole or not at all."""
    lines = ",\n".join(f"    {json.dumps(row)}" for row in rows)
    head = json.dumps({"command": command, "machine": machine()}, indent=2)[:-2]
    text = f'{head},\n  "rows": [\n{lines}\n  ]\n}}\n'
    files.write_whole(path_of(name), text.encode())


def read(name: str) -> dict:
    """Return results/bench_NAME.json: the command, the machine and the rows."""
    return json.loads(path_of(name).read_text(encoding="utf-8"))


def load(name: str) -> list[dict]:
    """Return the rows of results/bench_NAME.json."""
    return read(name)["rows"]


def fingerprint(path: Path, *patterns: str) -> str:
    """Return a hash of the code of a notebook and of the package's files of these patterns."""
    cells = nbformat.read(path, as_version=4).cells
    code = [cell.source for cell in cells if cell.cell_type == "code"]
    for pattern in patterns:
        code += [module.read_text(encoding="utf-8") for module in sorted(PACKAGE.glob(pattern))]
    return hashlib.sha256("\n".join(code).encode()).hexdigest()[:16]


def kept_rows(name: str, codes: dict[str, str]) -> list[dict]:
    """Return the rows of the last run that still hold.

    Parameters
    ----------
    name : str
        Which results; their rows have a ``"notebook"`` and its ``"code"``, a fingerprint.
    codes : dict
        The fingerprint of each notebook today.

    Returns
    -------
    list of dict
        The rows with today's fingerprint, if they were measured on a machine like this one.
    """
    if not path_of(name).exists():
        return []
    last = read(name)
    same = last["machine"] == machine()
    return [row for row in last["rows"] if same and row.get("code") == codes.get(row["notebook"])]


def spread(values: Iterable[float], digits: int = 1) -> str:
    """Return median and range of a few measurements, as in ``"31.2 (30.1 to 33.0)"``."""
    values = sorted(values)
    median = statistics.median(values)
    return f"{median:.{digits}f} ({values[0]:.{digits}f} to {values[-1]:.{digits}f})"


def table(title: str, header: list[str], rows: list[list[str]]) -> str:
    """Return a table in plain text: the first column to the left, the others to the right."""
    widths = [max(map(len, column)) for column in zip(header, *rows)]
    lines = [title]
    for row in [header, *rows]:
        first, *others = row
        cells = [first.ljust(widths[0]), *(t.rjust(w) for t, w in zip(others, widths[1:]))]
        lines.append("  ".join(cells).rstrip())
    return "\n".join(lines)
