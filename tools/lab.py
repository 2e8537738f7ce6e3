"""The course as README.md starts it, and a Chromium to look at it, for tests and benchmarks."""

import contextlib
import json
import os
from pathlib import Path
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from urllib.parse import urlsplit

from playwright.sync_api import expect, sync_playwright
import psutil

from tools import ROOT

CHROMIUM_FLAGS = [
    "--no-sandbox",  # needed where the tests run as root; only 127.0.0.1 is ever visited
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]

# Waits end with the event they wait for. These limits are for what never comes: at least ten times
# the usual, so that a slow or busy machine passes.
START_SECONDS = 600
RUN_SECONDS = 1800
PAGE_MILLISECONDS = 300_000


def wait_until(holds, what, seconds):
    """Wait until a function returns something true; return that."""
    end = time.monotonic() + seconds
    while not (found := holds()):
        if time.monotonic() > end:
            raise TimeoutError(what() if callable(what) else what)
        time.sleep(0.1)
    return found


# --- JupyterLab ---


def command_blocks():
    """Return the blocks of commands in README.md, each a list of lines."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    return [block.splitlines() for block in blocks]


def copy_course(folder):
    """Copy the course, with a `.venv` in which make finds everything installed."""
    ignored = shutil.ignore_patterns(".*", "__pycache__", "build", "*.egg-info")
    shutil.copytree(ROOT, folder, ignore=ignored)
    (folder / ".venv").mkdir()
    (folder / ".venv" / "bin").symlink_to(Path(sys.executable).parent)
    for mark in ("course", "suite"):
        (folder / ".venv" / mark).touch()


def private_folders(home):
    """Return the environment in which JupyterLab reads and writes nothing of a person's."""
    (home / "config").mkdir()
    # A person's own settings may name another root.
    root = {"ServerApp": {"root_dir": str(home)}}
    (home / "config" / "jupyter_server_config.json").write_text(json.dumps(root), encoding="utf-8")
    # All cells are in the page at once, also those that one would have to scroll to.
    tracker = home / "settings" / "@jupyterlab" / "notebook-extension"
    tracker.mkdir(parents=True)
    (tracker / "tracker.jupyterlab-settings").write_text(
        '{"windowingMode": "none"}', encoding="utf-8"
    )
    return {
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
        "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
        "IPYTHONDIR": str(home / "ipython"),
    }


@contextlib.contextmanager
def lab(options="", command=None):
    """Start a copy of the course without a browser; yield the `Lab`.

    Parameters
    ----------
    options : str
        More options of JupyterLab.
    command : list of str, optional
        What starts it; by default README's command.
    """
    with tempfile.TemporaryDirectory(prefix="lab-", ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        course, log = home / "course", home / "log"
        copy_course(course)
        environment = os.environ | private_folders(home)
        (line,) = next(block for block in command_blocks() if block[0].startswith("make lab"))
        quiet = "--no-browser --allow-root --ServerApp.port=0"
        by_make = [*shlex.split(line), f"LAB_OPTIONS={quiet} {options}"]
        with log.open("w", encoding="utf-8") as output:
            process = subprocess.Popen(
                [*command, *quiet.split()] if command else by_make,
                cwd=course,
                env=environment,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        try:

            def printed():
                text = log.read_text(encoding="utf-8")
                assert process.poll() is None, f"JupyterLab ended: {text}"
                return re.search(r"http://127\.0\.0\.1:\S+token=\w+\n", text)

            def written():  # about itself; the file is there before it is full
                (about,) = (home / "runtime").glob("jpserver-*.json")
                with contextlib.suppress(json.JSONDecodeError):
                    return json.loads(about.read_text(encoding="utf-8"))

            start = wait_until(printed, "no address", START_SECONDS).group().strip()
            server = wait_until(written, "an empty file", START_SECONDS)
            yield Lab(start, server["pid"], course)
        finally:
            family = [psutil.Process(process.pid)]
            family += family[0].children(recursive=True)
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(START_SECONDS)
            _, left = psutil.wait_procs(family, START_SECONDS)
            assert not left


class Lab:
    """A running JupyterLab.

    Attributes
    ----------
    start : str
        The address that it printed, with its token.
    address, token : str
        The parts of it: scheme, host, port and path prefix; and the token.
    pid : int
        The number of the server's process.
    course, folder : Path
        The copy of the course, and its notebooks.
    """

    def __init__(self, start, pid, course):
        self.start, self.pid = start, pid
        self.address = re.match(r"(.+?)/(?:lab|tree)\b", start)[1]
        self.token = start.partition("token=")[2]
        self.headers = {"Authorization": f"token {self.token}"}
        self.course, self.folder = course, course / "notebooks"

    def ask(self, page, path):
        """Return what the server answers to a page's request."""
        return page.request.get(f"{self.address}/{path}", headers=self.headers)

    def open(self, page, name):
        """Open a notebook in a Playwright page, and wait until it is there."""
        page.goto(
            f"{self.address}/lab/workspaces/{Path(name).stem}/tree/notebooks/{name}"
            f"?reset&token={self.token}"
        )
        self.wait_for_notebook(page)

    def wait_for_notebook(self, page):
        """Wait until the page shows a notebook."""
        page.locator(".jp-NotebookPanel .jp-Notebook").wait_for()
        page.locator("#jupyterlab-splash").wait_for(state="detached")

    def wait_for_kernel(self, page):
        """Wait until the kernel of the page's notebook is connected, and idle."""
        wait_until(lambda: self._idle(page), "no kernel", START_SECONDS)

    def run_all(self, page):
        """Run all cells through the menu; return the errors and stderr texts, and cells not run."""
        self.start_all(page)
        return self.finish_all(page)

    def start_all(self, page):
        """Begin to run all cells, through the menu."""
        self.wait_for_kernel(page)
        # What was run before has a number already, so the numbers are taken away first.
        self._prompts(page).evaluate_all(
            "all => all.forEach(prompt => { prompt.textContent = 'not yet'; })"
        )
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_role("menuitem", name="Run All Cells", exact=True).click()

    def finish_all(self, page):
        """Wait until all cells have run; return the errors and stderr texts, and cells not run."""
        prompts = self._prompts(page)

        def done():  # "[*]:" waits or runs, "[ ]:" was not run, "[3]:" is done
            texts = "".join(prompts.all_text_contents())
            return "not yet" not in texts and "*" not in texts and self._idle(page)

        wait_until(done, lambda: str(prompts.all_text_contents()), RUN_SECONDS)
        stderr = '.jp-OutputArea-output[data-mime-type="application/vnd.jupyter.stderr"]'
        texts = prompts.all_text_contents()
        not_run = [f"cell {i} was not run" for i, text in enumerate(texts) if "[ ]" in text]
        return page.locator(stderr).all_text_contents() + not_run

    def _prompts(self, page):
        return page.locator(".jp-CodeCell .jp-InputArea-prompt")

    def interrupt(self, page):
        """Press the stop button of every kernel."""
        for session in self.ask(page, "api/sessions").json():
            kernel = f"{self.address}/api/kernels/{session['kernel']['id']}"
            page.request.post(f"{kernel}/interrupt", headers=self.headers)

    def _idle(self, page):
        """Return whether the kernel of the page's notebook is connected, and idle.

        The light in the toolbar says idle before there is a kernel, so we ask the server.
        """
        path = urlsplit(page.url).path.partition("/tree/")[2]
        kernels = [s["kernel"] for s in self.ask(page, "api/sessions").json() if s["path"] == path]
        return any(k["execution_state"] == "idle" and k["connections"] > 0 for k in kernels)


# --- Chromium ---


def chromium():
    """Return the path of a Chromium or Chrome on this machine, or None."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return next((found for found in map(shutil.which, names) if found), None)


@contextlib.contextmanager
def headless_browser():
    """Yield a headless Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


@contextlib.contextmanager
def watched_page(browser, **options):
    """Yield a page; at the end, fail on JavaScript errors in it and on requests to the outside."""
    errors, outside = [], []

    def note(request):
        address = urlsplit(request.url)
        if address.scheme not in ("data", "blob") and address.hostname != "127.0.0.1":
            outside.append(request.url)

    page = browser.new_page(**options)
    page.set_default_timeout(PAGE_MILLISECONDS)
    expect.set_options(timeout=PAGE_MILLISECONDS)
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("request", note)
    yield page
    page.close()
    assert errors == []
    assert outside == []


@contextlib.contextmanager
def browser_page(width=1200, height=1000):
    """Yield a watched page of a browser of its own."""
    viewport = {"width": width, "height": height}
    with headless_browser() as browser, watched_page(browser, viewport=viewport) as page:
        yield page


def sliders_of(explorer):
    """Return the locator of the sliders of an explorer."""
    return explorer.locator("xpath=ancestor::*[@role='group'][1]").locator(".ae-slider input")
