"""Run the suite with every supported Python that this machine has.

usage: python -m tests.interpreters [VERSION ...]        (default: 3.11 3.12 3.13)

Each runs `make test` in a clone and an environment of its own, so only what is committed counts.
What a run printed is kept in a log whose path is shown. Ends with 0 only if every version was
found and passed.
"""

from pathlib import Path
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = Path(__file__).resolve().parents[1]
SUPPORTED = ("3.11", "3.12", "3.13")


def find(version):
    """Return the path of a Python of this version that really starts, or None.

    It is looked for on the PATH and where pyenv keeps its versions. (The names that pyenv puts on
    the PATH exist for every version and start only the chosen one.)
    """
    candidates = [shutil.which(f"python{version}")]
    candidates += sorted((Path.home() / ".pyenv" / "versions").glob(f"{version}.*/bin/python"))
    for candidate in filter(None, candidates):
        ask = [candidate, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
        answer = subprocess.run(ask, capture_output=True, encoding="utf-8")
        if answer.stdout.strip() == version:
            return str(candidate)
    return None


def run_suite(version, interpreter):
    """Run `make test` in a new clone; return whether it passed, and its last line."""
    log = Path(tempfile.gettempdir()) / f"suite-{version}.log"
    with tempfile.TemporaryDirectory() as folder, log.open("w", encoding="utf-8") as output:
        clone = Path(folder) / "clone"
        subprocess.run(["git", "clone", "--quiet", ROOT, clone], check=True)
        suite = ["make", f"PYTHON={interpreter}", "test"]
        print(f"Python {version}: {interpreter}, log in {log}", flush=True)
        done = subprocess.run(suite, cwd=clone, stdout=output, stderr=subprocess.STDOUT)
    return done.returncode == 0, log.read_text(encoding="utf-8").rstrip().splitlines()[-1]


if __name__ == "__main__":
    passed = []
    for version in sys.argv[1:] or SUPPORTED:
        interpreter = find(version)
        if interpreter is None:
            print(f"Python {version}: not found")
            passed.append(False)
            continue
        started = time.perf_counter()
        good, last_line = run_suite(version, interpreter)
        minutes = (time.perf_counter() - started) / 60
        print(
            f"Python {version}: {'passed' if good else 'FAILED'} in {minutes:.0f} min: {last_line}"
        )
        passed.append(good)
    sys.exit(0 if all(passed) else 1)
