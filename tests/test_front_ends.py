"""Notebooks 0 and 3 where the course is not started by README's command, or in Firefox.

JupyterLab behind a path prefix, as on a hub; Notebook 7; Firefox; and an HTML page that nbconvert
makes, without a network.
"""

import json
from pathlib import Path
import subprocess
import sys
from urllib.request import Request, urlopen

import pytest

from tests.page_checks import needs_chromium
from tests.website.browsers import FIREFOX, chromium, firefox
from tools import ROOT
from tools.lab import RUN_SECONDS, START_SECONDS, lab, wait_until

pytestmark = pytest.mark.slow
needs_firefox = pytest.mark.skipif(FIREFOX is None, reason="no Firefox on this machine")

EXPOSED = "expose_app_in_browser=True"
PREFIX = f"--LabApp.{EXPOSED} --ServerApp.base_url=/a/learner/"
NOTEBOOK_7 = [sys.executable, "-m", "notebook", ".", f"--JupyterNotebookApp.{EXPOSED}"]
# In the console of Notebook 7.6 with every notebook, some seconds after it is there.
OF_NOTEBOOK_7 = "(reading 'schema')"
PROMPTS = "[...document.querySelectorAll('.jp-CodeCell .jp-InputArea-prompt')]"
LOSS = "document.querySelector('.ae-networks .ae-loss').textContent"
STATE = "document.querySelector('.ae-explorer').dataset.state"


@pytest.fixture(scope="module")
def behind_a_prefix():
    with lab(PREFIX) as running:
        yield running, "lab/tree/notebooks"


@pytest.fixture(scope="module")
def in_notebook_7():
    with lab(command=NOTEBOOK_7) as running:
        yield running, "notebooks/notebooks"


def ask(running, path, method="GET"):
    """Return what the server answers, from JSON; None if it answers nothing."""
    address = f"{running.address}/api/{path}?token={running.token}"
    with urlopen(Request(address, method=method)) as answer:
        return json.loads(answer.read() or "null")


def idle(running):
    """Return whether the only kernel is connected to a page, and idle."""
    kernels = [session["kernel"] for session in ask(running, "sessions")]
    return [k["execution_state"] == "idle" and k["connections"] > 0 for k in kernels] == [True]


def run(tab, front_end, name):
    """Open a notebook, run all of its cells, and wait until they are done."""
    running, folder = front_end
    tab.open(f"{running.address}/{folder}/{name}?reset&token={running.token}")
    tab.wait_until(f"!document.querySelector('#jupyterlab-splash') && {PROMPTS}.length")
    wait_until(lambda: idle(running), "no kernel", START_SECONDS)
    # What was run before has a number already, so the numbers are taken away first.
    tab.value(f"{PROMPTS}.forEach(prompt => {{ prompt.textContent = 'not yet'; }})")
    tab.value("void window.jupyterapp.commands.execute('notebook:run-all-cells')")
    numbers = f"{PROMPTS}.every(prompt => /\\[\\d+\\]/.test(prompt.textContent))"
    wait_until(
        lambda: idle(running) and tab.value(numbers), "it did not come to its end", RUN_SECONDS
    )
    stderr = "application/vnd.jupyter.stderr"
    outputs = f"document.querySelectorAll('.jp-OutputArea-output[data-mime-type=\"{stderr}\"]')"
    assert tab.value(f"[...{outputs}].map(output => output.textContent)") == []


def close(front_end):
    """End all kernels, so that the next notebook is alone."""
    running, _ = front_end
    for session in ask(running, "sessions"):
        ask(running, f"sessions/{session['id']}", "DELETE")


def use_notebook_0(tab):
    """Draw with the mouse: the networks of the page answer."""
    tab.wait_until("document.querySelector('canvas.ae-pad')")
    before = tab.value(LOSS)
    tab.drag("document.querySelector('canvas.ae-pad')")
    tab.wait_until(f"{LOSS} !== {json.dumps(before)}")


def use_notebook_3(tab):
    """Turn the pages of an explorer with the keys, when its slider has been clicked."""
    tab.wait_until("document.querySelector('.ae-explorer')?.dataset.state !== undefined")
    group = "document.querySelector('.ae-explorer').closest('[role=group]')"
    slider = f"{group}.querySelector('.ae-slider input')"
    tab.value(f"{slider}.scrollIntoView({{block: 'center', behavior: 'instant'}})")
    box = tab.value(f"{slider}.getBoundingClientRect()")
    tab.click(round(box["x"] + box["width"] / 2), round(box["y"] + box["height"] / 2))
    for key, state in (("Home", "0"), ("ArrowRight", "1")):
        tab.press(key)
        tab.wait_until(f"{STATE} === '{state}'")


USED = {"00_play.ipynb": use_notebook_0, "03_bottleneck.ipynb": use_notebook_3}
PLACES = [
    pytest.param("behind_a_prefix", chromium, id="prefix", marks=needs_chromium),
    pytest.param("behind_a_prefix", firefox, id="Firefox", marks=needs_firefox),
    pytest.param("in_notebook_7", chromium, id="Notebook 7", marks=needs_chromium),
]


@pytest.mark.parametrize("name", USED)
@pytest.mark.parametrize(("place", "browser"), PLACES)
def test_widgets_are_used(request, tmp_path, place, browser, name):
    front_end = request.getfixturevalue(place)
    with browser(tmp_path) as tab:
        run(tab, front_end, name)
        USED[name](tab)
        assert [error for error in tab.errors() if OF_NOTEBOOK_7 not in error] == []
    close(front_end)


@needs_chromium
@pytest.mark.parametrize("name", USED)
def test_a_page_of_nbconvert_without_a_network_shows_every_still_picture(tmp_path, name):
    command = [sys.executable, "-m", "nbconvert", "--to", "html", "--output-dir", tmp_path]
    subprocess.run([*command, ROOT / "notebooks" / name], check=True, capture_output=True)
    with chromium(tmp_path) as tab:
        tab.page.route("http*://**", lambda route: route.abort())
        tab.open((tmp_path / Path(name).with_suffix(".html")).as_uri())
        stills = "[...document.querySelectorAll('.ae-still')]"
        assert tab.value(f"{stills}.length") > 2
        assert tab.value(f"{stills}.every(still => still.checkVisibility())")
        loaded = "all => all.every(image => image.complete && image.naturalWidth > 0)"
        assert tab.page.locator("img").evaluate_all(loaded)
