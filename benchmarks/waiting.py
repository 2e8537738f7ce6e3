"""How long a learner waits before there is something to see.

usage: python -m benchmarks.waiting        (Linux, with Chromium; 1 minute)

`make lab` in an environment that is installed does what is measured here: it starts JupyterLab.
Then a headless Chromium opens the first notebook, whose outputs were removed before, and runs all
cells. The clock stops when the first picture is there. Every import is timed in a new process; the
first of the repetitions may find cold files, which is what the range shows.
"""

import json
import subprocess
import sys
import time

from benchmarks import common

COMMAND = "python -m benchmarks.waiting"
NOTEBOOK = "01_unlabeled_data"
REPETITIONS = 3
IMPORTS = {
    "import aehelpers": "import aehelpers",
    "import tensorflow": "import tensorflow",
    "the imports of notebook 2": "from aehelpers import data, models, plotting, training, widgets",
}
LAB = "make lab"

# Keeps the time at which the first picture is in the page and has its pixels.
WATCH = """() => {
    const look = () => {
        const picture = document.querySelector('.jp-OutputArea-output img');
        if (picture && picture.complete) window.firstPicture = Date.now();
        else requestAnimationFrame(look);
    };
    look();
}"""


def runs() -> list[dict]:
    """Return what is waited for, several times each."""
    return [
        {"wait": wait, "repetition": number}
        for number in range(REPETITIONS)
        for wait in (LAB, *IMPORTS)
    ]


def measure(run: dict) -> dict:
    """Return the seconds of one wait."""
    if run["wait"] == LAB:
        return first_picture()
    return {"seconds": import_seconds(IMPORTS[run["wait"]])}


def import_seconds(statement: str) -> float:
    """Return the seconds that a statement takes in a new Python."""
    code = (
        f"import time; start = time.perf_counter(); {statement}; print(time.perf_counter() - start)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=common.ROOT
    )
    return round(float(done.stdout.splitlines()[-1]), 3)


def first_picture() -> dict:
    """Start JupyterLab and run the first notebook; return the seconds to its first picture."""
    from tests.lab import browser_page, lab

    started = time.time()  # the browser has the same clock
    with lab() as running:
        path = running.folder / f"{NOTEBOOK}.ipynb"
        path.write_text(without_outputs(path.read_text(encoding="utf-8")), encoding="utf-8")
        server = time.time() - started
        with browser_page() as page:
            running.open(page, path.name)
            opened = time.time() - started
            page.evaluate(WATCH)
            problems = running.run_all(page)
            if problems:
                raise RuntimeError(f"{NOTEBOOK}: {problems}")
            seconds = page.evaluate("window.firstPicture") / 1000 - started
    return {
        "server_s": round(server, 2),
        "notebook_open_s": round(opened, 2),
        "seconds": round(seconds, 2),
    }


def without_outputs(text: str) -> str:
    """Return a notebook's text without what its cells have printed and drawn."""
    notebook = json.loads(text)
    for cell in notebook["cells"]:
        if cell["cell_type"] == "code":
            cell |= {"outputs": [], "execution_count": None}
    return json.dumps(notebook)


def tables(rows: list[dict]) -> str:
    """Return a table of all waits."""
    body = []
    for wait in (LAB, *IMPORTS):
        chosen = [row for row in rows if row["wait"] == wait]
        if wait == LAB:
            for key, name in (("server_s", "server ready"), ("notebook_open_s", "notebook open")):
                body.append([f"{wait}: {name}", common.spread((r[key] for r in chosen), 1)])
        name = f"{wait}: first picture" if wait == LAB else wait
        body.append([name, common.spread((row["seconds"] for row in chosen), 2)])
    return common.table("Waiting, in seconds: median (range)", ["", "seconds"], body)


def main() -> None:
    rows = common.collect("waiting", COMMAND, runs(), measure)
    print(f"\n{tables(rows)}\n")


if __name__ == "__main__":
    main()
