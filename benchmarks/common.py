"""What the benchmarks share: the machine in words, processes, tables, and files of results."""

from collections.abc import Callable, Iterable
import hashlib
import importlib.metadata
import json
import os
from pathlib import Path
import platform
import re
import statistics
import subprocess
import sys

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "results"


def machine() -> dict:
    """Return what the numbers depend on: processor, memory, system and versions."""
    details = {"processor": platform.processor() or platform.machine()}
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.exists():
        names = [line for line in cpuinfo.read_text().splitlines() if line.startswith("model name")]
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
    _replace(path_of(name), f'{head},\n  "rows": [\n{lines}\n  ]\n}}\n')


def in_own_process(module: str, run: dict) -> dict:
    """Run ``python -m MODULE RUN``, and return the row that its last line is, in JSON."""
    done = subprocess.run(
        [sys.executable, "-m", module, json.dumps(run)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return json.loads(done.stdout.splitlines()[-1])


def peak_gb() -> float:
    """Return the largest resident memory of this process so far, in 10^9 bytes (Linux)."""
    status = Path("/proc/self/status").read_text()
    return round(int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) * 1024 / 1e9, 3)


def collect(
    name: str, command: str, runs: list[dict], measure: Callable[[dict], dict]
) -> list[dict]:
    """Measure each run; write results/bench_NAME.json when all are there, and return the rows.

    A row is the run and what `measure` returns for it. Until the last one is there they are kept
    in an unfinished file. So after an interrupt the next start goes on, unless the machine or the
    code has changed since.
    """
    kept = FOLDER / f"bench_{name}.rows.unfinished"
    origin = machine() | {"code": _code()}
    rows = []
    if kept.exists():
        before = json.loads(kept.read_text(encoding="utf-8"))
        if before["origin"] == origin:
            rows = [
                row for row in before["rows"] if any(run.items() <= row.items() for run in runs)
            ]
    for run in runs:
        if any(run.items() <= row.items() for row in rows):
            continue
        row = run | measure(run)
        print(", ".join(f"{key} {value}" for key, value in row.items()), flush=True)
        rows.append(row)
        _replace(kept, json.dumps({"origin": origin, "rows": rows}))
    save(name, command, rows)
    kept.unlink()
    return rows


def _code() -> str:
    """Return a digest of the code that is measured and of the code that measures."""
    paths = [
        *sorted((ROOT / "aehelpers").glob("*.py")),
        *sorted((ROOT / "benchmarks").glob("*.py")),
    ]
    return hashlib.sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()


def _replace(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    unfinished = path.with_name(f"{path.stem}.new.unfinished")
    unfinished.write_text(text, encoding="utf-8")
    os.replace(unfinished, path)


def load(name: str) -> list[dict]:
    """Return the rows of results/bench_NAME.json."""
    return json.loads(path_of(name).read_text(encoding="utf-8"))["rows"]


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


def times_faster(rivals: list[dict], ours: list[dict]) -> list[float | None]:
    """Return for each repetition the rival's seconds over ours; None where its MSE is not reached.

    Parameters
    ----------
    rivals, ours : lists of dict
        Rows with ``seed``, ``mse`` and ``seconds``, the same seeds in both.
    """
    rival_of = {row["seed"]: row for row in rivals}
    return [
        rival_of[row["seed"]]["seconds"] / row["seconds"]
        if row["mse"] <= rival_of[row["seed"]]["mse"]
        else None
        for row in ours
    ]


def comparison(title: str, groups: dict[str, list[dict]]) -> str:
    """Return a table of trainings; the first group is the one that the others are compared with."""
    rival = next(iter(groups.values()))
    body = []
    for name, rows in groups.items():
        ratios = times_faster(rival, rows)
        reached = [ratio for ratio in ratios if ratio is not None]
        body.append(
            [
                name,
                str(len(rows)),
                spread((row["mse"] for row in rows), 4),
                spread(row["seconds"] for row in rows),
                spread(reached) if len(reached) == len(rows) else "not always reached",
                f"{max(row['peak_gb'] for row in rows):.2f}",
            ]
        )
    header = ["", "runs", "test MSE", "seconds", "times faster to that MSE", "peak GB"]
    return table(title, header, body)
