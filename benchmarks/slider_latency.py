"""Print the time from key press to painted picture, for every slider of notebooks 01 to 04.

usage: python -m benchmarks.slider_latency

The time runs inside a headless Chromium: from the time stamp of the key press to the first
moment after the frame in which the new picture was painted. Each slider is measured while the
kernel is idle and while it computes, and after a burst of 100 presses.
"""

import json
import time

import numpy as np

from benchmarks import common
from tests.lab import browser_page, lab

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
    notebook = json.loads(path.read_text())
    cell = {"cell_type": "code", "id": "busy", "metadata": {}, "outputs": [], "source": source}
    notebook["cells"].append(cell | {"execution_count": None})
    path.write_text(json.dumps(notebook))


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


def measure(page, explorer, name, condition):
    """Print a row for each slider of one explorer, and return the rows."""
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
        print(
            f"{name:20}{label:10}{condition:8}{len(times):>6}{np.median(times):>10.1f}"
            f"{np.percentile(times, 95):>10.1f}{times.max():>10.1f}{after_burst:>10.1f}",
            flush=True,
        )
        row = {"notebook": name, "slider": label, "kernel": condition, "steps": len(times)}
        row |= {"median_ms": np.median(times), "p95_ms": np.percentile(times, 95)}
        row |= {"largest_ms": times.max(), "burst_ms": after_burst}
        rows.append({k: round(float(v), 1) if k.endswith("ms") else v for k, v in row.items()})
    return rows


def main():
    rows = []
    print("milliseconds from key press to painted picture")
    print(
        f"{'notebook':20}{'slider':10}{'kernel':8}{'steps':>6}{'median':>10}"
        f"{'95 %':>10}{'largest':>10}{'burst':>10}"
    )
    with lab() as running:
        for name in NOTEBOOKS:
            stop = running.folder / "stop"
            stop.touch()
            add_cell(running.folder / f"{name}.ipynb", BUSY)
            with browser_page() as page:
                running.open(page, f"{name}.ipynb")
                problems = running.run_all(page)
                if problems:
                    raise RuntimeError(f"{name}: {problems}")
                explorers = page.locator(".ae-explorer").all()
                for condition in ("idle", "busy"):
                    if condition == "busy":
                        stop.unlink()
                        page.locator(".jp-CodeCell .cm-content").last.click()
                        page.keyboard.press("Control+Enter")
                        page.locator(".jp-InputArea-prompt", has_text="[*]").wait_for()
                    for explorer in explorers:
                        if condition == "idle":
                            explorer.evaluate(WATCH)
                        rows += measure(page, explorer, name, condition)
                stop.touch()
    common.save("slider_latency", COMMAND, rows)


if __name__ == "__main__":
    main()
