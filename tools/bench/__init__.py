"""What `make bench` measures.

Each module has a `plan`, which returns trials, and `measure`, which returns what is measured of one
of them. A trial's settings hold the machine and a fingerprint of the code, so a trial has a row
until one of these changes.
"""

import hashlib
from pathlib import Path

from aehelpers.experiments import Trial, machine

from tools import ROOT

PACKAGE = ROOT / "aehelpers"


def fingerprint(*texts, suffixes=(".py",)):
    """Return a hash of some texts and of the package's files with these suffixes."""
    paths = sorted(path for path in PACKAGE.rglob("*") if path.suffix in suffixes)
    texts = [*texts, *(path.read_text(encoding="utf-8") for path in paths)]
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()[:16]


def fingerprint_with(file):
    """Return a hash of a Python file, such as a benchmark's own, and of the package's."""
    return fingerprint(Path(file).read_text(encoding="utf-8"))


def make_trial(arm, code, data="mnist", seed=0, **settings):
    """Return a trial on this machine, with this fingerprint of the code."""
    return Trial(data, arm, 0, seed, settings | {"code": code} | machine.description())
