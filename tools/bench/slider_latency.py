"""The time from key press to painted picture, for every slider of notebooks 01 to 04.

The time runs inside a headless Chromium: from the time stamp of the key press to the first
moment after the frame in which the new picture was painted. Each slider is measured while the
kernel is idle and while it computes, and after a burst of 100 presses.
"""

import contextlib
import subprocess
import time

import nbformat
import numpy as np

from tools.bench import fingerprint, make_trial
from tools.lab import browser_page, chromium, lab, sliders_of
from tools.notebooks import chapters, code, read

CHAPTERS = slice(1, 5)
PRESSES = 60

# Appended to the copy of a notebook: keeps the kernel busy until a file appears.
BUSY = "import pathlib\nwhile not pathlib.Path('stop').exists():\n    pass"

WATCH = """root => {
    window.painted = [];
    let pressed = 0;
    document.addEventListener('keydown', event => { pressed = event.timeStamp; }, true);
    new MutationObserver(() => {
        const since = pressed;
        requestAnimationFrame(() => {  // runs before the frame is painted, the message after it
            const channel = new MessageChannel();
            channel.port1.onmessage = () => window.painted.push(performance.now() - since);
            channel.port2.postMessage(null);
        });
    }).observe(root, {attributes: true, attributeFilter: ['data-state']});
}"""


def chromium_version():
    """Return name and version of the browser."""
    version = subprocess.run([chromium(), "--version"], capture_output=True, check=True)
    return version.stdout.decode().strip()


def trial_of(path):
    """Return the trial of a notebook: another with each change of its code, package or browser."""
    code_and_package = fingerprint(code(read(path)), suffixes=(".py", ".js", ".css"))
    return make_trial(path.stem, code_and_package, browser=chromium_version())


def plan():
    """Return a trial of each notebook with sliders."""
    return list(map(trial_of, chapters()[CHAPTERS]))


def measure(trial):
    """Return what is measured of each slider of a notebook, the kernel idle and busy."""
    with lab() as running:
        return {"sliders": measure_notebook(running, trial.arm)}


def steps(page, handle):
    """Press arrow keys one after the other; return the milliseconds of each."""
    handle.focus()
    page.evaluate("window.painted = []")
    for number in range(PRESSES):
        page.keyboard.press("ArrowLeft" if number % 2 else "ArrowRight")
        time.sleep(0.06)
    return np.array(page.evaluate("window.painted"))


def burst(page, handle):
    """Press 100 times without a pause; return the milliseconds from the last press that counted."""
    handle.focus()
    page.evaluate("window.painted = []")
    for _ in range(100):
        page.keyboard.press("ArrowLeft")
    time.sleep(0.5)
    return page.evaluate("window.painted[window.painted.length - 1]")


def summary(condition, times):
    """Return what is stored of some milliseconds, and of the kernel's condition meanwhile."""
    measured = {"median_ms": np.median(times), "p95_ms": np.percentile(times, 95)}
    measured |= {"largest_ms": times.max()}
    rounded = {name: round(float(ms), 1) for name, ms in measured.items()}
    return {"kernel": condition, "steps": len(times)} | rounded


def measure_explorer(page, explorer, condition):
    """Return what is measured of each slider of one explorer."""
    rows = []
    for handle in sliders_of(explorer).all():
        handle.scroll_into_view_if_needed()
        handle.focus()
        for _ in range(100):
            page.keyboard.press("ArrowRight")
        after_burst = burst(page, handle)
        times = steps(page, handle)
        row = {"slider": handle.get_attribute("aria-label")} | summary(condition, times)
        rows.append(row | {"burst_ms": round(float(after_burst), 1)})
    return rows


@contextlib.contextmanager
def opened(running, name):
    """Run a notebook in the lab; yield its page, and a function that keeps its kernel busy."""
    stop, path = running.folder / "stop", running.folder / f"{name}.ipynb"
    stop.touch()
    notebook = read(path)
    notebook.cells.append(nbformat.v4.new_code_cell(BUSY))
    nbformat.write(notebook, path)
    with browser_page() as page:
        running.open(page, path.name)
        if problems := running.run_all(page):
            raise RuntimeError(f"{name}: {problems}")

        def keep_busy():
            stop.unlink()
            page.locator(".jp-CodeCell .cm-content").last.click()
            page.keyboard.press("Control+Enter")
            page.locator(".jp-InputArea-prompt", has_text="[*]").wait_for()

        yield page, keep_busy
        stop.touch()


def measure_notebook(running, name):
    """Run a notebook in the lab; return what is measured of its sliders."""
    rows = []
    with opened(running, name) as (page, keep_busy):
        explorers = page.locator(".ae-explorer").all()
        for explorer in explorers:
            explorer.evaluate(WATCH)
            rows += measure_explorer(page, explorer, "idle")
        keep_busy()
        for explorer in explorers:
            rows += measure_explorer(page, explorer, "busy")
    return rows
