"""A private JupyterLab and a Chromium to look at it, for tests and for screenshots."""

import contextlib
import json
import os
from pathlib import Path
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

from playwright.sync_api import sync_playwright

NOTEBOOKS = Path(__file__).resolve().parents[1] / "notebooks"
CHROMIUM_FLAGS = [
    "--no-sandbox",  # needed where the tests run as root; only 127.0.0.1 is ever visited
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


def chromium():
    """Return the path of a Chromium or Chrome on this machine, or None."""
    names = ("chromium", "chromium-browser", "google-chrome")
    return next((found for found in map(shutil.which, names) if found), None)


@contextlib.contextmanager
def lab():
    """Start JupyterLab on copies of the notebooks; yield its address.

    It listens on 127.0.0.1 only, keeps its token, and uses no setting, workspace or runtime
    folder of the person who runs the tests.
    """
    with tempfile.TemporaryDirectory(prefix="lab-") as folder:
        home = Path(folder)
        shutil.copytree(NOTEBOOKS, home / "work" / "notebooks")
        shutil.copytree(NOTEBOOKS.parent / "docs", home / "work" / "docs")
        (home / "config" / "labconfig").mkdir(parents=True)
        news = {"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": True}}
        (home / "config" / "labconfig" / "page_config.json").write_text(
            json.dumps(news), encoding="utf-8"
        )
        # All cells are in the page at once, also those that one would have to scroll to.
        tracker = home / "settings" / "@jupyterlab" / "notebook-extension"
        tracker.mkdir(parents=True)
        (tracker / "tracker.jupyterlab-settings").write_text(
            '{"windowingMode": "none"}', encoding="utf-8"
        )
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        token = "browser-test"
        environment = os.environ | {
            "JUPYTER_CONFIG_DIR": str(home / "config"),
            "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
            "JUPYTERLAB_WORKSPACES_DIR": str(home / "workspaces"),
            "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
            "IPYTHONDIR": str(home / "ipython"),
        }
        command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"]
        command += ["--ServerApp.ip=127.0.0.1", f"--ServerApp.port={port}"]
        command += ["--ServerApp.port_retries=0", f"--IdentityProvider.token={token}"]
        command += [f"--ServerApp.root_dir={home / 'work'}"]
        with open(home / "log", "w", encoding="utf-8") as log:
            server = subprocess.Popen(command, env=environment, stdout=log, stderr=log)
            try:
                address = f"http://127.0.0.1:{port}"
                _wait_for_server(address, token, server, home / "log")
                yield Lab(address, token, home / "work" / "notebooks")
            finally:
                server.terminate()
                try:
                    server.wait(20)
                except subprocess.TimeoutExpired:
                    server.kill()


def _wait_for_server(address, token, server, log):
    for _ in range(240):
        with contextlib.suppress(urllib.error.URLError, ConnectionError):
            urllib.request.urlopen(f"{address}/api/status?token={token}", timeout=1).read()
            return
        if server.poll() is not None:
            raise RuntimeError(f"JupyterLab ended: {log.read_text(encoding='utf-8')}")
        time.sleep(0.25)
    raise TimeoutError(f"JupyterLab did not start: {log.read_text(encoding='utf-8')}")


class Lab:
    """A running JupyterLab, and the folder in which its copies of the notebooks lie."""

    def __init__(self, address, token, folder):
        self.address, self.token, self.folder = address, token, folder

    def open(self, page, name):
        """Open a notebook in a Playwright page, and wait until it is there."""
        page.goto(
            f"{self.address}/lab/workspaces/{Path(name).stem}/tree/notebooks/{name}"
            f"?reset&token={self.token}"
        )
        page.locator(".jp-NotebookPanel .jp-Notebook").wait_for(timeout=60_000)
        page.locator("#jupyterlab-splash").wait_for(state="detached", timeout=60_000)

    def run_all(self, page, timeout=300):
        """Run all cells through the menu; return the errors and stderr texts, and cells not run.

        The light in the toolbar says idle before there is a kernel, and Run All is lost then.
        So we ask the server whether an idle kernel with a client is there.
        """
        end = time.monotonic() + timeout
        while not self._idle(page):
            _within(end, "no kernel")
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        prompts = page.locator(".jp-CodeCell .jp-InputArea-prompt")
        while True:  # "[*]:" waits or runs, "[ ]:" was not run, "[3]:" is done
            texts = prompts.all_text_contents()
            if (
                "*" not in "".join(texts)
                and any(map(str.isdigit, "".join(texts)))
                and self._idle(page)
            ):
                break
            _within(end, str(texts))
        stderr = '.jp-OutputArea-output[data-mime-type="application/vnd.jupyter.stderr"]'
        not_run = [f"cell {i} was not run" for i, text in enumerate(texts) if "[ ]" in text]
        return page.locator(stderr).all_text_contents() + not_run

    def interrupt(self, page):
        """Press the stop button of every kernel."""
        headers = {"Authorization": f"token {self.token}"}
        sessions = page.request.get(f"{self.address}/api/sessions", headers=headers).json()
        for session in sessions:
            kernel = f"{self.address}/api/kernels/{session['kernel']['id']}"
            page.request.post(f"{kernel}/interrupt", headers=headers)

    def _idle(self, page):
        sessions = page.request.get(f"{self.address}/api/sessions?token={self.token}").json()
        kernels = [session["kernel"] for session in sessions]
        return any(k["execution_state"] == "idle" and k["connections"] > 0 for k in kernels)


def _within(end, what):
    if time.monotonic() > end:
        raise TimeoutError(what)
    time.sleep(0.2)


@contextlib.contextmanager
def browser_page(width=1200, height=1000):
    """Yield a page of a headless Chromium; at the end, fail on JavaScript errors in it."""
    errors = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=CHROMIUM_FLAGS)
        page = browser.new_page(viewport={"width": width, "height": height})
        page.on("pageerror", lambda error: errors.append(str(error)))
        yield page
        browser.close()
    assert errors == []
