"""The time from key press to painted picture, for every slider of notebooks 01 to 04.

usage: python -m benchmarks.slider_latency [NOTEBOOK ...]        (names, as 03_bottleneck)

It measures the notebooks whose code, or the package's, or the machine, or the browser is another
than when they were measured last, and those that are named in any case; other rows are kept.

The time runs inside a headless Chromium: from the time stamp of the key press to the first
moment after the frame in which the new picture was painted. Each slider is measured while the
kernel is idle and while it computes, and after a burst of 100 presses.
"""

import json
import subprocess
import sys
import time

import numpy as np

from benchmarks import common
from tests.lab import browser_page, chromium, lab

COMMAND = "python -m benchmarks.slider_latency"
NOTEBOOKS = ["01_unlabeled_data", "02_autoencoder", "03_bottleneck", "04_denoising"]
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


def add_cell(path, source):
    """Append a code cell to a notebook file."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    cell = {"cell_type": "code", "id": "busy", "metadata": {}, "outputs": [], "source": source}
    notebook["cells"].append(cell | {"execution_count": None})
    path.write_text(json.dumps(notebook), encoding="utf-8")


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


def measure(page, explorer, condition):
    """Return a row for each slider of one explorer."""
    rows = []
    box = explorer.locator("xpath=ancestor::div[contains(@class, 'widget-vbox')][1]")
    for slider in box.locator(".widget-inline-hbox").all():
        handle = slider.locator(".noUi-handle")
        handle.scroll_into_view_if_needed()
        handle.focus()
        for _ in range(100):
            page.keyboard.press("ArrowRight")
        after_burst = burst(page, handle)
        times = steps(page, handle)
        label = slider.locator(".widget-label").inner_text()
        row = {"slider": label, "kernel": condition, "steps": len(times)}
        measured = {"median_ms": np.median(times), "p95_ms": np.percentile(times, 95)}
        measured |= {"largest_ms": times.max(), "burst_ms": after_burst}
        rows.append(row | {name: round(float(ms), 1) for name, ms in measured.items()})
    return rows


def measure_notebook(running, name):
    """Run a notebook in the lab; return a row for each of its sliders, the kernel idle and busy."""
    stop = running.folder / "stop"
    stop.touch()
    add_cell(running.folder / f"{name}.ipynb", BUSY)
    rows = []
    with browser_page() as page:
        running.open(page, f"{name}.ipynb")
        problems = running.run_all(page)
        if problems:
            raise RuntimeError(f"{name}: {problems}")
        explorers = page.locator(".ae-explorer").all()
        for explorer in explorers:
            explorer.evaluate(WATCH)
            rows += measure(page, explorer, "idle")
        stop.unlink()
        page.locator(".jp-CodeCell .cm-content").last.click()
        page.keyboard.press("Control+Enter")
        page.locator(".jp-InputArea-prompt", has_text="[*]").wait_for()
        for explorer in explorers:
            rows += measure(page, explorer, "busy")
        stop.touch()
    return rows


def fingerprint(name):
    """Return a hash of what a slider's latency depends on: code, styles and the browser."""
    path = common.NOTEBOOKS / f"{name}.ipynb"
    version = subprocess.run(
        [chromium(), "--version"], capture_output=True, encoding="utf-8", check=True
    )
    code = common.fingerprint(path, "*.py", "*.js", "*.css")
    return f"{code} in {version.stdout.strip()}"


def report(rows):
    """Return the table."""
    header = ["notebook", "slider", "kernel", "steps", "median", "95 %", "largest", "burst"]
    names = ["median_ms", "p95_ms", "largest_ms", "burst_ms"]
    lines = [
        [row["notebook"], row["slider"], row["kernel"], str(row["steps"])]
        + [f"{row[name]:.1f}" for name in names]
        for row in rows
    ]
    return common.table("Milliseconds from key press to painted picture", header, lines)


def main(chosen=()):
    codes = {name: fingerprint(name) for name in NOTEBOOKS}
    others = {name: code for name, code in codes.items() if name not in chosen}
    rows = common.kept_rows("slider_latency", others)
    missing = set(NOTEBOOKS) - {row["notebook"] for row in rows}
    if missing:
        with lab() as running:
            for name in sorted(missing):
                head = {"notebook": name, "code": codes[name]}
                rows += [head | row for row in measure_notebook(running, name)]
    rows.sort(key=lambda row: row["notebook"])
    common.save("slider_latency", COMMAND, rows)
    print(report(rows), flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
