"""All benchmarks, one after the other: `make bench`."""

import sys

from benchmarks import growth, limit, notebooks, recipes, slider_latency, waiting
from tests.lab import chromium

if chromium() is None:  # said now, and not after half an hour
    sys.exit("make bench needs Chromium or Chrome, for the sliders; expected one on the PATH")

for benchmark in (recipes, limit, growth, waiting, slider_latency, notebooks):
    benchmark.main()
    print()
