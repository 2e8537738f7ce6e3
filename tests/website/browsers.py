"""Chromium, Firefox and WebKit without a window, all used in the same way.

The last two are driven as the W3C has laid down. Nothing is downloaded.
"""

import contextlib
import itertools
import json
import os
import re
import shutil
import socket
import subprocess
import urllib.error
import urllib.request

from playwright.sync_api import expect
import websocket

from tools import lab
from tools.lab import PAGE_MILLISECONDS, START_SECONDS, headless_browser, wait_until

CHROMIUM = lab.chromium()
FIREFOX = next(filter(None, map(shutil.which, ("firefox", "firefox-esr"))), None)
WEBKIT = shutil.which("WebKitWebDriver") and shutil.which("Xvfb")  # it needs a screen
LAPTOP = {"viewport": {"width": 1300, "height": 850}}
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
KEYS = {  # for WebDriver
    "End": "\ue010",
    "Home": "\ue011",
    "ArrowUp": "\ue013",
    "ArrowRight": "\ue014",
    "ArrowDown": "\ue015",
}
# Keep what goes wrong in a page, where nobody else does.
LISTEN = """(() => {
    globalThis.wrong = [];
    console.error = (...words) => wrong.push(words.join(' '));
    addEventListener('error', event => wrong.push(event.message));
    addEventListener('unhandledrejection', event => wrong.push(String(event.reason)));
})()"""


class Tab:
    """What a test does in pages. A browser adds how it opens them, asks, acts and reports."""

    def check(self, root):
        """Fail if anything went wrong, or if a page asked for what does not begin with this."""
        errors = self.errors()
        assert errors == [], errors
        elsewhere = [url for url in self.requests() if not url.startswith((root, "blob:", "data:"))]
        assert elsewhere == [], elsewhere

    def wait_until(self, condition):
        """Wait until an expression holds in the page; each frame asks again."""
        again = f"({condition}) ? done(true) : requestAnimationFrame(ask)"
        self.value(f"new Promise(done => {{ const ask = () => {again}; ask(); }})")

    def drag(self, element):
        """Drag the mouse over the middle of an element, which an expression names."""
        self.value(f"({element}).scrollIntoView({{block: 'center', behavior: 'instant'}})")
        box = self.value(f"({element}).getBoundingClientRect()")
        y = round(box["y"] + box["height"] / 2)
        self.stroke([(round(box["x"] + share * box["width"]), y) for share in (0.2, 0.5, 0.8)])

    def click(self, x, y):
        """Click at a place of the window."""
        self.stroke([(x, y)])

    def stroke(self, places):
        """Press the mouse at the first of some places, and release it at the last one."""
        first, *others = ({"type": "pointerMove", "x": x, "y": y} for x, y in places)
        down, up = ({"type": kind, "button": 0} for kind in ("pointerDown", "pointerUp"))
        self.act("pointer", first, down, *others, up)

    def press(self, key):
        """Press a key of `KEYS`."""
        self.act("key", *({"type": kind, "value": KEYS[key]} for kind in ("keyDown", "keyUp")))


class ChromiumTab(Tab):
    """A tab of Chromium, through Playwright."""

    def __init__(self, page):
        page.set_default_timeout(PAGE_MILLISECONDS)
        expect.set_options(timeout=PAGE_MILLISECONDS)
        self.page, self.found, self.asked = page, [], []
        page.on("pageerror", lambda error: self.found.append(str(error)))
        page.on("console", lambda m: self.found.append(m.text) if m.type == "error" else None)
        page.on("request", lambda request: self.asked.append(request.url))

    def open(self, address):
        """Go to an address, and wait until the page is there."""
        self.page.goto(address)

    def value(self, expression):
        """Return the value of an expression, or of its promise, in the page."""
        return self.page.evaluate(f"(async () => (await ({expression})) ?? null)()")

    def stroke(self, places):
        """Press the mouse at the first of some places, and release it at the last one."""
        first, *others = places
        self.page.mouse.move(*first)
        self.page.mouse.down()
        for place in others:
            self.page.mouse.move(*place)
        self.page.mouse.up()

    def press(self, key):
        """Press a key of `KEYS`."""
        self.page.keyboard.press(key)

    def errors(self):
        """Return what was written into the console as an error."""
        return self.found

    def requests(self):
        """Return the addresses that pages have asked for, among them their own."""
        return self.asked


class FirefoxTab(Tab):
    """A tab of Firefox, which speaks WebDriver BiDi by itself.

    Attributes
    ----------
    events : list of dict
        What it has reported: its requests, and what was written into its console.
    """

    def __init__(self, connection):
        self.connection, self.numbers, self.events = connection, itertools.count(), []
        self.ask("session.new", capabilities={})
        self.ask("session.subscribe", events=["log.entryAdded", "network.beforeRequestSent"])
        (tree,) = self.ask("browsingContext.getTree")["contexts"]
        self.context = tree["context"]

    def ask(self, method, **params):
        """Send a command, and return its result."""
        number = next(self.numbers)
        self.connection.send(json.dumps({"id": number, "method": method, "params": params}))
        while (answer := json.loads(self.connection.recv())).get("id") != number:
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

    def act(self, kind, *actions):
        """Do something with the mouse or the keys."""
        source = {"type": kind, "id": kind, "actions": list(actions)}
        self.ask("input.performActions", context=self.context, actions=[source])

    def errors(self):
        """Return what was written into the console as an error."""
        logged = [event["params"] for event in self.events if event["method"] == "log.entryAdded"]
        return [entry["text"] for entry in logged if entry["level"] == "error"]

    def requests(self):
        """Return the addresses that pages have asked for, among them their own."""
        return [e["params"]["request"]["url"] for e in self.events if "request" in e["params"]]


class WebKitTab(Tab):
    """A tab of WebKitGTK, through its WebDriver."""

    def __init__(self, driver):
        self.root = f"{driver}/session"
        self.root += "/" + self.ask("", {"capabilities": {}})["sessionId"]

    def ask(self, command, content):
        """Send a command, and return its result."""
        request = urllib.request.Request(self.root + command)
        request.data = json.dumps(content).encode()
        with urllib.request.urlopen(request, timeout=START_SECONDS) as answer:
            return json.load(answer)["value"]

    def open(self, address):
        """Go to an address, and wait until the page is there."""
        self.ask("/timeouts", {"script": 1000 * START_SECONDS})
        self.ask("/url", {"url": address})
        self.value(LISTEN)

    def value(self, expression):
        """Return the value of an expression, or of its promise, in the page."""
        script = f"const [done] = arguments; Promise.resolve(({expression})).then(done)"
        return self.ask("/execute/async", {"script": script, "args": []})

    def act(self, kind, *actions):
        """Do something with the mouse or the keys."""
        self.ask("/actions", {"actions": [{"type": kind, "id": kind, "actions": list(actions)}]})

    def close(self):
        """End the browser, which does not end with its driver."""
        request = urllib.request.Request(self.root, method="DELETE")
        urllib.request.urlopen(request, timeout=START_SECONDS).close()

    def errors(self):
        """Return what went wrong in the page since it was opened; its driver does not tell."""
        return self.value("globalThis.wrong ?? []")

    def requests(self):
        """Return the addresses that the page has asked for."""
        return self.value("performance.getEntriesByType('resource').map(entry => entry.name)")


@contextlib.contextmanager
def running(command, **options):
    """Start a program, and end it at the end."""
    with subprocess.Popen(command, encoding="utf-8", **options) as process:
        try:
            yield process
        finally:
            process.terminate()


@contextlib.contextmanager
def chromium(folder):
    """Start a Chromium; yield its tab."""
    with headless_browser() as browser:
        yield ChromiumTab(browser.new_page(**LAPTOP))


@contextlib.contextmanager
def opened(browser, root, name="", **options):
    """Yield a Playwright page; at the end, fail on errors and on requests to anywhere else.

    `page.errors` holds what was written into its console as an error.
    """
    with contextlib.closing(browser.new_page(**options)) as page:
        tab = ChromiumTab(page)
        page.errors = tab.found
        tab.open(root + name)
        yield page
        tab.check(root)


@contextlib.contextmanager
def firefox(folder):
    """Start a Firefox with a profile of its own in an empty folder; yield its tab."""
    command = [FIREFOX, "--headless", "--no-remote", "--profile", folder]
    with running([*command, "--remote-debugging-port=0"], stderr=subprocess.PIPE) as process:
        lines = iter(process.stderr.readline, "")
        found = next(filter(None, (re.search(r"BiDi listening on (\S+)", line) for line in lines)))
        connection = websocket.create_connection(
            f"{found[1]}/session", START_SECONDS, suppress_origin=True
        )
        with contextlib.closing(connection):  # Firefox does not end while somebody listens
            yield FirefoxTab(connection)


@contextlib.contextmanager
def webkit(folder):
    """Start a WebKitGTK that keeps its files in a folder; yield its tab."""
    screen = ["Xvfb", "-displayfd", "1", "-screen", "0", "1280x1024x24"]
    with running(screen, stdout=subprocess.PIPE) as display:
        place = {"DISPLAY": f":{display.stdout.readline().strip()}", "HOME": str(folder)}
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = server.getsockname()[1]  # free again in a moment
        with running(["WebKitWebDriver", f"--port={port}"], env=os.environ | place):
            driver = f"http://127.0.0.1:{port}"

            def answers():
                with contextlib.suppress(urllib.error.URLError):
                    return urllib.request.urlopen(f"{driver}/status", timeout=START_SECONDS)

            wait_until(answers, "no WebDriver", START_SECONDS)
            with contextlib.closing(WebKitTab(driver)) as tab:
                yield tab
