"""Let learners work through notebooks on one hub at once, and measure what it takes.

usage: python -m tests.hub [filled] [LEARNERS ...]        (default: 1 3)

With "filled" the cache that all share has the networks of notebooks 3 to 5; else it is empty.

It needs Linux, root, a Python that every account may execute, and what `make hub` installs. Rows
go to results/hub.json.
"""

import contextlib
import os
from pathlib import Path
import subprocess
import sys
import tempfile
import time

from aehelpers.experiments import machine, results

from tests.hub.classroom import Desk, Peaks, accounts, hub, proportional_memory
from tools import handout, reports
from tools.bench.slider_latency import WATCH, measure_explorer
from tools.lab import PAGE_MILLISECONDS, headless_browser

WORKED_THROUGH = ("00_play.ipynb", "03_bottleneck.ipynb", "05_pretraining.ipynb")
WITH_SLIDER = "03_bottleneck.ipynb"


@contextlib.contextmanager
def class_of(n, cache):
    """Yield pairs of a desk and a browser page, one for each of n learners who have signed in."""
    with contextlib.ExitStack() as stack:
        learners = stack.enter_context(accounts(n, handout.learners()))
        address, password = stack.enter_context(hub(learners, cache))
        browser = stack.enter_context(headless_browser())
        seats = []
        for name in learners:
            page = browser.new_context(viewport={"width": 1200, "height": 1000}).new_page()
            page.set_default_timeout(PAGE_MILLISECONDS)
            desk = Desk(address, name)
            desk.sign_in(page, password)
            seats.append((desk, page))
        yield seats


def work_through(seats, notebook):
    """Let all learners run a notebook at once; return what that took.

    Parameters
    ----------
    seats : list of pairs
        As `class_of` yields them.
    notebook : str

    Returns
    -------
    dict
        ``first_picture``: the longest time from the start to a widget or picture, in seconds.
        ``seconds``: until all have finished. ``kernel_mb``, ``server_mb``: the largest PSS of a
        learner. ``kernel_after_mb``: the same when nothing runs any more.
    """
    for desk, page in seats:
        desk.open(page, notebook)
    started, names = time.perf_counter(), [desk.name for desk, _ in seats]
    with Peaks(names) as peaks:
        for desk, page in seats:
            desk.start_all(page)
        for _, page in seats:
            page.locator(".jp-OutputArea-output :is(canvas, img)").first.wait_for(state="attached")
        first = time.perf_counter() - started
        errors = [desk.finish_all(page) for desk, page in seats]
    assert not any(errors), errors
    after = [proportional_memory(name)["kernel"] for name in names]
    most = {kind: max(one[kind] for one in peaks.most.values()) for kind in ("kernel", "server")}
    return {
        "first_picture": round(first, 1),
        "seconds": round(time.perf_counter() - started, 1),
        **{f"{kind}_mb": round(size / 1e6) for kind, size in most.items()},
        "kernel_after_mb": round(max(after) / 1e6),
    }


def slider_milliseconds(page):
    """Return the median and the 95th percentile from key press to painted picture."""
    explorer = page.locator(".ae-explorer").first
    explorer.scroll_into_view_if_needed()
    explorer.evaluate(WATCH)
    slider = measure_explorer(page, explorer, "idle")[0]
    return [slider["median_ms"], slider["p95_ms"]]


def close_kernels(seats):
    """End the kernels of all learners, as *Shut Down All* does."""
    for desk, page in seats:
        for kernel in desk.ask(page, "api/kernels").json():
            xsrf = next(
                c["value"]
                for c in page.context.cookies()
                if c["name"] == "_xsrf" and desk.name in c["path"]
            )
            address = f"{desk.address}/api/kernels/{kernel['id']}"
            page.request.delete(address, headers={"X-XSRFToken": xsrf})


def measure(n, cache):
    """Return what n learners at once take, for each notebook that they work through."""
    with class_of(n, cache) as seats:
        found = {}
        for notebook in WORKED_THROUGH:
            found[Path(notebook).stem] = work_through(seats, notebook)
            if notebook == WITH_SLIDER:
                found[Path(notebook).stem]["slider_ms"] = slider_milliseconds(seats[0][1])
            close_kernels(seats)
            print(n, notebook, found[Path(notebook).stem], flush=True)
    return found


def main(words):
    """Measure classes of these sizes, and keep their rows."""
    settings = {"cache": "filled"} if "filled" in words else {}
    numbers = [int(word) for word in words if word != "filled"] or [1, 3]
    with tempfile.TemporaryDirectory(prefix="hub-cache-") as cache:
        Path(cache).chmod(0o755)  # for all to read and nobody but root to write
        if settings:
            environment = os.environ | {"AEHELPERS_CACHE": cache}
            subprocess.run([sys.executable, "-m", "tools.fill_cache"], env=environment, check=True)
        for n in numbers:
            trial = dict(data="learners", arm=f"{n} at once", labels=0, seed=0, settings=settings)
            row = trial | measure(n, Path(cache)) | machine.description()
            others = [
                one for one in reports.stored("hub") if any(one[k] != trial[k] for k in trial)
            ]
            results.write("hub", [*others, row], reports.FOLDER)


if __name__ == "__main__":
    main(sys.argv[1:])
