"""What a learner waits for before anything is trained: imports, and the first picture in the lab.

usage: python -m benchmarks.waiting
"""

import subprocess
import sys
import time

from benchmarks import common
from tests.lab import browser_page, lab

COMMAND = "python -m benchmarks.waiting"
IMPORTS = {
    "import aehelpers": "import aehelpers",
    "import aehelpers.training (with TensorFlow)": "from aehelpers import training",
}
REPETITIONS = 3


def import_seconds(code):
    """Return the seconds of a new Python process that imports."""
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
    return time.perf_counter() - started


def first_picture_seconds():
    """Return the seconds from the start of JupyterLab to a picture of notebook 1 on the screen."""
    started = time.perf_counter()
    with lab() as running, browser_page() as page:
        running.open(page, "01_unlabeled_data.ipynb")
        page.locator(".jp-OutputArea-output img").first.wait_for(state="visible")
        return time.perf_counter() - started


def measure():
    """Return a row for each repetition of each of them."""
    rows = []
    for number in range(REPETITIONS):
        for what, code in IMPORTS.items():
            rows.append({"what": what, "repetition": number, "seconds": import_seconds(code)})
        seconds = first_picture_seconds()
        rows.append({"what": "lab, to the first picture", "repetition": number, "seconds": seconds})
    return [row | {"seconds": round(row["seconds"], 2)} for row in rows]


def report(rows):
    """Return the table."""
    lines = [
        [what, common.spread((row["seconds"] for row in rows if row["what"] == what), 2)]
        for what in dict.fromkeys(row["what"] for row in rows)
    ]
    return common.table("Waiting: median (range)", ["", "seconds"], lines)


def main():
    rows = measure()
    common.save("waiting", COMMAND, rows)
    print(report(rows), flush=True)


if __name__ == "__main__":
    main()
