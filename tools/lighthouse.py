"""Measure with Lighthouse how fast pages of the site are, and for whom they work.

usage: python -m tools.lighthouse SITE

Lighthouse comes from npm (`npm install --global lighthouse`). It looks at the home page and at
three notebooks as a phone on slow 4G sees them, and as a desktop does, at least twice each. The
time that scripts take depends on what else the machine does, so the run counts in which it was
fastest by Lighthouse's own measure. The figures go into results/lighthouse.json, and from there
onto a page of the site.
"""

import functools
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
import json
import os
from pathlib import Path
import shutil
import subprocess
import sys
import threading

from aehelpers import files

from tools import ROOT
from tools.lab import chromium

STORED = ROOT / "results" / "lighthouse.json"
PAGES = ["index.html"]
PAGES += [f"notebooks/{n}.html" for n in ("00_play", "02_autoencoder", "03_bottleneck")]
RUNS = 2
DEVICES = {"phone": [], "desktop": ["--preset=desktop"]}
SCORES = ("performance", "accessibility", "best-practices", "seo")
AUDITS = {  # of Lighthouse, by our names
    "first_paint_ms": "first-contentful-paint",
    "largest_paint_ms": "largest-contentful-paint",
    "blocked_ms": "total-blocking-time",
    "shift": "cumulative-layout-shift",
    "bytes": "total-byte-weight",
}


class Quiet(SimpleHTTPRequestHandler):
    """Serves files and writes nothing about it."""

    def log_message(self, *words):
        pass


def report(address, options):
    """Return Lighthouse's report of a page, as a dict."""
    flags = "--headless --no-sandbox --disable-gpu --disable-dev-shm-usage"
    command = [shutil.which("lighthouse"), address, "--quiet", "--output=json", *options]
    done = subprocess.run(
        [*command, f"--chrome-flags={flags}"],
        env=os.environ | {"CHROME_PATH": chromium()},
        stdout=subprocess.PIPE,
        check=True,
    )
    return json.loads(done.stdout)


def row(page, device, found):
    """Return what is published of a report.

    Parameters
    ----------
    page, device : str
    found : dict
        See `report`.

    Returns
    -------
    dict
        Scores from 0 to 100, and the values of `AUDITS`. `machine` is Lighthouse's own measure of
        the machine's speed at that time; on a busy one it is lower, and so is the performance.
    """
    scores = {name: round(100 * found["categories"][name]["score"]) for name in SCORES}
    values = {ours: found["audits"][its]["numericValue"] for ours, its in AUDITS.items()}
    return {
        "page": page,
        "device": device,
        **scores,
        **{name: round(value, 3 if name == "shift" else None) for name, value in values.items()},
        "machine": found["environment"]["benchmarkIndex"],
        "lighthouse": found["lighthouseVersion"],
    }


def quietest(rows):
    """Return the row of the run that was disturbed least."""
    return max(rows, key=lambda measured: measured["machine"])


def measure(site):
    """Return a row for each page and device."""
    handler = functools.partial(Quiet, directory=site)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever).start()
        root = f"http://127.0.0.1:{server.server_port}/"
        try:
            return [
                quietest([row(page, device, report(root + page, options)) for _ in range(RUNS)])
                for page in PAGES
                for device, options in DEVICES.items()
            ]
        finally:
            server.shutdown()


def main(site):
    """Measure the site in a folder, and store the figures."""
    if shutil.which("lighthouse") is None or chromium() is None:
        sys.exit("expected Chromium and lighthouse on the PATH: npm install --global lighthouse")
    rows = measure(Path(site))
    lines = ",\n".join(f"  {json.dumps(measured)}" for measured in rows)
    files.write_whole(STORED, f"[\n{lines}\n]\n".encode())
    print(f"[\n{lines}\n]")


if __name__ == "__main__":
    main(*sys.argv[1:])
