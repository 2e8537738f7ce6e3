"""What a learner waits for before anything is trained: imports; the first picture in the lab."""

import subprocess
import sys
import time

from tools.bench import fingerprint_with, make_trial
from tools.lab import browser_page, lab

IMPORTS = {
    "import aehelpers": "import aehelpers",
    "import aehelpers.learn (with TensorFlow)": "import aehelpers.learn",
}
REPETITIONS = 3


def plan():
    """Return three trials of each wait."""
    code = fingerprint_with(__file__)
    waits = [*IMPORTS, "lab, to the first picture"]
    return [make_trial(arm, code, "none", seed) for seed in range(REPETITIONS) for arm in waits]


def measure(trial):
    """Return the seconds of one wait."""
    seconds = import_seconds(trial.arm) if trial.arm in IMPORTS else first_picture_seconds()
    return {"seconds": round(seconds, 2)}


def import_seconds(arm):
    """Return the seconds of a new Python process that imports."""
    started = time.perf_counter()
    subprocess.run([sys.executable, "-c", IMPORTS[arm]], check=True, capture_output=True)
    return time.perf_counter() - started


def first_picture_seconds():
    """Return the seconds from the start of JupyterLab to a picture of notebook 1 on the screen."""
    started = time.perf_counter()
    with lab() as running, browser_page() as page:
        running.open(page, "01_unlabeled_data.ipynb")
        page.locator(".jp-OutputArea-output img").first.wait_for(state="visible")
        return time.perf_counter() - started
