"""The page without a kernel in Firefox, through WebDriver BiDi, which it speaks by itself."""

import contextlib
import itertools
import json
import re
import shutil
import subprocess

import pytest
import websocket

from tests.website.common import TRAININGS
from tools.lab import START_SECONDS

FIREFOX = next(filter(None, map(shutil.which, ("firefox", "firefox-esr"))), None)
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(FIREFOX is None, reason="no Firefox on this machine"),
]
ARROW_RIGHT, HOME = "\ue014", "\ue011"  # as WebDriver names these keys


class Tab:
    """A tab of a Firefox that runs without a window.

    Attributes
    ----------
    events : list of dict
        What it has reported: its requests, and what was written into its console.
    """

    def __init__(self, socket):
        self.socket, self.numbers, self.events = socket, itertools.count(), []
        self.ask("session.new", capabilities={})
        self.ask("session.subscribe", events=["log.entryAdded", "network.beforeRequestSent"])
        (tree,) = self.ask("browsingContext.getTree")["contexts"]
        self.context = tree["context"]

    def ask(self, method, **params):
        """Send a command, and return its result."""
        number = next(self.numbers)
        self.socket.send(json.dumps({"id": number, "method": method, "params": params}))
        while (answer := json.loads(self.socket.recv())).get("id") != number:
            self.events.append(answer)
        assert answer["type"] == "success", answer
        return answer["result"]

    def open(self, address):
        """Go to an address, and wait until the page is there."""
        self.ask("browsingContext.navigate", context=self.context, url=address, wait="complete")

    def value(self, expression):
        """Return the value of an expression, or of its promise, in the page."""
        answer = self.ask(
            "script.evaluate",
            expression=f"(async () => JSON.stringify((await ({expression})) ?? null))()",
            target={"context": self.context},
            awaitPromise=True,
        )
        assert answer["type"] == "success", answer
        return json.loads(answer["result"]["value"])

    def wait_until(self, condition):
        """Wait until an expression holds in the page; each frame asks again."""
        again = f"({condition}) ? done(true) : requestAnimationFrame(ask)"
        self.value(f"new Promise(done => {{ const ask = () => {again}; ask(); }})")

    def act(self, kind, *actions):
        """Do something with the mouse or the keys."""
        source = {"type": kind, "id": kind, "actions": list(actions)}
        self.ask("input.performActions", context=self.context, actions=[source])

    def press(self, key):
        self.act("key", {"type": "keyDown", "value": key}, {"type": "keyUp", "value": key})

    def drag(self, element):
        """Drag the mouse over the middle of an element, which an expression names."""
        box = self.value(
            f"({element}).scrollIntoView({{block: 'center'}}), ({element}).getBoundingClientRect()"
        )
        y = round(box["y"] + box["height"] / 2)
        start, middle, end = (
            {"type": "pointerMove", "x": round(box["x"] + share * box["width"]), "y": y}
            for share in (0.2, 0.5, 0.8)
        )
        down, up = ({"type": kind, "button": 0} for kind in ("pointerDown", "pointerUp"))
        self.act("pointer", start, down, middle, end, up)


@contextlib.contextmanager
def firefox(folder):
    """Start a Firefox without a window, with a profile of its own; yield its tab."""
    command = [FIREFOX, "--headless", "--no-remote", "--profile", folder]
    with subprocess.Popen(
        [*command, "--remote-debugging-port=0"], stderr=subprocess.PIPE, encoding="utf-8"
    ) as process:
        lines = iter(process.stderr.readline, "")
        found = next(filter(None, (re.search(r"BiDi listening on (\S+)", line) for line in lines)))
        socket = websocket.create_connection(
            f"{found[1]}/session", timeout=START_SECONDS, suppress_origin=True
        )
        yield Tab(socket)
        socket.close()
        process.terminate()


@pytest.fixture
def tab(tmp_path, address):
    """Yield a tab with the page; at the end, fail on errors and on requests to anywhere else."""
    with firefox(tmp_path) as tab:
        tab.open(address)
        tab.wait_until(
            f"document.querySelectorAll('.ae-still:not([hidden])').length === {TRAININGS}"
        )
        yield tab
        logged = [event["params"] for event in tab.events if event["method"] == "log.entryAdded"]
        assert [entry["text"] for entry in logged if entry["level"] == "error"] == []
        requests = [e["params"]["request"]["url"] for e in tab.events if "request" in e["params"]]
        assert [url for url in requests if not url.startswith(("blob:", "data:"))] == [address]


def test_widgets_are_used_with_mouse_and_keys(tab):
    loss = "document.querySelector('.ae-networks .ae-loss').textContent"
    before = tab.value(loss)
    tab.drag("document.querySelector('canvas.ae-pad')")
    tab.wait_until(f"{loss} !== {json.dumps(before)}")
    tab.value("document.querySelector('.ae-slider input').focus()")
    state = "document.querySelector('.ae-explorer').dataset.state"
    for key, index in ((ARROW_RIGHT, "2"), (HOME, "0")):
        tab.press(key)
        tab.wait_until(f"{state} === '{index}'")
